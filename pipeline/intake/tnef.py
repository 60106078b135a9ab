"""Outlook's envelope winmail.dat (TNEF, [MS-OXTNEF]) to the same `Mail` as `mime.parse` gives.

By hand and not with the library tnefparse, whose loops follow counts that the file declares, which copies
the rest of the file for every object, and gives up the whole file for one name in another charset.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from extractors.charsets import decode
from pipeline.intake.attachments import add_attachment, message_within, too_much
from pipeline.intake.headers import Decoded
from pipeline.intake.mail import Mail
from pipeline.intake.outlook import charset_of_page
from pipeline.intake.rtf import text_of_rtf, unpacked_rtf
from pipeline.intake.texts import add_decoded, add_text
from pipeline.model import Finding, Severity
from pipeline.settings import Limits

BEGIN_ATTACHMENT, TITLE, DATA, ATTACHMENT_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
SUBJECT, BODY, MESSAGE_PROPERTIES, CODE_PAGE = 0x8004, 0x800C, 0x9003, 0x9007
"""Ids of attributes (2.1.2)."""
P_SUBJECT, P_BODY, P_HTML, P_RTF, P_SENDER, P_ADDRESS, P_SMTP = 0x0037, 0x1000, 0x1013, 0x1009, 0x0C1A, 0x0C1F, 0x5D01
P_LONG_NAME, P_NAME, P_DISPLAY, P_DATA, P_CONTENT_ID, P_TYPE = 0x3707, 0x3704, 0x3001, 0x3701, 0x3712, 0x370E
P_INTERNET_CODE_PAGE = 0x3FDE
SIZES = {1: 4, 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
"""Bytes of a property's value by its type; short ones are filled up to four."""
VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x102})
WIDE, MULTIPLE, NAMED = 0x1F, 0x1000, 0x8000
MESSAGE = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
"""Before an attached message: the id of IMessage; the message is a TNEF of its own."""

Properties = dict[int, tuple[int, bytes]]
"""By id: type and value, the first of several."""


@dataclass
class _File:
    title: bytes = b""
    data: bytes = b""
    properties: Properties = field(default_factory=dict)


def mail_of_tnef(data: bytes, name: str, limits: Limits, depth: int = 0) -> Mail:
    """What an envelope holds; damage becomes a finding message-damaged, and what can be read is returned."""
    mail = Mail(parts=1)
    files: list[_File] = []
    charset: str | None = None
    properties: Properties = {}
    subject = body = b""
    damaged = False
    try:
        for attribute, value in _attributes(data):
            if attribute == BEGIN_ATTACHMENT:
                if len(files) == limits.message_parts:
                    too_much(mail, "message-parts-too-many", name, str(limits.message_parts))
                    break
                files.append(_File())
            elif attribute == CODE_PAGE and len(value) >= 4:
                charset = charset_of_page(struct.unpack_from("<L", value)[0])
            elif attribute == SUBJECT:
                subject = value
            elif attribute == BODY:
                body = value
            elif attribute == MESSAGE_PROPERTIES:
                properties = _properties(value)
            elif attribute == TITLE and files:
                files[-1].title = value
            elif attribute == DATA and files:
                files[-1].data = value
            elif attribute == ATTACHMENT_PROPERTIES and files:
                files[-1].properties = _properties(value)
    except (struct.error, ValueError):
        damaged = True
    mail.subject = _plain(properties, P_SUBJECT, charset) or decode(subject.rstrip(b"\0"), charset).text.strip()
    address = next((a for p in (P_SMTP, P_ADDRESS) if "@" in (a := _plain(properties, p, charset))), "")
    person = _plain(properties, P_SENDER, charset)
    mail.sender = f"{person} <{address}>".strip() if address else person
    _add_body(mail, properties, body, charset)
    for number, file in enumerate(files, 1):
        _add_file(mail, file, number, charset, depth, limits)
    if damaged:
        mail.findings.insert(0, Finding("message-damaged", Severity.ERROR, {"name": name}))
    return mail


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Ids and values: a level, the id, a type, the length, the value, a checksum (2.1.3.1)."""
    at = 6
    while at < len(data):
        _, attribute, _, length = struct.unpack_from("<BHHL", data, at)
        if at + 9 + length > len(data):
            raise ValueError("cut short")
        yield attribute, data[at + 9 : at + 9 + length]
        at += 11 + length


def _properties(data: bytes) -> Properties:
    """A list of MAPI properties (2.1.3.4); ends where the bytes do, whatever the counts say."""
    found: Properties = {}
    at = 4
    while at + 4 <= len(data):
        kind, which = struct.unpack_from("<HH", data, at)
        at += 4
        if which >= NAMED:
            at += 20
            (form,) = struct.unpack_from("<L", data, at - 4)
            (size,) = struct.unpack_from("<L", data, at)
            at += 4 + (_filled(size) if form else 0)
        count = 1
        if kind & MULTIPLE or kind in VARIABLE:
            (count,) = struct.unpack_from("<L", data, at)
            at += 4
        kind &= ~MULTIPLE
        if kind not in VARIABLE and kind not in SIZES:
            raise ValueError("type")
        for _ in range(count):
            if kind in VARIABLE:
                (size,) = struct.unpack_from("<L", data, at)
                at += 4
            else:
                size = SIZES[kind]
            if at + size > len(data):
                raise ValueError("cut short")
            found.setdefault(which, (kind, data[at : at + size]))
            at += _filled(size)
    return found


def _filled(size: int) -> int:
    return size + -size % 4


def _text(properties: Properties, which: int, charset: str | None) -> Decoded | None:
    kind, value = properties.get(which, (0, b""))
    if kind == WIDE:
        text = value.decode("utf-16-le", "replace").rstrip("\0")
        return Decoded(text, "tnef/unicode", "\ufffd" not in text)
    if kind == 0:
        return None
    told = decode(value.rstrip(b"\0"), charset)
    return Decoded(told.text, f"tnef/{told.charset}" + ("" if told.labelled else "/guessed"), told.whole)


def _plain(properties: Properties, which: int, charset: str | None) -> str:
    found = _text(properties, which, charset)
    return "" if found is None else found.text.strip()


def _add_body(mail: Mail, properties: Properties, body: bytes, charset: str | None) -> None:
    plain = _plain(properties, P_BODY, charset)
    if plain:
        add_decoded(mail, plain.replace("\r\n", "\n"), False)
    elif body.strip(b"\0 \r\n"):
        add_text(mail, body.rstrip(b"\0"), charset, False)
    kind, html = properties.get(P_HTML, (0, b""))
    page = properties.get(P_INTERNET_CODE_PAGE, (0, b""))[1]
    if kind == WIDE:
        add_decoded(mail, html.decode("utf-16-le", "replace"), True)
    elif html:
        add_text(mail, html, charset_of_page(int.from_bytes(page, "little")) or charset, True)
    elif not mail.body and P_RTF in properties:
        add_decoded(mail, text_of_rtf(unpacked_rtf(properties[P_RTF][1])), False)


def _add_file(
    mail: Mail, file: _File, number: int, charset: str | None, depth: int, limits: Limits
) -> None:
    titles = [n for p in (P_LONG_NAME, P_NAME, P_DISPLAY) if (n := _text(file.properties, p, charset)) and n.text]
    if file.title.strip(b"\0"):
        told = decode(file.title.rstrip(b"\0"), charset)
        rule = f"tnef/{told.charset}" + ("" if told.labelled else "/guessed")
        titles.insert(1 if P_LONG_NAME in file.properties else 0, Decoded(told.text, rule, told.whole))
    named = next((n for n in titles if n.whole), titles[0] if titles else None)
    data = file.properties.get(P_DATA, (0, b""))[1]
    if data.startswith(MESSAGE):
        _add_message(mail, data[len(MESSAGE) :], named.text if named else "", str(number), depth, limits)
        return
    content_type = _plain(file.properties, P_TYPE, charset) or "application/octet-stream"
    shown = P_CONTENT_ID in file.properties
    add_attachment(mail, named, file.data or data, content_type, str(number), limits, shown)


def _add_message(mail: Mail, data: bytes, name: str, path: str, depth: int, limits: Limits) -> None:
    if depth >= limits.message_depth:
        too_much(mail, "message-too-deep", name, str(limits.message_depth))
        return
    inner = mail_of_tnef(data, name, limits, depth + 1)
    with message_within(mail, path, inner.sender, inner.subject):
        add_decoded(mail, inner.body, False)
    mail.forwarded += inner.forwarded
    mail.within += [replace(each, path=f"{path}/{each.path}") for each in inner.within]
    mail.attachments += [replace(each, path=f"{path}/{each.path}") for each in inner.attachments]
    mail.findings += inner.findings
