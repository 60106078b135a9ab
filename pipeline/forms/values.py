"""Every kind of a field as a value: parsed from a cell, printed in its normal way, compared with another.

`normal_form` (in `kinds`) says whether two texts are one, and decides every match. What this module adds is why two
that differ may still mean the same, and whether one is the other rounded. It never makes a match.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from extractors.tables import Value
from pipeline.forms.choices import parse_choices, show_choices
from pipeline.forms.codes import is_code, normal_code
from pipeline.forms.form import Field
from pipeline.forms.kinds import Kind, normal_form
from pipeline.forms.organisations import Organisation, parse_organisation
from pipeline.forms.periods import Period, parse_period, same_period
from pipeline.forms.phones import Phone, parse_phones, show_phones
from pipeline.forms.places import Place, parse_place
from pipeline.forms.quantities import Quantity, parse_quantity, rounded, same_quantity
from pipeline.forms.text import fold
from pipeline.forms.yesno import parse_yes_no, show_yes_no

Meaning = Quantity | Period | Place | Organisation | bool | tuple[Phone, ...] | tuple[str, ...] | str
"""What a cell says, by its kind: INTEGER, DECIMAL and ROW_NUMBER a quantity, DATE a period, YESNO a bool, PHONE phones,
ENUMERATION entries of the vocabulary, CODE and TEXT a text."""


@dataclass(frozen=True)
class Column:
    """What of a column matters for the meaning of its cells."""

    kind: Kind
    unit: str | None = None
    header: str = ""
    values: tuple[str, ...] = ()

    @classmethod
    def of(cls, field: Field, header: str = "") -> Column:
        """The column of a form's field under a header."""
        return cls(field.kind, field.unit, header, field.values)


class Likeness(StrEnum):
    """How two values compare."""

    SAME = "same"
    """In all but their clothes: their normal forms are one."""
    EQUIVALENT = "equivalent"
    """Said otherwise, by a rule without any doubt: 0.5亿元 and 5000万元, √ and 是, 苏州 and 苏州市."""
    ROUNDED = "rounded"
    """One is the other rounded to fewer figures. They differ."""
    DIFFERENT = "different"


def parse(text: str, column: Column, value: Value = None) -> Meaning | None:
    """What a cell means, None where it is empty or not of its column's kind. Never raises, whatever stands there."""
    match column.kind:
        case Kind.INTEGER | Kind.DECIMAL:
            return parse_quantity(text, value, column.unit, column.header)
        case Kind.ROW_NUMBER:
            number = parse_quantity(fold(text).strip(".、()-"), value)
            return number if number is not None and number.exact and number.low >= 0 else None
        case Kind.DATE:
            return parse_period(text, value)
        case Kind.YESNO:
            return parse_yes_no(text, value)
        case Kind.PHONE:
            return parse_phones(text)
        case Kind.CODE:
            return normal_code(text) if is_code(text) else None
        case Kind.PLACE:
            return parse_place(text)
        case Kind.ORGANISATION:
            return parse_organisation(text)
        case Kind.ENUMERATION if column.values:
            return parse_choices(text, column.values)
        case _:
            return fold(text) or None


def show(meaning: Meaning) -> str:
    """The normal print of a value; parsing it gives the value again."""
    if isinstance(meaning, bool):
        return show_yes_no(meaning)
    if isinstance(meaning, str):
        return meaning
    if isinstance(meaning, tuple):
        phones = tuple(each for each in meaning if isinstance(each, Phone))
        return show_phones(phones) if phones else show_choices([str(each) for each in meaning])
    return meaning.show()


def compare(one: str, other: str, column: Column, value: Value = None, other_header: str | None = None) -> Likeness:
    """How two texts of one column compare; symmetric but for the typed value, which belongs to the first.

    Args:
        one: as written in the electronic copy.
        other: as printed.
        column: of the first; a unit in its header holds for the first only.
        value: the first's typed value.
        other_header: the second's header, where it has one of its own.
    """
    header = column.header if other_header is None else other_header
    kind, unit = column.kind, column.unit
    if header == column.header and normal_form(one, kind, unit, header) == normal_form(other, kind, unit, header):
        return Likeness.SAME
    theirs = Column(kind, unit, header, column.values)
    a, b = parse(one, column, value), parse(other, theirs)
    if a is None or b is None:
        return Likeness.DIFFERENT
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        if same_quantity(a, b):
            return Likeness.EQUIVALENT
        return Likeness.ROUNDED if rounded(a, b) else Likeness.DIFFERENT
    if isinstance(a, Period) and isinstance(b, Period):
        return Likeness.EQUIVALENT if same_period(a, b) else Likeness.DIFFERENT
    if isinstance(a, tuple) and isinstance(b, tuple):
        return Likeness.EQUIVALENT if set(a) == set(b) else Likeness.DIFFERENT
    return Likeness.EQUIVALENT if a == b else Likeness.DIFFERENT
