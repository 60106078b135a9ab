"""Which way up a page stands, decided once for the page from how well its text reads.

Never per cell: a model that decides per line turned the cell "98" upside down and read "86" for certain (DESIGN.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2

from extractors.scan import freetext, lines, recognise
from extractors.scan.evidence import Steps, read
from extractors.scan.ink import Gray
from extractors.scan.lines import Line, Print
from extractors.scan.rules import Grid

SAMPLE = 6
"""Pieces read for each way."""
ROUND = 2
"""Of them, pieces read at a time, until it's clear which way is up."""
CLEARLY = 2.0
"""Nats by which one way must read better, in the mean, to need no further pieces. Of 430 pieces of 22 pages, 60 of them
figures alone, none read better upside down; half of the figures read 2.5 nats better, half of the texts 5.4."""
MANY, MOSTLY_LONG = 20, 0.5
"""Of so many pieces such a share is long along the lines of text only: across them at most 0.32 were, on 22 pages."""
WORDS = 9
"""Pieces up to so many print heights long are read, if there are enough."""
WORK_SIDE = 2400
"""Text is looked at on a copy of the table (or page) whose longer side has at most so many pixels."""


def quarter_turns(layer: Gray, grids: Sequence[Grid]) -> int:
    """Clockwise quarter turns (0 to 3) that set the page upright; 0 where nothing can be read."""
    if grids:
        # Only the largest table: it has the most text, and its cells keep lines apart.
        grid = max(grids, key=lambda g: (g.x1 - g.x0) * (g.y1 - g.y0))
        layer = layer[grid.y0 : grid.y1, grid.x0 : grid.x1]
    factor = min(WORK_SIDE / max(layer.shape), 1.0)
    layer = cv2.resize(layer, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    # First the axis, by shape: along its lines text joins to long pieces, across them it falls apart into characters
    # (which the recogniser reads even when they lie on their side, so that legibility alone can't tell).
    upright = _long_pieces(layer)
    if upright.count >= MANY and upright.share >= MOSTLY_LONG:
        return _up(layer, upright, 0)
    sideways_layer = turned(layer, 1)
    sideways = _long_pieces(sideways_layer)
    return _up(layer, upright, 0) if upright.share >= sideways.share else _up(sideways_layer, sideways, 1)


def turned(layer: Gray, turns: int) -> Gray:
    """An image turned clockwise by quarter turns (1 to 3)."""
    out: Gray = cv2.rotate(layer, (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)[turns - 1])
    return out


def _up(layer: Gray, pieces: _Pieces, turns: int) -> int:
    """`turns`, or two quarter turns more, whichever way the pieces read better; 0 where neither can be read."""
    ahead: list[float] = []
    either: list[float] = []
    # Both ways are read, however clear the first: figures upside down are figures, too.
    for start in range(0, len(pieces.longest), ROUND):
        chosen = pieces.longest[start : start + ROUND]
        crops = [lines.crop(layer, piece, pieces.print) for piece in chosen]
        steps = recognise.recognise([*crops, *(turned(crop, 2) for crop in crops)], in_eight_bits=True)
        for number, piece in enumerate(chosen):
            up, down = (_legibility(steps[at], piece, pieces.print) for at in (number, number + len(chosen)))
            ahead.append(up - down)
            either.append(max(up, down))
        if abs(sum(ahead)) >= CLEARLY * len(ahead):
            break
    if not either or max(either) <= 0:
        return 0
    return turns if sum(ahead) >= 0 else (turns + 2) % 4


@dataclass(frozen=True)
class _Pieces:
    longest: tuple[Line, ...]
    print: Print
    count: int
    """How many pieces of text there are."""
    share: float
    """Of these, those that are long."""


def _long_pieces(layer: Gray) -> _Pieces:
    pieces = freetext.find(layer, gap=0.6)
    height = pieces.print.height
    long = [p for p in pieces.lines if p.y1 - p.y0 < 1.6 * height and p.x1 - p.x0 > 2.5 * height]
    # A few words each are enough, and quicker than whole lines.
    short = [p for p in long if p.x1 - p.x0 < WORDS * height]
    chosen = short if len(short) >= SAMPLE else long
    longest = sorted(chosen, key=lambda p: p.x0 - p.x1)[: 2 * SAMPLE : 2]
    count = len(pieces.lines)
    return _Pieces(tuple(longest), pieces.print, count, len(long) / max(count, 1))


def _legibility(steps: Steps, piece: Line, print_: Print) -> float:
    """Mean nats by which the characters of a piece of text stand above their rivals."""
    reading = read(steps, recognise.load().characters)
    # Few characters for the length of the piece: it wasn't text in this direction.
    expected = max((piece.x1 - piece.x0) / (1.3 * print_.height), 1.0)
    return sum(min(m, 6.0) for m in reading.margins) / max(expected, len(reading.margins))
