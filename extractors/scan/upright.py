"""Sets a page upright and straight, and finds its ruled tables on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from extractors.scan import rectify, rules
from extractors.scan.ahead import aside
from extractors.scan.ink import Gray, Ink
from extractors.scan.orient import quarter_turns, turned
from extractors.scan.pages import Image
from extractors.scan.pens import straight as straight_pens
from extractors.scan.rules import Grid
from extractors.tables import Box


@dataclass(frozen=True)
class Frame:
    """The way from a page set upright and straight back to the page as stored."""

    number: int
    """1-based, of the page."""
    back: rectify.Homography
    """From pixels of the straight page to PDF points of the page as stored."""

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A rectangle of the straight page as a box on the page."""
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)
        points = rectify.map_points(corners, self.back)
        low, high = points.min(axis=0), points.max(axis=0)
        return Box(self.number, float(low[0]), float(low[1]), float(high[0]), float(high[1]))


@dataclass(frozen=True)
class Straight:
    """A page set upright and straight."""

    frame: Frame
    print: Gray
    """Print layer with the ruled lines painted out."""
    red: Gray | None
    pens: rules.Mask | None
    """See `extractors.scan.pens.inked`."""
    grids: tuple[Grid, ...]
    rules: rules.Rules

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A rectangle of the straight page as a box on the page."""
        return self.frame.box(x0, y0, x1, y1)


def straighten(ink: Ink, half: Image, number: int, scale: float) -> tuple[int, Straight]:
    """Sets a page upright and straight; returns the degrees clockwise it had to be turned, and the page.

    Args:
        ink: the page's layers.
        half: the page in colour, at half its resolution.
        number: of the page, 1-based.
        scale: pixels per PDF point.
    """
    homography = rectify.straighten(ink.print)
    layer = rectify.warp(ink.print, homography)
    colours = aside(lambda: (_straight_red(ink.red, homography), straight_pens(half, homography)))
    found = rules.find_rules(layer)
    grids = rules.find_grids(found)
    blank = _without_rules(layer, found, grids)
    turns = quarter_turns(blank, grids)
    to_page = np.linalg.inv(homography)
    red, pens = colours.result()
    if turns:
        to_page = to_page @ _unturn(turns, layer.shape)
        blank = turned(blank, turns)
        red = None if red is None else turned(red, turns)
        pens = None if pens is None else turned(pens, turns)
        found = rules.Rules(turned(found.across, turns), turned(found.down, turns))
        if turns % 2:
            found = rules.Rules(found.down, found.across)
        grids = rules.find_grids(found)
    to_points = np.diag([1 / scale, 1 / scale, 1.0])
    straight = Straight(Frame(number, to_points @ to_page), blank, red, pens, tuple(grids), found)
    return 90 * turns, straight


def _straight_red(red: Gray | None, homography: rectify.Homography) -> Gray | None:
    return None if red is None else rectify.warp_smooth(red, homography)


def _unturn(turns: int, shape: tuple[int, ...]) -> rectify.Homography:
    """From pixels of the turned page to pixels of the page before it was turned clockwise by quarter turns."""
    height, width = shape[0] - 1, shape[1] - 1
    return {
        1: np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1]], float),
        2: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]], float),
        3: np.array([[0, -1, width], [1, 0, 0], [0, 0, 1]], float),
    }[turns]


def _without_rules(layer: Gray, found: rules.Rules, grids: Sequence[Grid]) -> Gray:
    """The layer with its ruled lines painted out, a pixel wider than they were found."""
    out: Gray = cv2.max(layer, cv2.dilate(rules.paintable(found, grids), np.ones((3, 3), np.uint8)))
    return out
