"""Web pages that go by the name of an Office document: what programs export as .doc or .xls, and Word's .mht.

Nothing that a page names is fetched; it is parsed as data.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree, html  # type: ignore[import-untyped]

from extractors.errors import UnreadableFileError
from extractors.tables import Cell, Document, Notice, Table, TextLine

MOST_BYTES = 64 << 20
MOST_SPAN = 1000
"""Browsers allow as many columns (HTML standard, 4.9.11); Excel shows no more rows merged than a form has."""
MOST_PLACES = 2_000_000
"""Places of a table's grid."""
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.-]+)", re.IGNORECASE)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_BLOCKS = frozenset({"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table"})
_SILENT = frozenset({"script", "style", "head", "title", "noscript", "template", "select", "textarea"})


def read(path: Path, kind: str = "html") -> Document:
    """Tables in order, named ``table 1``, …, with places as those of Word; what stands around them as lines.

    Rows and cells that aren't shown are left out, and told.

    Raises:
        UnreadableFileError: file-damaged, file-too-large.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise UnreadableFileError("file-too-large", name=path.name, size=f"{size >> 20} MB")
    data = path.read_bytes()
    charset = ""
    if kind == "mht":
        data, charset = _page_of(data, path.name)
    try:
        # Without huge_tree the parser drops what stands deeper than 256 elements, and says nothing.
        parser = html.HTMLParser(no_network=True, huge_tree=True)
        root = html.document_fromstring(_decoded(data, charset), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableFileError("file-damaged", name=path.name) from error
    page = _Page()
    body = root.find("body")
    try:
        page.block(root if body is None else body)
    except (RecursionError, OverflowError) as error:  # elements within elements without end; cells over millions
        raise UnreadableFileError("file-damaged", name=path.name) from error
    page.end_line()
    return Document(kind, tuple(page.tables), tuple(page.lines), notices=tuple(page.notices))


def _page_of(data: bytes, name: str) -> tuple[bytes, str]:
    """The page within a web archive, and the charset that its header names."""
    try:
        for part in email.message_from_bytes(data, policy=email.policy.compat32).walk():
            content = part.get_payload(decode=True)
            if part.get_content_type() == "text/html" and isinstance(content, bytes):
                return content, str(part.get_content_charset() or "")
    except (LookupError, ValueError, AssertionError) as error:
        raise UnreadableFileError("file-damaged", name=name) from error
    raise UnreadableFileError("file-damaged", name=name)


def _decoded(data: bytes, charset: str) -> str:
    """The text: by its mark, by what it says of itself, else by trial; an XML declaration cut off, as lxml wants."""
    said = _CHARSET.search(data[:4096])
    names = [charset, said.group(1).decode("ascii", "replace") if said else ""]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        names = ["utf-16"]
    names = [re.sub(r"(?i)^(gb2312|gbk|gb_2312-80)$", "gb18030", n) for n in names if n]
    for name in (*names, "utf-8-sig", "gb18030"):
        try:
            text = data.decode(name)
            break
        except (LookupError, UnicodeDecodeError):
            continue
    else:
        text = data.decode("gb18030", "replace")
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff")) or " "


class _Page:
    """Gathers the tables and lines of a page."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.lines: list[TextLine] = []
        self.notices: list[Notice] = []
        self._text = ""

    def block(self, element: Any) -> None:
        for child in _nodes(element):
            if isinstance(child, str):
                self._text += child
            elif child.tag == "table":
                self.end_line()
                self._table(child)
            elif child.tag == "br":
                self.end_line()
            elif self._is_shown(child, ""):
                if child.tag in _BLOCKS:
                    self.end_line()
                self.block(child)
                if child.tag in _BLOCKS:
                    self.end_line()

    def end_line(self) -> None:
        text = " ".join(self._text.split())
        self._text = ""
        if text:
            self.lines.append(TextLine(text))

    def _is_shown(self, element: Any, place: str) -> bool:
        if element.tag in _SILENT:
            return False
        if not (_HIDDEN.search(element.get("style", "")) or "hidden" in element.attrib):
            return True
        text = " ".join(element.text_content().split())
        if text:
            self.notices.append(Notice("text-hidden", "warning", {"place": place, "text": text}, place))
        return False

    def _table(self, table: Any) -> None:
        number = len(self.tables) + 1
        taken: dict[tuple[int, int], bool] = {}
        cells: list[Cell] = []
        row = -1
        for line in _rows(table):
            place = f"table {number}, row {row + 2}"
            if not self._is_shown(line, place):
                continue
            row, column = row + 1, 0
            for element in line.iterchildren("td", "th"):
                while (row, column) in taken:
                    column += 1
                place = f"table {number}, row {row + 1}, column {column + 1}"
                down, right = _span(element, "rowspan"), _span(element, "colspan")
                if len(taken) + down * right > MOST_PLACES:
                    raise OverflowError
                taken |= {(r, c): True for r in range(row, row + down) for c in range(column, column + right)}
                text = self._cell_text(element, place) if self._is_shown(element, place) else ""
                cells.append(Cell(row, column, text, down, right, place=place))
                column += right
        rows, columns = row + 1, max((c.column + c.column_span for c in cells), default=0)
        if cells:
            cut = [c if c.row + c.row_span <= rows else _cut(c, rows) for c in cells]
            self.tables.append(Table(tuple(cut), rows, columns, f"table {number}"))

    def _cell_text(self, cell: Any, place: str) -> str:
        text = "".join(self._pieces(cell, place)).replace("\xa0", " ")
        return "\n".join(line for line in (" ".join(x.split()) for x in text.split("\n")) if line)

    def _pieces(self, element: Any, place: str) -> Iterator[str]:
        for child in _nodes(element):
            if isinstance(child, str):
                yield re.sub(r"\s+", " ", child)
            elif child.tag == "br":
                yield "\n"
            elif child.tag == "img":
                self.notices.append(Notice("picture-unread", "warning", {"place": place}, place))
            elif self._is_shown(child, place):
                breaks = "\n" if child.tag in _BLOCKS else " " if child.tag in ("td", "th") else ""
                yield breaks
                yield from self._pieces(child, place)
                yield breaks


def _nodes(element: Any) -> Iterator[Any]:
    """Texts and elements in their order; comments and the like left out."""
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str):
            yield child
        if child.tail:
            yield child.tail


def _rows(table: Any) -> Iterator[Any]:
    for child in table.iterchildren("tr", "thead", "tbody", "tfoot"):
        if child.tag == "tr":
            yield child
        else:
            yield from child.iterchildren("tr")


def _span(cell: Any, name: str) -> int:
    text = cell.get(name, "1").strip()
    return min(max(int(text), 1), MOST_SPAN) if text.isascii() and text.isdigit() else 1


def _cut(cell: Cell, rows: int) -> Cell:
    return Cell(cell.row, cell.column, cell.text, rows - cell.row, cell.column_span, place=cell.place)
