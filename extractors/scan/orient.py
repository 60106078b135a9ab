"""Which way up a page stands, decided once for the page from how well its text reads.

Never per cell: a model that decides per line turned the cell "98" upside down and read "86" for certain (DESIGN.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from extractors.scan import freetext, lines, recognise
from extractors.scan.evidence import read
from extractors.scan.ink import Gray
from extractors.scan.lines import Line, Print
from extractors.scan.rules import Grid

SAMPLE = 6
"""Pieces read for each way."""
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
    upright, sideways = _long_pieces(layer), _long_pieces(_turned(layer, 1))
    # First the axis, by shape: along its lines text joins to long pieces, across them it falls apart into characters
    # (which the recogniser reads even when they lie on their side, so that legibility alone can't tell).
    ways = (0, 2) if upright.share >= sideways.share else (1, 3)
    # Both ways are read, however clear the first: figures upside down are figures, too.
    scores = {turns: _legibility(_turned(layer, turns)) for turns in ways}
    best = max(ways, key=lambda turns: scores[turns])
    return best if scores[best] > 0 else 0


def _turned(layer: Gray, turns: int) -> Gray:
    return np.ascontiguousarray(np.rot90(layer, -turns))


@dataclass(frozen=True)
class _Pieces:
    longest: tuple[Line, ...]
    print: Print
    share: float
    """Of the pieces of text, those that are long."""


def _long_pieces(layer: Gray) -> _Pieces:
    pieces = freetext.find(layer, gap=0.6)
    height = pieces.print.height
    long = [p for p in pieces.lines if p.y1 - p.y0 < 1.6 * height and p.x1 - p.x0 > 2.5 * height]
    # A few words each are enough, and quicker than whole lines.
    short = [p for p in long if p.x1 - p.x0 < WORDS * height]
    chosen = short if len(short) >= SAMPLE else long
    longest = sorted(chosen, key=lambda p: p.x0 - p.x1)[: 2 * SAMPLE : 2]
    return _Pieces(tuple(longest), pieces.print, len(long) / max(len(pieces.lines), 1))


def _legibility(layer: Gray) -> float:
    """Mean nats by which the characters of the longest text pieces stand above their rivals."""
    pieces = _long_pieces(layer)
    if not pieces.longest:
        return 0.0
    characters = recognise.load().characters
    steps = recognise.recognise([lines.crop(layer, p, pieces.print) for p in pieces.longest])
    scores = []
    for piece, step in zip(pieces.longest, steps, strict=True):
        reading = read(step, characters)
        # Few characters for the length of the piece: it wasn't text in this direction.
        expected = max((piece.x1 - piece.x0) / (1.3 * pieces.print.height), 1.0)
        scores.append(sum(min(m, 6.0) for m in reading.margins) / max(expected, len(reading.margins)))
    return float(np.mean(scores))
