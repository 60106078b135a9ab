"""The header of a message by itself: what a mailbox's rules look at, what is kept of a message too large to fetch."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass

from pipeline.intake.headers import decode_text

OVERSIZE = b"X-Zhongshi-Oversize: "
"""First line of what is stored in the place of a message that was too large to fetch: its size in bytes."""


@dataclass(frozen=True)
class Envelope:
    """What a header says, decoded."""

    sender: str
    """Display name and address."""
    subject: str


def envelope_of(header: bytes) -> Envelope:
    """Sender and subject of a raw header, which may be cut short anywhere."""
    message = email.message_from_bytes(header, policy=email.policy.compat32)
    items = reversed(list(message.raw_items()))  # the first of a name counts
    raw = {key.lower(): str(value).encode("utf-8", "surrogateescape") for key, value in items}
    return Envelope(*(decode_text(raw.get(name, b"")).text.strip() for name in ("from", "subject")))


def oversize_stub(header: bytes, size: int) -> bytes:
    """What is stored of a message of `size` bytes of which only the header was fetched."""
    return OVERSIZE + b"%d\r\n" % size + header


def oversize_of(data: bytes) -> int | None:
    """The size in bytes of the message that a stub stands for, None for a message itself."""
    found = re.match(re.escape(OVERSIZE) + rb"(\d{1,12})\r\n", data)
    return int(found[1]) if found else None
