"""Checks of the electronic copy that need no second copy: required, form of a value, check characters, duplicates."""

from __future__ import annotations

from extractors.i18n import _
from pipeline.forms.checks import problem_of
from pipeline.forms.form import Form
from pipeline.forms.kinds import normal_form
from pipeline.forms.records import Record, RecordTable
from pipeline.forms.text import fold
from pipeline.model import Finding, Severity, Where


def record_findings(table: RecordTable, form: Form) -> list[Finding]:
    """The findings about the values of the electronic copy, row by row."""
    findings: list[Finding] = []
    seen: dict[tuple[str, ...], Record] = {}
    identity = [c for c in table.columns if c.field is not None and c.field.identifies]
    for record in table.records:
        key = table.text(record, form.name_field) or f"#{record.row}"
        for column in table.columns:
            cell = record.cells.get(column.index)
            if column.field is None or cell is None:
                continue
            problem = problem_of(cell.text, column.field, column.header)
            if problem is not None:
                params = {
                    "row": str(record.row),
                    "key": key,
                    "header": column.header,
                    "value": cell.text,
                    "kind": _(problem.kind),
                }
                findings.append(Finding(problem.code, problem.severity, params, Where(electronic=cell.place or None)))
        said = tuple(
            normal_form(record.cells[c.index].text, c.field.kind) if c.field and c.index in record.cells else ""
            for c in identity
        )
        if any(said) and said in seen:
            params = {"row": str(record.row), "key": key, "other": str(seen[said].row)}
            findings.append(Finding("record-duplicate", Severity.WARNING, params))
        elif fold("".join(said)):
            seen[said] = record
    return findings
