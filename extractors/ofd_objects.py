"""What an OFD page draws, as characters and ruled lines in points (GB/T 33190 chapters 8, 9 and 11)."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from extractors.ofd_package import Element
from extractors.ruled import Character

POINTS = 72 / 25.4
"""Points of a millimetre."""
THIN = 1.5
"""Points: a filled shape no thicker is a ruled line."""
STRAIGHT = 0.7
"""Points by which a line may be off the level or upright."""
ASCENT = 0.88
"""Share of a character's size above its baseline."""
PALE = 0.9
"""A colour with all parts above this share of white can't be seen on paper."""
MOST_REPEATS = 100_000
_CONTAINERS = frozenset({"Content", "Layer", "PageBlock", "Page"})
_PATH = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

Rectangle = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]


@dataclass
class Drawn:
    """The content of a page, in the order in which it is drawn."""

    characters: list[Character] = field(default_factory=list)
    """As `extractors.ruled.Character`, and whether it is ``unseen``."""
    edges: list[dict[str, object]] = field(default_factory=list)
    """Level and upright lines, as pdfplumber has them."""
    pictures: list[Rectangle] = field(default_factory=list)
    unread: bool = False
    """Whether there are objects that aren't read (composite ones)."""


def draw(pages: Iterable[Element]) -> Drawn:
    """What pages (templates and the page itself, from back to front) show one over another."""
    drawn = Drawn()
    for page in pages:
        for content in page.all("Content"):
            _contents(content, drawn)
    return drawn


def _contents(parent: Element, drawn: Drawn) -> None:
    for element in parent:
        if element.tag in _CONTAINERS:
            _contents(element, drawn)
        elif element.tag == "TextObject":
            drawn.characters += _characters(element)
        elif element.get("Visible") == "false":
            continue
        elif element.tag == "PathObject":
            _path(element, drawn)
        elif element.tag == "ImageObject":
            box = _box(_placed(element, [(0, 0), (1, 0), (0, 1), (1, 1)], unit=True))
            drawn.pictures.append(box)
            _cover(drawn, box)
        elif element.tag == "CompositeObject":
            drawn.unread = True


def _cover(drawn: Drawn, box: Rectangle) -> None:
    """Marks the characters over which something opaque is drawn."""
    for c in drawn.characters:
        if box[0] <= (c["x0"] + c["x1"]) / 2 <= box[2] and box[1] <= (c["top"] + c["bottom"]) / 2 <= box[3]:
            c["unseen"] = True


def _placed(element: Element, points: Sequence[tuple[float, float]], unit: bool = False) -> list[tuple[float, float]]:
    """Points of an object's own space, in points of the page: turned by its CTM, then moved to its boundary.

    `unit` says that they are shares of its boundary where it has no CTM, as those of pictures.
    """
    boundary = _numbers(element.get("Boundary"))
    left, top, width, height = boundary if len(boundary) == 4 else (0.0, 0.0, 0.0, 0.0)
    ctm = _numbers(element.get("CTM"))
    if len(ctm) == 6:
        a, b, c, d, e, f = ctm
    else:
        a, b, c, d, e, f = (width, 0, 0, height, 0, 0) if unit else (1, 0, 0, 1, 0, 0)
    return [((a * x + c * y + e + left) * POINTS, (b * x + d * y + f + top) * POINTS) for x, y in points]


def _characters(element: Element) -> Iterator[Character]:
    """The characters of a text object, each with the box of its glyph."""
    size = _number(element.get("Size"), 0.0)
    scale = _number(element.get("HScale"), 1.0) or 1.0
    unseen = _is_unseen(element)
    x = y = 0.0
    for code in element.all("TextCode"):
        text = code.text
        x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
        across, down = deltas(code.get("DeltaX")), deltas(code.get("DeltaY"))
        for i, sign in enumerate(text):
            wide = size * scale * (1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.5)
            if i < len(across) and wide < across[i] <= size * scale:
                wide = across[i]
            corners = [(x, y - ASCENT * size), (x + wide, y - ASCENT * size), (x, y + (1 - ASCENT) * size)]
            corners.append((x + wide, y + (1 - ASCENT) * size))
            box = _box(_placed(element, corners))
            if sign.strip():
                yield {
                    "text": sign, "x0": box[0], "top": box[1], "x1": box[2], "bottom": box[3],
                    "height": box[3] - box[1], "size": min(box[3] - box[1], max(box[2] - box[0], size * POINTS / 2)),
                    "unseen": unseen,
                }  # fmt: skip
            if across or down:
                x += across[i] if i < len(across) else 0.0 if down else wide
                y += down[i] if i < len(down) else 0.0
            else:
                x += wide


def deltas(text: str) -> list[float]:
    """Steps from each character to the next: numbers, of which ``g n d`` stands for n times d (GB/T 33190, 11.3)."""
    words = text.split()
    steps: list[float] = []
    i = 0
    while i < len(words):
        if words[i] == "g" and i + 2 < len(words):
            count = int(float(words[i + 1]))
            if count < 0 or len(steps) + count > MOST_REPEATS:
                raise ValueError(f"{count} steps")
            steps += [float(words[i + 2])] * count
            i += 3
        else:
            steps.append(float(words[i]))
            i += 1
    return steps


def _is_unseen(element: Element) -> bool:
    colour = element.first("FillColor")
    parts = _numbers(colour.get("Value")) if colour else ()
    white = len(parts) in (1, 3) and all(p >= PALE * 255 for p in parts)
    see_through = "0" in (element.get("Alpha"), colour.get("Alpha") if colour else "")
    nothing = element.get("Fill") == "false" and element.get("Stroke") != "true"
    return white or see_through or nothing or element.get("Visible") == "false"


def _path(element: Element, drawn: Drawn) -> None:
    """A path's straight lines as edges; one that is filled covers what lies under it."""
    data = element.first("AbbreviatedData")
    if data is None:
        return
    strokes, fills = element.get("Stroke") != "false", element.get("Fill") == "true"
    for shape in _shapes(data.text):
        points = _placed(element, shape)
        box = _box(points)
        if fills and min(box[2] - box[0], box[3] - box[1]) <= THIN:
            drawn.edges += _thin(box)
        elif fills and _is_opaque(element):
            _cover(drawn, box)
        if strokes:
            for start, end in zip(points, points[1:], strict=False):
                drawn.edges += _edge(start, end)


def _is_opaque(element: Element) -> bool:
    colour = element.first("FillColor")
    alphas = [element.get("Alpha"), colour.get("Alpha") if colour else ""]
    return all(_number(a, 255.0) > 127 for a in alphas)


def _thin(box: Rectangle) -> list[dict[str, object]]:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    level = box[2] - box[0] > box[3] - box[1]
    return _edge((box[0], y), (box[2], y)) if level else _edge((x, box[1]), (x, box[3]))


def _edge(start: tuple[float, float], end: tuple[float, float]) -> list[dict[str, object]]:
    x0, x1, top, bottom = min(start[0], end[0]), max(start[0], end[0]), min(start[1], end[1]), max(start[1], end[1])
    level = bottom - top <= STRAIGHT and x1 - x0 > STRAIGHT
    upright = x1 - x0 <= STRAIGHT and bottom - top > STRAIGHT
    if level:
        top = bottom = (top + bottom) / 2
    elif upright:
        x0 = x1 = (x0 + x1) / 2
    else:
        return []
    return [
        {
            "x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top,
            "orientation": "h" if level else "v", "object_type": "line",
        }
    ]  # fmt: skip


def _shapes(text: str) -> Iterator[list[tuple[float, float]]]:
    """The points of each part of a path (GB/T 33190, 9.1); of curves only the ends."""
    points: list[tuple[float, float]] = []
    words = _PATH.findall(text)
    i = 0
    while i < len(words):
        operator = words[i]
        count = _ARGUMENTS.get(operator)
        if count is None:
            i += 1
            continue
        values = [float(v) for v in words[i + 1 : i + 1 + count]]
        if len(values) < count:
            break
        if operator in "SM" and points:
            yield points
            points = []
        if operator == "C" and points:
            points.append(points[0])
        elif count:
            points.append((values[-2], values[-1]))
        i += 1 + count
    if points:
        yield points


def _box(points: Sequence[tuple[float, float]]) -> Rectangle:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    box = (min(xs), min(ys), max(xs), max(ys))
    if not all(math.isfinite(v) for v in box):
        raise ValueError("no place")
    return box


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(v) for v in text.split())


def _number(text: str, otherwise: float) -> float:
    return float(text) if text else otherwise
