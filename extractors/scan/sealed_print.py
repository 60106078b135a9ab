"""Print under a seal: what is left of the seal on the print layer is told from print by how dark it is.

A red seal scanned in grey is paler than the core of printed strokes, if not than their edges. Inside the seal's
disc only what is darker than the seal counts as print when lines are looked for, so that the ring and the strokes of
the name don't pass for text; the image that the recogniser sees there has its contrast stretched the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.ink import RED, Gray
from extractors.scan.lines import INK, Mask
from extractors.scan.pieces import pieces
from extractors.scan.seals import Circle

WIDER = 1.06
"""The disc that is treated, as a multiple of the ring's radius: the ring is some pixels thick."""
RING_SAMPLES = 720
"""Points around a ring at which its grey is taken: one a pixel or two at 300 dpi."""
RED_EDGE = 160.0
"""What is paler in and beside red ink, once that is divided out, is the seal's edge and not print."""
PRINT_CORE = 60.0
"""Percentile of the page's own print. A stroke's core is darker than that; what a divided-out seal leaves of its own
strokes (their edges, where JPEG smears colour) is not: of 129 such specks at 150 dpi all were paler."""
SMEAR = 9
"""Pixels: JPEG keeps colour in blocks of two, and smears it over about two of them to either side."""
TILE = 256
"""Pixels to a side of the tiles in which a page is looked through for red."""
SEPARABLE = 12.0
"""Grey levels by which print must be darker than the seal; in a black-and-white scan it isn't."""
KEPT_PRINT = 0.2
"""Share of the print outside the seal (its pale edges included) that is darker than the level. The strokes of a thin
face at 150 dpi are as pale as the seal, and would go with it."""
STRETCH = 65.0
"""Grey levels to either side of the level over which contrast is stretched."""


def discs(shape: tuple[int, ...], circles: Sequence[Circle]) -> Mask:
    """Where the seals are."""
    mask = np.zeros(shape, np.uint8)
    for circle in circles:
        cv2.circle(mask, (round(circle.x), round(circle.y)), round(WIDER * circle.radius), 1, -1)
    return mask > 0


def seal_level(layer: Gray, circles: Sequence[Circle], inside: Mask) -> float | None:
    """The grey level that parts print (darker) from seal (paler); None where they can't be parted."""
    sample = layer[::2, ::2][~inside[::2, ::2]]
    core = sample[sample < 150]
    if len(core) < 500:
        return None
    print_level = float(np.percentile(core, 25))
    angles = np.linspace(0, 2 * np.pi, RING_SAMPLES, endpoint=False)
    rings = []
    for circle in circles:
        x = np.rint(circle.x + circle.radius * np.cos(angles)).astype(int)
        y = np.rint(circle.y + circle.radius * np.sin(angles)).astype(int)
        on_page = (x >= 0) & (x < layer.shape[1]) & (y >= 0) & (y < layer.shape[0])
        rings.append(layer[y[on_page], x[on_page]])
    ring = np.concatenate(rings)
    seal = float(np.percentile(ring[ring < 200], 25)) if (ring < 200).any() else 255.0
    level = (print_level + seal) / 2
    kept = float((sample[sample < INK] < level).mean())
    return level if seal - print_level >= SEPARABLE and kept >= KEPT_PRINT else None


@dataclass(frozen=True)
class Parted:
    """A page's print told from its seals."""

    ink: Mask
    """Where there is print."""
    pale: Mask | None
    """Where there may be print, thin strokes under a red seal included; None for a page without colour."""
    seen: Gray
    """The layer with what seals left on it faded."""


def part(layer: Gray, red: Gray | None, circles: Sequence[Circle]) -> Parted:
    """Tells print from seals.

    Args:
        layer: print of the straight page.
        red: its redness, None for a page without colour.
        circles: its seals.
    """
    parted = Parted(layer < INK, None, layer) if red is None else _part_red(layer, red)
    grey = [circle for circle in circles if not circle.red]
    if not grey:
        return parted
    layer = parted.seen
    inside = discs(layer.shape, grey)
    level = seal_level(layer, grey, inside)
    if level is None:
        return parted
    ink = np.where(inside, layer < level, parted.ink)
    low, high = level - STRETCH, level + STRETCH
    stretched = np.clip((layer.astype(np.float32) - low) * (255.0 - low) / (high - low) + low, 0, 255)
    faded = np.where(inside & (layer > low), stretched, layer).astype(np.uint8)
    return Parted(ink, parted.pale, faded)


def _part_red(layer: Gray, red: Gray) -> Parted:
    """The red ink divided out: inks that lie over each other multiply what they let through.

    How much of the light red ink lets through is measured on the page's own seals, where no print is under them.
    """
    inked = red > RED
    through = float(np.percentile(layer[inked], 60)) / 255.0
    typical = float(np.percentile(red[inked], 75))
    share = np.clip(np.arange(256, dtype=np.float32) / np.float32(typical), 0.0, 1.0)
    faded = _faded(layer, red, inked, 1.0 + (1.0 / max(through, 0.4) - 1.0) * share)
    inside = cv2.dilate(inked.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    print_ = layer < INK
    outside = layer[print_ & ~inside]
    core = float(np.percentile(outside[::7], PRINT_CORE)) if len(outside) else RED_EDGE
    ink = np.where(inside, faded < RED_EDGE, print_)
    pale = faded < INK
    return Parted(ink & ~_specks(ink, faded, inside, core), pale & ~_specks(pale, faded, inside, core), faded)


def _faded(layer: Gray, red: Gray, inked: Mask, gain: NDArray[np.float32]) -> Gray:
    """The layer with each of its pixels as many times brighter as `gain` says for its redness.

    Seals cover a small part of a page: only the tiles near them are looked at. As numbers with a fraction the whole of
    an A3 page at 300 dpi would take 280 MB.
    """
    # JPEG keeps colour at half the resolution, so redness is smeared over a pixel or two.
    smeared = cv2.GaussianBlur(red, (0, 0), 1.0)
    out = layer.copy()
    for y in range(0, layer.shape[0], TILE):
        for x in range(0, layer.shape[1], TILE):
            if inked[max(y - SMEAR, 0) : y + TILE + SMEAR, max(x - SMEAR, 0) : x + TILE + SMEAR].any():
                tile = np.s_[y : y + TILE, x : x + TILE]
                out[tile] = np.minimum(layer[tile] * cv2.LUT(smeared[tile], gain), 255.0)
    return out


def _specks(ink: Mask, faded: Gray, inside: Mask, core: float) -> Mask:
    """Ink in and close to red that nowhere is as dark as print: the edges of the seal's own strokes."""
    out = np.zeros(ink.shape, bool)
    for near in pieces(cv2.dilate(inside.astype(np.uint8), np.ones((SMEAR, SMEAR), np.uint8))):
        # A pixel more on each side: ink that goes on beyond is away from this red there.
        top, left = max(near.y - 1, 0), max(near.x - 1, 0)
        place = np.s_[top : near.y + near.height + 1, left : near.x + near.width + 1]
        away = np.ones(ink[place].shape, bool)
        away[near.y - top : near.y - top + near.height, near.x - left : near.x - left + near.width] = ~near.pixels
        count, labels = cv2.connectedComponents(ink[place].astype(np.uint8), connectivity=8)
        kept = np.zeros(count, bool)
        kept[labels[(faded[place] < core) | away]] = True
        out[place] |= ink[place] & ~kept[labels]
    return out
