"""The tables of a document that hold the form: each with its header, or the header that it goes on under."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extractors.tables import Cell, Document, Table
from pipeline.forms.captions import caption
from pipeline.forms.form import Form
from pipeline.forms.headers import MISREAD
from pipeline.forms.kinds import Kind
from pipeline.forms.layout import Grid, Layout, TableColumn, find_layout, named_at_most, repeats_header, row_cells
from pipeline.forms.text import fold, squeeze

PAGED = frozenset({"scan", "pdf", "docx", "doc", "rtf", "odt", "word-xml", "ofd", "mht", "html"})
"""Kinds in which one table may go on in the next without its header."""
PAGES = frozenset({"scan", "pdf"})
"""Kinds whose tables are those of its pages: nothing to choose between."""
POOR = 0.4
"""A table with a smaller share of the fields that the fullest has is another list: of contacts, a summary."""


@dataclass(frozen=True)
class Part:
    """One table that holds the form, or some of its rows."""

    table: Table
    grid: Grid
    layout: Layout
    caption: Cell | None = None
    """The line right above that opens a section (一、省级……), as a cell; None where there is none."""

    @property
    def number(self) -> TableColumn | None:
        """The column of the row numbers, None where the table has none."""
        return next(
            (c for c in self.layout.columns if c.field is not None and c.field.kind is Kind.ROW_NUMBER), None
        )


@dataclass(frozen=True)
class Choice:
    """A table of a document, and whether it was taken for the form."""

    name: str
    taken: bool
    fields: int
    """Fields of the form that its header names; of a table that wasn't taken, that any of its first rows names."""
    score: float
    """See `Layout.score`; 0 where it wasn't taken."""


def find_parts(document: Document, form: Form) -> tuple[list[Part], list[Table], tuple[Choice, ...]]:
    """The tables that hold the form, in the order of the document, those that don't, and why.

    Where a table goes on in one of as many columns without a header (a page break), that is one too.
    """
    certain = form.certain - MISREAD if document.kind == "scan" else form.certain
    grids = [table.at() for table in document.tables]
    layouts = [find_layout(t, g, form, certain) for t, g in zip(document.tables, grids, strict=True)]
    layouts = [_unless_poor(layout, layouts) for layout in layouts]
    last = next((layout for layout in layouts if layout is not None), None)
    if last is None:
        return [], list(document.tables), _choices(document, grids, layouts, form, certain)
    headers = frozenset(
        text
        for table, grid, layout in zip(document.tables, grids, layouts, strict=True)
        if layout is not None
        for text in header_texts(table, grid, layout)
    )
    parts: list[Part] = []
    others: list[Table] = []
    for table, grid, layout in zip(document.tables, grids, layouts, strict=True):
        if layout is None and document.kind in PAGED:
            layout = _continued(table, grid, last, headers)
        if layout is None:
            others.append(table)
            continue
        parts.append(Part(table, grid, layout, caption(table, document, form)))
        last = layout
    return parts, others, _choices(document, grids, layouts, form, certain)


def is_table(table: Table) -> bool:
    """Whether it has rows and columns with something in them: a title on a sheet of its own is none."""
    return table.rows > 1 and table.columns > 1 and any(squeeze(c.text) for c in table.cells)


def header_texts(table: Table, grid: Grid, layout: Layout) -> set[str]:
    """All folded texts of a table's header, groups included."""
    rows = range(layout.top, layout.bottom + 1)
    return {fold(c.text) for row in rows for c in row_cells(grid, row, table.columns)} - {""}


def cell_under(grid: Grid, row: int, column: TableColumn) -> Cell:
    """The cell of a row under a column; of several grid columns under one header the one with text."""
    found = [c for p in column.positions if (c := grid.get((row, p))) is not None]
    with_text = [c for c in found if squeeze(c.text)]
    chosen = (with_text or found or [Cell(row, column.positions[0], "")])[0]
    return replace(chosen, belied=True) if not chosen.belied and any(c.belied for c in found) else chosen


def _choices(
    document: Document, grids: list[Grid], layouts: list[Layout | None], form: Form, certain: float
) -> tuple[Choice, ...]:
    """What was chosen among tables with content; nothing for scans, whose tables are pages."""
    if document.kind in PAGES:
        return ()
    choices = []
    for table, grid, layout in zip(document.tables, grids, layouts, strict=True):
        if layout is not None:
            choices.append(Choice(table.name, True, len(layout.fields), layout.score))
        elif is_table(table):
            choices.append(Choice(table.name, False, named_at_most(table, grid, form, certain), 0.0))
    return tuple(choices)


def _unless_poor(layout: Layout | None, layouts: list[Layout | None]) -> Layout | None:
    """Drops a table that shares little with the form beside one that is the form: a list of contacts, a summary."""
    most = max((len(x.fields) for x in layouts if x is not None), default=0)
    if layout is None or len(layout.fields) < POOR * most:
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
                replace(c, positions=(p,)) for p, c in zip(positions, last.columns, strict=True)
            )
            bottom = -1
            while bottom + 1 < table.rows and repeats_header(grid, bottom + 1, table.columns, headers):
                bottom += 1
            return Layout(0, bottom, columns)
    return None
