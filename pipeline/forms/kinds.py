"""The kinds of a field: what a text of a kind says, how it may be printed, and which characters it can hold.

Values are compared by the kind of their field and never by a general rule: one that reads ``7630.00`` as a date makes
a false flag, and so does one that takes ``1692.83`` for a month.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from extractors.tables import Value
from pipeline.forms.codes import ALPHABET, normal_code
from pipeline.forms.dates import date_forms, normal_date, of_value, parse_date
from pipeline.forms.numbers import normal_number, number_forms, parse_number, units_named
from pipeline.forms.text import fold, squeeze, widen
from pipeline.forms.yesno import parse_yes_no, show_yes_no


class Kind(StrEnum):
    """What a field holds."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    CODE = "code"
    ENUMERATION = "enumeration"
    YESNO = "yesno"
    ORGANISATION = "organisation"
    PLACE = "place"
    PHONE = "phone"
    TEXT = "text"
    ROW_NUMBER = "row-number"


NUMERIC = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.ROW_NUMBER})
MOST_FORMS = 10
"""A hypothesis costs one forward pass over the cell's evidence."""

_DIGITS = frozenset("0123456789０１２３４５６７８９")
_EMPTY = frozenset("-/—无")
_CHARACTERS: dict[Kind, frozenset[str]] = {
    Kind.INTEGER: _DIGITS | frozenset(",，.．+%％约") | _EMPTY,
    Kind.DECIMAL: _DIGITS | frozenset(",，.．+%％约") | _EMPTY,
    Kind.ROW_NUMBER: _DIGITS | frozenset(".、()（）-"),
    Kind.DATE: _DIGITS | frozenset("年月日号份.．-—－~～至到/预计拟底前初()（）〇零○一二三四五六七八九十") | _EMPTY,
    Kind.CODE: frozenset(ALPHABET),
    Kind.PHONE: _DIGITS | frozenset("-—－()（）+ 转、,，;；/:："),
}


def normal_form(text: str, kind: str, unit: str | None = None, header: str = "") -> str:
    """A canonical text, equal for two values if and only if they say the same.

    `unit` is the form's unit of the field and `header` the column's header as printed; a unit that either names and
    the value repeats is dropped. A text that isn't of its kind is folded as a text, so a misread number still compares.
    """
    match Kind(kind):
        case Kind.ROW_NUMBER:
            return normal_number(fold(text).strip(".、()-"), unit, header)
        case Kind.INTEGER | Kind.DECIMAL:
            return normal_number(text, unit, header)
        case Kind.DATE:
            return normal_date(text)
        case Kind.CODE:
            return normal_code(text)
        case Kind.YESNO:
            said = parse_yes_no(text)
            return fold(text) if said is None else show_yes_no(said)
        case _:
            return fold(text)


def printed_forms(text: str, value: Value, kind: str, unit: str | None = None, header: str = "") -> list[str]:
    """How an electronic value may reasonably stand on the print while saying the same; at most `MOST_FORMS`.

    The first is the text as written without white space; all have the same normal form. They are hypotheses to be
    scored against the image of a cell, not readings.
    """
    written = squeeze(text)
    forms = [written]
    if kind == Kind.DATE:
        date = parse_date(text) or (of_value(value) if isinstance(value, datetime.date) else None)
        forms += date_forms(date) if date else []
    elif kind in NUMERIC:
        number = _number(text, value, unit, header)
        forms += number_forms(number, _shown_unit(unit, header)) if number is not None else []
    elif kind == Kind.CODE:
        forms += [normal_code(text)]
    narrow = fold(text)
    forms += [narrow, widen(narrow), widen(written)]
    same = normal_form(text, kind, unit, header)
    return [f for f in dict.fromkeys(forms) if normal_form(f, kind, unit, header) == same][:MOST_FORMS]


def _number(text: str, value: Value, unit: str | None, header: str) -> Decimal | None:
    """The number as shown; only where nothing is shown, the number as stored."""
    if squeeze(text):
        return parse_number(text, unit, header)
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def _shown_unit(unit: str | None, header: str) -> str | None:
    names = units_named(unit, header)
    return unit if unit in names else next(iter(sorted(names)), None)


def allowed_characters(kind: str, unit: str | None = None) -> frozenset[str] | None:
    """The characters that a cell of the kind can hold, for decoding; None where any may stand.

    `unit` adds the characters of a unit that senders repeat behind the number.
    """
    characters = _CHARACTERS.get(Kind(kind))
    if characters is None or not unit or kind not in NUMERIC:
        return characters
    return characters.union(*units_named(unit, ""))


def guess_kind(header: str, texts: Sequence[str]) -> Kind:
    """The kind of a column that the form doesn't know, from its header and the electronic copy's values.

    Both have to agree for a date, since four digits, a dot and two digits are a number anywhere else.
    """
    said = [t for t in texts if squeeze(t)]
    if not said:
        return Kind.TEXT
    name = squeeze(header)
    if re.search(r"时间|日期|年月|年份|起止", name) and _most(parse_date(t) is not None for t in said):
        return Kind.DATE
    if _most(parse_number(t, None, header) is not None and not _like_a_name(t) for t in said):
        return Kind.DECIMAL
    return Kind.TEXT


def _like_a_name(text: str) -> bool:
    """Digits that name something (a phone, a code): a leading zero or more than ten digits without a separator."""
    digits = fold(text)
    return digits.isdigit() and (len(digits) > 10 or (len(digits) > 1 and digits[0] == "0"))


def _most(flags: Iterable[bool]) -> bool:
    listed = list(flags)
    return sum(listed) >= 0.8 * len(listed)
