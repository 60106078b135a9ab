"""Tables of born-digital pages that have no ruled lines: columns and rows by where the words stand.

What is found so is a guess, and told. A page is read so only where its whole document has no ruled table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import pdfplumber
from pdfplumber.utils.exceptions import PdfminerException

from extractors.errors import UnreadableFileError
from extractors.ruled import Character, inside, lines, table, text_line
from extractors.tables import Document, Notice, Table, TextLine

FEWEST_COLUMNS = 3
FEWEST_ROWS = 2
"""With the header: fewer are a line of text with gaps in it."""
WORD_GAP = 0.9
"""Sizes of print between two words that stand in two columns; a space is a quarter to a half."""
FILLED = 0.5
"""Share of its columns that the rows of a table fill on average, at least."""
NEXT_LINE = 4.0
"""Heights of print; what stands further below is no longer the table."""


@dataclass(frozen=True)
class _Word:
    x0: float
    x1: float


def with_tables(path: Path, document: Document) -> Document:
    """The document with the tables that its pages show without ruled lines; as it is where there are none.

    Args:
        path: the PDF.
        document: what `extractors.pdf_text` read from it, without tables.

    Raises:
        UnreadableFileError: file-damaged.
    """
    tables: list[Table] = []
    texts: list[TextLine] = []
    notices: list[Notice] = []
    try:
        with pdfplumber.open(path) as pdf:
            for number, page in enumerate(pdf.pages, start=1):
                characters = [c for c in page.chars if c["text"].strip()]
                offset = float(max(page.bbox[0], page.cropbox[0])), float(max(page.bbox[1], page.cropbox[1]))
                boxes = find(characters)
                if boxes:
                    tables.append(table(number, 1, boxes, characters, offset))
                    notices.append(Notice("pdf-unruled", "warning", {"page": str(number)}, f"page {number}"))
                outside = [c for c in characters if not any(inside(c, box) for box in boxes)]
                texts += [text_line(number, line, offset) for line in lines(outside)]
                page.close()
    except (PdfminerException, ValueError, KeyError, TypeError, IndexError) as error:
        raise UnreadableFileError("file-damaged", name=path.name) from error
    if not tables:
        return document
    return replace(document, tables=tuple(tables), lines=tuple(texts), notices=(*document.notices, *notices))


def find(characters: Sequence[Character]) -> list[tuple[float, float, float, float]]:
    """The boxes of the cells of the table on a page: left, top, right, bottom; none where there is no table."""
    found = lines(characters)
    words = [_words(line) for line in found]
    start = next((i for i, line in enumerate(words) if len(line) >= FEWEST_COLUMNS), None)
    if start is None:
        return []
    columns, end = _columns(words[start]), start + 1
    while end < len(found) and _gap(found[end - 1], found[end]) < NEXT_LINE:
        wider = _widened(columns, words[end])
        if len(wider) < len(columns):
            break
        columns, end = wider, end + 1
    rows = _rows(found[start:end], columns)
    if len(rows) < FEWEST_ROWS or len(columns) < FEWEST_COLUMNS:
        return []
    filled = sum(any(_in_column(c, column) for c in row) for row in rows for column in columns)
    if filled < FILLED * len(rows) * len(columns):
        return []
    edges = _between([(c.x0, c.x1) for c in columns])
    heights = _between([(min(c["top"] for c in row), max(c["bottom"] for c in row)) for row in rows])
    return [
        (x0, y0, x1, y1)
        for y0, y1 in zip(heights, heights[1:], strict=False)
        for x0, x1 in zip(edges, edges[1:], strict=False)
    ]


def _words(line: Sequence[Character]) -> list[_Word]:
    """The parts of a line between wide gaps."""
    words = [_Word(line[0]["x0"], line[0]["x1"])]
    for before, character in zip(line, line[1:], strict=False):
        if character["x0"] - before["x1"] > WORD_GAP * max(before["size"], character["size"]):
            words.append(_Word(character["x0"], character["x1"]))
        else:
            words[-1] = _Word(words[-1].x0, max(words[-1].x1, character["x1"]))
    return words


def _columns(header: list[_Word]) -> list[_Word]:
    return sorted(header, key=lambda w: w.x0)


def _widened(columns: list[_Word], line: list[_Word]) -> list[_Word]:
    """The columns, as wide as a further line needs; those that one of its words joins become one."""
    merged: list[_Word] = []
    for word in sorted([*columns, *line], key=lambda w: w.x0):
        if merged and word.x0 <= merged[-1].x1:
            merged[-1] = _Word(merged[-1].x0, max(merged[-1].x1, word.x1))
        else:
            merged.append(word)
    return merged


def _gap(above: Sequence[Character], below: Sequence[Character]) -> float:
    """Between two lines, in heights of their print."""
    height = median(c["height"] for c in [*above, *below]) or 1.0
    return float((min(c["top"] for c in below) - max(c["bottom"] for c in above)) / height)


def _rows(found: Sequence[Sequence[Character]], columns: Sequence[_Word]) -> list[list[Character]]:
    """Lines by rows: each line with something in the first column is one, and the others are its further lines.

    Where the line below the header has nothing there, cells are centred, and a line belongs to the nearest such line.
    """
    anchors = [i for i, line in enumerate(found) if any(_in_column(c, columns[0]) for c in line)]
    if not anchors or anchors[0] != 0:
        anchors.insert(0, 0)
    centred = len(found) > 1 and 1 not in anchors
    rows: dict[int, list[Character]] = {i: [] for i in anchors}
    middles = [median((c["top"] + c["bottom"]) / 2 for c in line) for line in found]
    for i, line in enumerate(found):
        if centred and i > 0:
            anchor = min(anchors[1:] or anchors, key=lambda a: abs(middles[a] - middles[i]))
        else:
            anchor = max(a for a in anchors if a <= i)
        rows[anchor] += line
    return [rows[i] for i in anchors]


def _in_column(character: Character, column: _Word) -> bool:
    return bool(column.x0 <= (character["x0"] + character["x1"]) / 2 <= column.x1)


def _between(spans: Sequence[tuple[float, float]]) -> list[float]:
    """The edges around spans that follow one another: in the middle between two, and beside the first and last."""
    inner = [(before[1] + after[0]) / 2 for before, after in zip(spans, spans[1:], strict=False)]
    return [spans[0][0] - 1, *inner, spans[-1][1] + 1]
