"""What a cell with a date means: a date or a span of two, to the precision given, planned or not."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from extractors.tables import Value
from pipeline.forms.dates import PartialDate, of_value, parse_date
from pipeline.forms.text import fold

PLANNED = "预计"
_BEFORE = ("预计", "计划", "拟", "拟于", "计划于", "预计于")
_AFTER = {"前": "前", "以前": "前", "之前": "前", "底": "底", "年底": "底", "底前": "底前", "初": "初", "年初": "初",
          "建成": ""}  # fmt: skip
_WHOLE = re.compile(
    rf"(?P<before>{'|'.join(sorted(_BEFORE, key=len, reverse=True))})?(?P<date>\S+?)"
    rf"(?P<after>{'|'.join(sorted(_AFTER, key=len, reverse=True))})?"
)
_BETWEEN = re.compile(r"--|[-~至到—]")


@dataclass(frozen=True)
class Period:
    """A date, or a span of two."""

    start: PartialDate
    end: PartialDate | None = None
    planned: bool = False
    """The cell says that it is planned (预计, 计划, 拟)."""
    edge: str = ""
    """前, 底, 初 or 底前, as the cell says behind the date."""

    @property
    def last(self) -> PartialDate:
        """The end of a span, else the date."""
        return self.end or self.start

    def show(self) -> str:
        """The normal print: 预计2025年12月, 2021年6月至2023年5月."""
        said = _shown(self.start) + ("" if self.end is None else "至" + _shown(self.end))
        return (PLANNED if self.planned else "") + said + self.edge


def parse_period(text: str, value: Value = None) -> Period | None:
    """The date or the span that a cell says, None where it says something else.

    Args:
        text: as written or shown.
        value: the typed value: a date cell that shows its serial number (44348) still is its date.
    """
    folded = fold(text)
    if isinstance(value, datetime.date) and (not folded or re.fullmatch(r"\d{1,5}(?:\.\d+)?", folded)):
        whole = parse_date(folded) or parse_date(of_value(value).iso)
        return None if whole is None else Period(whole)
    match = _WHOLE.fullmatch(folded)
    if match is None:
        return None
    planned = match["before"] is not None
    inner, after_it = match["date"], match["after"]
    for date, after in ((folded, None), (inner + (after_it or ""), None), (inner, after_it)):
        span = _span(date)
        if span is not None:
            edge = "" if after is None else _AFTER[after]
            return Period(*span, planned=planned and date is not folded, edge=edge)
    return None


def _span(text: str) -> tuple[PartialDate, PartialDate | None] | None:
    date = parse_date(text)
    if date is not None:
        return date, None
    for between in _BETWEEN.finditer(text):
        start, end = parse_date(text[: between.start()]), parse_date(text[between.end() :])
        if start is not None and end is not None:
            return start, end
    return None


def _shown(date: PartialDate) -> str:
    month = "" if date.month is None else f"{date.month}月"
    return f"{date.year}年{month}" + ("" if date.day is None else f"{date.day}日")


def first_day(date: PartialDate) -> datetime.date:
    """The first day that a date may mean."""
    return datetime.date(date.year, date.month or 1, date.day or 1)


def last_day(date: PartialDate) -> datetime.date:
    """The last day that it may mean."""
    if date.day is not None and date.month is not None:
        return datetime.date(date.year, date.month, date.day)
    year, month = (date.year + 1, 1) if date.month in (None, 12) else (date.year, (date.month or 0) + 1)
    return datetime.date(year, month, 1) - datetime.timedelta(days=1)


def same_period(one: Period, other: Period) -> bool:
    """Whether both say the same; the first of a month is the month, as `PartialDate.to_the_month` has it."""
    return _rounded(one) == _rounded(other)


def _rounded(period: Period) -> tuple[object, ...]:
    end = None if period.end is None else period.end.to_the_month
    return period.start.to_the_month, end, period.planned, period.edge
