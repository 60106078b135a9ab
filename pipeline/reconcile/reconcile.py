"""Compares a sealed scan with its electronic copy. `reconcile` is the function to read."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path

from extractors.tables import Document
from pipeline.calls.catalogue import form_of
from pipeline.findings import of_notice
from pipeline.forms.form import Form
from pipeline.forms.header_notices import header_notices
from pipeline.forms.records import read_records
from pipeline.forms.sections import sections_as_columns
from pipeline.model import FileInfo, Letter, PrintedBody, Reconciliation
from pipeline.reconcile.calibration import TARGET
from pipeline.reconcile.checks import record_findings, report_of
from pipeline.reconcile.notes import note_findings
from pipeline.reconcile.overall import column_findings, department_findings, letter_findings, section_findings
from pipeline.reconcile.printed import printed_bodies
from pipeline.reconcile.reading import department_of, letter_of, merged, read_both, sealed_records, timed
from pipeline.reconcile.records import Paired, compare_records, pair_up
from pipeline.reconcile.seals import seal_findings, seal_results
from pipeline.reconcile.signatures import signature_findings

USUAL_CALL = "2024"


def reconcile(
    scan_path: Path,
    electronic_path: Path,
    *,
    department: str | None = None,
    letter: Letter | None = None,
    call_id: str = USUAL_CALL,
    scan_name: str | None = None,
    electronic_name: str | None = None,
    target_missed_rate: float = TARGET,
    received: datetime.date | None = None,
) -> Reconciliation:
    """Compares two files and gives every field a verdict.

    Args:
        scan_path: the sealed scan, a PDF.
        electronic_path: the electronic copy.
        department: the reporting body, where it is known already; else the letter, the form and the seal tell.
        letter: what a cover letter in another document says; a letter in front of the form goes before it.
        call_id: which call the submission answers: its form is read, and checked against its vocabularies.
        scan_name: the name the sender gave the scan; the path's own by default.
        electronic_name: the same for the electronic copy.
        target_missed_rate: of fields that differ, the share that may come out as a match.
        received: the day of the report, in China, where no letter says one; today by default.

    Raises:
        UnreadableFileError: a file can't be read, or holds no table of the form.
    """
    copies = read_copies(scan_path, electronic_path, call_id, scan_name, electronic_name)
    return conclude(copies, department, letter, target_missed_rate, received)


@dataclass(frozen=True)
class Copies:
    """The two copies of a submission, read, their columns and rows paired."""

    form: Form
    scan_file: FileInfo
    electronic_file: FileInfo
    scan: Document
    electronic: Document
    paired: Paired
    clock: dict[str, float]
    """Seconds by step."""


def read_copies(
    scan_path: Path,
    electronic_path: Path,
    call_id: str = USUAL_CALL,
    scan_name: str | None = None,
    electronic_name: str | None = None,
) -> Copies:
    """Reads both copies and pairs what they hold; see `reconcile`."""
    clock: dict[str, float] = {}
    form = form_of(call_id)
    electronic, scan = read_both(electronic_path, scan_path, clock)
    names = scan_name or scan_path.name, electronic_name or electronic_path.name
    with timed(clock, "records"):
        left, right = read_records(electronic, form, names[1]), sealed_records(scan, form, names[0])
        paired = pair_up(*sections_as_columns(left, right, form))
    files = FileInfo(names[0], _sha256(scan_path), len(scan.pages)), FileInfo(names[1], _sha256(electronic_path))
    return Copies(form, *files, scan, electronic, paired, clock)


def conclude(
    copies: Copies,
    department: str | None = None,
    letter: Letter | None = None,
    target_missed_rate: float = TARGET,
    received: datetime.date | None = None,
) -> Reconciliation:
    """The verdicts and findings on two copies; see `reconcile`."""
    form, scan, electronic, paired, clock = copies.form, copies.scan, copies.electronic, copies.paired, copies.clock
    with timed(clock, "compare"):
        records, record_trouble = compare_records(paired, form, target_missed_rate)
    with timed(clock, "letter"):
        in_front = letter_of(scan)
        printed = (*printed_bodies(scan, "scan"), *printed_bodies(electronic, "electronic"))
        if in_front is not None and in_front.department is not None:
            said = " ".join(filter(None, (in_front.department, in_front.number)))
            printed = (PrintedBody("letter", said, in_front.department, 1.0), *printed)
        letter = merged(in_front, letter)
        body = department or department_of(letter, scan)
    with timed(clock, "checks"):
        seals = seal_results(scan.seals)
        headers = header_notices(paired.left, form)
        notices = (*electronic.notices, *paired.left.notices, *headers, *scan.notices, *paired.right.notices)
        findings = [
            *(of_notice(n) for n in notices),
            *column_findings(paired.columns),
            *record_trouble,
            *section_findings(paired, form),
            *note_findings(paired.left.notes, paired.right.notes),
            *seal_findings(scan, seals, body),
            *signature_findings(scan.signatures, body),
            *letter_findings(letter, len(paired.right.records)),
            *department_findings(department, letter),
            *record_findings(paired.left, form, report_of(body, letter, received)),
        ]
    return Reconciliation(
        copies.scan_file,
        copies.electronic_file,
        tuple(records),
        tuple(findings),
        seals,
        letter,
        clock,
        {page.number: page.turn for page in scan.pages},
        scan.signatures,
        printed,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
