"""Checks of the electronic copy that need no second copy: required, form of a value, check characters, duplicates.

Each finding says in `rule` which rule is broken: one that a field's declaration makes (``code:check-character``), or
one of the form's own by its id.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator

from extractors.i18n import _
from extractors.tables import Cell
from pipeline.calls.call import CHINA
from pipeline.departments import department_named
from pipeline.forms.checks import code_hint, problem_of
from pipeline.forms.form import Form
from pipeline.forms.kinds import Kind, normal_form
from pipeline.forms.record import Column, Record, RecordTable
from pipeline.forms.rule_checks import Report, rule_findings
from pipeline.forms.text import fold
from pipeline.model import Finding, Letter, Severity, Where


def record_findings(table: RecordTable, form: Form, report: Report | None = None) -> list[Finding]:
    """The findings about the values of the electronic copy, row by row; then those of the form's own rules."""
    findings: list[Finding] = []
    seen: dict[tuple[str, ...], Record] = {}
    identity = [c for c in table.columns if c.field is not None and c.field.identifies]
    for record in table.records:
        key = table.text(record, form.name_field) or f"#{record.row}"
        for column in table.columns:
            cell = record.cells.get(column.index)
            if column.field is not None and cell is not None:
                findings += _of_value(record, key, column, cell)
        said = tuple(
            normal_form(record.cells[c.index].text, c.field.kind) if c.field and c.index in record.cells else ""
            for c in identity
        )
        if any(said) and said in seen:
            params = {"row": str(record.row), "key": key, "other": str(seen[said].row), "rule": "identity:unique"}
            findings.append(Finding("record-duplicate", Severity.WARNING, params))
        elif fold("".join(said)):
            seen[said] = record
    return [*findings, *rule_findings(table, form, report or Report())]


def report_of(department: str | None, letter: Letter | None, received: datetime.date | None) -> Report:
    """What the form's rules may ask of the report: its day, and the region of its body.

    The day is the letter's, else the one on which the mail came, else today: none of these is later than what a value
    may truly speak of as past.
    """
    body = None if department is None else department_named(department)
    day = received or datetime.datetime.now(CHINA).date()
    if letter is not None and letter.date is not None:
        with contextlib.suppress(ValueError):
            day = datetime.date.fromisoformat(letter.date)
    return Report(day, "" if body is None else body.code)


def _of_value(record: Record, key: str, column: Column, cell: Cell) -> Iterator[Finding]:
    """What is wrong with one value."""
    field = column.field
    if field is None:
        return
    where = Where(electronic=cell.place or None)
    params = {"row": str(record.row), "key": key, "header": column.header, "value": cell.text}
    problem = problem_of(cell.text, field, column.header)
    if problem is not None:
        more = {"kind": _(problem.kind), "rule": f"{field.id}:{problem.rule}"}
        yield Finding(problem.code, problem.severity, {**params, **more}, where)
    hint = code_hint(cell.text) if field.kind is Kind.CODE else ""
    if hint:
        yield Finding("code-hint", Severity.INFO, {**params, "hint": hint, "rule": f"{field.id}:writing"}, where)
