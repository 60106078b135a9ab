"""What intake writes into the ledger. Each function is one transaction."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from enum import Enum, auto

from sqlalchemy import Engine, select

from pipeline.database.engine import reading, writing
from pipeline.database.findings import row_of
from pipeline.database.states import State
from pipeline.database.supersede import resolve
from pipeline.database.tables import DocumentTable, MessageRow, SubmissionTable
from pipeline.model import Finding, Severity


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
    """What a message brings; see `MessageRow` and `SubmissionTable`."""

    call: str
    sender: str
    subject: str
    body: str
    received_at: datetime.datetime | None
    department: str | None
    corrects: bool
    adds: bool
    days_late: int
    documents: tuple[NewDocument, ...]
    scan: int | None
    """Position in `documents`."""
    electronic: int | None
    letter: int | None
    findings: tuple[Finding, ...]


def record_message(
    engine: Engine, identity: str, name: str, sha256: str, run_id: int | None = None
) -> tuple[int, Fate]:
    """Writes down that a message is in the store; its id and what it is."""
    with writing(engine) as session:
        same = select(MessageRow).where(MessageRow.sha256 == sha256)
        known = session.scalars(same.where(MessageRow.identity == identity)).first()
        if known is not None:
            return known.id, Fate.KNOWN
        first = session.scalars(same.where(MessageRow.duplicate_of.is_(None)).order_by(MessageRow.id)).first()
        row = MessageRow(
            identity=identity,
            name=name,
            sha256=sha256,
            taken_at=datetime.datetime.now(datetime.UTC),
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
        return [StoredMessage(row.id, row.name, row.sha256) for row in rows]


def add_submission(engine: Engine, message_id: int, new: NewSubmission) -> int:
    """Writes a message's documents, findings and submission; the submission's id, the old one if it is there."""
    with writing(engine) as session:
        there = session.scalars(select(SubmissionTable).where(SubmissionTable.message_id == message_id)).first()
        if there is not None:
            return there.id
        message = session.get_one(MessageRow, message_id)
        message.sender, message.subject, message.body = new.sender, new.subject, new.body
        message.received_at, message.state = new.received_at, "taken"
        rows = [DocumentTable(message_id=message_id, **asdict(document)) for document in new.documents]
        session.add_all(rows)
        session.flush()
        scan, electronic, letter = (
            None if at is None else rows[at].id for at in (new.scan, new.electronic, new.letter)
        )
        whole = scan is not None and electronic is not None
        submission = SubmissionTable(
            message_id=message_id,
            call=new.call,
            department=new.department,
            state=State.RECEIVED if whole else State.INCOMPLETE,
            corrects=new.corrects,
            adds=new.adds,
            days_late=new.days_late,
            scan_id=scan,
            electronic_id=electronic,
            letter_id=letter,
        )
        session.add(submission)
        session.flush()
        session.add_all(row_of(finding, message_id, submission.id, "intake") for finding in new.findings)
        resolve(session, submission)
        return submission.id
