"""Messages that a mail server sent back: whether it could not deliver something, and what (RFC 3464, RFC 3462)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from pipeline.mail_addresses import MAIL_ID

SUBJECTS = re.compile(
    r"退信|退回|投递失败|(?:未能|无法|未)(?:送达|投递)|undeliver|delivery (?:status|has failed|failure)"
    r"|mail delivery fail|returned mail|failure notice",
    re.IGNORECASE,
)
"""Of bounces in a form of their own, such as those of 163 and QQ; a report of delays or of success has none of them
in most programs, and says so where it has the standard's form."""
HEADER = re.compile(r"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
MOST_IDS = 20


def says_undelivered(root: Message, machine: str, subject: str) -> bool:
    """Whether a message says that something was not delivered at all: not that it is late, or was read.

    Args:
        root: The message.
        machine: See `Mail.machine`.
        subject: Decoded.
    """
    actions = [action for part in root.walk() for action in _actions(part)]
    if actions:
        return "failed" in actions
    if root.get_content_type() == "multipart/report" and root.get_param("report-type") == "disposition-notification":
        return False
    return bool(machine) and bool(root["x-failed-recipients"] or SUBJECTS.search(subject))


def ids_within(root: Message) -> tuple[str, ...]:
    """Message-IDs of the messages, or of their headers alone, that a message holds."""
    found = [each for part in root.walk() if part is not root for each in _ids(part)]
    return tuple(dict.fromkeys(found))[:MOST_IDS]


def _ids(part: Message) -> list[str]:
    if part.get_content_type() == "text/rfc822-headers":
        data = part.get_payload(decode=True)
        text = data.decode("ascii", "replace") if isinstance(data, bytes) else ""
        return [each for said in HEADER.findall(text) for each in MAIL_ID.findall(said)]
    return MAIL_ID.findall(str(part.get("message-id", "")))


def _actions(part: Message) -> Iterator[str]:
    """What a delivery report says of each recipient: ``failed``, ``delayed``, ``delivered`` and so on."""
    blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and block["action"]:
            yield str(block["action"]).strip().lower().partition(" ")[0]
