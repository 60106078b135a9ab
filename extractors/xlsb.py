"""Binary Excel workbooks (.xlsb): what each cell shows, and what hides. The records are those of [MS-XLSB].

Macros are told of and never run.
"""

from __future__ import annotations

import struct
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl.packaging.relationship import get_dependents, get_rels_path
from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from extractors.colours import BLACK, WHITE, Colour, look_the_same, of_hex, theme_colours, tinted
from extractors.errors import UnreadableFileError
from extractors.numberformat import displayed
from extractors.ooxml import check_package
from extractors.sheets import MOST_CELLS, Place, Sheet, document
from extractors.shown import number_shown
from extractors.tables import Document
from extractors.xlsx import COMMENTS, package_notices
from extractors.xlsx_rows import MOST_ROWS, Book
from extractors.xlsx_styles import Style, number_format_of, style_of

# Types of records, [MS-XLSB] 2.3.2.
ROW, BLANK, RK, ERROR, BOOL, REAL, TEXT, SHARED = 0, 1, 2, 3, 4, 5, 6, 7
F_TEXT, F_NUMBER, F_BOOL, F_ERROR, SHARED_ITEM = 8, 9, 10, 11, 19
FONT, FORMAT, FILL, XF, COLUMN, RICH = 43, 44, 45, 47, 60, 62
VIEW, WORKBOOK, SHEET, FILTER, FILTER_COLUMN, MERGE = 137, 153, 156, 161, 163, 176
CELL_XFS, CELL_XFS_END, COMMENT, COMMENT_TEXT = 617, 618, 635, 637
ERROR_TEXTS = {
    0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A", 43: "#GETTING_DATA",
}  # fmt: skip
NO_HEIGHT, NO_WIDTH = 30, 51
"""Twips of a row and 256ths of a character of a column below which it shows nothing."""


def read(path: Path) -> Document:
    """One table for each visible sheet that holds anything, as `xlsx.read` does.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    check_package(path)
    try:
        with zipfile.ZipFile(path) as package, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of relations it can't use
            notices = package_notices(package.namelist())
            found = sheets(package, path.name)
    except UnreadableFileError:
        raise
    except Exception as error:  # openpyxl (relations) raises whatever its descriptors meet; struct and indices of ours
        raise UnreadableFileError("file-damaged", name=path.name) from error
    return document("xlsb", found, path.name, notices)


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of each record; struct.error or IndexError where the data end within one."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        for _ in range(4):
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if at + size > len(data):
            raise IndexError(at)
        yield kind, data[at : at + size]
        at += size


def sheets(package: zipfile.ZipFile, name: str, rows: int = MOST_ROWS) -> list[Sheet]:
    """The worksheets, of each the first `rows` rows.

    Raises:
        UnreadableFileError: file-too-large.
        Exception: any other, where the workbook is damaged.
    """
    parts = frozenset(package.namelist())
    book = Book(name, _styles(package, parts), _strings(package, parts))
    relations = get_dependents(package, get_rels_path("xl/workbook.bin")).to_dict()
    found = []
    for kind, data in records(package.read("xl/workbook.bin")):
        if kind == WORKBOOK:
            book.epoch = MAC_EPOCH if data[0] & 1 else WINDOWS_EPOCH
        elif kind == SHEET:
            relation, end = _wide(data, 8)
            title, _ = _wide(data, end)
            target = relations[relation]
            if target.Type.endswith("/worksheet"):
                sheet = Sheet(title, visible=data[:4] == bytes(4))
                _Reader(sheet, book).read(package.read(target.target), rows)
                _comments(package, target.target, parts, sheet)
                found.append(sheet)
    return found


def _comments(package: zipfile.ZipFile, part: str, parts: frozenset[str], sheet: Sheet) -> None:
    if get_rels_path(part) not in parts:
        return
    for relation in get_dependents(package, get_rels_path(part)):
        if relation.Type.endswith(COMMENTS) and relation.target in parts:
            place = (0, 0)
            for kind, data in records(package.read(relation.target)):
                if kind == COMMENT:
                    row, _, column, _ = struct.unpack_from("<4I", data, 4)
                    place = (row, column)
                elif kind == COMMENT_TEXT and (text := _wide(data, 1)[0]).strip():
                    sheet.comments[place] = text


def _wide(data: bytes, at: int) -> tuple[str, int]:
    """A string of two-byte characters behind their number, and where it ends."""
    (length,) = struct.unpack_from("<I", data, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(data):
        raise IndexError(end)
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def _strings(package: zipfile.ZipFile, parts: frozenset[str]) -> list[str]:
    if "xl/sharedStrings.bin" not in parts:
        return []
    return [_wide(data, 1)[0] for kind, data in records(package.read("xl/sharedStrings.bin")) if kind == SHARED_ITEM]


@dataclass
class _Looks:
    """What the styles' part has told so far."""

    theme: list[Colour]
    formats: dict[int, str] = field(default_factory=dict)
    fonts: list[Colour | None] = field(default_factory=list)
    fills: list[Colour | None] = field(default_factory=list)
    """None where it can't be told: a pattern, a gradient."""

    def colour(self, data: bytes, usual: Colour) -> Colour | None:
        """A BrtColor (2.5.14)."""
        kind, index = data[0] >> 1, data[1]
        if kind == 3:
            found = self.theme[index] if index < len(self.theme) else None
        elif kind == 2:
            found = (data[4], data[5], data[6])
        elif kind == 1 and index < len(COLOR_INDEX) and index < 64:
            found = of_hex(COLOR_INDEX[index])
        else:
            found = usual
        return None if found is None else tinted(found, struct.unpack_from("<h", data, 2)[0] / 32767)


def _styles(package: zipfile.ZipFile, parts: frozenset[str]) -> list[Style]:
    theme = package.read("xl/theme/theme1.xml") if "xl/theme/theme1.xml" in parts else b""
    looks, found, in_cells = _Looks(theme_colours(theme)), list[Style](), False
    if "xl/styles.bin" in parts:
        for kind, data in records(package.read("xl/styles.bin")):
            if kind == FORMAT:
                looks.formats[int.from_bytes(data[:2], "little")] = _wide(data, 2)[0]
            elif kind == FONT:
                looks.fonts.append(looks.colour(data[12:20], BLACK))
            elif kind == FILL:
                pattern = int.from_bytes(data[:4], "little")
                looks.fills.append(WHITE if pattern == 0 else looks.colour(data[4:12], WHITE) if pattern == 1 else None)
            elif kind in (CELL_XFS, CELL_XFS_END):
                in_cells = kind == CELL_XFS
            elif kind == XF and in_cells:
                number, font, fill = struct.unpack_from("<3H", data, 2)
                text = looks.fonts[font] if font < len(looks.fonts) else BLACK
                background = looks.fills[fill] if fill < len(looks.fills) else WHITE
                invisible = text is not None and background is not None and look_the_same(text, background)
                found.append(style_of(looks.formats.get(number) or number_format_of(number), invisible))
    return found or [Style()]


class _Reader:
    """The state between records of one sheet."""

    def __init__(self, sheet: Sheet, book: Book) -> None:
        self.sheet, self.book = sheet, book
        self.row = 0
        self.zeros = True
        self.filtered: tuple[int, int] | None = None

    def read(self, data: bytes, rows: int) -> None:
        sheet = self.sheet
        for kind, content in records(data):
            if kind == ROW:
                self.row, _style, height = struct.unpack_from("<IIH", content)
                if self.row >= rows:
                    break
                if content[11] & 0x10 or height < NO_HEIGHT:
                    sheet.hidden_rows.append((self.row, self.row))
            elif BLANK < kind <= F_ERROR or kind == RICH:
                column, style = struct.unpack_from("<II", content)
                self.cell(kind, content, (self.row, column), self.book.styles[style & 0xFFFFFF])
                if len(sheet.cells) > MOST_CELLS:
                    raise UnreadableFileError("file-too-large", name=self.book.name, size=f"> {MOST_CELLS}")
            elif kind == COLUMN:
                first, last, width = struct.unpack_from("<3I", content)
                if content[16] & 1 or width < NO_WIDTH:
                    sheet.hidden_columns.append((first, last))
            elif kind == MERGE:
                top, bottom, left, right = struct.unpack_from("<4I", content)
                sheet.merges.append((top, left, bottom, right))
            elif kind == FILTER:
                top, bottom = struct.unpack_from("<2I", content)
                self.filtered = (top + 1, bottom)
            elif kind == FILTER_COLUMN:
                sheet.filter_rows = self.filtered
            elif kind == VIEW:
                self.zeros = bool(content[0] & 0x10)

    def cell(self, kind: int, content: bytes, place: Place, style: Style) -> None:
        sheet = self.sheet
        if kind in (RK, REAL, F_NUMBER):
            number = _rk(content) if kind == RK else float(struct.unpack_from("<d", content, 8)[0])
            raw = str(int(number)) if number == number // 1 and abs(number) < 1e300 else repr(number)
            value, text, codes = number_shown(raw, style, self.book.epoch)
            for code in codes:
                sheet.tell(code, place)
            sheet.cells[place] = value, "" if value == 0 and not self.zeros else text
            return
        if kind in (BOOL, F_BOOL):
            sheet.cells[place] = bool(content[8]), "TRUE" if content[8] else "FALSE"
        elif kind in (ERROR, F_ERROR):
            text = ERROR_TEXTS.get(content[8], "#N/A")
            sheet.cells[place] = text, text
            sheet.tell("formula-error", place)
        else:
            if kind == SHARED:
                text = self.book.strings[struct.unpack_from("<I", content, 8)[0]]
            else:
                text = _wide(content, 9 if kind == RICH else 8)[0]
            if not text.strip():
                return
            sheet.cells[place] = text, displayed(text, style.number_format)
        if style.invisible:
            sheet.tell("text-invisible", place)


def _rk(content: bytes) -> float:
    """A number in four bytes (2.5.122): a whole one or the upper half of a double, perhaps times a hundred."""
    (raw,) = struct.unpack_from("<i", content, 8)
    number = float(raw >> 2) if raw & 2 else float(struct.unpack("<d", struct.pack("<q", (raw & ~3) << 32))[0])
    return number / 100 if raw & 1 else number
