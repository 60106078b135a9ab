"""Round seals: found by their ring, in red ink or in grey, and read along their arc.

An official seal is a circle of about 40 to 45 mm (国发〔1999〕25号 sets 42 mm for ministries and provinces), with the
body's name clockwise along the inside of the ring and a star in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from extractors.scan import recognise, rings
from extractors.scan.ahead import aside
from extractors.scan.cells import CellEvidence
from extractors.scan.evidence import Reading, Steps, read, restrict
from extractors.scan.ink import RED, Gray
from extractors.scan.rings import Ring

CLEAREST, GUESSED = 6.0, 1.5
"""Nats: no character counts for more, and one below speaks against a reading, for noise is read as characters too."""
GREY = 205
"""A seal scanned in grey is darker than this; a pale one is at 165."""
BLACK = 60
"""A ring a quarter of which is darker than this is black: full red ink scanned in grey is at 85 to 100."""
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
    ink: str = "grey"
    """``red``, which colour tells from print; ``grey`` or ``black``, which it doesn't."""
    visible: float = 1.0
    """How much of its circumference is on the page."""

    @property
    def red(self) -> bool:
        """Whether it is in red ink."""
        return self.ink == "red"

    def box(self, shape: tuple[int, ...]) -> tuple[float, float, float, float]:
        """The square around it, as far as it is on a page of so many rows and columns of pixels."""
        height, width = shape[:2]
        x0, x1 = (min(max(self.x + r, 0.0), width - 1.0) for r in (-self.radius, self.radius))
        y0, y1 = (min(max(self.y + r, 0.0), height - 1.0) for r in (-self.radius, self.radius))
        return x0, y0, x1, y1

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
    found: list[Circle] = []
    ink = cv2.threshold(print_layer, GREY - 1, 255, cv2.THRESH_BINARY_INV)[1]
    if red is None:
        in_print = rings.find(ink, print_too=True)
    else:
        inked = cv2.threshold(red, RED, 255, cv2.THRESH_BINARY)[1]
        in_red = aside(lambda: rings.find(inked, print_too=False))
        # What a red seal leaves on the print layer is no second, grey seal.
        in_print = rings.find(cv2.subtract(ink, cv2.dilate(inked, np.ones((5, 5), np.uint8))), print_too=True)
        found = [_circle(ring, "red") for ring in in_red.result()]
    for ring in in_print:
        if all(np.hypot(ring.x - c.x, ring.y - c.y) > 0.5 * max(ring.radius, c.radius) for c in found):
            # Colour tells that it isn't red; without colour a red seal is grey.
            found.append(_circle(ring, "black" if red is not None or _is_black(print_layer, ring) else "grey"))
    return found


def _circle(ring: Ring, ink: str) -> Circle:
    return Circle(ring.x, ring.y, ring.radius, ring.share, ink, ring.visible)


def _is_black(print_layer: Gray, ring: Ring) -> bool:
    """Whether a ring is as black as print: in a black-and-white scan, or stamped in black."""
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    x = np.rint(ring.x + ring.radius * np.cos(angles)).astype(int)
    y = np.rint(ring.y + ring.radius * np.sin(angles)).astype(int)
    on_page = (x >= 0) & (x < print_layer.shape[1]) & (y >= 0) & (y < print_layer.shape[0])
    levels = print_layer[y[on_page], x[on_page]]
    inked = levels[levels < GREY]
    return len(inked) > 0 and float(np.percentile(inked, 25)) < BLACK


@dataclass(frozen=True)
class Name:
    """What was read along an arc."""

    text: str
    """Empty where nothing is legible."""
    clearness: float
    """Nats by which its characters stand above their rivals, at most `CLEAREST` each, on average."""
    evidence: CellEvidence | None = None


def read_arc(print_layer: Gray, red: Gray | None, circle: Circle) -> Name:
    """The name along the arc, from any starting point."""
    return read_layer(red_ink(red) if red is not None and circle.red else print_layer, circle)


def red_ink(red: Gray) -> Gray:
    """Redness as a picture of the ink: dark on 255."""
    ink: Gray = cv2.bitwise_not(cv2.add(red, red))
    return ink


def read_layer(layer: Gray, circle: Circle) -> Name:
    """The name along the arc of a circle on a layer of ink."""
    start = _gap(layer, circle)
    best, most = Name("", 0.0), 0.0
    for inner, outer in BANDS:
        steps = recognise.recognise([_unroll(layer, circle, inner, outer, start)])[0]
        reading = _read(steps)
        margins = [min(m, CLEAREST) for m in reading.margins]
        if sum(margins) - GUESSED * len(margins) > most:
            most = sum(margins) - GUESSED * len(margins)
            best = Name(reading.text, sum(margins) / len(margins), CellEvidence((steps,)))
        if len(margins) >= SHORTEST_NAME and sum(margins) >= CLEAR * len(margins):
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
    empty = (strip < GREY).mean(axis=0) < 0.02
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
