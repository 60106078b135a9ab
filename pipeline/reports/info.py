"""What the reports must know beside the reconciliation: the call, the submission, the run.

Plain values, so that the reports need no database and no mailbox. Texts here are already in the language in use.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

from extractors.i18n import N_, _
from pipeline.model import Finding


class Tone(StrEnum):
    """How a state is to be shown."""

    GOOD = "good"
    """Nothing is open."""
    ATTENTION = "attention"
    """A person must look."""
    BAD = "bad"
    """The sender must act, or something failed."""
    NEUTRAL = "neutral"
    """Neither good nor bad: superseded, a duplicate, not yet due."""


ROLES: dict[str, str] = {
    "scan": N_("盖章扫描件"),
    "electronic": N_("电子版"),
    "letter": N_("来函"),
    "other": N_("其他"),
    "ours": N_("我方函件"),
}


@dataclass(frozen=True)
class CallInfo:
    """The call that asks for the reports: settings, not code."""

    title: str
    """The notice's title, without brackets."""
    number: str
    """Its document number, such as 工信厅科函〔2024〕346号."""
    form: str
    """What the form is called in letters, such as 省级或重点培育中试平台名录及储备建设情况（附件3）."""
    office: str
    """Who signs the letters, such as 工业和信息化部科技司."""
    mailbox: str
    """Where corrections go to: an e-mail address."""
    deadline: datetime.date | None = None
    answer_days: int = 5
    """Working days a sender has for corrections."""


@dataclass(frozen=True)
class DocumentInfo:
    """One document of a submission."""

    name: str
    sha256: str
    role: str
    """A key of `ROLES`, or a text to be shown as it is."""

    @property
    def role_text(self) -> str:
        """The role in the language in use."""
        return _(ROLES[self.role]) if self.role in ROLES else self.role


@dataclass(frozen=True)
class EvidenceInfo:
    """One piece of what the reporting body was told from."""

    source: str
    """As a text in the language in use."""
    says: str
    department: str
    weight: float
    """0 to 1."""
    supports: bool
    """More than words, which anybody can write."""


@dataclass(frozen=True)
class SubmissionInfo:
    """One submission, as far as the reports tell of it."""

    id: str
    department: str
    """Empty where the reporting body isn't known."""
    received: datetime.datetime | datetime.date | None
    message_id: str
    subject: str
    state: str
    """The state as a text in the language in use."""
    call: CallInfo
    made: datetime.date
    """The date the reports bear; nothing in them asks the clock."""
    tone: Tone = Tone.NEUTRAL
    findings: tuple[Finding, ...] = ()
    """What intake found, beside the findings of the reconciliation."""
    documents: tuple[DocumentInfo, ...] = ()
    version: int = 1
    """1 for the first submission of this body, 2 for its first correction and so on."""
    evidence: tuple[EvidenceInfo, ...] = ()
    """What the reporting body was told from; that of the body it was taken for first, the heaviest first."""
    authentication: tuple[str, ...] = ()
    """What is known of the sender's address, a sentence each."""


@dataclass(frozen=True)
class ReportLink:
    """A link from the overview to a report."""

    label: str
    href: str
    """Relative to the overview, with forward slashes; quoted by the template."""


@dataclass(frozen=True)
class OverviewRow:
    """One submission in the overview of a run."""

    department: str
    """Empty where the reporting body isn't known."""
    documents: int
    records: int
    match: int
    mismatch: int
    unsure: int
    findings: int
    state: str
    tone: Tone
    received: datetime.datetime | datetime.date | None = None
    version: int = 1
    number: int = 0
    """Of the submission; its reports are in a folder of this name."""
    name: str = ""
    """The message's name, and which of its forms this is; shown where the reporting body doesn't tell it."""
    note: str = ""
    """Which other submission it repeats, or which took its place."""
    links: tuple[ReportLink, ...] = ()
    standing: bool = True
    """False where another one took its place or has the same documents."""


@dataclass(frozen=True)
class Body:
    """One of the reporting bodies of the call."""

    name: str
    region: str
    kind: str
    """省级, 计划单列市 or 兵团."""
    reported: bool = False
    state: str = ""
    """As a text in the language in use, where it has reported."""
    tone: Tone = Tone.NEUTRAL
    incomplete: bool = False
    """It has reported, and something is missing or can't be used."""
    href: str | None = None
    """Of the report that the state is of."""


@dataclass(frozen=True)
class UnusableMessage:
    """A message that gave no submission."""

    name: str
    """File name or message id."""
    subject: str
    sender: str
    reason: str
    """A finding's text: what is wrong and what to do."""
    received: datetime.datetime | None = None


@dataclass(frozen=True)
class RunInfo:
    """What the overview says of the run itself."""

    call: CallInfo
    source: str
    started: datetime.datetime
    seconds: float | None = None
    """How long the run took; None where it is not to be shown."""
    messages: int = 0
    """How many new messages the run took in."""
    bodies: tuple[Body, ...] = ()
    unusable: tuple[UnusableMessage, ...] = field(default=())
    shared: tuple[str, ...] = ()
    """What is to be told of platforms that two bodies list, a sentence each."""
    unrelated: tuple[UnusableMessage, ...] = ()
    """Messages that have nothing to do with any report, the newest first; at most so many as a page can list."""
    unrelated_count: int = 0
    """How many there are."""
