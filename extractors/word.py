"""Word documents (.docx, .docm) with python-docx: tables with their merged cells, and the paragraphs around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn

from extractors import word_objects, word_package
from extractors.errors import UnreadableFileError
from extractors.ooxml import check_package
from extractors.tables import Cell, Document, Table, TextLine
from extractors.word_marks import COMPATIBLE, alternatives
from extractors.word_numbers import Numbers
from extractors.word_styles import Styles, is_on, value_of
from extractors.word_text import DELETED, INSERTED, Shown, Story, joined

_WRAPPERS = frozenset(qn(n) for n in ("w:sdtContent", "w:ins", "w:smartTag", "w:customXml", "w:moveTo"))
"""Elements that only wrap blocks, rows and cells."""
_UNREAD = frozenset(qn(n) for n in ("w:altChunk", "w:subDoc"))
"""Other files that Word shows in the place of these elements."""
MOST_COLUMNS = 1000
"""Word itself knows 63 columns; a span over more is damage."""


def read(path: Path, kind: str = "docx") -> Document:
    """Tables in order, named ``table 1``, …; places are ``table 1, row 5, column 3``, counted in the grid from 1.

    A merged cell stands once with its spans. Paragraphs and line breaks of a cell are line breaks in its text; a table
    inside a cell is read as text; the numbers of lists are text. Tracked changes count as accepted, hidden text and
    hidden rows are left out; both are told in notices, as are comments, pictures, and whatever else could deceive.
    The tables of embedded workbooks follow those of the document.

    Args:
        path: the document.
        kind: that of the result, where the document was made from one of another format.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    check_package(path)
    try:
        return _Reader(word_package.opened(path)).document(kind)
    except UnreadableFileError:
        raise
    except Exception as error:  # lxml and python-docx raise KeyError, ValueError, XMLSyntaxError, … on damaged parts
        raise UnreadableFileError("file-damaged", name=path.name) from error


class _Reader:
    """Gathers the tables, lines and notices of one document."""

    def __init__(self, package: word_package.Package) -> None:
        self._package = package
        self._styles = Styles(package.parts.get("styles"))
        numbers = Numbers(package.parts.get("numbering"), self._styles)
        comments, footnotes = _comments(package.parts.get("comments")), _footnotes(package.parts)
        self._comments = comments
        self._story = Story(self._styles, numbers, comments, footnotes)
        self._tables: list[Table] = []
        self._lines: list[TextLine] = []
        self._paragraphs = 0

    def document(self, kind: str) -> Document:
        self._blocks(self._package.body)
        story = self._story
        for number, (author, text) in self._comments.items():
            if number not in story.told:
                story.place = ""
                story.tell("comment-found", author=author, text=text)
        if any(root.find(f".//{qn('w:tbl')}") is not None for root in self._package.edges):
            story.place = "header"
            story.tell("content-unread")
        tables, notices = list(self._tables), [*self._package.notices, *story.notices]
        for count, (element, place) in enumerate(story.objects, start=1):
            embedded = word_objects.read(element, self._package.main, place, count)
            tables += embedded.tables
            notices += embedded.notices
        return Document(kind, tuple(tables), tuple(self._lines), notices=tuple(notices))

    def _blocks(self, parent: Any) -> None:
        for block in _unwrapped(parent):
            if block.tag == qn("w:tbl"):
                self._table(block)
            elif block.tag == qn("w:p"):
                self._line(block)
            elif block.tag in _UNREAD:
                self._story.place = f"paragraph {self._paragraphs + 1}"
                self._story.tell("content-unread")

    def _line(self, paragraph: Any) -> None:
        story = self._story
        self._paragraphs += 1
        story.place, story.in_table = f"paragraph {self._paragraphs}", False
        shown = story.paragraph(paragraph)
        self._told_change(shown)
        self._lines += [TextLine(text) for text in shown.now.split("\n") if text.strip()]
        boxes, story.boxes = story.boxes, []
        for box in boxes:
            self._blocks(box)

    def _told_change(self, shown: Shown) -> None:
        if shown.now != shown.before:
            self._story.tell("change-tracked", before=shown.before, after=shown.now)

    def _table(self, table: Any) -> None:
        number = len(self._tables) + 1
        grid: dict[tuple[int, int], Cell] = {}
        above: dict[int, tuple[int, int]] = {}
        height = width = 0
        for line in (e for e in _unwrapped(table) if e.tag == qn("w:tr")):
            self._story.place, self._story.in_table = f"table {number}, row {height + 1}", True
            if self._is_left_out(line):
                continue
            above, right = self._row(table, line, (number, height), grid, above)
            width, height = max(width, right), height + 1
        if height and width:
            cells = tuple(grid[p] for p in sorted(grid))
            self._tables.append(Table(cells, height, width, f"table {number}"))

    def _is_left_out(self, line: Any) -> bool:
        """Whether a row isn't printed: a tracked deletion, or hidden."""
        properties = line.find(qn("w:trPr"))
        if properties is None:
            return False
        tags = {child.tag for child in properties}
        text = " ".join(t.text or "" for t in line.iter(qn("w:t"), qn("w:delText")))
        if tags & DELETED:
            self._story.tell("row-deleted-tracked", text=text)
            return True
        if tags & INSERTED:
            self._story.tell("row-inserted-tracked", text=text)
        if is_on(properties.find(qn("w:hidden"))):
            self._story.tell("text-hidden", text=text)
            return True
        return False

    def _row(
        self, table: Any, line: Any, place: tuple[int, int], grid: dict[tuple[int, int], Cell],
        above: dict[int, tuple[int, int]],
    ) -> tuple[dict[int, tuple[int, int]], int]:  # fmt: skip
        """Puts the cells of a row into the grid; gives the corners of those merged downwards, and the row's width.

        `place` are the table's number (1-based) and the row (0-based).
        """
        number, row = place
        following: dict[int, tuple[int, int]] = {}
        column, last = _skipped(line, "w:gridBefore"), None
        for element in (e for e in _unwrapped(line) if e.tag == qn("w:tc")):
            span, merge, joins_left = _spans(element)
            if column + span > MOST_COLUMNS:
                raise ValueError("too many columns")
            corner = above.get(column) if merge == "continue" else None
            self._story.place = f"table {number}, row {row + 1}, column {column + 1}"
            if joins_left and last is not None:
                old = grid[last]
                grid[last] = replace(old, column_span=column + span - old.column)
            elif corner is not None and grid[corner].column_span == span:
                grid[corner] = replace(grid[corner], row_span=row - corner[0] + 1)
            else:
                corner = (row, column)
                text = self._cell_text(element, self._ground(table, element, row))
                grid[corner] = Cell(row, column, text, 1, span, place=self._story.place)
            if not joins_left:
                last = corner
            if merge is not None and corner is not None:
                following[column] = corner
            column += span
        return following, column

    def _ground(self, table: Any, cell: Any, row: int) -> str:
        shading = cell.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
        own = "" if shading is None else str(shading.get(qn("w:fill"), ""))
        return own if own not in ("", "auto") else self._styles.cell_ground(table, row == 0)

    def _cell_text(self, cell: Any, ground: str) -> str:
        shown = joined(self._cell_parts(cell, ground))
        if cell.find(f"{qn('w:tcPr')}/{qn('w:cellDel')}") is not None:
            shown = Shown("", shown.before)
        self._told_change(shown)
        return shown.now

    def _cell_parts(self, cell: Any, ground: str) -> Iterator[Shown]:
        for block in _unwrapped(cell):
            if block.tag == qn("w:p"):
                yield self._story.paragraph(block, ground)
            elif block.tag == qn("w:tbl"):
                rows = [r for r in _unwrapped(block) if r.tag == qn("w:tr") and not self._is_left_out(r)]
                for inner in (c for r in rows for c in _unwrapped(r) if c.tag == qn("w:tc")):
                    yield joined(self._cell_parts(inner, ground))
            elif block.tag in _UNREAD:
                self._story.tell("content-unread")


def _unwrapped(element: Any) -> Iterator[Any]:
    """The children, those of wrappers in the wrapper's place."""
    for child in element:
        if child.tag in _WRAPPERS:
            yield from _unwrapped(child)
        elif child.tag == qn("w:sdt"):
            yield from (block for content in child.iterchildren(qn("w:sdtContent")) for block in _unwrapped(content))
        elif child.tag == f"{COMPATIBLE}AlternateContent":
            yield from (block for chosen in alternatives(child) for block in _unwrapped(chosen))
        else:
            yield child


def _skipped(line: Any, name: str) -> int:
    """Grid columns that a row leaves out at its start."""
    properties = line.find(qn("w:trPr"))
    return 0 if properties is None else int(value_of(properties.find(qn(name))) or "0")


def _spans(cell: Any) -> tuple[int, str | None, bool]:
    """Grid columns of a cell; restart or continue where it is merged downwards; whether it goes on to its left."""
    properties = cell.find(qn("w:tcPr"))
    if properties is None:
        return 1, None, False
    span, merge, across = (properties.find(qn(n)) for n in ("w:gridSpan", "w:vMerge", "w:hMerge"))
    columns = max(1, int(value_of(span) or "1"))
    down = None if merge is None else merge.get(qn("w:val"), "continue")
    return columns, down, across is not None and across.get(qn("w:val"), "continue") == "continue"


def _comments(root: Any | None) -> dict[str, tuple[str, str]]:
    """Author and text of each comment, by its id."""
    found = [] if root is None else root.findall(qn("w:comment"))
    return {c.get(qn("w:id"), ""): (c.get(qn("w:author"), ""), _plain(c)) for c in found}


def _footnotes(parts: dict[str, Any]) -> dict[str, str]:
    """The text of each footnote by its id, of each endnote by its id with an ``e`` before it."""
    texts: dict[str, str] = {}
    for name, prefix in (("footnotes", ""), ("endnotes", "e")):
        for note in parts.get(name, ()):
            texts[prefix + note.get(qn("w:id"), "")] = _plain(note)
    return texts


def _plain(element: Any) -> str:
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in element.iter(qn("w:p"))).strip()
