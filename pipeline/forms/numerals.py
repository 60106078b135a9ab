"""Chinese numerals as numbers: 一千二百, 三点五亿, and the capitals of amounts (壹仟贰佰万元整, 叁拾元伍角)."""

from __future__ import annotations

import re
from decimal import Decimal

_FIGURES = ("〇零○", "一壹幺", "二贰两弍", "三叁叄弎", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {sign: number for number, signs in enumerate(_FIGURES) for sign in signs}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
CHARACTERS = "".join((*_DIGITS, *_SMALL, *_LARGE))
"""Every character of a whole numeral."""
PATTERN = rf"[{CHARACTERS}]+(?:点[{''.join(_DIGITS)}]+[万亿]*)?"
"""Of a numeral inside a text."""
_PARTS = re.compile(rf"(?P<whole>[{CHARACTERS}]+)(?:点(?P<decimals>[{''.join(_DIGITS)}]+)(?P<scale>[万亿]*))?")
_YUAN = re.compile(
    rf"(?P<yuan>[{CHARACTERS}]+)[元圆](?:(?P<jiao>[{''.join(_DIGITS)}])角)?零?(?:(?P<fen>[{''.join(_DIGITS)}])分)?[整正]?"
)


def parse_numeral(text: str) -> Decimal | None:
    """The number that a text of Chinese numerals says, None where it says none or isn't well formed (十十, 五百千)."""
    match = _PARTS.fullmatch(text)
    if match is None:
        return None
    whole = _whole(match["whole"])
    if whole is None or match["decimals"] is None:
        return None if whole is None else Decimal(whole)
    scale = 1
    for sign in match["scale"] or "":
        scale *= _LARGE[sign]
    return Decimal(f"{whole}.{_row(match['decimals'])}") * scale


def parse_yuan(text: str) -> Decimal | None:
    """An amount in words that ends in 元, 角 or 分 (and 整), in 元; None where the text is none."""
    match = _YUAN.fullmatch(text.removeprefix("人民币").removeprefix(":"))
    yuan = None if match is None else _whole(match["yuan"])
    if match is None or yuan is None:
        return None
    return Decimal(f"{yuan}.{_DIGITS[match['jiao'] or '零']}{_DIGITS[match['fen'] or '零']}")


def _row(text: str) -> str:
    """Figures said one by one: 二〇二一 is 2021."""
    return "".join(str(_DIGITS[c]) for c in text)


def _whole(text: str) -> int | None:
    if all(c in _DIGITS for c in text):
        return int(_row(text))
    large = max((c for c in text if c in _LARGE), key=lambda c: _LARGE[c], default=None)
    if large is None:
        return _below_ten_thousand(text)
    at = max(i for i, c in enumerate(text) if _LARGE.get(c) == _LARGE[large])
    before, after = text[:at], text[at + 1 :]
    head = _whole(before) if before else None
    tail = _whole(after.lstrip("零〇")) if after.lstrip("零〇") else 0
    if head is None or tail is None or tail >= _LARGE[large] or (after and all(c in _DIGITS for c in after)):
        # 三万五 may be 35,000 or 30,005: not for a program to choose
        short = len(after) == 2 and after[0] in "零〇"
        if head is None or tail is None or not short:
            return None
    return head * _LARGE[large] + tail


def _below_ten_thousand(text: str) -> int | None:
    total, unit_before, digit = 0, 10**4, None
    for place, c in enumerate(text):
        if c in _SMALL:
            unit = _SMALL[c]
            if unit >= unit_before or (digit is None and not (unit == 10 and place == 0)) or digit == 0:
                return None
            total, unit_before, digit = total + (1 if digit is None else digit) * unit, unit, None
        elif digit is not None and digit != 0:
            return None
        else:
            digit = _DIGITS[c]
    if digit and unit_before > 10 and unit_before != 10**4 and not re.search(r"[零〇].$", text):
        return None  # 三百五: 350 or 305
    return total + (digit or 0)
