"""Whether there is something to read on a page, and enough of it to believe what was read."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.errors import UnreadableFileError
from extractors.tables import Notice

HALF = 0.5
"""Side of a half copy as a share of the page's."""
FLAT_SHARE, FEWEST_FLAT = 0.01, 8
"""Of a page's side, and in rows of its half copy, how deep a band of one grey is told. A row of a JPEG's squares has
8 or 16 rows of the page."""
COLOURLESS = 16
"""Levels between the three colours of paper at most; a letterhead's band has more."""
MOSTLY_UNEVEN = 0.3
"""Share of even squares on the rest of the page below which an even band is told."""
LEAST_FILL, MOST_FILL = 100, 250
"""Greys of such a band: what the last square had, or the middle grey."""
LOOK_SIDE = 1000
"""A page is looked at on a copy whose longer side has so many pixels."""
INK = 0.8
"""What is darker than this share of the paper around it is ink, on the small copy."""
BLANK_SHARE = 2e-5
"""Inked share of a blank page: some 14 pixels of the small copy. A page number has ten times as many."""
DARK_TONE = 150
"""A page of one tone that is darker than this grey level (0 to 255) is no blank paper."""
EVEN = 40
"""Grey levels from the darkest to the lightest hundredth of a page of one tone; the noise of scanners stays below."""
SMALLEST_PRINT = 10.0
"""Pixels from the top to the bottom of characters below which a reading proves nothing: of seven forms brought down to
70 dpi (7 to 10 pixels) 42 of 484 cells that were found got a false flag, at 90 dpi (8 to 13) 1 of 806."""
FEWEST_PIXELS = 600
"""Pixels of the longer side of a page without a table, below which it may just be too coarse: A4 at 50 dpi."""
A4_INCHES = (11.69, 8.27)
"""The sides of A4, the longer first."""
DOUBTFUL = frozenset({"image-damaged", "page-resolution-low"})
"""Notices of a page none of whose cells can be judged."""
SMALLEST_SIDE = 32
"""A page with fewer pixels to a side holds no line of text."""
LONGEST_SHAPE = 20
"""A page so many times as long as it is wide is no page of a form."""


class Content(Enum):
    """What a page holds at first sight."""

    PRINT = "print"
    BLANK = "blank"
    """Paper and no ink."""
    DARK = "dark"
    """One dark tone all over: a scan with the lid open, a page painted black."""
    SCRAP = "scrap"
    """Too few pixels for a line of text, or no page by its shape."""


def content(shape: tuple[int, ...], half: NDArray[np.uint8]) -> Content:
    """What a page holds at first sight, in some 10 ms, so that empty pages cost no more.

    Args:
        shape: height and width of its image, pixels.
        half: the image at half its resolution, height × width × 3.
    """
    height, width = shape[:2]
    if min(height, width) < SMALLEST_SIDE or max(height, width) > LONGEST_SHAPE * min(height, width):
        return Content.SCRAP
    factor = LOOK_SIDE / max(height, width)
    small = half
    if factor < HALF:
        size = round(width * factor), round(height * factor)
        small = cv2.resize(half, size, interpolation=cv2.INTER_AREA)
    red, green, blue = cv2.split(small)
    grey = cv2.min(cv2.min(red, green), blue)  # ink of any colour is dark in one of the three
    low, high = np.percentile(grey, (1, 99))
    if high - low < EVEN and np.median(grey) < DARK_TONE:
        return Content.DARK
    paper = cv2.GaussianBlur(cv2.dilate(cv2.medianBlur(grey, 3), np.ones((15, 15), np.uint8)), (0, 0), 8)
    inked = (grey < INK * paper.astype(np.float32)).mean()
    return Content.BLANK if inked <= BLANK_SHARE else Content.PRINT


def ends_flat(half: NDArray[np.uint8]) -> bool:
    """Whether a page ends in a band of one grey to the last pixel, which its other end hasn't.

    That is how decoders fill what a JPEG's data don't reach, though the data end as they should. Paper is never so
    even, unless it was compressed so strongly that it is even all over; black bands are the scanner's lid.

    Args:
        half: a page of JPEGs at half its resolution, height × width × 3.
    """
    for turns in range(4):
        page = np.rot90(half, turns)
        grey, corner = page[:, :, 1], page[0, 0]
        even = (grey == corner[1]).all(axis=1)
        deep = len(grey) if even.all() else int(even.argmin())
        is_band = deep >= max(round(FLAT_SHARE * len(grey)), FEWEST_FLAT) and LEAST_FILL <= corner[1] <= MOST_FILL
        if is_band and int(np.ptp(corner)) <= COLOURLESS and _even_share(grey[deep:]) < MOSTLY_UNEVEN:
            return True
    return False


def _even_share(grey: NDArray[np.uint8]) -> float:
    """The share of squares of 8 × 8 pixels that are of one grey."""
    rows, columns = grey.shape[0] // 8, grey.shape[1] // 8
    if rows == 0 or columns == 0:
        return 1.0
    squares = grey[: rows * 8, : columns * 8].reshape(rows, 8, columns, 8)
    return float((squares.max(axis=(1, 3)) == squares.min(axis=(1, 3))).mean())


def notices(page: int, image: NDArray[np.uint8], seen: Content, damaged: bool) -> list[Notice]:
    """What is to be said of a page before it's read."""
    params = {"page": str(page)}
    if damaged:
        return [Notice("image-damaged", "error", params)]
    if seen is Content.SCRAP:
        return [too_coarse(page, image.shape)]
    if seen is Content.BLANK:
        return [Notice("page-blank", "info", params)]
    return [Notice("page-dark", "warning", params)] if seen is Content.DARK else []


def is_too_coarse(shape: tuple[int, ...], heights: Sequence[float]) -> bool:
    """Whether a page has too few pixels to be read.

    Args:
        shape: height and width of the page in pixels.
        heights: of the print of its tables, in pixels.
    """
    return bool(min(heights) < SMALLEST_PRINT if heights else max(shape) < FEWEST_PIXELS)


def too_coarse(page: int, shape: tuple[int, ...]) -> Notice:
    """The notice. What a PDF says of its page's size is often wrong: the resolution is told as that of an A4 page."""
    dpi = max(round(min(max(shape) / A4_INCHES[0], min(shape) / A4_INCHES[1])), 1)
    params = {"page": str(page), "width": str(shape[1]), "height": str(shape[0]), "dpi": str(dpi)}
    return Notice("page-resolution-low", "warning", params)


def is_doubtful(notices: Sequence[Notice]) -> bool:
    """Whether no verdict can come from a page of which these are told."""
    return any(notice.code in DOUBTFUL for notice in notices)


def nothing_read(name: str, pages: int, notices: Sequence[Notice]) -> UnreadableFileError | None:
    """Why a scan holds no table, as far as the notices of its pages say; None where they don't."""
    of = {notice.code: notice for notice in notices}
    if "image-damaged" in of:
        return UnreadableFileError("scan-damaged", name=name)
    if "page-resolution-low" in of:
        return UnreadableFileError("scan-resolution-low", name=name, dpi=of["page-resolution-low"].params["dpi"])
    empty = {n.params["page"] for n in notices if n.code in ("page-blank", "page-dark")}
    return UnreadableFileError("scan-blank", name=name) if len(empty) == pages else None
