"""Writes the e-mails, byte by byte: mail programs name Chinese attachments in ways that no library writes for us."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

NAME_STYLES = ("rfc2231", "rfc2231-split", "rfc2047", "rfc2047-gb2312", "rfc2047-cut", "raw-gbk", "raw-utf8")
"""How an attachment's name is written. ``rfc2047-cut`` cuts characters in two between encoded words, as some do."""
WRAPPINGS = ("none", "zip", "zip-gbk", "zip-mojibake", "forwarded")
"""``zip``: names in UTF-8; ``zip-gbk``: names in GBK, unmarked, as Windows writes them; ``zip-mojibake``: the same,
once wrongly read and marked as UTF-8; ``forwarded``: the message is attached to another as message/rfc822."""
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}
ZIP_TIME = (2024, 10, 9, 9, 30, 0)


@dataclass(frozen=True)
class Attachment:
    """A file in a message."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Envelope:
    """The head of a message and its text."""

    sender_name: str
    sender_address: str
    subject: str
    date: str
    """As RFC 5322 writes it."""
    message_id: str
    body: str
    charset: str = "utf-8"
    """Of subject, sender and body: ``utf-8``, ``gb2312`` or ``gbk``."""


def write_message(
    envelope: Envelope, attachments: Sequence[Attachment], names: str = "rfc2231", wrapping: str = "none"
) -> bytes:
    """One message with CRLF lines. `names` is one of `NAME_STYLES`, `wrapping` one of `WRAPPINGS`."""
    if wrapping.startswith("zip"):
        attachments = [Attachment(_archive_name(attachments), archive(attachments, wrapping))]
    message = _multipart(envelope, [_attachment(a, names) for a in attachments])
    return _forward(envelope, message) if wrapping == "forwarded" else message


def archive(attachments: Sequence[Attachment], wrapping: str) -> bytes:
    """The attachments in one zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for item in attachments:
            name = item.name.encode("gbk").decode("cp437") if wrapping == "zip-mojibake" else item.name
            info = (_GbkInfo if wrapping == "zip-gbk" else zipfile.ZipInfo)(name, ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, item.data)
    return buffer.getvalue()


class _GbkInfo(zipfile.ZipInfo):
    """An entry whose name is written in GBK without the mark for UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 (the library's own name)
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def _archive_name(attachments: Sequence[Attachment]) -> str:
    return attachments[0].name.rpartition(".")[0].split("（")[0] + "报送材料.zip"


def encoded_words(text: str, charset: str, whole_characters: bool = True) -> list[str]:
    """`text` as encoded words (RFC 2047, base64) of at most 75 characters each.

    Without `whole_characters` (UTF-8 only) each word but the last ends inside a character.
    """
    room = 42
    if not whole_characters:
        raw, chunks = text.encode(charset), []
        while raw:
            # A byte 10xxxxxx goes on with a character: there the cut has to be.
            inside = (i for i in range(room, 0, -1) if i < len(raw) and raw[i] & 0xC0 == 0x80)
            end = next(inside, room)
            chunks.append(raw[:end])
            raw = raw[end:]
    else:
        chunks = [b""]
        for character in text.encode(charset).decode(charset):
            if len(chunks[-1] + character.encode(charset)) > room:
                chunks.append(b"")
            chunks[-1] += character.encode(charset)
    return [f"=?{charset}?B?{base64.b64encode(chunk).decode('ascii')}?=" for chunk in chunks]


def _multipart(envelope: Envelope, parts: Sequence[bytes]) -> bytes:
    boundary = "----=_Part_" + hashlib.sha256(envelope.message_id.encode()).hexdigest()[:20]
    body = base64.encodebytes(envelope.body.encode(envelope.charset)).replace(b"\n", b"\r\n")
    text = (
        f'Content-Type: text/plain; charset="{envelope.charset}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode()
        + body
    )
    head = _head(envelope) + f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"\r\n\r\n'.encode()
    mark = f"--{boundary}".encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in (text, *parts)) + mark + b"--\r\n"


def _head(envelope: Envelope) -> bytes:
    subject = "\r\n ".join(encoded_words(envelope.subject, envelope.charset))
    sender = "\r\n ".join(encoded_words(envelope.sender_name, envelope.charset))
    lines = (
        f"From: {sender}\r\n <{envelope.sender_address}>",
        "To: zhiliang@example.cn",
        f"Subject: {subject}",
        f"Date: {envelope.date}",
        f"Message-ID: <{envelope.message_id}>",
        "MIME-Version: 1.0",
    )
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _attachment(item: Attachment, names: str) -> bytes:
    kind = CONTENT_TYPES.get(item.name.rpartition(".")[2].lower(), "application/octet-stream")
    encoded = base64.encodebytes(item.data).replace(b"\n", b"\r\n")
    return b"Content-Type: " + kind.encode() + _name(item.name, names, kind) + encoded


def _name(name: str, style: str, kind: str) -> bytes:
    """The rest of the part's head, from behind the content type to the empty line."""
    transfer = b"\r\nContent-Transfer-Encoding: base64\r\n"
    disposition = b"Content-Disposition: attachment;\r\n "
    end = b"\r\n\r\n"
    if style == "rfc2231":
        return transfer + disposition + f"filename*=UTF-8''{quote(name)}".encode() + end
    if style == "rfc2231-split":
        coded = quote(name)
        pieces = [coded[i : i + 45] for i in range(0, len(coded), 45)]
        pieces[0] = "UTF-8''" + pieces[0]
        lines = [f"filename*{i}*={piece}" for i, piece in enumerate(pieces)]
        return transfer + disposition + ";\r\n ".join(lines).encode() + end
    if style.startswith("raw-"):
        raw = name.encode(style.removeprefix("raw-"))
        return b';\r\n name="' + raw + b'"' + transfer + disposition + b'filename="' + raw + b'"' + end
    charset = "gb2312" if style == "rfc2047-gb2312" else "utf-8"
    words = "\r\n ".join(encoded_words(name, charset, whole_characters=style != "rfc2047-cut"))
    return f';\r\n name="{words}"'.encode() + transfer + disposition + f'filename="{words}"'.encode() + end


def _forward(envelope: Envelope, message: bytes) -> bytes:
    outer = Envelope(
        envelope.sender_name,
        "office@mail.example.cn",
        "转发：" + envelope.subject,
        envelope.date,
        "fw-" + envelope.message_id,
        "请查收附件中的原邮件。\r\n",
        envelope.charset,
    )
    return _multipart(outer, [b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + message])
