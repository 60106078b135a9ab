"""Small texts that all reports share: places, probabilities, dates, and strings fit for XML."""

from __future__ import annotations

import datetime
import re

from extractors.i18n import N_, _
from extractors.tables import Box
from pipeline.calls.call import CHINA
from pipeline.model import Severity, Verdict, Where
from pipeline.places import electronic_place

VERDICTS: dict[Verdict, str] = {
    Verdict.MATCH: N_("一致"),
    Verdict.MISMATCH: N_("不一致"),
    Verdict.UNSURE: N_("待确认"),
}
SEVERITIES: dict[Severity, str] = {
    Severity.ERROR: N_("错误"),
    Severity.WARNING: N_("注意"),
    Severity.INFO: N_("提示"),
}
MOST_UNBROKEN = 13
"""Characters of a number or a phone number that a table cell doesn't break."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text with every character that XML can't hold shown as U+FFFD, so that its loss is seen."""
    return _UNPRINTABLE.sub("\ufffd", text)


def verdict_text(verdict: Verdict) -> str:
    """一致, 不一致 or 待确认."""
    return _(VERDICTS[verdict])


def severity_text(severity: Severity) -> str:
    """错误, 注意 or 提示."""
    return _(SEVERITIES[severity])


def shown(text: str) -> str:
    """A value as it is quoted: an empty one has to be seen."""
    return text if text.strip() else _("（空）")


def is_short(text: str) -> bool:
    """Whether a table cell can keep this value on one line: numbers, dates, phone numbers."""
    return len(text) <= MOST_UNBROKEN and text.isascii()


def percent(probability: float) -> str:
    """A probability for people: never 0 % or 100 %, which no evidence gives."""
    if probability < 0.001:
        return "<0.1%"
    if probability > 0.999:
        return ">99.9%"
    return f"{probability * 100:.1f}%"


def scan_place(box: Box | None) -> str:
    """The page of the scan a value stands on."""
    return "" if box is None else _("第 {page} 页").format(page=box.page)


def place_text(where: Where | None) -> str:
    """Both places, as far as known."""
    if where is None:
        return ""
    parts = []
    if where.electronic:
        parts.append(_("电子版 {place}").format(place=electronic_place(where.electronic)))
    if where.scan:
        parts.append(_("扫描件 {place}").format(place=scan_place(where.scan)))
    return _("；").join(parts)


def in_china(moment: datetime.date | datetime.datetime) -> datetime.date | datetime.datetime:
    """A moment that knows its time zone, as clocks in China show it; others as they are."""
    return moment.astimezone(CHINA) if isinstance(moment, datetime.datetime) and moment.tzinfo else moment


def day(moment: datetime.date | datetime.datetime | None) -> str:
    """A date as letters write it: 2024年10月15日."""
    if moment is None:
        return ""
    moment = in_china(moment)
    return _("{year}年{month}月{day}日").format(year=moment.year, month=moment.month, day=moment.day)


def minute(moment: datetime.date | datetime.datetime | None) -> str:
    """A date with its time, where it has one: 2024-10-15 09:30."""
    if moment is None:
        return ""
    moment = in_china(moment)
    return moment.strftime("%Y-%m-%d %H:%M") if isinstance(moment, datetime.datetime) else moment.isoformat()
