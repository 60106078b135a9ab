"""OpenDocument sheets (.ods), read in one stream: the file itself tells what each cell shows and what hides."""

from __future__ import annotations

import datetime
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from extractors.colours import BLACK, WHITE, look_the_same, of_hex
from extractors.errors import UnreadableFileError
from extractors.ooxml import check_package
from extractors.sheets import MOST_CELLS, Place, Sheet, document
from extractors.tables import Document, Notice, Value
from extractors.xlsx_rows import MOST_COLUMNS, MOST_ROWS
from extractors.xml_stream import drop

NS = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, TEXT, STYLE = f"{NS}office:1.0}}", f"{NS}table:1.0}}", f"{NS}text:1.0}}", f"{NS}style:1.0}}"
FO = f"{NS}xsl-fo-compatible:1.0}}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
CELLS = (TABLE + "table-cell", TABLE + "covered-table-cell")
MOST_SPACES = 1000
"""Spaces that one element may stand for."""
_PLAIN_NUMBER = re.compile(r"(-?[\d,]*\d(?:\.\d+)?)(%?)")


@dataclass(frozen=True)
class _Look:
    """What a style hides."""

    hidden: bool = False
    """A table that isn't displayed, a row or column without extent."""
    text: tuple[int, int, int] | None = None
    background: tuple[int, int, int] | None = None

    @property
    def invisible(self) -> bool:
        """Whether a text can't be seen."""
        return look_the_same(self.text or BLACK, self.background or WHITE)


def read(path: Path) -> Document:
    """One table for each visible sheet that holds anything, as `xlsx.read` does.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    check_package(path)
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
                raise UnreadableFileError("file-encrypted", name=path.name)
            found = sheets(package, path.name)
    except UnreadableFileError:
        raise
    except Exception as error:  # zipfile, lxml and our own look-ups raise many kinds on damaged parts
        raise UnreadableFileError("file-damaged", name=path.name) from error
    notices = []
    if any(n.startswith(("Basic/", "Scripts/")) and not n.endswith("/") for n in names):
        notices.append(Notice("macro-found", "warning"))
    kept = [s for s in found if not s.name.startswith("'file:")]
    if len(kept) < len(found):  # what other workbooks held, kept for the formulas
        notices.append(Notice("external-links", "info", {"count": str(len(found) - len(kept))}))
    return document("ods", kept, path.name, notices)


def sheets(package: zipfile.ZipFile, name: str, rows: int = MOST_ROWS) -> list[Sheet]:
    """The sheets, of each the first `rows` rows.

    Raises:
        UnreadableFileError: file-too-large.
        Exception: lxml's errors, ValueError and others, where the file is damaged.
    """
    reader = _Reader(name, rows)
    for part in ("styles.xml", "content.xml"):
        if part in package.namelist():
            with package.open(part) as stream:
                reader.take(stream)
    return reader.sheets


class _Reader:
    """The state between elements."""

    def __init__(self, name: str, most_rows: int) -> None:
        self.name, self.most_rows = name, most_rows
        self.looks: dict[tuple[str, str], _Look] = {}
        self.sheets: list[Sheet] = []
        self.row = self.column = 0
        self.collapsed = 0
        self.column_looks: list[tuple[int, int, str]] = []

    def take(self, stream: Any) -> None:
        tags = [STYLE + "style", *(TABLE + n for n in ("table", "table-column", "table-row", "table-row-group"))]
        context = etree.iterparse(
            stream, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
        )
        for event, element in context:
            if element.tag == TABLE + "table":
                if event == "start":
                    self.open(element)
                else:
                    element.clear()
            elif element.tag == TABLE + "table-row-group":
                closed = element.get(TABLE + "display") == "false"
                self.collapsed += closed if event == "start" else -closed
            elif event == "end":
                if element.tag == STYLE + "style":
                    self.look(element)
                elif element.tag == TABLE + "table-column":
                    self.columns(element)
                else:
                    self.rows(element)
                    drop(element)

    def open(self, element: Any) -> None:
        look = self.looks.get(("table", element.get(TABLE + "style-name", "")), _Look())
        self.sheets.append(Sheet(element.get(TABLE + "name", ""), visible=not look.hidden))
        self.row = self.column = 0
        self.column_looks = []

    def look(self, element: Any) -> None:
        family = element.get(STYLE + "family", "")
        parent = self.looks.get((family, element.get(STYLE + "parent-style-name", "")), _Look())
        hidden, text, background = False, parent.text, parent.background
        for child in element:
            hidden = hidden or child.get(TABLE + "display") == "false"
            for size in (child.get(STYLE + "row-height"), child.get(STYLE + "column-width")):
                hidden = hidden or (size is not None and re.match(r"0(?:\.0*)?(?![\d.])", size) is not None)
            text = of_hex(child.get(FO + "color", "")) or text
            if child.tag == STYLE + "table-cell-properties":
                background = of_hex(child.get(FO + "background-color", "")) or background
        self.looks[family, element.get(STYLE + "name", "")] = _Look(hidden, text, background)

    def columns(self, element: Any) -> None:
        count = min(_count(element, "number-columns-repeated"), MOST_COLUMNS)
        first, last = self.column, self.column + count - 1
        self.column += count
        look = self.looks.get(("table-column", element.get(TABLE + "style-name", "")), _Look())
        if element.get(TABLE + "visibility") in ("collapse", "filter") or look.hidden:
            self.sheets[-1].hidden_columns.append((first, last))
        self.column_looks.append((first, last, element.get(TABLE + "default-cell-style-name", "")))

    def rows(self, element: Any) -> None:
        if not self.sheets or self.row >= self.most_rows:
            return
        sheet, count = self.sheets[-1], min(_count(element, "number-rows-repeated"), MOST_ROWS)
        last = self.row + count - 1
        visibility = element.get(TABLE + "visibility")
        look = self.looks.get(("table-row", element.get(TABLE + "style-name", "")), _Look())
        if visibility in ("collapse", "filter") or self.collapsed or look.hidden:
            sheet.hidden_rows.append((self.row, last))
        if visibility == "filter":
            sheet.filter_rows = (sheet.filter_rows[0] if sheet.filter_rows else self.row, last)
        column = 0
        for cell in element:
            if cell.tag not in CELLS:
                continue
            across = min(_count(cell, "number-columns-repeated"), MOST_COLUMNS)
            if len(cell) or cell.get(TABLE + "formula") is not None or _count(cell, "number-columns-spanned") > 1:
                if len(sheet.cells) + across * count > MOST_CELLS:
                    raise UnreadableFileError("file-too-large", name=self.name, size=f"> {MOST_CELLS}")
                for row in range(self.row, last + 1):
                    for at in range(column, column + across):
                        self.cell(cell, element, sheet, (row, at))
            column += across
        self.row += count

    def cell(self, cell: Any, line: Any, sheet: Sheet, place: Place) -> None:
        down, right = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if down > 1 or right > 1:
            sheet.merges.append((*place, place[0] + down - 1, place[1] + right - 1))
        comment = cell.find(OFFICE + "annotation")
        if comment is not None:
            said = "\n".join(_text(p) for p in comment.iterchildren(TEXT + "p")).strip()
            if said:
                sheet.comments[place] = said
        text = "\n".join([_text(p) for p in cell if p.tag == TEXT + "p"])
        kind = cell.get(OFFICE + "value-type")
        if cell.get(TABLE + "formula") is not None:
            if cell.get(CALC + "value-type") == "error" or re.fullmatch(r"Err:\d+|#[A-Z/0]+[!?]?", text.strip()):
                sheet.tell("formula-error", place)
            elif kind is None and not text:
                sheet.tell("formula-without-value", place)
        value = _value(cell, kind, text)
        if not text.strip() and not isinstance(value, int | float | datetime.date):
            return
        sheet.cells[place] = value, text
        style = cell.get(TABLE + "style-name") or line.get(TABLE + "default-cell-style-name")
        look = self.looks.get(("table-cell", style or self.column_style(place[1])), _Look())
        if not text.strip() or look.invisible:
            sheet.tell("text-invisible", place)
        if isinstance(value, float) and _shows_another(value, text):
            sheet.tell("numbers-rounded", place)

    def column_style(self, column: int) -> str:
        return next((name for first, last, name in self.column_looks if first <= column <= last), "")


def _count(element: Any, attribute: str) -> int:
    said = element.get(TABLE + attribute)
    return max(1, int(said)) if said else 1


def _value(cell: Any, kind: str | None, text: str) -> Value:
    match kind:
        case "float" | "percentage" | "currency":
            number = float(cell.get(OFFICE + "value") or "nan")
            return int(number) if number.is_integer() and abs(number) < 1e15 else number
        case "date":
            return datetime.datetime.fromisoformat(cell.get(OFFICE + "date-value") or "")
        case "boolean":
            return bool(cell.get(OFFICE + "boolean-value") == "true")
        case "time":
            return None
        case _:
            return text or None


def _shows_another(value: float, text: str) -> bool:
    """Whether a text that is nothing but a number shows another number than the one stored."""
    found = _PLAIN_NUMBER.fullmatch(text.strip())
    if found is None:
        return False
    shown = float(found[1].replace(",", "")) / (100 if found[2] else 1)
    return abs(shown - value) > 1e-9 * max(1.0, abs(value))


def _text(element: Any) -> str:
    """The text of a paragraph; several spaces, tabs and line breaks are elements of their own (ODF 1.2, 6.1)."""
    if not len(element):
        return str(element.text or "")
    parts = [element.text or ""]
    for child in element:
        if child.tag == TEXT + "s":
            parts.append(" " * min(int(child.get(TEXT + "c") or 1), MOST_SPACES))
        elif child.tag in (TEXT + "tab", TEXT + "line-break"):
            parts.append("\t" if child.tag == TEXT + "tab" else "\n")
        elif child.tag not in (OFFICE + "annotation", TEXT + "ruby-text"):
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
