"""The words of DESIGN.md as types: verdicts, findings, and the result of a reconciliation (RESULTS.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from extractors.i18n import _
from extractors.tables import Box, Evidence, Signature
from pipeline.places import shown

SCHEMA = "zhongshi.reconciliation/1"


class Verdict(StrEnum):
    """What the machine says of one field in the two copies."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNSURE = "unsure"


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Where:
    """Where something stands: in the electronic copy, on the scan, or both."""

    electronic: str | None = None
    """Such as ``Sheet1!C7`` or ``table 1, row 5, column 3``."""
    scan: Box | None = None

    def to_json(self) -> dict[str, Any]:
        """As RESULTS.md wants it."""
        scan = None if self.scan is None else {"page": self.scan.page, "box": self.scan.as_list()}
        return {"electronic": self.electronic, "scan": scan}


@dataclass(frozen=True)
class Finding:
    """Anything a reviewer must see. `code` is a key of `pipeline.findings.CODES`."""

    code: str
    severity: Severity
    params: dict[str, str] = field(default_factory=dict)
    where: Where | None = None

    @property
    def message(self) -> str:
        """The text in the language in use: what is wrong and what to ask of the sender."""
        from pipeline.findings import text_of

        return _(text_of(self.code)).format(**shown(self.params))

    def to_json(self) -> dict[str, Any]:
        """As RESULTS.md wants it."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "where": None if self.where is None else self.where.to_json(),
        }


@dataclass(frozen=True)
class FieldResult:
    """One field of one record in both copies."""

    header: str
    """As the electronic copy prints it, white space removed."""
    field: str | None
    """The form's field id, None for a column that the form doesn't know."""
    electronic: str
    scan: str
    """As read, independently of the electronic copy."""
    verdict: Verdict
    probability: float
    """That the two copies say the same, 0 to 1."""
    where: Where


@dataclass(frozen=True)
class RecordResult:
    """One record of the two copies; `fields` is empty where only one copy has it."""

    electronic_row: int | None
    scan_row: int | None
    key: str
    """The platform's name."""
    fields: tuple[FieldResult, ...] = ()


@dataclass(frozen=True)
class SealResult:
    """A seal on the scan and the reporting body it belongs to."""

    box: Box
    text: str
    department: str | None
    probability: float
    kind: str = "full"
    """``full``, or ``across-pages`` for a slice of one over the edges of several pages."""
    ink: str = "red"
    """``red``, ``grey`` or ``black``."""
    clearness: float = 6.0
    """Of the text, see `extractors.tables.Seal`; not part of the JSON."""
    evidence: Evidence | None = field(default=None, compare=False)
    """The same."""


@dataclass(frozen=True)
class PrintedBody:
    """The reporting body as one of the papers names it."""

    paper: str
    """``scan``, ``electronic``, or ``letter`` for pages in front of the form."""
    text: str
    department: str
    """Full name."""
    probability: float
    """How surely the text names it, 0 to 1."""


@dataclass(frozen=True)
class Letter:
    """What the cover letter (or the mail's text) says; None where it doesn't."""

    department: str | None = None
    number: str | None = None
    """Document number, such as 苏工信函〔2024〕12号."""
    date: str | None = None
    """ISO date."""
    count: int | None = None
    """Number of platforms claimed."""
    contact: str | None = None


@dataclass(frozen=True)
class FileInfo:
    """A file that took part."""

    name: str
    sha256: str
    pages: int | None = None


@dataclass(frozen=True)
class Reconciliation:
    """The outcome of comparing a sealed scan with its electronic copy."""

    scan: FileInfo
    electronic: FileInfo
    records: tuple[RecordResult, ...]
    findings: tuple[Finding, ...]
    seals: tuple[SealResult, ...]
    letter: Letter | None
    timing: dict[str, float]
    """Seconds by step."""
    page_turns: dict[int, int] = field(default_factory=dict)
    """Page number to degrees clockwise that set it upright; for crops, not part of the JSON."""
    signatures: tuple[Signature, ...] = ()
    """Digital signatures of the sealed copy."""
    printed: tuple[PrintedBody, ...] = ()
    """What the papers print of the reporting body; not part of the JSON."""

    def count(self, verdict: Verdict) -> int:
        """How many fields have this verdict."""
        return sum(f.verdict is verdict for r in self.records for f in r.fields)

    def to_json(self) -> dict[str, Any]:
        """The object that RESULTS.md describes."""
        letter = self.letter
        return {
            "schema": SCHEMA,
            "scan": {"name": self.scan.name, "sha256": self.scan.sha256, "pages": self.scan.pages},
            "electronic": {"name": self.electronic.name, "sha256": self.electronic.sha256},
            "records": [
                {
                    "electronic_row": r.electronic_row,
                    "scan_row": r.scan_row,
                    "key": r.key,
                    "fields": [
                        {
                            "header": f.header,
                            "field": f.field,
                            "electronic": f.electronic,
                            "scan": f.scan,
                            "verdict": f.verdict.value,
                            "probability": round(f.probability, 6),
                            "where": f.where.to_json(),
                        }
                        for f in r.fields
                    ],
                }
                for r in self.records
            ],
            "findings": [f.to_json() for f in self.findings],
            "seals": [
                {
                    "page": s.box.page,
                    "box": s.box.as_list(),
                    "text": s.text,
                    "department": s.department,
                    "probability": round(s.probability, 6),
                    "kind": s.kind,
                    "ink": s.ink,
                }
                for s in self.seals
            ],
            "signatures": [
                {
                    "signer": s.signer,
                    "organisation": s.organisation,
                    "time": s.time,
                    "state": s.state.value,
                    "self_signed": s.self_signed,
                }
                for s in self.signatures
            ],
            "letter": None
            if letter is None
            else {"department": letter.department, "number": letter.number, "date": letter.date, "count": letter.count},
            "timing": {k: round(v, 3) for k, v in self.timing.items()},
        }
