"""Excel workbooks that openpyxl can't open, with python-calamine: values and merges, no more.

Number formats, hidden rows and columns, comments and colours stay unknown, and a notice says so.
"""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path

import python_calamine

from extractors.errors import UnreadableFileError
from extractors.numberformat import general
from extractors.sheets import ERRORS, MOST_CELLS, Sheet, document
from extractors.tables import Document, Notice, Value
from extractors.xlsx_rows import column_number

READ_PLAINLY = Notice("read-plainly", "warning")
MOST_ROOM = 8 * MOST_CELLS
"""Places between the first and the last cell of a sheet; calamine takes 24 bytes for each."""
_CELL = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")


def read_as(kind: str, path: Path) -> Document:
    """One table for each visible sheet that holds anything, for a document of the given kind.

    The format of a date cell isn't known here: the first of a month is shown as a month, as forms ask for months.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    return document(kind, plain_sheets(path), path.name, [READ_PLAINLY])


def plain_sheets(path: Path) -> list[Sheet]:
    """The sheets with their values.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    _check_extent(path)
    try:
        # Of a path calamine looks at the name's suffix.
        with path.open("rb") as file, python_calamine.CalamineWorkbook.from_filelike(file) as book:
            if not book.sheets_metadata:
                raise UnreadableFileError("file-damaged", name=path.name)
            return [
                _sheet(book, meta, path.name)
                for meta in book.sheets_metadata
                if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
    except python_calamine.PasswordError as error:
        raise UnreadableFileError("file-encrypted", name=path.name) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableFileError("file-damaged", name=path.name) from error
    except UnreadableFileError:
        raise
    except BaseException as error:
        # A panic inside calamine comes as pyo3_runtime.PanicException, which no module exports and Exception isn't.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFileError("file-damaged", name=path.name) from error


def _check_extent(path: Path) -> None:
    """Refuses sheets with cells so far apart that calamine, which makes room for all between them, lacks the memory."""
    try:
        with zipfile.ZipFile(path) as package:
            for part in package.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    letters, rows = set[bytes](), 0
                    for match in _CELL.finditer(package.read(part)):
                        letters.add(match[1])
                        rows = max(rows, int(match[2]))
                    columns = max((column_number(name.decode()) + 1 for name in letters), default=0)
                    if rows * columns > MOST_ROOM:
                        raise UnreadableFileError("file-too-large", name=path.name, size=f"{rows}×{columns}")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
        raise UnreadableFileError("file-damaged", name=path.name) from error


def _sheet(book: python_calamine.CalamineWorkbook, meta: python_calamine.SheetMetadata, name: str) -> Sheet:
    plain = book.get_sheet_by_name(meta.name)
    if plain.height * plain.width > MOST_CELLS:
        raise UnreadableFileError("file-too-large", name=name, size=f"{plain.height}×{plain.width}")
    sheet = Sheet(meta.name, visible=meta.visible == python_calamine.SheetVisibleEnum.Visible)
    top, left = plain.start or (0, 0)
    for row, line in enumerate(plain.to_python(skip_empty_area=True), top):
        for column, raw in enumerate(line, left):
            value, text = content(raw)
            if text.strip():
                sheet.cells[row, column] = value, text
                if text in ERRORS:
                    sheet.tell("formula-error", (row, column))
    sheet.merges = [(*first, *last) for first, last in plain.merged_cell_ranges or []]
    return sheet


def content(raw: object) -> tuple[Value, str]:
    """The value and a text for what calamine gives; the text is a guess for dates."""
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
