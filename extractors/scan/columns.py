"""Columns of a table that has no lines between them: stretches of ink, parted by paper that runs through all rows.

Paper alone does not tell them. A header in the middle of a wide column stands beside values at its left; the paper
inside a bracket of full width is as wide as that between columns, and headers of narrow columns all but touch. But a
column has both a header and values: what lacks one of them is a part of a column, and where the values stand well
apart, so do the columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.bool_]

GAP = 0.55
"""Paper between columns, in print heights; between the characters of a column it is less than 0.3."""
BRACKET_GAP = 1.1
"""Paper before or in a bracket of full width, in print heights, at most: half of its square, and the side of the
character beside it."""
CLEAR_GAP = 1.5
"""Paper between values, in print heights, that parts columns even where their headers all but touch."""
HEADER_GAP = 0.3
"""Paper between headers that all but touch, in print heights."""
FEW = 2
"""Pixels of ink in a column of pixels that are specks; a line of print has more."""
NARROW = 0.3
"""Width of the narrowest column, in print heights: figures of one digit."""


@dataclass(frozen=True)
class Stretch:
    """Ink between two gaps, in pixels from the page's left."""

    left: int
    right: int
    named: bool
    """Whether there is ink in the header."""
    filled: bool
    """Whether there is ink below it."""

    def joined(self, other: Stretch) -> Stretch:
        """Both and what is between."""
        return Stretch(
            min(self.left, other.left),
            max(self.right, other.right),
            self.named or other.named,
            self.filled or other.filled,
        )


def find_columns(header: Ink, values: Ink, height: float) -> list[tuple[int, int]]:
    """Left and right edge of each column.

    Args:
        header: the ink of the table's header; seals left out.
        values: the ink below it.
        height: of the print, pixels.
    """
    runs = _runs(header.sum(axis=0) + values.sum(axis=0), GAP * height)
    stretches = [
        Stretch(left, right, _inked(header, left, right, height), _inked(values, left, right, height))
        for run in runs
        for left, right in _parted(run, header, values, height)
    ]
    columns = _whole(stretches, height)
    return [(c.left, c.right) for c in columns if c.right - c.left > NARROW * height]


def _runs(profile: NDArray[np.int_], gap: float) -> list[tuple[int, int]]:
    """First and last place of stretches of ink that are parted by more than `gap` pixels of paper."""
    places = np.flatnonzero(profile > FEW)
    if len(places) == 0:
        return []
    breaks = np.flatnonzero(np.diff(places) > gap)
    starts, ends = [0, *(breaks + 1)], [*breaks, len(places) - 1]
    return [(int(places[a]), int(places[b])) for a, b in zip(starts, ends, strict=True)]


def _inked(part: Ink, left: int, right: int, height: float) -> bool:
    return int(part[:, left : right + 1].sum()) > 0.05 * height * height


def _parted(run: tuple[int, int], header: Ink, values: Ink, height: float) -> list[tuple[int, int]]:
    """A stretch cut where its values stand well apart, in the widest gap of the header there."""
    left, right = run
    below = _runs(values[:, left : right + 1].sum(axis=0), CLEAR_GAP * height)
    above = header[:, left : right + 1].sum(axis=0)
    out = []
    for (_, end), (start, _) in zip(below, below[1:], strict=False):
        gap = _widest_gap(above[end + 1 : start])
        if gap is not None and gap[1] - gap[0] >= HEADER_GAP * height:
            out.append((left, run[0] + end + 1 + gap[0] - 1))
            left = run[0] + end + 1 + gap[1]
    return [*out, (left, right)]


def _widest_gap(profile: NDArray[np.int_]) -> tuple[int, int] | None:
    """Begin and end of the widest stretch without ink."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (profile <= FEW).astype(np.int8), [0]])))
    gaps = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    return max(gaps, key=lambda g: g[1] - g[0]) if gaps else None


def _whole(stretches: list[Stretch], height: float) -> list[Stretch]:
    """The columns: stretches that lack a header or values joined with the neighbour that they are a part of."""
    out: list[Stretch] = []
    for stretch in stretches:
        if out and not out[-1].named and out[-1].filled and stretch.named and not stretch.filled:
            out[-1] = out[-1].joined(stretch)
        else:
            out.append(stretch)
    while True:
        parts = [
            (gap, i, other)
            for i, stretch in enumerate(out)
            if not (stretch.named and stretch.filled)
            for other in (i - 1, i + 1)
            if 0 <= other < len(out)
            and (gap := max(out[other].left - stretch.right, stretch.left - out[other].right)) < BRACKET_GAP * height
        ]
        if not parts:
            return out
        _, i, other = min(parts)
        first = min(i, other)
        out[first : first + 2] = [out[first].joined(out[first + 1])]
