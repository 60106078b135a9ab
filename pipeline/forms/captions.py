"""The line above a table that opens a section: forms that are cut into a table for each part."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from extractors.tables import Box, Cell, Document, Table
from pipeline.forms.form import Form
from pipeline.forms.rows import opens_section

Point = NDArray[np.float64]


def caption(table: Table, document: Document, form: Form) -> Cell | None:
    """The line that opens a section (一、省级……) between a table and the one above it on its page, as a cell.

    None where there is none, and in formats without pages: their lines have no place.
    """
    down = _down(table)
    if table.page is None or down is None:
        return None
    top, _ = _reach(table, down)
    above = [
        _reach(other, down)[1]
        for other in document.tables
        if other.page == table.page and other is not table and any(c.box for c in other.cells)
    ]
    lowest = max((bottom for bottom in above if bottom < top), default=-np.inf)
    opening = [
        (float(_middle(line.box) @ down), line)
        for line in document.lines
        if line.box is not None and line.box.page == table.page and opens_section(line.text, form)
    ]
    between = [(at, line) for at, line in opening if lowest < at < top]
    if not between:
        return None
    _, nearest = max(between, key=lambda pair: pair[0])
    return Cell(-1, 0, nearest.text, box=nearest.box)


def _down(table: Table) -> Point | None:
    """The way from the first row to the last, along one of the page's axes: a page may lie on its head in the file."""
    columns: dict[tuple[int, int], list[Point]] = defaultdict(list)
    for cell in table.cells:
        if cell.box is not None:
            columns[cell.column, cell.column_span].append(_middle(cell.box))
    way = sum((points[-1] - points[0] for points in columns.values()), np.zeros(2))
    if not way.any():
        return None
    axis = int(np.argmax(np.abs(way)))
    out = np.zeros(2)
    out[axis] = np.sign(way[axis])
    return out


def _reach(table: Table, down: Point) -> tuple[float, float]:
    """Where the middles of a table's cells begin and end along `down`."""
    places = [float(_middle(c.box) @ down) for c in table.cells if c.box is not None]
    return min(places), max(places)


def _middle(box: Box) -> Point:
    return np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2])
