"""Archives to the files within, under limits. Only the names' last parts are kept, and nothing is written to disk.

Risk that remains: zlib unpacks in this process; the limits hold while it streams, so a bomb costs one chunk.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from pipeline.intake.charsets import CLEARLY_BETTER, decode, ordinary
from pipeline.intake.kinds import ARCHIVES, ENVELOPES, kind_of_bytes
from pipeline.intake.mime import Attachment, base_name
from pipeline.model import Finding, Severity
from pipeline.settings import Limits

ENCRYPTED, UTF8 = 0x1, 0x800
"""Bits of the general purpose flag (APPNOTE 4.4.4)."""
UNICODE_PATH = 0x7075
"""Extra field with the name in UTF-8 and the CRC of the plain name (APPNOTE 4.6.9); WinRAR writes it."""
CHUNK = 1 << 16
RATIO_FROM = 10 << 20
"""Bytes; below this a high ratio is only an empty picture."""


class _TooLarge(Exception):
    """A limit was reached."""


@dataclass
class _Budget:
    limits: Limits
    findings: list[Finding]
    size: int = 0
    files: int = 0
    out: list[Attachment] = field(default_factory=list)


def unpack(attachment: Attachment, limits: Limits) -> tuple[list[Attachment], list[Finding]]:
    """The files that an attachment stands for: itself, or what its archive holds, and findings about archives."""
    budget = _Budget(limits, [])
    try:
        _expand(attachment, 0, budget)
    except _TooLarge:
        budget.findings.append(Finding("archive-too-large", Severity.ERROR, {"name": attachment.name}))
    return budget.out, budget.findings


def _expand(attachment: Attachment, depth: int, budget: _Budget) -> None:
    kind = kind_of_bytes(attachment.data)
    if kind in ENVELOPES:
        params = {"name": attachment.name, "kind": kind}
        budget.findings.append(Finding("file-type-unsupported", Severity.ERROR, params))
    elif kind not in ARCHIVES:
        budget.out.append(attachment)
    elif kind != "zip":
        params = {"name": attachment.name, "kind": kind}
        budget.findings.append(Finding("archive-unsupported", Severity.ERROR, params))
    elif depth >= budget.limits.archive_depth:
        raise _TooLarge
    else:
        _expand_zip(attachment, depth, budget)


def _expand_zip(attachment: Attachment, depth: int, budget: _Budget) -> None:
    code = ""
    try:
        with zipfile.ZipFile(io.BytesIO(attachment.data)) as archive:
            for member in archive.infolist():
                if member.is_dir():
                    continue
                if member.flag_bits & ENCRYPTED:
                    code = "archive-encrypted"
                    continue
                try:
                    data = _read(archive, member, budget)
                except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError):
                    code = code or "archive-damaged"
                    continue
                _expand(_member(attachment, member, data), depth + 1, budget)
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, struct.error):
        code = "archive-damaged"
    except NotImplementedError:  # Deflate64, of old Windows
        budget.findings.append(
            Finding("archive-unsupported", Severity.ERROR, {"name": attachment.name, "kind": "Deflate64"})
        )
    if code:
        budget.findings.append(Finding(code, Severity.ERROR, {"name": attachment.name}))


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """A member's bytes. The sizes in the archive's directory are the sender's word and not trusted."""
    limits = budget.limits
    budget.files += 1
    if budget.files > limits.archive_files:
        raise _TooLarge
    largest = min(limits.attachment_mb * 2**20, limits.archive_mb * 2**20 - budget.size)
    data = bytearray()
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            data += chunk
            thin = len(data) > RATIO_FROM and len(data) > limits.archive_ratio * max(1, member.compress_size)
            if len(data) > largest or thin:
                raise _TooLarge
    budget.size += len(data)
    return bytes(data)


def _member(attachment: Attachment, member: zipfile.ZipInfo, data: bytes) -> Attachment:
    text, raw, rule, whole = member_name(member)
    name = base_name(text) or f"未命名文件{member.header_offset}"
    path = f"{attachment.path}/{attachment.name}/{text.replace(chr(92), '/').lstrip('/')}"
    return Attachment(name, raw, rule, whole, data, "", path)


def member_name(member: zipfile.ZipInfo) -> tuple[str, bytes, str, bool]:
    """A member's name, its raw bytes, the rule that decoded it, and whether it is whole.

    Without the UTF-8 flag Python reads names as code page 437; Chinese Windows wrote GBK. Some programs read GBK names
    as code page 437 themselves and store that as UTF-8, flag and all: such a name turns back into ordinary Chinese.
    """
    stored = member.orig_filename
    exact = _unicode_path(member)
    if exact is not None:
        return exact, stored.encode("utf-8", "replace"), "zip/unicode-path", True
    if stored.isascii():
        return stored, stored.encode(), "zip/ascii", True
    try:
        raw = stored.encode("cp437")
    except UnicodeEncodeError:
        return stored, stored.encode("utf-8", "replace"), "zip/utf-8", True
    text = decode(raw)
    if not member.flag_bits & UTF8:
        return text.text, raw, f"zip/{text.charset}", text.whole
    if text.whole and ordinary(text.text) > ordinary(stored) + CLEARLY_BETTER:
        return text.text, stored.encode(), f"zip/cp437-twice/{text.charset}", True
    return stored, stored.encode(), "zip/utf-8", True


def _unicode_path(member: zipfile.ZipInfo) -> str | None:
    extra = member.extra
    while len(extra) >= 4:
        tag, size = struct.unpack("<HH", extra[:4])
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if tag == UNICODE_PATH and len(body) > 5 and not member.flag_bits & UTF8:
            plain = member.orig_filename.encode("cp437", "replace")
            if struct.unpack("<L", body[1:5])[0] == zlib.crc32(plain):
                try:
                    return body[5:].decode("utf-8")
                except UnicodeDecodeError:
                    return None
    return None
