"""Findings about the two copies as a whole: columns, sections, the cover letter, the reporting body."""

from __future__ import annotations

from extractors.i18n import _
from pipeline.forms.form import Form
from pipeline.model import Finding, Letter, Severity, Where
from pipeline.reconcile.columns import Columns
from pipeline.reconcile.records import Paired, key_of, place_of


def column_findings(columns: Columns) -> list[Finding]:
    """Columns that one copy only has, and columns whose headers name different units."""
    lone = [("column-missing-in-scan", c) for c in columns.only_electronic]
    lone += [("column-missing-in-electronic", c) for c in columns.only_scan]
    return [
        *(Finding(code, Severity.WARNING, {"header": column.header or _("（无表头）")}) for code, column in lone),
        *(
            Finding("column-unit-differs", Severity.ERROR, {"electronic": p.electronic.header, "scan": p.scan.header})
            for p in columns.pairs
            if p.units_differ
        ),
    ]


def section_findings(paired: Paired, form: Form) -> list[Finding]:
    """Records that stand under another section (一、省级…) in the other copy, where no column says the category."""
    if any(pair.field is not None and pair.field.id == form.category_field for pair in paired.columns.pairs):
        return []
    findings = []
    for a, b in paired.rows.pairs:
        mine, theirs = paired.left.records[a], paired.right.records[b]
        said = [form.section_value(r.section) if r.section else None for r in (mine, theirs)]
        if said[0] != said[1]:
            params = {"row": str(mine.row), "key": key_of(paired.left, mine, form)}
            params |= {"electronic": mine.section or "—", "scan": theirs.section or "—"}
            findings.append(Finding("section-differs", Severity.WARNING, params, Where(electronic=place_of(mine))))
    return findings


def letter_findings(letter: Letter | None, counted: int) -> list[Finding]:
    """The letter's count of platforms against the table's."""
    if letter is None or letter.count is None or letter.count == counted:
        return []
    params = {"claimed": str(letter.count), "counted": str(counted)}
    return [Finding("letter-count-mismatch", Severity.ERROR, params)]


def department_findings(department: str | None, letter: Letter | None) -> list[Finding]:
    """A letter of another body than the one known so far: seal and library must not follow different ones unseen."""
    signed = letter.department if letter is not None else None
    if department is None or signed is None or signed == department:
        return []
    return [Finding("department-conflict", Severity.ERROR, {"mail": department, "letter": signed})]
