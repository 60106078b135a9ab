"""What can be said of a value without a second copy: missing, malformed, not allowed, a wrong check character."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.i18n import N_, _
from pipeline.forms.choices import parse_choices
from pipeline.forms.codes import code_check_ok, is_code, letters_not_used, likely_code, normal_code
from pipeline.forms.dates import normal_date, parse_date
from pipeline.forms.form import Field
from pipeline.forms.kinds import Kind
from pipeline.forms.numbers import parse_number
from pipeline.forms.phones import parse_phones
from pipeline.forms.text import fold, squeeze
from pipeline.forms.yesno import parse_yes_no
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

NOTHING = frozenset({"", "-", "--", "/", "\\", "无", "暂无", "空", "N/A"})
"""Folded texts that stand for an empty cell."""
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
    rule: str
    """Which rule it breaks: required, kind, vocabulary, single or check-character."""
    kind: str = ""
    """What the value should be, a key for ``_()``; fills {kind}."""


def problem_of(text: str, field: Field, header: str = "") -> Problem | None:
    """What is wrong with a field's value as written, or None.

    All are warnings: the sender is asked, but no value is changed and nothing is held back for it. A wrong check
    character in particular is common in practice (old codes, a slip of the hand in both copies).
    """
    folded = fold(text)
    if folded in NOTHING and not (field.kind is Kind.YESNO and folded == "无"):
        return Problem("value-missing", Severity.WARNING, "required") if field.required else None
    if field.kind is Kind.CODE and is_code(text):
        return None if code_check_ok(text) else Problem("code-check-wrong", Severity.WARNING, "check-character")
    if malformed(text, field, header):
        return Problem("value-malformed", Severity.WARNING, "kind", KIND_NAMES[field.kind])
    if not allowed(text, field):
        return Problem("value-not-allowed", Severity.WARNING, "vocabulary")
    if field.kind is Kind.ENUMERATION and len(parse_choices(text, field.values) or ()) > 1:
        return Problem("value-several", Severity.WARNING, "single")
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
            return not all(_PHONE.fullmatch(p) for p in parts) and parse_phones(text) is None
        case Kind.YESNO:
            return parse_yes_no(text) is None
        case _:
            return False


def allowed(text: str, field: Field) -> bool:
    """Whether a value is in its field's vocabulary; anything is where the vocabulary is open or there is none."""
    if field.kind is not Kind.ENUMERATION or field.open or not field.values:
        return True
    return parse_choices(text, field.values) is not None


def code_hint(text: str) -> str:
    """What may be behind a credit code that isn't written as the standard has it, in the language in use.

    Empty where there is nothing to say. A code is never corrected: the hint is for a person to follow up.
    """
    code, hints = normal_code(text), []
    letters, meant = letters_not_used(text), likely_code(text)
    if letters:
        hints.append(_("含有信用代码不使用的字母 {letters}，可能是数字之误").format(letters="、".join(letters)))
    if meant is not None:
        hints.append(_("若应为 {code}，则校验位相符").format(code=meant))
    if fold(text) != code:
        hints.append(_("用了小写字母"))
    if squeeze(text) != text.strip():
        hints.append(_("中间有空格或换行"))
    return _("；").join(hints)
