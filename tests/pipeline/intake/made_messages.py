"""Messages and documents made from bytes, as senders' programs make them."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from collections.abc import Sequence
from functools import cache
from typing import Any

import docx
import openpyxl
from PIL import Image

HEADERS = ["序号", "中试平台名称", "承担单位", "统一社会信用代码", "所在地", "所属行业", "投资总额（万元）"]
ROW = ["1", "氢能装备中试平台", "联瑞新材料公司", "91510500MA62A0001X", "宜宾市", "新能源", "1200"]


def make_xlsx(rows: Sequence[Sequence[str]] = (HEADERS, ROW)) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_docx(text: str, rows: Sequence[Sequence[str]] = ()) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for cells, row in zip(table.rows, rows, strict=True):
            for cell, value in zip(cells.cells, row, strict=True):
                cell.text = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_scan(shade: int = 250, pages: int = 1) -> bytes:
    out = io.BytesIO()
    first, *others = [Image.new("L", (1240, 1754), shade - n) for n in range(pages)]
    first.save(out, "PDF", save_all=True, append_images=others, resolution=150)
    return out.getvalue()


def make_zip(members: Sequence[tuple[bytes, bytes]], utf8_flag: bool = False) -> bytes:
    """A zip with these raw names, which Python's own writer wouldn't write without the flag."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, (_, data) in enumerate(members):
            archive.writestr(f"{at:08d}" + "x" * 200, data)
    packed = out.getvalue()
    for at, (name, _) in enumerate(members):
        packed = rename(packed, (f"{at:08d}" + "x" * 200).encode(), name, 0x800 if utf8_flag else 0)
    return packed


def rename(packed: bytes, old: bytes, new: bytes, flags: int) -> bytes:
    """Writes another name into local header and directory, by rebuilding both."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        infos = archive.infolist()
    out, directory = io.BytesIO(), io.BytesIO()
    for info in infos:
        raw = info.orig_filename.encode("cp437")
        name = new if raw == old else raw
        flag = flags if raw == old else info.flag_bits
        offset = out.tell()
        body_at = info.header_offset + 30 + len(raw)
        body = packed[body_at : body_at + info.compress_size]
        common = struct.pack(
            "<HHHHHLLLHH", 20, flag, info.compress_type, 0, 0x21, info.CRC, info.compress_size, info.file_size,
            len(name), 0,
        )  # fmt: skip
        out.write(b"PK\x03\x04" + common + name + body)
        directory.write(b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHLL", 0, 0, 0, 0, offset) + name)
    at, listing = out.tell(), directory.getvalue()
    end = struct.pack("<HHHHLLH", 0, 0, len(infos), len(infos), len(listing), at, 0)
    return out.getvalue() + listing + b"PK\x05\x06" + end


def encoded(text: str) -> bytes:
    return b"=?utf-8?B?" + base64.b64encode(text.encode()) + b"?="


def make_part(name: str | None, data: bytes, header: bytes | None = None) -> bytes:
    disposition = header or (b'attachment; filename="' + encoded(name or "") + b'"' if name else b"attachment")
    return (
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: "
        + disposition
        + b"\r\n\r\n"
        + base64.encodebytes(data).replace(b"\n", b"\r\n")
    )


def make_message(
    *parts: bytes,
    sender: str = "四川省经济和信息化厅科技处",
    subject: str = "四川省经济和信息化厅报送中试平台名录及储备建设情况",
    body: str = "您好：现将我单位中试平台名录报上，请查收。",
    date: str = "Sat, 12 Oct 2024 18:57:00 +0800",
    extra: bytes = b"",
) -> bytes:
    text = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(
        body.encode()
    )
    head = (
        extra + b"From: " + encoded(sender) + b" <kjc@example.cn>\r\nTo: a@example.cn\r\nSubject: " + encoded(subject)
        + b"\r\nDate: " + date.encode() + b'\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n'
    )  # fmt: skip
    return head + b"\r\n" + b"".join(b"--b\r\n" + part + b"\r\n" for part in (text, *parts)) + b"--b--\r\n"


SCAN, COPY = "附件3（盖章扫描件）.pdf", "附件3 名录.xlsx"


@cache
def whole_copies() -> tuple[bytes, bytes]:
    """A scan and its electronic copy, always the same bytes: their writers put the time in."""
    return make_scan(), make_xlsx()


def make_report(scan: bytes | None = None, copy: bytes | None = None, **mail: Any) -> bytes:
    """A whole report."""
    parts = [make_part(SCAN, scan or whole_copies()[0]), make_part(COPY, copy or whole_copies()[1])]
    return make_message(*parts, **mail)


def make_text_pdf(lines: Sequence[str]) -> bytes:
    """A born-digital PDF: Chinese text in a font that isn't embedded, as PDF 1.7 (9.7.5.2) allows."""
    shown = b"".join(b"<" + line.encode("utf-16-be").hex().encode() + b"> Tj T* " for line in lines)
    stream = b"BT /F1 12 Tf 40 800 Td 20 TL " + shown + b"ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor 7 0 R>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0"
        b"/Ascent 800/Descent -200/CapHeight 700/StemV 80>>",
    ]
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer<</Size 8/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 8\n0000000000 65535 f \n" + table + end
