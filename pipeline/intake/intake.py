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
    NewSubmission,
    add_submission,
    record_message,
    stored_messages,
)
from pipeline.intake.reading import ReadMessage, read_message
from pipeline.intake.roles import Role
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
    damaged = known = duplicates = 0
    for left in stored_messages(engine):
        read = read_message(store.get(left.sha256), left.name, settings)
        new.append(_submit(left.id, read, store, engine, settings))
        damaged += read.damaged
    for raw in messages:
        message_id, fate = record_message(engine, raw.identity, raw.name, store.put(raw.data), run_id)
        raw.mark()
        known += fate is Fate.KNOWN
        duplicates += fate is Fate.DUPLICATE
        if fate is Fate.NEW:
            read = read_message(raw.data, raw.name, settings)
            new.append(_submit(message_id, read, store, engine, settings))
            damaged += read.damaged
        if progress is not None:
            progress(raw)
    log.info("intake", new=len(new), known=known, duplicates=duplicates, damaged=damaged)
    return IntakeReport(tuple(new), known, duplicates, damaged)


def _submit(message_id: int, read: ReadMessage, store: Store, engine: Engine, settings: Settings) -> int:
    """Stores the documents, then writes the submission."""
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
    roles = {d.role: at for at, d in enumerate(read.documents) if d.role is not Role.OTHER}
    return add_submission(
        engine,
        message_id,
        NewSubmission(
            call=settings.call,
            sender=read.sender,
            subject=read.subject,
            body=read.body,
            received_at=read.received_at,
            department=read.department,
            corrects=read.corrects,
            adds=read.adds,
            days_late=read.days_late,
            documents=tuple(documents),
            scan=roles.get(Role.SCAN),
            electronic=roles.get(Role.ELECTRONIC),
            letter=roles.get(Role.LETTER),
            findings=read.findings,
        ),
    )
