"""Changes made by hand on a printed form before it's scanned: a line through a value, a new value over or beside it."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pdfplumber
from PIL import Image, ImageDraw, ImageFilter

KINDS = ("strike", "double strike", "slash", "overwritten", "beside")
INKS = {"black": (28, 28, 34), "blue": (38, 62, 158), "dark blue": (30, 38, 96), "red": (206, 36, 44)}
"""Pens of offices, as they look on paper."""
INK_WEIGHTS = (4, 4, 1, 2)
PEN_MM = (0.35, 0.8)
"""Width of a stroke: gel pens of 0.38 to 0.7 mm."""
INK_COVER = 0.93
"""A pen's ink lets hardly any light through."""
FINE = 4
"""Strokes are drawn so many times larger, then scaled down, so that their edges are soft."""
DIGITS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "0": (((0.5, 0.0), (0.1, 0.25), (0.1, 0.75), (0.5, 1.0), (0.9, 0.75), (0.9, 0.25), (0.5, 0.0)),),
    "1": (((0.3, 0.15), (0.55, 0.0), (0.5, 1.0)),),
    "2": (((0.1, 0.2), (0.5, 0.0), (0.9, 0.25), (0.5, 0.65), (0.1, 1.0), (0.95, 0.95)),),
    "3": (((0.1, 0.1), (0.6, 0.0), (0.85, 0.25), (0.4, 0.45), (0.9, 0.7), (0.5, 1.0), (0.1, 0.9)),),
    "4": (((0.6, 0.0), (0.05, 0.65), (0.95, 0.6)), ((0.7, 0.35), (0.6, 1.0))),
    "5": (((0.25, 0.05), (0.15, 0.45), (0.6, 0.4), (0.85, 0.7), (0.5, 1.0), (0.1, 0.9)), ((0.25, 0.05), (0.9, 0.0))),
    "6": (((0.75, 0.0), (0.25, 0.4), (0.1, 0.75), (0.45, 1.0), (0.8, 0.75), (0.5, 0.5), (0.15, 0.7)),),
    "7": (((0.05, 0.05), (0.9, 0.0), (0.45, 1.0)),),
    "8": (((0.8, 0.15), (0.4, 0.0), (0.2, 0.25), (0.8, 0.7), (0.5, 1.0), (0.15, 0.75), (0.8, 0.15)),),
    "9": (((0.85, 0.25), (0.45, 0.0), (0.15, 0.3), (0.5, 0.5), (0.85, 0.25), (0.7, 1.0)),),
}
"""How a hand draws digits, in a box of one by one: width and height."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class PrintedCell:
    """A cell of the printed form that holds a value which no other holds."""

    page: int
    """0-based page of the form."""
    row: int
    """1-based row of the scan."""
    header: str
    print: Box
    """Left, top, right, bottom of its print, in points."""
    line: float
    """Height of its characters, points."""


@dataclass(frozen=True)
class Change:
    """A change by hand."""

    cell: PrintedCell
    kind: str
    """One of `KINDS`."""
    ink: str
    """One of `INKS`."""
    strokes: tuple[tuple[Point, ...], ...]
    """In points of the page."""
    width: float
    """Of a stroke, in points."""

    def truth(self) -> dict[str, object]:
        """As truth.json has it."""
        return {"scan_row": self.cell.row, "field": self.cell.header, "kind": self.kind, "ink": self.ink}


def printed_cells(pdf: Path, rows: Sequence[dict[str, object]]) -> list[PrintedCell]:
    """The cells of a printed form whose value stands on the form once; none where the form isn't ruled."""
    owners: dict[str, list[tuple[int, str]]] = {}
    for number, row in enumerate(rows, start=1):
        for header, value in row.items():
            owners.setdefault(_squeezed(str(value)), []).append((number, header))
    found = []
    with pdfplumber.open(pdf) as document:
        for page_number, page in enumerate(document.pages):
            characters = [c for c in page.chars if c["text"].strip()]
            for x0, top, x1, bottom in {box for table in page.find_tables() for box in table.cells}:
                inside = [
                    c
                    for c in characters
                    if x0 < (c["x0"] + c["x1"]) / 2 < x1 and top < (c["top"] + c["bottom"]) / 2 < bottom
                ]
                owner = owners.get(_squeezed("".join(c["text"] for c in inside)), [])
                if len(owner) != 1 or len(inside) < 2:
                    continue
                edges = (min(c["x0"] for c in inside), min(c["top"] for c in inside),
                         max(c["x1"] for c in inside), max(c["bottom"] for c in inside))  # fmt: skip
                found.append(PrintedCell(page_number, *owner[0], edges, float(inside[0]["size"])))
    return sorted(found, key=lambda c: (c.row, c.header))


def choose(rng: random.Random, cells: Sequence[PrintedCell], count: int) -> list[Change]:
    """Changes by hand of `count` of the cells, or of all."""
    changes = []
    for cell in rng.sample(cells, min(count, len(cells))):
        kind, ink = rng.choice(KINDS), rng.choices(list(INKS), INK_WEIGHTS)[0]
        width = rng.uniform(*PEN_MM) * 72 / 25.4
        strokes = [by_hand(rng, stroke, width) for stroke in _strokes(rng, kind, cell)]
        changes.append(Change(cell, kind, ink, tuple(map(tuple, strokes)), width))
    return changes


def drawn(pages: Sequence[Image.Image], changes: Sequence[Change], dpi: int) -> list[Image.Image]:
    """The clean pages of the form with the changes on them."""
    out = list(pages)
    for change in changes:
        out[change.cell.page] = _drawn(out[change.cell.page], change, dpi)
    return out


def _drawn(page: Image.Image, change: Change, dpi: int) -> Image.Image:
    """The page with strokes of a pen, whose ink darkens what is below it."""
    scale = dpi / 72
    width = change.width * scale
    points = [[(x * scale, y * scale) for x, y in stroke] for stroke in change.strokes]
    pad = math.ceil(2 * width) + 2
    left = math.floor(min(x for s in points for x, _ in s)) - pad
    top = math.floor(min(y for s in points for _, y in s)) - pad
    right = math.ceil(max(x for s in points for x, _ in s)) + pad
    bottom = math.ceil(max(y for s in points for _, y in s)) + pad
    mask = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE), 0)
    pen = ImageDraw.Draw(mask)
    for stroke in points:
        path = [((x - left) * FINE, (y - top) * FINE) for x, y in stroke]
        pen.line(path, fill=255, width=max(round(width * FINE), 1), joint="curve")
        for x, y in path:
            reach = width * FINE / 2
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)
    cover = mask.resize((right - left, bottom - top), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.4))
    alpha = np.asarray(cover, np.float32)[..., None] / 255 * INK_COVER
    layer = np.full((page.height, page.width, 1), 0, np.float32)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(right, page.width), min(bottom, page.height)
    layer[y0:y1, x0:x1] = alpha[y0 - top : y1 - top, x0 - left : x1 - left]
    factor = 1 - layer + layer * np.asarray(INKS[change.ink], np.float32) / 255
    return Image.fromarray((np.asarray(page, np.float32) * factor).astype(np.uint8))


def _strokes(rng: random.Random, kind: str, cell: PrintedCell) -> list[list[Point]]:
    left, top, right, bottom = cell.print
    high = cell.line
    if kind in ("strike", "double strike"):
        lines = []
        for shift in (0.0,) if kind == "strike" else (-0.16, 0.16):
            lines += [_strike(rng, cell, y + shift * high) for y in _middles(cell)]
        return lines
    if kind == "slash":
        over = 0.15 * high
        rise = [(left - over, bottom + over), (min(right, left + 6 * high) + over, top - over)]
        fall = [(left - over, top - over), (min(right, left + 6 * high) + over, bottom + over)]
        return [rise] if rng.random() < 0.5 else [fall] if rng.random() < 0.4 else [rise, fall]
    number = "".join(rng.choice("0123456789") for _ in range(1 if kind == "overwritten" else rng.randrange(2, 5)))
    if kind == "overwritten":
        size = rng.uniform(1.0, 1.4) * high
        at = rng.uniform(left, max(right - 0.6 * size, left)), _middles(cell)[0] - size / 2
        return digits(rng, number, at, size)
    size = rng.uniform(0.8, 1.3) * high
    at = right + rng.uniform(0.1, 0.5) * high, _middles(cell)[0] - size / 2 - rng.uniform(0, 0.4) * high
    lines = [_strike(rng, cell, y) for y in _middles(cell)] if rng.random() < 0.5 else []
    return [*lines, *digits(rng, number, at, size)]


def _middles(cell: PrintedCell) -> list[float]:
    """The middle of each line of the cell's print."""
    _, top, _, bottom = cell.print
    count = max(round((bottom - top) / (1.25 * cell.line)), 1)
    return [top + (bottom - top) * (i + 0.5) / count for i in range(count)]


def _strike(rng: random.Random, cell: PrintedCell, y: float) -> list[Point]:
    """A line through a line of print, most of it or more than it, not quite level."""
    left, _, right, _ = cell.print
    reach = rng.uniform(-0.1, 0.15) * (right - left)
    slant = math.tan(math.radians(rng.uniform(-6, 6)))
    x0, x1 = left - reach, right + rng.uniform(-0.1, 0.15) * (right - left)
    middle = (x0 + x1) / 2
    # Long lines are drawn along the print, however the hand leans.
    slant = max(min(slant, 0.35 * cell.line / max(x1 - middle, 1)), -0.35 * cell.line / max(x1 - middle, 1))
    y += rng.uniform(-0.12, 0.12) * cell.line
    return [(x0, y - slant * (x0 - middle)), (middle, y), (x1, y - slant * (x1 - middle))]


def digits(rng: random.Random, number: str, at: Point, size: float) -> list[list[Point]]:
    """The strokes of a number written by hand, its digits `size` high, from the top left corner `at`."""
    lean = rng.uniform(0.0, 0.25)
    strokes = []
    x = at[0]
    for digit in number:
        wide = size * rng.uniform(0.45, 0.6)
        lift = rng.uniform(-0.06, 0.06) * size
        for stroke in DIGITS[digit]:
            strokes.append([(x + (px + lean * (1 - py)) * wide, at[1] + lift + py * size) for px, py in stroke])
        x += wide * 1.25
    return strokes


def by_hand(rng: random.Random, stroke: Sequence[Point], width: float) -> list[Point]:
    """The stroke as a hand draws it: corners rounded, never quite where it was meant."""
    shaken = [(x + rng.gauss(0, 0.4 * width), y + rng.gauss(0, 0.4 * width)) for x, y in stroke]
    for _ in range(2):  # Chaikin's corner cutting
        cut = [shaken[0]]
        for (ax, ay), (bx, by) in zip(shaken, shaken[1:], strict=False):
            cut += [(0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by), (0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by)]
        shaken = [*cut, shaken[-1]]
    return shaken


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
