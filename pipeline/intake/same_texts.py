"""Which scans and which electronic copies of a message say much the same, for scans that have a text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Set

from pipeline.forms.text import fold

SHINGLE = 6
"""Characters of a piece: short enough to be found again where a word was read wrongly, long enough to be rare."""
SAME_TEXT, OTHER_TEXT = 0.6, 0.3
"""Share of the shorter text's pieces that the other holds, for one form and for two; headers are left out."""

Pieces = Mapping[int, Set[str]]
"""By position: the pieces of a file's text."""


def pieces_of(text: str) -> frozenset[str]:
    """All pieces of a text, white space left out."""
    folded = fold(text)
    return frozenset(folded[at : at + SHINGLE] for at in range(len(folded) - SHINGLE + 1))


def same_texts(scans: Pieces, copies: Pieces) -> set[tuple[int, int]]:
    """Pairs of a scan and a copy that share `SAME_TEXT`, where neither shares more than `OTHER_TEXT` with a third.

    What several copies say (headers, titles) is left out. So each piece is one copy's own, and the time is that of
    reading all texts once, however many pairs there are.
    """
    common = Counter(piece for found in copies.values() for piece in found)
    owner = {piece: at for at, found in copies.items() for piece in found if common[piece] == 1}
    size = Counter(owner.values())
    shares: dict[tuple[int, int], float] = {}
    # Of each file the two largest shares
    best: dict[int, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for scan, found in scans.items():
        own = sum(common[piece] < 2 for piece in found)
        for copy, both in Counter(owner[piece] for piece in found if piece in owner).items():
            share = shares[scan, copy] = both / min(own, size[copy])
            for at in (scan, copy):
                first, second = best[at]
                best[at] = max(first, share), max(min(first, share), second)
    return {
        pair
        for pair, share in shares.items()
        if share >= SAME_TEXT and all(best[at][1] <= OTHER_TEXT for at in pair)
    }
