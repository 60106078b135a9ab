"""Colours of spreadsheets, as far as it matters whether a text stands out from its background."""

from __future__ import annotations

import colorsys
import re

Colour = tuple[int, int, int]
"""Red, green, blue; 0 to 255."""

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
ALIKE = 12
"""Steps of 255 by which two colours may differ in each channel and still look the same on paper."""
_SHARES = re.compile(
    rb"<a:(dk1|lt1|dk2|lt2|accent[1-6]|hlink|folHlink)>.{0,200}?(?:lastClr|srgbClr val)=\"([0-9A-Fa-f]{6})\"", re.DOTALL
)
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
"""What the numbers of theme colours mean in cells (ECMA-376 part 1, 18.8.3; Office swaps light and dark)."""


def of_hex(text: str) -> Colour | None:
    """RRGGBB, AARRGGBB or #RRGGBB as a colour."""
    digits = text.removeprefix("#")[-6:]
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", digits):
        return None
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def theme_colours(theme: bytes) -> list[Colour]:
    """The colours of a workbook's theme, by their numbers; the usual ones where it names none."""
    named = {name.decode(): of_hex(value.decode()) for name, value in _SHARES.findall(theme)}
    return [named.get(name) or (WHITE if name.startswith("lt") else BLACK) for name in _THEME_ORDER]


def tinted(colour: Colour, tint: float) -> Colour:
    """The colour made lighter (tint above 0, up to 1) or darker, as ECMA-376 part 1, 18.8.19 tells."""
    if not tint:
        return colour
    hue, light, full = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), full)
    return round(red * 255), round(green * 255), round(blue * 255)


def look_the_same(text: Colour, background: Colour) -> bool:
    """Whether a text in one colour can't be seen on the other."""
    return all(abs(a - b) <= ALIKE for a, b in zip(text, background, strict=True))
