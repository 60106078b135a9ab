"""What a cell with a number means: the number, its unit, whether it is exact, and how two of them compare.

A form compares numbers as they are written (`numbers`). This module says what they mean, so that a reviewer can be told
that 0.5亿元 and 5000 under （万元） are one amount, or that 1234.6 is 1234.56 rounded. No difference of digits is
explained away by it: what is only about a number, or of another number, stays different.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from extractors.tables import Value
from pipeline.forms.numbers import canonical, unit_of_header
from pipeline.forms.numerals import PATTERN as NUMERAL
from pipeline.forms.numerals import parse_numeral, parse_yuan
from pipeline.forms.text import fold

ABOUT = "约"
NEARLY = "近"
OVER = "余"
"""A little more: 100余."""
FROM = "以上"
UP_TO = "以下"
_BEFORE = {
    "约": ABOUT, "大约": ABOUT, "约为": ABOUT, "大概": ABOUT, "近": NEARLY, "将近": NEARLY, "接近": NEARLY,
    "超过": FROM, "超": FROM, "逾": FROM, "不少于": FROM, "不低于": FROM, "至少": FROM, ">": FROM, "≥": FROM,
    ">=": FROM,
    "不超过": UP_TO, "不高于": UP_TO, "至多": UP_TO, "<": UP_TO, "≤": UP_TO, "<=": UP_TO,
}  # fmt: skip
_AFTER = {
    "左右": ABOUT, "上下": ABOUT, "余": OVER, "多": OVER, "以上": FROM, "及以上": FROM, "+": FROM,
    "以下": UP_TO, "以内": UP_TO, "及以下": UP_TO,
}  # fmt: skip
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
           "亿": 10**8, "十亿": 10**9, "百亿": 10**10, "万亿": 10**12}  # fmt: skip

# Base units: dimension and size. A mu is a fifteenth of a hectare (GB 3100-1993, note on units in use beside the SI).
_BASES: dict[str, tuple[str, Fraction]] = {
    "元": ("money", Fraction(1)),
    "平方米": ("area", Fraction(1)),
    "亩": ("area", Fraction(10000, 15)),
    "公顷": ("area", Fraction(10**4)),
    "平方公里": ("area", Fraction(10**6)),
    "台套": ("equipment", Fraction(1)),
    "人": ("people", Fraction(1)),
    "家": ("bodies", Fraction(1)),
    "项": ("items", Fraction(1)),
    "次": ("times", Fraction(1)),
    "家次": ("visits", Fraction(1)),
    "件": ("pieces", Fraction(1)),
    "吨": ("mass", Fraction(1)),
    "%": ("share", Fraction(1, 100)),
}
_SYNONYMS = {
    "圆": "元", "元人民币": "元", "人民币": "元", "平米": "平方米", "m2": "平方米", "平方": "平方米", "km2": "平方公里",
    "台/套": "台套", "台(套)": "台套", "台、套": "台套", "台": "台套", "套": "台套", "台件": "台套", "台/件": "台套",
    "名": "人", "位": "人", "户": "家", "亩地": "亩",
}  # fmt: skip
_ANY_COUNT = "个"
"""Counts whatever the header counts."""
_UNITS = sorted({*_BASES, *_SYNONYMS, _ANY_COUNT}, key=len, reverse=True)
_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_UNIT = "|".join(re.escape(u) for u in _UNITS)
_WORDS_AFTER = "|".join(re.escape(w) for w in sorted(_AFTER, key=len, reverse=True))
_WORDS_BEFORE = "|".join(re.escape(w) for w in sorted(_BEFORE, key=len, reverse=True))


def _end(name: str, inner: str = "") -> str:
    """The pattern of one end of a range, with what may stand between figures and scale (100余万)."""
    return rf"(?P<{name}>{_NUMBER}|{NUMERAL}){inner}(?P<{name}_scale>[十百千万亿]{{0,2}})"


_WHOLE = re.compile(
    rf"(?:人民币|¥)?(?P<before>{_WORDS_BEFORE})?(?:人民币|¥)?{_end('low', '(?P<inner>余|多)?')}"
    rf"(?P<later>余|多)?(?P<low_unit>{_UNIT})?(?:(?:-|~|至|到){_end('high')}(?P<unit>{_UNIT})?)?"
    rf"(?P<after>{_WORDS_AFTER})?[整正]?"
)


@dataclass(frozen=True)
class Quantity:
    """A number or a range of two, with its unit."""

    low: Decimal
    """In `unit`."""
    high: Decimal | None = None
    """The other end of a range, in `unit`."""
    unit: str = ""
    """Such as 万元; empty where neither the cell nor its column names one."""
    about: str = ""
    """One of the words of this module where the number is not exact."""

    @property
    def exact(self) -> bool:
        """Whether it says one number and no more."""
        return self.high is None and not self.about

    def show(self) -> str:
        """The normal print: 约5000万元, 100~200万元, 30人以上."""
        number = canonical(self.low) + ("" if self.high is None else f"~{canonical(self.high)}")
        before = self.about if self.about in (ABOUT, NEARLY) else ""
        inner = self.about if self.about == OVER else ""
        return before + number + inner + self.unit + (self.about if not before and not inner else "")

    def in_base(self) -> tuple[str, Fraction, Fraction]:
        """Dimension, and both ends in its base unit (元, 平方米)."""
        dimension, size = size_of(self.unit)
        low = Fraction(self.low) * size
        return dimension, low, low if self.high is None else Fraction(self.high) * size


@lru_cache(maxsize=1024)
def size_of(unit: str) -> tuple[str, Fraction]:
    """The dimension of a unit and its size in the base unit; a unit of its own where it isn't known."""
    for scale in sorted(_SCALES, key=len, reverse=True):
        base = unit.removeprefix(scale)
        if unit.startswith(scale) and base in _BASES:
            dimension, size = _BASES[base]
            return dimension, size * _SCALES[scale]
    return unit, Fraction(1)


@lru_cache(maxsize=1024)
def usual_unit(unit: str) -> str:
    """One name for the names of a unit: m2 and 平米 are 平方米, 台/套 is 台套, 万元人民币 is 万元."""
    folded = fold(unit).removeprefix("人民币")
    for name in _UNITS:
        scale = folded.removesuffix(name)
        if folded.endswith(name) and scale in _SCALES:
            return scale + _SYNONYMS.get(name, name)
    return folded


def parse_quantity(text: str, value: Value = None, unit: str | None = None, header: str = "") -> Quantity | None:
    """What a cell's number means, None where it says something else.

    Args:
        text: as written or shown.
        value: the typed value, which counts only where nothing is written.
        unit: the form's unit of the field.
        header: the column's header, whose unit goes before the form's.
    """
    folded = fold(text)
    own = usual_unit(unit_of_header(header) or unit or "")
    if not folded and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _finite(value, own)
    amount = parse_yuan(folded)
    if amount is not None:
        return Quantity(amount, unit="元")
    match = _WHOLE.fullmatch(folded)
    if match is None:
        return None
    written = match["unit"] or match["low_unit"] or ""
    words = [w for w in (match["before"], match["inner"], match["later"], match["after"]) if w]
    if len(words) > 1 or (match["unit"] and match["low_unit"] and match["unit"] != match["low_unit"]):
        return None
    about = {**_BEFORE, **_AFTER}[words[0]] if words else ""
    low, high = _amount(match, "low"), _amount(match, "high")
    if low is None or (match["high"] is not None and high is None):
        return None
    if written == _ANY_COUNT and size_of(own)[0] in ("money", "area", "mass", "share"):
        return None
    if high is not None and low.scale and not high.scale:
        return None  # 5万~8
    return _in_unit(low, high, written, own, about)


def _finite(value: int | float | Decimal, unit: str) -> Quantity | None:
    number = Decimal(str(value))
    return Quantity(number, unit=unit) if number.is_finite() else None


@dataclass(frozen=True)
class _Amount:
    number: Decimal
    scale: str
    """Written behind the figures: 万 of 500万."""
    in_words: bool
    """A numeral that holds 万 or 亿 itself."""


def _amount(match: re.Match[str], end: str) -> _Amount | None:
    written = match[end]
    if written is None:
        return None
    if written[0] in "+-0123456789":
        scale = match[f"{end}_scale"] or ""
        return _Amount(Decimal(written.replace(",", "")), scale, False) if scale in _SCALES else None
    numeral = written + (match[f"{end}_scale"] or "")
    number = parse_numeral(numeral)
    return None if number is None else _Amount(number, "", bool(set("万亿萬億") & set(numeral)))


def _in_unit(low: _Amount, high: _Amount | None, written: str, own: str, about: str) -> Quantity | None:
    """The amounts in the unit that the cell writes, else the column's.

    100~200万元 means 万元 at both ends. 500万 under （万元） is 500万元, as 三千万 is: the base unit is left out.
    """
    last = high or low
    scale, number = last.scale, low.number
    if high is not None and low.scale not in ("", scale):
        number = low.number * _SCALES[low.scale] / _SCALES[scale]
    base = _base_of(written, own, bool(scale) or last.in_words)
    unit = scale + base if (scale + base) and size_of(scale + base)[0] != scale + base else None
    if unit is None:
        if scale:  # 3千 with no unit known
            factor = _SCALES[scale]
            return Quantity(number * factor, None if high is None else high.number * factor, base, about)
        unit = base
    return Quantity(number, None if high is None else high.number, unit, about)


def _base_of(written: str, own: str, scaled: bool) -> str:
    """The unit without what stands as a scale: as the cell writes it, else as the column has it."""
    if written and written != _ANY_COUNT:
        return _SYNONYMS.get(written, written)
    bare = next((own.removeprefix(s) for s in ("万亿", "百万", "千万", "亿", "万") if own.startswith(s)), own)
    return bare if scaled else own


def rounded(one: Quantity, other: Quantity) -> bool:
    """Whether one of two exact numbers is the other rounded to its own last figure; not where they are equal.

    1234.6 and 1235 are 1234.56 rounded, 1234.5 is not: it was cut.
    """
    if not (one.exact and other.exact) or size_of(one.unit)[0] != size_of(other.unit)[0]:
        return False
    coarse, fine = sorted((one, other), key=last_figure, reverse=True)
    step, a, b = last_figure(coarse), coarse.in_base()[1], fine.in_base()[1]
    return a != b and step > last_figure(fine) and abs(a - b) <= step / 2


def last_figure(quantity: Quantity) -> Fraction:
    """What one in the last written figure is worth in the base unit; noughts at the end of a whole number count."""
    decimals = len(canonical(quantity.low).partition(".")[2])
    return Fraction(1, 10**decimals) * size_of(quantity.unit)[1]


def same_quantity(one: Quantity, other: Quantity) -> bool:
    """Whether both mean the same, whatever the unit: 0.5亿元 and 5000万元."""
    return one.about == other.about and one.in_base() == other.in_base()
