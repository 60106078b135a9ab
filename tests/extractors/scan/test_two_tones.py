"""Scans in black and white are told from others, and their print is softened."""

from __future__ import annotations

import cv2
import numpy as np

from extractors.scan import two_tones


def a_page(blur: float) -> np.ndarray:
    """A white page with dark bars, its edges blurred by so many pixels."""
    page = np.full((600, 400), 255, np.uint8)
    for y in range(30, 570, 12):
        page[y : y + 5, 40:360:] = 0
        page[y : y + 5, 40:360:7] = 255
    if blur:
        page = cv2.GaussianBlur(page, (0, 0), blur)
    return np.dstack([page] * 3)


def test_a_page_in_black_and_white_is_told() -> None:
    assert two_tones.in_two_tones(a_page(0))


def test_a_page_with_soft_edges_is_not_in_two_tones() -> None:
    assert not two_tones.in_two_tones(a_page(0.7))


def test_an_empty_page_counts_as_in_two_tones() -> None:
    assert two_tones.in_two_tones(np.full((90, 60, 3), 255, np.uint8))


def test_softened_paper_stays_paper_and_print_stays_in_its_place() -> None:
    layer = a_page(0)[:, :, 0]
    soft = two_tones.softened(layer)
    assert soft.shape == layer.shape
    assert soft[:20].min() == 255
    assert soft[layer == 0].mean() < soft[layer == 255].mean() - 60
