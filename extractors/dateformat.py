"""What a spreadsheet shows for a date or time under a number format."""

from __future__ import annotations

import datetime
import re

from extractors.formats import TOKEN, literal, sections_of

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = "一二三四五六日"
_CHINESE_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


def shown_date(value: datetime.date | datetime.time, number_format: str) -> str:
    """The text of a date or time under a format."""
    section = sections_of(number_format)[0]
    tokens = list(TOKEN.finditer(section))
    if "general" in section.lower() or not any(t["date"] for t in tokens):
        return value.isoformat() if isinstance(value, datetime.time) else f"{value.year}/{value.month}/{value.day}"
    in_words = re.search(r"\[DBNum1\]", section, re.IGNORECASE) is not None
    shown, hours = "", any(t["noon"] for t in tokens)
    for i, token in enumerate(tokens):
        if token["date"]:
            minute = _is_minute(tokens, i)
            part = _date_part(value, token["date"].lower(), minute, hours)
            shown += _in_words(part) if in_words and not minute and part.isdecimal() else part
        elif token["noon"]:
            words = ("AM", "PM") if token["noon"].isascii() else ("上午", "下午")
            shown += words[getattr(value, "hour", 0) >= 12]
        elif not token["digits"]:
            shown += literal(token)
    return shown.translate(_CHINESE_DIGITS) if in_words else shown


def _in_words(part: str) -> str:
    """15 → 十五, as [DBNum1] shows months and days; years keep a digit for each (二〇二一)."""
    if len(part) > 2 or int(part) < 10:
        return part
    tens, ones = divmod(int(part), 10)
    return ("" if tens == 1 else str(tens)) + "十" + (str(ones) if ones else "")


def _is_minute(tokens: list[re.Match[str]], i: int) -> bool:
    """An m is a minute right behind an hour or before a second."""
    parts = [(j, t["date"].lower()) for j, t in enumerate(tokens) if t["date"]]
    place = next(k for k, (j, _) in enumerate(parts) if j == i)
    before = parts[place - 1][1] if place else ""
    after = parts[place + 1][1] if place + 1 < len(parts) else ""
    return before.startswith("h") or after.startswith("s")


def _date_part(value: datetime.date | datetime.time, token: str, minute: bool, twelve: bool) -> str:
    hour, minutes, seconds = (getattr(value, name, 0) for name in ("hour", "minute", "second"))
    if token[0] == "h":
        return f"{(hour % 12 or 12) if twelve else hour:0{min(len(token), 2)}}"
    if token[0] == "s":
        return f"{seconds:0{min(len(token), 2)}}"
    if token[0] == "m" and minute:
        return f"{minutes:0{min(len(token), 2)}}"
    if isinstance(value, datetime.time):
        return ""
    if token[0] in "ye":
        return f"{value.year % 100:02}" if len(token) == 2 and token[0] == "y" else f"{value.year}"
    if token[0] == "m":
        return _MONTHS[value.month - 1] if len(token) >= 3 else f"{value.month:0{min(len(token), 2)}}"
    if token[0] == "d":
        return f"{value.day:0{min(len(token), 2)}}" if len(token) <= 2 else _WEEKDAYS[value.weekday()]
    if token[0] == "a":
        return ("星期" if len(token) == 4 else "") + _WEEKDAYS[value.weekday()]
    return ""
