"""Excel workbooks (.xlsx, .xlsm) with openpyxl: what each cell shows, and what it holds."""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from extractors import xls
from extractors.errors import UnreadableFileError
from extractors.numberformat import CHINESE_BUILTIN, displayed, is_date_format
from extractors.ooxml import check_package
from extractors.tables import Cell, Document, Notice, Table, Value

MOST_CELLS = 2_000_000
"""Cells of a sheet's filled rectangle; a form of a thousand rows has 20,000."""


def read(path: Path) -> Document:
    """One table for each visible sheet that holds anything; cells carry the text shown, the value and the place.

    Hidden sheets, hidden rows and columns, and formulas without a stored value are told of in notices. A workbook that
    openpyxl can't open, mostly for its styles, is read without number formats.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    check_package(path)
    try:
        book = _load(path, values=True)
    except Exception as error:  # openpyxl raises whatever its descriptors meet: KeyError, TypeError, ValueError, …
        return _without_formats(path, error)
    if not book.worksheets:
        return _without_formats(path, None)
    formulas = _load(path, values=False) if _has_formulas(path) else None
    tables: list[Table] = []
    notices: list[Notice] = []
    for sheet in book.worksheets:
        bounds = _bounds(sheet)
        if formulas is not None and sheet.sheet_state == "visible":
            notices += _missing_values(sheet, formulas[sheet.title])
        if bounds is None:
            continue
        if sheet.sheet_state != "visible":
            notices.append(Notice("sheet-hidden", "warning", {"name": sheet.title}))
            continue
        if bounds[0] * bounds[1] > MOST_CELLS:
            raise UnreadableFileError("file-too-large", name=path.name, size=f"{bounds[0]}×{bounds[1]}")
        notices += _hidden_lines(sheet, bounds)
        tables.append(_table(sheet, bounds, book.epoch))
    return Document("xlsx", tuple(tables), notices=tuple(notices))


def _load(path: Path, values: bool) -> Any:
    with warnings.catch_warnings():
        # openpyxl warns of extensions it drops (data validation, conditional formats); none bears on texts.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, data_only=values)


def _without_formats(path: Path, error: Exception | None) -> Document:
    try:
        return xls.read_as("xlsx", path)
    except UnreadableFileError as again:
        raise again from error


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as package:
        return any(
            name.startswith("xl/worksheets/") and re.search(rb"<(?:\w+:)?f[ >/]", package.read(name)) is not None
            for name in package.namelist()
            if name.endswith(".xml")
        )


def _bounds(sheet: Any) -> tuple[int, int] | None:
    """The last row and column that hold anything; formats alone, which often reach to row 1,048,576, don't count."""
    # The dictionary behind iter_rows, which would make a cell for each place of the sheet's dimension.
    filled = [place for place, cell in sheet._cells.items() if cell.value is not None]
    if not filled:
        return None
    return max(r for r, _ in filled), max(c for _, c in filled)


def _missing_values(sheet: Any, written: Any) -> list[Notice]:
    return [
        Notice("formula-without-value", "warning", {"place": place}, place)
        for (row, column), cell in sorted(written._cells.items())
        if cell.data_type == "f" and sheet.cell(row, column).value is None
        for place in [_place(sheet.title, row, column)]
    ]


def _hidden_lines(sheet: Any, bounds: tuple[int, int]) -> list[Notice]:
    rows = [str(r) for r, line in sorted(sheet.row_dimensions.items()) if line.hidden and r <= bounds[0]]
    columns = [
        get_column_letter(c)
        for _, line in sorted(sheet.column_dimensions.items())
        if line.hidden
        for c in range(line.min or 1, min(line.max or 0, bounds[1]) + 1)
    ]
    if not rows and not columns:
        return []
    places = "、".join([*rows, *columns])
    return [Notice("lines-hidden", "warning", {"name": sheet.title, "places": places}, f"{sheet.title}")]


def _table(sheet: Any, bounds: tuple[int, int], epoch: datetime.datetime) -> Table:
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for merged in sheet.merged_cells.ranges:
        last_row, last_column = min(merged.max_row, bounds[0]), min(merged.max_col, bounds[1])
        if merged.min_row <= bounds[0] and merged.min_col <= bounds[1]:
            corner = (merged.min_row, merged.min_col)
            spans[corner] = (last_row - corner[0] + 1, last_column - corner[1] + 1)
            covered |= {(r, c) for r in range(corner[0], last_row + 1) for c in range(corner[1], last_column + 1)} - {
                corner
            }
    cells = []
    for row in range(1, bounds[0] + 1):
        for column in range(1, bounds[1] + 1):
            if (row, column) in covered:
                continue
            value, text = _content(sheet._cells.get((row, column)), epoch)
            down, right = spans.get((row, column), (1, 1))
            place = _place(sheet.title, row, column)
            cells.append(Cell(row - 1, column - 1, text, down, right, value, place))
    return Table(tuple(cells), bounds[0], bounds[1], sheet.title)


def _content(cell: Any, epoch: datetime.datetime) -> tuple[Value, str]:
    """The value and the text shown."""
    if cell is None or cell.value is None:
        return None, ""
    value = cell.value
    style = cell._style.numFmtId if cell.has_style else 0
    number_format = CHINESE_BUILTIN.get(style, cell.number_format)
    # openpyxl takes the Chinese built-in formats for General and leaves the serial number of the day.
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and style in CHINESE_BUILTIN
        and is_date_format(number_format)
    ):
        value = from_excel(value, epoch)
    text = displayed(value, number_format)
    if isinstance(value, datetime.time | datetime.timedelta):
        return None, text
    return value, text


def _place(sheet: str, row: int, column: int) -> str:
    return f"{sheet}!{get_column_letter(column)}{row}"
