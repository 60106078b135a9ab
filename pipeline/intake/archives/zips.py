"""zip archives: every method of compression that senders' programs use, ZipCrypto and AES, and the names' charsets."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import inflate64
import pyzipper

from extractors.charsets import CLEARLY_BETTER, decode, ordinary
from extractors.sniff import MOST_PARTS, ZIP_ENTRY
from pipeline.intake.archives.budget import CHUNK, Budget, MessageTooMuch, TooMuch
from pipeline.intake.archives.members import DAMAGED, LOCKED, OPENED, Member, Name, Oddity

ENCRYPTED, UTF8 = 0x1, 0x800
"""Bits of the general purpose flag (APPNOTE 4.4.4)."""
UNICODE_PATH = 0x7075
"""Extra field with the name in UTF-8 and the CRC of the plain name (APPNOTE 4.6.9); WinRAR writes it."""
DEFLATE64 = 9
"""Windows Explorer's method for files over 2 GB, and that of some old programs for all."""
SMALL_CHUNK = 1 << 12
"""Bytes fed at a time where a decompressor takes no bound on what it gives: at most 4 MB come out."""
UNIX = 3
"""The system whose file modes stand in the upper half of the external attributes."""
FILE_TYPE, REGULAR = 0o170000, 0o100000
BAD_ZIP = (zipfile.BadZipFile, pyzipper.BadZipFile, struct.error)
BROKEN = (*BAD_ZIP, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, LookupError)


def read_zip(data: bytes, name: str, budget: Budget, passwords: Sequence[str]) -> Iterator[Member | Oddity]:
    """The members of a zip; as `Reader`."""
    if data.count(ZIP_ENTRY) > MOST_PARTS:
        raise TooMuch
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            locked = [member for member in members if member.flag_bits & ENCRYPTED and not _is_folder(member)]
            yield from _plain(archive, data, [m for m in members if not m.flag_bits & ENCRYPTED], budget)
    except (*BROKEN, NotImplementedError):
        yield DAMAGED
        return
    if locked:
        yield from _locked(data, locked, budget, passwords)


def _plain(
    archive: zipfile.ZipFile, data: bytes, members: Sequence[zipfile.ZipInfo], budget: Budget
) -> Iterator[Member | Oddity]:
    for member in members:
        budget.entry()
        if _is_folder(member):
            continue
        name = member_name(member)
        if not _is_file(member):
            yield Oddity("member-not-a-file", name.text)
            continue
        try:
            if member.compress_type == DEFLATE64:
                content = _inflate64(data, member, budget)
            else:
                content = _read(archive, member, None, budget)
        except NotImplementedError:
            yield Oddity("archive-unsupported", f"zip/{member.compress_type}")
            continue
        except BROKEN:
            yield DAMAGED
            continue
        yield Member(name, content)


def _locked(
    data: bytes, members: Sequence[zipfile.ZipInfo], budget: Budget, passwords: Sequence[str]
) -> Iterator[Member | Oddity]:
    """Members with a password. One password opens nearly always all; it is found with the smallest member."""
    tries = list(dict.fromkeys(p for word in passwords for p in _encoded(word)))
    try:
        with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
            infos = {(info.header_offset, info.orig_filename): info for info in archive.infolist()}
            opened = False
            for member in sorted(members, key=lambda member: member.file_size):
                budget.entry()
                info = infos.get((member.header_offset, member.orig_filename))
                if info is None or not _is_file(member):
                    yield Oddity("member-not-a-file", member_name(member).text)
                    continue
                found = _try(archive, info, tries, budget)
                if found is None:
                    yield LOCKED
                    if not opened:
                        return
                    continue
                if not opened:
                    opened = True
                    yield OPENED
                tries.remove(found[0])
                tries.insert(0, found[0])
                yield Member(member_name(member), found[1])
    except NotImplementedError:
        yield Oddity("archive-unsupported", "zip/encryption")
    except BROKEN:
        yield DAMAGED


def _try(
    archive: Any, member: Any, tries: Sequence[bytes], budget: Budget
) -> tuple[bytes, bytes] | None:
    """The password that opens a member, and its bytes. A wrong one shows in a check byte, or in the content's CRC."""
    for password in tries:
        before = budget.mark()
        try:
            return password, _read(archive, member, password, budget)
        except (TooMuch, MessageTooMuch, NotImplementedError):
            raise
        except Exception:  # a wrong password, or damage: pyzipper raises nearly anything
            budget.back(before)
    return None


def _encoded(password: str) -> Iterator[bytes]:
    """The format doesn't say in which charset a password is; programs take the system's."""
    yield password.encode("utf-8", "replace")
    yield password.encode("gb18030", "replace")


def _read(archive: Any, member: Any, password: bytes | None, budget: Budget) -> bytes:
    """A member's bytes. The sizes in the archive's directory are the sender's word and not trusted."""
    count = budget.member(member.compress_size)
    with archive.open(member, pwd=password) as stream:
        while chunk := stream.read(CHUNK):
            count.add(chunk)
    return bytes(count.data)


def _inflate64(data: bytes, member: zipfile.ZipInfo, budget: Budget) -> bytes:
    header = data[member.header_offset : member.header_offset + 30]
    if header[:4] != b"PK\x03\x04" or len(header) < 30:
        raise zipfile.BadZipFile
    start = member.header_offset + 30 + sum(struct.unpack("<HH", header[26:30]))
    count, inflater = budget.member(member.compress_size), inflate64.Inflater()
    for at in range(start, start + member.compress_size, SMALL_CHUNK):
        count.add(inflater.inflate(data[at : min(at + SMALL_CHUNK, start + member.compress_size)]))
    if zlib.crc32(count.data) != member.CRC:
        raise zipfile.BadZipFile
    return bytes(count.data)


def _is_folder(member: zipfile.ZipInfo) -> bool:
    """As zipfile's `is_dir`, which fails for an empty name."""
    return member.orig_filename.endswith("/")


def _is_file(member: zipfile.ZipInfo) -> bool:
    mode = member.external_attr >> 16 & FILE_TYPE if member.create_system == UNIX else 0
    return mode in (0, REGULAR)


def member_name(member: zipfile.ZipInfo) -> Name:
    """A member's name.

    Without the UTF-8 flag Python reads names as code page 437; Chinese Windows wrote GBK. Some programs read GBK names
    as code page 437 themselves and store that as UTF-8, flag and all: such a name turns back into ordinary Chinese.
    """
    stored = member.orig_filename
    exact = _unicode_path(member)
    if exact is not None:
        return Name(exact, stored.encode("utf-8", "replace"), "zip/unicode-path")
    if stored.isascii():
        return Name(stored, stored.encode(), "zip/ascii")
    try:
        raw = stored.encode("cp437")
    except UnicodeEncodeError:
        return Name(stored, stored.encode("utf-8", "replace"), "zip/utf-8")
    text = decode(raw)
    if not member.flag_bits & UTF8:
        return Name(text.text, raw, f"zip/{text.charset}", text.whole)
    if text.whole and ordinary(text.text) > ordinary(stored) + CLEARLY_BETTER:
        return Name(text.text, stored.encode(), f"zip/cp437-twice/{text.charset}")
    return Name(stored, stored.encode(), "zip/utf-8")


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
