"""Which row of the scan is which row of the electronic copy: an optimal assignment over all rows at once.

A dropped row or two swapped ones then don't shift the rest, as they would in a comparison from the top down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.forms.kinds import Kind, normal_form
from pipeline.forms.records import Record
from pipeline.reconcile.columns import ColumnPair

SAME = 0.62
"""Rows less alike than this are not the same record. Rows of different platforms, which share words of their names
and short values such as 是, reach about 0.5; the same row with a seal over a third of its cells stays above 0.7."""
ORDER = 0.01
"""Weight of the rows' places, to break ties between rows that say the same."""
WEIGHTS = {
    Kind.CODE: 3.0, Kind.ORGANISATION: 3.0, Kind.PHONE: 2.0, Kind.DECIMAL: 1.5, Kind.INTEGER: 1.0, Kind.DATE: 1.0,
    Kind.TEXT: 1.0, Kind.PLACE: 0.7, Kind.ENUMERATION: 0.3, Kind.YESNO: 0.1,
}  # fmt: skip
"""How much a kind says of which record a row is: a code nearly all, yes or no nearly nothing."""


@dataclass(frozen=True)
class RowPairs:
    """Rows by their place (0-based) in each copy."""

    pairs: tuple[tuple[int, int], ...]
    """(electronic, scan), in the order of the electronic copy."""
    only_electronic: tuple[int, ...]
    only_scan: tuple[int, ...]


def pair_rows(electronic: Sequence[Record], scan: Sequence[Record], columns: Sequence[ColumnPair]) -> RowPairs:
    """Pairs rows so that the sum of their likeness is greatest (Kuhn 1955); pairs below `SAME` are undone."""
    # Here, not above: it takes a third of a second to import, and is imported beside the reading of the scan.
    from scipy.optimize import linear_sum_assignment

    if not electronic or not scan or not columns:
        return RowPairs((), tuple(range(len(electronic))), tuple(range(len(scan))))
    likeness = _likeness(electronic, scan, columns)
    places = np.abs(np.arange(len(electronic))[:, None] - np.arange(len(scan))[None]) / max(len(electronic), len(scan))
    rows, partners = linear_sum_assignment(likeness - ORDER * places, maximize=True)
    pairs = tuple((int(a), int(b)) for a, b in zip(rows, partners, strict=True) if likeness[a, b] >= SAME)
    left, right = {a for a, _ in pairs}, {b for _, b in pairs}
    return RowPairs(
        pairs,
        tuple(i for i in range(len(electronic)) if i not in left),
        tuple(i for i in range(len(scan)) if i not in right),
    )


def _likeness(
    electronic: Sequence[Record], scan: Sequence[Record], columns: Sequence[ColumnPair]
) -> NDArray[np.float64]:
    """Weighted mean over the columns of the Levenshtein similarity of normal forms, electronic × scan."""
    total = np.zeros((len(electronic), len(scan)))
    weight = 0.0
    for column in columns:
        left = [_form(r, column, column.electronic.index) for r in electronic]
        right = [_form(r, column, column.scan.index) for r in scan]
        known: dict[tuple[str, str], float] = {}
        for i, a in enumerate(left):
            for j, b in enumerate(right):
                if (a, b) not in known:
                    known[a, b] = Levenshtein.normalized_similarity(a, b)
                total[i, j] += WEIGHTS.get(column.kind, 1.0) * known[a, b]
        weight += WEIGHTS.get(column.kind, 1.0)
    return total / max(weight, 1e-9)


def _form(record: Record, column: ColumnPair, index: int) -> str:
    cell = record.cells.get(index)
    return "" if cell is None else normal_form(cell.text, column.kind, column.unit, column.header)
