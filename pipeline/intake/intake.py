"""Messages into the ledger.

The order is the promise: bytes into the store (synced), row into the ledger (committed), mark in the mailbox; only
then is the message taken apart, and its submission is one more transaction. A stop after any step loses nothing,
since the next run finds the bytes in the mailbox or the row in the ledger, and doubles nothing, since a message is
known by its identity and its hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine

from pipeline.database.taking import (
    Fate,
    NewDocument,
    NewMessage,
    NewSubmission,
    add_content,
    record_message,
    stored_messages,
)
from pipeline.intake.reading import ReadMessage, read_message
from pipeline.intake.sources import RawMessage
from pipeline.intake.store import Store
from pipeline.settings import Settings

log = structlog.get_logger("pipeline.intake")


@dataclass(frozen=True)
class IntakeReport:
    """What a run of intake did."""

    new: tuple[int, ...] = ()
    """Ids of the submissions that were made, in order."""
    known: int = 0
    """Messages that an earlier run took."""
    duplicates: int = 0
    """New messages with the bytes of another one; recorded, not taken again."""
    damaged: int = 0
    """Of the new ones, those that could be read only in part."""
    unrelated: int = 0
    """New messages that have nothing to do with any report; recorded, and no submission."""


def take_in(
    messages: Iterable[RawMessage],
    store: Store,
    engine: Engine,
    settings: Settings,
    run_id: int | None = None,
    progress: Callable[[RawMessage], None] | None = None,
) -> IntakeReport:
    """Takes every message that isn't taken yet, those first that an earlier run left between two steps.

    Raises:
        StorageError: workspace-unusable, database-unusable, store-damaged. What a message holds never raises.
        TransientError: store-unreachable, database-busy.
    """
    new: list[int] = []
    damaged = known = duplicates = unrelated = 0
    for left in stored_messages(engine):
        read = read_message(store.get(left.sha256), left.name, settings)
        new += add_content(engine, left.id, content_of(read, store, settings))
        damaged += read.damaged
        unrelated += not read.submissions
    for raw in messages:
        message_id, fate = record_message(engine, raw.identity, raw.name, store.put(raw.data), run_id)
        raw.mark()
        known += fate is Fate.KNOWN
        duplicates += fate is Fate.DUPLICATE
        if fate is Fate.NEW:
            read = read_message(raw.data, raw.name, settings)
            new += add_content(engine, message_id, content_of(read, store, settings))
            damaged += read.damaged
            unrelated += not read.submissions
        if progress is not None:
            progress(raw)
    log.info("intake", new=len(new), known=known, duplicates=duplicates, damaged=damaged, unrelated=unrelated)
    return IntakeReport(tuple(new), known, duplicates, damaged, unrelated)


def content_of(read: ReadMessage, store: Store, settings: Settings) -> NewMessage:
    """Stores the documents of a message that was read; what is to be written down of it."""
    documents = [
        NewDocument(
            name=d.attachment.name,
            raw_name=d.attachment.raw_name,
            rule=d.attachment.rule,
            path=d.attachment.path,
            sha256=store.put(d.attachment.data),
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
                call=settings.call,
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
        damaged=read.damaged,
    )
