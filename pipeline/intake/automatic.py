"""Which mail a program sent by itself: replies and bounces, which say nothing new; and what must not be answered."""

from __future__ import annotations

import re
from collections.abc import Callable

SUBJECTS = re.compile(
    r"^\W*(?:自动(?:回复|答复)|系统自动|退信|系统退信|投递失败|(?:未能|无法|未)(?:送达|投递)|已读(?:[:：]|回执)|auto(?:matic)?[\s-]?(?:reply|response)"
    r"|out\s+of\s+(?:the\s+)?office|undeliver|delivery status|mail delivery|returned mail|failure notice|read:)",
    re.IGNORECASE,
)
"""Programs that mark their messages in no other way; 163 and QQ send absence notices so."""
SERVERS = re.compile(r"(?:mailer-daemon|postmaster|no-?reply-bounce)@", re.IGNORECASE)

Header = Callable[[str], str]
"""A header's text by its name in lower case, empty where there is none."""


def machine_reply(header: Header, content_type: str) -> str:
    """What says that a program answered or sent a message back (RFC 3834, RFC 6522); empty where nothing does.

    In English, for the log. `content_type` is the whole message's.
    """
    submitted = header("auto-submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return f"Auto-Submitted: {submitted[:40]}"
    replies = ("x-autoreply", "x-autorespond")
    if header("precedence").strip().lower() == "auto_reply" or any(header(name) for name in replies):
        return "automatic reply"
    if content_type == "multipart/report" or header("x-failed-recipients"):
        return "delivery report"
    if SERVERS.search(header("from")):
        return "from a mail server"
    return "automatic reply by its subject" if SUBJECTS.match(header("subject")) else ""


def must_not_be_answered(header: Header, content_type: str) -> bool:
    """Whether an answer would make a loop, go to a list, or reach nobody (RFC 3834, 2)."""
    suppressed = {part.strip().lower() for part in header("x-auto-response-suppress").split(",")}
    return (
        bool(machine_reply(header, content_type))
        or header("precedence").strip().lower() in ("bulk", "list", "junk")
        or header("return-path").strip() == "<>"  # bounces have no sender (RFC 5321, 4.5.5)
        or any(header(name) for name in ("list-id", "list-unsubscribe"))
        or bool(suppressed & {"all", "autoreply"})
    )
