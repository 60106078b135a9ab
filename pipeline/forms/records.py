"""From the tables of a document to the records of a form: the same for a scan and an electronic copy."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.errors import UnreadableFileError
from extractors.tables import Cell, Document, Notice, Table
from pipeline.forms.form import Field, Form
from pipeline.forms.headers import CERTAIN, CERTAIN_ON_SCANS
from pipeline.forms.joining import joined
from pipeline.forms.kinds import Kind
from pipeline.forms.layout import Grid, Layout, TableColumn, find_layout, repeats_header, row_cells
from pipeline.forms.rows import RowKind, classify
from pipeline.forms.text import fold, squeeze

PAGED = frozenset({"scan", "pdf", "docx"})
"""Kinds in which one table may go on in the next without its header."""


@dataclass(frozen=True)
class Column:
    """One column of the records."""

    index: int
    """0-based place among the columns; key of `Record.cells`."""
    header: str
    """As printed, white space removed. Empty where a column has texts but no header, or none that could be read."""
    field: Field | None
    """None for a column that the form doesn't know."""
    score: float
    """How sure the field is, 0 to 1; 1 for a known header."""


@dataclass(frozen=True)
class Record:
    """One row of the form."""

    row: int
    """1-based number of the data row across tables and pages; headers, sections, notes and blank rows don't count."""
    cells: dict[int, Cell]
    """By column index. An empty cell is there with an empty text; only columns that its table lacks are absent."""
    section: str | None = None
    """The section row above it (一、省级……) or a sheet's name that says a category."""


@dataclass(frozen=True)
class RecordTable:
    """The form as a document fills it."""

    columns: tuple[Column, ...]
    records: tuple[Record, ...]
    notices: tuple[Notice, ...] = ()
    notes: tuple[str, ...] = ()
    """Rows that are no records: totals, remarks, 联系人：…; kept so that nothing is lost."""

    def column(self, field_id: str) -> Column | None:
        """The column of a field, None where there is none."""
        return next((c for c in self.columns if c.field is not None and c.field.id == field_id), None)

    def text(self, record: Record, field_id: str) -> str:
        """What a record says for a field, as written; empty where there is nothing."""
        column = self.column(field_id)
        cell = None if column is None else record.cells.get(column.index)
        return "" if cell is None else cell.text


@dataclass(frozen=True)
class _Part:
    table: Table
    grid: Grid
    layout: Layout


def read_records(document: Document, form: Form, name: str) -> RecordTable:
    """The records of the form in a document, in order, with the columns under which they stand.

    Every table whose header names the form's fields is read; where one goes on in a table of as many columns without a
    header (a page break), that is read too. `name` is the file's, for the error.

    Raises:
        UnreadableFileError: table-missing, where no table has the form's headers.
    """
    certain = CERTAIN_ON_SCANS if document.kind == "scan" else CERTAIN
    grids = [table.at() for table in document.tables]
    layouts = [find_layout(t, g, form, certain) for t, g in zip(document.tables, grids, strict=True)]
    layouts = [_unless_poor(layout, layouts) for layout in layouts]
    first = next((layout for layout in layouts if layout is not None), None)
    if first is None:
        raise UnreadableFileError("table-missing", name=name)
    reader = _Reader(form, document.kind in PAGED)
    last = first
    for table, grid, layout in zip(document.tables, grids, layouts, strict=True):
        layout = layout or (_continued(table, grid, last, reader.header_texts) if reader.paged else None)
        if layout is None:
            reader.unused(table)
            continue
        reader.read(_Part(table, grid, layout))
        last = layout
    return RecordTable(tuple(reader.columns), tuple(reader.records), tuple(reader.notices), tuple(reader.notes))


def _unless_poor(layout: Layout | None, layouts: list[Layout | None]) -> Layout | None:
    """Drops a table that shares little with the form beside one that is the form: a list of contacts, a summary."""
    most = max((len(x.fields) for x in layouts if x is not None), default=0)
    if layout is None or len(layout.fields) < 0.4 * most:
        return None
    return layout


def _continued(table: Table, grid: Grid, last: Layout, headers: frozenset[str]) -> Layout | None:
    """The layout of a table without header that goes on from the last one: as many columns, empty ones aside."""
    filled = [
        p
        for p in range(table.columns)
        if any((c := grid.get((r, p))) is not None and squeeze(c.text) for r in range(table.rows))
    ]
    for positions in (list(range(table.columns)), filled):
        if len(positions) == len(last.columns) and len(positions) > 1:
            columns = tuple(
                TableColumn((p,), c.header, c.field, c.score) for p, c in zip(positions, last.columns, strict=True)
            )
            bottom = -1
            while bottom + 1 < table.rows and repeats_header(grid, bottom + 1, table.columns, headers):
                bottom += 1
            return Layout(0, bottom, columns)
    return None


class _Reader:
    """Gathers the records of one document, table after table."""

    def __init__(self, form: Form, paged: bool) -> None:
        self.form = form
        self.paged = paged
        self.columns: list[Column] = []
        self.records: list[Record] = []
        self.notices: list[Notice] = []
        self.notes: list[str] = []
        self.header_texts: frozenset[str] = frozenset()
        self._section: str | None = None
        self._beside: set[int] = set()
        self._last_indices: list[int] = []

    def unused(self, table: Table) -> None:
        """Tells of a table with content that isn't part of the form."""
        if table.rows > 1 and table.columns > 1 and any(squeeze(c.text) for c in table.cells):
            self.notices.append(Notice("table-unused", "info", {"name": table.name}))

    def read(self, part: _Part) -> None:
        """Reads one table."""
        table, grid, layout = part.table, part.grid, part.layout
        beside = self._is_beside(layout)
        indices = self._indices(layout)
        for row in range(layout.top, layout.bottom + 1):
            self.header_texts |= {fold(c.text) for c in row_cells(grid, row, table.columns)} - {""}
        if self.form.section_value(table.name) is not None:
            self._section = table.name
        fresh = True
        previous: dict[str, Cell] = {}
        for row in range(layout.bottom + 1, table.rows):
            if repeats_header(grid, row, table.columns, self.header_texts):
                continue
            what = classify(grid, row, table.columns, layout.columns, self.form)
            cells = {i: _cell(grid, row, column) for i, column in zip(indices, layout.columns, strict=True)}
            if beside and what.kind is not RowKind.SECTION:
                self._widen(cells)
            elif what.kind is RowKind.SECTION:
                self._section = what.text
            elif what.kind is RowKind.NOTE:
                self.notes.append(what.text)
            elif what.kind is RowKind.RECORD:
                here = {c.field.id: cells[i] for i, c in zip(indices, layout.columns, strict=True) if c.field}
                cut = fresh and self._cut_by_page(part, row)
                if self.records and (cut or _same_record(previous, here, self.form)):
                    self._extend(cells)
                else:
                    self.records.append(Record(len(self.records) + 1, cells, self._section))
                previous, fresh = here, False

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
                self.records[k] = Record(record.row, {**record.cells, **new}, record.section)
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
                self.columns.append(Column(len(self.columns), column.header, column.field, column.score))
                found[place] = len(self.columns) - 1
        self._last_indices = [i for i in found if i is not None]
        return self._last_indices

    def _cut_by_page(self, part: _Part, row: int) -> bool:
        """Whether the first row of a further page is the rest of the last row of the page before.

        A row that breaks across pages has no number on the second one, and text only where a cell was too long for the
        first. A whole row whose number couldn't be read has texts in most cells.
        """
        columns = part.layout.columns
        number = next((c for c in columns if c.field is not None and c.field.kind is Kind.ROW_NUMBER), None)
        if not self.paged or number is None or squeeze(_cell(part.grid, row, number).text):
            return False
        return sum(bool(squeeze(_cell(part.grid, row, c).text)) for c in columns) <= 0.5 * len(columns)

    def _extend(self, cells: dict[int, Cell]) -> None:
        last = self.records[-1]
        grown = dict(last.cells)
        for index, cell in cells.items():
            grown[index] = joined(grown[index], cell) if index in grown and grown[index] is not cell else cell
        self.records[-1] = Record(last.row, grown, last.section)


def _is_same(known: Column, column: TableColumn) -> bool:
    if known.field is not None or column.field is not None:
        return known.field == column.field
    return fold(known.header) == fold(column.header)


def _cell(grid: Grid, row: int, column: TableColumn) -> Cell:
    """The cell of a row under a column; of several grid columns under one header the one with text."""
    found = [c for p in column.positions if (c := grid.get((row, p))) is not None]
    with_text = [c for c in found if squeeze(c.text)]
    return (with_text or found or [Cell(row, column.positions[0], "")])[0]


def _same_record(previous: dict[str, Cell], here: dict[str, Cell], form: Form) -> bool:
    """Whether two rows of the grid are one record: their name is one cell merged over both, and so is their number."""
    marks = {form.name_field} | {f.id for f in form.fields if f.kind is Kind.ROW_NUMBER}
    both = [(previous[m], here.get(m)) for m in marks if m in previous]
    return form.name_field in previous and all(a is b and a.row_span > 1 for a, b in both)
