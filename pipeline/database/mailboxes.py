"""What the ledger knows of IMAP mailboxes: which messages have been dealt with, under which UIDs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pipeline.database.engine import reading, writing
from pipeline.database.tables import MailboxItemRow, MailboxRow

BATCH = 500
"""Values in one query."""


@dataclass(frozen=True)
class MailboxItem:
    """A message's place in a mailbox."""

    mailbox_id: int
    uid: int
    fingerprint: str
    """SHA-256 of its size and header; see `MailboxItemRow`."""


@dataclass(frozen=True)
class KnownItems:
    """What is known of a mailbox."""

    uids: frozenset[int]
    """Dealt with, under the rules that hold now."""
    unmarked: tuple[int, ...]
    """Taken, but the mailbox has not been told: a stop came in between."""


def open_mailbox(engine: Engine, account: str, folder: str, uidvalidity: int) -> int:
    """The id of a folder under this UIDVALIDITY, written down where it is new."""
    mine = (MailboxRow.account == account, MailboxRow.folder == folder, MailboxRow.uidvalidity == uidvalidity)
    with writing(engine) as session:
        row = session.scalars(select(MailboxRow).where(*mine)).first()
        if row is None:
            row = MailboxRow(account=account, folder=folder, uidvalidity=uidvalidity)
            session.add(row)
            session.flush()
        return row.id


def known_items(
    engine: Engine, mailbox_id: int, rules_key: str, uids: Sequence[int] | None = None
) -> KnownItems:
    """What has been dealt with, of `uids` where they are given (at most some hundreds).

    A message that was passed over under other rules than those of `rules_key` counts as new again.
    """
    columns = (MailboxItemRow.uid, MailboxItemRow.message_id, MailboxItemRow.passed_over, MailboxItemRow.marked)
    query = select(*columns).where(MailboxItemRow.mailbox_id == mailbox_id)
    if uids is not None:
        query = query.where(MailboxItemRow.uid.in_(uids))
    with reading(engine) as session:
        rows = session.execute(query).all()
    return KnownItems(
        frozenset(uid for uid, _, rule, _ in rows if not rule or rule.startswith(rules_key)),
        tuple(sorted(uid for uid, message_id, _, marked in rows if message_id is not None and not marked)),
    )


def message_ids_of(engine: Engine, mailbox_id: int, fingerprints: Collection[str]) -> dict[str, int]:
    """Messages that were taken from the same folder under an earlier UIDVALIDITY, by fingerprint."""
    found: dict[str, int] = {}
    asked = sorted(fingerprints)
    with reading(engine) as session:
        for at in range(0, len(asked), BATCH):
            query = (
                select(MailboxItemRow.fingerprint, MailboxItemRow.message_id)
                .where(MailboxItemRow.mailbox_id.in_(_earlier(session, mailbox_id)))
                .where(MailboxItemRow.fingerprint.in_(asked[at : at + BATCH]), MailboxItemRow.message_id.is_not(None))
                .order_by(MailboxItemRow.message_id.desc())
            )
            found |= {fingerprint: message_id for fingerprint, message_id in session.execute(query) if message_id}
    return found


def record_passed_over(engine: Engine, items: Mapping[MailboxItem, str]) -> None:
    """Writes down messages that a rule passed over: item to rule."""
    with writing(engine) as session:
        for item, rule in items.items():
            write_item(session, item, None, passed_over=rule, marked=True)


def record_again(engine: Engine, items: Mapping[MailboxItem, int], marked: bool) -> None:
    """Writes down where messages that are in the ledger stand now: item to message."""
    with writing(engine) as session:
        for item, message_id in items.items():
            write_item(session, item, message_id, marked=marked)


def set_marked(engine: Engine, mailbox_id: int, uids: Sequence[int]) -> None:
    """Writes down that the mailbox has been told."""
    with writing(engine) as session:
        for at in range(0, len(uids), BATCH):
            mine = (MailboxItemRow.mailbox_id == mailbox_id, MailboxItemRow.uid.in_(uids[at : at + BATCH]))
            session.execute(update(MailboxItemRow).where(*mine).values(marked=True))


def write_item(
    session: Session, item: MailboxItem, message_id: int | None, passed_over: str = "", marked: bool = False
) -> None:
    """Writes down what became of a message of a mailbox; of the same one again only what is new."""
    values = {"message_id": message_id, "passed_over": passed_over, "marked": marked}
    made = {"mailbox_id": item.mailbox_id, "uid": item.uid, "fingerprint": item.fingerprint, **values}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(MailboxItemRow).values(**made)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["mailbox_id", "uid"], set_=values, where=MailboxItemRow.message_id.is_(None)
        )
    )


def taken_before(session: Session, item: MailboxItem, message_ids: Collection[int]) -> int | None:
    """Of messages with the same bytes, one that was taken from the same folder under an earlier UIDVALIDITY."""
    query = (
        select(MailboxItemRow.message_id)
        .where(MailboxItemRow.mailbox_id.in_(_earlier(session, item.mailbox_id)))
        .where(MailboxItemRow.message_id.in_(message_ids))
    )
    return session.scalars(query.order_by(MailboxItemRow.message_id).limit(1)).first()


def _earlier(session: Session, mailbox_id: int) -> list[int]:
    """The ids of the same folder under other UIDVALIDITYs."""
    mailbox = session.get_one(MailboxRow, mailbox_id)
    mine = (MailboxRow.account == mailbox.account, MailboxRow.folder == mailbox.folder)
    return list(session.scalars(select(MailboxRow.id).where(*mine, MailboxRow.id != mailbox_id)))
