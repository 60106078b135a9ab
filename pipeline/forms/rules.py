"""Rules that a form sets for its values, as data: what they ask, of which fields, how much they weigh, what they say.

A rule is a table of a form's file::

    [[rules]]
    id = "built-when-finished"
    type = "required"
    field = "built"
    when = [{ field = "stage", is = ["已建成"] }]
    severity = "warning"
    text = "第 {row} 行“{key}”的建设阶段为“已建成”，但没有填写“{header}”。"

There is no other way to write one: no expression is ever evaluated. What is wrong with a rule is told in Chinese when
the form is loaded.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Setting

from extractors.i18n import N_, _
from pipeline.forms.kinds import Kind
from pipeline.model import Severity
from pipeline.setting_errors import of_values


class RuleType(StrEnum):
    """What a rule asks."""

    REQUIRED = "required"
    """`field` is filled."""
    EMPTY = "empty"
    """`field` is not filled."""
    RANGE = "range"
    """The number in `field`, in the field's unit, is from `least` to `most`; either may be left out."""
    FORMAT = "format"
    """All of `field`, folded, is of the regular expression `pattern`."""
    CHECK_CHARACTER = "check-character"
    """`field` is a unified social credit code with its check character (GB 32100-2015)."""
    EXCLUDED = "excluded"
    """`field` is none of `values`."""
    UNIQUE = "unique"
    """No two rows have the same in all of `fields`."""
    TOTAL = "total"
    """In rows of totals each of `fields` is the sum of the rows that it totals."""
    PART = "part"
    """The number in `field` is no more than the one in `other`."""
    DATE_ORDER = "date-order"
    """The date in `field` is no later than the one in `other`."""
    NOT_FUTURE = "not-future"
    """The date in `field` is not after the day of the report."""
    NOT_PAST = "not-past"
    """The date in `field` is not before the day of the report."""
    IN_REGION = "in-region"
    """The place in `field` is in the province or city of the reporting body."""


class Condition(BaseModel):
    """What another field of the row has to say for a rule to ask anything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    among: tuple[str, ...] = Setting(default=(), alias="is")
    """It says one of these."""
    filled: bool | None = None
    """It is filled, or it isn't."""


class Rule(BaseModel):
    """One rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    type: RuleType
    text: str
    """What is wrong, with the names of `PLACES` in braces; a whole sentence, with its 。 at the end."""
    severity: Severity = Severity.WARNING
    field: str = ""
    other: str = ""
    fields: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    pattern: str = ""
    when: tuple[Condition, ...] = ()
    """All of these."""

    @property
    def subject(self) -> tuple[str, ...]:
        """The fields that it is about."""
        return self.fields or (self.field,)


PLACES = ("row", "key", "header", "value", "other_header", "other_value", "other_row", "sum", "least", "most", "region")
"""What a rule's text can name: row and name of the platform; header and value of the field and of `other`; of `unique`
the row that is the same; of `total` the sum of the rows; the rule's bounds; the reporting body's region."""
_NEEDS: dict[RuleType, tuple[str, ...]] = {
    RuleType.FORMAT: ("field", "pattern"),
    RuleType.EXCLUDED: ("field", "values"),
    RuleType.UNIQUE: ("fields",),
    RuleType.TOTAL: ("fields",),
    RuleType.PART: ("field", "other"),
    RuleType.DATE_ORDER: ("field", "other"),
}
_TAKES = {**_NEEDS, RuleType.RANGE: ("field", "least", "most")}
_PARAMETERS = ("field", "other", "fields", "values", "least", "most", "pattern")
_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL})
_KINDS: dict[RuleType, frozenset[Kind]] = {
    RuleType.RANGE: _NUMBERS,
    RuleType.TOTAL: _NUMBERS,
    RuleType.PART: _NUMBERS,
    RuleType.DATE_ORDER: frozenset({Kind.DATE}),
    RuleType.NOT_FUTURE: frozenset({Kind.DATE}),
    RuleType.NOT_PAST: frozenset({Kind.DATE}),
    RuleType.IN_REGION: frozenset({Kind.PLACE}),
}
_LONGEST_PATTERN = 200
"""Characters. Patterns come with the form, not from senders; a long one is a slip."""
_UNSAFE_PATTERN = re.compile(r"[+*}]\)*[+*{]")
"""A repetition of a repetition, which can take for ever on a text that doesn't fit."""
TWICE = N_("规则的 id“{id}”用了两次")
WRONG = N_("规则“{id}”：{reason}")
TROUBLE = {
    "needs": N_("规则“{id}”（{type}）缺少“{name}”"),
    "takes": N_("规则“{id}”（{type}）不用“{name}”"),
    "bounds": N_("规则“{id}”应写明 least 或 most，且 least 不大于 most"),
    "field": N_("规则“{id}”中的“{name}”不是本表的字段"),
    "kind": N_("规则“{id}”（{type}）不能用于字段“{name}”，其类型是 {kind}"),
    "value": N_("规则“{id}”中的“{value}”不在字段“{name}”的可选值中"),
    "pattern": N_("规则“{id}”的 pattern 不是可用的正则表达式"),
    "condition": N_("规则“{id}”的 when 中，每项应写明 is 或 filled 之一"),
    "text": N_("规则“{id}”的 text 应是以“。”结尾的一句话，花括号中只能用：{names}"),
}
"""What can be wrong with a rule; to be translated with ``_()``."""


def read_rules(tables: object) -> tuple[Rule, ...]:
    """The rules of a form's file.

    Raises:
        ValueError: with a text that names the rule and says what is wrong, in the language in use.
    """
    if not isinstance(tables, list | tuple):
        raise ValueError(_("rules 应写成若干个 [[rules]]"))
    rules: list[Rule] = []
    for number, table in enumerate(tables, start=1):
        if isinstance(table, Rule):
            rules.append(table)
            continue
        name = table.get("id", number) if isinstance(table, dict) else number
        try:
            rules.append(Rule.model_validate(table))
        except ValidationError as error:
            reason = of_values(error, Rule)
            raise ValueError(_(WRONG).format(id=name, reason=reason)) from error
    return tuple(rules)


def check_rules(rules: Sequence[Rule], kinds: Mapping[str, Kind], vocabularies: Mapping[str, Sequence[str]]) -> None:
    """Sees that every rule can be applied to the form's fields.

    Args:
        rules: of the form.
        kinds: of its fields, by their ids.
        vocabularies: the closed ones, by the ids of their fields.

    Raises:
        ValueError: as `read_rules`.
    """
    seen: set[str] = set()
    for rule in rules:
        for what, names in _troubles(rule, kinds, vocabularies):
            raise ValueError(_(TROUBLE[what]).format(**{"id": rule.id, "type": rule.type.value, **names}))
        if rule.id in seen:
            raise ValueError(_(TWICE).format(id=rule.id))
        seen.add(rule.id)


def _troubles(
    rule: Rule, kinds: Mapping[str, Kind], vocabularies: Mapping[str, Sequence[str]]
) -> list[tuple[str, dict[str, str]]]:
    needs, takes = _NEEDS.get(rule.type, ("field",)), _TAKES.get(rule.type, ("field",))
    given = [name for name in _PARAMETERS if getattr(rule, name) not in ("", (), None)]
    found = [("needs", {"name": name}) for name in needs if name not in given]
    found += [("takes", {"name": name}) for name in given if name not in takes]
    if rule.type is RuleType.RANGE and (
        (rule.least is None and rule.most is None)
        or (rule.least is not None and rule.most is not None and rule.least > rule.most)
    ):
        found.append(("bounds", {}))
    named = [*rule.subject, *([rule.other] if rule.other else [])]
    conditions = [condition.field for condition in rule.when]
    found += [("field", {"name": name}) for name in (*named, *conditions) if name not in kinds]
    wanted = _KINDS.get(rule.type)
    found += [
        ("kind", {"name": name, "kind": kinds[name].value})
        for name in named
        if name in kinds and wanted is not None and kinds[name] not in wanted
    ]
    said = [(rule.field, value) for value in rule.values]
    said += [(condition.field, value) for condition in rule.when for value in condition.among]
    found += [
        ("value", {"name": name, "value": value})
        for name, value in said
        if name in vocabularies and value not in vocabularies[name]
    ]
    if rule.pattern and not _is_pattern(rule.pattern):
        found.append(("pattern", {}))
    if any(bool(condition.among) == (condition.filled is not None) for condition in rule.when):
        found.append(("condition", {}))
    if not _is_text(rule.text):
        found.append(("text", {"names": "、".join(PLACES)}))
    return found


def _is_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return len(pattern) <= _LONGEST_PATTERN and _UNSAFE_PATTERN.search(pattern) is None


def _is_text(text: str) -> bool:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return False
    plain = all(name is None or (name in PLACES and not spec and not how) for _text, name, spec, how in parts)
    return plain and text.endswith("。")
