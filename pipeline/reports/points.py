"""What the reports tell, picked out of a reconciliation once for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from extractors.i18n import N_
from pipeline.model import FieldResult, Finding, Reconciliation, RecordResult, Severity, Verdict
from pipeline.reports.info import SubmissionInfo

LETTER_GROUPS: dict[str, str] = {
    "fields": N_("电子版与盖章扫描件内容不一致"),
    "rows": N_("仅在一份材料中出现的内容"),
    "seal": N_("印章和来函"),
    "documents": N_("报送文件"),
    "content": N_("填报内容"),
}
"""The parts of a letter, in order, with their headings."""

_GROUP_CODES: dict[str, tuple[str, ...]] = {
    "rows": ("row-missing-in-scan", "row-missing-in-electronic", "column-missing-in-scan",
             "column-missing-in-electronic", "column-unit-differs"),
    "seal": ("seal-missing", "seal-mismatch", "signature-changed", "signature-broken", "letter-count-mismatch"),
    "documents": ("document-missing-scan", "document-missing-electronic", "file-empty", "file-damaged",
                  "file-encrypted", "file-type-unknown", "file-type-unsupported", "file-too-large", "table-missing",
                  "scan-not-pdf", "scan-unreadable", "scan-too-long", "scan-too-fine", "scan-blank",
                  "scan-resolution-low", "scan-damaged", "page-dark", "page-resolution-low", "image-damaged",
                  "archive-damaged", "archive-encrypted", "archive-unsupported",
                  "archive-too-large", "archive-too-deep", "archive-volume", "member-not-a-file", "attachment-linked",
                  "attachment-missing",
                  "message-too-large", "message-not-fetched", "message-parts-too-many", "message-files-too-many",
                  "message-too-deep", "message-empty", "submission-repeated", "documents-unpaired",
                  "submission-reverted", "addition-differs"),
    "content": ("formula-without-value", "formula-error", "date-unreal", "digits-lost", "read-plainly",
                "charset-doubtful", "code-check-wrong", "value-malformed", "value-not-allowed", "value-several",
                "value-missing", "record-duplicate", "rule-broken"),
}  # fmt: skip
GROUP_OF: dict[str, str] = {code: group for group, codes in _GROUP_CODES.items() for code in codes}
"""Codes that the sender can act on, to the part of the letter that tells of them. All others the office settles
itself: a seal that can't be read, an ambiguous document, a name that wasn't decoded."""

FIELD_CODES = ("field-mismatch",)
"""Findings that repeat what the fields' verdicts say already."""

_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class FieldPoint:
    """One field with its record."""

    record: RecordResult
    field: FieldResult

    @property
    def row(self) -> int:
        """Row in the electronic copy, else in the scan."""
        return self.record.electronic_row or self.record.scan_row or 0


def field_points(reconciliation: Reconciliation | None, verdict: Verdict) -> list[FieldPoint]:
    """Every field with this verdict, in the order of the electronic copy."""
    if reconciliation is None:
        return []
    return [FieldPoint(r, f) for r in reconciliation.records for f in r.fields if f.verdict is verdict]


def one_sided(reconciliation: Reconciliation | None) -> list[RecordResult]:
    """The records that only one copy has."""
    if reconciliation is None:
        return []
    return [r for r in reconciliation.records if r.electronic_row is None or r.scan_row is None]


def row_finding(record: RecordResult) -> Finding:
    """What a record in one copy only amounts to."""
    only_electronic = record.scan_row is None
    code = "row-missing-in-scan" if only_electronic else "row-missing-in-electronic"
    row = record.electronic_row if only_electronic else record.scan_row
    return Finding(code, Severity.ERROR, {"row": str(row), "key": record.key})


def findings_beside_fields(info: SubmissionInfo | None, reconciliation: Reconciliation | None) -> list[Finding]:
    """Everything found except the verdicts of single fields, each once, the heaviest first."""
    found: list[Finding] = list(info.findings) if info else []
    if reconciliation is not None:
        found += reconciliation.findings
        told = {f.code for f in found}
        found += [f for f in map(row_finding, one_sided(reconciliation)) if f.code not in told]
    return sorted(_once(f for f in found if f.code not in FIELD_CODES), key=lambda f: _WEIGHT[f.severity])


def for_sender(finding: Finding) -> bool:
    """Whether the sender is asked to act on it; what is for information asks nobody."""
    return finding.code in GROUP_OF and finding.severity is not Severity.INFO


def _once(findings: Iterable[Finding]) -> list[Finding]:
    seen: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.code, tuple(sorted(finding.params.items())), finding.where), finding)
    return list(seen.values())
