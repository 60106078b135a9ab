"""The edges of a sheet that lies on something darker: they show how a photograph leans where the print has no lines."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.ink import Gray

BRIGHT = 200
"""On the evened print layer paper is brighter; what lies around a sheet is dark at its edge at least."""
SPECKS = 9
"""Pixels; narrower bright ways out of the sheet are none."""
LEAST_SHEET, MOST_SHEET = 0.3, 0.97
"""Share of the picture that a sheet fills whose edges are in it."""
CORNERS = 0.02
"""Corners stand further from a line between two others than this share of the sheet's circumference."""
FILLED = 0.985
"""Share of the sheet's hull that lies between its four corners: none of them is folded or cut off."""
AT_THE_BORDER = 3
"""Pixels from the picture's border within which an edge may be the picture's own."""
STEEPEST = float(np.tan(np.radians(12)))
"""Slope of what runs across or down a page at most; a line or an edge that leans more belongs to neither."""
FEWEST_POINTS = 100
"""Points by which an edge is told; a sheet's shortest edge has several hundred."""
MIDDLE = 0.1
"""Share of an edge at either end that is left out: corners are round."""
NEAR = 4.0
"""Pixels that a point of the outline lies beside its edge at most."""


@dataclass(frozen=True)
class Lean:
    """How lines in one direction of a page lean: their slope, as a linear function of their place across them."""

    slope: float
    change: float = 0.0
    """Of the slope, for each pixel further."""
    at: float = 0.0
    """The place that has this slope, pixels."""

    def slope_at(self, place: float) -> float:
        """The slope of the line at a place."""
        return self.slope + self.change * (place - self.at)

    def turned(self, slope: float) -> Lean:
        """The same lines, all turned by a small slope."""
        return replace(self, slope=self.slope + slope)

    def scaled(self, factor: float) -> Lean:
        """The same lines on a page that is so many times smaller than the one they are wanted for."""
        return Lean(self.slope, self.change * factor, self.at / factor)


def edge_leans(layer: Gray) -> tuple[Lean, Lean] | None:
    """How the lines across and the lines down a photographed sheet lean; None where its four edges aren't seen.

    Args:
        layer: evened print layer, some 2,000 pixels wide or high.
    """
    corners, outline = _outline(layer)
    if corners is None:
        return None
    edges = [_along(outline, start, end) for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    if min(len(points) for points in edges) < FEWEST_POINTS:
        return None
    # Of two edges that meet, the one that runs further across than down is one of those across.
    first = int(np.ptp(edges[0][:, 0]) < np.ptp(edges[0][:, 1]))
    across = [_edge(edges[k], along=0) for k in (first, first + 2)]
    down = [_edge(edges[k], along=1) for k in (1 - first, 3 - first)]
    steep = max(abs(slope) for _, slope in (*across, *down))
    return (_lean(across), _lean(down)) if steep <= STEEPEST else None


def _edge(points: NDArray[np.float64], along: int) -> tuple[float, float]:
    """The place and the slope of an edge that runs along x (0) or y (1)."""
    slope, _ = np.polyfit(points[:, along], points[:, 1 - along], 1)
    return float(points[:, 1 - along].mean()), float(slope)


def _outline(layer: Gray) -> tuple[NDArray[np.float64] | None, NDArray[np.float64]]:
    """The four corners of the sheet in turn (None where there aren't four), and all points around it."""
    height, width = layer.shape
    bright = (cv2.blur(layer, (5, 5)) >= BRIGHT).astype(np.uint8)
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((SPECKS, SPECKS), np.uint8)).astype(np.uint8)
    count, labels, measures, _ = cv2.connectedComponentsWithStats(bright, connectivity=4)
    if count < 2:
        return None, np.zeros((0, 2))
    largest = 1 + int(np.argmax(measures[1:, cv2.CC_STAT_AREA]))
    found, _ = cv2.findContours((labels == largest).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(found, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    area = cv2.contourArea(hull)
    corners = cv2.approxPolyDP(hull, CORNERS * cv2.arcLength(hull, True), True)[:, 0].astype(float)
    inside = (corners.min(axis=0) > AT_THE_BORDER).all() and (
        corners.max(axis=0) < np.array([width, height]) - 1 - AT_THE_BORDER
    ).all()
    whole = len(corners) == 4 and cv2.contourArea(corners.astype(np.float32)) >= FILLED * area
    sheet = whole and inside and LEAST_SHEET <= area / (height * width) <= MOST_SHEET
    return (corners if sheet else None), outline[:, 0].astype(float)


def _along(outline: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points of the outline on one edge."""
    length = float(np.hypot(*(end - start)))
    way = (end - start) / length
    place, beside = (outline - start) @ way, (outline - start) @ np.array([-way[1], way[0]])
    middle = (place > MIDDLE * length) & (place < (1 - MIDDLE) * length) & (np.abs(beside) < NEAR)
    return np.asarray(outline[middle], float)


def _lean(edges: list[tuple[float, float]]) -> Lean:
    (first, slope), (second, other) = edges
    return Lean(slope, (other - slope) / (second - first), first)
