"""Where the lines of a cell stand that a seal lies over: at the same height as in the cells beside it.

The strokes of a seal that can't be told from print join lines, cut them or pass for lines of their own. A table sets
the text of a row around one height, though, so from the row's free cells it is known where one, two or three lines of
a cell under the seal would stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from extractors.scan import recognise
from extractors.scan.cells import ReadLine
from extractors.scan.evidence import Reading, join, read, restrict
from extractors.scan.lines import BORDER, Line, Mask, Print, trimmed
from extractors.scan.rules import Square
from extractors.scan.sealed_print import WIDER
from extractors.scan.seals import Circle

LEVEL = 0.2
"""Print heights by which cells of a row stand apart at most, where the table sets text at one height; four in five
keep to it, others are numbers or have specks."""
SHARE = 80.0
"""Percentile of how far cells stand off their row's place."""
FEWEST = 6
"""Cells from which that can be told."""
SLACK = 0.12
"""Print heights by which a line may stand higher or lower than it should."""
SPECKS = 0.01
"""Ink away from seals that may be of no line, in squares of the print's height: a decimal point has 0.02."""
MOST_LINES = 4
"""Lines of a cell that are looked for; cells of more keep what was found in them."""
CLEAR = 6.0
"""Nats beyond which a character isn't told clearer from its rivals, and from which a reading leaves nothing open."""
PRINT = 3.0
"""Nats from which a character of a line that is left out shows that it is print; strokes of a seal read as anything."""
OVERLAP = 0.25
"""Of a line's height, what another holds of it at least where both are of the same print."""
WEAKEST, A_LINE = 0.25, 0.3
"""What the weakest place of a reading counts beside the mean of its characters, and what a line more costs: cut
through the middle, one line reads as two that are nearly as clear."""

Cells = Mapping[Square, Sequence[Line]]
Row = tuple[int, int]
"""Of a square: its row, and how many it spans."""


@dataclass(frozen=True)
class Setting:
    """How a table sets the text of its cells."""

    share: float
    """Of the lines below the first that the text is moved up by: all for text set from the bottom, none from the
    top, half around the middle."""
    places: Mapping[Row, float]
    """Pixels: where the text of a row stands, by its free cells."""
    usual: float
    """Pixels below the cell's own top, middle or bottom."""

    def first(self, square: Square, count: int, pitch: float) -> float:
        """The middle of the first of so many lines, pixels."""
        place = self.places.get((square.row, square.row_span))
        if place is None:
            place = square.y0 + self.share * (square.y1 - square.y0) + self.usual
        return place - self.share * (count - 1) * pitch


def arrangements(ink: Mask, cells: Cells, over: Sequence[Circle], print_: Print) -> dict[Square, list[list[Line]]]:
    """Lines as they may stand in each cell under a seal, besides those that were found there.

    Args:
        ink: where there is print, what can't be told from it included.
        cells: of one table, with the lines found in each.
        over: the seals that can't be told from print.
        print_: measures of the page's print.
    """
    sealed = [square for square in cells if any(c.touches(square.x0, square.y0, square.x1, square.y1) for c in over)]
    free = {square: lines for square, lines in cells.items() if lines and square not in set(sealed)}
    setting = setting_of(free, print_) if sealed else None
    if setting is None:
        return {}
    out = {}
    for square in sealed:
        ways = [_lines(ink, square, setting, count, print_) for count in range(1, MOST_LINES + 1)]
        out[square] = [
            lines
            for lines in ways
            if lines and lines != cells[square] and _hold_all(ink, square, lines, over, SPECKS * print_.height**2)
        ]
    return out


def setting_of(cells: Cells, print_: Print) -> Setting | None:
    """How a table sets its text, by cells that no seal touches; None where they don't tell."""
    best, least = None, LEVEL * print_.height
    for share in (0.5, 0.0, 1.0):
        by_row: dict[Row, list[float]] = {}
        off = []
        for square, lines in cells.items():
            first, last = (lines[0].y0 + lines[0].y1) / 2, (lines[-1].y0 + lines[-1].y1) / 2
            place = first + share * (last - first)
            by_row.setdefault((square.row, square.row_span), []).append(place)
            off.append(place - square.y0 - share * (square.y1 - square.y0))
        places = {row: float(np.median(found)) for row, found in by_row.items()}
        apart = [abs(place - places[row]) for row, found in by_row.items() if len(found) > 1 for place in found]
        if len(apart) < FEWEST:
            continue
        spread = float(np.percentile(apart, SHARE))
        if spread < least:
            best, least = Setting(share, places, float(np.median(off))), spread
    return best


def _lines(ink: Mask, square: Square, setting: Setting, count: int, print_: Print) -> list[Line]:
    first, high = setting.first(square, count, print_.pitch), (0.5 + SLACK) * print_.height
    middles = [first + k * print_.pitch for k in range(count)]
    if middles[0] - print_.height / 2 < square.y0 - BORDER or middles[-1] + print_.height / 2 > square.y1 + BORDER:
        return []
    lines = [trimmed(ink, square, max(round(m - high), 0), round(m + high), print_) for m in middles]
    return [line for line in lines if line is not None] if all(lines) else []


def _hold_all(ink: Mask, square: Square, lines: Sequence[Line], over: Sequence[Circle], specks: float) -> bool:
    """Whether no ink is left out but what may be the seal's."""
    x0, y0 = square.x0 + BORDER + 1, square.y0 + BORDER + 1
    rest = ink[y0 : square.y1 - BORDER, x0 : square.x1 - BORDER].copy()
    for line in lines:
        rest[max(line.y0 - y0, 0) : max(line.y1 - y0, 0)] = False
    y, x = np.nonzero(rest)
    near = np.zeros(len(y), bool)
    for circle in over:
        near |= (x + x0 - circle.x) ** 2 + (y + y0 - circle.y) ** 2 <= (WIDER * circle.radius) ** 2
    return bool((~near).sum() <= specks)


def is_clear(lines: Sequence[ReadLine]) -> bool:
    """Whether a cell under a seal reads so well that its lines must stand where they were found."""
    readings = [_reading([line]) for line in lines]
    return bool(lines) and all(reading.text and reading.doubt >= CLEAR for reading in readings)


def clearest(found: Sequence[ReadLine], ways: Sequence[Sequence[ReadLine]]) -> Sequence[ReadLine] | None:
    """The way to take a cell's lines that reads clearest; None where that is as they were found.

    A way that leaves out a line in which a character is clear is none: that line is print, not a seal's stroke.
    """
    every = [line for way in (found, *ways) for line in way]
    shown = [line.line for line in every if any(margin >= PRINT for margin in _reading([line]).margins)]
    possible = [way for way in ways if all(any(_overlap(line, taken.line) for taken in way) for line in shown)]
    best = max(possible, key=_clearness, default=None)
    return best if best is not None and _clearness(best) > _clearness(found) else None


def _overlap(line: Line, other: Line) -> bool:
    return min(line.y1, other.y1) - max(line.y0, other.y0) > OVERLAP * (line.y1 - line.y0)


def _clearness(lines: Sequence[ReadLine]) -> float:
    """Nats: how well a cell reads with its lines as they are taken to stand."""
    reading = _reading(lines)
    if not reading.text:
        return 0.0
    each = float(np.minimum(reading.margins, CLEAR).mean())
    return each + WEAKEST * min(reading.doubt, CLEAR) - A_LINE * len(lines)


def _reading(lines: Sequence[ReadLine]) -> Reading:
    known = recognise.load()
    return read(restrict(join([line.steps for line in lines]), known.common), known.characters)
