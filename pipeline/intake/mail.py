"""What every reader of messages (`mime`, `outlook`, `tnef`) makes of one."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from pipeline.model import Finding


@dataclass(frozen=True)
class Attachment:
    """A file of a message or of an archive in it."""

    name: str
    """Base name, decoded."""
    raw_name: bytes
    """The header value or archive member name that held it."""
    rule: str
    """Which rule decoded the name."""
    whole: bool
    """Nothing of the name was lost."""
    data: bytes
    content_type: str
    path: str
    """Part numbers and archive names, such as ``2/报送材料.zip/附件3.xlsx``."""
    inline: bool = False
    """Shown within the text, such as a logo in a signature."""


@dataclass(frozen=True)
class Forwarded:
    """A message within a message."""

    path: str
    """Of its attachments all paths begin so."""
    sender: str
    subject: str
    text: str
    mail_id: str = ""

    def holds(self, path: str) -> bool:
        """Whether an attachment stood in it."""
        return path == self.path or path.startswith(f"{self.path}/")


@dataclass
class Mail:
    """What a message holds. Forwarded messages add their texts, subjects and attachments to the outer one."""

    sender: str = ""
    """Display name and address."""
    recipients: str = ""
    """The headers To and Cc."""
    mail_id: str = ""
    """Message-ID with its angle brackets."""
    references: str = ""
    """Message-IDs of the thread before it, with spaces between."""
    reply_to: str = ""
    """The address that answers go to: of Reply-To, else of From; empty where neither has one."""
    machine: str = ""
    """What says that a program answered or sent a message back; empty where nothing does."""
    undelivered: bool = False
    """A mail server says that it could not deliver something."""
    about: tuple[str, ...] = ()
    """Message-IDs of what it is about, as far as its parts tell."""
    answerable: bool = True
    """False for what a program sent, a mailing list's too."""
    subject: str = ""
    received_at: datetime.datetime | None = None
    stamped: bool = False
    """`received_at` is a server's word (the topmost Received header), not the sender's (Date)."""
    body: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    forwarded: list[tuple[str, str]] = field(default_factory=list)
    """Sender and subject of each message within."""
    within: list[Forwarded] = field(default_factory=list)
    """The same messages with the places that they have in this one."""
    parts: int = 0
    """MIME parts that it has."""
