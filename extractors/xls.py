"""Workbooks of other formats (.xls, .xlsb, .ods) with python-calamine: values and merges, no number formats."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import python_calamine

from extractors.errors import UnreadableFileError
from extractors.numberformat import general
from extractors.sniff import OLE2, ole_is_whole
from extractors.tables import Cell, Document, Notice, Table, Value

MOST_CELLS = 2_000_000


def read(path: Path) -> Document:
    """One table for each visible sheet that holds anything, as `xlsx.read` does.

    The format of a date cell isn't known here: the first of a month is shown as a month, as forms ask for months.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    return read_as("xls", path)


def read_as(kind: str, path: Path) -> Document:
    """The same, for a document of the given kind."""
    with path.open("rb") as stream:
        data = stream.read() if stream.read(8) == OLE2 else b""
    if data and not ole_is_whole(OLE2 + data):
        # Calamine panics on a file cut short, and its panic writes to the terminal.
        raise UnreadableFileError("file-damaged", name=path.name)
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            return _document(kind, book, path.name)
    except python_calamine.PasswordError as error:
        raise UnreadableFileError("file-encrypted", name=path.name) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableFileError("file-damaged", name=path.name) from error
    except BaseException as error:
        # A panic inside calamine comes as pyo3_runtime.PanicException, which no module exports and Exception isn't.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFileError("file-damaged", name=path.name) from error


def _document(kind: str, book: python_calamine.CalamineWorkbook, name: str) -> Document:
    tables: list[Table] = []
    notices: list[Notice] = []
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            raise UnreadableFileError("file-too-large", name=name, size=f"{sheet.total_height}×{sheet.total_width}")
        rows = sheet.to_python(skip_empty_area=False)
        if not any(value != "" for row in rows for value in row):
            continue
        if meta.visible != python_calamine.SheetVisibleEnum.Visible:
            notices.append(Notice("sheet-hidden", "warning", {"name": meta.name}))
            continue
        tables.append(_table(meta.name, rows, sheet.merged_cell_ranges or []))
    return Document(kind, tuple(tables), notices=tuple(notices))


def _table(name: str, rows: Sequence[Sequence[object]], merges: list[tuple[tuple[int, int], tuple[int, int]]]) -> Table:
    height = max(r for r, row in enumerate(rows) if any(v != "" for v in row)) + 1
    width = max(c for row in rows for c, v in enumerate(row) if v != "") + 1
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in merges:
        if top < height and left < width:
            down, across = min(bottom, height - 1) - top + 1, min(right, width - 1) - left + 1
            spans[top, left] = (down, across)
            covered |= {(r, c) for r in range(top, top + down) for c in range(left, left + across)} - {(top, left)}
    cells = []
    for r in range(height):
        for c in range(width):
            if (r, c) not in covered:
                raw = rows[r][c] if c < len(rows[r]) else ""
                value, text = _content(raw)
                cells.append(Cell(r, c, text, *spans.get((r, c), (1, 1)), value, f"{name}!{_letters(c)}{r + 1}"))
    return Table(tuple(cells), height, width, name)


def _content(raw: object) -> tuple[Value, str]:
    if isinstance(raw, bool):
        return raw, "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        return raw, general(Decimal(repr(raw)))
    if isinstance(raw, datetime.date):
        month = raw.day == 1
        return raw, f"{raw.year}年{raw.month}月" if month else f"{raw.year}/{raw.month}/{raw.day}"
    if isinstance(raw, datetime.time | datetime.timedelta):
        return None, str(raw)
    return (None, "") if raw == "" else (str(raw), str(raw))


def _letters(column: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
