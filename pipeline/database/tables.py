"""The tables of the ledger and of the library.

Nothing here is ever deleted but findings of a comparison that a newer comparison replaces. What the machine says
(findings, results) and what a person says (decisions) are different tables, and neither overwrites the other.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pipeline.database.columns import Base as Base
from pipeline.database.columns import Sha


class RunRow(Base):
    """A run of the main job."""

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    started_at: Mapped[datetime.datetime]
    ended_at: Mapped[datetime.datetime | None]
    summary: Mapped[dict[str, Any] | None]


class MessageRow(Base):
    """An e-mail as it came. Its bytes are in the store before this row is."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("identity", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str]
    """What its source calls it."""
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(Sha, index=True)
    taken_at: Mapped[datetime.datetime]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    state: Mapped[str]
    """``stored`` until it is taken apart, then ``taken`` if it submits something, ``nothing`` if it doesn't;
    ``duplicate`` where the same bytes came before."""
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    sender: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime.datetime | None]
    mail_id: Mapped[str] = mapped_column(default="")
    """Its Message-ID (RFC 5322, 3.6.4) with the angle brackets; empty where it has none."""
    references: Mapped[str] = mapped_column(default="")
    """Message-IDs of the thread before it, with spaces between."""
    reply_to: Mapped[str] = mapped_column(default="")
    """The address that answers go to."""
    authentication: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What is known of DKIM, SPF and DMARC: see `intake.authentication`."""


class MailboxRow(Base):
    """A folder of an account as its server numbers it: a changed UIDVALIDITY (RFC 3501, 2.3.1.1) makes a new row."""

    __tablename__ = "mailboxes"
    __table_args__ = (UniqueConstraint("account", "folder", "uidvalidity"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    folder: Mapped[str]
    uidvalidity: Mapped[int] = mapped_column(BigInteger)


class MailboxItemRow(Base):
    """A message in a mailbox that has been dealt with, so that it isn't fetched again."""

    __tablename__ = "mailbox_items"
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True)
    uid: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    """None where a rule passed it over."""
    fingerprint: Mapped[str] = mapped_column(Sha, index=True)
    """SHA-256 of its size and its header as the server holds them: tells it again under another UIDVALIDITY."""
    passed_over: Mapped[str] = mapped_column(default="")
    """The key of the rules and the rule that passed it over; empty where it was taken."""
    marked: Mapped[bool] = mapped_column(default=False)
    """The mailbox has been told."""


class ClaimRow(Base):
    """Who works on something, and until when nobody else may."""

    __tablename__ = "claims"
    key: Mapped[str] = mapped_column(primary_key=True)
    """Such as ``message:12``; see `database.claims`."""
    owner: Mapped[str]
    until: Mapped[datetime.datetime]


class SubmissionTable(Base):
    """What a message submits, or one of several. A later one of the same reporting body can take its place."""

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_call_department", "call", "department"),
        UniqueConstraint("message_id", "part"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    part: Mapped[int] = mapped_column(default=1)
    """1, 2, … where a message submits several forms."""
    call: Mapped[str]
    department: Mapped[str | None]
    """Full name."""
    state: Mapped[str] = mapped_column(index=True)
    corrects: Mapped[bool]
    """The sender says that it takes the place of an earlier one."""
    adds: Mapped[bool]
    """The sender says that it adds to an earlier one."""
    days_late: Mapped[int] = mapped_column(default=0)
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    joined_with: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    """The submission that one half was taken from."""
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    electronic_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    reason: Mapped[dict[str, Any] | None]
    """Why it waits: finding codes and counts of verdicts, turned into a text when it is shown."""
    repeats: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    """The submission that has the very same documents."""
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    """What speaks for which reporting body: see `intake.evidence`."""
    reports: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message: Mapped[MessageRow] = relationship()
    scan: Mapped[DocumentTable | None] = relationship(foreign_keys=[scan_id])
    electronic: Mapped[DocumentTable | None] = relationship(foreign_keys=[electronic_id])
    letter: Mapped[DocumentTable | None] = relationship(foreign_keys=[letter_id])


class DocumentTable(Base):
    """A file of a message. Its bytes are in the store."""

    __tablename__ = "documents"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    name: Mapped[str]
    raw_name: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The name's bytes as they stood in the header or the archive."""
    rule: Mapped[str]
    """Which rule decoded the name."""
    path: Mapped[str]
    """Where it stood in the message, such as ``2/报送材料.zip/附件3.xlsx``."""
    sha256: Mapped[str] = mapped_column(Sha)
    size: Mapped[int]
    kind: Mapped[str]
    """``pdf``, ``xlsx``, … by its content."""
    suffix: Mapped[str]
    role: Mapped[str]
    """``scan``, ``electronic``, ``letter``, ``other``, ``ours``."""
    reason: Mapped[str]
    """What the role was decided from."""


class ResultTable(Base):
    """A result of a comparison, as RESULTS.md describes it. The newest of a submission is in force."""

    __tablename__ = "results"
    __table_args__ = (UniqueConstraint("submission_id", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    sha256: Mapped[str] = mapped_column(Sha)
    """Of the result without its timing."""
    result: Mapped[dict[str, Any]]
    page_turns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime.datetime]


class FindingTable(Base):
    """Anything a reviewer must see."""

    __tablename__ = "findings"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"), index=True)
    stage: Mapped[str]
    """``intake``: of the message alone; ``body``: in the light of what else its reporting body sent, made anew with
    every message of it; ``compare``: of the comparison; ``call``: in the light of what other bodies sent (`shared`)."""
    code: Mapped[str]
    severity: Mapped[str]
    params: Mapped[dict[str, Any]]
    place: Mapped[dict[str, Any] | None]
    """`Where.to_json`."""


class OutboxRow(Base):
    """An answer to a sender: a draft, and where its sending stands. See `answers.outbox`."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("submission_id", "kind", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    kind: Mapped[str]
    """``acknowledgement`` or ``correction``."""
    sha256: Mapped[str] = mapped_column(Sha)
    """Of the draft's bytes, which are in the store."""
    mail_id: Mapped[str]
    """Its Message-ID; the same draft has the same one."""
    recipient: Mapped[str]
    subject: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    """``draft``, ``queued``, ``sending``, ``sent``, ``failed``, ``uncertain``, ``withdrawn``."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime.datetime | None]
    """Not to be tried before."""
    error: Mapped[str] = mapped_column(default="")
    """What the server said last."""
    made_at: Mapped[datetime.datetime]
    sent_at: Mapped[datetime.datetime | None]


class DecisionTable(Base):
    """What a reviewer said of a finding, or of a submission as a whole."""

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    finding_key: Mapped[str | None]
    """Code, parameters and place of the finding, so that a decision outlives a new comparison."""
    reviewer: Mapped[str]
    decided_at: Mapped[datetime.datetime]
    text: Mapped[str]


class LoadTable(Base):
    """A load of the library. A version whose load isn't here doesn't count."""

    __tablename__ = "loads"
    id: Mapped[str] = mapped_column(Sha, primary_key=True)
    """SHA-256 of the submission and of what it loads."""
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    loaded_at: Mapped[datetime.datetime]
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    withdrawn: Mapped[int]


class EntryTable(Base):
    """A platform in the cultivation library: its identity only, its values are versions."""

    __tablename__ = "library_entries"
    __table_args__ = (UniqueConstraint("department", "name_key", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    department: Mapped[str]
    name: Mapped[str]
    """As last reported."""
    name_key: Mapped[str]
    """The name without its clothes (`forms.text.fold`)."""
    code: Mapped[str]
    """Unified social credit code of the operator, as last reported; empty where the form has none."""
    versions: Mapped[list[VersionTable]] = relationship(order_by="VersionTable.number", back_populates="entry")


class VersionTable(Base):
    """What one load said of a platform. Only ever added."""

    __tablename__ = "library_versions"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("library_entries.id"), index=True)
    number: Mapped[int]
    """1 for the first."""
    load_id: Mapped[str] = mapped_column(Sha, ForeignKey("loads.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    withdrawn: Mapped[bool]
    """The submission no longer names the platform; values are those of the version before."""
    values: Mapped[dict[str, Any]]
    """Field id (or header) to text."""
    provenance: Mapped[dict[str, Any]]
    """Field id (or header) to where the value comes from."""
    entry: Mapped[EntryTable] = relationship(back_populates="versions")
