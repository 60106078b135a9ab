"""The overview of a run, from the ledger's rows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from extractors.errors import StorageError
from extractors.i18n import N_, _
from pipeline.database.jobs import BodyRow, SubmissionRow, UnrelatedMessage
from pipeline.database.overview import GONE
from pipeline.database.states import State, name_of
from pipeline.departments import departments
from pipeline.model import Severity
from pipeline.particulars import TONES, call_info
from pipeline.reports.info import Body, OverviewRow, ReportLink, RunInfo, Tone, UnusableMessage
from pipeline.workspace import Workspace

MOST_UNRELATED = 1000
"""Messages without a report that are listed; the rest is counted, for a page must open."""
LABELS = {
    "page": N_("核对页"),
    "list": N_("核对清单"),
    "letter": N_("复函"),
    "acknowledgement": N_("回执"),
    "correction": N_("更正通知"),
}
"""Kinds of reports in the order of their links."""


@dataclass(frozen=True)
class Run:
    """A run as far as it is known when it ends."""

    source: str
    started: datetime.datetime
    messages: int
    """How many new ones it took in."""
    call: str
    among_others: bool = False
    """Whether this is one of several overviews, and not the usual call's: its file bears the call's id."""


def write_run_overview(
    workspace: Workspace,
    run: Run,
    rows: Sequence[SubmissionRow],
    bodies: Sequence[BodyRow],
    unrelated: Sequence[UnrelatedMessage] = (),
) -> Path:
    """Writes the overview over submissions of the ledger, their bodies, and other messages; its path.

    Raises:
        StorageError: workspace-unusable.
    """
    from pipeline.reports.overview import write_overview

    path = workspace.reports / (_("总览-{call}.html").format(call=run.call) if run.among_others else _("总览.html"))
    info = RunInfo(
        call=call_info(run.call),
        source=run.source,
        started=run.started,
        messages=run.messages,
        bodies=_bodies(workspace, rows, bodies),
        unusable=tuple(_unusable(row) for row in rows if row.documents == 0),
        shared=shared_platforms(rows),
        unrelated=tuple(
            UnusableMessage(m.name, m.subject, m.sender, m.reason, m.received_at) for m in unrelated[:MOST_UNRELATED]
        ),
        unrelated_count=len(unrelated),
    )
    try:
        write_overview(path, _overview_rows(workspace, rows), info)
    except OSError as theirs:
        raise StorageError("workspace-unusable", name=str(path)) from theirs
    return path


def _bodies(workspace: Workspace, rows: Sequence[SubmissionRow], bodies: Sequence[BodyRow]) -> tuple[Body, ...]:
    kinds = {d.name: d.kind for d in departments()}
    links = {row.submission_id: _links(workspace, row) for row in rows}
    made = []
    for body in bodies:
        state = body.state or State.SUPERSEDED
        own = links.get(body.shown, []) if body.shown is not None else []
        made.append(
            Body(
                name=body.department,
                region=body.region,
                kind=kinds[body.department],
                reported=body.reported,
                state=name_of(state),
                tone=_tone(state),
                incomplete=body.incomplete,
                href=own[0].href if own else None,
            )
        )
    return tuple(made)


def _tone(state: State) -> Tone:
    return TONES.get(state, Tone.NEUTRAL)


def _links(workspace: Workspace, row: SubmissionRow) -> list[ReportLink]:
    return [
        ReportLink(_(label), (workspace.root / row.reports[kind]).relative_to(workspace.reports).as_posix())
        for kind, label in LABELS.items()
        if kind in row.reports and (workspace.root / row.reports[kind]).is_file()  # a withdrawn draft has another name
    ]


def _overview_rows(workspace: Workspace, rows: Sequence[SubmissionRow]) -> list[OverviewRow]:
    """A body's submissions are numbered in the order in which they came; the rows are the newest first."""
    messages: dict[str, list[int]] = {}
    made = []
    for row in rows:
        of_body = messages.setdefault(row.department or "", [])
        if row.message_id not in of_body:  # the forms of one message are one version
            of_body.append(row.message_id)
        made.append(_overview_row(workspace, row, of_body.index(row.message_id) + 1 if row.department else 1))
    return made


def _overview_row(workspace: Workspace, row: SubmissionRow, version: int) -> OverviewRow:
    return OverviewRow(
        department=row.department or "",
        documents=row.documents,
        records=row.records,
        match=row.match,
        mismatch=row.mismatch,
        unsure=row.unsure,
        findings=sum(f.severity is not Severity.INFO for f in row.findings),
        state=name_of(row.state),
        tone=_tone(row.state),
        received=row.received_at,
        version=version,
        number=row.submission_id,
        name=_name(row),
        note=_note(row),
        links=tuple(_links(workspace, row)),
        standing=row.state not in GONE,
    )


def _name(row: SubmissionRow) -> str:
    """What tells a row apart, where its reporting body doesn't."""
    if row.part is not None:
        return " · ".join(filter(None, (row.message_name, row.form)))
    return "" if row.department else row.message_name


def _note(row: SubmissionRow) -> str:
    if row.state is State.REPEATED and row.repeats is not None:
        return _("与 {number} 相同").format(number=f"{row.repeats:05d}")
    if row.state is State.SUPERSEDED and row.superseded_by is not None:
        return _("由 {number} 替代").format(number=f"{row.superseded_by:05d}")
    return ""


def shared_platforms(rows: Sequence[SubmissionRow]) -> tuple[str, ...]:
    """The platforms that two bodies list, each told once, from the side of the one that reported first."""
    told: dict[frozenset[tuple[str, str]], str] = {}
    for row in rows:
        for finding in row.findings:
            if finding.code == "record-elsewhere" and row.state not in GONE:
                mine = (row.message_name, finding.params["row"])
                pair = frozenset({mine, (finding.params["of"], finding.params["other"])})
                told.setdefault(pair, f"{row.department}：{finding.message}")
    return tuple(told.values())


def _unusable(row: SubmissionRow) -> UnusableMessage:
    """A message that held no document."""
    reason = next((f.message for f in row.findings if f.severity is Severity.ERROR), name_of(State.INCOMPLETE))
    return UnusableMessage(row.message_name, row.subject, row.sender, reason, row.received_at)
