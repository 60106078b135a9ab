"""Strokes that look like ruled lines: bars of bold characters, which join to one, and upright strokes under a seal."""

from __future__ import annotations

import numpy as np

from extractors.scan.pieces import Mask, Piece, pieces, without

BESIDE_INK = 0.35
"""A short line with ink along more than this share of one side, some pixels off, is made of the bars of
characters. Ruled lines have up to 0.13 (characters that all but touch them), bars of bold characters 0.4 to 0.75."""


def without_strokes(lines: Mask, dark: Mask, longer: float, crossing: Mask | None = None) -> Mask:
    """Drops short lines with ink along one side: strokes of characters and of seals.

    A piece of a longer line stays whatever stands beside it, such as a seal.

    Args:
        lines: those of one direction, turned so that they run along the rows of the array.
        dark: all ink, turned the same way.
        longer: pixels; a longer line is a ruled one, whatever stands beside it.
        crossing: the lines of the other direction; one that runs from one of them to another is a ruled one too. Not
            for lines across: the bars of a text can fill a cell from border to border.
    """
    near = max(lines.shape) / 500
    ruled: list[Piece] = []
    strokes: list[Piece] = []
    for piece in pieces(lines):
        (strokes if piece.width <= longer and _is_beside_ink(piece, dark) else ruled).append(piece)
    levels = [(piece.middle[1], piece.width) for piece in ruled]
    alone = [
        stroke
        for stroke in strokes
        if sum(w for y, w in levels if abs(y - stroke.middle[1]) <= near) < longer
        and not (crossing is not None and _is_held(stroke, crossing, round(near)))
    ]
    return without(lines, alone)


def _is_held(piece: Piece, crossing: Mask, near: int) -> bool:
    """Whether a line ends on lines of the other direction."""
    rows = slice(max(piece.y - near, 0), piece.y + piece.height + near)
    ends = (piece.x, piece.x + piece.width)
    return all(bool(crossing[rows, max(x - near, 0) : x + near].any()) for x in ends)


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


def ends_on(piece: Piece, across: Mask, near: int) -> bool:
    """Whether an upright line begins and ends on lines across, give or take `near` pixels."""
    columns = slice(max(piece.x - near, 0), piece.x + piece.width + near)
    ends = (piece.y, piece.y + piece.height)
    return all(bool(across[max(y - near, 0) : y + near + 1, columns].any()) for y in ends)
