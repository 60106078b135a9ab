"""The values that cross the border between the ledger and those who work on submissions. All can be pickled."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.database.states import State
from pipeline.model import Finding


@dataclass(frozen=True)
class DocumentRef:
    """A document of a submission."""

    id: int
    name: str
    """As the sender named it, decoded; with its folders where the message submits several forms."""
    sha256: str
    path: Path
    """A local file with these bytes and the suffix of its kind."""


@dataclass(frozen=True)
class EarlierCopy:
    """The electronic copy of an earlier submission, which a correction or an addition is held against."""

    name: str
    """Of its message, see `order.name_of_submission`."""
    electronic: DocumentRef


@dataclass(frozen=True)
class ReceivedFile:
    """A file of a message, whether it is of use or not."""

    name: str
    """See `DocumentRef`."""
    size: int
    """Bytes."""
    sha256: str
    role: str
    """See `DocumentTable`."""


@dataclass(frozen=True)
class SubmissionJob:
    """A submission that is to be compared."""

    submission_id: int
    call: str
    department: str | None
    """Full name of the reporting body as far as the mail tells; letter, form and seal can refine it."""
    message_name: str
    """Name of the message in its source, with a number where it submits several forms."""
    subject: str
    mail_text: str
    mail_id: str
    """See `MessageRow` for this and the next two."""
    references: str
    reply_to: str
    received_at: datetime.datetime | None
    """With time zone."""
    scan: DocumentRef | None
    electronic: DocumentRef | None
    letter: DocumentRef | None
    findings: tuple[Finding, ...]
    """What intake found; already in the ledger, don't hand them back."""
    supersedes: int | None = None
    corrected: tuple[str, ...] = ()
    """Of a correction: names of the submissions whose place it has taken so far; it loses it if it proves nothing."""
    files: tuple[ReceivedFile, ...] = ()
    """All of its message, but those that are another form's of that message only."""
    evidence: tuple[dict[str, Any], ...] = ()
    """What speaks for which reporting body, see `intake.evidence`."""
    authentication: dict[str, Any] = field(default_factory=dict)
    """What is known of the sender's address, see `intake.authentication`."""
    replaced: tuple[EarlierCopy, ...] = ()
    """Of a correction: other electronic copies than its own whose place it takes, or would if it were proven; oldest
    first."""
    by_text_alone: bool = False
    """Of a correction: only words in the mail's text say that it is one, neither a title nor the thread."""
    beside: tuple[EarlierCopy, ...] = ()
    """Of an addition: the copies of the same body that it adds to, oldest first."""


@dataclass(frozen=True)
class Outcome:
    """What came of comparing a submission."""

    state: State
    """COMPARED with a result; INCOMPLETE if a half can't be read; FAILED after the last retry."""
    result: dict[str, Any] | None = None
    """The object of RESULTS.md (`Reconciliation.to_json()`)."""
    findings: tuple[Finding, ...] = ()
    """Findings of the comparison (and of files that couldn't be read), with their parameters."""
    department: str | None = None
    """Refined full name; None leaves what the mail told."""
    reports: dict[str, str] = field(default_factory=dict)
    """Kind (``letter``, ``list``, ``page``, ``acknowledgement``, ``correction``) to path."""
    page_turns: dict[int, int] = field(default_factory=dict)
    """See `Reconciliation.page_turns`."""
    evidence: tuple[dict[str, Any], ...] = ()
    """All that speaks for a reporting body, that of the mail too; empty leaves what intake saw."""


@dataclass(frozen=True)
class SubmissionRow:
    """A line of the table after a run, and of lists."""

    submission_id: int
    call: str
    """The call that it answers."""
    message_id: int
    message_name: str
    """With a number where the message submits several forms."""
    subject: str
    sender: str
    """As the message's header names him."""
    part: int | None
    """1, 2, … where the message submits several forms, else None."""
    form: str
    """Of one of several forms: a copy's name with its place in the message; empty otherwise."""
    department: str | None
    region: str | None
    documents: int
    """Files of the message; where it submits several forms, those of this one."""
    records: int
    """Rows of the result, of both copies together."""
    match: int
    mismatch: int
    unsure: int
    findings: tuple[Finding, ...]
    state: State
    reason: str
    """Why it waits, in the language in use; empty otherwise."""
    received_at: datetime.datetime | None
    days_late: int
    superseded_by: int | None
    repeats: int | None
    """The submission that has the very same documents."""
    duplicates: tuple[str, ...]
    """Names of messages with the same bytes."""
    reports: dict[str, str]


@dataclass(frozen=True)
class BodyRow:
    """A line of ``zhongshi status``: one of a call's reporting bodies."""

    code: str
    region: str
    department: str
    reported: bool
    """A submission that brought something came in, whether it is of use or not; an inquiry is none."""
    received_at: datetime.datetime | None
    """When the newest of those in force came in."""
    days_late: int
    """Of the same one."""
    state: State | None
    """Of those in force, the one that needs most attention."""
    shown: int | None
    """The submission that is in that state."""
    open_findings: int
    """Errors and warnings of all submissions in force that aren't loaded."""
    submissions: tuple[int, ...]
    """All, oldest first, the superseded ones too."""
    platforms: int
    """Entries in the library that are not withdrawn."""

    @property
    def incomplete(self) -> bool:
        """It has reported, and something is missing or can't be used."""
        return self.reported and self.state is State.INCOMPLETE


@dataclass(frozen=True)
class UnrelatedMessage:
    """A message that has nothing to do with any report."""

    name: str
    subject: str
    sender: str
    received_at: datetime.datetime | None
    reason: str = ""
    """Of a bounce, and of what we sent ourselves, that it is one; in the language in use."""
