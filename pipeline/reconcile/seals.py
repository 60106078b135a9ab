"""What the seals on a scan say: whose they are, and whether the form carries the reporting body's."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.tables import Document, Seal
from pipeline.departments import match_department
from pipeline.model import Finding, SealResult, Severity, Where

OURS = 0.6
"""Least certainty at which the name along a seal's arc is taken for a reporting body's."""


def seal_results(seals: Sequence[Seal]) -> tuple[SealResult, ...]:
    """Each seal with the reporting body that its text names, if any."""
    return tuple(_result(seal) for seal in seals)


def _result(seal: Seal) -> SealResult:
    department, score = match_department(seal.text)
    known = department.name if department is not None and score >= OURS else None
    return SealResult(seal.box, seal.text, known, seal.probability)


def seal_findings(scan: Document, seals: Sequence[SealResult], department: str | None) -> list[Finding]:
    """The findings on the form's seal; seals on pages without a table (the letter) don't count for it."""
    pages = {t.page for t in scan.tables}
    on_form = [s for s in seals if s.box.page in pages]
    if not on_form:
        return [Finding("seal-missing", Severity.ERROR)]
    if department is None or any(s.department == department for s in on_form):
        return []
    clearest = max(on_form, key=lambda s: (s.department is not None, s.probability))
    where = Where(scan=clearest.box)
    if clearest.department is None:
        params = {"page": str(clearest.box.page), "department": department}
        return [Finding("seal-unreadable", Severity.WARNING, params, where)]
    params = {"text": clearest.text, "department": department}
    return [Finding("seal-mismatch", Severity.ERROR, params, where)]
