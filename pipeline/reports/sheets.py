"""What every sheet of the office's workbook shares: safe cells, header, widths, print set-up, pictures.

Values come from senders. A text is always stored as a text, never as a formula, and marked as one (quotePrefix) where
it opens with a sign that a spreadsheet takes for a formula, so that it stays a text when it is edited or exported.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.cell import Cell
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.units import pixels_to_EMU
from openpyxl.worksheet.worksheet import Worksheet

from extractors.i18n import _
from pipeline.reports.text import clean

FORMULA_OPENERS = ("=", "+", "-", "@", "\t", "\r")
MOST_CHARACTERS = 32767
"""What one cell can hold, by the file format."""
FACE = "等线"
INK, QUIET, WHITE = "1B2733", "5B6774", "FFFFFF"
HEADER_FILL = PatternFill("solid", fgColor="1F4B7A")
LABEL_FILL = PatternFill("solid", fgColor="EEF2F7")
FILLS = {
    "mismatch": PatternFill("solid", fgColor="FBE3E1", bgColor="FBE3E1"),
    "unsure": PatternFill("solid", fgColor="FFF1CC", bgColor="FFF1CC"),
    "match": PatternFill("solid", fgColor="E4F3EA", bgColor="E4F3EA"),
}
_SIDE = Side("thin", color="C9D1DA")
BORDER = Border(_SIDE, _SIDE, _SIDE, _SIDE)
PIXELS_PER_POINT = 96 / 72
PIXELS_PER_CHARACTER = 7
"""Of a column's width at the standard font."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet: header in the language in use, width in characters."""

    header: str
    width: float
    centred: bool = False


def put(cell: Cell, value: str | int | float | None) -> Cell:
    """Sets a cell to a number or to a text that can never be a formula."""
    if value is None:
        return cell
    if not isinstance(value, str):
        cell.value = value
        return cell
    text = clean(value)[:MOST_CHARACTERS]
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(FORMULA_OPENERS)
    return cell


def start(sheet: Worksheet, title: str, columns: Sequence[Column]) -> None:
    """Title row, header row frozen with filters, widths, and a print set-up that repeats the header."""
    sheet.sheet_view.showGridLines = False
    sheet.row_dimensions[1].height = 30
    put(sheet.cell(1, 1), title).font = Font(name=FACE, size=15, bold=True, color=INK)
    sheet.cell(1, 1).alignment = Alignment(vertical="center")
    sheet.row_dimensions[2].height = 24
    for number, column in enumerate(columns, 1):
        cell = put(sheet.cell(2, number), column.header)
        cell.font = Font(name=FACE, size=10.5, bold=True, color=WHITE)
        cell.fill, cell.border = HEADER_FILL, BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "1:2"
    page_setup(sheet)


def page_setup(sheet: Worksheet) -> None:
    """A4 landscape, as wide as the page, page numbers below."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4, by the file format's list
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.6, 0.75, 0.3
    sheet.oddFooter.center.text = _("第 {page} 页，共 {pages} 页").format(page="&P", pages="&N")
    sheet.oddFooter.center.size = 9


def add_row(sheet: Worksheet, columns: Sequence[Column], values: Sequence[str | int | float | None]) -> int:
    """Adds a row below the last one, at least as high as its texts need; returns its number."""
    number: int = sheet.max_row + 1
    lines = 1
    for place, (column, value) in enumerate(zip(columns, values, strict=True), 1):
        cell = put(sheet.cell(number, place), value)
        cell.font, cell.border = Font(name=FACE, size=10.5, color=INK), BORDER
        aligned = Alignment(horizontal="left", indent=1) if not column.centred else Alignment(horizontal="center")
        aligned.vertical, aligned.wrap_text = "center", True
        cell.alignment = aligned
        if isinstance(value, str):
            lines = max(lines, sum(_lines(part, column.width) for part in value.split("\n") or [""]))
    sheet.row_dimensions[number].height = min(max(20.0, 15.0 * lines + 5), 400.0)
    return number


def _lines(text: str, width: float) -> int:
    taken = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
    return max(1, -(-taken // max(int(width) - 1, 1)))


def finish(sheet: Worksheet, columns: Sequence[Column]) -> None:
    """Filters over everything that was added; a sheet without rows says so."""
    if sheet.max_row == 2:
        cell = put(sheet.cell(3, 1), _("（无）"))
        cell.font = Font(name=FACE, size=10.5, italic=True, color=QUIET)
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(columns))}{max(sheet.max_row, 2)}"


def picture(sheet: Worksheet, row: int, column: int, data: bytes, column_width: float) -> None:
    """A picture inside a cell; the row is made high enough for it."""
    image = Image(io.BytesIO(data))
    widest = column_width * PIXELS_PER_CHARACTER - 8
    scale = min(widest / image.width, 84 / image.height, 1.0)
    width, height = round(image.width * scale), round(image.height * scale)
    dimension = sheet.row_dimensions[row]
    dimension.height = max(dimension.height or 0, (height + 10) / PIXELS_PER_POINT)
    across = (column_width * PIXELS_PER_CHARACTER + 5 - width) / 2
    down = (dimension.height * PIXELS_PER_POINT - height) / 2
    image.anchor = OneCellAnchor(
        AnchorMarker(column - 1, pixels_to_EMU(max(across, 2)), row - 1, pixels_to_EMU(max(down, 2))),
        XDRPositiveSize2D(pixels_to_EMU(width), pixels_to_EMU(height)),
    )
    sheet.add_image(image)
