"""Web pages that hold tables: what many systems export under the name .xls. lxml parses them; nothing is fetched."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Any

import lxml.html  # type: ignore[import-untyped]
from lxml import etree
from openpyxl.utils.datetime import WINDOWS_EPOCH

from extractors.charsets import decode
from extractors.colours import BLACK, WHITE, Colour, look_the_same, of_hex
from extractors.errors import UnreadableFileError
from extractors.numberformat import decimals, hides_everything
from extractors.sheets import ERRORS, MOST_CELLS, Place, Sheet, document
from extractors.shown import is_rounded, number_shown
from extractors.tables import Document, Value
from extractors.xlsx_styles import style_of

OF_EXCEL = (b"schemas-microsoft-com:office:excel", b"mso-number-format", b"sdval=")
"""The last is LibreOffice's."""
TOP = 64 << 10
"""Bytes that are looked through for them."""
LARGEST = 100 << 20
"""Bytes; a form of a thousand rows has 2 MB."""
MOST_SPAN, MOST_ROW_SPAN = 1000, 65534
"""What browsers take for colspan and rowspan at the most."""
BLOCKS = frozenset({"p", "div", "li", "tr"})
SILENT = frozenset({"script", "style", "table", "template"})
"""Elements whose text isn't the cell's; a table within a cell is a table of its own."""
NAMED: dict[str, Colour] = {"white": WHITE, "black": BLACK, "window": WHITE, "windowtext": BLACK}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{4})|(.))")
"""Of CSS: ``\\0022`` is a quotation mark, ``\\.`` a point."""
_NAME = re.compile(r"<x:Name>([^<]+)</x:Name>")

Declared = dict[str, str]
"""Properties of CSS and their values, in small letters."""


def read(path: Path) -> Document:
    """A table for each table of the page: ``Sheet1`` (or the name that Excel gave), ``Sheet2``, ….

    Raises:
        UnreadableFileError: file-too-large, file-type-unsupported (no table), file-damaged.
    """
    if path.stat().st_size > LARGEST:
        raise UnreadableFileError("file-too-large", name=path.name, size=f"{path.stat().st_size >> 20} MB")
    text = _decoded(path.read_bytes())
    # Without huge_tree the parser drops what stands deeper than 256 elements, and says nothing.
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableFileError("file-damaged", name=path.name) from error
    classes = _classes(root)
    names = _NAME.findall(text)
    sheets: list[Sheet] = []
    for number, table in enumerate(root.iter("table")):
        sheet = Sheet(names[number] if number < len(names) else f"Sheet{number + 1}")
        _fill(sheet, table, classes, path.name)
        sheets.append(sheet)
    if not sheets:
        raise UnreadableFileError("file-type-unsupported", name=path.name, kind="html")
    return document("html", sheets, path.name)


def is_of_excel(path: Path) -> bool:
    """Whether a page is a workbook's: Excel's own namespace, number formats or values stand near its top."""
    with path.open("rb") as file:
        top = file.read(TOP).replace(b"\0", b"")
    return any(sign in top for sign in OF_EXCEL)


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", "replace")
    label = _CHARSET.search(data[:4096])
    return decode(data.removeprefix(codecs.BOM_UTF8), label[1].decode() if label else None).text


def _classes(root: Any) -> dict[str, Declared]:
    """What the page's own style sheets say of classes and elements: ``.xl65``, ``td``."""
    found: dict[str, Declared] = {}
    for sheet in root.iter("style"):
        for names, body in _RULE.findall((sheet.text or "") + "".join(c.text or "" for c in sheet)):
            for name in names.replace("<!--", "").split(","):
                found.setdefault(name.strip().lower(), {}).update(_declared(body))
    return found


def _declared(body: str) -> Declared:
    pairs = (piece.split(":", 1) for piece in body.split(";") if ":" in piece)
    return {name.strip().lower(): value.strip() for name, value in pairs}


def _style(element: Any, classes: dict[str, Declared]) -> Declared:
    said = dict(classes.get(element.tag, {}))
    for name in (element.get("class") or "").lower().split():
        said |= classes.get("." + name, {}) | classes.get(f"{element.tag}.{name}", {})
    return said | _declared(element.get("style") or "")


def _is_hidden(element: Any, said: Declared) -> bool:
    nothing = re.compile(r"0(?:\.0*)?(?:pt|px)?")
    sizes = (said.get("height"), said.get("width"), element.get("height"), element.get("width"))
    return (
        said.get("display", "").lower() == "none"
        or said.get("visibility", "").lower() in ("hidden", "collapse")
        or element.get("hidden") is not None
        or any(size is not None and nothing.fullmatch(size) for size in sizes)
    )


def _fill(sheet: Sheet, table: Any, classes: dict[str, Declared], name: str) -> None:
    taken: dict[int, int] = {}
    """Columns that a cell from above covers, and the first row below it."""
    sheet.visible = not _is_hidden(table, _style(table, classes))
    column = 0
    for element in table.xpath("./col|./colgroup/col"):
        count = _span(element, "span", MOST_SPAN)
        if _is_hidden(element, _style(element, classes)):
            sheet.hidden_columns.append((column, column + count - 1))
        column += count
    for row, line in enumerate(table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr")):
        said = _style(line, classes)
        if _is_hidden(line, said):
            sheet.hidden_rows.append((row, row))
        for name in ("display", "visibility"):
            said.pop(name, None)
        column = 0
        for cell in line.iterchildren("td", "th"):
            while taken.get(column, 0) > row:
                column += 1
            across, down = _span(cell, "colspan", MOST_SPAN), _span(cell, "rowspan", MOST_ROW_SPAN)
            if across > 1 or down > 1:
                sheet.merges.append((row, column, row + down - 1, column + across - 1))
            if down > 1:
                taken.update(dict.fromkeys(range(column, column + across), row + down))
            _cell(sheet, (row, column), cell, said | _style(cell, classes), classes)
            column += across
        if len(sheet.cells) > MOST_CELLS:
            raise UnreadableFileError("file-too-large", name=name, size=f"> {MOST_CELLS}")


def _span(element: Any, attribute: str, most: int) -> int:
    said = re.match(r"\s*(\d{1,9})", element.get(attribute) or "")
    return min(max(1, int(said[1])), most) if said else 1


def _cell(sheet: Sheet, place: Place, cell: Any, said: Declared, classes: dict[str, Declared]) -> None:
    shown = _Words(classes)
    text = re.sub(r"[ \t\r\f]*\n[ \t\r\f\n]*", "\n", shown.of(cell)).strip(" \t\r\n\xa0")
    if shown.comment.strip():
        sheet.comments[place] = shown.comment
    if not text:
        return
    number_format = _format(cell, said)
    sheet.cells[place] = _value(cell, text, number_format), text
    if text in ERRORS:
        sheet.tell("formula-error", place)
    if shown.hidden or hides_everything(number_format) or _is_invisible(cell, said):
        sheet.tell("text-invisible", place)
    value, places = sheet.cells[place][0], decimals(number_format)
    if isinstance(value, float) and places is not None and is_rounded(value, places):
        sheet.tell("numbers-rounded", place)


def _format(cell: Any, said: Declared) -> str:
    """The number format that Excel (a property of CSS) or LibreOffice (an attribute) wrote; General where none did."""
    escaped = said.get("mso-number-format", "").strip("'\"")
    if escaped:
        return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], escaped)
    return (cell.get("sdnum") or "").partition(";")[2].partition(";")[2] or "General"


def _value(cell: Any, text: str, number_format: str) -> Value:
    """The stored value where the page tells it, else the text."""
    stored = cell.get("x:num") or cell.get("sdval") or (text.replace(",", "") if cell.get("x:num") == "" else None)
    if stored is None or text in ERRORS:
        return text
    try:
        value, _shown, _codes = number_shown(stored, style_of(number_format), WINDOWS_EPOCH)
    except ValueError:
        return text
    return value


def _is_invisible(cell: Any, said: Declared) -> bool:
    font = next((f.get("color") for f in cell.iter("font") if f.get("color")), "")
    background = _colour(said.get("background-color") or said.get("background") or cell.get("bgcolor") or "")
    if said.get("display", "").lower() == "none" or said.get("visibility", "").lower() == "hidden":
        return True
    return look_the_same(_colour(said.get("color") or font) or BLACK, background or WHITE)


def _colour(text: str) -> Colour | None:
    text = text.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        text = "#" + "".join(c * 2 for c in text[1:])
    if text.startswith("rgb("):
        numbers = [int(n) for n in re.findall(r"\d{1,3}", text)][:3]
        return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None
    return NAMED.get(text) or (of_hex(text) if text.startswith("#") else None)


class _Words:
    """The text of a cell as a browser shows it, and what it doesn't show."""

    def __init__(self, classes: dict[str, Declared]) -> None:
        self.classes = classes
        self.hidden = False
        """Whether the cell holds text that isn't displayed."""
        self.comment = ""

    def of(self, element: Any) -> str:
        """White space as one space, breaks as line ends."""
        parts = [_squeezed(element.text)]
        for child in element:
            if isinstance(child.tag, str):
                parts.append(self.of_child(child))
            parts.append(_squeezed(child.tail))
        return "".join(parts)

    def of_child(self, child: Any) -> str:
        if child.tag == "br":
            return "\n"
        if child.tag in SILENT:
            return ""
        if child.tag == "comment":  # LibreOffice's
            self.comment += child.text_content()
            return ""
        if _style(child, self.classes).get("display", "").lower() == "none":
            self.hidden = self.hidden or bool(child.text_content().strip())
            return ""
        inner = self.of(child)
        return f"\n{inner}\n" if child.tag in BLOCKS else inner


def _squeezed(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")
