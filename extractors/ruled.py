"""Ruled tables of pages that hold their text with its places (PDF, OFD): lines to cells, characters to texts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any

from extractors.tables import Box, Cell, Table, TextLine

Character = dict[str, Any]
"""As pdfplumber has it: text, x0, x1, top, bottom, height and size, in points from the page's top left."""
Differs = Callable[[Box, Sequence[Character]], bool]
SAME_RULE = 2.0
"""Points within which two edges of cells are one ruled line."""


def inside(character: Character, box: Sequence[float]) -> bool:
    """Whether the middle of a character lies in a box."""
    x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def table(
    page: int,
    number: int,
    boxes: Sequence[tuple[float, float, float, float]],
    characters: Sequence[Character],
    offset: tuple[float, float],
    differs: Differs | None = None,
) -> Table:
    """A table from the boxes of its cells: their edges are the grid's lines, a cell spans those between its own.

    Args:
        page: its number, 1-based.
        number: of the table on the page, 1-based.
        boxes: left, top, right and bottom of each cell.
        characters: those of the page.
        offset: left and top of what a viewer shows of the page, in the same points.
        differs: whether a cell shows something else than its characters.
    """
    across = _rules(x for box in boxes for x in (box[0], box[2]))
    down = _rules(y for box in boxes for y in (box[1], box[3]))
    cells = []
    for x0, top, x1, bottom in sorted(boxes, key=lambda b: (b[1], b[0])):
        row, column = _nearest(down, top), _nearest(across, x0)
        within = [c for c in characters if inside(c, (x0, top, x1, bottom))]
        text = "\n".join(text_of(line) for line in lines(within))
        box = Box(page, x0 - offset[0], top - offset[1], x1 - offset[0], bottom - offset[1])
        spans = max(1, _nearest(down, bottom) - row), max(1, _nearest(across, x1) - column)
        place = f"page {page}, table {number}, row {row + 1}, column {column + 1}"
        belied = differs is not None and differs(box, within)
        cells.append(Cell(row, column, text, *spans, place=place, box=box, belied=belied))
    return Table(tuple(cells), len(down) - 1, len(across) - 1, f"page {page}, table {number}", page)


def _rules(edges: Iterable[float]) -> list[float]:
    rules: list[float] = []
    for edge in sorted(edges):
        if not rules or edge - rules[-1] > SAME_RULE:
            rules.append(edge)
    return rules


def _nearest(rules: list[float], edge: float) -> int:
    i = bisect_left(rules, edge)
    return min((j for j in (i - 1, i) if 0 <= j < len(rules)), key=lambda j: abs(rules[j] - edge))


def lines(characters: Sequence[Character]) -> list[list[Character]]:
    """Characters by lines, top to bottom, each from left to right."""
    found: list[list[Character]] = []
    for character in sorted(characters, key=lambda c: (c["top"] + c["bottom"]) / 2):
        middle = (character["top"] + character["bottom"]) / 2
        if found and middle - median((c["top"] + c["bottom"]) / 2 for c in found[-1]) < 0.5 * character["height"]:
            found[-1].append(character)
        else:
            found.append([character])
    return [sorted(line, key=lambda c: c["x0"]) for line in found]


def text_of(line: Sequence[Character]) -> str:
    """The line's text; a gap wider than a fifth of the font size is a space."""
    text = ""
    for i, character in enumerate(line):
        if i and character["x0"] - line[i - 1]["x1"] > 0.2 * character["size"]:
            text += " "
        text += character["text"]
    return text


def text_line(page: int, line: Sequence[Character], offset: tuple[float, float]) -> TextLine:
    """A line outside tables."""
    box = Box(
        page,
        min(c["x0"] for c in line) - offset[0],
        min(c["top"] for c in line) - offset[1],
        max(c["x1"] for c in line) - offset[0],
        max(c["bottom"] for c in line) - offset[1],
    )
    return TextLine(text_of(line), box)


def areas(edges: Sequence[dict[str, Any]]) -> list[list[tuple[float, float, float, float]]]:
    """The boxes of the cells that ruled lines enclose, by tables, as pdfplumber finds them on a page of a PDF."""
    from pdfplumber import table as finder

    settings = finder.TableSettings()
    merged = finder.merge_edges(
        list(edges),
        settings.snap_x_tolerance,
        settings.snap_y_tolerance,
        settings.join_x_tolerance,
        settings.join_y_tolerance,
    )
    crossings = finder.edges_to_intersections(
        merged, settings.intersection_x_tolerance, settings.intersection_y_tolerance
    )
    found: list[list[tuple[float, float, float, float]]] = finder.cells_to_tables(
        finder.intersections_to_cells(crossings)
    )
    return found


def around(boxes: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    """The rectangle around boxes."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
