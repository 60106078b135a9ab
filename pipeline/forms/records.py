"""From the tables of a document to the records of a form: the same for a scan and an electronic copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.errors import UnreadableFileError
from extractors.tables import Cell, Document, Notice, Table
from pipeline.forms.form import Form
from pipeline.forms.header_notices import choice_notices
from pipeline.forms.joining import joined
from pipeline.forms.kinds import Kind
from pipeline.forms.layout import Layout, TableColumn, repeats_header
from pipeline.forms.pages import carry_merged, number_of, reading_order
from pipeline.forms.parts import PAGED, Part, cell_under, find_parts, header_texts, is_table
from pipeline.forms.record import Column, Record, RecordTable, Total
from pipeline.forms.rows import RowKind, classify, is_total
from pipeline.forms.text import fold, squeeze

__all__ = ["Column", "Record", "RecordTable", "read_records"]

REST_SHARE = 0.5
"""A row without number at a page's top that fills no more of its columns is the rest of a row that the break cut."""


def read_records(document: Document, form: Form, name: str) -> RecordTable:
    """The records of the form in a document, in order, with the columns under which they stand.

    Every table whose header names the form's fields is read; where one goes on in a table of as many columns without a
    header (a page break), that is read too. Pages are read in the order of their row numbers, so that what one page
    begins (a section, a row, a merged cell) goes on where it belongs; records are in the order of the file all the
    same. `name` is the file's, for the error.

    Raises:
        UnreadableFileError: table-missing, where no table has the form's headers.
    """
    parts, others, choices = find_parts(document, form)
    if not parts:
        raise UnreadableFileError("table-missing", name=name)
    paged = document.kind in PAGED
    order, notices = reading_order(parts, form) if paged else (list(range(len(parts))), [])
    reader = _Reader(form, paged)
    for place in order:
        reader.read(parts[place], place)
    if paged:
        carry_merged(reader.records, reader.breaks, reader.columns, form)
    return RecordTable(
        tuple(reader.columns),
        _in_order_of_file(reader.records, reader.places),
        (*choice_notices(choices), *notices, *(n for table in others for n in _unused(table))),
        tuple(reader.notes),
        totals=tuple(reader.totals),
        tables=choices,
    )


def _in_order_of_file(records: Sequence[Record], places: Sequence[int]) -> tuple[Record, ...]:
    """The records as their pages lie, counted anew; `places` are those of their parts in the document."""
    order = sorted(range(len(records)), key=lambda i: places[i])
    return tuple(replace(records[i], row=row) for row, i in enumerate(order, 1))


def _unused(table: Table) -> list[Notice]:
    """Tells of a table with content that isn't part of the form."""
    if is_table(table):
        return [Notice("table-unused", "info", {"name": table.name})]
    return []


class _Reader:
    """Gathers the records of one document, table after table."""

    def __init__(self, form: Form, paged: bool) -> None:
        self.form = form
        self.paged = paged
        self.columns: list[Column] = []
        self.records: list[Record] = []
        self.places: list[int] = []
        """Of the part in which each record begins."""
        self.breaks: list[int] = []
        """Places among the records of the first ones of further parts, rests of cut rows left out."""
        self.notes: list[str] = []
        self.totals: list[Total] = []
        self._group = 0
        """Position of the first record behind the last section row or total."""
        self._header_texts: frozenset[str] = frozenset()
        self._section: str | None = None
        self._section_cell: Cell | None = None
        self._beside: set[int] = set()
        self._last_indices: list[int] = []

    def read(self, part: Part, place: int) -> None:
        """Reads one table, the part of the document at `place`."""
        table, grid, layout = part.table, part.grid, part.layout
        beside = self._is_beside(layout)
        indices = self._indices(layout)
        self._header_texts |= header_texts(table, grid, layout)
        self._open_section(part)
        fresh = True
        previous: dict[str, Cell] = {}
        for row in range(layout.bottom + 1, table.rows):
            if repeats_header(grid, row, table.columns, self._header_texts):
                continue
            what = classify(grid, row, table.columns, layout.columns, self.form)
            cells = {i: cell_under(grid, row, column) for i, column in zip(indices, layout.columns, strict=True)}
            if beside and what.kind is not RowKind.SECTION:
                self._widen(cells)
            elif what.kind is RowKind.SECTION:
                self._section, self._group = what.text, len(self.records)
                self._section_cell = next((c for c in cells.values() if squeeze(c.text)), None)
            elif what.kind is RowKind.NOTE:
                self.notes.append(what.text)
                self._total(cells)
            elif what.kind is RowKind.RECORD:
                here = {c.field.id: cells[i] for i, c in zip(indices, layout.columns, strict=True) if c.field}
                cut = fresh and self._cut_by_page(part, row)
                if fresh and self.records:
                    self.breaks.append(len(self.records))
                if self.records and (cut or _same_record(previous, here, self.form)):
                    self._extend(cells)
                else:
                    number = len(self.records) + 1
                    self.records.append(Record(number, cells, self._section, self._section_cell))
                    self.places.append(place)
                previous, fresh = here, False

    def _total(self, cells: dict[int, Cell]) -> None:
        """Keeps a row of totals cell by cell."""
        label = next((squeeze(c.text) for c in cells.values() if is_total(c.text)), None)
        if label is not None:
            self.totals.append(Total(label, cells, self._group, len(self.records)))
            self._group = len(self.records)

    def _open_section(self, part: Part) -> None:
        """The section that a part opens by its sheet's name or by the line above it."""
        if part.caption is not None:
            self._section, self._section_cell = part.caption.text, part.caption
        elif self.form.section_value(part.table.name) is not None:
            self._section, self._section_cell = part.table.name, None

    def _is_beside(self, layout: Layout) -> bool:
        """Whether a table holds the right-hand columns of the records so far: a sheet too wide for its page.

        Such a page has neither the records' names nor any column of the pages before, or it goes on from one that had.
        """
        numbers = {f.id for f in self.form.fields if f.kind is Kind.ROW_NUMBER}
        known = {c.field.id for c in self.columns if c.field is not None and c.index not in self._beside} - numbers
        named = self.form.name_field in layout.fields
        return self.paged and bool(self.records) and not named and not (layout.fields - numbers) & known

    def _widen(self, cells: dict[int, Cell]) -> None:
        """Adds further columns to the first record that lacks them."""
        new = {i: c for i, c in cells.items() if i in self._beside or not any(i in r.cells for r in self.records)}
        self._beside |= new.keys()
        for k, record in enumerate(self.records):
            if new and not new.keys() & record.cells.keys():
                self.records[k] = replace(record, cells={**record.cells, **new})
                return
        self.notes.append(" ".join(" ".join(c.text.split()) for c in cells.values()))

    def _indices(self, layout: Layout) -> list[int]:
        """The column index of each of a table's columns; columns that no earlier table has are added.

        On a further page of as many columns, a header that could not be read is that of the same place on the last.
        """
        found: list[int | None] = []
        for column in layout.columns:
            known = (c.index for c in self.columns if c.index not in found and _is_same(c, column))
            found.append(next(known, None))
        same = sum(i == last for i, last in zip(found, self._last_indices, strict=False))
        alike = self.paged and len(found) == len(self._last_indices) and 2 * same >= len(found)
        for place, column in enumerate(layout.columns):
            if found[place] is None and alike and self._last_indices[place] not in found:
                found[place] = self._last_indices[place]
            elif found[place] is None:
                told = column.header, column.field, column.score, column.sealed, column.way, column.near
                self.columns.append(Column(len(self.columns), *told))
                found[place] = len(self.columns) - 1
        self._last_indices = [i for i in found if i is not None]
        return self._last_indices

    def _cut_by_page(self, part: Part, row: int) -> bool:
        """Whether the first row of a further page is the rest of the last row of the page before.

        A row that breaks across pages has no number on the second one. Whether a row's number is only unreadable there
        is told by the next row's, which counts on from the last page's or skips one; where that says nothing, by how
        much the row holds: the rest of a row has text only where a cell was too long for the first page.
        """
        if not self.paged or part.number is None or squeeze(cell_under(part.grid, row, part.number).text):
            return False
        before = next((self._number(r) for r in reversed(self.records)), None)
        below = [cell_under(part.grid, r, part.number) for r in range(row + 1, part.table.rows)]
        after = next((number_of(c) for c in below if squeeze(c.text)), None)
        if before is not None and after in (before + 1, before + 2):
            return after == before + 1
        columns = part.layout.columns
        filled = sum(bool(squeeze(cell_under(part.grid, row, c).text)) for c in columns)
        return filled <= REST_SHARE * len(columns)

    def _number(self, record: Record) -> int | None:
        """The row number that a record says."""
        kinds = {c.index: c.field.kind for c in self.columns if c.field is not None}
        return next((number_of(c) for i, c in record.cells.items() if kinds.get(i) is Kind.ROW_NUMBER), None)

    def _extend(self, cells: dict[int, Cell]) -> None:
        last = self.records[-1]
        grown = dict(last.cells)
        for index, cell in cells.items():
            grown[index] = joined(grown[index], cell) if index in grown and grown[index] is not cell else cell
        self.records[-1] = replace(last, cells=grown)


def _is_same(known: Column, column: TableColumn) -> bool:
    if known.field is not None or column.field is not None:
        return known.field == column.field
    return fold(known.header) == fold(column.header)


def _same_record(previous: dict[str, Cell], here: dict[str, Cell], form: Form) -> bool:
    """Whether two rows of the grid are one record: their name is one cell merged over both, and so is their number."""
    marks = {form.name_field} | {f.id for f in form.fields if f.kind is Kind.ROW_NUMBER}
    both = [(previous[m], here.get(m)) for m in marks if m in previous]
    return form.name_field in previous and all(a is b and a.row_span > 1 for a, b in both)
