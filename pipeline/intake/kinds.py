"""What a file is, by its bytes; never by its name or by the sender's content type."""

from __future__ import annotations

from extractors.sniff import kind_of_data

ARCHIVES = frozenset({"zip", "rar", "7z", "gz", "bz2", "xz", "tar"})
ENVELOPES = frozenset({"tnef", "msg"})
"""Outlook's ways to wrap a message."""
SHEETS = frozenset({"xlsx", "xls", "xlsb", "ods", "xmlss"})
PICTURES = frozenset({"png", "jpeg", "tiff", "gif", "bmp"})
CLOSED = frozenset({"doc", "ole2", "rtf", "odt", "html", "mht", "word-xml", "encrypted"})
"""Kinds that senders give for the electronic copy and that a quick look doesn't open, or not always: its reader does,
or says what to ask for."""
SUFFIXES = {
    **{kind: f".{kind}" for kind in (*SHEETS, "docx", "doc", "pdf", "ofd", "png", "gif", "bmp", "rtf", "odt", "html")},
    **{"jpeg": ".jpg", "tiff": ".tif", "ole2": ".ole", "encrypted": ".ole"},
    **{"mht": ".mht", "word-xml": ".xml", "xmlss": ".xml"},
}
EMPTY = "empty"
TEXTS = frozenset({"text", "html", "xml", "eml", "unknown", "bmp", "bz2"})
"""What the text of a message can look like; anything else that calls itself text/plain is a file. The marks of bmp and
bz2 are two and three letters, with which a text may begin."""


def kind_of_bytes(data: bytes) -> str:
    """The kind as `extractors.sniff.kind_of` names it, or `EMPTY`."""
    return kind_of_data(data) if data else EMPTY


def suffix_of(kind: str) -> str:
    """The suffix of a file of this kind, with its dot; empty for texts and what isn't known."""
    if kind in ARCHIVES:
        return f".{kind}"
    return {"msg": ".msg", "eml": ".eml", "tnef": ".dat"}.get(kind) or SUFFIXES.get(kind, "")
