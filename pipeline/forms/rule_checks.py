"""What the rules of a form say of the records of one copy: see `rules` for what each type asks."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from extractors.tables import Cell
from pipeline.forms.checks import NOTHING
from pipeline.forms.codes import code_check_ok
from pipeline.forms.form import Field, Form
from pipeline.forms.kinds import normal_form
from pipeline.forms.numbers import canonical
from pipeline.forms.periods import Period, first_day, last_day, parse_period
from pipeline.forms.places import divisions, is_outside, parse_place
from pipeline.forms.quantities import Quantity, parse_quantity
from pipeline.forms.record import Column, Record, RecordTable
from pipeline.forms.rules import Condition, Rule, RuleType
from pipeline.forms.text import fold
from pipeline.forms.totals import trouble_of_total
from pipeline.model import Finding, Where


@dataclass(frozen=True)
class Report:
    """What a rule may ask about the report as a whole."""

    day: datetime.date | None = None
    """Of the letter or the mail; None where it isn't known, and rules about past and future ask nothing."""
    region: str = ""
    """Code of the reporting body's province or city; empty where it isn't known."""


@dataclass(frozen=True)
class Broken:
    """Where a rule is broken."""

    cell: Cell | None
    header: str
    more: dict[str, str] = field(default_factory=dict)
    """Further names for the rule's text."""


def rule_findings(table: RecordTable, form: Form, report: Report) -> list[Finding]:
    """A finding for each place where a rule of the form is broken, rule by rule, row by row."""
    findings: list[Finding] = []
    view = View(table, form, report)
    for rule in form.rules:
        if rule.type is RuleType.UNIQUE:
            findings += _repeated(rule, view)
        elif rule.type is RuleType.TOTAL:
            findings += _totals(rule, view)
        else:
            for record in table.records:
                if all(view.holds(condition, record) for condition in rule.when):
                    broken = _ASKED[rule.type](rule, record, view)
                    if broken is not None:
                        findings.append(_finding(rule, view, record, broken))
    return findings


@dataclass(frozen=True)
class View:
    """The records by the ids of the form's fields."""

    table: RecordTable
    form: Form
    report: Report

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The first column of each field that the table has."""
        return {c.field.id: c for c in reversed(self.table.columns) if c.field is not None}

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The form's fields by their ids."""
        return {f.id: f for f in self.form.fields}

    def cell(self, record: Record, field_id: str) -> tuple[Column, Cell] | None:
        """The field's column and cell; None where the table, or this row's part of it, has no such column."""
        column = self.columns.get(field_id)
        cell = None if column is None else record.cells.get(column.index)
        return None if column is None or cell is None else (column, cell)

    def said(self, record: Record, field_id: str) -> str | None:
        """What the row says for the field, empty where nothing; None where there is no such column.

        What a section row (一、省级……) says counts for the field it speaks of.
        """
        found = self.cell(record, field_id)
        text = None if found is None else found[1].text
        if not text and field_id == self.form.category_field and record.section:
            text = self.form.section_value(record.section) or text
        return None if text is None else ("" if fold(text) in NOTHING else text)

    def holds(self, condition: Condition, record: Record) -> bool:
        """Whether a condition is met; one on a column that isn't there is not."""
        text = self.said(record, condition.field)
        if text is None:
            return False
        if condition.filled is not None:
            return bool(text) == condition.filled
        kind = self.fields[condition.field].kind
        return normal_form(text, kind) in {normal_form(value, kind) for value in condition.among}

    def number(self, record: Record, field_id: str) -> Quantity | None:
        """The number in the field, None where there is none or it isn't exact."""
        found = self.cell(record, field_id)
        if found is None:
            return None
        column, cell = found
        quantity = parse_quantity(cell.text, cell.value, self.fields[field_id].unit, column.header)
        return quantity if quantity is not None and quantity.exact else None

    def period(self, record: Record, field_id: str) -> Period | None:
        """The date in the field."""
        found = self.cell(record, field_id)
        return None if found is None else parse_period(found[1].text, found[1].value)

    def broken(self, record: Record, field_id: str, **more: str) -> Broken:
        """The field as the place where a rule is broken."""
        found = self.cell(record, field_id)
        header = self.fields[field_id].header if found is None else found[0].header
        return Broken(None if found is None else found[1], header, more)


def _required(rule: Rule, record: Record, view: View) -> Broken | None:
    return view.broken(record, rule.field) if view.said(record, rule.field) == "" else None


def _empty(rule: Rule, record: Record, view: View) -> Broken | None:
    return view.broken(record, rule.field) if view.said(record, rule.field) else None


def _range(rule: Rule, record: Record, view: View) -> Broken | None:
    number = view.number(record, rule.field)
    if number is None:
        return None
    unit = view.fields[rule.field].unit or ""
    (dimension, amount, _high), wanted = number.in_base(), Quantity(Decimal(1), unit=unit_of(unit)).in_base()
    if dimension != wanted[0]:
        return None
    said = amount / wanted[1]
    below = rule.least is not None and said < Fraction(rule.least)
    above = rule.most is not None and said > Fraction(rule.most)
    return view.broken(record, rule.field) if below or above else None


def unit_of(unit: str) -> str:
    """The usual name of a form's unit."""
    quantity = parse_quantity("1", unit=unit)
    return "" if quantity is None else quantity.unit


def _format(rule: Rule, record: Record, view: View) -> Broken | None:
    text = view.said(record, rule.field)
    return view.broken(record, rule.field) if text and not re.fullmatch(rule.pattern, fold(text)) else None


def _check_character(rule: Rule, record: Record, view: View) -> Broken | None:
    text = view.said(record, rule.field)
    return view.broken(record, rule.field) if text and not code_check_ok(text) else None


def _excluded(rule: Rule, record: Record, view: View) -> Broken | None:
    text, kind = view.said(record, rule.field), view.fields[rule.field].kind
    among = {normal_form(value, kind) for value in rule.values}
    return view.broken(record, rule.field) if text and normal_form(text, kind) in among else None


def _part(rule: Rule, record: Record, view: View) -> Broken | None:
    part, whole = view.number(record, rule.field), view.number(record, rule.other)
    if part is None or whole is None:
        return None
    (dimension, amount, _high), (other, limit, _most) = part.in_base(), whole.in_base()
    return _of_two(rule, record, view) if dimension == other and amount > limit else None


def _date_order(rule: Rule, record: Record, view: View) -> Broken | None:
    first, second = view.period(record, rule.field), view.period(record, rule.other)
    if first is None or second is None:
        return None
    return _of_two(rule, record, view) if first_day(first.start) > last_day(second.last) else None


def _of_two(rule: Rule, record: Record, view: View) -> Broken:
    other = view.broken(record, rule.other)
    more = {"other_header": other.header, "other_value": "" if other.cell is None else other.cell.text}
    return view.broken(record, rule.field, **more)


def _not_future(rule: Rule, record: Record, view: View) -> Broken | None:
    period, day = view.period(record, rule.field), view.report.day
    late = period is not None and day is not None and first_day(period.last) > day
    return view.broken(record, rule.field) if late else None


def _not_past(rule: Rule, record: Record, view: View) -> Broken | None:
    period, day = view.period(record, rule.field), view.report.day
    past = period is not None and day is not None and last_day(period.last) < day
    return view.broken(record, rule.field) if past else None


def _in_region(rule: Rule, record: Record, view: View) -> Broken | None:
    text, region = view.said(record, rule.field), view.report.region
    place = parse_place(text) if text and region else None
    if place is None or not is_outside(place, region):
        return None
    return view.broken(record, rule.field, region=divisions().get(region, "新疆生产建设兵团"))


_ASKED: dict[RuleType, Callable[[Rule, Record, View], Broken | None]] = {
    RuleType.REQUIRED: _required,
    RuleType.EMPTY: _empty,
    RuleType.RANGE: _range,
    RuleType.FORMAT: _format,
    RuleType.CHECK_CHARACTER: _check_character,
    RuleType.EXCLUDED: _excluded,
    RuleType.PART: _part,
    RuleType.DATE_ORDER: _date_order,
    RuleType.NOT_FUTURE: _not_future,
    RuleType.NOT_PAST: _not_past,
    RuleType.IN_REGION: _in_region,
}


def _repeated(rule: Rule, view: View) -> Iterator[Finding]:
    """The later of two rows that have the same in all fields of the rule; rows that lack one of them are left out."""
    seen: dict[tuple[str, ...], Record] = {}
    for record in view.table.records:
        texts = [view.said(record, name) or "" for name in rule.fields]
        if not all(texts) or not all(view.holds(condition, record) for condition in rule.when):
            continue
        kinds = [view.fields[name].kind for name in rule.fields]
        same = tuple(normal_form(text, kind) for text, kind in zip(texts, kinds, strict=True))
        first = seen.setdefault(same, record)
        if first is not record:
            yield _finding(rule, view, record, view.broken(record, rule.fields[0], other_row=str(first.row)))


def _totals(rule: Rule, view: View) -> Iterator[Finding]:
    """The rows of totals that say something else than their rows add up to."""
    for total in view.table.totals:
        for name in rule.fields:
            column = view.columns.get(name)
            wrong = None if column is None else trouble_of_total(total, view.table, column)
            if column is not None and wrong is not None:
                broken = Broken(total.cells[column.index], column.header, {"sum": canonical(wrong)})
                yield _finding(rule, view, None, broken, total.label)


def _finding(rule: Rule, view: View, record: Record | None, broken: Broken, label: str = "") -> Finding:
    """A finding that names the rule; `label` is of a row of totals."""
    row = "" if record is None else str(record.row)
    key = label if record is None else view.table.text(record, view.form.name_field) or f"#{record.row}"
    bounds = {name: "" if bound is None else canonical(bound) for name, bound in _bounds(rule)}
    value = "" if broken.cell is None else broken.cell.text
    names = {"row": row, "key": key, "header": broken.header, "value": value, **bounds, **broken.more}
    blank = dict.fromkeys(("other_header", "other_value", "other_row", "sum", "region"), "")
    said = rule.text.format(**{**blank, **names})
    params = {"rule": rule.id, "row": row, "key": key, "header": broken.header, "value": value, "said": said}
    place = broken.cell.place if broken.cell is not None else ""
    return Finding("rule-broken", rule.severity, params, Where(electronic=place or None))


def _bounds(rule: Rule) -> Sequence[tuple[str, Decimal | None]]:
    return (("least", rule.least), ("most", rule.most))
