"""Bars of characters that look like ruled lines: in bold print they join from one character to the next."""

from __future__ import annotations

import numpy as np

from extractors.scan.pieces import Mask, Piece, pieces, without

BESIDE_INK = 0.35
"""A short line with ink along more than this share of one side, some pixels off, is made of the bars of
characters. Ruled lines have up to 0.13 (characters that all but touch them), bars of bold characters 0.4 to 0.75."""


def without_bars(across: Mask, dark: Mask, longer: float) -> Mask:
    """Drops short lines with ink along one side: the bars of a line of bold characters, which join to one.

    A piece of a longer line stays whatever stands beside it, such as a seal.

    Args:
        across: lines across the page.
        dark: all ink.
        longer: pixels; a longer line is a ruled one, whatever stands beside it.
    """
    near = max(across.shape) / 500
    lines: list[Piece] = []
    bars: list[Piece] = []
    for piece in pieces(across):
        (bars if piece.width <= longer and _is_beside_ink(piece, dark) else lines).append(piece)
    levels = [(line.middle[1], line.width) for line in lines]
    alone = [bar for bar in bars if sum(w for y, w in levels if abs(y - bar.middle[1]) <= near) < longer]
    return without(across, alone)


def _is_beside_ink(piece: Piece, dark: Mask) -> bool:
    """Whether a line has ink along one of its sides, some pixels off."""
    beyond = max(round(max(dark.shape) / 700), 3)
    padded = np.pad(piece.pixels, ((1, 1), (0, 0)))
    last = len(dark) - 1
    for side, neighbour in ((-1, padded[:-2]), (1, padded[2:])):
        ys, xs = np.nonzero(piece.pixels & ~neighbour)
        inked = [dark[np.clip(ys + piece.y + side * off, 0, last), xs + piece.x] > 0 for off in (beyond, beyond + 1)]
        if np.count_nonzero(inked[0] | inked[1]) > BESIDE_INK * len(ys):
            return True
    return False
