"""Numbers as letters write them: 20, 二十, 贰拾, 十二(12)."""

from __future__ import annotations

import re

NUMERALS = "〇零○一二两三四五六七八九十百壹贰叁肆伍陆柒捌玖拾佰"
_PLAIN = str.maketrans("零○两壹贰叁肆伍陆柒捌玖拾佰", "〇〇二一二三四五六七八九十百")
_ONES = "〇一二三四五六七八九"
_MOST = 999
"""A department reports dozens of platforms; a greater number is two numbers run together."""


def value_of(written: str) -> int | None:
    """The number that is written, in digits, numerals or one in brackets behind the other; None where unclear."""
    both = re.fullmatch(r"(.+)\((.+)\)", written)
    if both:
        first, second = value_of(both[1]), value_of(both[2])
        return first if first == second else None
    if re.fullmatch(r"[1-9]\d*", written):
        return int(written) if int(written) <= _MOST else None
    plain = written.translate(_PLAIN)
    if "〇" in plain and re.fullmatch(f"[{_ONES}]{{2,3}}", plain) and plain[0] != "〇":
        return int("".join(str(_ONES.index(c)) for c in plain))
    one = "[一二三四五六七八九]"
    match = re.fullmatch(f"(?:({one})百〇?)?(?:({one}?)(十))?({one})?", plain)
    if not plain or match is None:
        return None
    hundreds, tens, ten, ones = match.groups()
    return 100 * _one(hundreds) + (10 * _one(tens or "一") if ten else 0) + _one(ones)


def _one(numeral: str | None) -> int:
    return _ONES.index(numeral) if numeral else 0
