"""Writes a copy of the form as an Excel sheet, for print or for sending."""

from __future__ import annotations

import datetime
import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from samples.forms import OPEN, TITLE, Form, Style
from samples.stamps import settle

THIN, THICK, NONE = Side(style="thin"), Side(style="medium"), Side()
PAPER = {"A4": 9, "A3": 8}
"""Numbers of paper sizes in the file format."""


def write_sheet(form: Form, path: Path, sheet_name: str = "Sheet1", rows_per_page: int = 0) -> None:
    """Writes `form` to an .xlsx file; `rows_per_page` sets page breaks by hand, 0 leaves them to the printer."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = sheet_name
    _set_page(sheet, form.style)
    for i, width in enumerate(form.widths, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
    line = _write_head(sheet, form)
    line = _write_summary(sheet, form, line)
    first_header = line
    if not form.apart:
        line = _write_headers(sheet, form, line)
    last_header = line - 1
    lines: list[int] = []
    for i, row in enumerate(form.rows):
        if i in form.sections and form.apart:
            if i:
                _frame(sheet, form.style, first_header, last_header, line - 1, len(form.headers))
            sheet.cell(line, 1, form.sections[i]).font = _font(form.style, form.style.size, bold=True)
            sheet.row_dimensions[line].height = form.style.row_height
            first_header = line + 1
            line = _write_headers(sheet, form, first_header)
            last_header = line - 1
        elif i in form.sections:
            _write_section(sheet, form, line, form.sections[i])
            line += 1
        for column, value in enumerate(row, 1):
            cell = sheet.cell(line, column, value)
            _dress(form.style, cell)
            if isinstance(value, datetime.datetime):
                cell.number_format = 'yyyy"年"m"月"'
            elif isinstance(value, str):
                cell.number_format = "@"
        sheet.row_dimensions[line].height = _height(form, row)
        lines.append(line)
        line += 1
    for _ in range(form.style.blank_rows):
        for column in range(1, len(form.headers) + 1):
            _dress(form.style, sheet.cell(line, column))
        sheet.row_dimensions[line].height = form.style.row_height
        line += 1
    for column, first, last in form.merged_runs():
        sheet.merge_cells(start_row=lines[first], end_row=lines[last], start_column=column + 1, end_column=column + 1)
    _frame(sheet, form.style, first_header, last_header, line - 1, len(form.headers))
    if form.style.contact_line:
        sheet.cell(line, 1, form.style.contact_line).font = _font(form.style, form.style.size)
    if form.style.repeat_header and not form.apart:
        sheet.print_title_rows = f"{first_header}:{last_header}"
    if rows_per_page:
        for at in range(rows_per_page, len(lines), rows_per_page):
            sheet.row_breaks.append(Break(id=lines[at] - 1))
    book.save(path)
    settle(path)


def _font(style: Style, size: float, bold: bool = False) -> Font:
    return Font(name=style.font, size=size, bold=bold)


def _set_page(sheet: Worksheet, style: Style) -> None:
    sheet.page_setup.paperSize = PAPER[style.paper]
    sheet.page_setup.orientation = "landscape" if style.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.page_margins.header = sheet.page_margins.footer = 0.2
    sheet.print_options.horizontalCentered = True


def _write_head(sheet: Worksheet, form: Form) -> int:
    """Title and department above the table; gives the next line."""
    line, width = 1, len(form.headers)
    if form.style.annex_line:
        sheet.cell(line, 1, "附件3").font = _font(form.style, form.style.size + 1)
        line += 1
    sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=width)
    cell = sheet.cell(line, 1, TITLE)
    cell.font, cell.alignment = _font(form.style, 18, bold=True), Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[line].height = 32
    line += 1
    sheet.cell(line, 1, f"填报单位（盖章）：{form.department}").font = _font(form.style, form.style.size)
    sheet.cell(line, max(4, width - 2), f"填报日期：{form.date}").font = _font(form.style, form.style.size)
    return line + 1


def _write_summary(sheet: Worksheet, form: Form, line: int) -> int:
    """The small table above the form, with an empty line below it."""
    for texts in form.summary:
        for column, text in enumerate(texts, 2):
            sheet.cell(line, column, text)
            _dress(form.style, sheet.cell(line, column))
        line += 1
    return line + 1 if form.summary else line


def _write_headers(sheet: Worksheet, form: Form, line: int) -> int:
    at = 1
    tall: set[int] = set()
    for text, span in form.groups:
        for column in range(at, at + span):
            _dress(form.style, sheet.cell(line, column), bold=True)
        if text:
            sheet.cell(line, at, text)
        else:
            tall.add(at)
        if span > 1:
            sheet.merge_cells(start_row=line, end_row=line, start_column=at, end_column=at + span - 1)
        at += span
    if form.groups:
        for column in range(at, len(form.headers) + 1):
            _dress(form.style, sheet.cell(line, column), bold=True)
        line += 1
    for column, header in enumerate(form.headers, 1):
        _dress(form.style, sheet.cell(line, column), bold=True)
        sheet.cell(line - 1 if column in tall else line, column, header)
    sheet.row_dimensions[line].height = _height(form, form.headers) * 1.1
    for column in tall:
        sheet.merge_cells(start_row=line - 1, end_row=line, start_column=column, end_column=column)
    return line + 1


def _height(form: Form, texts: Sequence[object]) -> float:
    """A row's height in points: LibreOffice does not fit rows to wrapped text by itself."""
    size = form.style.size
    lines = 1
    for width, text in zip(form.widths, texts, strict=True):
        shown = "2024年12月" if isinstance(text, datetime.datetime) else str(text)
        # A column's unit is a digit of 11 points, 5.25 points wide; a Chinese character is as wide as high.
        room = width * 5.25 - 4
        lines = max(lines, sum(math.ceil(_width(part) * size * 1.04 / room) for part in shown.split("\n")))
    return max(form.style.row_height, lines * size * 1.4 + 4)


def _width(text: str) -> float:
    """In ems."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.62 for c in text)


def _write_section(sheet: Worksheet, form: Form, line: int, text: str) -> None:
    for column in range(1, len(form.headers) + 1):
        _dress(form.style, sheet.cell(line, column))
    cell = sheet.cell(line, 1, text)
    cell.font = _font(form.style, form.style.size, bold=True)
    cell.alignment = Alignment(horizontal="left", vertical="center")
    sheet.row_dimensions[line].height = form.style.row_height
    sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(form.headers))


def _dress(style: Style, cell: object, bold: bool = False) -> None:
    """Font, alignment and rules of one cell of the table."""
    cell.font = _font(style, style.size, bold)  # type: ignore[attr-defined]
    cell.alignment = Alignment(  # type: ignore[attr-defined]
        horizontal="center" if style.centred or bold else "left", vertical="center", wrap_text=True
    )
    if style.rules not in OPEN:
        cell.border = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)  # type: ignore[attr-defined]


def _frame(sheet: Worksheet, style: Style, first: int, last_header: int, last: int, width: int) -> None:
    """The bold lines: a frame, or the three lines of an open table."""
    if style.rules in ("grid", "none"):
        return
    framed = style.rules == "thick-frame"
    for row in range(first, last + 1):
        for column in range(1, width + 1):
            cell = sheet.cell(row, column)
            rule = THIN if framed else NONE
            cell.border = Border(
                left=THICK if framed and column == 1 else rule,
                right=THICK if framed and column == width else rule,
                top=THICK if row == first else rule,
                bottom=THICK if row == last or (row == last_header and not framed) else rule,
            )
