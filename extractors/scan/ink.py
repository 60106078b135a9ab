"""Print and seal ink told apart, and the light of the page evened out.

A red seal over black print all but vanishes in the per-pixel maximum of R, G and B: red ink is bright in R, black
print is dark in all three (DESIGN.md, *What was measured*).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.pages import Image

Gray = NDArray[np.uint8]
"""Height × width; 255 is paper."""

RED = 40
"""R above max(G, B) by this much is red ink; JPEG noise on grey stays below 20."""
RED_SHARE = 2e-4
"""A page with less red than this share of its pixels is taken as one without colour."""


@dataclass(frozen=True)
class Ink:
    """The layers of a page."""

    print: Gray
    """Print, with the page's light evened out: paper 255, black near 0."""
    red: Gray | None
    """How far R stands above G and B: 0 for paper and print, above `RED` for a red seal; None without colour."""


def separate(image: Image) -> Ink:
    """Splits a page into print and red ink."""
    if np.array_equal(image[::16, ::16, 0], image[::16, ::16, 2]):
        gray: Gray = cv2.extractChannel(image, 0)
        return Ink(even_light(gray, background(gray)), None)
    red, green, blue = cv2.split(image)
    others = cv2.max(green, blue)
    brightest = cv2.max(others, red)
    paper = background(brightest)
    # In the shadow of a photographed page red ink stands less far above the other colours, by as much as it is darker.
    above = even_light(cv2.subtract(red, others), paper)
    inked = cv2.countNonZero(cv2.threshold(above, RED, 255, cv2.THRESH_BINARY)[1])
    return Ink(even_light(brightest, paper), above if inked > RED_SHARE * above.size else None)


def even_light(gray: Gray, paper: Gray) -> Gray:
    """Divides out the background: shadows and the paper's own grey go, ink stays."""
    evened: Gray = cv2.divide(gray, paper, scale=255.0)
    return evened


def background(gray: Gray) -> Gray:
    """How bright the paper is at each place, at least 40.

    It is the brightest value near by (print is thin, so a wide maximum sees paper), smoothed.
    """
    height, width = gray.shape
    factor = max(min(height, width) / 300, 1.0)
    small = cv2.resize(gray, (round(width / factor), round(height / factor)), interpolation=cv2.INTER_AREA)
    widened = cv2.morphologyEx(cv2.medianBlur(small, 3), cv2.MORPH_DILATE, np.ones((7, 7), np.uint8))
    smooth = cv2.GaussianBlur(widened, (0, 0), 5)
    paper: Gray = cv2.resize(cv2.max(smooth, 40), (width, height), interpolation=cv2.INTER_LINEAR)
    return paper
