"""Outlook's files made from properties: .msg with extract-msg's writer, TNEF by hand."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Any

from extract_msg import OleWriter

WIDE, NARROW, BINARY, LONG = 0x1F, 0x1E, 0x102, 0x03


def make_msg(
    subject: str = "报送中试平台名录",
    body: str | None = "您好：现将名录报上。",
    sender: tuple[str, str] = ("四川省经济和信息化厅", "kjc@example.cn"),
    files: list[tuple[str, bytes]] | None = None,
    messages: list[Any] | None = None,
    charset: str | None = None,
    page: int = 936,
    html: bytes | None = None,
    rtf: bytes | None = None,
    headers: str = "",
    delivered: int | None = None,
) -> bytes:
    """A message; `charset`: an ANSI file in it, that claims code page `page`. `messages`: arguments of those within.

    `delivered`: in units of 100 ns since 1601, as Windows counts.
    """
    writer = OleWriter()
    given = {
        "subject": subject, "body": body, "sender": sender, "files": files, "messages": messages, "html": html,
        "rtf": rtf, "headers": headers, "delivered": delivered,
    }  # fmt: skip
    _write(writer, [], given, charset, page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _write(writer: OleWriter, at: list[str], given: dict[str, Any], charset: str | None, page: int) -> None:
    def text(where: list[str], which: str, value: str) -> None:
        data = value.encode("utf-16-le") if charset is None else value.encode(charset)
        writer.addEntry([*where, f"__substg1.0_{which}{'001F' if charset is None else '001E'}"], data)

    files, messages = given.get("files") or [], given.get("messages") or []
    head = bytes(8) + struct.pack("<LLLL", 0, len(files), 0, len(files)) + (bytes(8) if not at else b"")
    properties = struct.pack("<HHLLL", LONG, 0x3FFD, 6, page, 0) + struct.pack("<HHLLL", LONG, 0x3FDE, 6, 65001, 0)
    if given.get("delivered") is not None:
        properties += struct.pack("<HHLQ", 0x0040, 0x0E06, 6, given["delivered"])
    writer.addEntry([*at, "__properties_version1.0"], head + properties)
    if not at:
        writer.addEntry(["__nameid_version1.0"], storage=True)
    text(at, "001A", "IPM.Note")
    text(at, "0037", given.get("subject", "内层"))
    name, address = given.get("sender") or ("", "")
    text(at, "0C1A", name)
    text(at, "0C1F", address)
    if given.get("headers"):
        text(at, "007D", given["headers"])
    if given.get("body") is not None:
        text(at, "1000", given["body"])
    if given.get("html"):
        writer.addEntry([*at, "__substg1.0_10130102"], given["html"])
    if given.get("rtf"):
        writer.addEntry([*at, "__substg1.0_10090102"], given["rtf"])
    number = 0
    for name, data in files:
        folder = [*at, f"__attach_version1.0_#{number:08X}"]
        writer.addEntry([*folder, "__properties_version1.0"], bytes(8) + struct.pack("<HHLLL", LONG, 0x3705, 6, 1, 0))
        text(folder, "3707", name)
        writer.addEntry([*folder, "__substg1.0_37010102"], data)
        number += 1
    for inner in messages:
        folder = [*at, f"__attach_version1.0_#{number:08X}"]
        writer.addEntry([*folder, "__properties_version1.0"], bytes(8) + struct.pack("<HHLLL", LONG, 0x3705, 6, 5, 0))
        text(folder, "3001", inner.get("subject", "内层"))
        _write(writer, [*folder, "__substg1.0_3701000D"], inner, charset, page)
        number += 1


def _attribute(level: int, which: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHL", level, which, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _property(which: int, kind: int, data: bytes) -> bytes:
    if kind == LONG:
        return struct.pack("<HH", kind, which) + data
    return struct.pack("<HHLL", kind, which, 1, len(data)) + data + bytes(-len(data) % 4)


def properties(*given: tuple[int, int, bytes]) -> bytes:
    return struct.pack("<L", len(given)) + b"".join(_property(*each) for each in given)


def make_tnef(
    *files: tuple[str, bytes],
    charset: str = "gbk",
    page: int = 936,
    wide: bool = False,
    body: str = "",
    subject: str = "报送材料",
    sender: str = "",
    inner: Sequence[bytes] = (),
) -> bytes:
    """An envelope; names in `charset`, or as Unicode where `wide`; `inner`: TNEFs that are attached as messages."""
    out = struct.pack("<LH", 0x223E9F78, 1)
    out += _attribute(1, 0x9006, 8, struct.pack("<L", 0x10000)) + _attribute(1, 0x9007, 6, struct.pack("<LL", page, 0))
    out += _attribute(1, 0x8004, 1, subject.encode(charset) + b"\0")
    said = {0x1000: body, 0x0C1A: sender}
    wides = [(which, WIDE, text.encode("utf-16-le") + b"\0\0") for which, text in said.items() if text]
    if wides:
        out += _attribute(1, 0x9003, 6, properties(*wides))
    for name, data in files:
        out += _attribute(2, 0x9002, 6, bytes(14))
        out += _attribute(2, 0x8010, 1, (name if not wide else "FUJIAN~1.XLS").encode(charset) + b"\0")
        out += _attribute(2, 0x800F, 6, data)
        if wide:
            out += _attribute(2, 0x9005, 6, properties((0x3707, WIDE, name.encode("utf-16-le") + b"\0\0")))
    for message in inner:
        guid = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
        out += _attribute(2, 0x9002, 6, bytes(14))
        method = (0x3705, LONG, struct.pack("<L", 5))
        out += _attribute(2, 0x9005, 6, properties(method, (0x3701, 0x0D, guid + message)))
    return out
