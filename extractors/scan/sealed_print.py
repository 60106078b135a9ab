"""Print under a seal in grey, where colour can't tell the two inks apart.

A red seal scanned in grey is paler than the core of printed strokes, if not than their edges. Inside the seal's
disc only what is darker than the seal counts as print when lines are looked for, so that the ring and the strokes of
the name don't pass for text; the image that the recogniser sees there has its contrast stretched the same way.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from extractors.scan.ink import Gray
from extractors.scan.lines import INK, Mask
from extractors.scan.seals import Circle

WIDER = 1.06
"""The disc that is treated, as a multiple of the ring's radius: the ring is some pixels thick."""
RING_SAMPLES = 720
SEPARABLE = 12.0
"""Grey levels by which print must be darker than the seal; in a black-and-white scan it isn't."""


def discs(shape: tuple[int, ...], circles: Sequence[Circle]) -> Mask:
    """Where the seals are."""
    mask = np.zeros(shape, np.uint8)
    for circle in circles:
        cv2.circle(mask, (round(circle.x), round(circle.y)), round(WIDER * circle.radius), 1, -1)
    return mask > 0


def seal_level(layer: Gray, circles: Sequence[Circle], inside: Mask) -> float | None:
    """The grey level that parts print (darker) from seal (paler); None where they can't be parted."""
    sample = layer[::2, ::2][~inside[::2, ::2]]
    core = sample[sample < 150]
    if len(core) < 500:
        return None
    print_level = float(np.percentile(core, 25))
    angles = np.linspace(0, 2 * np.pi, RING_SAMPLES, endpoint=False)
    rings = []
    for circle in circles:
        x = np.rint(circle.x + circle.radius * np.cos(angles)).astype(int)
        y = np.rint(circle.y + circle.radius * np.sin(angles)).astype(int)
        on_page = (x >= 0) & (x < layer.shape[1]) & (y >= 0) & (y < layer.shape[0])
        rings.append(layer[y[on_page], x[on_page]])
    ring = np.concatenate(rings)
    seal = float(np.percentile(ring[ring < 200], 25)) if (ring < 200).any() else 255.0
    return (print_level + seal) / 2 if seal - print_level >= SEPARABLE else None


def part(layer: Gray, circles: Sequence[Circle]) -> tuple[Mask, Gray]:
    """Where there is print, and the layer with pale ink inside the seals faded.

    Args:
        layer: print of a page without colour.
        circles: its seals.
    """
    ink = layer < INK
    if not circles:
        return ink, layer
    inside = discs(layer.shape, circles)
    level = seal_level(layer, circles, inside)
    if level is None:
        return ink, layer
    ink = np.where(inside, layer < level, ink)
    low, high = level - 60.0, level + 70.0
    stretched = np.clip((layer.astype(np.float32) - low) * (255.0 - low) / (high - low) + low, 0, 255)
    faded = np.where(inside & (layer > low), stretched, layer).astype(np.uint8)
    return ink, faded
