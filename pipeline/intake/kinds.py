"""What a file is, by its bytes; never by its name or by the sender's content type."""

from __future__ import annotations

import tempfile
from pathlib import Path

from extractors.sniff import kind_of

ARCHIVES = frozenset({"zip", "rar", "7z", "gz", "bz2", "xz", "tar"})
ENVELOPES = frozenset({"tnef", "msg"})
"""Outlook's ways to wrap a message; not opened."""
SHEETS = frozenset({"xlsx", "xls", "xlsb", "ods"})
PICTURES = frozenset({"png", "jpeg", "tiff", "gif", "bmp"})
CLOSED = frozenset({"doc", "ole2", "rtf", "odt", "html", "encrypted"})
"""Kinds that senders give for the electronic copy and that no reader opens: its reader will say what to ask for."""
SUFFIXES = {"jpeg": ".jpg", "tiff": ".tif", "ole2": ".ole", "encrypted": ".ole"} | {
    kind: f".{kind}" for kind in (*SHEETS, "docx", "doc", "pdf", "ofd", "png", "gif", "bmp", "rtf", "odt", "html")
}
EMPTY = "empty"


def kind_of_bytes(data: bytes) -> str:
    """The kind as `extractors.sniff.kind_of` names it, or `EMPTY`."""
    if not data:
        return EMPTY
    # A folder, for Windows doesn't let a named temporary file be opened twice
    with tempfile.TemporaryDirectory(prefix="zhongshi-") as folder:
        path = Path(folder) / "attachment"
        path.write_bytes(data)
        return kind_of(path)
