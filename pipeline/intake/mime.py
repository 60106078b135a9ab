"""A raw message to its sender, subject, text and attachments.

Python's e-mail package is used for the structure alone; names and texts are decoded from raw header bytes by
`headers`. Risks that remain: the package holds a message several times in memory (about nine times its size).
"""

from __future__ import annotations

import datetime
import email
import email.policy
import re
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parsedate_to_datetime

from pipeline.intake.automatic import machine_reply, must_not_be_answered
from pipeline.intake.headers import Decoded, decode_text, parameters
from pipeline.intake.kinds import PICTURES, TEXTS, kind_of_bytes
from pipeline.intake.names import given_name, sent_name
from pipeline.intake.structure import Structure, parse_structure
from pipeline.intake.texts import add_text
from pipeline.intake.times import plausible
from pipeline.model import Finding, Severity
from pipeline.settings import Limits

LONGEST_HEADER = 1 << 18
"""Characters of a header that are looked at."""
CUT_SHORT = ("CloseBoundaryNotFoundDefect", "StartBoundaryNotFoundDefect", "NoBoundaryInMultipartDefect")
BROKEN_CODE = ("InvalidBase64LengthDefect", "InvalidBase64CharactersDefect", "InvalidBase64PaddingDefect")
MAIL_ID = re.compile(r"<[!-;=?-~]{1,250}>")
MOST_REFERENCES = 20
ADDRESS = re.compile(rb"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
KNOWN_HEADERS = ("from", "to", "subject", "date", "message-id", "received", "content-type", "mime-version")


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

    def holds(self, path: str) -> bool:
        """Whether an attachment stood in it."""
        return path == self.path or path.startswith(f"{self.path}/")


@dataclass
class Mail:
    """What a message holds. Forwarded messages add their texts, subjects and attachments to the outer one."""

    sender: str = ""
    """Display name and address."""
    mail_id: str = ""
    """Message-ID with its angle brackets."""
    references: str = ""
    """Message-IDs of the thread before it, with spaces between."""
    reply_to: str = ""
    """The address that answers go to: of Reply-To, else of From; empty where neither has one."""
    machine: str = ""
    """What says that a program answered or sent a message back; empty where nothing does."""
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


def parse(data: bytes, name: str, limits: Limits, parts: int | None = None) -> Mail:
    """The content of a raw message; damage becomes a finding message-damaged, and what can be read is returned.

    `parts` is how many MIME parts may be taken, where the limit's count is used up in part.
    """
    structure = parse_structure(data, limits, limits.message_parts if parts is None else parts)
    message = structure.root
    mail = _begun(message)
    damaged = not any(key.lower() in KNOWN_HEADERS for key in message)
    if structure.too_large:
        _too_much(mail, "message-too-large", name, f"{limits.message_mb} MB")
        return mail
    _told_limits(structure, name, mail, limits)
    mail.parts = sum(1 for _ in message.walk())
    damaged |= _walk(message, "", 0, mail, limits) and not structure.too_many
    if damaged:
        mail.findings.insert(0, Finding("message-damaged", Severity.ERROR, {"name": name}))
    return mail


def mail_of_headers(data: bytes) -> Mail:
    """What the headers of a message say, its body and attachments left out."""
    return _begun(email.message_from_bytes(data, policy=email.policy.compat32))


def _begun(message: Message) -> Mail:
    def header(name: str) -> str:
        return _header(message, name)

    return Mail(
        sender=_header(message, "from"),
        mail_id=" ".join(_mail_ids(message, "message-id")[:1]),
        references=" ".join(_mail_ids(message, "references") or _mail_ids(message, "in-reply-to")),
        reply_to=_address(message, "reply-to") or _address(message, "from"),
        machine=machine_reply(header, message.get_content_type()),
        answerable=not must_not_be_answered(header, message.get_content_type()),
        subject=_header(message, "subject"),
        received_at=_time(message, "received") or _time(message, "date"),
        stamped=_time(message, "received") is not None,
    )


def _told_limits(structure: Structure, name: str, mail: Mail, limits: Limits) -> None:
    if structure.too_many:
        _too_much(mail, "message-parts-too-many", name, str(limits.message_parts))
    if structure.too_deep:
        _too_much(mail, "message-too-deep", name, str(limits.mime_depth))
    if max(_size_of_headers(part) for part in structure.root.walk()) > limits.header_kb << 10:
        _too_much(mail, "header-too-large", name, f"{limits.header_kb} KB")


def _too_much(mail: Mail, code: str, name: str, most: str) -> None:
    mail.findings.append(Finding(code, Severity.ERROR, {"name": name, "most": most}))


def _size_of_headers(part: Message) -> int:
    return sum(len(key) + len(str(value)) for key, value in part.raw_items())


def _header(message: Message, name: str) -> str:
    """A header as text, decoded from its raw bytes."""
    raw = _raw(message, name)
    return "" if raw is None else decode_text(raw).text.strip()


def _mail_ids(message: Message, name: str) -> list[str]:
    text = (_raw(message, name) or b"").decode("ascii", "replace")
    return MAIL_ID.findall(text)[-MOST_REFERENCES:]


def _address(message: Message, name: str) -> str:
    """The first address of a header, from its raw bytes: a display name in raw GBK must not get in its way."""
    raw = _raw(message, name) or b""
    found = ADDRESS.search(raw[raw.find(b"<") :]) or ADDRESS.search(raw)
    return found[0].decode("ascii") if found else ""


def _raw(message: Message, name: str) -> bytes | None:
    for key, value in message.raw_items():
        if key.lower() == name:
            return str(value)[:LONGEST_HEADER].encode("utf-8", "surrogateescape")
    return None


def _time(message: Message, name: str) -> datetime.datetime | None:
    """The time at the end of a header: of Received, when our own server took the message; of Date, the sender's."""
    raw = (_raw(message, name) or b"").rpartition(b";")[2]
    try:
        return plausible(parsedate_to_datetime(raw.decode("ascii", "replace")))  # "-0000" gives one without zone
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def _walk(part: Message, path: str, depth: int, mail: Mail, limits: Limits) -> bool:
    """Adds a part and those within to `mail`; True if something was damaged."""
    damaged = any(type(d).__name__ in CUT_SHORT for d in part.defects)
    kind = part.get_content_type()
    if getattr(part, "closed", False):
        return damaged  # told already
    if kind == "message/rfc822" or (not part.is_multipart() and _looks_forwarded(part)):
        return damaged | _forwarded(part, path, depth, mail, limits)
    if part.is_multipart():
        inner = part.get_payload()
        assert isinstance(inner, list)
        for at, child in enumerate(inner, 1):
            assert isinstance(child, Message)
            damaged |= _walk(child, f"{path}{at}/", depth, mail, limits)
        return damaged
    data = part.get_payload(decode=True)
    content = data if isinstance(data, bytes) else b""
    broken = any(type(d).__name__ in BROKEN_CODE for d in part.defects)
    named = _name(part)
    disposition = (_raw(part, "content-disposition") or b"").strip().lower()
    shown = named is None and not disposition.startswith(b"attachment") and kind in ("text/plain", "text/html")
    if shown and (not content or kind_of_bytes(content) in TEXTS):
        label = parameters(_raw(part, "content-type") or b"").get("charset")
        add_text(mail, content, label.text if label else None, kind == "text/html")
        return damaged | broken
    if content or named is not None:
        _add_attachment(part, named, content, f"{path}".rstrip("/") or "1", mail, limits)
    return damaged | broken


def _add_attachment(
    part: Message, named: Decoded | None, content: bytes, path: str, mail: Mail, limits: Limits
) -> None:
    content_type = part.get_content_type()
    found = given_name(named, content, content_type, len(mail.attachments) + 1)
    if len(content) > limits.attachment_mb << 20:
        size = f"{len(content) / 2**20:.0f} MB"
        mail.findings.append(Finding("file-too-large", Severity.ERROR, {"name": found.text, "size": size}))
        return
    if not found.whole:
        mail.findings.append(Finding("name-undecodable", Severity.WARNING, {"name": found.text}))
    disposition = _raw(part, "content-disposition") or b""
    shown = _raw(part, "content-id") is not None and not disposition.strip().lower().startswith(b"attachment")
    # A document is one wherever it stands; only a picture may be a part of the text
    inline = shown and kind_of_bytes(content) in PICTURES
    raw = disposition or _raw(part, "content-type") or b""
    mail.attachments.append(
        Attachment(found.text, raw, found.rule, found.whole, content, content_type, path, inline)
    )


def _name(part: Message) -> Decoded | None:
    return sent_name(*(_raw(part, header) for header in ("content-disposition", "content-type", "content-description")))


def _looks_forwarded(part: Message) -> bool:
    named = _name(part)
    return named is not None and named.text.lower().endswith(".eml")


def _forwarded(part: Message, path: str, depth: int, mail: Mail, limits: Limits) -> bool:
    """A message within the message: its attachments count as the outer one's."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(inner, Message) or (not inner.keys() and part.get("content-transfer-encoding")):
        data = _coded(part, inner)
        if data and kind_of_bytes(data) not in TEXTS:  # its name ends in .eml, but it is something else
            _add_attachment(part, _name(part), data, path.rstrip("/") or "1", mail, limits)
            return False
        structure = parse_structure(data, limits, max(1, limits.message_parts - mail.parts))
        inner = structure.root
        mail.parts += sum(1 for _ in inner.walk())
        _told_limits(structure, _header(inner, "subject"), mail, limits)
    if depth >= limits.message_depth:
        _too_much(mail, "message-too-deep", _header(inner, "subject"), str(limits.message_depth))
        return False
    said = (_header(inner, "from"), _header(inner, "subject"))
    mail.forwarded.append(said)
    before = len(mail.body)
    damaged = _walk(inner, path, depth + 1, mail, limits)
    mail.within.append(Forwarded(path.rstrip("/"), *said, mail.body[before:].strip()))
    return damaged


def _coded(part: Message, inner: object) -> bytes:
    """The bytes of a message that was sent as base64, which RFC 2046 forbids, but mail programs do it."""
    coded = Message()
    coded["Content-Transfer-Encoding"] = str(part.get("content-transfer-encoding", "7bit"))
    coded.set_payload(inner.get_payload() if isinstance(inner, Message) else part.get_payload())
    data = coded.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
