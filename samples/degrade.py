"""What a scanner, a copier or a telephone makes of a clean page: skew, noise, blur, shadow, fewer colours, a turn."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Profile:
    """One way in which a page gets into a PDF."""

    dpi: int
    colours: str
    """``color``, ``gray`` or ``bw``."""
    turns: tuple[int, ...] = (0,)
    """Degrees clockwise by which the page may lie in the file; one is chosen per document."""
    phone: bool = False
    jpeg_quality: tuple[int, int] = (70, 90)


PROFILES = {
    "color300": Profile(300, "color", jpeg_quality=(72, 88)),
    "color200": Profile(200, "color"),
    "color150": Profile(150, "color", jpeg_quality=(60, 85)),
    "gray200": Profile(200, "gray"),
    "gray150": Profile(150, "gray", jpeg_quality=(60, 85)),
    "bw200": Profile(200, "bw"),
    "phone": Profile(210, "color", phone=True, jpeg_quality=(72, 88)),
    "upside": Profile(200, "color", turns=(180,)),
    "sideways": Profile(200, "color", turns=(90, 270)),
}


@dataclass(frozen=True)
class Wear:
    """How worn the pages of one document are; one scanner makes all of them."""

    skew: float
    """Degrees; each page is laid a little differently."""
    noise: float
    """Standard deviation in grey levels (0 to 255)."""
    blur: float
    """Standard deviation in pixels."""
    paper: tuple[int, int, int]
    """The colour that white paper gets."""
    texture: float
    """How much the paper's brightness wanders, in grey levels."""
    fading: float
    """How far black print is from black, in grey levels."""
    turn: int
    """Degrees clockwise."""
    jpeg_quality: int
    threshold: int
    """For black and white: grey levels below it become black."""


def choose_wear(rng: random.Random, profile: Profile, light: bool = False) -> Wear:
    """Wear within what offices produce; `light` keeps the noise low, and with it the size of the file."""
    white = rng.randrange(238, 256)
    return Wear(
        skew=rng.uniform(-1.5, 1.5),
        noise=rng.uniform(0, 1.5) if light else rng.uniform(1, 7),
        blur=rng.uniform(0.3, 0.9) * profile.dpi / 200,
        paper=(white, white - rng.randrange(3), white - rng.randrange(8)),
        texture=0.3 if light else rng.uniform(0.3, 1.3),
        # A copier's threshold would lose faded print altogether.
        fading=rng.uniform(0, 15 if profile.colours == "bw" else 60),
        turn=rng.choice(profile.turns),
        jpeg_quality=rng.randrange(*profile.jpeg_quality),
        threshold=rng.randrange(165, 205),
    )


def degrade(rng: random.Random, page: Image.Image, profile: Profile, wear: Wear) -> Image.Image:
    """The page (RGB) as it gets into the file: mode RGB, L or 1."""
    noise = np.random.default_rng(rng.randrange(2**32))
    pixels = np.asarray(page, dtype=np.float32)
    skew = wear.skew + rng.uniform(-0.2, 0.2)
    pixels = _photograph(rng, pixels) if profile.phone else _skew(pixels, skew)
    pixels = _paper(pixels, noise, wear)
    if profile.phone:
        pixels = _light(rng, pixels)
    pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), wear.blur), dtype=np.float32)
    if profile.colours != "color":
        pixels = pixels @ np.asarray((0.299, 0.587, 0.114), dtype=np.float32)
    pixels = pixels + noise.normal(0, wear.noise, pixels.shape).astype(np.float32)
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if profile.colours == "bw":
        image = image.point([0 if level < wear.threshold else 255 for level in range(256)]).convert("1")
    return image.rotate(-wear.turn, expand=True) if wear.turn else image


def _skew(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    return np.asarray(np.clip(turned, 0, 255), dtype=np.float32)


def _paper(pixels: Pixels, noise: np.random.Generator, wear: Wear) -> Pixels:
    """Ink is not black, paper not white, and neither even."""
    height, width = pixels.shape[:2]
    coarse = noise.normal(0, 1, (height // 9 + 2, width // 9 + 2)).astype(np.float32)
    texture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)[..., None] * np.float32(wear.texture)
    scale = (np.asarray(wear.paper, dtype=np.float32) - np.float32(wear.fading)) / 255
    return np.asarray(pixels * scale + np.float32(wear.fading) + texture, dtype=np.float32)


def _photograph(rng: random.Random, pixels: Pixels) -> Pixels:
    """The page on a dark table, seen at a slant."""
    height, width = pixels.shape[:2]
    border = rng.uniform(0.03, 0.07)
    canvas = (round(width * (1 + 2 * border)), round(height * (1 + 2 * border)))
    shift = min(width, height) * 0.035

    def near(x: float, y: float) -> tuple[float, float]:
        return (x + canvas[0] * border / (1 + 2 * border) + rng.uniform(-shift, shift), y + rng.uniform(-shift, shift))

    top = height * border
    corners = [near(0, top), near(width, top), near(width, top + height), near(0, top + height)]
    source = np.asarray([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, np.asarray(corners, dtype=np.float32))
    shade = rng.randrange(40, 95)
    table = (shade + rng.randrange(20), shade, max(0, shade - rng.randrange(25)))
    seen = cv2.warpPerspective(pixels, matrix, canvas, flags=cv2.INTER_CUBIC, borderValue=table)
    return np.asarray(np.clip(seen, 0, 255), dtype=np.float32)


def _light(rng: random.Random, pixels: Pixels) -> Pixels:
    """A lamp from one side, and sometimes the shadow of the hand that holds the telephone."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width, y / height
    far = rng.uniform(0.72, 0.9)
    slope_x, slope_y = rng.uniform(-1, 1), rng.uniform(-1, 1)
    ramp = x * slope_x + y * slope_y
    ramp = (ramp - ramp.min()) / max(1e-6, float(np.ptp(ramp)))
    light = far + (1 - far) * ramp
    if rng.random() < 0.6:
        centre_x, centre_y = rng.choice((0.0, 1.0)), rng.uniform(0.4, 1.0)
        reach = rng.uniform(0.25, 0.45)
        shadow = np.exp(-((x - centre_x) ** 2 + (y - centre_y) ** 2) / (2 * reach**2))
        light = light * (1 - rng.uniform(0.2, 0.4) * shadow)
    return np.asarray(pixels * light[..., None], dtype=np.float32)
