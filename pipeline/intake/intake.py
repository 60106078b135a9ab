"""Messages into the ledger.

The order is the promise: bytes into the store (synced), row into the ledger (committed), mark in the mailbox; only
then is the message taken apart, and its submissions are one more transaction. A stop after any step loses nothing,
since the next run finds the bytes in the mailbox or the row in the ledger, and doubles nothing, since a message is
known by its identity and its hash. Runs at the same time keep out of each other's way by claims.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine

from extractors.errors import ZhongshiError
from pipeline.database.claims import Claims
from pipeline.database.taking import (
    Arrival,
    Fate,
    NewDocument,
    NewMessage,
    NewSubmission,
    add_content,
    record_message,
    stored_messages,
)
from pipeline.intake.reading import ReadMessage, ReadSubmission, read_message
from pipeline.intake.sources import RawMessage
from pipeline.intake.store import Store
from pipeline.model import Finding, Severity
from pipeline.settings import Settings

log = structlog.get_logger("pipeline.intake")

Reader = Callable[[str, str, datetime.datetime | None], NewMessage]
"""From a stored message's hash, its name, and when it arrived, to what is to be written down of it."""


@dataclass(frozen=True)
class IntakeReport:
    """What a run of intake did."""

    new: tuple[int, ...] = ()
    """Ids of the submissions that were made, in order."""
    messages: int = 0
    """New messages, whether or not they submit anything."""
    unrelated: int = 0
    """Of these, those that have nothing to do with any report."""
    known: int = 0
    """Messages that an earlier run took."""
    duplicates: int = 0
    """New messages with the bytes of another one; recorded, not taken again."""
    damaged: int = 0
    """Of the new ones, those that could be read only in part."""
    elsewhere: int = 0
    """Messages that another run is working on."""


class _Count:
    """The report while it grows."""

    def __init__(self) -> None:
        self.new: list[int] = []
        self.messages = self.unrelated = self.known = self.duplicates = self.damaged = self.elsewhere = 0

    def report(self) -> IntakeReport:
        return IntakeReport(**{**vars(self), "new": tuple(self.new)})


def take_in(
    messages: Iterable[RawMessage],
    store: Store,
    engine: Engine,
    settings: Settings,
    run_id: int | None = None,
    progress: Callable[[RawMessage], None] | None = None,
    read: Reader | None = None,
    claims: Claims | None = None,
) -> IntakeReport:
    """Takes every message that isn't taken yet, those first that an earlier run left between two steps.

    Args:
        messages: From a source.
        store: Where bytes go.
        engine: Of the ledger.
        settings: Limits and the call.
        run_id: Of the run in the ledger.
        progress: Told of each message.
        read: Takes a stored message apart; in this process unless given.
        claims: What this run holds; of its own unless given.

    Raises:
        StorageError: workspace-unusable, database-unusable, store-damaged. What a message holds never raises.
        TransientError: store-unreachable, database-busy.
    """
    reader = read or (lambda sha256, name, arrived: read_stored(store, sha256, name, arrived, settings))
    mine = claims or Claims(engine)
    count = _Count()
    taken_apart: list[str] = []

    def take_apart(message_id: int, sha256: str, name: str, arrived: datetime.datetime | None) -> None:
        key = f"message:{message_id}"
        if not mine.take([key]):
            count.elsewhere += 1
            return
        try:
            content = reader(sha256, name, arrived)
            added = add_content(engine, message_id, content)
        except ZhongshiError:
            raise
        except Exception as theirs:  # one message must not stop the mailbox, today and in every run to come
            log.error("message-unread", message=name, exc_info=theirs)
            content = unread(name, settings)
            added = add_content(engine, message_id, content)
        count.new += added
        taken_apart.append(key)  # nobody asks for it any more: set free with the others
        count.messages += 1
        count.unrelated += not content.submissions
        count.damaged += content.damaged

    for left in stored_messages(engine):
        take_apart(left.id, left.sha256, left.name, left.arrived)
    for raw in messages:
        held = mine.holds(raw.identity)  # by the source, which claims many at a time
        if not held and not mine.take([raw.identity]):
            count.elsewhere += 1
        else:
            sha256 = store.put(raw.data)
            arrival = Arrival(raw.identity, raw.name, sha256, raw.arrived, raw.item, raw.marked)
            message_id, fate = record_message(engine, arrival, run_id)
            raw.mark()
            count.known += fate is Fate.KNOWN
            count.duplicates += fate is Fate.DUPLICATE
            if fate is Fate.NEW:
                take_apart(message_id, sha256, raw.name, raw.arrived)
            if not held:
                mine.drop([raw.identity])
        if progress is not None:
            progress(raw)
    mine.drop(taken_apart)
    report = count.report()
    log.info("intake", **{**vars(count), "new": len(report.new)})
    return report


def read_stored(
    store: Store, sha256: str, name: str, arrived: datetime.datetime | None, settings: Settings
) -> NewMessage:
    """Takes a stored message apart and stores its documents. Can run in a process of its own.

    Raises:
        StorageError: store-damaged, workspace-unusable.
        TransientError: store-unreachable.
    """
    return content_of(read_message(store.get(sha256), name, settings, arrived), store, settings)


def unread(name: str, settings: Settings) -> NewMessage:
    """What is written down of a message that could not be read, most often for the limits of time and memory."""
    seconds, memory = str(settings.limits.read_seconds), str(settings.limits.read_mb)
    finding = Finding("message-exceeds-limits", Severity.ERROR, {"name": name, "seconds": seconds, "memory": memory})
    return content_of(ReadMessage(submissions=(ReadSubmission(findings=(finding,)),), damaged=True), None, settings)


def content_of(read: ReadMessage, store: Store | None, settings: Settings) -> NewMessage:
    """Stores the documents of a message that was read; what to write down. Without documents no store is needed."""
    documents = [
        NewDocument(
            name=d.attachment.name,
            raw_name=d.attachment.raw_name,
            rule=d.attachment.rule,
            path=d.attachment.path,
            sha256=store.put(d.attachment.data) if store is not None else "",
            size=len(d.attachment.data),
            kind=d.kind,
            suffix=d.suffix,
            role=d.role.value,
            reason=d.reason,
        )
        for d in read.documents
    ]
    return NewMessage(
        sender=read.sender,
        subject=read.subject,
        body=read.body,
        received_at=read.received_at,
        documents=tuple(documents),
        submissions=tuple(
            NewSubmission(
                call=s.call or settings.call,
                department=s.department,
                corrects=s.corrects,
                adds=s.adds,
                days_late=s.days_late,
                scan=s.scan,
                electronic=s.electronic,
                letter=s.letter,
                findings=s.findings,
                evidence=s.evidence,
            )
            for s in read.submissions
        ),
        mail_id=read.mail_id,
        references=read.references,
        reply_to=read.reply_to,
        authentication=read.authentication,
        findings=read.findings,
        undelivered=read.undelivered,
        damaged=read.damaged,
    )
