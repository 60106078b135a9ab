"""Compares a sealed scan with its electronic copy. `reconcile` is the function to read."""

from __future__ import annotations

import hashlib
import importlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from extractors.errors import UnreadableFileError
from extractors.i18n import _
from extractors.scan.legible import nothing_read
from extractors.tables import Cell, Document
from pipeline.findings import of_notice
from pipeline.forms.form import Form, load_form
from pipeline.forms.records import Record, RecordTable, read_records
from pipeline.forms.sections import sections_as_columns
from pipeline.model import (
    FieldResult,
    FileInfo,
    Finding,
    Letter,
    Reconciliation,
    RecordResult,
    Severity,
    Verdict,
    Where,
)
from pipeline.reconcile.calibration import TARGET
from pipeline.reconcile.checks import record_findings
from pipeline.reconcile.columns import ColumnPair, Columns, pair_columns
from pipeline.reconcile.evidence import judge_all
from pipeline.reconcile.pairing import RowPairs, pair_rows
from pipeline.reconcile.seals import seal_findings, seal_results
from pipeline.reconcile.signatures import signature_findings
from pipeline.reconcile.verdicts import Judgement


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
    with _timed(clock, "records"):
        left = read_records(electronic, form, electronic_name or electronic_path.name)
        right = _sealed_records(scan, form, scan_name or scan_path.name)
        left, right = sections_as_columns(left, right, form)
    with _timed(clock, "compare"):
        columns = pair_columns(left, right)
        rows = pair_rows(left.records, right.records, columns.pairs)
        records, record_trouble = compare_records(left, right, columns, rows, form, target_missed_rate)
    with _timed(clock, "letter"):
        letter = _merged(letter_of(scan), letter)
        body = department or department_of(letter, scan)
    with _timed(clock, "checks"):
        seals = seal_results(scan.seals)
        findings = [
            *(of_notice(n) for n in (*electronic.notices, *left.notices, *scan.notices, *right.notices)),
            *column_findings(columns),
            *record_trouble,
            *section_findings(left, right, columns, rows, form),
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


def read_both(electronic_path: Path, scan_path: Path, clock: dict[str, float]) -> tuple[Document, Document]:
    """Both files as tables: the electronic copy is read beside the scan, whose recogniser mostly leaves Python idle."""
    with ThreadPoolExecutor(1) as beside:
        electronic = beside.submit(read_electronic, electronic_path, clock)
        beside.submit(importlib.import_module, "scipy.optimize")
        with _timed(clock, "scan"):
            scan = read_sealed(scan_path)
        return electronic.result(), scan


def read_electronic(path: Path, clock: dict[str, float]) -> Document:
    """The electronic copy as tables."""
    from extractors.electronic import read

    with _timed(clock, "electronic"):
        return read(path)


def read_sealed(path: Path) -> Document:
    """The scan as tables with evidence; a PDF that was made from a document keeps its own text."""
    from extractors.sealed import read

    return read(path)


def _sealed_records(scan: Document, form: Form, name: str) -> RecordTable:
    """The records of the scan.

    Raises:
        UnreadableFileError: it holds no table of the form; where its pages say why, that is what the error says.
    """
    try:
        return read_records(scan, form, name)
    except UnreadableFileError as error:
        reason = nothing_read(name, len(scan.pages), scan.notices)
        if reason is None:
            raise
        raise reason from error


def compare_records(
    left: RecordTable, right: RecordTable, columns: Columns, rows: RowPairs, form: Form, target: float
) -> tuple[list[RecordResult], list[Finding]]:
    """A result for each record of either copy, in the order of RESULTS.md, and the findings about them."""
    jobs = [
        (a, b, pair, _cell(left.records[a], pair.electronic.index), _cell(right.records[b], pair.scan.index))
        for a, b in rows.pairs
        for pair in columns.pairs
    ]
    judgements = [
        _in_units(judgement, pair, mine)
        for judgement, (_, _, pair, mine, _) in zip(
            judge_all([(pair, mine, theirs) for _, _, pair, mine, theirs in jobs], target), jobs, strict=True
        )
    ]
    fields: dict[int, list[FieldResult]] = {}
    findings: list[Finding] = []
    for (a, _b, pair, mine, theirs), judgement in zip(jobs, judgements, strict=True):
        result = _field(pair, mine, theirs, judgement)
        fields.setdefault(a, []).append(result)
        if judgement.verdict is Verdict.MISMATCH:
            findings.append(_mismatch(left.records[a].row, _key(left, left.records[a], form), result))
        if theirs.evidence is not None and theirs.evidence.altered:
            params = {"row": str(left.records[a].row), "key": _key(left, left.records[a], form), "header": pair.header}
            findings.append(Finding("cell-altered", Severity.WARNING, params, result.where))
    partner = dict(rows.pairs)
    records: list[RecordResult] = []
    for a, record in enumerate(left.records):
        key = _key(left, record, form)
        scan_row = right.records[partner[a]].row if a in partner else None
        records.append(RecordResult(record.row, scan_row, key, tuple(fields.get(a, ()))))
        if a not in partner:
            findings.append(_row_finding("row-missing-in-scan", record, key, Where(electronic=_place(record))))
    for b in rows.only_scan:
        record = right.records[b]
        key = _key(right, record, form)
        records.append(RecordResult(None, record.row, key))
        box = next((c.box for c in record.cells.values() if c.box is not None), None)
        findings.append(_row_finding("row-missing-in-electronic", record, key, Where(scan=box)))
    return records, findings


def _in_units(judgement: Judgement, pair: ColumnPair, mine: Cell) -> Judgement:
    """Equal figures under headers of different units say different things, if the headers were read right."""
    if judgement.verdict is Verdict.MATCH and pair.units_differ and mine.text:
        return replace(judgement, verdict=Verdict.UNSURE, probability=0.5)
    return judgement


def section_findings(
    left: RecordTable, right: RecordTable, columns: Columns, rows: RowPairs, form: Form
) -> list[Finding]:
    """Records that stand under another section (一、省级…) in the other copy, where no column says the category."""
    if any(pair.field is not None and pair.field.id == form.category_field for pair in columns.pairs):
        return []
    findings = []
    for a, b in rows.pairs:
        mine, theirs = left.records[a], right.records[b]
        said = [form.section_value(r.section) if r.section else None for r in (mine, theirs)]
        if said[0] != said[1]:
            params = {"row": str(mine.row), "key": _key(left, mine, form)}
            params |= {"electronic": mine.section or "—", "scan": theirs.section or "—"}
            findings.append(Finding("section-differs", Severity.WARNING, params, Where(electronic=_place(mine))))
    return findings


def _cell(record: Record, index: int) -> Cell:
    return record.cells.get(index) or Cell(0, 0, "")


def _key(table: RecordTable, record: Record, form: Form) -> str:
    return table.text(record, form.name_field) or f"#{record.row}"


def _place(record: Record) -> str | None:
    return next((c.place for c in record.cells.values() if c.place), None)


def _field(pair: ColumnPair, mine: Cell, theirs: Cell, judgement: Judgement) -> FieldResult:
    return FieldResult(
        header=pair.header,
        field=pair.field.id if pair.field else None,
        electronic=mine.text,
        scan=judgement.scan,
        verdict=judgement.verdict,
        probability=judgement.probability,
        where=Where(mine.place or None, theirs.box),
    )


def _mismatch(row: int, key: str, result: FieldResult) -> Finding:
    params = {
        "row": str(row),
        "key": key,
        "header": result.header,
        "electronic": result.electronic,
        "scan": result.scan,
    }
    return Finding("field-mismatch", Severity.ERROR, params, result.where)


def _row_finding(code: str, record: Record, key: str, where: Where) -> Finding:
    return Finding(code, Severity.ERROR, {"row": str(record.row), "key": key}, where)


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


def letter_of(scan: Document) -> Letter | None:
    """What a cover letter in front of the form says; None where no page is one."""
    form_pages = {t.page for t in scan.tables}
    lines = [t.text for t in scan.lines if t.box is not None and t.box.page not in form_pages]
    if not lines:
        return None
    from pipeline.letters import read_letter

    return read_letter(lines)


def _merged(first: Letter | None, second: Letter | None) -> Letter | None:
    """The first letter, with what it doesn't say taken from the second."""
    if first is None or second is None:
        return first or second
    silent = {name: getattr(second, name) for name in vars(first) if getattr(first, name) is None}
    return replace(first, **silent)


def department_of(letter: Letter | None, scan: Document) -> str | None:
    """The reporting body by the letter, else by what the form's pages print (填报单位：…)."""
    if letter is not None and letter.department:
        return letter.department
    from pipeline.departments import match_department

    for line in scan.lines:
        found, score = match_department(line.text)
        if found is not None and score >= 0.8:
            return found.name
    return None


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


@contextmanager
def _timed(clock: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    clock[step] = time.perf_counter() - start


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
