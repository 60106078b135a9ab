"""All records of both copies as one table of coloured cells, for the page."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import FieldResult, Reconciliation, RecordResult, Verdict


@dataclass(frozen=True)
class TableCell:
    """One value; `other` is what the scan has where the copies don't match."""

    text: str
    kind: str
    """``match``, ``mismatch``, ``unsure``, or ``none`` where the record has no such field."""
    other: str | None = None
    anchor: str | None = None
    """The card that shows it."""


@dataclass(frozen=True)
class TableRow:
    """One record."""

    electronic_row: int | None
    scan_row: int | None
    key: str
    cells: tuple[TableCell, ...]


@dataclass(frozen=True)
class RecordsTable:
    """Headers and rows; a row in one copy only has no cells."""

    headers: tuple[str, ...]
    rows: tuple[TableRow, ...]


def records_table(reconciliation: Reconciliation) -> RecordsTable:
    """The table, its columns in the order in which the electronic copy has them."""
    headers: dict[str, None] = {}
    for record in reconciliation.records:
        headers.update(dict.fromkeys(f.header for f in record.fields))
    counts = {Verdict.MISMATCH: 0, Verdict.UNSURE: 0}
    return RecordsTable(
        tuple(headers), tuple(_row(record, tuple(headers), counts) for record in reconciliation.records)
    )


def _row(record: RecordResult, headers: tuple[str, ...], counts: dict[Verdict, int]) -> TableRow:
    # In the order of the record's own fields, so that the anchors count as the cards do.
    cells: dict[str, TableCell] = {}
    for field in record.fields:
        cells.setdefault(field.header, _cell(field, counts))
    row = tuple(cells.get(h, TableCell("", "none")) for h in headers) if record.fields else ()
    return TableRow(record.electronic_row, record.scan_row, record.key, row)


def _cell(field: FieldResult, counts: dict[Verdict, int]) -> TableCell:
    if field.verdict is Verdict.MATCH:
        return TableCell(field.electronic, field.verdict.value)
    counts[field.verdict] += 1
    anchor = f"{field.verdict.value}-{counts[field.verdict]}"
    return TableCell(field.electronic, field.verdict.value, field.scan, anchor)
