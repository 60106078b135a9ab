"""Dates as forms print them: ``2021年6月``, ``2021-06``, ``2021.6``, a date cell, a range of two."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from pipeline.forms.text import fold

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_MIDNIGHT = re.compile(r"T?00?:00(?::00(?:\.0+)?)?$")

_CHINESE = r"\d{4}年(?:\d{1,2}月(?:\d{1,2}[日号])?)?"
_SIGNED = r"\d{4}(?P<sign>[-/.])\d{1,2}(?:(?P=sign)\d{1,2})?"
_PATTERNS = (
    re.compile(r"(?P<y>\d{4})年(?:(?P<m>\d{1,2})月(?:份|(?P<d>\d{1,2})[日号])?)?"),
    re.compile(r"(?P<y>\d{4})(?P<sign>[-/.])(?P<m>\d{1,2})(?:(?P=sign)(?P<d>\d{1,2}))?"),
    re.compile(r"(?P<y>\d{4})(?:(?P<m>\d{2})(?P<d>\d{2})?)?"),
)
_TOKEN = re.compile(rf"(?<!\d)(?:{_CHINESE}|{_SIGNED})(?!\d)")
_RANGE = re.compile(r"(?P<from>\d{4}.*?)(?:-+|~|至|到)(?P<to>\d{4}.*)")


@dataclass(frozen=True)
class PartialDate:
    """A date as far as it is said."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def iso(self) -> str:
        """``2021``, ``2021-06`` or ``2021-06-15``."""
        parts = [f"{self.year:04}"] + [f"{p:02}" for p in (self.month, self.day) if p is not None]
        return "-".join(parts)

    @property
    def to_the_month(self) -> PartialDate:
        """The first of a month is the month: a date cell can't hold less than a day, and forms ask for months."""
        return PartialDate(self.year, self.month) if self.day == 1 else self


def parse_date(text: str) -> PartialDate | None:
    """The date a cell says, None where it says anything else or an impossible date (month 13).

    Only for fields whose kind is a date: ``7630.00`` and ``1692.83`` fail by year and month, ``2000.10`` would not.
    """
    folded = _arabic(_MIDNIGHT.sub("", fold(text)))
    english = re.fullmatch(r"(?:(?P<d>\d{1,2})-)?(?P<m>[A-Za-z]{3})-(?P<y>\d{2}|\d{4})", folded)
    if english:
        name = _MONTHS.get(english["m"].lower())
        year = int(english["y"]) + (2000 if len(english["y"]) == 2 else 0)
        return _checked(year, name, int(english["d"]) if english["d"] else None) if name else None
    for pattern in _PATTERNS:
        match = pattern.fullmatch(folded)
        if match:
            month, day = match["m"], match["d"]
            return _checked(int(match["y"]), int(month) if month else None, int(day) if day else None)
    return None


def of_value(value: datetime.date) -> PartialDate:
    """A date cell as a date."""
    return PartialDate(value.year, value.month, value.day)


def normal_date(text: str) -> str:
    """The canonical form of a date cell; of a text with dates in it, the text with each date made canonical."""
    date = parse_date(text)
    if date is not None:
        return date.to_the_month.iso
    folded = _arabic(fold(text))
    span = _RANGE.fullmatch(folded)
    if span:
        ends = parse_date(span["from"]), parse_date(span["to"])
        if ends[0] and ends[1]:
            return f"{ends[0].to_the_month.iso}/{ends[1].to_the_month.iso}"
    return _TOKEN.sub(lambda m: normal_token(m[0]), folded)


def normal_token(token: str) -> str:
    """One date inside a text, canonical where it is a possible date."""
    date = parse_date(token)
    return date.to_the_month.iso if date else token


def date_forms(date: PartialDate) -> list[str]:
    """The ways a print may show the date, likeliest first."""
    y, m, d = date.year, date.month, date.day
    if m is None:
        return [f"{y}年", f"{y}"]
    months = [f"{y}年{m}月", f"{y}年{m:02}月", f"{y}-{m:02}", f"{y}.{m:02}", f"{y}.{m}", f"{y}/{m}", f"{y}/{m:02}"]
    if d is None:
        return [*months, f"{y}-{m}", f"{y}{m:02}"]
    days = [
        f"{y}年{m}月{d}日", f"{y}-{m:02}-{d:02}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}.{m:02}.{d:02}",
        f"{y}年{m:02}月{d:02}日", f"{y}/{m:02}/{d:02}",
    ]  # fmt: skip
    return days[:4] + [months[i] for i in (0, 2, 3, 4, 5)] if d == 1 else days


def _arabic(text: str) -> str:
    """二〇二一年六月 as 2021年6月; other texts unchanged."""
    match = re.fullmatch(
        r"([〇零○一二三四五六七八九]{4})年(?:([一二三四五六七八九十]{1,2})月)?(?:([一二三四五六七八九十]{1,3})日)?",
        text,
    )
    if not match:
        return text
    year, month, day = match.groups()
    return year.translate(_DIGITS) + "年" + (f"{tens(month)}月" if month else "") + (f"{tens(day)}日" if day else "")


def tens(text: str) -> int:
    """A Chinese number below one hundred (十二, 二十一, 七) as an integer."""
    before, ten, after = text.partition("十")
    units = int((after or "0").translate(_DIGITS)) if ten else int(text.translate(_DIGITS))
    return units + (10 * int((before or "一").translate(_DIGITS)) if ten else 0)


def _checked(year: int, month: int | None, day: int | None) -> PartialDate | None:
    if not 1900 <= year <= 2100:
        return None
    try:
        datetime.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    return PartialDate(year, month, day)
