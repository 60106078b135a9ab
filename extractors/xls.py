"""Old Excel workbooks (.xls, WPS .et) with xlrd: what each cell shows, and what hides.

xlrd tells formats, colours, hidden rows and columns, and comments. Where a file's formats are damaged, its values are
read without them, and a notice says so. Macros are told of and never run.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import olefile  # type: ignore[import-untyped]
import xlrd  # type: ignore[import-untyped]
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from xlrd.biffh import error_text_from_code  # type: ignore[import-untyped]

from extractors.colours import BLACK, WHITE, look_the_same
from extractors.errors import UnreadableFileError
from extractors.numberformat import CHINESE_BUILTIN, displayed
from extractors.sheets import Sheet, document
from extractors.shown import number_shown
from extractors.sniff import ole_entries, ole_is_whole
from extractors.tables import Document, Notice
from extractors.xlsx_rows import MOST_ROWS
from extractors.xlsx_styles import Style, style_of

NO_HEIGHT = 30
"""Twips of a row, a twentieth of a point each, below which it shows nothing."""
NO_WIDTH = 51
"""256ths of a character."""
MACROS = ("_VBA_PROJECT_CUR", "_VBA_PROJECT")
DATE = style_of("yyyy/m/d")
"""How dates are shown where formats can't be read."""
READ_PLAINLY = Notice("read-plainly", "warning")


def read(path: Path) -> Document:
    """One table for each visible sheet that holds anything, as `xlsx.read` does.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    data = path.read_bytes()
    if not ole_is_whole(data):
        raise UnreadableFileError("file-damaged", name=path.name)
    notices = [Notice("macro-found", "warning")] if ole_entries(data).intersection(MACROS) else []
    try:
        return document("xls", sheets(data), path.name, notices)
    except UnreadableFileError:
        raise
    except Exception as error:  # xlrd raises whatever it meets: AssertionError, KeyError, struct.error
        if "encrypted" in str(error):
            raise UnreadableFileError("file-encrypted", name=path.name) from error
    try:
        return document("xls", sheets(data, formats=False), path.name, [*notices, READ_PLAINLY])
    except UnreadableFileError:
        raise
    except Exception as error:
        raise UnreadableFileError("file-damaged", name=path.name) from error


def sheets(data: bytes, rows: int = MOST_ROWS, formats: bool = True) -> list[Sheet]:
    """The worksheets, of each the first `rows` rows; without formats nothing that hides is told.

    Raises:
        Exception: any, where the workbook is damaged or encrypted; xlrd translates none.
    """
    # xlrd writes its doubts of a file to the terminal unless told where to.
    book = xlrd.open_workbook(
        file_contents=_stream(data), formatting_info=formats, logfile=io.StringIO(), ragged_rows=True
    )
    found = [_sheet(book, book.sheet_by_index(i), rows, formats) for i in range(book.nsheets)]
    if not found:
        raise ValueError("no sheet")
    return found


def _stream(data: bytes) -> bytes:
    """The workbook within the compound file. xlrd would look for it itself, and never end where its chain is a ring."""
    with olefile.OleFileIO(io.BytesIO(data)) as compound:
        name = next(n for n in ("Workbook", "Book") if compound.exists(n))
        stream: bytes = compound.openstream(name).read()
        return stream


def _sheet(book: Any, found: Any, rows: int, formats: bool) -> Sheet:
    sheet = Sheet(found.name, visible=found.visibility == 0)
    epoch = MAC_EPOCH if book.datemode else WINDOWS_EPOCH
    styles: dict[int, Style] = {}
    for row in range(min(found.nrows, rows)):
        for column, cell in enumerate(found.row(row)):
            if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            key = cell.xf_index if formats else cell.ctype
            style = styles.get(key)
            if style is None:
                plain = DATE if cell.ctype == xlrd.XL_CELL_DATE else Style()
                style = styles[key] = _style(book, cell.xf_index) if formats else plain
            _cell(sheet, (row, column), cell, style, epoch)
            if cell.value == 0 and not found.show_zero_values and cell.ctype == xlrd.XL_CELL_NUMBER:
                sheet.cells[row, column] = (sheet.cells[row, column][0], "")
    sheet.merges = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in found.merged_cells]
    sheet.hidden_rows = [(r, r) for r, i in found.rowinfo_map.items() if i.hidden or 0 <= i.height < NO_HEIGHT]
    sheet.hidden_columns = [(c, c) for c, i in found.colinfo_map.items() if i.hidden or i.width < NO_WIDTH]
    sheet.comments = {place: note.text for place, note in found.cell_note_map.items() if note.text.strip()}
    return sheet


def _cell(sheet: Sheet, place: tuple[int, int], cell: Any, style: Style, epoch: Any) -> None:
    match cell.ctype:
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            whole = cell.value == int(cell.value) if abs(cell.value) < 1e300 else False
            value, text, codes = number_shown(str(int(cell.value)) if whole else repr(cell.value), style, epoch)
            for code in codes:
                sheet.tell(code, place)
            sheet.cells[place] = value, text
            return
        case xlrd.XL_CELL_BOOLEAN:
            sheet.cells[place] = bool(cell.value), "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            text = error_text_from_code.get(cell.value, "#N/A")
            sheet.cells[place] = text, text
            sheet.tell("formula-error", place)
        case _:
            if not cell.value.strip():
                return
            sheet.cells[place] = cell.value, displayed(cell.value, style.number_format)
    if style.invisible:
        sheet.tell("text-invisible", place)


def _style(book: Any, number: int) -> Style:
    style = book.xf_list[number]
    font, fill = book.font_list[style.font_index], style.background
    number_format = CHINESE_BUILTIN.get(style.format_key) or book.format_map[style.format_key].format_str
    text = book.colour_map.get(font.colour_index) or BLACK
    invisible = False
    if fill.fill_pattern in (0, 1):
        # Pattern 1 is a solid one in the pattern's colour; 0 is none.
        background = book.colour_map.get(fill.pattern_colour_index) if fill.fill_pattern else WHITE
        invisible = look_the_same(text, background or WHITE)
    return style_of(number_format, invisible, bool(style.alignment.shrink_to_fit))
