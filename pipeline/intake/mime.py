"""A raw message to its sender, subject, text and attachments.

Python's e-mail package is used for the structure alone; names and texts are decoded from raw header bytes by
`headers`. Risks that remain: the package holds a message several times in memory (about nine times its size).
"""

from __future__ import annotations

import datetime
import email
import email.policy
from email.message import Message
from email.utils import parsedate_to_datetime

from pipeline.intake.attachments import add_attachment, message_within, too_much
from pipeline.intake.automatic import machine_reply, must_not_be_answered
from pipeline.intake.bounces import ids_within, says_undelivered
from pipeline.intake.headers import Decoded, decode_text, parameters
from pipeline.intake.kinds import TEXTS, kind_of_bytes
from pipeline.intake.mail import Mail
from pipeline.intake.names import sent_name
from pipeline.intake.structure import Structure, parse_structure
from pipeline.intake.texts import add_text
from pipeline.intake.times import plausible
from pipeline.mail_addresses import ADDRESS, MAIL_ID, MOST_REFERENCES
from pipeline.model import Finding, Severity
from pipeline.settings import Limits

LONGEST_HEADER = 1 << 18
"""Characters of a header that are looked at."""
CUT_SHORT = ("CloseBoundaryNotFoundDefect", "StartBoundaryNotFoundDefect", "NoBoundaryInMultipartDefect")
BROKEN_CODE = ("InvalidBase64LengthDefect", "InvalidBase64CharactersDefect", "InvalidBase64PaddingDefect")
HEADERS_ALONE = "text/rfc822-headers"
KNOWN_HEADERS = ("from", "to", "subject", "date", "message-id", "received", "content-type", "mime-version")


def parse(data: bytes, name: str, limits: Limits, parts: int | None = None) -> Mail:
    """The content of a raw message; damage becomes a finding message-damaged, and what can be read is returned.

    `parts` is how many MIME parts may be taken, where the limit's count is used up in part.
    """
    structure = parse_structure(data, limits, limits.message_parts if parts is None else parts)
    message = structure.root
    mail = _begun(message)
    damaged = not any(key.lower() in KNOWN_HEADERS for key in message)
    if structure.too_large:
        too_much(mail, "message-too-large", name, f"{limits.message_mb} MB")
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

    machine = machine_reply(header, message.get_content_type())
    return Mail(
        sender=_header(message, "from"),
        recipients=" ".join(filter(None, (_header(message, "to"), _header(message, "cc")))),
        mail_id=" ".join(_mail_ids(message, "message-id")[:1]),
        references=" ".join(_mail_ids(message, "references") or _mail_ids(message, "in-reply-to")),
        reply_to=_address(message, "reply-to") or _address(message, "from"),
        machine=machine,
        undelivered=says_undelivered(message, machine, _header(message, "subject")),
        about=ids_within(message),
        answerable=not must_not_be_answered(header, message.get_content_type()),
        subject=_header(message, "subject"),
        received_at=_time(message, "received") or _time(message, "date"),
        stamped=_time(message, "received") is not None,
    )


def _told_limits(structure: Structure, name: str, mail: Mail, limits: Limits) -> None:
    if structure.too_many:
        too_much(mail, "message-parts-too-many", name, str(limits.message_parts))
    if structure.too_deep:
        too_much(mail, "message-too-deep", name, str(limits.mime_depth))
    if max(_size_of_headers(part) for part in structure.root.walk()) > limits.header_kb << 10:
        too_much(mail, "header-too-large", name, f"{limits.header_kb} KB")


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
    text = (_raw(message, name) or b"").decode("ascii", "replace")
    found = ADDRESS.search(text[text.find("<") :]) or ADDRESS.search(text)
    return found[0] if found else ""


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
    if kind == HEADERS_ALONE and named is None and kind_of_bytes(content) in TEXTS:
        return damaged | broken  # of a message that came back: no message that was cut short
    if content or named is not None:
        _add_file(part, named, content, path, mail, limits)
    return damaged | broken


def _add_file(part: Message, named: Decoded | None, content: bytes, path: str, mail: Mail, limits: Limits) -> None:
    disposition = _raw(part, "content-disposition") or b""
    shown = _raw(part, "content-id") is not None and not disposition.strip().lower().startswith(b"attachment")
    raw = disposition or _raw(part, "content-type") or b""
    add_attachment(mail, named, content, part.get_content_type(), path.rstrip("/") or "1", limits, shown, raw)


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
            _add_file(part, _name(part), data, path, mail, limits)
            return False
        structure = parse_structure(data, limits, max(1, limits.message_parts - mail.parts))
        inner = structure.root
        mail.parts += sum(1 for _ in inner.walk())
        _told_limits(structure, _header(inner, "subject"), mail, limits)
    if depth >= limits.message_depth:
        too_much(mail, "message-too-deep", _header(inner, "subject"), str(limits.message_depth))
        return False
    mail_id = " ".join(_mail_ids(inner, "message-id")[:1])
    with message_within(mail, path.rstrip("/"), _header(inner, "from"), _header(inner, "subject"), mail_id):
        return _walk(inner, path, depth + 1, mail, limits)


def _coded(part: Message, inner: object) -> bytes:
    """The bytes of a message that was sent as base64, which RFC 2046 forbids, but mail programs do it."""
    coded = Message()
    coded["Content-Transfer-Encoding"] = str(part.get("content-transfer-encoding", "7bit"))
    coded.set_payload(inner.get_payload() if isinstance(inner, Message) else part.get_payload())
    data = coded.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
