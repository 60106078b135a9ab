"""From the drafts beside the reports to the outbox: what is entered there, and what may go out by itself."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from extractors.i18n import _
from pipeline.answers.account import Answers
from pipeline.answers.message import mail_id_of
from pipeline.database.engine import reading
from pipeline.database.outbox import (
    ACKNOWLEDGEMENT,
    CORRECTION,
    COVERED,
    GONE_OUT,
    KINDS,
    NOT_DUE,
    NewDraft,
    OutboxItem,
    Stage,
    enter,
    is_forwarded,
    items,
)
from pipeline.database.states import State
from pipeline.database.tables import FindingTable, MessageRow, SubmissionTable
from pipeline.intake.evidence import SUPPORT
from pipeline.intake.store import Store
from pipeline.settings import Settings

log = structlog.get_logger("pipeline.answers")

ANSWERED = frozenset({State.WAITING, State.LOADED, State.INCOMPLETE})
"""States in which a sender is answered: not those that a later submission replaced, nor those that failed for now."""
NOT_BY_ITSELF = frozenset(
    {
        "department-unknown", "department-conflict", "department-other-in-form", "sender-unsupported", "sender-other",
        "sender-forged", "submission-joined", "message-damaged", "correction-unproven", "half-unproven",
    }
)  # fmt: skip
"""Findings with which nothing goes out unless a person releases it: it isn't sure whom the message is from, or
the answer would tell what another message said. See also `_by_itself`."""
ONE_HALF = ("document-missing-scan", "document-missing-electronic")
"""Findings of a submission whose other half may still come."""


@dataclass(frozen=True)
class _Submission:
    id: int
    reports: Mapping[str, str]
    """Of the answers alone; empty where nobody is to be answered."""
    replaced: Mapping[str, str]
    """The same of a submission that another replaced, or that repeats one."""
    by_itself: bool
    """An answer may go out without a person."""
    half_since: datetime.datetime | None
    """When its message was taken, where it lacks one half."""


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
    known: dict[int, list[OutboxItem]] = defaultdict(list)
    for item in items(engine):
        known[item.submission_id].append(item)
    for submission in _submissions(engine):
        if not submission.reports and not submission.replaced and submission.id not in known:
            continue
        drafts: list[NewDraft] = []
        edited: set[str] = set()
        for kind, name in submission.reports.items():
            had = [item for item in known[submission.id] if item.kind == kind]
            new = _draft(settings.workspace / name, kind, store, had)
            if new is not None:
                drafts.append(new)
            else:
                edited.add(kind)
                if not any(item.stage in GONE_OUT for item in had):
                    unusable.append(name)
                    log.warning("draft-unusable", name=name)
        to_queue = kinds_to_queue(settings.answers, drafts) if submission.by_itself else frozenset[str]()
        half = submission.half_since
        not_before = half + datetime.timedelta(hours=settings.answers.wait_hours) if half else None
        enter(engine, submission.id, drafts, to_queue, not_before, edited)
    _put_away(engine, settings.workspace)
    return unusable


def withdrawn_name(path: Path) -> Path:
    """What the file of a draft is called once it isn't to be sent any more."""
    return path.with_name(_("已撤回-{name}").format(name=path.name))


def _put_away(engine: Engine, workspace: Path) -> None:
    """Gives drafts that aren't to be sent any more a name that says so, so that nobody sends them by mistake.

    A draft that is due again gets its name back.
    """
    known: dict[tuple[int, str], list[OutboxItem]] = defaultdict(list)
    for item in items(engine):
        known[item.submission_id, item.kind].append(item)
    for submission in _submissions(engine):
        for kind, name in (submission.reports or submission.replaced).items():
            had = known[submission.id, kind]
            stands = any(item.stage is not Stage.WITHDRAWN for item in had)
            no_longer_due = any(item.error in (COVERED, NOT_DUE) for item in had)
            obsolete = not stands and (bool(submission.replaced) or no_longer_due)
            path, away = workspace / name, withdrawn_name(workspace / name)
            try:
                if obsolete and path.exists():
                    path.replace(away)
                elif not obsolete and away.exists() and not path.exists():
                    away.rename(path)
            except OSError as theirs:
                log.warning("draft-not-renamed", name=name, reason=str(theirs))


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
        halves = set(session.scalars(select(FindingTable.submission_id).where(FindingTable.code.in_(ONE_HALF))))
        found = []
        for row in session.scalars(select(SubmissionTable).order_by(SubmissionTable.id)):
            replaced = row.superseded_by is not None or row.repeats is not None
            replaced = replaced or State(row.state) in (State.SUPERSEDED, State.REPEATED)
            answered = State(row.state) in ANSWERED and not replaced
            reports = {kind: row.reports[kind] for kind in KINDS if kind in row.reports}
            found.append(
                _Submission(
                    row.id,
                    reports if answered else {},
                    reports if replaced else {},
                    row.id not in held and _by_itself(row),
                    _half_since(session, row) if row.id in halves else None,
                )
            )
        return found


def _by_itself(row: SubmissionTable) -> bool:
    """Whether it is sure enough who is answered.

    Not where no body is told, where the answer would go to the one who forwarded the message, nor where the two
    copies were compared and neither seal, signature nor address shows that it is the body's.
    """
    if row.department is None or is_forwarded(row):
        return False
    supported = any(each["source"] in SUPPORT and each["department"] == row.department for each in row.evidence)
    return supported or State(row.state) is not State.WAITING


def _half_since(session: Session, row: SubmissionTable) -> datetime.datetime:
    return session.get_one(MessageRow, row.message_id).taken_at


def _draft(path: Path, kind: str, store: Store, had: Sequence[OutboxItem]) -> NewDraft | None:
    """The draft in a file; None where it isn't as it was written. It may have been put away.

    `had` are those that the outbox has of its kind. Where the file is gone, the one that the outbox has stays;
    most files are known by their first line.
    """
    try:
        with (path if path.exists() else withdrawn_name(path)).open("rb") as file:
            mail_id = file.readline().decode("ascii", "replace").removeprefix("Message-ID: ").strip()
            there = next((item for item in had if item.mail_id == mail_id), None)
            file.seek(0)
            data = b"" if there is not None else file.read()
    except FileNotFoundError:
        newest = sorted(had, key=lambda item: (item.stage is not Stage.WITHDRAWN, item.id))[-1:]
        data, there = b"", newest[0] if newest else None
    except OSError:
        return None
    if there is not None:
        return NewDraft(kind, there.sha256, there.mail_id, there.recipient, there.subject)
    return _read(data, kind, store)


def _read(data: bytes, kind: str, store: Store) -> NewDraft | None:
    mail_id = mail_id_of(data)
    if mail_id is None:
        return None
    message = message_from_bytes(data)
    subject = str(make_header(decode_header(str(message["Subject"]))))
    return NewDraft(kind, store.put(data), mail_id, str(message["To"]), subject)
