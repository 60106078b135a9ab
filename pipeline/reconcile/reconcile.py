"""Compares a sealed scan with its electronic copy. `reconcile` is the function to read."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.findings import of_notice
from pipeline.forms.form import load_form
from pipeline.forms.records import read_records
from pipeline.forms.sections import sections_as_columns
from pipeline.model import FileInfo, Letter, Reconciliation
from pipeline.reconcile.calibration import TARGET
from pipeline.reconcile.checks import record_findings
from pipeline.reconcile.overall import column_findings, department_findings, letter_findings, section_findings
from pipeline.reconcile.reading import department_of, letter_of, merged, read_both, sealed_records, timed
from pipeline.reconcile.records import compare_records, pair_up
from pipeline.reconcile.seals import seal_findings, seal_results
from pipeline.reconcile.signatures import signature_findings


def reconcile(
    scan_path: Path,
    electronic_path: Path,
    *,
    department: str | None = None,
    letter: Letter | None = None,
    form_id: str = "annex3-2024",
    scan_name: str | None = None,
    electronic_name: str | None = None,
    target_missed_rate: float = TARGET,
) -> Reconciliation:
    """Compares two files and gives every field a verdict.

    Args:
        scan_path: the sealed scan, a PDF.
        electronic_path: the electronic copy.
        department: the reporting body, where it is known already; else the letter, the form and the seal tell.
        letter: what a cover letter in another document says; a letter in front of the form goes before it.
        form_id: which form the tables are of.
        scan_name: the name the sender gave the scan; the path's own by default.
        electronic_name: the same for the electronic copy.
        target_missed_rate: of fields that differ, the share that may come out as a match.

    Raises:
        UnreadableFileError: a file can't be read, or holds no table of the form.
    """
    clock: dict[str, float] = {}
    form = load_form(form_id)
    electronic, scan = read_both(electronic_path, scan_path, clock)
    with timed(clock, "records"):
        left = read_records(electronic, form, electronic_name or electronic_path.name)
        right = sealed_records(scan, form, scan_name or scan_path.name)
        left, right = sections_as_columns(left, right, form)
    with timed(clock, "compare"):
        paired = pair_up(left, right)
        records, record_trouble = compare_records(paired, form, target_missed_rate)
    with timed(clock, "letter"):
        letter = merged(letter_of(scan), letter)
        body = department or department_of(letter, scan)
    with timed(clock, "checks"):
        seals = seal_results(scan.seals)
        findings = [
            *(of_notice(n) for n in (*electronic.notices, *left.notices, *scan.notices, *right.notices)),
            *column_findings(paired.columns),
            *record_trouble,
            *section_findings(paired, form),
            *seal_findings(scan, seals, body),
            *signature_findings(scan.signatures, body),
            *letter_findings(letter, len(right.records)),
            *department_findings(department, letter),
            *record_findings(left, form),
        ]
    return Reconciliation(
        FileInfo(scan_name or scan_path.name, _sha256(scan_path), len(scan.pages)),
        FileInfo(electronic_name or electronic_path.name, _sha256(electronic_path)),
        tuple(records),
        tuple(findings),
        seals,
        letter,
        clock,
        {page.number: page.turn for page in scan.pages},
        scan.signatures,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
