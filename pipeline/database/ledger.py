"""Writing to the ledger and asking it for work. Each function is one transaction."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, or_, select
from sqlalchemy.orm import Session

from pipeline.database.answered import answers_a_correction
from pipeline.database.engine import reading, writing
from pipeline.database.findings import finding_of, row_of
from pipeline.database.jobs import DocumentRef, EarlierCopy, Outcome, ReceivedFile, SubmissionJob
from pipeline.database.order import came_before, documents_of_submission, name_of_document, name_of_submission
from pipeline.database.proof import is_stranger
from pipeline.database.states import State, check
from pipeline.database.supersede import aims, release, resolve
from pipeline.database.tables import DocumentTable, FindingTable, MessageRow, ResultTable, RunRow, SubmissionTable
from pipeline.database.targets import is_unlike
from pipeline.intake.clues import titles_correct
from pipeline.intake.store import Store
from pipeline.model import Finding

SETTLED = (State.SUPERSEDED, State.REPEATED, State.WAITING, State.LOADED)
"""States that a comparison's outcome doesn't change."""


def now() -> datetime.datetime:
    """The time, with its zone."""
    return datetime.datetime.now(datetime.UTC)


def start_run(engine: Engine, source: str) -> int:
    """Writes down that a run begins; its id."""
    with writing(engine) as session:
        run = RunRow(source=source, started_at=now())
        session.add(run)
        session.flush()
        return run.id


def finish_run(engine: Engine, run_id: int, summary: dict[str, Any]) -> None:
    """Writes down how a run ended. A run without an end was stopped."""
    with writing(engine) as session:
        run = session.get_one(RunRow, run_id)
        run.ended_at, run.summary = now(), summary


def pending(engine: Engine, store: Store) -> list[SubmissionJob]:
    """The submissions to compare, oldest first: received ones, and those that a passing fault stopped."""
    return _jobs(engine, store, (State.RECEIVED, State.FAILED))


def incomplete_without_reports(engine: Engine, store: Store) -> list[SubmissionJob]:
    """Submissions that can't be compared and whose sender has no letter yet."""
    return [j for j in _jobs(engine, store, (State.INCOMPLETE,), without_reports=True)]


def unsettled(engine: Engine) -> list[int]:
    """Submissions with a stored result that are neither loaded nor waiting: a stop came in between."""
    with reading(engine) as session:
        query = select(SubmissionTable.id).where(SubmissionTable.state == State.COMPARED).order_by(SubmissionTable.id)
        return list(session.scalars(query))


def save_outcome(engine: Engine, submission_id: int, outcome: Outcome) -> bool:
    """Stores what came of a comparison and moves the submission. False where nothing is new.

    The same outcome again changes nothing. A submission that was superseded meanwhile keeps that state.
    """
    with writing(engine) as session:
        submission = session.get_one(SubmissionTable, submission_id)
        changed = _store_result(session, submission, outcome)
        changed |= _store_findings(session, submission, outcome.findings)
        if outcome.reports and submission.reports != outcome.reports:
            submission.reports, changed = outcome.reports, True
        if outcome.evidence and submission.evidence != list(outcome.evidence):
            submission.evidence, changed = [dict(each) for each in outcome.evidence], True
        if outcome.department and outcome.department != submission.department:
            release(session, submission)
            submission.department, changed = outcome.department, True
            resolve(session, submission)
        elif submission.corrects or submission.joined_with is not None:
            if submission.corrects and (is_unlike(session, submission) or is_stranger(session, submission)):
                release(session, submission)  # what it replaced when it came
            resolve(session, submission)  # its own papers may have proven it
        settled = State(submission.state) in SETTLED
        if not settled and check(State(submission.state), outcome.state):
            submission.state, changed = outcome.state, True
        return changed


def set_reports(engine: Engine, submission_id: int, reports: dict[str, str]) -> None:
    """Writes down where the reports of a submission are: kind to path."""
    with writing(engine) as session:
        session.get_one(SubmissionTable, submission_id).reports = dict(reports)


def move_state(engine: Engine, submission_id: int, new: State, reason: dict[str, Any] | None = None) -> bool:
    """Moves a submission; False if it is there already.

    Raises:
        ForbiddenMoveError: for a move that `states.MOVES` doesn't have.
    """
    with writing(engine) as session:
        submission = session.get_one(SubmissionTable, submission_id)
        moved = check(State(submission.state), new)
        if moved:
            submission.state, submission.reason = new, reason
        return moved


def newest_result(session: Session, submission_id: int) -> ResultTable | None:
    """The result in force of a submission."""
    query = select(ResultTable).where(ResultTable.submission_id == submission_id)
    return session.scalars(query.order_by(ResultTable.made_at.desc(), ResultTable.id.desc()).limit(1)).first()


def result_hash(result: dict[str, Any]) -> str:
    """SHA-256 of a result without its timing, which differs between runs that say the same."""
    said = {key: value for key, value in result.items() if key != "timing"}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _store_result(session: Session, submission: SubmissionTable, outcome: Outcome) -> bool:
    if outcome.result is None:
        return False
    sha = result_hash(outcome.result)
    newest = newest_result(session, submission.id)
    if newest is not None and newest.sha256 == sha:
        return False
    again = session.scalars(
        select(ResultTable).where(ResultTable.submission_id == submission.id, ResultTable.sha256 == sha)
    ).first()
    if again is not None:
        again.made_at = now()
        return True
    turns = {str(page): turn for page, turn in outcome.page_turns.items()}
    session.add(
        ResultTable(submission_id=submission.id, sha256=sha, result=outcome.result, page_turns=turns, made_at=now())
    )
    return True


def _store_findings(session: Session, submission: SubmissionTable, findings: tuple[Finding, ...]) -> bool:
    mine = (FindingTable.submission_id == submission.id, FindingTable.stage == "compare")
    old = [finding_of(row) for row in session.scalars(select(FindingTable).where(*mine).order_by(FindingTable.id))]
    if old == list(findings):
        return False
    session.execute(delete(FindingTable).where(*mine))
    session.add_all(row_of(f, submission.message_id, submission.id, "compare") for f in findings)
    return True


def _jobs(
    engine: Engine, store: Store, states: tuple[State, ...], without_reports: bool = False
) -> list[SubmissionJob]:
    with reading(engine) as session:
        query = select(SubmissionTable).join(MessageRow).where(SubmissionTable.state.in_(states))
        rows = session.scalars(query.order_by(MessageRow.received_at, SubmissionTable.id)).all()
        return [_job(session, store, row) for row in rows if not (without_reports and row.reports)]


def _job(session: Session, store: Store, row: SubmissionTable) -> SubmissionJob:
    of_intake = select(FindingTable).where(FindingTable.submission_id == row.id, FindingTable.stage != "compare")
    taken = or_(
        SubmissionTable.superseded_by == row.id, SubmissionTable.id.in_([each.id for each in aims(session, row)])
    )
    supersedes = select(SubmissionTable).where(SubmissionTable.superseded_by == row.id).order_by(SubmissionTable.id)
    superseded = session.scalars(supersedes).all()
    return SubmissionJob(
        submission_id=row.id,
        call=row.call,
        department=row.department,
        message_name=name_of_submission(session, row),
        subject=row.message.subject,
        mail_text=row.message.body,
        mail_id=row.message.mail_id,
        references=row.message.references,
        reply_to=row.message.reply_to,
        received_at=row.message.received_at,
        scan=_reference(session, store, row.scan),
        electronic=_reference(session, store, row.electronic),
        letter=_reference(session, store, row.letter),
        findings=tuple(finding_of(f) for f in session.scalars(of_intake.order_by(FindingTable.id))),
        supersedes=superseded[-1].id if superseded else None,
        corrected=tuple(name_of_submission(session, each) for each in superseded) if row.corrects else (),
        files=tuple(
            ReceivedFile(name_of_document(session, d), d.size, d.sha256, d.role)
            for d in documents_of_submission(session, row)
        ),
        evidence=tuple(row.evidence),
        authentication=dict(row.message.authentication),
        replaced=_copies(session, store, row, taken),
        by_text_alone=row.corrects and not _titled_or_asked_for(session, row),
        beside=_beside(session, store, row) if row.adds else (),
    )


def _titled_or_asked_for(session: Session, row: SubmissionTable) -> bool:
    """Whether subject, files and the archives around them call it a correction, or it answers a letter that asked."""
    documents = documents_of_submission(session, row)
    titles = [row.message.subject, *(f"{document.path} {document.name}" for document in documents)]
    return titles_correct(titles) or answers_a_correction(session, row.message.references)


def _beside(session: Session, store: Store, row: SubmissionTable) -> tuple[EarlierCopy, ...]:
    if row.department is None:
        return ()
    standing = (
        SubmissionTable.department == row.department,
        SubmissionTable.call == row.call,
        SubmissionTable.message_id != row.message_id,
        SubmissionTable.superseded_by.is_(None),
        SubmissionTable.state != State.REPEATED,
    )
    return _copies(session, store, row, *standing)


def _copies(
    session: Session, store: Store, row: SubmissionTable, *which: ColumnElement[bool]
) -> tuple[EarlierCopy, ...]:
    """Electronic copies of earlier submissions, but such as are the submission's own."""
    query = select(SubmissionTable).join(MessageRow).where(*which)
    others = session.scalars(query.order_by(MessageRow.received_at, SubmissionTable.id)).all()
    own = None if row.electronic is None else row.electronic.sha256
    references = [
        (name_of_submission(session, each), _reference(session, store, each.electronic))
        for each in others
        if came_before(each, row)
    ]
    return tuple(EarlierCopy(name, copy) for name, copy in references if copy is not None and copy.sha256 != own)


def _reference(session: Session, store: Store, document: DocumentTable | None) -> DocumentRef | None:
    if document is None:
        return None
    path = store.local_path(document.sha256, document.suffix)
    return DocumentRef(document.id, name_of_document(session, document), document.sha256, path)
