"""What intake writes into the ledger. Each function is one transaction."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import Enum, auto
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from pipeline.database.answered import answers_a_correction, is_ours
from pipeline.database.engine import reading, writing
from pipeline.database.findings import row_of
from pipeline.database.mailboxes import MailboxItem, taken_before, write_item
from pipeline.database.returned import remarks_of_bounce
from pipeline.database.states import State
from pipeline.database.supersede import resolve
from pipeline.database.tables import DocumentTable, MessageRow, SubmissionTable
from pipeline.model import Finding, Severity

EMPTY = hashlib.sha256(b"").hexdigest()


class Fate(Enum):
    """What became of a message that a source yielded."""

    NEW = auto()
    KNOWN = auto()
    """This very message is in the ledger already."""
    DUPLICATE = auto()
    """Another message with the same bytes is; this one is recorded beside it."""


@dataclass(frozen=True)
class StoredMessage:
    """A message whose submission isn't written yet."""

    id: int
    name: str
    sha256: str
    arrived: datetime.datetime | None
    """When the mailbox's server took it, as far as its source knew."""


@dataclass(frozen=True)
class NewDocument:
    """A document whose bytes are in the store; see `DocumentTable`."""

    name: str
    raw_name: bytes
    rule: str
    path: str
    sha256: str
    size: int
    kind: str
    suffix: str
    role: str
    reason: str


@dataclass(frozen=True)
class NewSubmission:
    """One form that a message submits; see `SubmissionTable`."""

    call: str
    department: str | None
    corrects: bool
    adds: bool
    days_late: int
    scan: int | None
    """Position in the message's `documents`."""
    electronic: int | None
    letter: int | None
    findings: tuple[Finding, ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class NewMessage:
    """What a message brings; see `MessageRow`."""

    sender: str
    subject: str
    body: str
    received_at: datetime.datetime | None
    documents: tuple[NewDocument, ...]
    submissions: tuple[NewSubmission, ...]
    """None where the message has nothing to do with any report."""
    mail_id: str = ""
    references: str = ""
    reply_to: str = ""
    authentication: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    """Of one that submits nothing: why it doesn't."""
    undelivered: tuple[str, ...] | None = None
    """Of a bounce: Message-IDs of what came back, as far as it tells them; None of all others."""
    damaged: bool = False
    """Only a part of it could be read."""


@dataclass(frozen=True)
class Arrival:
    """A message whose bytes are in the store."""

    identity: str
    """What its source calls it."""
    name: str
    sha256: str
    arrived: datetime.datetime | None = None
    """When the mailbox's server took it, as far as the source knows."""
    item: MailboxItem | None = None
    """Its place in an IMAP mailbox."""
    marked: bool = True
    """The mailbox needn't be told any more."""


def record_message(engine: Engine, new: Arrival, run_id: int | None = None) -> tuple[int, Fate]:
    """Writes down that a message is in the store, and its place in the mailbox; its id and what it is."""
    with writing(engine) as session:
        message_id, fate = _record(session, new, run_id)
        if new.item is not None:
            write_item(session, new.item, message_id, marked=new.marked)
        return message_id, fate


def _record(session: Session, new: Arrival, run_id: int | None) -> tuple[int, Fate]:
    same = session.scalars(select(MessageRow).where(MessageRow.sha256 == new.sha256).order_by(MessageRow.id)).all()
    known = next((row.id for row in same if row.identity == new.identity), None)
    if known is None and new.item is not None and same:
        known = taken_before(session, new.item, [row.id for row in same])
    if known is not None:
        return known, Fate.KNOWN
    # Nothing at all is no message that could come twice: each such has its own reason
    first = None if new.sha256 == EMPTY else next((row for row in same if row.duplicate_of is None), None)
    row = MessageRow(
        identity=new.identity,
        name=new.name,
        sha256=new.sha256,
        taken_at=datetime.datetime.now(datetime.UTC),
        received_at=new.arrived,
        run_id=run_id,
        state="stored" if first is None else "duplicate",
        duplicate_of=None if first is None else first.id,
    )
    session.add(row)
    session.flush()
    if first is None:
        return row.id, Fate.NEW
    session.add(row_of(Finding("message-duplicate", Severity.INFO, {"of": first.name}), row.id, None, "intake"))
    return row.id, Fate.DUPLICATE


def stored_messages(engine: Engine) -> list[StoredMessage]:
    """Messages that a stop left without their submission."""
    with reading(engine) as session:
        rows = session.scalars(select(MessageRow).where(MessageRow.state == "stored").order_by(MessageRow.id))
        return [StoredMessage(row.id, row.name, row.sha256, row.received_at) for row in rows]


def add_content(engine: Engine, message_id: int, new: NewMessage) -> tuple[int, ...]:
    """Writes a message's documents, submissions and findings; the submissions' ids, those there are if it is done."""
    with writing(engine) as session:
        message = session.get_one(MessageRow, message_id)
        if message.state != "stored":
            mine = select(SubmissionTable.id).where(SubmissionTable.message_id == message_id)
            return tuple(session.scalars(mine.order_by(SubmissionTable.part)))
        message.sender, message.subject, message.body = new.sender, new.subject, new.body
        message.received_at, message.authentication = new.received_at, dict(new.authentication)
        message.mail_id, message.references, message.reply_to = new.mail_id, new.references, new.reply_to
        if new.mail_id and is_ours(session, new.mail_id):
            told = Finding("message-from-us", Severity.INFO, {"name": message.name, "address": new.reply_to})
            new = replace(new, submissions=(), findings=(told,))
        message.state = "taken" if new.submissions else "nothing"
        session.add_all(row_of(finding, message_id, None, "intake") for finding in new.findings)
        if new.undelivered is not None:
            session.add_all(remarks_of_bounce(session, message, new.undelivered))
        documents = [DocumentTable(message_id=message_id, **asdict(document)) for document in new.documents]
        session.add_all(documents)
        session.flush()
        added = [
            _add_submission(session, message_id, part, each, documents, new.references)
            for part, each in enumerate(new.submissions, 1)
        ]
        for submission in added:
            resolve(session, submission)
        return tuple(submission.id for submission in added)


def _add_submission(
    session: Session,
    message_id: int,
    part: int,
    new: NewSubmission,
    documents: Sequence[DocumentTable],
    references: str,
) -> SubmissionTable:
    scan, electronic, letter = (
        None if at is None else documents[at].id for at in (new.scan, new.electronic, new.letter)
    )
    whole = scan is not None and electronic is not None
    brings = scan is not None or electronic is not None
    submission = SubmissionTable(
        message_id=message_id,
        part=part,
        call=new.call,
        department=new.department,
        state=State.RECEIVED if whole else State.INCOMPLETE,
        corrects=new.corrects or (brings and answers_a_correction(session, references)),
        adds=new.adds,
        days_late=new.days_late,
        scan_id=scan,
        electronic_id=electronic,
        letter_id=letter,
        evidence=[dict(each) for each in new.evidence],
    )
    session.add(submission)
    session.flush()
    session.add_all(row_of(finding, message_id, submission.id, "intake") for finding in new.findings)
    return submission
