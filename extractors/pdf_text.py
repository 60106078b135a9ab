"""PDFs that were made by a program and hold their text (born digital), with pdfplumber: tables and lines with boxes."""

from __future__ import annotations

import logging
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdftypes import LITERALS_FLATE_DECODE, resolve1
from pdfplumber.utils.exceptions import PdfminerException
from pypdfium2 import PdfiumError

from extractors import pdf_shown
from extractors.errors import UnreadableFileError
from extractors.tables import Box, Cell, Document, Notice, Page, Seal, Table, TextLine

# Without a handler of its own, pdfminer's warnings of odd colours would go to the screen; the log still has them.
logging.getLogger("pdfminer").addHandler(logging.NullHandler())

MOST_PAGES = 300
SAME_RULE = 2.0
"""Points within which two edges of cells are one ruled line."""


def read(path: Path, seals: Sequence[Seal] = ()) -> Document:
    """The ruled tables, named ``page 2, table 1``, and the lines outside them, both with boxes in points.

    Args:
        path: the PDF.
        seals: those on its pages; what is red in them hides no text.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    pages: list[Page] = []
    tables: list[Table] = []
    lines: list[TextLine] = []
    notices: list[Notice] = []
    with _opened(path) as pdf:
        for number, page in enumerate(pdf.pages, start=1):
            try:
                if _is_broken(page):
                    raise UnreadableFileError("file-damaged", name=path.name)
                found = page.find_tables()
                characters = [c for c in page.chars if c["text"].strip()]
                shows = _shown_part(page)
                pages.append(Page(number, shows[2] - shows[0], shows[3] - shows[1]))
                offset = shows[:2]
                shown = pdf_shown.drawn(path, number, seals) if found else None
                for i, area in enumerate(found, start=1):
                    tables.append(_table(number, i, area.cells, characters, offset, shown))
                belied = sum(c.belied for table in tables if table.page == number for c in table.cells)
                if belied:
                    notices.append(Notice("text-belied", "warning", {"page": str(number), "count": str(belied)}))
                outside = [c for c in characters if not any(_inside(c, area.bbox) for area in found)]
                lines += [_line(number, line, offset) for line in _lines(outside)]
                page.close()
            except (PdfminerException, PdfiumError, ValueError, KeyError, TypeError, IndexError) as error:
                raise UnreadableFileError("file-damaged", name=path.name) from error
    return Document("pdf", tuple(tables), tuple(lines), tuple(pages), notices=tuple(notices))


def _shown_part(page: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what a viewer shows of a page: its crop box, as far as the page reaches."""
    (x0, top, x1, bottom), (left, upper, right, lower) = page.bbox, page.cropbox
    return float(max(x0, left)), float(max(top, upper)), float(min(x1, right)), float(min(bottom, lower))


def _is_broken(page: Any) -> bool:
    """Whether a content stream of the page can't be unpacked.

    pdfminer takes such a stream for an empty one without a word, and half a table read as if it were whole would look
    like rows that the sender left out. A wrong checksum alone (the last four bytes) loses nothing.
    """
    for reference in page.page_obj.contents:
        stream: Any = resolve1(reference)
        raw: Any = getattr(stream, "rawdata", None)
        filters = [name for name, _ in stream.get_filters()] if raw is not None else []
        if raw is None or not filters or filters[0] not in LITERALS_FLATE_DECODE or stream.decipher is not None:
            continue
        try:
            zlib.decompressobj().decompress(raw[:-4])
        except zlib.error:
            return True
    return False


def _opened(path: Path) -> Any:
    try:
        pdf = pdfplumber.open(path)
        count = len(pdf.pages)
    except PDFPasswordIncorrect as error:
        raise UnreadableFileError("file-encrypted", name=path.name) from error
    except Exception as error:  # pdfminer lets through KeyError, TypeError, struct.error, … on damaged files
        if any(isinstance(a, PDFPasswordIncorrect) for a in error.args):
            raise UnreadableFileError("file-encrypted", name=path.name) from error
        raise UnreadableFileError("file-damaged", name=path.name) from error
    if count == 0:
        raise UnreadableFileError("file-damaged", name=path.name)
    if count > MOST_PAGES:
        raise UnreadableFileError("file-too-large", name=path.name, size=f"{count} pages")
    return pdf


def _inside(character: dict[str, Any], box: Sequence[float]) -> bool:
    x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _table(
    page: int,
    number: int,
    boxes: Sequence[tuple[float, float, float, float]],
    characters: list[dict[str, Any]],
    offset: tuple[float, float],
    shown: pdf_shown.Shown | None,
) -> Table:
    """Cells by their boxes: the edges are the grid's lines, a cell spans the lines between its own edges."""
    across = _rules(x for box in boxes for x in (box[0], box[2]))
    down = _rules(y for box in boxes for y in (box[1], box[3]))
    cells = []
    for x0, top, x1, bottom in sorted(boxes, key=lambda b: (b[1], b[0])):
        row, column = _nearest(down, top), _nearest(across, x0)
        inside = [c for c in characters if _inside(c, (x0, top, x1, bottom))]
        text = "\n".join(_text(line) for line in _lines(inside))
        box = Box(page, x0 - offset[0], top - offset[1], x1 - offset[0], bottom - offset[1])
        spans = max(1, _nearest(down, bottom) - row), max(1, _nearest(across, x1) - column)
        place = f"page {page}, table {number}, row {row + 1}, column {column + 1}"
        belied = shown is not None and shown.differs(box, _placed(inside, offset))
        cells.append(Cell(row, column, text, *spans, place=place, box=box, belied=belied))
    return Table(tuple(cells), len(down) - 1, len(across) - 1, f"page {page}, table {number}", page)


def _placed(
    characters: Iterable[dict[str, Any]], offset: tuple[float, float]
) -> Iterator[tuple[str, float, float, float, float]]:
    """Each character with its box in points of the page as shown."""
    for c in characters:
        yield c["text"], c["x0"] - offset[0], c["top"] - offset[1], c["x1"] - offset[0], c["bottom"] - offset[1]


def _rules(edges: Iterable[float]) -> list[float]:
    rules: list[float] = []
    for edge in sorted(edges):
        if not rules or edge - rules[-1] > SAME_RULE:
            rules.append(edge)
    return rules


def _nearest(rules: list[float], edge: float) -> int:
    i = bisect_left(rules, edge)
    return min((j for j in (i - 1, i) if 0 <= j < len(rules)), key=lambda j: abs(rules[j] - edge))


def _lines(characters: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Characters by lines, top to bottom, each from left to right."""
    lines: list[list[dict[str, Any]]] = []
    for character in sorted(characters, key=lambda c: (c["top"] + c["bottom"]) / 2):
        middle = (character["top"] + character["bottom"]) / 2
        if lines and middle - median((c["top"] + c["bottom"]) / 2 for c in lines[-1]) < 0.5 * character["height"]:
            lines[-1].append(character)
        else:
            lines.append([character])
    return [sorted(line, key=lambda c: c["x0"]) for line in lines]


def _text(line: list[dict[str, Any]]) -> str:
    """The line's text; a gap wider than a fifth of the font size is a space."""
    text = ""
    for i, character in enumerate(line):
        if i and character["x0"] - line[i - 1]["x1"] > 0.2 * character["size"]:
            text += " "
        text += character["text"]
    return text


def _line(page: int, line: list[dict[str, Any]], offset: tuple[float, float]) -> TextLine:
    box = Box(
        page,
        min(c["x0"] for c in line) - offset[0],
        min(c["top"] for c in line) - offset[1],
        max(c["x1"] for c in line) - offset[0],
        max(c["bottom"] for c in line) - offset[1],
    )
    return TextLine(_text(line), box)
