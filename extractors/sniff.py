"""What a file is, by its content: senders name an old Excel file .xlsx, and a web page .xls."""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

from extractors.errors import UnreadableFileError, UsageError

HEAD = 4096
"""Bytes from the start that are looked at; a PDF's mark may stand anywhere in its first 1024."""

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
ZIP_ENTRY = b"PK\x01\x02"
"""Opens an entry of a zip's directory (APPNOTE 4.3.12)."""
MOST_PARTS = 50_000
"""Entries of a zip that is looked into; Office packages have some hundred at the most, and a directory of millions
takes gigabytes once it is read."""
_FREE = 0xFFFFFFFF
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Looked for before PDF: what they hold may stand in them as it is, within a PDF's first 1024 bytes.
_ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x78\x9f\x3e\x22", "tnef"),
)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"{\\rtf", "rtf"),
)
# A part that only this kind of package has, and the kind.
_PARTS: tuple[tuple[str, str], ...] = (
    ("xl/workbook.bin", "xlsb"),
    ("xl/workbook.xml", "xlsx"),
    ("word/document.xml", "docx"),
    ("word/document2.xml", "docx"),  # so named by Word on the web
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),
)
_OPEN_DOCUMENT = {b"spreadsheet": "ods", b"text": "odt", b"presentation": "odp"}
_STREAMS: tuple[tuple[str, str], ...] = (
    ("__properties_version1.0", "msg"),  # first: what is attached to it may be an Office file kept as a storage
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
)
_XML_2003 = re.compile(r"<(?:\w+:)?workbook\b[^<>]*urn:schemas-microsoft-com:office:spreadsheet")
_MAIL_HEADER = re.compile(
    rb"^(?:(?:received|return-path|from|to|subject|date|message-id|mime-version|delivered-to|x-[\w-]+|dkim-signature|"
    rb"content-type|reply-to|sender|cc|authentication-results|arc-[\w-]+):[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2,}",
    re.IGNORECASE,
)


def kind_of(path: Path) -> str:
    """The kind of a file: xlsx, xlsb, xls, ods, docx, doc, pdf, zip, rar, 7z, eml, msg, png, text, … or unknown.

    ``xmlss`` is Excel's XML of 2003. A table as text (.csv) is ``text``: only its reader sees whether it is one.
    ``encrypted`` is an Office file behind a password, whichever it is inside.

    Raises:
        UsageError: file-missing.
        UnreadableFileError: file-empty.
    """
    if not path.is_file():
        raise UsageError("file-missing", name=path.name)
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        raise UnreadableFileError("file-empty", name=path.name)
    return kind_of_data(path.read_bytes() if head.startswith((*ZIP, OLE2)) else head)


def kind_of_data(data: bytes) -> str:
    """As `kind_of`, of a file's bytes, of which there must be one at least.

    The first `HEAD` bytes are enough but for zip packages and OLE2 files, whose directories stand anywhere.
    """
    head = data[:HEAD]
    if head.startswith(ZIP):
        return _kind_of_zip(data)
    if head.startswith(OLE2):
        names = ole_entries(data)
        return next((kind for stream_name, kind in _STREAMS if stream_name in names), "ole2")
    for magic, kind in _ARCHIVES:
        if head.startswith(magic):
            return kind
    if head[257:262] == b"ustar":
        return "tar"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return _kind_of_text(head)


def _kind_of_zip(data: bytes) -> str:
    if data.count(ZIP_ENTRY) > MOST_PARTS:
        return "zip"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = {n.lstrip("/") for n in package.namelist()}
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                mime = package.read("mimetype")
                if mime.startswith(b"application/vnd.oasis.opendocument."):
                    return _OPEN_DOCUMENT.get(mime.split(b".")[-1].split(b"-")[0].strip(), "zip")
    except (zipfile.BadZipFile, zlib.error, OSError, KeyError, RuntimeError, ValueError, struct.error, EOFError):
        # A zip whose directory is lost: its reader says that it's damaged. An Office package names its content first.
        head = data[:HEAD]
        return "docx" if b"word/" in head else "xlsx" if b"xl/" in head or b"[Content_Types].xml" in head else "zip"
    return next((kind for part, kind in _PARTS if part in names), "zip")


def unmarked_utf16(head: bytes) -> str | None:
    """The byte order of UTF-16 without a mark: every comma, digit and line end has a zero byte on one side alone."""
    head = head[:HEAD]
    sides = {"utf-16-le": head[1::2].count(0), "utf-16-be": head[0::2].count(0)}
    charset = max(sides, key=lambda name: sides[name])
    return charset if min(sides.values()) == 0 and sides[charset] >= 2 else None


def _kind_of_text(head: bytes) -> str:
    marked = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else unmarked_utf16(head)
    for encoding in (marked,) if marked else ("utf-8", "gb18030", "big5hkscs"):
        try:
            text = head.decode(encoding)
        except UnicodeDecodeError as error:
            # The head may end inside a character.
            if error.start < len(head) - 4:
                continue
            text = head[: error.start].decode(encoding)
        break
    else:
        return "unknown"
    start = text.lstrip("\ufeff \t\r\n").lower()
    if start.startswith("<") and _XML_2003.search(start):
        return "xmlss"
    if start.startswith(("<!doctype html", "<html")) or (start.startswith("<") and "<table" in start):
        return "html"
    if start.startswith("<?xml"):
        if 'progid="word.document"' in start or "<w:worddocument" in start or "<pkg:package" in start:
            return "word-xml"
        return "html" if "<html" in start else "xml"
    if _is_web_archive(text):
        return "mht"
    if _MAIL_HEADER.match(head.lstrip()):
        return "eml"
    controls = sum(ord(c) < 32 and c not in "\t\r\n\f" for c in text)
    return "text" if controls == 0 else "unknown"


def _is_web_archive(text: str) -> bool:
    """Whether a text is a saved web page (.mht, RFC 2557): as a mail, but from nobody to nobody."""
    head = re.split(r"\r?\n\r?\n", text.lstrip("\ufeff \t\r\n"), maxsplit=1)[0].lower()
    names = {line.split(":", 1)[0] for line in head.splitlines() if ":" in line and not line[0].isspace()}
    related = re.search(r"^content-type:\s*multipart/related", head, re.MULTILINE) is not None
    sent = names & {"to", "cc", "bcc", "received", "return-path", "message-id"}
    return related and "mime-version" in names and not sent


def ole_is_whole(data: bytes) -> bool:
    """Whether an OLE2 compound file holds every sector that its FAT says is in use; False where it was cut short."""
    try:
        size = 1 << struct.unpack_from("<H", data, 30)[0]
        if size not in (512, 4096):
            return False
        fat = _fat(data, size)
    except struct.error:
        return False
    used = max((i for i, following in enumerate(fat) if following != _FREE), default=-1)
    return used >= 0 and (used + 1) * size < len(data)


def ole_entries(data: bytes) -> frozenset[str]:
    """The names of the streams and storages of an OLE2 compound file, as far as they can be read.

    The layout is that of [MS-CFB]: a header of 512 bytes, sectors of 2^shift bytes, a chain of directory sectors in
    the FAT, entries of 128 bytes with a UTF-16 name. A broken chain ends the list; it raises nothing.
    """
    try:
        shift, first_directory = struct.unpack_from("<H", data, 30)[0], struct.unpack_from("<I", data, 48)[0]
        size = 1 << shift
        if shift not in (9, 12):
            return frozenset()
        fat = _fat(data, size)
        names: set[str] = set()
        sector, seen = first_directory, set[int]()
        while sector < len(fat) and sector not in seen:
            seen.add(sector)
            start = (sector + 1) * size
            names |= {n for i in range(start, start + size, 128) if (n := _entry_name(data, i))}
            sector = fat[sector]
    except struct.error:
        return frozenset()
    return frozenset(names)


def _fat(data: bytes, size: int) -> list[int]:
    """The chain of sectors: for each the next, or a mark."""
    fat: list[int] = []
    for sector in _fat_sectors(data, size):
        count = min(size, len(data) - (sector + 1) * size) // 4
        fat += struct.unpack_from(f"<{max(0, count)}I", data, (sector + 1) * size)
    return fat


def _fat_sectors(data: bytes, size: int) -> list[int]:
    free = 0xFFFFFFFA
    sectors = list(struct.unpack_from("<109I", data, 76))
    following, left = struct.unpack_from("<I", data, 68)[0], struct.unpack_from("<I", data, 72)[0]
    while following < free and left > 0 and (following + 2) * size <= len(data):
        entries = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        sectors += entries[:-1]
        following, left = entries[-1], left - 1
    return [s for s in sectors if s < free and (s + 1) * size < len(data)]


def _entry_name(data: bytes, offset: int) -> str:
    entry = data[offset : offset + 128]
    if len(entry) < 128 or entry[66] not in (1, 2, 5):
        return ""
    length = int.from_bytes(entry[64:66], "little")
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
