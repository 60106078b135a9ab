"""Excel's XML of 2003 (SpreadsheetML), which web systems and WPS write under the name .xls."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from extractors.colours import BLACK, WHITE, look_the_same, of_hex
from extractors.errors import UnreadableFileError
from extractors.numberformat import displayed
from extractors.ooxml import MOST_BYTES, PROLOG, check_prolog
from extractors.sheets import MOST_CELLS, Place, Sheet, document
from extractors.shown import number_shown
from extractors.tables import Document
from extractors.xlsx_rows import MOST_COLUMNS, MOST_ROWS
from extractors.xlsx_styles import Style, style_of
from extractors.xml_stream import drop, parse

SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
X = "{urn:schemas-microsoft-com:office:excel}"
FORMATS = {
    "General Number": "General", "General Date": "yyyy/m/d h:mm", "Long Date": 'yyyy"年"m"月"d"日"',
    "Medium Date": "d-mmm-yy", "Short Date": "yyyy/m/d", "Long Time": "h:mm:ss", "Medium Time": "h:mm AM/PM",
    "Short Time": "h:mm", "Currency": '"¥"#,##0.00', "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%",
    "Scientific": "0.00E+00",
}  # fmt: skip
"""What the names of formats stand for, as Excel in China shows them."""


def read(path: Path) -> Document:
    """One table for each visible sheet that holds anything, as `xlsx.read` does.

    Raises:
        UnreadableFileError: file-damaged, file-too-large.
    """
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFileError("file-too-large", name=path.name, size=f"{path.stat().st_size >> 20} MB")
    try:
        with path.open("rb") as stream:
            check_prolog(stream.read(PROLOG), path.name)
            stream.seek(0)
            reader = _Reader(path.name)
            for _, element in parse(stream, ("Style", "Row", "Column", "Date1904", "WorksheetOptions", "Worksheet")):
                reader.take(element)
    except (etree.LxmlError, ValueError, TypeError, OverflowError) as error:
        raise UnreadableFileError("file-damaged", name=path.name) from error
    return document("xml", reader.sheets, path.name)


class _Reader:
    """The state between elements."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.styles: dict[str, tuple[Style, dict[str, str]]] = {}
        self.sheets: list[Sheet] = []
        self.sheet = Sheet("")
        self.epoch = WINDOWS_EPOCH
        self.next_row = self.next_column = 0
        self.visible = True

    def take(self, element: Any) -> None:
        name = element.tag.rpartition("}")[2]
        if name == "Style":
            self.style(element)
        elif name == "Date1904":
            self.epoch = MAC_EPOCH
        elif name == "Column":
            first = _number(element, "Index", self.next_column + 1) - 1
            self.next_column = first + _number(element, "Span", 0) + 1
            if element.get(SS + "Hidden") == "1" or _is_nothing(element.get(SS + "Width")):
                self.sheet.hidden_columns.append((first, min(self.next_column, MOST_COLUMNS) - 1))
        elif name == "Row":
            self.row(element)
            drop(element)
        elif name == "WorksheetOptions":
            self.sheet.visible = element.findtext(X + "Visible", "").strip() not in ("SheetHidden", "SheetVeryHidden")
        else:
            self.sheet.name = element.get(SS + "Name") or f"Sheet{len(self.sheets) + 1}"
            self.sheets.append(self.sheet)
            self.sheet = Sheet("")
            self.next_row = self.next_column = 0
            drop(element)

    def style(self, element: Any) -> None:
        said = dict(self.styles.get(element.get(SS + "Parent", "Default"), (None, {}))[1])
        for name, attribute in (("NumberFormat", "Format"), ("Font", "Color"), ("Interior", "Color")):
            found = element.find(SS + name)
            if found is not None:
                said[name] = found.get(SS + attribute) or ""
        text, background = (of_hex(said.get(name, "")) for name in ("Font", "Interior"))
        number_format = said.get("NumberFormat") or "General"
        invisible = look_the_same(text or BLACK, background or WHITE)
        self.styles[element.get(SS + "ID", "")] = style_of(FORMATS.get(number_format, number_format), invisible), said

    def row(self, element: Any) -> None:
        row = _number(element, "Index", self.next_row + 1) - 1
        span = _number(element, "Span", 0)
        self.next_row = row + span + 1
        if not 0 <= row < MOST_ROWS or len(self.sheet.cells) > MOST_CELLS:
            raise UnreadableFileError("file-too-large", name=self.name, size=f"{row} × …")
        if element.get(SS + "Hidden") == "1" or _is_nothing(element.get(SS + "Height")):
            self.sheet.hidden_rows.append((row, row + span))
        column = 0
        for cell in element.iterchildren(SS + "Cell"):
            column = _number(cell, "Index", column + 1) - 1
            if not 0 <= column < MOST_COLUMNS:
                raise ValueError(column)
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            if across or down:
                self.sheet.merges.append((row, column, row + down, column + across))
            style = self.styles.get(cell.get(SS + "StyleID") or element.get(SS + "StyleID") or "Default")
            self.cell(cell, (row, column), style[0] if style else Style())
            column += across + 1

    def cell(self, cell: Any, place: Place, style: Style) -> None:
        comment = cell.find(SS + "Comment")
        if comment is not None and "".join(comment.itertext()).strip():
            self.sheet.comments[place] = "".join(comment.itertext())
        data = cell.find(SS + "Data")
        raw = "" if data is None else "".join(data.itertext())
        if not raw.strip():
            if cell.get(SS + "Formula") is not None and data is None:
                self.sheet.tell("formula-without-value", place)
            return
        kind = data.get(SS + "Type", "String")
        if kind == "Number":
            value, text, codes = number_shown(raw.strip(), style, self.epoch)
            for code in codes:
                self.sheet.tell(code, place)
            self.sheet.cells[place] = value, text
            return
        if kind == "DateTime":
            moment = datetime.datetime.fromisoformat(raw.strip().removesuffix(".000"))
            self.sheet.cells[place] = moment, displayed(moment, style.number_format)
        elif kind == "Boolean":
            self.sheet.cells[place] = raw.strip() == "1", "TRUE" if raw.strip() == "1" else "FALSE"
        else:
            self.sheet.cells[place] = raw, displayed(raw, style.number_format)
            if kind == "Error":
                self.sheet.tell("formula-error", place)
        if style.invisible:
            self.sheet.tell("text-invisible", place)


def _number(element: Any, attribute: str, usual: int) -> int:
    return int(element.get(SS + attribute) or usual)


def _is_nothing(size: str | None) -> bool:
    return size is not None and float(size) < 1
