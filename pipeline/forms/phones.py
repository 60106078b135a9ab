"""Telephone numbers as forms hold them: mobiles, landlines with area code and extension, several in one cell."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.forms.text import fold

_COUNTRY = r"(?:\+?86|0086)?-?"
_EXTENSION = r"(?:(?:-|转|\*|#|EXT\.?|ext\.?|分机:?)(?P<extension>\d{1,6}))?"
_PATTERNS = (
    re.compile(rf"{_COUNTRY}(?P<number>1[3-9]\d-?\d{{4}}-?\d{{4}})"),
    re.compile(rf"(?P<number>[48]00-?\d{{3}}-?\d{{4}}|[48]00-?\d{{4}}-?\d{{3}}){_EXTENSION}"),
    # Area codes: 010 and 02x of three figures, all others of four (numbering plan of 工信部电管〔2010〕).
    re.compile(rf"{_COUNTRY}\(?(?P<area>0?10|0?2\d|0?[3-9]\d{{2}})\)?-?(?P<number>[2-9]\d{{2,3}}-?\d{{4}}){_EXTENSION}"),
    re.compile(rf"(?P<number>[2-9]\d{{6,7}}){_EXTENSION}"),
)
_LABEL = re.compile(r"^(?:手机|电话|座机|办公电话|办公室|移动电话|联系电话|固话)(?:号码?)?:?")


@dataclass(frozen=True)
class Phone:
    """One telephone number."""

    number: str
    """Without area code and signs."""
    area: str = ""
    """With its 0; empty for mobiles, 400 numbers, and where it isn't said."""
    extension: str = ""

    def show(self) -> str:
        """The normal print: 13812345678, 0512-62881234-801."""
        return "-".join(part for part in (self.area, self.number, self.extension) if part)


def parse_phones(text: str) -> tuple[Phone, ...] | None:
    """The telephone numbers of a cell in its order, None where it holds anything else or nothing."""
    whole = _phone(fold(text))
    if whole is not None:
        return (whole,)
    pieces = [p for p in re.split(r"[、,;/，；\s]+", text) if fold(p)]
    phones = [_phone(fold(p)) for p in pieces]
    if not phones or None in phones:  # 138 1234 5678、0512 62881234: blanks inside numbers
        phones = [_phone(p) for p in re.split(r"[、,;/]", fold(text)) if p]
    found = tuple(p for p in phones if p is not None)
    return found if found and len(found) == len(phones) else None


def show_phones(phones: tuple[Phone, ...]) -> str:
    """The normal print of several numbers."""
    return "、".join(phone.show() for phone in phones)


def _phone(folded: str) -> Phone | None:
    bare = _LABEL.sub("", folded)
    for pattern in _PATTERNS:
        match = pattern.fullmatch(bare)
        if match is not None:
            groups = match.groupdict()
            area = groups.get("area") or ""
            number = match["number"].replace("-", "")
            if not area or len(number) >= 7:
                return Phone(number, "0" + area.lstrip("0") if area else "", groups.get("extension") or "")
    return None
