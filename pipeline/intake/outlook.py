"""Outlook's messages as files (.msg, [MS-OXMSG]) to the same `Mail` as `mime.parse` gives.

extract-msg reads the streams; texts are decoded here, for ANSI files hold names in the sender's charset, and often
say another. Messages within add their texts and attachments to the outer one, as forwarded ones of a MIME message do.
"""

from __future__ import annotations

import datetime
import logging
import re
from dataclasses import dataclass
from typing import Any

from extractors.charsets import decode
from pipeline.intake.archives.budget import MessageTooMuch
from pipeline.intake.attachments import add_attachment, message_within, too_much
from pipeline.intake.headers import Decoded
from pipeline.intake.mail import Mail
from pipeline.intake.mime import mail_of_headers
from pipeline.intake.names import given_name
from pipeline.intake.rtf import text_of_rtf, unpacked_rtf
from pipeline.intake.texts import add_decoded, add_text
from pipeline.intake.times import plausible
from pipeline.model import Finding, Severity
from pipeline.settings import Limits

ATTACHMENT = "__attach_version1.0_#"
SUBJECT, BODY, HTML, RTF, HEADERS = "0037", "1000", "1013", "1009", "007D"
SENDER_NAME, SENDER_SMTP, SENDER_ADDRESS = "0C1A", "5D01", "0C1F"
MAIL_ID, REFERENCES, REPLIED = "1035", "1039", "1042"
LONG_NAME, SHORT_NAME, DISPLAY_NAME, DATA, CONTENT_ID, CONTENT_TYPE = "3707", "3704", "3001", "3701", "3712", "370E"
"""Property ids ([MS-OXPROPS])."""
DELIVERED, SENT, CODE_PAGE, INTERNET_CODE_PAGE = "0E060040", "00390040", "3FFD0003", "3FDE0003"
"""Property ids with their types."""


@dataclass
class _Taken:
    """What all messages of one file have taken."""

    limits: Limits
    mail: Mail
    size: int = 0
    attachments: int = 0


def mail_of_msg(data: bytes, name: str, limits: Limits) -> Mail:
    """The content of an Outlook message; damage becomes a finding message-damaged. Never fails for what is in it."""
    import extract_msg

    logging.getLogger("extract_msg").setLevel(logging.CRITICAL)
    mail = Mail(parts=1)
    if len(data) > limits.message_mb << 20:
        too_much(mail, "message-too-large", name, f"{limits.message_mb} MB")
        return mail
    taken = _Taken(limits, mail)
    try:
        message: Any = extract_msg.MSGFile(data, delayAttachments=True, filename="m")  # type: ignore[no-untyped-call]
        with message:
            _read_headers(message, mail)
            _read(message, "", 0, name, taken)
    except MessageTooMuch:
        too_much(mail, "message-files-too-many", name, f"{limits.unpacked_mb} MB")
    except Exception:  # extract-msg raises many kinds, all for what is wrong with the file
        mail.findings.insert(0, Finding("message-damaged", Severity.ERROR, {"name": name}))
    return mail


def _read_headers(message: Any, mail: Mail) -> None:
    """Sender, subject, times: from the Internet headers where the message came through the Internet."""
    headers = _text(message, HEADERS)
    text = re.sub(r"^Microsoft Mail Internet Headers[^\n]*\n", "", headers.text) if headers else ""
    kept = mail_of_headers(text.encode("utf-8", "replace"))
    for name in ("sender", "mail_id", "references", "reply_to", "subject", "received_at", "stamped",
                 "answerable", "machine", "recipients", "undelivered", "about"):
        setattr(mail, name, getattr(kept, name))
    mail.subject = _plain(message, SUBJECT) or mail.subject
    address = next((a for p in (SENDER_SMTP, SENDER_ADDRESS) if "@" in (a := _plain(message, p))), "")
    person = _plain(message, SENDER_NAME)
    if person or address:
        mail.sender = f"{person} <{address}>".strip() if address else mail.sender or person
    mail.reply_to = mail.reply_to or address
    mail.mail_id = mail.mail_id or _plain(message, MAIL_ID)
    mail.references = mail.references or _plain(message, REFERENCES) or _plain(message, REPLIED)
    if mail.received_at is None:
        times = (message.getPropertyVal(which) for which in (DELIVERED, SENT))
        dates = (plausible(time) for time in times if isinstance(time, datetime.datetime))
        mail.received_at = next(filter(None, dates), None)


def _read(message: Any, inside: str, depth: int, name: str, taken: _Taken) -> None:
    """Adds a message's text and attachments, whose paths begin with `inside`."""
    _add_body(message, taken.mail)
    folders = sorted({entry[0] for entry in message.listDir(True, True, False) if entry[0].startswith(ATTACHMENT)})
    for number, folder in enumerate(folders, 1):
        taken.attachments += 1
        if taken.attachments > taken.limits.message_parts:
            most = str(taken.limits.message_parts)
            too_much(taken.mail, "message-parts-too-many", name, most)
            return
        _add_file(message, folder, f"{inside}{number}", depth, taken)


def _add_body(message: Any, mail: Mail) -> None:
    plain = _text(message, BODY)
    html = message.getStream(f"__substg1.0_{HTML}0102")
    if plain is not None and plain.text.strip():
        add_decoded(mail, plain.text.replace("\r\n", "\n"), False)
    if html:
        add_text(mail, html, _charset(message, INTERNET_CODE_PAGE), True)
    elif (shown := _text(message, HTML)) is not None:
        add_decoded(mail, shown.text, True)
    elif plain is None and (rtf := message.getStream(f"__substg1.0_{RTF}0102")):
        add_decoded(mail, text_of_rtf(unpacked_rtf(rtf)), False)


def _add_file(message: Any, folder: str, path: str, depth: int, taken: _Taken) -> None:
    mail = taken.mail
    content_type = _plain(message, CONTENT_TYPE, folder) or "application/octet-stream"
    names = [n for p in (LONG_NAME, SHORT_NAME, DISPLAY_NAME) if (n := _text(message, p, folder)) and n.text.strip()]
    data = message.getStream(f"{folder}/__substg1.0_{DATA}0102")
    if data is None and message.exists(f"{folder}/__substg1.0_{DATA}000D/__properties_version1.0"):
        _add_message(message, f"{folder}/__substg1.0_{DATA}000D", path, depth, names[0].text if names else "", taken)
        return
    named = next((n for n in names if n.whole), names[0] if names else None)
    if data is None:  # an object of another program, or a link to a file on the sender's disk
        name = given_name(named, b"", content_type, len(mail.attachments) + 1).text
        mail.findings.append(Finding("attachment-missing", Severity.ERROR, {"name": name}))
        return
    taken.size += len(data)  # streams may share their sectors, so all can be larger than the file
    if taken.size > taken.limits.unpacked_mb << 20:
        raise MessageTooMuch
    shown = bool(_plain(message, CONTENT_ID, folder))
    add_attachment(mail, named, data, content_type, path, taken.limits, shown)


def _add_message(message: Any, folder: str, path: str, depth: int, name: str, taken: _Taken) -> None:
    import extract_msg

    if depth >= taken.limits.message_depth:
        too_much(taken.mail, "message-too-deep", name, str(taken.limits.message_depth))
        return
    prefix = "/".join([*message.prefixList, folder])
    inner = extract_msg.MSGFile(  # type: ignore[no-untyped-call]
        message.path, prefix=prefix, parentMsg=message, delayAttachments=True, filename="m"
    )
    said = Mail()
    _read_headers(inner, said)
    with message_within(taken.mail, path, said.sender, said.subject, said.mail_id):
        _read(inner, f"{path}/", depth + 1, name, taken)


def _text(message: Any, which: str, folder: str = "") -> Decoded | None:
    """A string property, whichever of the two forms it has; the rule says which."""
    path = f"{folder}/__substg1.0_{which}" if folder else f"__substg1.0_{which}"
    wide = message.getStream(f"{path}001F")
    if wide is not None:
        text = wide.decode("utf-16-le", "replace").rstrip("\0")
        return Decoded(text, "msg/unicode", "\ufffd" not in text)
    narrow = message.getStream(f"{path}001E")
    if narrow is None:
        return None
    told = decode(narrow.rstrip(b"\0"), _charset(message, CODE_PAGE))
    return Decoded(told.text, f"msg/{told.charset}" + ("" if told.labelled else "/guessed"), told.whole)


def _plain(message: Any, which: str, folder: str = "") -> str:
    found = _text(message, which, folder)
    return "" if found is None else found.text.strip()


def _charset(message: Any, which: str) -> str | None:
    return charset_of_page(message.getPropertyVal(which))


def charset_of_page(page: object) -> str | None:
    """Python's name of a Windows code page."""
    if not isinstance(page, int) or page <= 0:
        return None
    return {936: "gbk", 54936: "gb18030", 950: "big5", 65001: "utf-8", 20936: "gbk"}.get(page, f"cp{page}")
