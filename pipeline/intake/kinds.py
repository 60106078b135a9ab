"""What a file is, by its first bytes; never by its name or by the sender's content type."""

from __future__ import annotations

import io
import zipfile

ARCHIVES = frozenset({"zip", "rar", "7z", "gz", "tar", "tnef"})
SUFFIXES = {
    "pdf": ".pdf", "xlsx": ".xlsx", "docx": ".docx", "xls": ".xls", "doc": ".doc", "ole": ".ole", "ofd": ".ofd",
    "jpg": ".jpg", "png": ".png", "tif": ".tif", "bmp": ".bmp", "gif": ".gif",
}  # fmt: skip
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gz"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
)
PDF_WITHIN = 1024
"""Bytes in which ``%PDF-`` must stand; readers accept garbage before it (PDF 1.7, implementation note 13)."""


def kind_of_bytes(data: bytes) -> str:
    """``pdf``, ``xlsx``, ``docx``, ``xls``, ``doc``, ``ofd``, an image, an archive, ``empty`` or ``unknown``."""
    if not data:
        return "empty"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(data)
    if data[257:262] == b"ustar":
        return "tar"
    for magic, kind in MAGIC:
        if data.startswith(magic):
            return kind
    # Last: an archive that stores a PDF uncompressed has the mark in its first bytes too
    return "pdf" if b"%PDF-" in data[:PDF_WITHIN] else "unknown"


def _zip_kind(data: bytes) -> str:
    """Office files are zips; what can't be listed is taken for an archive, which will say that it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        head = data[:4096]
        office = (("xlsx", b"xl/"), ("docx", b"word/"))
        return next((kind for kind, mark in office if mark in head and b"[Content_Types].xml" in head), "zip")
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    return "ofd" if "OFD.xml" in names else "zip"


def _ole_kind(data: bytes) -> str:
    """The streams' names stand in the directory in UTF-16."""
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book\0")):
        return "xls"
    return "ole"
