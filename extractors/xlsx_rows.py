"""The rows of one sheet of an Excel workbook, read once in a stream: values, texts shown, and all that hides.

openpyxl's own fast way (read only) tells nothing of hidden rows, comments or formulas without a value, and its whole
way takes several times as long. So the sheet's XML (ECMA-376 part 1, 18.3.1) is read here; its styles come from
openpyxl.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import IO, Any

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_ISO8601

from extractors.errors import UnreadableFileError
from extractors.numberformat import displayed
from extractors.sheets import MOST_CELLS, Place, Sheet
from extractors.shown import Shown, number_shown
from extractors.tables import Value
from extractors.xlsx_styles import Style
from extractors.xml_stream import drop, parse, rich_text, unescaped

TAGS = ("row", "col", "mergeCell", "autoFilter", "sheetView", "sheetPr")
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
NO_HEIGHT, NO_WIDTH = 1.5, 0.2
"""Points and characters below which a row or a column shows nothing."""
PADDING = 0.71
"""Characters of a column's width that stay free (18.3.1.13: five pixels of seven)."""
SAFE = 1.1
"""By how much a text must be too wide for its column before it is said to show as ####; fonts differ."""
NARROW = {c: 0.5 for c in ".,:; '"} | {c: 0.65 for c in "-/()"}
LONGEST_GENERAL = 11
"""Digits of a whole number that General shows; longer ones show an exponent."""
KEPT_TEXTS = 100_000


@dataclass
class Book:
    """What the sheets of a workbook share."""

    name: str
    styles: list[Style]
    strings: list[str]
    epoch: datetime.datetime = WINDOWS_EPOCH
    shown: dict[tuple[str, str | None], Shown] = field(default_factory=dict)
    """What numbers look like, by their stored text and style."""


def read_sheet(stream: IO[bytes], sheet: Sheet, book: Book, rows: int = MOST_ROWS) -> None:
    """Fills a sheet, from its first `rows` rows alone.

    Raises:
        UnreadableFileError: file-too-large.
        ValueError, IndexError, TypeError, lxml's errors: the sheet is damaged.
    """
    reader = _Reader(sheet, book)
    for _, element in parse(stream, TAGS):
        name = element.tag.rpartition("}")[2]
        if name == "row":
            row = reader.place(element)
            if row >= rows:
                break
            reader.row(element, row)
            drop(element)
        elif name == "col":
            reader.column(element)
        elif name == "mergeCell":
            sheet.merges.append(area(element.get("ref", "")))
        elif name == "autoFilter":
            if len(element):
                top, _left, bottom, _right = area(element.get("ref", ""))
                sheet.filter_rows = (top + 1, bottom)
        elif name == "sheetView":
            reader.zeros = reader.zeros and element.get("showZeros") not in ("0", "false")
    merged = {(top, left) for top, left, _bottom, right in sheet.merges if right > left}
    for place in merged & sheet.told.get("numbers-cramped", {}).keys():
        del sheet.told["numbers-cramped"][place]


def area(reference: str) -> tuple[int, int, int, int]:
    """B2:D5 → top, left, bottom, right, counted from 0. ValueError where it is none."""
    first, _, last = reference.replace("$", "").partition(":")
    (top, left), (bottom, right) = cell_place(first), cell_place(last or first)
    return top, left, bottom, right


def cell_place(reference: str) -> tuple[int, int]:
    """C7 → (6, 2). ValueError where it is none."""
    name = reference.rstrip("0123456789")
    return int(reference[len(name) :]) - 1, column_number(name)


def column_number(name: str) -> int:
    """A → 0, AA → 26. ValueError where it names no column."""
    number = 0
    for letter in name.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(name)
        number = number * 26 + ord(letter) - 64
    if not 0 < number <= MOST_COLUMNS:
        raise ValueError(name)
    return number - 1


class _Reader:
    """The state between rows."""

    def __init__(self, sheet: Sheet, book: Book) -> None:
        self.sheet, self.book = sheet, book
        self.zeros = True
        self.next_row = 0
        self.columns: dict[str, int] = {}
        self.room: dict[int, float] = {}
        self.tags = ("", "", "")

    def column(self, element: Any) -> None:
        first, last = int(element.get("min", "1")) - 1, int(element.get("max", "1")) - 1
        last = min(last, MOST_COLUMNS - 1)
        width = element.get("width")
        if element.get("hidden") in ("1", "true") or (width is not None and float(width) < NO_WIDTH):
            self.sheet.hidden_columns.append((first, last))
        elif width is not None:
            self.room.update(dict.fromkeys(range(first, last + 1), float(width) - PADDING))

    def place(self, element: Any) -> int:
        """The number of a row; those that name none follow the one before."""
        number = element.get("r")
        row = self.next_row if number is None else int(number) - 1
        if not 0 <= row < MOST_ROWS:
            raise ValueError(number)
        return row

    def row(self, element: Any, row: int) -> None:
        self.next_row = row + 1
        height = element.get("ht")
        if element.get("hidden") in ("1", "true") or (height is not None and float(height) < NO_HEIGHT):
            self.sheet.hidden_rows.append((row, row))
        if not len(element):
            return
        if len(self.sheet.cells) > MOST_CELLS:
            raise UnreadableFileError("file-too-large", name=self.book.name, size=f"> {MOST_CELLS}")
        if not self.tags[0]:
            namespace = element.tag.removesuffix("row")
            self.tags = (namespace + "v", namespace + "f", namespace + "is")
        next_column, columns = 0, self.columns
        for cell in element:
            reference = cell.get("r")
            if reference is None:
                column = next_column
            else:
                letters = reference.rstrip("0123456789")
                known = columns.get(letters)
                column = columns.setdefault(letters, column_number(letters)) if known is None else known
            next_column = column + 1
            if len(cell):
                self.cell(cell, (row, column))

    def cell(self, cell: Any, place: Place) -> None:
        value = formula = inline = None
        for child in cell:
            tag = child.tag
            if tag == self.tags[0]:
                value = child
            elif tag == self.tags[1]:
                formula = child
            elif tag == self.tags[2]:
                inline = child
        kind, style = cell.get("t"), cell.get("s")
        raw = None if value is None else value.text
        if kind == "inlineStr" and inline is not None:
            raw = rich_text(inline)
        if raw is None:
            # A formula whose stored value is the empty text has an empty v and says str.
            if formula is not None and (kind != "str" or value is None):
                self.sheet.tell("formula-without-value", place)
        elif kind is None or kind == "n":
            self.number(raw, style, place)
        else:
            self.other(kind, raw, style, place)

    def number(self, raw: str, style: str | None, place: Place) -> None:
        key = (raw, style)
        shown = self.book.shown.get(key)
        if shown is None:
            shown = number_shown(raw, self.style(style), self.book.epoch)
            if len(self.book.shown) < KEPT_TEXTS:
                self.book.shown[key] = shown
        content, text, codes = shown
        for code in codes:
            self.sheet.tell(code, place)
        room = self.room.get(place[1])
        if len(text) > (LONGEST_GENERAL if room is None else room * 0.5) and self.is_cramped(text, style, room):
            self.sheet.tell("numbers-cramped", place)
        if not self.zeros and content == 0:
            text = ""
        self.sheet.cells[place] = (content, text)

    def other(self, kind: str, raw: str, style: str | None, place: Place) -> None:
        """A cell that holds no number."""
        value: Value
        if kind == "b":
            value, text = raw in ("1", "true"), "TRUE" if raw in ("1", "true") else "FALSE"
        elif kind == "d":
            moment = from_ISO8601(raw)
            value, text = None, displayed(moment, self.style(style).number_format)
            if isinstance(moment, datetime.date):
                value = moment
        else:
            text = self.book.strings[int(raw)] if kind == "s" else raw if kind == "inlineStr" else unescaped(raw)
            value = text
            if not text.strip():
                return
            if style is not None:
                text = displayed(text, self.style(style).number_format)
        if kind == "e":
            self.sheet.tell("formula-error", place)
        if style is not None and self.style(style).invisible:
            self.sheet.tell("text-invisible", place)
        self.sheet.cells[place] = (value, text)

    def style(self, number: str | None) -> Style:
        return self.book.styles[int(number or 0)]

    def is_cramped(self, text: str, number: str | None, room: float | None) -> bool:
        """Whether a number shows as #### or with an exponent, as far as the width of its column tells."""
        style = self.style(number)
        digits = text.lstrip("-")
        if style.number_format == "General":
            if not digits.isdecimal():
                return False  # General drops decimals until the number fits
            if len(digits) > LONGEST_GENERAL:
                return True
        if room is None or style.shrinks or style.invisible:
            return False
        needs = sum(NARROW.get(c, 1.0 if ord(c) < 256 else 2.0) for c in text) * style.size
        return needs > room * SAFE + 0.5
