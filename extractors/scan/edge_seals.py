"""A seal across the edges of several pages (骑缝章): its slices found at the sides of the pages, joined, and read.

The pages are fanned and stamped at once, so each carries an upright slice of one seal at its right or left side, at the
same height. A slice proves that its page belongs to the others; it is no seal of the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from extractors.scan import rings, seals
from extractors.scan.ink import RED, Gray
from extractors.scan.seals import GREY, Circle
from extractors.tables import ACROSS_PAGES, Box, Seal

REACH = 0.085
"""Share of the page's longer side that a slice reaches inwards: half a seal of 50 mm on A4, the slice of two pages."""
LOWEST, HIGHEST = 0.05, 0.18
"""Height of a slice, as a share of the longer side: a seal's chord at a sixth of it on A3, to 50 mm on A4."""
WIDEST = 0.66
"""Width over height: half a seal, and the frayed edge of one."""
AT_EDGE = 0.025
"""Share of the longer side within which a slice ends at the page's edge: a page 1.5° askew leaves 1.3 % of paper."""
SPREAD, SPREAD_DOWN = 0.006, 0.025
"""Shares of the longer side over which ink is joined to one slice. Strokes of a name are less far apart; down the
middle of a seal there are 9 mm of paper between name, star and ring."""
LEAST_INK = 0.04
"""Share of a slice's box that is inked: a ring and a name ink a tenth to a fourth of theirs."""
SAME_HEIGHT = 0.3
"""How far the middles of two slices of one seal may stand apart, in heights: pages lie a little askew."""
JOINED_WIDTH = (0.6, 1.25)
"""Width over height of the joined slices. Less is lost at the edges of pages askew, more is no seal."""
WHOLE = 0.35
"""A circle whose middle is further on the page than this share of its radius is a seal of its own, not a slice."""
CUT_MIDDLE = 0.06
"""A lone circle whose middle isn't even so far on the page is half a seal, whose rest is on another paper."""


@dataclass(frozen=True)
class Slice:
    """A slice of a seal at the side of a page."""

    box: Box
    side: str
    """``left`` or ``right``."""
    middle: float
    """Height of its middle on the page, as a share of the longer side."""
    size: float
    """Its height, as a share of the longer side."""
    image: Gray
    """Its ink, dark on 255."""
    mask: Gray
    """255 where there is ink."""
    longer: int
    """Pixels of the page's longer side."""
    ink: str
    """See `extractors.scan.seals.Circle`."""

    @property
    def red(self) -> bool:
        """Whether it is in red ink."""
        return self.ink == "red"


def slices(
    print_layer: Gray, red: Gray | None, circles: Sequence[Circle], to_box: Callable[[float, float, float, float], Box]
) -> list[Slice]:
    """The slices at the sides of a straight page.

    Args:
        print_layer: print, ruled lines painted out.
        red: redness, None for a page without colour.
        circles: the seals found on the page; whole ones are no slices.
        to_box: from pixels of the straight page to a box on the page.
    """
    longer = max(print_layer.shape)
    width, reach = print_layer.shape[1], round(REACH * longer)
    found = []
    for side, start in (("left", 0), ("right", max(width - reach, 0))):
        part = np.s_[:, start : start + reach]
        if red is not None:
            image, ink = seals.red_ink(red[part]), "red"
            mask = (red[part] > RED).astype(np.uint8) * 255
        else:
            image, ink = print_layer[part], "grey"
            mask = _from_edge((image < GREY).astype(np.uint8) * 255, side)
        mask = np.ascontiguousarray(mask)
        for circle in circles:
            if WHOLE * circle.radius < circle.x < width - WHOLE * circle.radius:
                cv2.circle(mask, (round(circle.x - start), round(circle.y)), round(1.1 * circle.radius), 0, -1)
        for x0, y0, x1, y1 in _pieces(mask, side, longer):
            piece = np.s_[y0:y1, x0:x1]
            box = to_box(start + x0, y0, start + x1, y1)
            middle, size = (y0 + y1) / 2 / longer, (y1 - y0) / longer
            found.append(Slice(box, side, middle, size, image[piece].copy(), mask[piece].copy(), longer, ink))
    return found


def _from_edge(mask: Gray, side: str) -> Gray:
    """The ink of a page's side without what comes in from the middle of the page: lines of print and tables."""
    _, labels = cv2.connectedComponents(cv2.dilate(mask, np.ones((1, 7), np.uint8)), connectivity=8)
    inner = labels[:, -1 if side == "left" else 0]
    kept: Gray = np.where(np.isin(labels, inner[inner > 0]), 0, mask).astype(np.uint8)
    return kept


def _pieces(mask: Gray, side: str, longer: int) -> Iterable[tuple[int, int, int, int]]:
    """Boxes of ink that have the size of a slice and end at the page's edge."""
    across, down = max(round(SPREAD * longer), 1), max(round(SPREAD_DOWN * longer), 1)
    near = cv2.dilate(mask, np.ones((2 * down + 1, 2 * across + 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    for label in range(1, count):
        left, top, wide, high, _ = (int(v) for v in stats[label])
        inside = mask[top : top + high, left : left + wide] * (labels[top : top + high, left : left + wide] == label)
        columns = np.flatnonzero((inside > 0).sum(axis=0) > 1)
        rows = np.flatnonzero((inside > 0).sum(axis=1) > 1)
        if not len(columns) or not len(rows):
            continue
        x0, x1, y0, y1 = left + columns[0], left + columns[-1] + 1, top + rows[0], top + rows[-1] + 1
        height, to_edge = y1 - y0, x0 if side == "left" else mask.shape[1] - x1
        if not LOWEST * longer <= height <= HIGHEST * longer or x1 - x0 > WIDEST * height or to_edge > AT_EDGE * longer:
            continue
        if (mask[y0:y1, x0:x1] > 0).mean() >= LEAST_INK:
            yield int(x0), int(y0), int(x1), int(y1)


def with_slices(found: Sequence[Seal], cut: Sequence[Slice]) -> list[Seal]:
    """The seals of a document, slices of one seal over several pages marked as such, with the text of the whole."""
    out = list(found)
    for group in _groups(cut):
        joined = _joined(group)
        if joined is None:
            continue
        text, clearness, share = joined
        for piece in group:
            out = [s for s in out if not _covers(s.box, piece.box)]
            out.append(Seal(piece.box, text, share, ACROSS_PAGES, piece.ink, clearness))
    return sorted(out, key=lambda s: s.box.page)


def alone(circle: Circle, width: int) -> bool:
    """Whether a circle on a page `width` pixels wide is half a seal or less, cut by the page's side."""
    return not CUT_MIDDLE * circle.radius < circle.x < width - CUT_MIDDLE * circle.radius


def _covers(seal: Box, piece: Box) -> bool:
    """Whether a seal found on a page is what a slice shows: its box holds most of the slice's."""
    wide = min(seal.x1, piece.x1) - max(seal.x0, piece.x0)
    high = min(seal.y1, piece.y1) - max(seal.y0, piece.y0)
    area = (piece.x1 - piece.x0) * (piece.y1 - piece.y0)
    return seal.page == piece.page and wide > 0 and high > 0 and wide * high > 0.6 * area


def _groups(cut: Sequence[Slice]) -> list[list[Slice]]:
    """Slices of one side at one height, at most one a page, of two pages at least."""
    groups: list[list[Slice]] = []
    for piece in cut:
        for group in groups:
            first = group[0]
            apart = abs(piece.middle - first.middle) / max(piece.size, first.size)
            pages = {p.box.page for p in group}
            if piece.side == first.side and apart < SAME_HEIGHT and piece.box.page not in pages:
                group.append(piece)
                break
        else:
            groups.append([piece])
    return [group for group in groups if len(group) > 1]


def _joined(group: Sequence[Slice]) -> tuple[str, float, float] | None:
    """Text, clearness and inked share of the ring of the joined slices; None where they make no seal."""
    best: tuple[Circle, Gray] | None = None
    for order in (group, group[::-1]):  # which page lay on top isn't known
        image, mask = _side_by_side(order)
        height = max(p.size for p in group) * group[0].longer
        columns = np.flatnonzero((mask > 0).any(axis=0))
        if not JOINED_WIDTH[0] < (columns[-1] - columns[0]) / height < JOINED_WIDTH[1]:
            return None
        found = rings.best(mask, group[0].longer)
        if found is not None and (best is None or found.share > best[0].probability):
            best = Circle(found.x, found.y, found.radius, found.share, group[0].ink), image
    if best is None:
        return None
    name = seals.read_layer(best[1], best[0])
    return name.text, name.clearness, best[0].probability


def _side_by_side(order: Sequence[Slice]) -> tuple[Gray, Gray]:
    """The slices beside each other at their heights, on paper with room around: their ink, and its mask."""
    longer = order[0].longer
    scaled = [_resized(piece, longer / piece.longer) for piece in order]
    tops = [round((p.middle - p.size / 2) * longer) for p in order]
    # Pages lie askew, so that slices stand higher or lower; those as high as the seal are set level.
    highest = max(p.size for p in order)
    level = tops[int(np.argmax([p.size for p in order]))]
    tops = [level if p.size > 0.93 * highest else top for p, top in zip(order, tops, strict=True)]
    margin = round(0.06 * longer)
    height = max(t + s.image.shape[0] for t, s in zip(tops, scaled, strict=True)) - min(tops) + 2 * margin
    widths = sum(s.image.shape[1] for s in scaled)
    skipped = [abs(b.box.page - a.box.page) - 1 for a, b in zip(order, order[1:], strict=False)]
    # Where pages between have no slice, what is lacking to a round seal was on them.
    gap = max(round(highest * longer) - widths, 0) / max(sum(skipped), 1)
    width = widths + round(gap * sum(skipped)) + 2 * margin
    image, mask = np.full((height, width), 255, np.uint8), np.zeros((height, width), np.uint8)
    at = margin
    for top, piece, lacking in zip(tops, scaled, [*skipped, 0], strict=True):
        high, wide = piece.image.shape
        place = np.s_[top - min(tops) + margin : top - min(tops) + margin + high, at : at + wide]
        image[place], mask[place] = piece.image, piece.mask
        at += wide + int(gap * lacking)
    return image, mask


def _resized(piece: Slice, factor: float) -> Slice:
    if factor == 1.0:
        return piece
    size = (max(round(piece.image.shape[1] * factor), 1), max(round(piece.image.shape[0] * factor), 1))
    images = [cv2.resize(i, size, interpolation=cv2.INTER_AREA) for i in (piece.image, piece.mask)]
    return replace(piece, image=images[0], mask=(images[1] > 127).astype(np.uint8) * 255)
