"""Bars of characters that look like ruled lines: in bold print they join from one character to the next."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
"""Height × width, 255 where set."""
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
    count, labels, stats, centres = cv2.connectedComponentsWithStats(across, connectivity=8)
    widths = stats[:, cv2.CC_STAT_WIDTH]
    short = widths <= longer
    short[0] = False
    if not short.any():
        return across
    bars = short & _beside_ink(across, dark, labels, short)
    lines = np.flatnonzero(~bars)[1:]
    near = max(across.shape) / 500
    for index in np.flatnonzero(bars):
        level = np.abs(centres[lines, 1] - centres[index, 1]) <= near
        bars[index] = widths[lines][level].sum() < longer
    kept: Mask = np.where(bars[labels], 0, across).astype(np.uint8)
    return kept


def _beside_ink(across: Mask, dark: Mask, labels: NDArray[np.int32], which: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the components have ink along one of their sides, some pixels off."""
    beyond = max(round(max(across.shape) / 700), 3)
    ys, xs = np.nonzero(which[labels])
    owner = labels[ys, xs]
    out = np.zeros(len(which), bool)
    last = across.shape[0] - 1
    for side in (-1, 1):
        edge = across[np.clip(ys + side, 0, last), xs] == 0
        at, along, whose = ys[edge], xs[edge], owner[edge]
        inked = dark[np.clip(at + side * beyond, 0, last), along] > 0
        inked |= dark[np.clip(at + side * (beyond + 1), 0, last), along] > 0
        edges = np.bincount(whose, minlength=len(which))
        out |= np.bincount(whose, weights=inked, minlength=len(which)) > BESIDE_INK * np.maximum(edges, 1)
    return out
