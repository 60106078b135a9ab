"""What a spreadsheet shows for a stored value: the text that stands on the print.

Covers what forms use of ECMA-376 part 1, 18.8.31: General, digits with separators and decimals, percent, text in
quotes, sections for negatives and zero, conditions, dates and times, Chinese digits for dates. A fraction, a scientific
format or a number in Chinese words is shown as General, see `is_known`. Excel's own rounding of General to the width of
the column is not known here.
"""

from __future__ import annotations

import datetime
import operator
import re
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple

from extractors.dateformat import shown_date
from extractors.formats import FORMATS_KEPT, TOKEN, literal, literals, sections_of
from extractors.tables import Value

CHINESE_BUILTIN: dict[int, str] = {
    14: "yyyy/m/d",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Formats that a file names by number alone, as Excel in China shows them (18.8.30, zh-cn)."""

MOST_DIGITS = 400
"""The largest double has 309 digits before its point."""
_ENOUGH = Context(prec=MOST_DIGITS)
_WIDE = Decimal(10) ** 11
_CONDITION = re.compile(r"(?:\[[^\]<>=]*\])*\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_COMPARE = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip


def displayed(value: Value | datetime.time | datetime.timedelta, number_format: str) -> str:
    """The text a cell shows for its value under a number format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return _text(value, number_format)
    if isinstance(value, datetime.date | datetime.time):
        return shown_date(value, number_format)
    if isinstance(value, datetime.timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    if isinstance(value, int) and number_format == "General":
        return str(value)
    with localcontext(_ENOUGH):
        return _number(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), number_format)


def general(number: Decimal) -> str:
    """A number in the format General: eleven significant digits, so that 12850.500000000002 is 12850.5.

    Whole numbers keep all their digits; Excel shows those of twelve and more with an exponent, which no one prints.
    """
    if number == number.to_integral_value():
        return format(number.to_integral_value(), "f")
    if abs(number) >= _WIDE:
        return format(number, "f")
    text = format(Decimal(f"{number:.11g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=FORMATS_KEPT)
def is_date_format(number_format: str) -> bool:
    """Whether a format shows its number as a date or time."""
    first = sections_of(number_format)[0]
    return any(m["date"] for m in TOKEN.finditer(first)) and "general" not in first.lower()


@lru_cache(maxsize=FORMATS_KEPT)
def hides_everything(number_format: str) -> bool:
    """Whether a format shows nothing at all, whatever the cell holds: ``;;;``."""
    sections = sections_of(number_format)
    shown = [_section(section) for section in sections]
    return len(sections) >= 3 and not any(s.digits or s.is_general or s.pattern.strip() for s in shown)


@lru_cache(maxsize=FORMATS_KEPT)
def is_known(number_format: str) -> bool:
    """Whether numbers under this format are shown here as Excel shows them.

    Not so for fractions, exponents and numbers in Chinese words, which are shown as General.
    """
    return is_date_format(number_format) or all(_section(s).known for s in sections_of(number_format) if "@" not in s)


def decimals(number_format: str) -> int | None:
    """Decimals to which a format rounds a positive number, below 0 where it shows thousands; None where it doesn't."""
    section = _section(sections_of(number_format)[0])
    if section.digits is None or section.is_general:
        return None
    shown = section.digits.rstrip(",")
    thousands = len(section.digits) - len(shown)
    return len(shown.partition(".")[2]) + 2 * section.percent - 3 * thousands


def _text(value: str, number_format: str) -> str:
    if number_format in ("General", "@"):
        return value
    sections = sections_of(number_format)
    if len(sections) >= 4 or (len(sections) == 1 and "@" in sections[0]):
        section = sections[-1]
        if "@" in section or len(sections) >= 4:
            return literals(section).replace("@", value)
    return value


class _Section(NamedTuple):
    """One part of a format, taken apart."""

    pattern: str
    """What it shows, with NUL in the place of the digits."""
    digits: str | None
    """The placeholders; None where it has none."""
    percent: bool = False
    is_general: bool = False
    known: bool = True


@lru_cache(maxsize=FORMATS_KEPT)
def _section(section: str) -> _Section:
    words = re.search(r"\[DBNum\d\]", section, re.IGNORECASE) is not None
    pieces, groups, percent = [], list[str](), False
    for match in TOKEN.finditer(re.sub("general", "\0", section, flags=re.IGNORECASE)):
        if match["digits"]:
            groups.append(match["digits"])
            pieces.append("\0")
        elif (match["other"] or "") == "/" or (match["date"] or "").upper().startswith("E"):
            return _Section("\0", None, is_general=True, known=False)  # a fraction, an exponent
        else:
            percent = percent or match["other"] == "%"
            pieces.append(literal(match))
    pattern = "".join(pieces)
    if not groups and "\0" in pattern:
        return _Section(pattern, None, is_general=True, known=not words)
    if len(groups) > 1 and ("." in "".join(groups) or "," in "".join(groups[:-1])):
        return _Section("\0", None, is_general=True, known=False)
    return _Section(pattern, ";".join(groups) if groups else None, percent, known=not words)


def _chosen(number: Decimal, sections: list[str]) -> tuple[Decimal, str]:
    """The number to show, its sign dropped where the part has its own, and the part that shows it."""
    conditions = [_CONDITION.match(s) for s in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _COMPARE[condition[1]](number, Decimal(condition[2])):
                return number, section
        return number, "General"
    if number < 0 and len(sections) > 1:
        return -number, sections[1]
    return number, sections[2] if number == 0 and len(sections) > 2 else sections[0]


def _number(number: Decimal, number_format: str) -> str:
    if not number.is_finite():
        return str(number)
    if number_format in ("General", "", "@"):
        return general(number)
    # A fourth part is for texts; one of fewer is so where it has their sign.
    sections = [s for s in sections_of(number_format)[:3] if "@" not in s] or ["General"]
    shown, chosen = _chosen(number, sections)
    section = _section(chosen)
    if section.is_general:
        return section.pattern.replace("\0", general(shown))
    if section.digits is None:
        return section.pattern
    scaled = shown * 100 if section.percent else shown
    if ";" in section.digits:
        return _in_groups(scaled, section)
    return section.pattern.replace("\0", _digits(scaled, section.digits))


def _in_groups(number: Decimal, section: _Section) -> str:
    """Digits with signs between them (000-0000-0000): filled from the right, what is left over goes to the first."""
    groups = (section.digits or "").split(";")
    divided = number / Decimal(1000) ** groups[-1].count(",")
    whole = f"{abs(divided.quantize(Decimal(1), ROUND_HALF_UP)):f}"
    places = [g.replace(",", "") for g in groups]
    whole = whole.rjust(sum(g.count("0") for g in places), "0")
    filled: list[str] = []
    for size in reversed([len(g) for g in places][1:]):
        filled.insert(0, whole[-size:])
        whole = whole[:-size]
    text = section.pattern
    for piece in (whole, *filled):
        text = text.replace("\0", piece, 1)
    return ("-" if number < 0 else "") + text


def _digits(number: Decimal, pattern: str) -> str:
    shown = pattern.rstrip(",")
    number = number / (Decimal(1000) ** (len(pattern) - len(shown)))  # each comma at the end divides by a thousand
    stripped, _, fraction = shown.partition(".")
    places = len(fraction)
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(rounded):,f}" if "," in stripped else f"{abs(rounded):f}"
    head, _, tail = text.partition(".")
    tail = _trim(tail, fraction)
    least = stripped.count("0")
    head = head.rjust(least, "0") if "," not in stripped else head
    if least == 0 and head == "0":
        head = ""
    return ("-" if rounded < 0 else "") + head + ("." + tail if fraction and (tail or "." in shown) else "")


def _trim(tail: str, fraction: str) -> str:
    """Drops the zeros that a # doesn't show."""
    least = len(fraction.rstrip("#?"))
    while len(tail) > least and tail.endswith("0"):
        tail = tail[:-1]
    return tail
