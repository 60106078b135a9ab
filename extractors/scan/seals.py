"""Round seals: found by their ring, in red ink or in grey, and read along their arc.

An official seal is a circle of about 40 to 45 mm (国发〔1999〕25号 sets 42 mm for ministries and provinces), with the
body's name clockwise along the inside of the ring and a star in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan import recognise
from extractors.scan.evidence import Reading, Steps, read, restrict
from extractors.scan.ink import RED, Gray

SEARCH_SIDE = 1000
"""Rings are looked for on a copy of the page whose longer side has so many pixels."""
SMALLEST, LARGEST = 0.028, 0.085
"""Radius as a share of the page's longer side: 20 mm on A3, photographed with a margin, to 22 mm on A4."""
RING_INK = 0.82
"""At least this share of the ring's visible circumference is inked: of 21 grey and black seals the least had 0.86, of
the circles that chance lays through lines of print the best had 0.79."""
GREY = 205
"""A seal scanned in grey is darker than this; a pale one is at 165."""
BANDS = ((0.56, 0.93), (0.62, 0.95), (0.50, 0.90))
"""Where the name runs, as shares of the radius; read in turn until a name is clear, else the clearest counts."""
SHORTEST_NAME, CLEAR = 8, 5.5
"""A name of so many characters that stand so many nats above their rivals needs no other reading."""


@dataclass(frozen=True)
class Circle:
    """A ring found on the straight page, in its pixels."""

    x: float
    y: float
    radius: float
    probability: float
    """That it is a seal: how much of its ring is inked."""
    red: bool = False
    """Whether it is in red ink, which colour tells from print; a seal in grey or black it doesn't."""

    def touches(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Whether a rectangle and the disc of the seal meet."""
        dx = max(x0 - self.x, 0.0, self.x - x1)
        dy = max(y0 - self.y, 0.0, self.y - y1)
        return dx * dx + dy * dy <= (1.05 * self.radius) ** 2


def find(print_layer: Gray, red: Gray | None) -> list[Circle]:
    """The seals on a straight page.

    Args:
        print_layer: print, ruled lines painted out.
        red: redness, None for a page without colour.
    """
    found = [] if red is None else [replace(c, red=True) for c in _rings((red > RED).astype(np.uint8) * 255)]
    # Where a page has colour but no red ring, a seal may have been copied in black.
    return found or _rings((print_layer < GREY).astype(np.uint8) * 255)


def _rings(mask: Gray) -> list[Circle]:
    factor = SEARCH_SIDE / max(mask.shape)
    pad = round(LARGEST * SEARCH_SIDE)
    small = cv2.resize(mask, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    # A seal may stand partly off the page: its middle is then outside the picture.
    padded = cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    blurred = cv2.GaussianBlur(padded, (0, 0), 1.2)
    candidates = cv2.HoughCircles(
        blurred, cv2.HOUGH_GRADIENT, dp=1.5, minDist=SMALLEST * SEARCH_SIDE, param1=120, param2=28,
        minRadius=round(SMALLEST * SEARCH_SIDE), maxRadius=round(LARGEST * SEARCH_SIDE),
    )  # fmt: skip
    if candidates is None:
        return []
    rings = []
    for x, y, radius in candidates.reshape(-1, 3)[:24]:
        ring = _refine(padded, float(x), float(y), float(radius), pad)
        if ring is not None:
            rings.append(ring)
    rings.sort(key=lambda c: -c.probability)
    kept: list[Circle] = []
    for ring in rings:
        if all(np.hypot(ring.x - k.x, ring.y - k.y) > 0.9 * max(ring.radius, k.radius) for k in kept):
            kept.append(ring)
    return [
        Circle((c.x - pad) / factor, (c.y - pad) / factor, c.radius / factor, c.probability) for c in kept
    ]


def _refine(padded: Gray, x: float, y: float, radius: float, pad: int) -> Circle | None:
    """The best circle near a candidate, and how much of its visible circumference is inked."""
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    cosines, sines = np.cos(angles), np.sin(angles)
    height, width = padded.shape
    ink = cv2.dilate(padded, np.ones((3, 3), np.uint8)) > 60
    best: Circle | None = None
    for step in (3.0, 1.0):
        centre = (x, y, radius) if best is None else (best.x, best.y, best.radius)
        for dx in (-step, 0, step):
            for dy in (-step, 0, step):
                for dr in (-2 * step, -step, 0, step, 2 * step):
                    cx, cy, r = centre[0] + dx, centre[1] + dy, centre[2] + dr
                    px = np.rint(cx + r * cosines).astype(int)
                    py = np.rint(cy + r * sines).astype(int)
                    visible = (px >= pad + 1) & (px < width - pad - 1) & (py >= pad + 1) & (py < height - pad - 1)
                    if visible.mean() < 0.2:
                        continue
                    share = float(ink[py[visible], px[visible]].mean())
                    if best is None or share > best.probability:
                        best = Circle(cx, cy, r, share)
    if best is None or best.probability < RING_INK or not _hollow(ink, best, cosines, sines):
        return None
    return best


def _hollow(ink: NDArray[np.bool_], ring: Circle, cosines: NDArray[np.float64], sines: NDArray[np.float64]) -> bool:
    """Just outside the ring and just inside it there is less ink than on it: a filled area is no ring."""
    height, width = ink.shape
    shares = []
    for factors in ((1.13, 1.2), (0.86, 0.9, 0.93)):
        around = []
        for factor in factors:
            px = np.clip(np.rint(ring.x + factor * ring.radius * cosines).astype(int), 0, width - 1)
            py = np.clip(np.rint(ring.y + factor * ring.radius * sines).astype(int), 0, height - 1)
            around.append(float(ink[py, px].mean()))
        shares.append(min(around))
    return shares[0] < 0.6 * ring.probability and shares[1] < 0.85 * ring.probability


def read_arc(print_layer: Gray, red: Gray | None, circle: Circle) -> str:
    """The name along the arc, as read; empty where nothing is legible."""
    layer = print_layer
    if red is not None and circle.red:
        layer = (255 - np.clip(red.astype(np.int16) * 2, 0, 255)).astype(np.uint8)
    start = _gap(layer, circle)
    best, most = "", -1.0
    for inner, outer in BANDS:
        reading = _read(recognise.recognise([_unroll(layer, circle, inner, outer, start)])[0])
        clearness = sum(min(m, 6.0) for m in reading.margins)
        if clearness > most:
            best, most = reading.text, clearness
        if len(reading.margins) >= SHORTEST_NAME and clearness >= CLEAR * len(reading.margins):
            break
    return best


def _read(steps: Steps) -> Reading:
    known = recognise.load()
    return read(restrict(steps, known.common), known.characters)


def _gap(layer: Gray, circle: Circle) -> float:
    """The middle of the widest stretch of the arc without ink, in radians: a name begins after it.

    The bottom (where the gap is on nearly every seal) where print under the seal leaves no clear gap.
    """
    strip = _unroll(layer, circle, 0.64, 0.88, np.pi / 2)
    empty = (strip < 150).mean(axis=0) < 0.02
    width = len(empty)
    best, best_at, run = 0, 0, 0
    for at in range(2 * width):
        run = run + 1 if empty[at % width] else 0
        if width > run > best:
            best, best_at = run, at
    if best < 0.09 * width:
        return np.pi / 2
    return float(np.pi / 2 + 2 * np.pi * (best_at - best / 2) / width)


def _unroll(layer: Gray, circle: Circle, inner: float, outer: float, start: float) -> Gray:
    """The band between two radii as a straight strip, clockwise from the angle `start`, outside on top."""
    high = max(round((outer - inner) * circle.radius), 12)
    wide = round(2 * np.pi * circle.radius * (inner + outer) / 2)
    angles = (start + np.arange(wide) / wide * 2 * np.pi).astype(np.float32)
    radii = (circle.radius * np.linspace(outer, inner, high)).astype(np.float32)
    map_x = (circle.x + radii[:, None] * np.cos(angles)[None]).astype(np.float32)
    map_y = (circle.y + radii[:, None] * np.sin(angles)[None]).astype(np.float32)
    strip: Gray = cv2.remap(layer, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    return strip
