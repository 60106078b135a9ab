"""The records of a form: what every reader of tables gives, whatever the document."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.tables import Cell, Notice
from pipeline.forms.form import Field
from pipeline.forms.headers import Way
from pipeline.forms.parts import Choice


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
    sealed: bool = False
    """Whether a seal that can't be told from print stands over the header."""
    way: Way = Way.UNKNOWN
    """How the field was told, or why there is none."""
    near: tuple[tuple[str, float], ...] = ()
    """See `HeaderMatch`."""


@dataclass(frozen=True)
class Record:
    """One row of the form."""

    row: int
    """1-based number of the data row across tables and pages; headers, sections, notes and blank rows don't count."""
    cells: dict[int, Cell]
    """By column index. An empty cell is there with an empty text; only columns that its table lacks are absent."""
    section: str | None = None
    """The section row above it (一、省级……), the line above its table, or a sheet's name that says a category."""
    section_cell: Cell | None = None
    """Where that stands; None where it's a sheet's name."""


@dataclass(frozen=True)
class Total:
    """A row of totals, by column index as a record is. It is one of the notes, too."""

    label: str
    """合计, 小计, ……"""
    cells: dict[int, Cell]
    since: int
    """Position of the first record behind the last section row or total."""
    until: int
    """Position behind the last record above it."""


@dataclass(frozen=True)
class RecordTable:
    """The form as a document fills it."""

    columns: tuple[Column, ...]
    records: tuple[Record, ...]
    notices: tuple[Notice, ...] = ()
    notes: tuple[str, ...] = ()
    """Rows that are no records: totals, remarks, 联系人：…; kept so that nothing is lost."""
    tables: tuple[Choice, ...] = ()
    """The tables with content, and which were read; empty for scans."""
    totals: tuple[Total, ...] = ()
    """The totals among them, cell by cell."""

    def column(self, field_id: str) -> Column | None:
        """The column of a field, None where there is none."""
        return next((c for c in self.columns if c.field is not None and c.field.id == field_id), None)

    def text(self, record: Record, field_id: str) -> str:
        """What a record says for a field, as written; empty where there is nothing."""
        column = self.column(field_id)
        cell = None if column is None else record.cells.get(column.index)
        return "" if cell is None else cell.text
