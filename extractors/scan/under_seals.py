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
from extractors.scan.evidence import Reading, Steps, join, read, restrict
from extractors.scan.lines import BORDER, Line, Mask, Print, trimmed
from extractors.scan.rules import Square
from extractors.scan.sealed_print import WIDER
from extractors.scan.seals import Circle

LEVEL = 0.2
"""Print heights by which cells of a row stand apart at most, where the table sets text at one height; four in five
keep to it, others are numbers or have specks."""
SHARE = 80.0
FEWEST = 6
"""Cells from which that can be told."""
SLACK = 0.12
"""Print heights by which a line may stand higher or lower than it should."""
MOST_LEFT_OUT = 0.02
"""Share of the ink in a cell that may be specks of no line."""
CLEAR = 6.0
"""Nats beyond which a character isn't told clearer from its rivals, and from which a reading leaves nothing open."""
WEAKEST, A_LINE = 0.25, 0.3
"""What the weakest place of a reading counts beside the mean of its characters, and what a line more costs: cut
through the middle, one line may read as two. Of 198 cells under seals 114 read right as found, 153 as chosen so."""

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
        found = [_lines(ink, square, setting, count, print_) for count in range(1, _room(square, print_) + 1)]
        out[square] = [lines for lines in found if lines and _hold_all(ink, square, lines, over)]
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


def _room(square: Square, print_: Print) -> int:
    return max(int((square.y1 - square.y0 - print_.height) / print_.pitch) + 1, 1)


def _lines(ink: Mask, square: Square, setting: Setting, count: int, print_: Print) -> list[Line]:
    first, high = setting.first(square, count, print_.pitch), (0.5 + SLACK) * print_.height
    middles = [first + k * print_.pitch for k in range(count)]
    lines = [trimmed(ink, square, max(round(m - high), 0), round(m + high), print_) for m in middles]
    return [line for line in lines if line is not None] if all(lines) else []


def _hold_all(ink: Mask, square: Square, lines: Sequence[Line], over: Sequence[Circle]) -> bool:
    """Whether no ink is left out but what may be the seal's."""
    x0, y0 = square.x0 + BORDER + 1, square.y0 + BORDER + 1
    rest = ink[y0 : square.y1 - BORDER, x0 : square.x1 - BORDER].copy()
    for line in lines:
        rest[max(line.y0 - y0, 0) : max(line.y1 - y0, 0)] = False
    y, x = np.nonzero(rest)
    near = np.zeros(len(y), bool)
    for circle in over:
        near |= (x + x0 - circle.x) ** 2 + (y + y0 - circle.y) ** 2 <= (WIDER * circle.radius) ** 2
    return bool((~near).sum() <= MOST_LEFT_OUT * len(y))


def is_clear(lines: Sequence[Steps]) -> bool:
    """Whether a cell under a seal reads so well that its lines must stand where they were found."""
    reading = _reading(lines)
    return len(lines) == 1 and bool(reading.text) and reading.doubt >= CLEAR


def clearness(lines: Sequence[Steps]) -> float:
    """Nats: how well a cell reads with its lines as they are taken to stand."""
    reading = _reading(lines)
    if not reading.text:
        return 0.0
    each = float(np.minimum(reading.margins, CLEAR).mean())
    return each + WEAKEST * min(reading.doubt, CLEAR) - A_LINE * len(lines)


def shows_print(steps: Steps) -> bool:
    """Whether a line that was found holds a character so clear that it can't be left out as a seal's stroke."""
    return any(margin >= CLEAR / 2 for margin in _reading([steps]).margins)


def _reading(lines: Sequence[Steps]) -> Reading:
    known = recognise.load()
    return read(restrict(join(lines), known.common), known.characters)
