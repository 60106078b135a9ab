"""Which column of the scan is which column of the electronic copy."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.fuzz import ratio

from pipeline.forms.form import Field
from pipeline.forms.kinds import Kind, guess_kind
from pipeline.forms.numbers import units_named
from pipeline.forms.records import Column, RecordTable
from pipeline.forms.text import fold

ALIKE = 70.0
"""Least likeness (rapidfuzz ratio) of two headers that the form doesn't know: one was read from an image."""


@dataclass(frozen=True)
class ColumnPair:
    """A column that both copies have."""

    electronic: Column
    scan: Column
    kind: Kind
    unit: str | None

    @property
    def header(self) -> str:
        """As the electronic copy prints it."""
        return self.electronic.header

    @property
    def units_differ(self) -> bool:
        """Whether both headers name a unit, and not the same: 100 in 万元 is not 100 in 元."""
        mine, theirs = units_named(None, self.electronic.header), units_named(None, self.scan.header)
        return bool(mine) and bool(theirs) and not mine & theirs

    @property
    def field(self) -> Field | None:
        """The form's field, None where the form doesn't know the column."""
        return self.electronic.field or self.scan.field


@dataclass(frozen=True)
class Columns:
    """The columns of two copies, paired."""

    pairs: tuple[ColumnPair, ...]
    """In the order of the electronic copy, row numbers left out."""
    only_electronic: tuple[Column, ...]
    only_scan: tuple[Column, ...]


def pair_columns(electronic: RecordTable, scan: RecordTable) -> Columns:
    """Pairs columns by the form's field first, then the rest by likeness of header, the most alike first."""
    left = [c for c in electronic.columns if not _is_row_number(c)]
    right = [c for c in scan.columns if not _is_row_number(c)]
    partner: dict[int, Column] = {}
    for column in left:
        for other in right:
            if column.field is not None and other.field is not None and column.field.id == other.field.id:
                partner[column.index] = other
    used = {c.index for c in partner.values()}
    alike = sorted(
        (
            (ratio(fold(a.header), fold(b.header)), -a.index, -b.index)
            for a in left
            for b in right
            if a.index not in partner and b.index not in used
        ),
        reverse=True,
    )
    by_index = {c.index: c for c in right}
    for score, minus_a, minus_b in alike:
        if score >= ALIKE and -minus_a not in partner and -minus_b not in used:
            partner[-minus_a] = by_index[-minus_b]
            used.add(-minus_b)
    pairs = tuple(_pair(c, partner[c.index], electronic) for c in left if c.index in partner)
    return Columns(
        pairs,
        tuple(c for c in left if c.index not in partner and _says_something(c, electronic)),
        tuple(c for c in right if c.index not in used and _says_something(c, scan)),
    )


def _is_row_number(column: Column) -> bool:
    return column.field is not None and column.field.kind is Kind.ROW_NUMBER


def _says_something(column: Column, table: RecordTable) -> bool:
    """Whether a column has a header, or values without one."""
    return bool(column.header) or any(r.cells[column.index].text for r in table.records if column.index in r.cells)


def _pair(column: Column, other: Column, table: RecordTable) -> ColumnPair:
    field = column.field or other.field
    if field is not None:
        return ColumnPair(column, other, field.kind, field.unit)
    texts = [r.cells[column.index].text for r in table.records if column.index in r.cells]
    return ColumnPair(column, other, guess_kind(column.header, texts), None)
