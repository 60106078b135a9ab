"""Which column of the scan is which column of the electronic copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio

from pipeline.forms.form import Field
from pipeline.forms.kinds import Kind, guess_kind, normal_form
from pipeline.forms.numbers import units_named
from pipeline.forms.records import Column, RecordTable
from pipeline.forms.text import fold

ALIKE = 70.0
"""Least likeness (rapidfuzz ratio) of two headers that the form doesn't know: one was read from an image."""
MISREAD = 25.0
"""The same where the values agree too: of a header in a small face on a black-and-white scan one character in two to
four is read right."""
SHORT = 2
"""Characters of a header that may all be misread."""
SURELY_THE_SAME = 0.7
"""Least likeness of two columns' values where nothing of the header is left but its place."""
CLEARLY = 0.25
"""How much more a column must be like another than like any third where its place doesn't say which it is."""
SAYS_THE_SAME = 0.6
"""Least likeness of two columns' values, row by row, where no header says that they are one. Two columns of other
contents reach 0.43 (6,700 pairs of columns of samples)."""


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
        """Whether the headers name different units: 100 in 万元 is not 100 in 元. Unnamed, the unit is the form's."""
        mine, theirs = units_named(self.unit, self.electronic.header), units_named(self.unit, self.scan.header)
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
    """Pairs columns by the form's field first, then by likeness of header, then by what stands below."""
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
    partner |= by_contents(electronic, scan, left, right, partner)
    used = {c.index for c in partner.values()}
    return Columns(
        _pairs(left, partner, electronic),
        tuple(c for c in left if c.index not in partner and _says_something(c, electronic)),
        tuple(c for c in right if c.index not in used and _says_something(c, scan)),
    )


def _pairs(left: Sequence[Column], partner: Mapping[int, Column], electronic: RecordTable) -> tuple[ColumnPair, ...]:
    return tuple(_pair(c, partner[c.index], electronic) for c in left if c.index in partner)


def by_contents(
    electronic: RecordTable,
    scan: RecordTable,
    left: Sequence[Column],
    right: Sequence[Column],
    partner: Mapping[int, Column],
) -> dict[int, Column]:
    """Partners of columns whose header on the scan can't be read: what stands below says which they are.

    Such a column says much the same row by row, and stands between the same neighbours in both copies or says it much
    more than any other. A header that can be read and is another one stays without a partner, whatever stands below.

    Args:
        electronic: one copy.
        scan: the other.
        left: columns of the electronic copy, row numbers left out.
        right: the same of the scan.
        partner: those of the scan by index of the electronic copy's, as far as headers tell.
    """
    from pipeline.reconcile.pairing import pair_rows

    used = {c.index for c in partner.values()}
    free = [c for c in right if c.index not in used and c.field is None]
    lone = [c for c in left if c.index not in partner]
    if not free or not lone or not partner:
        return {}
    rows = pair_rows(electronic.records, scan.records, _pairs(left, partner, electronic)).pairs
    places = {c.index: place for place, c in enumerate(right)}
    known = {place: places[partner[c.index].index] for place, c in enumerate(left) if c.index in partner}
    likeness = {(a.index, b.index): _likeness(electronic, scan, rows, a, b) for a in lone for b in free}
    found: dict[int, Column] = {}
    for (a, b), score in sorted(likeness.items(), key=lambda item: -item[1]):
        column, other = (next(c for c in side if c.index == i) for side, i in ((lone, a), (free, b)))
        rivals = [s for (i, j), s in likeness.items() if (i == a) != (j == b)]
        placed = _between_the_same(left.index(column), places[b], known, len(left), len(right))
        clear = score - max(rivals, default=0.0) >= CLEARLY
        taken = a in found or other in found.values()
        # Of a header of two characters in a thin face none may be left.
        short = placed and len(fold(other.header)) <= SHORT and score >= SURELY_THE_SAME
        may_be = short or ((placed or clear) and _may_be(column, other))
        if score >= SAYS_THE_SAME and may_be and not taken:
            found[a] = other
    return found


def _may_be(column: Column, other: Column) -> bool:
    """Whether the scan's header may be a misreading of the electronic copy's."""
    return not other.header or other.sealed or ratio(fold(column.header), fold(other.header)) >= MISREAD


def _between_the_same(place: int, other: int, known: Mapping[int, int], width: int, width_other: int) -> bool:
    """Whether the nearest columns with a partner, left and right, are partners of each other."""
    reverse = {b: a for a, b in known.items()}
    before = next((p for p in range(place - 1, -1, -1) if p in known), None)
    before_other = next((p for p in range(other - 1, -1, -1) if p in reverse), None)
    after = next((p for p in range(place + 1, width) if p in known), None)
    after_other = next((p for p in range(other + 1, width_other) if p in reverse), None)
    return (
        (None if before is None else known[before]) == before_other
        and (None if after is None else known[after]) == after_other
    )


def _likeness(
    electronic: RecordTable, scan: RecordTable, rows: Sequence[tuple[int, int]], column: Column, other: Column
) -> float:
    """Mean likeness of two columns' values over paired rows, 0 to 1."""
    pair = _pair(column, other, electronic)
    found = []
    for a, b in rows:
        mine, theirs = electronic.records[a].cells.get(column.index), scan.records[b].cells.get(other.index)
        texts = ["" if c is None else normal_form(c.text, pair.kind, pair.unit, pair.header) for c in (mine, theirs)]
        found.append(ratio(*texts) / 100 if any(texts) else 0.5)
    return sum(found) / len(found) if found else 0.0


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
