"""The records of two copies side by side, and a verdict on each of their fields."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extractors.tables import Cell
from pipeline.forms.form import Form
from pipeline.forms.records import Record, RecordTable
from pipeline.forms.values import Likeness
from pipeline.model import FieldResult, Finding, RecordResult, Severity, Verdict, Where
from pipeline.reconcile.columns import ColumnPair, Columns, pair_columns
from pipeline.reconcile.evidence import Task, judge_all
from pipeline.reconcile.otherwise import in_doubt, likeness, rounding_of
from pipeline.reconcile.pairing import RowPairs, pair_rows
from pipeline.reconcile.verdicts import Judgement


@dataclass(frozen=True)
class Paired:
    """The tables of two copies, their columns and rows paired."""

    left: RecordTable
    """Of the electronic copy."""
    right: RecordTable
    """Of the scan."""
    columns: Columns
    rows: RowPairs

    def tasks(self) -> list[Task]:
        """The fields that both copies have, row by row in the order of `rows.pairs` and `columns.pairs`."""
        return [
            (pair, _cell(self.left.records[a], pair.electronic.index), _cell(self.right.records[b], pair.scan.index))
            for a, b in self.rows.pairs
            for pair in self.columns.pairs
        ]


def pair_up(left: RecordTable, right: RecordTable) -> Paired:
    """Pairs the columns of the electronic copy and the scan, then their rows."""
    columns = pair_columns(left, right)
    return Paired(left, right, columns, pair_rows(left.records, right.records, columns.pairs))


def compare_records(paired: Paired, form: Form, target: float) -> tuple[list[RecordResult], list[Finding]]:
    """A result for each record of either copy, in the order of RESULTS.md, and the findings about them."""
    left, right, rows = paired.left, paired.right, paired.rows
    tasks = paired.tasks()
    judged = [_in_units(j, pair, mine) for j, (pair, mine, _) in zip(judge_all(tasks, target), tasks, strict=True)]
    fields: dict[int, list[FieldResult]] = {}
    findings: list[Finding] = []
    owners = [a for a, _ in rows.pairs for _ in paired.columns.pairs]
    for a, (pair, mine, theirs), judgement in zip(owners, tasks, judged, strict=True):
        like = likeness(pair, mine, judgement)
        judgement = in_doubt(judgement) if like is Likeness.EQUIVALENT else judgement
        result = _field(pair, mine, theirs, judgement)
        fields.setdefault(a, []).append(result)
        row, key = left.records[a].row, key_of(left, left.records[a], form)
        rounding = rounding_of(pair, mine, judgement, like)
        if like is Likeness.EQUIVALENT:
            findings.append(_of_both("written-otherwise", Severity.WARNING, row, key, result))
        elif judgement.verdict is Verdict.MISMATCH and like is not Likeness.ROUNDED:
            findings.append(_of_both("field-mismatch", Severity.ERROR, row, key, result))
        if rounding is not None:
            severity = Severity.ERROR if like is Likeness.ROUNDED else Severity.INFO
            params = {"row": str(row), "key": key, "header": pair.header, **rounding.params}
            findings.append(Finding("rounded", severity, params, result.where))
        if theirs.evidence is not None and theirs.evidence.altered:
            record = left.records[a]
            params = {"row": str(record.row), "key": key_of(left, record, form), "header": pair.header}
            findings.append(Finding("cell-altered", Severity.WARNING, params, result.where))
    partner = dict(rows.pairs)
    records: list[RecordResult] = []
    for a, record in enumerate(left.records):
        key = key_of(left, record, form)
        scan_row = right.records[partner[a]].row if a in partner else None
        records.append(RecordResult(record.row, scan_row, key, tuple(fields.get(a, ()))))
        if a not in partner:
            findings.append(_row_finding("row-missing-in-scan", record, key, Where(electronic=place_of(record))))
    for b in rows.only_scan:
        record = right.records[b]
        key = key_of(right, record, form)
        records.append(RecordResult(None, record.row, key))
        box = next((c.box for c in record.cells.values() if c.box is not None), None)
        findings.append(_row_finding("row-missing-in-electronic", record, key, Where(scan=box)))
    return records, findings



def _in_units(judgement: Judgement, pair: ColumnPair, mine: Cell) -> Judgement:
    """Equal figures under headers of different units say different things, if the headers were read right."""
    if judgement.verdict is Verdict.MATCH and pair.units_differ and mine.text:
        return replace(judgement, verdict=Verdict.UNSURE, probability=0.5)
    return judgement


def _cell(record: Record, index: int) -> Cell:
    return record.cells.get(index) or Cell(0, 0, "")


def key_of(table: RecordTable, record: Record, form: Form) -> str:
    """What a record is called: the platform's name, else its row."""
    return table.text(record, form.name_field) or f"#{record.row}"


def place_of(record: Record) -> str | None:
    """Where a record stands in its file, where the format says so."""
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


def _of_both(code: str, severity: Severity, row: int, key: str, result: FieldResult) -> Finding:
    """A finding that shows both values."""
    params = {
        "row": str(row),
        "key": key,
        "header": result.header,
        "electronic": result.electronic,
        "scan": result.scan,
    }
    return Finding(code, severity, params, result.where)


def _row_finding(code: str, record: Record, key: str, where: Where) -> Finding:
    return Finding(code, Severity.ERROR, {"row": str(record.row), "key": key}, where)
