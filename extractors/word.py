"""Word documents (.docx) with python-docx: tables with their merged cells, and the paragraphs around them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn

from extractors.errors import UnreadableFileError
from extractors.ooxml import check_package
from extractors.tables import Cell, Document, Table, TextLine

_WRAPPERS = frozenset(
    qn(n) for n in ("w:sdt", "w:sdtContent", "w:ins", "w:smartTag", "w:customXml", "w:moveTo", "w:hyperlink")
)
"""Elements that only wrap: content controls, tracked insertions. What stands in w:del and w:moveFrom isn't printed."""
_BREAKS = frozenset(qn(n) for n in ("w:br", "w:cr"))


def read(path: Path) -> Document:
    """Tables in order, named ``table 1``, …; places are ``table 1, row 5, column 3``, counted in the grid from 1.

    A merged cell stands once with its spans. Paragraphs and line breaks of a cell are line breaks in its text; a table
    inside a cell is read as text. Tracked deletions and hidden text are left out, insertions are in, as printed.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    check_package(path)
    try:
        body = docx.Document(str(path)).element.body
        tables: list[Table] = []
        lines: list[TextLine] = []
        for block in _unwrapped(body):
            if block.tag == qn("w:tbl"):
                tables.append(_table(block, len(tables) + 1))
            elif block.tag == qn("w:p"):
                lines += [TextLine(text) for text in _paragraph(block).split("\n") if text.strip()]
    except Exception as error:  # lxml and python-docx raise KeyError, ValueError, XMLSyntaxError, … on damaged parts
        raise UnreadableFileError("file-damaged", name=path.name) from error
    return Document("docx", tuple(tables), tuple(lines))


def _unwrapped(element: Any) -> Iterator[Any]:
    """The children, those of wrappers in the wrapper's place."""
    for child in element:
        if child.tag in _WRAPPERS:
            yield from _unwrapped(child)
        else:
            yield child


def _table(table: Any, number: int) -> Table:
    grid: dict[tuple[int, int], Cell] = {}
    above: dict[int, tuple[int, int]] = {}
    height = width = 0
    for row, line in enumerate(e for e in _unwrapped(table) if e.tag == qn("w:tr")):
        height, column = row + 1, _skipped(line, "w:gridBefore")
        following: dict[int, tuple[int, int]] = {}
        for element in _unwrapped(line):
            if element.tag != qn("w:tc"):
                continue
            span, merge = _spans(element)
            corner = above.get(column) if merge == "continue" else None
            if corner is not None and grid[corner].column_span == span:
                grid[corner] = _longer(grid[corner], row)
            else:
                corner = (row, column)
                place = f"table {number}, row {row + 1}, column {column + 1}"
                grid[corner] = Cell(row, column, _cell_text(element), 1, span, place=place)
            if merge is not None:
                following[column] = corner
            column += span
            width = max(width, column)
        above = following
    return Table(tuple(grid[p] for p in sorted(grid)), height, width, f"table {number}")


def _longer(cell: Cell, row: int) -> Cell:
    return Cell(cell.row, cell.column, cell.text, row - cell.row + 1, cell.column_span, place=cell.place)


def _skipped(line: Any, name: str) -> int:
    """Grid columns that a row leaves out at its start."""
    properties = line.find(qn("w:trPr"))
    skipped = None if properties is None else properties.find(qn(name))
    return 0 if skipped is None else int(skipped.get(qn("w:val"), "0"))


def _spans(cell: Any) -> tuple[int, str | None]:
    """Grid columns of a cell, and restart or continue where it is merged downwards."""
    properties = cell.find(qn("w:tcPr"))
    if properties is None:
        return 1, None
    span, merge = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
    columns = 1 if span is None else max(1, int(span.get(qn("w:val"), "1")))
    return columns, None if merge is None else merge.get(qn("w:val"), "continue")


def _cell_text(cell: Any) -> str:
    parts = []
    for block in _unwrapped(cell):
        if block.tag == qn("w:p"):
            parts.append(_paragraph(block))
        elif block.tag == qn("w:tbl"):
            rows = (r for r in _unwrapped(block) if r.tag == qn("w:tr"))
            parts += [_cell_text(c) for r in rows for c in _unwrapped(r) if c.tag == qn("w:tc")]
    return "\n".join(parts).strip("\n")


def _paragraph(paragraph: Any) -> str:
    return "".join(_run(run) for run in _unwrapped(paragraph) if run.tag == qn("w:r"))


def _run(run: Any) -> str:
    properties = run.find(qn("w:rPr"))
    if properties is not None:
        hidden = properties.find(qn("w:vanish"))
        if hidden is not None and hidden.get(qn("w:val"), "true") not in ("0", "false", "off"):
            return ""
    text = ""
    for element in run:
        if element.tag == qn("w:t"):
            text += element.text or ""
        elif element.tag == qn("w:tab"):
            text += "\t"
        elif element.tag in _BREAKS:
            text += "\n"
        elif element.tag == qn("w:noBreakHyphen"):
            text += "-"
    return text
