"""From the drafts beside the reports to the outbox: what is entered there, and what may go out by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import structlog
from sqlalchemy import Engine, select

from pipeline.answers.account import Answers
from pipeline.answers.message import mail_id_of
from pipeline.database.engine import reading
from pipeline.database.outbox import ACKNOWLEDGEMENT, CORRECTION, KINDS, NewDraft, OutboxItem, enter, items
from pipeline.database.states import State
from pipeline.database.tables import FindingTable, SubmissionTable
from pipeline.intake.store import Store
from pipeline.settings import Settings

log = structlog.get_logger("pipeline.answers")

ANSWERED = frozenset({State.WAITING, State.LOADED, State.INCOMPLETE})
"""States in which a sender is answered: not those that a later submission replaced, nor those that failed for now."""
NOT_BY_ITSELF = frozenset({"department-unknown", "department-conflict", "submission-joined", "message-damaged"})
"""Findings with which nothing goes out unless a person releases it: it isn't sure whom the message is from, or
the answer would tell what another message said."""


@dataclass(frozen=True)
class _Submission:
    id: int
    reports: Mapping[str, str]
    """Of the answers alone; empty where nobody is to be answered."""
    by_itself: bool
    """An answer may go out without a person."""


def enter_drafts(engine: Engine, store: Store, settings: Settings) -> list[str]:
    """Makes the outbox hold the drafts of all submissions; doing it again changes nothing.

    Returns:
        Files that can't be entered, relative to the workspace: missing, cut short, or changed by hand. Such an answer
        has to be sent by hand.

    Raises:
        StorageError: database-unusable, workspace-unusable.
        TransientError: database-busy, store-unreachable.
    """
    unusable: list[str] = []
    known = {(item.submission_id, item.mail_id): item for item in items(engine)}
    had = {submission_id for submission_id, _ in known}
    for submission in _submissions(engine):
        if not submission.reports and submission.id not in had:
            continue
        drafts: list[NewDraft] = []
        for kind, name in submission.reports.items():
            new = _draft(settings.workspace / name, kind, store, submission.id, known)
            if new is None:
                unusable.append(name)
                log.warning("draft-unusable", name=name)
            else:
                drafts.append(new)
        to_queue = kinds_to_queue(settings.answers, drafts) if submission.by_itself else frozenset[str]()
        if settings.answers.send == "all" and CORRECTION in to_queue:
            drafts = [each for each in drafts if each.kind == CORRECTION]  # which says what was received, too
        enter(engine, submission.id, drafts, to_queue)
    return unusable


def kinds_to_queue(answers: Answers, drafts: Sequence[NewDraft]) -> frozenset[str]:
    """The kinds of a submission's drafts that go out by themselves."""
    kinds = {each.kind for each in drafts}
    if answers.send == "never":
        return frozenset()
    if answers.send == "acknowledgements" or CORRECTION not in kinds:
        return frozenset(kinds & {ACKNOWLEDGEMENT})
    return frozenset({CORRECTION})


def _submissions(engine: Engine) -> list[_Submission]:
    with reading(engine) as session:
        held = set(
            session.scalars(select(FindingTable.submission_id).where(FindingTable.code.in_(sorted(NOT_BY_ITSELF))))
        )
        found = []
        for row in session.scalars(select(SubmissionTable).order_by(SubmissionTable.id)):
            replaced = row.superseded_by is not None or row.repeats is not None
            answered = State(row.state) in ANSWERED and not replaced
            reports = {kind: row.reports[kind] for kind in KINDS if kind in row.reports} if answered else {}
            found.append(_Submission(row.id, reports, row.department is not None and row.id not in held))
        return found


def _draft(
    path: Path, kind: str, store: Store, submission_id: int, known: Mapping[tuple[int, str], OutboxItem]
) -> NewDraft | None:
    try:
        with path.open("rb") as file:
            first = file.readline().decode("ascii", "replace")
            there = known.get((submission_id, first.removeprefix("Message-ID: ").strip()))
            if there is not None and there.kind == kind:
                return NewDraft(kind, there.sha256, there.mail_id, there.recipient, there.subject)
            file.seek(0)
            data = file.read()
    except OSError:
        return None
    mail_id = mail_id_of(data)
    if mail_id is None:
        return None
    message = message_from_bytes(data)
    subject = str(make_header(decode_header(str(message["Subject"]))))
    return NewDraft(kind, store.put(data), mail_id, str(message["To"]), subject)
