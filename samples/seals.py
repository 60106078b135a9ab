"""Draws a round red seal: ring, the name along the arc, a star, sometimes a number below, in ink that is never even."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT_FILES = (
    ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc", 2),
    ("/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf", 0),
    ("/usr/share/fonts/truetype/arphic/uming.ttc", 0),
)
"""Song faces, as seals have them; the first that is installed is used."""
DRAWN_PIXELS = 1200
"""Diameter at which a seal is drawn before it is scaled to the page."""
INKS = ((214, 40, 48), (200, 30, 36), (225, 60, 66), (190, 40, 60))


@dataclass(frozen=True)
class Placement:
    """Where a seal stands on a page."""

    x: float
    """Centre, in parts of the page's width; the seal may reach over the edge."""
    y: float
    """Centre, in parts of the page's height."""
    diameter_mm: float
    """42 for a department's seal, by 国发〔1999〕25号."""
    on_table: bool


def draw_seal(rng: random.Random, text: str, diameter: int) -> Image.Image:
    """The seal of `text` in a square RGBA image with sides of about `diameter` pixels, turned a little, ink uneven."""
    size = DRAWN_PIXELS
    mask = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(mask)
    edge = size * 0.015
    pen.ellipse((edge, edge, size - edge, size - edge), outline=255, width=int(size * 0.024))
    _star(pen, size / 2, size / 2, size * 0.155)
    _arc_text(mask, text, size)
    if rng.random() < 0.35:
        _number(mask, "".join(rng.choice("0123456789") for _ in range(13)), size)
    ink = np.asarray(mask, dtype=np.float32) / 255 * _unevenness(rng, size)
    image = Image.new("RGBA", (size, size), (*rng.choice(INKS), 0))
    image.putalpha(Image.fromarray((ink * 255 * rng.uniform(0.8, 1.0)).astype(np.uint8)))
    image = image.rotate(rng.uniform(-14, 14), resample=Image.Resampling.BICUBIC)
    return image.resize((diameter, diameter), Image.Resampling.LANCZOS)


def stamp(page: Image.Image, seal: Image.Image, centre: tuple[float, float]) -> Image.Image:
    """The page (RGB) with the seal pressed on it: ink darkens what is below, black stays black. `centre` in pixels."""
    layer = Image.new("RGBA", page.size, (255, 255, 255, 0))
    layer.paste(seal, (round(centre[0] - seal.width / 2), round(centre[1] - seal.height / 2)))
    pixels = np.asarray(layer, dtype=np.float32)
    alpha = pixels[..., 3:] / 255
    factor = 1 - alpha + alpha * pixels[..., :3] / 255
    return Image.fromarray((np.asarray(page, dtype=np.float32) * factor).astype(np.uint8))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    for file, index in FONT_FILES:
        if Path(file).exists():
            return ImageFont.truetype(file, size, index=index)
    raise RuntimeError("no font for seals: apt-get install fonts-noto-cjk")


def _star(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for i in range(10):
        reach = radius if i % 2 == 0 else radius * 0.382
        angle = -math.pi / 2 + i * math.pi / 5
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    pen.polygon(points, fill=255)


def _arc_text(mask: Image.Image, text: str, size: int) -> None:
    """The name from lower left over the top to lower right, each character's foot to the centre."""
    spread = math.radians(min(270, 24 * len(text)))
    height = int(size * min(0.135, 1.9 / len(text)))
    for i, character in enumerate(text):
        angle = -spread / 2 + spread * i / (len(text) - 1)
        _glyph(mask, character, height, size, 0.385 * size, angle, narrow=0.85 if len(text) > 14 else 1.0)


def _number(mask: Image.Image, digits: str, size: int) -> None:
    for i, digit in enumerate(digits):
        angle = math.pi + math.radians(40) * (0.5 - i / (len(digits) - 1))
        _glyph(mask, digit, int(size * 0.05), size, 0.43 * size, angle, upright=True)


def _glyph(
    mask: Image.Image,
    text: str,
    height: int,
    size: int,
    radius: float,
    angle: float,
    narrow: float = 1.0,
    upright: bool = False,
) -> None:
    tile = Image.new("L", (height * 2, height * 2), 0)
    ImageDraw.Draw(tile).text((height, height), text, font=_font(height), fill=255, anchor="mm")
    if narrow != 1.0:
        tile = tile.resize((int(tile.width * narrow), tile.height))
    tile = tile.rotate(-math.degrees(angle) + (180 if upright else 0), resample=Image.Resampling.BICUBIC, expand=True)
    x = size / 2 + radius * math.sin(angle) - tile.width / 2
    y = size / 2 - radius * math.cos(angle) - tile.height / 2
    mask.paste(255, (round(x), round(y)), tile)


def _unevenness(rng: random.Random, size: int) -> NDArray[np.float32]:
    """How much ink each spot takes, 0 to 1: cloudy, with a weak side and specks without ink."""
    noise = np.random.default_rng(rng.randrange(2**32))
    clouds = Image.fromarray(noise.integers(0, 256, (24, 24), dtype=np.uint8))
    clouds = clouds.resize((size, size), Image.Resampling.BICUBIC)
    specks = Image.fromarray(noise.integers(0, 256, (size // 3, size // 3), dtype=np.uint8)).resize((size, size))
    specks = specks.filter(ImageFilter.GaussianBlur(1.5))
    ink = 0.72 + 0.28 * np.asarray(clouds, dtype=np.float32) / 255
    ink *= np.where(np.asarray(specks) < 88, 0.35, 1.0).astype(np.float32)
    ramp = np.linspace(rng.uniform(0.65, 1.0), 1.0, size, dtype=np.float32)
    return np.asarray(ink * (ramp[:, None] if rng.random() < 0.5 else ramp[None, :]), dtype=np.float32)
