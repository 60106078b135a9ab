"""The tables of the ledger and of the library.

Nothing here is ever deleted but findings of a comparison that a newer comparison replaces. What the machine says
(findings, results) and what a person says (decisions) are different tables, and neither overwrites the other.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, LargeBinary, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraint names are fixed, so that a later migration can name them on every database."""


class UtcTime(TypeDecorator[datetime.datetime]):
    """A point in time; SQLite forgets time zones, so it is stored as UTC and comes back with its zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """To UTC, zone dropped; a time without zone is a mistake of the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value.astimezone(datetime.UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """Back with its zone."""
        return None if value is None else value.replace(tzinfo=datetime.UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime.datetime: UtcTime, dict[str, Any]: JSON, list[Any]: JSON, str: Text}


Sha = String(64)
"""A SHA-256 in hexadecimal."""


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
    """``stored`` until its submission is written, then ``taken``; ``duplicate`` where other bytes came first."""
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    sender: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime.datetime | None]


class SubmissionTable(Base):
    """What one message submits. A later one of the same reporting body can take its place."""

    __tablename__ = "submissions"
    __table_args__ = (Index("ix_submissions_call_department", "call", "department"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
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
    """``scan``, ``electronic``, ``letter``, ``other``."""
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
    every message of it; ``compare``: of the comparison."""
    code: Mapped[str]
    severity: Mapped[str]
    params: Mapped[dict[str, Any]]
    place: Mapped[dict[str, Any] | None]
    """`Where.to_json`."""


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
