"""What the styles of an Excel workbook say of a cell: how its number is shown, and whether its text can be seen."""

from __future__ import annotations

from typing import Any, NamedTuple

from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.styles.numbers import builtin_format_code, is_timedelta_format

from extractors.colours import BLACK, WHITE, Colour, look_the_same, of_hex, theme_colours, tinted
from extractors.numberformat import CHINESE_BUILTIN, decimals, hides_everything, is_date_format, is_known

FIRST_CUSTOM = 164
"""Formats from this number on are the workbook's own."""
USUAL_SIZE = 11.0
"""Points of a font that names no size."""


class Style(NamedTuple):
    """How a cell shows its value."""

    number_format: str = "General"
    is_date: bool = False
    is_duration: bool = False
    is_known: bool = True
    """Whether numbers under this format are shown by `numberformat` as Excel shows them."""
    decimals: int | None = None
    """To which a number is rounded; None where it is not."""
    invisible: bool = False
    """Whether nothing of the cell can be seen: its text has the colour of its background, or the format hides it."""
    shrinks: bool = False
    """Whether the text is made smaller until it fits its cell."""
    size: float = 1.0
    """Of the font, in that of the workbook's usual font."""


def style_of(number_format: str, invisible: bool = False, shrinks: bool = False, size: float = 1.0) -> Style:
    """The style of cells with a number format."""
    return Style(
        number_format,
        is_date_format(number_format),
        bool(is_timedelta_format(number_format)),
        is_known(number_format),
        decimals(number_format),
        invisible or hides_everything(number_format),
        shrinks,
        size,
    )


def styles_of(book: Any) -> list[Style]:
    """The styles of a workbook of openpyxl, by the numbers that cells name; one at least."""
    theme = theme_colours(book.loaded_theme or b"")
    usual = float((book._fonts[0].sz if book._fonts else None) or USUAL_SIZE)
    found = []
    for array in book._cell_styles:
        font, fill = book._fonts[array.fontId], book._fills[array.fillId]
        shrinks = bool(array.alignmentId and book._alignments[array.alignmentId].shrinkToFit)
        size = float(font.sz or usual) / usual
        found.append(style_of(_format(book, array.numFmtId), _is_invisible(book, font, fill, theme), shrinks, size))
    return found or [Style()]


def number_format_of(number: int) -> str:
    """The format that a file names by number alone."""
    return CHINESE_BUILTIN.get(number) or str(builtin_format_code(number) or "General")


def _format(book: Any, number: int) -> str:
    return str(book._number_formats[number - FIRST_CUSTOM]) if number >= FIRST_CUSTOM else number_format_of(number)


def _is_invisible(book: Any, font: Any, fill: Any, theme: list[Colour]) -> bool:
    background: Colour | None = WHITE
    if getattr(fill, "fill_type", None) == "solid":
        background = _colour(book, fill.fgColor, theme, WHITE)
    elif getattr(fill, "fill_type", "gradient") not in (None, "none"):
        return False  # a pattern or a gradient
    text = _colour(book, font.color, theme, BLACK)
    return text is not None and background is not None and look_the_same(text, background)


def _colour(book: Any, colour: Any, theme: list[Colour], usual: Colour) -> Colour | None:
    """A colour of openpyxl; `usual` for the automatic one, None where it can't be told."""
    if colour is None or colour.type == "auto":
        return usual
    if colour.type == "theme":
        found = theme[colour.theme] if 0 <= colour.theme < len(theme) else None
    elif colour.type == "indexed":
        if colour.indexed >= 64:
            return usual  # the window's own
        palette = list(book._colors) or COLOR_INDEX
        found = of_hex(palette[colour.indexed]) if colour.indexed < len(palette) else None
    else:
        found = of_hex(str(colour.rgb))
    return None if found is None else tinted(found, colour.tint or 0.0)
