"""What readers of messages add to a `Mail`: its files, the messages within it, and which limit it went over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.intake.headers import Decoded
from pipeline.intake.kinds import PICTURES, kind_of_bytes
from pipeline.intake.mail import Attachment, Forwarded, Mail
from pipeline.intake.names import given_name, is_unsafe, printable
from pipeline.intake.texts import add_decoded
from pipeline.model import Finding, Severity
from pipeline.settings import Limits


def add_attachment(
    mail: Mail,
    named: Decoded | None,
    data: bytes,
    content_type: str,
    path: str,
    limits: Limits,
    shown: bool,
    raw: bytes | None = None,
) -> None:
    """Adds a file, or the finding file-too-large.

    Args:
        mail: Gets it.
        named: How the message calls it.
        data: Its bytes.
        content_type: What the message says that it is.
        path: As `Attachment.path`.
        limits: Of its size.
        shown: The message shows it within its text. A document is one wherever it stands; only a picture may be a
            part of the text.
        raw: What held the name; the name itself unless given.
    """
    found = given_name(named, data, content_type, len(mail.attachments) + 1)
    if len(data) > limits.attachment_mb << 20:
        size = f"{len(data) / 2**20:.0f} MB"
        mail.findings.append(Finding("file-too-large", Severity.ERROR, {"name": found.text, "size": size}))
        return
    if not found.whole:
        mail.findings.append(Finding("name-undecodable", Severity.WARNING, {"name": found.text}))
    if named is not None and is_unsafe(named.text):
        params = {"name": found.text, "sent": printable(named.text)}
        mail.findings.append(Finding("name-unsafe", Severity.WARNING, params))
    if raw is None:
        raw = named.text.encode("utf-8", "replace") if named else b""
    inline = shown and kind_of_bytes(data) in PICTURES
    mail.attachments.append(Attachment(found.text, raw, found.rule, found.whole, data, content_type, path, inline))


@contextmanager
def message_within(mail: Mail, path: str, sender: str, subject: str, mail_id: str = "") -> Iterator[None]:
    """Notes a message within the message; what is added meanwhile is its own, with paths that begin with `path`."""
    mail.forwarded.append((sender, subject))
    around, mail.body = mail.body, ""  # its text is noted even where the message around it says the same
    try:
        yield
    finally:  # files that were added before a limit was reached are still its own
        text, mail.body = mail.body, around
        mail.within.append(Forwarded(path, sender, subject, text, mail_id))
        add_decoded(mail, text, False)


def too_much(mail: Mail, code: str, name: str, most: str) -> None:
    """Adds the finding that a limit was reached: `name` of what is too large or too deep, `most` with its unit."""
    mail.findings.append(Finding(code, Severity.ERROR, {"name": name, "most": most}))
