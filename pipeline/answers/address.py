"""Whom to answer: one plain address, of a person, not our own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.mail_addresses import ADDRESS

LONGEST = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3)."""
ROBOT = re.compile(r"(?:mailer-daemon|postmaster|(?:no|do-?not)[-_.]?reply)(?:[-+_.].*)?@", re.IGNORECASE)


def address(text: str) -> str | None:
    """The text if it is one address and nothing else, else None."""
    return text if len(text) <= LONGEST and ADDRESS.fullmatch(text) else None


def recipient(reply_to: str, own: Iterable[str]) -> str | None:
    """The address that an answer may go to, None where nobody is to be answered.

    Args:
        reply_to: What the message asked for; empty for automatic mail.
        own: Our own addresses; a message of ours would be answered for ever.
    """
    found = address(reply_to)
    if found is None or ROBOT.match(found) or found.lower() in {each.lower() for each in own}:
        return None
    return found
