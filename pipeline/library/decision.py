"""Whether a person has to decide before a submission is loaded, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from extractors.i18n import N_, _
from pipeline.forms.text import fold
from pipeline.model import Finding, RecordResult, Severity, Verdict

COUNTED = frozenset(
    {"field-mismatch", "rounded", "written-otherwise", "row-missing-in-scan", "row-missing-in-electronic"}
)
"""Findings that say of one field or row what the verdicts say already."""
HOLDING = frozenset(
    {
        "seal-unreadable", "seal-across-pages-other", "seal-across-pages-gap", "signature-self-issued",
        "signature-other", "signature-unreadable", "page-unreadable", "page-dark", "page-resolution-low",
        "column-missing-in-scan",
        "column-missing-in-electronic", "table-unused", "submission-joined", "department-unknown", "message-damaged",
        "lines-hidden", "sheet-hidden", "section-differs", "formula-without-value", "code-check-wrong",
        "record-duplicate", "sender-other", "department-other-in-form", "correction-unproven", "half-unproven",
        "correction-row-dropped", "call-unknown", "department-not-asked",
        "rows-filtered", "formula-error", "text-invisible", "merge-covers", "numbers-cramped", "format-unshown",
        "date-unreal", "digits-lost", "read-plainly", "charset-doubtful",
        "change-tracked", "row-inserted-tracked", "row-deleted-tracked", "text-hidden", "text-unseen", "text-struck",
        "text-box", "placeholder-text", "footnote-in-cell", "equation-flattened", "numbering-unknown", "symbol-unknown",
        "object-read", "object-unread", "content-unread", "pdf-unruled",
    }
)  # fmt: skip
"""Warnings that hold a submission back: something of it was not compared, not sure, or asks a person to look."""
REASONS = {
    "mismatch": N_("{n} 处不一致"),
    "unsure": N_("{n} 处存疑"),
    "rows": N_("{n} 行只在一份材料中"),
    "repeated": N_("{n} 行重复"),
    "errors": N_("{n} 个其他问题"),
    "empty": N_("没有可入库的记录"),
}


@dataclass(frozen=True)
class Decision:
    """What a person has to decide; false in a condition where there is nothing."""

    mismatch: int = 0
    """Fields."""
    unsure: int = 0
    """Fields."""
    rows: int = 0
    """Rows that only one copy has."""
    repeated: int = 0
    """Rows that name a platform which another row names too."""
    errors: int = 0
    """Other findings of severity error, and warnings of `HOLDING`."""
    empty: int = 0
    """1 where there is no record at all."""

    def __bool__(self) -> bool:
        """Whether there is anything to decide."""
        return any(self.counts().values())

    def counts(self) -> dict[str, int]:
        """As the ledger keeps it."""
        return asdict(self)

    @property
    def reason(self) -> str:
        """A text in the language in use, empty where there is nothing to decide."""
        return reason_text(self.counts())


def needs_decision(findings: Iterable[Finding], records: Sequence[RecordResult]) -> Decision:
    """The rule: any field that isn't a match, any row in one copy only, any finding of severity error or of `HOLDING`.

    Two rows for one platform, or no row at all, can't be loaded either.
    """
    verdicts = Counter(field.verdict for record in records for field in record.fields)
    keys = Counter(identity(record) for record in records)
    return Decision(
        mismatch=verdicts[Verdict.MISMATCH],
        unsure=verdicts[Verdict.UNSURE],
        rows=sum(record.electronic_row is None or record.scan_row is None for record in records),
        repeated=sum(count for count in keys.values() if count > 1),
        errors=sum(_holds(f) for f in findings),
        empty=int(not records),
    )


def _holds(finding: Finding) -> bool:
    return finding.code not in COUNTED and (finding.severity is Severity.ERROR or finding.code in HOLDING)


def identity(record: RecordResult) -> tuple[str, str]:
    """The platform's name without its clothes, and the credit code of its operator (empty where there is none)."""
    texts = {field.field: field.electronic for field in record.fields if field.field is not None}
    return fold(texts.get("name") or record.key), fold(texts.get("code", ""))


def reason_text(counts: Mapping[str, Any]) -> str:
    """The counts of a decision as a text in the language in use."""
    return "，".join(_(text).format(n=counts[key]) for key, text in REASONS.items() if counts.get(key))
