"""What a scan gets wrong everywhere: the same character read as the same other one, over and over.

A scan errs systematically, a typist does not (DESIGN.md, *What was measured*): where a thin face has lost the slant of
its every 4 and all of them read as 1, surely, no threshold on one field can see it. The document as a whole can.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.forms.text import fold
from pipeline.model import Verdict

FEWEST = 4
"""Fields in which the same character must be read as the same other one."""
FEWEST_COLUMNS = 2
"""Columns over which they must be spread: one column may really have been typed from another list."""
SHARE = 0.3
"""Of the fields that hold the character, the share in which it is read so; a typist's slips are rarer."""
DOUBTFUL = 0.7
"""That the copies say the same where the scan is known to err: no table holds such scans, so it is told low."""


@dataclass(frozen=True)
class Compared:
    """A field as it stands before the document as a whole is looked at."""

    column: str
    electronic: str
    scan: str
    verdict: Verdict


@dataclass(frozen=True)
class Confusions:
    """Characters that this scan is known to confuse: (what was typed, what is read)."""

    pairs: frozenset[tuple[str, str]]

    def doubts(self, field: Compared) -> bool:
        """Whether the confusions leave the verdict on a field open.

        A difference that consists of nothing else may be none; and where what is read so stands in both copies, the
        paper may really hold the other.
        """
        if not self.pairs:
            return False
        if field.verdict is Verdict.MATCH:
            return any(read in fold(field.electronic) for _, read in self.pairs)
        found = substitutions(field.electronic, field.scan)
        return bool(found) and set(found) <= self.pairs


def find_confusions(fields: Sequence[Compared]) -> Confusions:
    """The confusions of a scan, from all fields of the document."""
    seen: Counter[tuple[str, str]] = Counter()
    columns: dict[tuple[str, str], set[str]] = {}
    holding: Counter[str] = Counter()
    for field in fields:
        holding.update(set(fold(field.electronic)))
        if field.verdict is not Verdict.MATCH:
            for pair in set(substitutions(field.electronic, field.scan)):
                seen[pair] += 1
                columns.setdefault(pair, set()).add(field.column)
    return Confusions(
        frozenset(
            pair
            for pair, count in seen.items()
            if count >= FEWEST and len(columns[pair]) >= FEWEST_COLUMNS and count >= SHARE * holding[pair[0]]
        )
    )


def substitutions(electronic: str, scan: str) -> list[tuple[str, str]]:
    """(typed, read) at each place where two texts of one length differ; nothing where their lengths differ."""
    typed, read = fold(electronic), fold(scan)
    if len(typed) != len(read):
        return []
    return [(a, b) for a, b in zip(typed, read, strict=True) if a != b]


def doubted(verdict: Verdict, probability: float) -> tuple[Verdict, float]:
    """The verdict on a field that a confusion leaves open, and how probably the copies say the same."""
    return Verdict.UNSURE, min(probability, DOUBTFUL) if verdict is Verdict.MATCH else max(probability, DOUBTFUL)
