"""Findings between their type and their rows. Parameters are stored, not texts, so that any language can show them."""

from __future__ import annotations

from extractors.tables import Box
from pipeline.database.tables import FindingTable
from pipeline.model import Finding, Severity, Where


def row_of(finding: Finding, message_id: int, submission_id: int | None, stage: str) -> FindingTable:
    """A finding as a row; `stage` is ``intake``, ``compare``, ``body`` (see `supersede`), or ``call`` (`shared`)."""
    return FindingTable(
        message_id=message_id,
        submission_id=submission_id,
        stage=stage,
        code=finding.code,
        severity=finding.severity.value,
        params=dict(finding.params),
        place=_stored(finding.where),
    )


def finding_of(row: FindingTable) -> Finding:
    """The finding that a row holds."""
    return Finding(row.code, Severity(row.severity), dict(row.params), _where(row.place))


def _stored(where: Where | None) -> dict[str, object] | None:
    if where is None:
        return None
    box = where.scan
    # Not Where.to_json: that rounds, and a finding has to come back as it went in.
    scan = None if box is None else [box.page, box.x0, box.y0, box.x1, box.y1]
    return {"electronic": where.electronic, "scan": scan}


def _where(place: dict[str, object] | None) -> Where | None:
    if place is None:
        return None
    electronic, scan = place["electronic"], place["scan"]
    box = Box(int(scan[0]), *map(float, scan[1:])) if isinstance(scan, list) else None
    return Where(electronic if isinstance(electronic, str) else None, box)
