"""What a correction changes against the electronic copies whose place it takes, and what an addition repeats.

The same readers and the same pairing of columns and rows as between scan and electronic copy; values are compared by
what they say, so that 1,200.00 for 1200 is no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from extractors.errors import UnreadableFileError
from pipeline.calls.catalogue import form_of
from pipeline.database.jobs import EarlierCopy, SubmissionJob
from pipeline.forms.form import Form
from pipeline.forms.kinds import normal_form
from pipeline.forms.records import Record, RecordTable, read_records
from pipeline.forms.sections import sections_as_columns
from pipeline.forms.text import fold
from pipeline.model import Finding, Severity, Where
from pipeline.reconcile.columns import ColumnPair
from pipeline.reconcile.pairing import RowPairs
from pipeline.reconcile.records import Paired, key_of, pair_up

LEAST_SHARED = 0.5
"""Of the platforms that a correction and what it corrects could have in common; a second batch shares few or none."""
MOST_CHANGES = 50
"""Findings of one correction; more are counted, and read in the files themselves."""


DROPPED = "correction-row-dropped"
"""Holds a submission: its platform would be withdrawn from the library."""
CODE_FIELD = "code"
"""Of the form: the operator's unified social credit code."""


@dataclass(frozen=True)
class Change:
    """A value that is another one now."""

    column: ColumnPair
    before: str
    after: str
    place: str | None
    """In the new copy."""


def change_findings(job: SubmissionJob) -> tuple[Finding, ...]:
    """The findings on a correction or an addition; none where it is neither or has no other electronic copy.

    A copy that can't be read is a finding and no more.
    """
    if job.electronic is None or not (job.replaced or job.beside):
        return ()
    form = form_of(job.call)
    try:
        after = _read(job.electronic.path, form, job.electronic.name)
    except UnreadableFileError:
        return ()  # the comparison of the two copies tells of it
    before, findings = [], []
    for copy in job.replaced or job.beside:
        try:
            before.append((copy, _read(copy.electronic.path, form, copy.electronic.name)))
        except UnreadableFileError:
            findings.append(Finding("correction-not-compared", Severity.WARNING, {"of": copy.name}))
    if not before:
        return tuple(findings)
    if job.replaced and job.by_text_alone and _is_unlike(before, after, form):
        names = "、".join(copy.name for copy, _ in before)
        return (*findings, Finding("correction-unlike", Severity.ERROR, {"names": names}))
    found = list(_changes(before, after, form) if job.replaced else _overlaps(before, after, form))
    if job.replaced and not found and not findings:
        found = [Finding("correction-unchanged", Severity.WARNING, {"of": before[-1][0].name})]
    more = len(found) - MOST_CHANGES
    if more > 0:
        holds = any(f.severity is Severity.ERROR or f.code == DROPPED for f in found)
        severity = Severity.ERROR if holds else Severity.INFO
        found = [*found[:MOST_CHANGES], Finding("correction-more", severity, {"count": str(more)})]
    return (*findings, *found)


def _read(path: Path, form: Form, name: str) -> RecordTable:
    from extractors.electronic import read

    return read_records(read(path), form, name)


Earlier = Sequence[tuple[EarlierCopy, RecordTable]]


def _is_unlike(before: Earlier, after: RecordTable, form: Form) -> bool:
    """Whether fewer than half of the platforms that the two could have in common are in both."""
    shared = {new for _, table in before for _, new in _pair(table, after, form).rows.pairs}
    most = min(len(after.records), sum(len(table.records) for _, table in before))
    return len(shared) < LEAST_SHARED * most


def _changes(before: Earlier, after: RecordTable, form: Form) -> Iterator[Finding]:
    """Values first, then rows and columns. A row of several earlier copies is held against the newest."""
    seen: set[int] = set()
    dropped: list[Finding] = []
    columns: list[Finding] = []
    for copy, table in reversed(before):
        paired = _pair(table, after, form)
        for old, new in paired.rows.pairs:
            if new not in seen:
                yield from _row_changes(paired, old, new, copy, form)
        seen |= {new for _, new in paired.rows.pairs}
        dropped += [_dropped(paired, old, copy, form) for old in paired.rows.only_electronic]
        for code, those in (
            ("correction-column-added", paired.columns.only_scan),
            ("correction-column-dropped", paired.columns.only_electronic),
        ):
            columns += [Finding(code, Severity.INFO, {"header": c.header, "of": copy.name}) for c in those]
    for at, record in enumerate(after.records):
        if at not in seen:
            params = {"row": str(record.row), "key": key_of(after, record, form)}
            yield Finding("correction-row-added", Severity.INFO, params, _where(record))
    yield from dropped
    yield from columns


def _row_changes(paired: Paired, old: int, new: int, copy: EarlierCopy, form: Form) -> Iterator[Finding]:
    record = paired.right.records[new]
    for change in _differences(paired, old, new):
        params = _params(paired, record, change, copy, form)
        yield Finding("correction-field", Severity.INFO, params, Where(change.place))


def _dropped(paired: Paired, old: int, copy: EarlierCopy, form: Form) -> Finding:
    record = paired.left.records[old]
    params = {"row": str(record.row), "key": key_of(paired.left, record, form), "of": copy.name}
    return Finding(DROPPED, Severity.WARNING, params)


def _overlaps(before: Earlier, after: RecordTable, form: Form) -> Iterator[Finding]:
    """Rows of an addition that an earlier copy has: other values have to be decided on before they are loaded."""
    for copy, table in before:
        paired = _pair(table, after, form)
        for old, new in paired.rows.pairs:
            record = paired.right.records[new]
            changes = list(_differences(paired, old, new))
            for change in changes:
                params = _params(paired, record, change, copy, form)
                yield Finding("addition-differs", Severity.ERROR, params, Where(change.place))
            if not changes:
                params = {"row": str(record.row), "key": key_of(paired.right, record, form), "of": copy.name}
                yield Finding("addition-overlaps", Severity.WARNING, params, _where(record))


def _pair(before: RecordTable, after: RecordTable, form: Form) -> Paired:
    """The two copies paired; rows whose platform and credit code are both others now are another platform's.

    Between a scan and its copy likeness is enough; here the library would take them for two (see `library.pairing`).
    """
    paired = pair_up(*sections_as_columns(before, after, form))
    kept = tuple(pair for pair in paired.rows.pairs if _one_platform(paired, *pair, form))
    undone = [pair for pair in paired.rows.pairs if pair not in kept]
    rows = RowPairs(
        kept,
        tuple(sorted((*paired.rows.only_electronic, *(old for old, _ in undone)))),
        tuple(sorted((*paired.rows.only_scan, *(new for _, new in undone)))),
    )
    return replace(paired, rows=rows)


def _one_platform(paired: Paired, old: int, new: int, form: Form) -> bool:
    said = [
        [fold(table.text(table.records[at], field)) for table, at in ((paired.left, old), (paired.right, new))]
        for field in (form.name_field, CODE_FIELD)
    ]
    return any(before == after != "" for before, after in said) or not all(said[1])


def _differences(paired: Paired, old: int, new: int) -> Iterable[Change]:
    """The values of a row that say something else now; figures under a header of another unit do."""
    for column in paired.columns.pairs:
        before = paired.left.records[old].cells.get(column.electronic.index)
        after = paired.right.records[new].cells.get(column.scan.index)
        texts = ["" if cell is None else " ".join(cell.text.split()) for cell in (before, after)]
        headers = (column.electronic.header, column.scan.header)
        said = [normal_form(t, column.kind, column.unit, h) for t, h in zip(texts, headers, strict=True)]
        if said[0] != said[1] or (column.units_differ and any(texts)):
            yield Change(column, texts[0], texts[1], None if after is None else after.place or None)


def _params(paired: Paired, record: Record, change: Change, copy: EarlierCopy, form: Form) -> dict[str, str]:
    before, after = change.before, change.after
    if change.column.units_differ:
        before, after = f"{before}（{change.column.electronic.header}）", f"{after}（{change.column.scan.header}）"
    return {
        "row": str(record.row),
        "key": key_of(paired.right, record, form),
        "header": change.column.scan.header or change.column.header,
        "before": before,
        "after": after,
        "of": copy.name,
    }


def _where(record: Record) -> Where | None:
    place = next((cell.place for cell in record.cells.values() if cell.place), None)
    return None if place is None else Where(place)
