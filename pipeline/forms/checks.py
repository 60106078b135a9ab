"""What can be said of a value without a second copy: missing, malformed, not allowed, a wrong check character."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.i18n import N_
from pipeline.forms.codes import code_check_ok, is_code
from pipeline.forms.dates import normal_date, parse_date
from pipeline.forms.form import Field
from pipeline.forms.kinds import Kind
from pipeline.forms.numbers import parse_number
from pipeline.forms.text import fold
from pipeline.model import Severity

KIND_NAMES: dict[Kind, str] = {
    Kind.INTEGER: N_("整数"),
    Kind.DECIMAL: N_("数字"),
    Kind.DATE: N_("年月"),
    Kind.CODE: N_("18 位统一社会信用代码"),
    Kind.ENUMERATION: N_("可选项"),
    Kind.YESNO: N_("“是”或“否”"),
    Kind.ORGANISATION: N_("名称"),
    Kind.PLACE: N_("地点"),
    Kind.PHONE: N_("电话号码"),
    Kind.TEXT: N_("文字"),
    Kind.ROW_NUMBER: N_("序号"),
}
"""What a value should be, for the text of value-malformed; to be translated with ``_()``."""

_NOTHING = frozenset({"", "-", "--", "/", "\\", "无", "暂无", "空", "N/A"})
_YES_NO = frozenset({"是", "否", "√", "×", "有", "无", "Y", "N"})
_PHONE = re.compile(
    r"(?:\+?86-?)?(?:\(?0?\d{2,4}\)?-?)?\d{7,8}(?:(?:-|转)\d{1,6})?|(?:\+?86-?)?1\d{10}|[48]00-?\d{3}-?\d{4}"
)
_DATE_INSIDE = re.compile(r"\d{4}(?:-\d{2}){0,2}(?:/\d{4}(?:-\d{2}){0,2})?")


@dataclass(frozen=True)
class Problem:
    """Something wrong with one value; becomes a finding with the row, the record's name and the header added."""

    code: str
    """A key of `pipeline.findings.CODES`."""
    severity: Severity
    kind: str = ""
    """What the value should be, a key for ``_()``; fills {kind}."""


def problem_of(text: str, field: Field, header: str = "") -> Problem | None:
    """What is wrong with a field's value as written, or None.

    All are warnings: the sender is asked, but no value is changed and nothing is held back for it. A wrong check
    character in particular is common in practice (old codes, a slip of the hand in both copies).
    """
    folded = fold(text)
    if folded in _NOTHING and not (field.kind is Kind.YESNO and folded == "无"):
        return Problem("value-missing", Severity.WARNING) if field.required else None
    if field.kind is Kind.CODE and is_code(text):
        return None if code_check_ok(text) else Problem("code-check-wrong", Severity.WARNING)
    if malformed(text, field, header):
        return Problem("value-malformed", Severity.WARNING, KIND_NAMES[field.kind])
    if not allowed(text, field):
        return Problem("value-not-allowed", Severity.WARNING)
    return None


def malformed(text: str, field: Field, header: str = "") -> bool:
    """Whether a value that isn't empty isn't of its field's kind."""
    folded = fold(text)
    match field.kind:
        case Kind.INTEGER:
            number = parse_number(text, field.unit, header)
            return number is None or number != number.to_integral_value() or number < 0
        case Kind.DECIMAL:
            number = parse_number(text, field.unit, header)
            return number is None or number < 0
        case Kind.DATE:
            return parse_date(text) is None and not _DATE_INSIDE.search(normal_date(text))
        case Kind.CODE:
            return not is_code(text)
        case Kind.PHONE:
            parts = [p for p in re.split(r"[、,;/]", folded) if p]
            return not all(_PHONE.fullmatch(p) for p in parts)
        case Kind.YESNO:
            return folded.upper() not in _YES_NO
        case _:
            return False


def allowed(text: str, field: Field) -> bool:
    """Whether a value is in its field's vocabulary; anything is where the vocabulary is open or there is none."""
    if field.kind is not Kind.ENUMERATION or field.open or not field.values:
        return True
    return fold(text) in {fold(value) for value in field.values}
