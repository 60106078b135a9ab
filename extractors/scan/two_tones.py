"""Pages scanned in black and white: no grey between ink and paper.

The recogniser was trained on photographs and scans with soft edges. The steps of a page in two tones are an alphabet
that it hardly knows; blurred by a pixel and a little paler, the same print is read with far fewer doubts.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.ink import Gray

LOW, HIGH = 48, 208
"""Grey levels between which a page in two tones has hardly a pixel."""
BETWEEN = 0.03
"""Share of the pixels that are ink which may lie between: a scanner's JPEG leaves some around edges."""
BLUR = 1.0
"""Pixels (standard deviation), the size of the steps."""
STRENGTH = 0.7
"""Of black, what is left of it."""


def in_two_tones(image: NDArray[np.uint8]) -> bool:
    """Whether a page, height × width × 3, is black and white only."""
    counted = np.bincount(image[::3, ::3, 1].ravel(), minlength=256)
    return bool(counted[LOW:HIGH].sum() <= BETWEEN * counted[:HIGH].sum())


def softened(layer: Gray) -> Gray:
    """The print of a page in two tones as a softer scan would show it."""
    blurred = cv2.GaussianBlur(layer, (0, 0), BLUR)
    out: Gray = cv2.addWeighted(blurred, STRENGTH, blurred, 0.0, 255.0 * (1.0 - STRENGTH))
    return out
