"""Which mail a program sent by itself. Answering it makes a loop, or tells nobody (RFC 3834, 2)."""

from __future__ import annotations

import re
from collections.abc import Callable

SUBJECTS = re.compile(
    r"\s*(?:自动(?:回复|答复)|系统退信|退信通知|已读[:：]|automatic reply|auto(?:matic)?[ -]?reply|out of office"
    r"|undeliver(?:able|ed)|delivery status notification|mail delivery failed|read:)",
    re.IGNORECASE,
)
"""Programs that mark their messages in no other way; 163 and QQ send absence notices so."""


def is_automatic(header: Callable[[str], str], content_type: str) -> bool:
    """Whether a message says that a program sent it.

    Args:
        header: A header's text by its name in lower case, empty where there is none.
        content_type: Of the message as a whole.
    """
    submitted = header("auto-submitted").partition(";")[0].strip().lower()
    suppressed = {part.strip().lower() for part in header("x-auto-response-suppress").split(",")}
    return (
        submitted not in ("", "no")
        or header("precedence").strip().lower() in ("bulk", "list", "junk", "auto_reply")
        or header("return-path").strip() == "<>"  # bounces have no sender (RFC 5321, 4.5.5)
        or any(header(name) for name in ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond"))
        or bool(suppressed & {"all", "autoreply"})
        or content_type == "multipart/report"  # bounces, and receipts of reading (RFC 6522)
        or SUBJECTS.match(header("subject")) is not None
    )
