"""A stored number of a spreadsheet as it shows, and what is to be told of it."""

from __future__ import annotations

import datetime

from openpyxl.utils.datetime import from_excel

from extractors.numberformat import displayed
from extractors.tables import Value
from extractors.xlsx_styles import Style

Shown = tuple[Value, str, tuple[str, ...]]
"""Value, text, and codes of what is to be told."""

EXACT = 10**15
"""Whole numbers from here on lose digits in Excel."""


def number_shown(raw: str, style: Style, epoch: datetime.datetime) -> Shown:
    """What a stored number is and shows under a style."""
    number: int | float = int(raw) if raw.lstrip("-").isdecimal() else float(raw)
    codes: list[str] = []
    if style.invisible:
        codes.append("text-invisible")
    if style.is_date or style.is_duration:
        try:
            moment = from_excel(number, epoch, style.is_duration)
        except (OverflowError, ValueError):
            moment = None
        if number < 0 or moment is None:
            return number, displayed(number, "General"), (*codes, "date-unreal")
        value = moment if isinstance(moment, datetime.date) else None
        return value, displayed(moment, style.number_format), tuple(codes)
    text = displayed(number, style.number_format)
    if not style.is_known:
        codes.append("format-unshown")
    elif style.decimals is not None and not style.invisible and is_rounded(number, style.decimals):
        codes.append("numbers-rounded")
    if abs(number) >= EXACT and number == number // 1:
        codes.append("digits-lost")
    return number, text, tuple(codes)


def is_rounded(number: float, places: int) -> bool:
    """Whether a number shown with so many decimals is another one."""
    return abs(number - round(number, places)) > 1e-9 * max(1.0, abs(number))
