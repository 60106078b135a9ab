"""Numbers as forms print them: thousands separators, trailing zeros, a unit that the header names already."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.forms.text import fold

_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_POINTS = re.compile(r"(?P<whole>[-+]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+)\.(?P<decimals>[0-9]{1,2}|[0-9]{4,})")
_AROUND = re.compile(rf"(?P<before>[^\d+-]*)(?P<number>{_NUMBER.pattern})(?P<after>m[23]|\D*)")

# Signs that say the same unit. A value never changes by its unit here: 亿元 beside 万元 is another text, not a
# number to be converted, because a reviewer has to see that the sender mixed units.
_SAME_UNITS: tuple[frozenset[str], ...] = (
    frozenset({"平方米", "平米", "m2"}),
    frozenset({"万元", "万元人民币", "人民币万元"}),
    frozenset({"元", "元人民币"}),
    frozenset({"人", "名", "位"}),
    frozenset({"家", "户", "个"}),
    frozenset({"台/套", "台套", "台(套)", "台、套", "台", "套", "台件", "台/件"}),
    frozenset({"项", "个"}),
    frozenset({"年", "年份"}),
)


def units_named(unit: str | None, header: str) -> frozenset[str]:
    """Every way to write the unit that the header names, or else the form's unit of the field.

    A unit in the header's brackets wins over the form's: under （元） the value 12万元 is not 12.
    """
    bracketed = re.findall(r"[(（]([^()（）]{1,8})[)）]", header)
    named = {fold(b).removeprefix("单位:") for b in bracketed} & _known()
    if not named and unit:
        named = {fold(unit)}
    return frozenset(named).union(*(group for group in _SAME_UNITS if group & named))


def unit_of_header(header: str) -> str | None:
    """The unit as the header's brackets write it, None where they hold none."""
    bracketed = [fold(b).removeprefix("单位:") for b in re.findall(r"[(（]([^()（）]{1,8})[)）]", header)]
    return next((unit for unit in bracketed if unit in _known()), None)


def _known() -> frozenset[str]:
    return frozenset({"%", "亿元", "次", "家次", "件", "平方公里", "亩", "吨"}).union(*_SAME_UNITS)


def parse_number(text: str, unit: str | None = None, header: str = "") -> Decimal | None:
    """The number a cell says, or None where it says anything beside one (a unit that the header names is no more)."""
    match = _AROUND.fullmatch(fold(text))
    if match is None or match["before"] or (match["after"] and match["after"] not in units_named(unit, header)):
        return None
    return Decimal(match["number"].replace(",", ""))


def with_separators(text: str) -> str:
    """A number with several points, all but the last of them commas: no number has two (``3.578.6`` is 3,578.6).

    Where three digits stand behind the last point as well it may be a comma too, and the text stays as it is.
    """
    match = _POINTS.fullmatch(text)
    return f"{match['whole'].replace('.', ',')}.{match['decimals']}" if match and "." in match["whole"] else text


def canonical(number: Decimal) -> str:
    """The number without exponent, separators or trailing zeros: ``12850.5``. However long, no figure is lost."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", "+0"} else text


def normal_number(text: str, unit: str | None, header: str) -> str:
    """The canonical form of a numeric cell; words and other units around the number stay (``约12``, ``1.5亿元``)."""
    folded = fold(text)
    match = _AROUND.fullmatch(folded)
    if match is None:
        return folded
    after = "" if match["after"] in units_named(unit, header) else match["after"]
    return match["before"] + canonical(Decimal(match["number"].replace(",", ""))) + after


def number_forms(number: Decimal, unit: str | None) -> list[str]:
    """The ways a print may show the number, likeliest first: separators, two decimals, the unit behind it."""
    plain = canonical(number)
    decimals = len(plain.partition(".")[2])
    forms = [plain, f"{number:,.{decimals}f}"]
    if decimals < 2:
        forms += [f"{number:.2f}", f"{number:,.2f}"]
    if decimals == 0:
        forms += [f"{number:.1f}"]
    if unit:
        forms += [plain + unit]
    return forms
