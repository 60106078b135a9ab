"""What a column of a filled file most likely holds, from its values: for a first form, that a person finishes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.forms.checks import malformed
from pipeline.forms.codes import is_code
from pipeline.forms.form import Field
from pipeline.forms.kinds import Kind
from pipeline.forms.numbers import parse_number, unit_of_header
from pipeline.forms.text import fold, squeeze

MOST = 0.8
"""Share of the values that must be of a kind for the column to be: some are slips, or say 无."""
FEWEST_TO_LIST = 4
"""Values from which on a list of choices can be told from texts."""
MOST_CHOICES = 12
LONGEST_CHOICE = 16
"""Characters; longer ones are sentences."""
REPEATED = 2.0
"""How often each choice must occur on average."""

_EMPTY = frozenset({"", "-", "--", "/", "无", "暂无"})
_YES_NO = frozenset({"是", "否", "√", "×", "Y", "N"})
_DATE_HEADER = re.compile(r"时间|日期|年月|年份|起止|周期|期限")
_PHONE_HEADER = re.compile(r"电话|手机|联系方式|座机|传真")
_PLACE_HEADER = re.compile(r"所在|地址|地点|地区|区县|城市|属地|位置")
_ORGANISATION_HEADER = re.compile(r"单位|企业|机构|公司|主体|名称")
_ORGANISATION = re.compile(
    r"(?:公司|集团|大学|学院|研究院|研究所|中心|厂|医院|协会|实验室|平台|基地|院|所|局|厅|委员会)(?:\(.*\))?$"
)
_UNIT = re.compile(r"[-+]?[\d,.]+(?P<unit>[^\d\s,.]{1,6})")


@dataclass(frozen=True)
class Guess:
    """What a column was taken for."""

    kind: Kind
    fitting: int
    """Values of that kind."""
    filled: int
    unit: str | None = None
    values: tuple[str, ...] = ()
    """The choices that were met, the most frequent first."""


def guess(header: str, texts: Sequence[str]) -> Guess:
    """The kind of a column, by its values and, where these leave several open, its header; text where nothing fits."""
    said = [text for text in texts if fold(text) not in _EMPTY]
    if not said:
        return Guess(Kind.TEXT, 0, 0)
    unit = unit_of_header(header) or _unit_of(said)
    numbers = [parse_number(text, unit, header) for text in said]
    if _counts_up(said):
        return Guess(Kind.ROW_NUMBER, len(said), len(said))
    tests: list[tuple[Kind, Callable[[str], bool]]] = [
        (Kind.CODE, is_code),
        (Kind.YESNO, lambda text: fold(text).upper() in _YES_NO),
        (Kind.DATE, lambda text: bool(_DATE_HEADER.search(header)) and _is_of(text, Kind.DATE)),
        (Kind.PHONE, lambda text: _is_phone(text, header)),
        (Kind.INTEGER, lambda text: _is_integer(text, unit, header)),
        (Kind.DECIMAL, lambda text: parse_number(text, unit, header) is not None),
        (Kind.DATE, lambda text: bool(re.search(r"\d{4}\s*[年./-]", text)) and _is_of(text, Kind.DATE)),
    ]
    for kind, test in tests:
        fitting = sum(map(test, said))
        if fitting >= MOST * len(said):
            if kind is Kind.INTEGER and any(n is not None and n != n.to_integral_value() for n in numbers):
                continue
            return Guess(kind, fitting, len(said), unit if kind in (Kind.INTEGER, Kind.DECIMAL) else None)
    return _of_words(header, said)


def _of_words(header: str, said: Sequence[str]) -> Guess:
    choices = Counter(squeeze(text) for text in said)
    organisations = sum(bool(_ORGANISATION.search(fold(text))) for text in said)
    if organisations >= MOST * len(said) and _ORGANISATION_HEADER.search(header):
        return Guess(Kind.ORGANISATION, organisations, len(said))
    if _PLACE_HEADER.search(header):
        return Guess(Kind.PLACE, len(said), len(said))
    short = all(len(choice) <= LONGEST_CHOICE for choice in choices)
    often = len(said) >= max(FEWEST_TO_LIST, REPEATED * len(choices))
    if short and often and 1 < len(choices) <= MOST_CHOICES:
        return Guess(Kind.ENUMERATION, len(said), len(said), values=tuple(c for c, _ in choices.most_common()))
    return Guess(Kind.TEXT, len(said), len(said))


def _is_of(text: str, kind: Kind) -> bool:
    return not malformed(text, Field(id="-", header="-", kind=kind))


def _is_phone(text: str, header: str) -> bool:
    """A phone by its shape, where it has one that no amount has or the header says so."""
    digits = re.sub(r"\D", "", fold(text))
    shaped = bool(re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}", digits)) or bool(_PHONE_HEADER.search(header))
    return shaped and _is_of(text, Kind.PHONE)


def _is_integer(text: str, unit: str | None, header: str) -> bool:
    number = parse_number(text, unit, header)
    return number is not None and number == number.to_integral_value() and "." not in fold(text)


def _unit_of(said: Sequence[str]) -> str | None:
    """The unit that most values repeat behind their number."""
    units = Counter(found["unit"] for text in said if (found := _UNIT.fullmatch(fold(text))))
    unit, count = units.most_common(1)[0] if units else ("", 0)
    return unit if count >= MOST * len(said) else None


def _counts_up(said: Sequence[str]) -> bool:
    numbers = [fold(text).strip(".、()") for text in said]
    return len(numbers) > 1 and numbers == [str(n) for n in range(1, len(numbers) + 1)]
