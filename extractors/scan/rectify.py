"""Sets a page straight: skew and perspective out, from the directions of its ruled lines or of its text lines.

The slope of the near-horizontal lines is taken as a linear function of their height on the page, that of the
near-vertical ones as a linear function of how far right they stand. Both are exact to first order for a plane page
seen in perspective; for a skewed scan they are constants. Four lines of that model meet in four corners, and the
homography that makes these a rectangle sets the whole page straight (Hartley and Zisserman, *Multiple View
Geometry*, 2nd ed., section 2.7).
"""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.ink import Gray
from extractors.scan.paper import STEEPEST, Lean, edge_leans
from extractors.scan.pieces import Mask, pieces

Homography = NDArray[np.float64]
"""3 × 3, from pixels of the page to pixels of the straight page."""

WORK_SIDE = 2000
"""Lines are looked for on a copy of the page whose longer side has so many pixels."""
DARK = 200
"""Ruled lines, thinned by the smaller copy, are darker than this on the evened print layer."""
KERNEL = 25
"""Pixels of the smaller copy that a line must run straight on, give or take a pixel to either side."""
SHORTEST = 0.03
"""Lines shorter than this share of the longer side are strokes of characters."""
SMALLEST_SIDE = 32
"""A page with fewer pixels to a side holds no lines of text."""
LEAST_RULED = 0.4
"""Lines that say which way a page leans are together at least so long, as a share of its side. Long bars of characters
and arcs of a black seal come to 0.35 on pages without a table; the three lines of an open table to 2.7."""
PAIR_RULED = 1.0
"""Two lines say it too where they come to that: a table of one row, which a page break left over, has no third."""
LEAST_SPREAD = 150
"""Pixels of the smaller copy that the first and the last line must stand apart to show how their slope changes."""
STRIPS = 5
"""Parts of a page's height whose skew is measured by itself where there are no ruled lines; they overlap by half."""
LEAST_STRIPS = 3
"""Strips with text that show a change of skew."""
TOLD_APART = float(np.tan(np.radians(0.35)))
"""Slopes that differ more differ for certain: a strip of three lines of text shows its skew to 0.1 degrees."""
FINER = 0.05
"""Degrees between the angles of the second search; half a step moves the end of a line of 2,000 pixels by one."""
CLEARER = 1.05
"""How much more the row sums must vary at an angle than at none."""


def straighten(print_layer: Gray) -> Homography:
    """The homography that sets the page straight; the identity where nothing shows a direction."""
    height, width = print_layer.shape
    factor = WORK_SIDE / max(height, width)
    small = cv2.resize(print_layer, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    across = _lean_of(_lines(small, along=1), small.shape[1], across_page=True)
    down = _lean_of(_lines(small, along=0), small.shape[0], across_page=False)
    if across is None or down is None or not across.change or not down.change:
        across, down = _completed(small, across, down)
    return _homography(across.scaled(factor), down.scaled(factor), width, height)


def _completed(small: Gray, across: Lean | None, down: Lean | None) -> tuple[Lean, Lean]:
    """How a page leans whose ruled lines don't say all of it: by the sheet's edges, else by its text.

    Where lines or text lean otherwise than the edges, the sheet was printed askew: the edges are turned by that much.
    """
    height, width = small.shape
    edges = edge_leans(small)
    if edges is None:
        if across is None and down is None:
            across = _text_lean(small)
        if across is None:
            assert down is not None
            return Lean(-down.slope_at(width / 2)), down
        return across, down or Lean(-across.slope_at(height / 2))
    if across is not None:
        askew = across.slope - edges[0].slope_at(across.at)
    elif down is not None:
        askew = edges[1].slope_at(down.at) - down.slope
    else:
        askew = float(np.tan(_text_skew(warp(small, _homography(*edges, width, height))) or 0.0))
    by_edges = edges[0].turned(askew), edges[1].turned(-askew)
    # Lines that all stand close together say how they lean, but not how that changes over the page.
    return (
        by_edges[0] if across is None else across if across.change else replace(across, change=edges[0].change),
        by_edges[1] if down is None else down if down.change else replace(down, change=edges[1].change),
    )


def _lines(gray: Gray, along: int) -> NDArray[np.float64]:
    """Ruled lines, N × 4 (x0, y0, x1, y1): near-vertical ones along axis 0, near-horizontal ones along axis 1.

    A thin line that leans stays whole when the ink is widened by a pixel to either side across the line's direction.
    """
    ink: Mask = cv2.threshold(gray, DARK - 1, 255, cv2.THRESH_BINARY_INV)[1]
    if along == 1:
        ink = cv2.transpose(ink)
    wide = cv2.dilate(ink, np.ones((1, 3), np.uint8))
    mask = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((KERNEL, 1), np.uint8))
    found = []
    for piece in pieces(mask, lowest=math.ceil(SHORTEST * max(gray.shape))):
        x, y, w, h = piece.x, piece.y, piece.width, piece.height
        # Filled areas (the dark desk behind a photographed page) and slanted clutter are no lines.
        if w > STEEPEST * h + 6 or piece.area > 14 * h:
            continue
        ys, xs = np.nonzero(piece.pixels)
        slope, start = np.polyfit(ys, xs, 1)
        ends = (x + start, y, x + start + slope * h, y + h)
        found.append(ends if along == 0 else (ends[1], ends[0], ends[3], ends[2]))
    return np.array(found, float).reshape(-1, 4)


def _lean_of(segments: NDArray[np.float64], side: int, across_page: bool) -> Lean | None:
    """How ruled lines lean, fitted by weighted least squares, outliers dropped twice.

    None where the lines that agree are few, or short beside the page's `side`.
    """
    if not len(segments):
        return None
    x, y = (segments[:, 0] + segments[:, 2]) / 2, (segments[:, 1] + segments[:, 3]) / 2
    dx, dy = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    slope, place, weight = (dy / dx, y, np.abs(dx)) if across_page else (dx / dy, x, np.abs(dy))
    keep = np.abs(slope - _weighted_median(slope, weight)) < 0.05
    lean = Lean(0.0)
    for limit in (0.01, 0.004):
        if keep.sum() < 3 and weight[keep].sum() < PAIR_RULED * side:
            return None
        at = float(np.average(place[keep], weights=weight[keep]))
        spread = np.ptp(place[keep])
        # Lines that all stand close together say nothing of how the slope changes over the page.
        design = np.stack([np.ones_like(place), (place - at) * float(spread > LEAST_SPREAD)], axis=1)
        root = np.sqrt(weight[keep])
        model = np.linalg.lstsq(design[keep] * root[:, None], slope[keep] * root, rcond=None)[0]
        lean = Lean(float(model[0]), float(model[1]), at)
        keep = np.abs(design @ model - slope) < limit
    return lean if weight[keep].sum() >= LEAST_RULED * side else None


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    cumulated = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulated, cumulated[-1] / 2)])


def _homography(across: Lean, down: Lean, width: int, height: int) -> Homography:
    top, bottom, left, right = 0.0, height - 1.0, 0.0, width - 1.0
    middle_x, middle_y = width / 2, height / 2
    corners = []
    for y in (top, bottom):
        for x in (left, right):
            # The line through (middle_x, y) with its slope, and the one through (x, middle_y) with its own, meet here.
            m, n = across.slope_at(y), down.slope_at(x)
            cross_y = (y + m * (x - n * middle_y - middle_x)) / (1 - m * n)
            corners.append((x + n * (cross_y - middle_y), cross_y))
    target = np.array([(left, top), (right, top), (left, bottom), (right, bottom)], np.float32)
    found: Homography = cv2.getPerspectiveTransform(np.array(corners, np.float32), target)
    return found


def _text_lean(gray: Gray) -> Lean:
    """How the text of a page without ruled lines leans, measured in strips.

    One skew for all unless the strips' own lie on a line that runs further than they are told apart: a photograph.
    """
    even = Lean(float(np.tan(_text_skew(gray) or 0.0)))
    strip = len(gray) // STRIPS
    if strip < SMALLEST_SIDE:
        return even
    tops = range(0, len(gray) - strip, strip // 2)
    found = [(top + strip / 2, _text_skew(gray[top : top + strip])) for top in tops]
    places, skews = np.array([(place, skew) for place, skew in found if skew is not None]).reshape(-1, 2).T
    if len(places) < LEAST_STRIPS:
        return even
    slopes = np.tan(skews)
    change, slope = np.polyfit(places, slopes, 1)
    off, apart = np.abs(slope + change * places - slopes).max(), abs(change) * np.ptp(places)
    return Lean(float(slope), float(change)) if apart > TOLD_APART >= off else even


def _text_skew(gray: Gray) -> float | None:
    """Skew in radians of a page without ruled lines: the angle whose row sums vary most (Postl 1986).

    None for an even page (blank, black, noise), which looks alike at every angle.
    """
    if min(gray.shape) < SMALLEST_SIDE:
        return None
    small = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = (small < 160).astype(np.float32)
    height, width = ink.shape
    scores: dict[float, float] = {}
    best = 0.0
    for degrees in (np.arange(-3, 3.01, 0.25), np.arange(-0.2, 0.21, FINER)):
        for angle in best + np.radians(degrees):
            turn = np.array([[1, 0, 0], [-np.tan(angle), 1, np.tan(angle) * width / 2]], np.float32)
            sums = cv2.warpAffine(ink, turn, (width, height)).sum(axis=1)
            scores[round(float(angle), 6)] = float(np.square(np.diff(sums)).sum())
        best = max(scores, key=lambda angle: scores[angle])
    return best if scores[best] > CLEARER * scores[0.0] else None


def warp(layer: Gray, homography: Homography) -> Gray:
    """The print layer set straight; what comes from outside the page is paper."""
    return _warped(layer, homography, cv2.INTER_CUBIC, 255)


def warp_smooth(layer: Gray, homography: Homography) -> Gray:
    """A layer without fine strokes, as redness is (JPEG keeps colour at half the resolution), at a third of the cost.

    What comes from outside the page is 0.
    """
    return _warped(layer, homography, cv2.INTER_LINEAR, 0)


def _warped(layer: Gray, homography: Homography, interpolation: int, outside: int) -> Gray:
    height, width = layer.shape
    out: Gray = cv2.warpPerspective(
        layer, homography, (width, height), flags=interpolation, borderMode=cv2.BORDER_CONSTANT, borderValue=outside
    )
    return out


def map_points(points: NDArray[np.float64], homography: Homography) -> NDArray[np.float64]:
    """N × 2 points through a homography."""
    mapped: NDArray[np.float64] = cv2.perspectiveTransform(points.reshape(-1, 1, 2).astype(float), homography)
    return mapped.reshape(-1, 2)
