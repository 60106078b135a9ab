"""What is new in an IMAP account.

A message is known by account, folder, UIDVALIDITY and UID. Of those that are new the headers come first, many at a
time; a rule may pass a message over by them. Of the others the bytes are fetched, one message at a time, once this
run holds the claim on it. After a change of UIDVALIDITY all UIDs are new: a message whose header and size are those of
one that was taken before is only written down again. The header bears what the receiving server wrote into it, so two
deliveries differ; and where the header doesn't tell, the hash of the bytes does, once they are fetched.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError
from sqlalchemy import Engine

from extractors.errors import TransientError, UsageError
from pipeline.database.claims import Claims
from pipeline.database.mailboxes import (
    MailboxItem,
    known_items,
    message_ids_of,
    open_mailbox,
    record_again,
    record_passed_over,
    set_marked,
)
from pipeline.intake.envelope import Envelope, envelope_of, oversize_stub
from pipeline.intake.names import printable
from pipeline.intake.sources import RawMessage
from pipeline.mailbox.accounts import Account
from pipeline.mailbox.connection import connected, cut_off, reason
from pipeline.mailbox.marks import set_marks
from pipeline.mailbox.rules import passed_over_by
from pipeline.settings import Limits

log = structlog.get_logger("pipeline.mailbox")

T = TypeVar("T")

HEADERS_AT_ONCE = 200
BODIES_CLAIMED_AT_ONCE = 20
HEADER_BYTES = 65536
"""Of a header that are looked at before a message is taken; ordinary ones have 2,000 to 15,000."""
LONGEST_NAME = 60
"""Characters of a subject in a message's name."""


@dataclass(frozen=True)
class Post:
    """What a poll works with."""

    engine: Engine
    claims: Claims
    limits: Limits
    found: Callable[[int], None]
    """Told how many new messages a folder has."""
    failed: list[TransientError | UsageError]
    """Why mailboxes could not be read, or not in full; added to."""


@dataclass(frozen=True)
class _Folder:
    """A folder that is selected."""

    client: IMAPClient
    account_name: str
    account: Account
    name: str
    uidvalidity: int
    mailbox_id: int
    permanent: tuple[bytes, ...]
    post: Post

    @property
    def marks(self) -> bool:
        return self.account.mark.kind != "none"

    def identity(self, uid: int) -> str:
        return f"imap:{self.account_name}/{self.name}/{self.uidvalidity}/{uid}"


@dataclass(frozen=True)
class _Head:
    """A message of which only the header was fetched."""

    item: MailboxItem
    header: bytes
    envelope: Envelope
    size: int
    arrived: datetime.datetime | None


def new_messages(accounts: Mapping[str, Account], post: Post) -> Iterator[RawMessage]:
    """The new messages of all accounts, in the order of their UIDs. Keep up: the connection stays open meanwhile.

    An account that can't be read is added to `post.failed`, and the others go on; what was taken of it before stays.

    Raises:
        TransientError: database-busy.
        StorageError: database-unusable.
    """
    for name, account in accounts.items():
        try:
            with connected(name, account) as client:
                for folder in account.folders:
                    yield from _new_in(_select(client, name, account, folder, post))
        except (TransientError, UsageError) as error:
            if not error.code.startswith(("mailbox-", "secret-", "certificate-")):
                raise
            _tell(post, error)


def _select(client: IMAPClient, name: str, account: Account, folder: str, post: Post) -> _Folder:
    try:
        told = client.select_folder(folder, readonly=account.mark.kind == "none")
    except IMAPClientAbortError:
        raise  # the connection, not the folder
    except IMAPClientError as theirs:
        raise UsageError("mailbox-folder-missing", name=name, folder=folder, reason=reason(theirs)) from theirs
    uidvalidity = int(told.get(b"UIDVALIDITY", 0))
    permanent = tuple(told.get(b"PERMANENTFLAGS", ()))
    mailbox_id = open_mailbox(post.engine, name, folder, uidvalidity)
    return _Folder(client, name, account, folder, uidvalidity, mailbox_id, permanent, post)


def _new_in(folder: _Folder) -> Iterator[RawMessage]:
    account, post = folder.account, folder.post
    # ASCII alone: servers differ in what other charsets they take
    there = sorted(folder.client.search(["SINCE", account.since] if account.since else ["ALL"]))
    known = known_items(post.engine, folder.mailbox_id, account.rules_key)
    new = [uid for uid in there if uid not in known.uids]
    log.info("polled", account=folder.account_name, folder=folder.name, messages=len(there), new=len(new))
    post.found(len(new))
    for uids in _batches(new, HEADERS_AT_ONCE):
        for heads in _batches(_sorted_out(folder, _heads(folder, uids)), BODIES_CLAIMED_AT_ONCE):
            yield from _taken(folder, heads)
    if folder.marks and known.unmarked:  # last, for a server that can't do it must not keep new mail from us
        _mark(folder, known.unmarked)


def _heads(folder: _Folder, uids: Sequence[int]) -> list[_Head]:
    """The headers of messages; of those that are gone meanwhile nothing."""
    wanted = ["RFC822.SIZE", "INTERNALDATE", f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>"]
    answer = folder.client.fetch(uids, wanted)
    return [_head(folder, uid, answer[uid]) for uid in uids if uid in answer]


def _head(folder: _Folder, uid: int, told: Mapping[bytes, Any]) -> _Head:
    header = next((value for key, value in told.items() if key.startswith(b"BODY[HEADER]")), None) or b""
    size = int(told.get(b"RFC822.SIZE", 0))
    fingerprint = hashlib.sha256(b"%d\n" % size + header).hexdigest()
    arrived = told.get(b"INTERNALDATE")
    utc: datetime.datetime | None = None
    if isinstance(arrived, datetime.datetime) and arrived.tzinfo is not None:
        utc = arrived.astimezone(datetime.UTC)  # IMAPClient's own zones can't be pickled
    item = MailboxItem(folder.mailbox_id, uid, fingerprint)
    return _Head(item, header, envelope_of(header), size, utc)


def _sorted_out(folder: _Folder, heads: Sequence[_Head]) -> list[_Head]:
    """Those to be taken; the others are written down."""
    passed_over: dict[MailboxItem, str] = {}
    left: list[_Head] = []
    for head in heads:
        rule = passed_over_by(folder.account.rules, head.envelope)
        if rule is None:
            left.append(head)
        else:
            passed_over[head.item] = f"{folder.account.rules_key} {rule.text}"
    fingerprints = {head.item.fingerprint for head in left if head.header}
    before = message_ids_of(folder.post.engine, folder.mailbox_id, fingerprints)
    again = {head.item: before[head.item.fingerprint] for head in left if head.item.fingerprint in before}
    if passed_over:
        log.info("passed-over", account=folder.account_name, folder=folder.name, messages=len(passed_over))
        record_passed_over(folder.post.engine, passed_over)
    if again:
        record_again(folder.post.engine, again, marked=not folder.marks)
        if folder.marks:
            _mark(folder, [item.uid for item in again])
    return [head for head in left if head.item not in again]


def _taken(folder: _Folder, heads: Sequence[_Head]) -> Iterator[RawMessage]:
    claims = folder.post.claims
    keys = {folder.identity(head.item.uid): head for head in heads}
    won = claims.take(keys)
    # Another run may have dealt with them since they were looked for
    uids = [head.item.uid for head in heads]
    known = known_items(folder.post.engine, folder.mailbox_id, folder.account.rules_key, uids)
    try:
        for identity, head in keys.items():
            if identity in won and head.item.uid not in known.uids:
                raw = _raw(folder, identity, head)
                if raw is not None:
                    yield raw
    finally:
        claims.drop(won)


def _raw(folder: _Folder, identity: str, head: _Head) -> RawMessage | None:
    uid = head.item.uid
    if head.size > folder.post.limits.message_mb * 2**20:
        data = oversize_stub(head.header, head.size)
    else:
        answer = folder.client.fetch([uid], ["BODY.PEEK[]"]).get(uid)
        if answer is None:
            return None  # deleted meanwhile
        data = answer.get(b"BODY[]") or b""
        if not data and head.size:
            _tell(folder.post, TransientError("mailbox-message-withheld", name=folder.account_name, message=str(uid)))
            return None  # still new in the next poll

    def mark() -> None:
        if folder.marks:
            _mark(folder, [uid])

    subject = printable(" ".join(head.envelope.subject.split()))[:LONGEST_NAME]
    place = f"{folder.name} {uid}"
    name = f"{subject}（{place}）" if subject else place
    return RawMessage(identity, data, name, mark, head.arrived, head.item, marked=not folder.marks)


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def _mark(folder: _Folder, uids: Sequence[int]) -> None:
    """Marks messages. What can't be marked stays to be marked, and holds up nothing."""
    for some in _batches(uids, HEADERS_AT_ONCE):
        try:
            set_marks(folder.client, some, folder.account.mark, folder.permanent)
        except (IMAPClientAbortError, OSError, EOFError) as theirs:
            _tell(folder.post, cut_off(folder.account_name, folder.account, theirs))
            return  # the next word to the server says so, too
        except IMAPClientError as theirs:
            said = {"mark": folder.account.mark.kind, "reason": reason(theirs)}
            _tell(folder.post, UsageError("mailbox-mark-refused", name=folder.account_name, **said))
            return
        set_marked(folder.post.engine, folder.mailbox_id, some)


def _tell(post: Post, error: TransientError | UsageError) -> None:
    """Adds an error, of each kind one for an account."""
    if all((error.code, error.params["name"]) != (known.code, known.params["name"]) for known in post.failed):
        post.failed.append(error)
