"""Rings of ink of the size of an official seal, on a mask of ink: whole ones, and those that a page's edge cuts.

Circles are proposed by Hough's transform on what is left of the ink without single characters, moved to where most of
their visible circumference is inked, and kept where that is nearly all of it and there is paper to either side.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.ink import Gray

SEARCH_SIDE = 1000
"""Rings are looked for on a copy of the page whose longer side has so many pixels."""
SMALLEST, LARGEST = 0.036, 0.085
"""Radius as a share of the page's longer side: 38 mm across on A3, photographed with a margin, to 50 mm on A4."""
RING_INK = 0.82
"""At least this share of the ring's visible circumference is inked: of 21 grey and black seals the least had 0.86, of
the circles that chance lays through lines of print the best had 0.79."""
ARC_INK = 0.92
"""The same where less than half of the circumference is on the page: a short arc is easier to hit by chance."""
JOINED_INK = 0.6
"""The same for a ring that is put together from slices: pages askew lose some of it at each edge."""
LEAST_VISIBLE = 0.22
"""Share of the circumference below which an arc says nothing."""
STROKES = 14
"""Pixels (of the search) a side: what is smaller is a character and no piece of a ring. Print of 10.5 points is 12
pixels high on A4; a ring that ruled lines cut leaves arcs from line to line, of 16 points and more."""
STROKE_SHARE = 0.5
"""At least this share of a ring lies in pieces that are larger than characters. Circles that chance lays through lines
of print have most of their ink in characters."""
INKED = 60
"""Value of the mask, scaled down, from which a pixel is inked: a ring of 3 pixels of 300 dpi is one of 0.3 there."""
MOST_CANDIDATES = 32
VOTES = 24
"""Hough's accumulator threshold: low, for an arc of a third of a ring has few votes and candidates are checked."""
ANGLES = np.linspace(0, 2 * np.pi, 180, endpoint=False)
COARSE = 3
"""While a circle is moved by `COARSE_STEPS`, every third of the angles does."""
FINE_STEPS = (1.5, 0.75)
"""Pixels by which a circle is moved and widened; each step again until nothing gains, or `MOVES` times."""
MOVES = 5
PLATEAU = np.stack(np.meshgrid((-2, -1, 0, 1, 2), (-2, -1, 0, 1, 2), range(-4, 5)), axis=-1).reshape(-1, 3)
"""Where other circles may lie on a ring as well, in pixels: it is four thick, with what `dilate` adds."""
AS_GOOD = 0.01
"""Inked share by which they may be worse."""
HOPELESS = 0.55
"""Inked share after the coarse steps below which no fine ones help: on 60 pages no ring was below 0.7 there."""
AROUND = np.stack(np.meshgrid((-1, 0, 1), (-1, 0, 1), (-2, -1, 0, 1, 2)), axis=-1).reshape(-1, 3)
"""The fine moves: across, down, wider, in steps."""
COARSE_STEPS = (1.0, 0.5)
COARSE_AROUND = np.stack(np.meshgrid((-5, 0, 5), (-5, 0, 5), range(-12, 13, 2)), axis=-1).reshape(-1, 3)
"""The coarse ones, in pixels: a ring is four pixels thick here, and one that is six wider or narrower misses it."""

Circles = NDArray[np.float64]
"""N × 3: x, y, radius."""


@dataclass(frozen=True)
class Ring:
    """A ring of ink, in pixels of the mask."""

    x: float
    y: float
    radius: float
    share: float
    """How much of the circumference that lies on the page is inked."""
    visible: float
    """How much of the circumference lies on the page."""


def find(mask: Gray, print_too: bool) -> list[Ring]:
    """The rings on a page, the best first.

    Args:
        mask: 255 where there is ink.
        print_too: whether the ink is print as well, so that characters have to be left out.
    """
    factor = SEARCH_SIDE / max(mask.shape)
    pad = round(LARGEST * SEARCH_SIDE)
    small = cv2.resize(mask, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    # A seal may stand partly off the page: its middle is then outside the picture.
    padded = cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    strokes = _without_characters(padded) if print_too else padded
    if not strokes.any():
        return []
    candidates = cv2.HoughCircles(
        cv2.GaussianBlur(strokes, (0, 0), 1.2), cv2.HOUGH_GRADIENT, dp=1.5, minDist=SMALLEST * SEARCH_SIDE / 2,
        param1=120, param2=VOTES, minRadius=round(SMALLEST * SEARCH_SIDE), maxRadius=round(LARGEST * SEARCH_SIDE),
    )  # fmt: skip
    if candidates is None:
        return []
    kernel = np.ones((3, 3), np.uint8)
    ink = np.pad(cv2.dilate(padded, kernel) > INKED, 1)
    large = np.pad(cv2.dilate(strokes, kernel) > INKED, 1)
    page = (pad + 1, pad + 1, padded.shape[1] - pad - 1, padded.shape[0] - pad - 1)
    found = []
    for x, y, radius in candidates.reshape(-1, 3)[:MOST_CANDIDATES]:
        ring = _fitted(ink, large, page, np.array([x, y, radius], float))
        if ring is not None:
            found.append(ring)
    found.sort(key=lambda r: -r.share * min(r.visible, 0.5))
    kept: list[Ring] = []
    for ring in found:
        if all(np.hypot(ring.x - k.x, ring.y - k.y) > 0.9 * max(ring.radius, k.radius) for k in kept):
            kept.append(ring)
    return [
        Ring((r.x - pad) / factor, (r.y - pad) / factor, r.radius / factor, r.share, r.visible) for r in kept
    ]


def best(mask: Gray, longer: int) -> Ring | None:
    """The ring that a picture shows of which one is expected, with less proof than on a page: at least `JOINED_INK`.

    Args:
        mask: 255 where there is ink.
        longer: longer side of the page that the picture is of, pixels.
    """
    factor = SEARCH_SIDE / longer
    small = cv2.resize(mask, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ink = np.pad(cv2.dilate(small, np.ones((3, 3), np.uint8)) > INKED, 1)
    page = (1, 1, small.shape[1] - 1, small.shape[0] - 1)
    ys, xs = np.nonzero(small > INKED)
    if len(xs) == 0:
        return None
    start = np.array([(xs.min() + xs.max()) / 2, (ys.min() + ys.max()) / 2, np.ptp(ys) / 2], float)
    circle, share, visible = _moved(ink, page, start)
    if share < JOINED_INK:
        return None
    x, y, radius = (float(v) / factor for v in circle)
    return Ring(x, y, radius, share, visible)


def _without_characters(padded: Gray) -> Gray:
    """The mask without pieces of ink that are as small as characters."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((padded > INKED).astype(np.uint8), connectivity=8)
    large = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= STROKES
    large[0] = False
    kept: Gray = np.where(large[labels], padded, 0).astype(np.uint8)
    return kept


def _fitted(
    ink: NDArray[np.bool_], large: NDArray[np.bool_], page: tuple[int, int, int, int], circle: Circles
) -> Ring | None:
    """The best circle near a candidate; None where it is no ring."""
    best, share, visible = _moved(ink, page, circle)
    if share < (RING_INK if visible >= 0.5 else ARC_INK):
        return None
    in_strokes = float(shares_of(large, page, best[None])[0][0])
    if in_strokes < STROKE_SHARE * share or not _hollow(ink, page, best, share):
        return None
    x, y, radius = (float(v) for v in _centred(ink, page, best, share))
    return Ring(x, y, radius, share, visible)


def _centred(ink: NDArray[np.bool_], page: tuple[int, int, int, int], circle: Circles, share: float) -> Circles:
    """The middle of all circles that lie on the ring as well as this one: a ring is some pixels thick."""
    near = circle + PLATEAU
    shares, _ = shares_of(ink, page, near)
    middle: Circles = near[shares >= share - AS_GOOD].mean(axis=0)
    return middle


def _moved(
    ink: NDArray[np.bool_], page: tuple[int, int, int, int], circle: Circles
) -> tuple[Circles, float, float]:
    """The circle moved to where most of it is inked, with its inked and its visible share."""
    best = circle
    stages = ((COARSE_STEPS, COARSE_AROUND, ANGLES[::COARSE]), (FINE_STEPS, AROUND, ANGLES))
    for steps, around, angles in stages:
        share = -1.0
        for step in steps:
            for _ in range(MOVES):
                near = best + step * around
                near = near[(near[:, 2] > 0.9 * SMALLEST * SEARCH_SIDE) & (near[:, 2] < 1.1 * LARGEST * SEARCH_SIDE)]
                shares, visible = shares_of(ink, page, near, angles)
                shares[visible < LEAST_VISIBLE] = 0.0
                at = int(shares.argmax()) if len(shares) else 0
                if not len(shares) or shares[at] <= share:
                    break
                best, share = near[at], float(shares[at])
        if share < HOPELESS:
            break
    return best, share, float(shares_of(ink, page, best[None])[1][0])


def shares_of(
    ink: NDArray[np.bool_],
    page: tuple[int, int, int, int],
    circles: Circles,
    angles: NDArray[np.float64] = ANGLES,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each circle, how much of its circumference on the page is inked, and how much is on the page.

    Args:
        ink: where there is ink, with one pixel more on each side than `page` and `circles` count.
        page: left, top, right, bottom of the page.
        circles: on it, or partly off.
        angles: at which the circumference is looked at.
    """
    px = (circles[:, :1] + circles[:, 2:] * np.cos(angles) + 1.5).astype(np.int32)
    py = (circles[:, 1:2] + circles[:, 2:] * np.sin(angles) + 1.5).astype(np.int32)
    on_page = (px > page[0]) & (px <= page[2]) & (py > page[1]) & (py <= page[3])
    hit = ink.ravel().take(py * ink.shape[1] + px, mode="clip") & on_page
    visible = on_page.sum(axis=1)
    return hit.sum(axis=1) / np.maximum(visible, 1), visible / len(angles)


def _hollow(ink: NDArray[np.bool_], page: tuple[int, int, int, int], ring: Circles, share: float) -> bool:
    """Just outside the ring and just inside it there is less ink than on it: a filled area is no ring."""
    around = []
    for factors in ((1.13, 1.2), (0.86, 0.9, 0.93)):
        circles = np.array([[ring[0], ring[1], f * ring[2]] for f in factors])
        around.append(float(shares_of(ink, page, circles)[0].min()))
    return around[0] < 0.6 * share and around[1] < 0.85 * share
