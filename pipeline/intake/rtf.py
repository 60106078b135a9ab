"""The text of an RTF body, which Outlook keeps where a message has neither plain text nor HTML."""

from __future__ import annotations

import re

from extractors.charsets import decode

LONGEST = 1 << 20
"""Bytes of RTF that are read; the packed form is unpacked by a slow program."""
TOKEN = re.compile(
    rb"\\'(?P<hex>[0-9A-Fa-f]{2})|\\u(?P<unicode>-?\d{1,6}) ?\??|\\(?P<word>[a-z]{1,32})-?\d{0,10} ?|"
    rb"\\(?P<sign>[^a-z])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.IGNORECASE,
)
BREAKS = frozenset({b"par", b"line", b"row", b"cell", b"tab"})
ASIDE = frozenset({b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"htmltag", b"themedata", b"datastore"})
"""Groups that hold no text of the message."""


def unpacked_rtf(data: bytes) -> bytes:
    """Compressed RTF ([MS-OXRTFCP]) as RTF; empty where it is damaged or over `LONGEST`."""
    import compressed_rtf

    if len(data) < 16 or int.from_bytes(data[4:8], "little") > LONGEST or len(data) > LONGEST:
        return b""
    try:
        return bytes(compressed_rtf.decompress(data))
    except Exception:  # of any kind: it is a program for well-formed data
        return b""


def text_of_rtf(data: bytes) -> str:
    """The text. Never fails; what can't be told from formatting is left out."""
    pieces: list[str] = []
    raw = bytearray()
    depth, aside = 0, 0  # depth of groups; that of the outermost group without text, 0 for none
    for token in TOKEN.finditer(data[:LONGEST]):
        if token["brace"]:
            depth += 1 if token["brace"] == b"{" else -1
            aside = 0 if depth < aside else aside
        elif token["word"] in ASIDE or token["sign"] == b"*":
            aside = aside or depth
        elif aside:
            continue
        elif token["hex"]:
            raw += bytes([int(token["hex"], 16)])
            continue
        elif token["text"]:
            raw += token["text"]
            continue
        pieces.append(decode(bytes(raw)).text)
        raw.clear()
        if token["unicode"] and not aside:
            code = int(token["unicode"]) % 0x10000
            pieces.append(chr(code) if not 0xD800 <= code < 0xE000 else "")
        elif token["word"] in BREAKS and not aside:
            pieces.append("\n")
    pieces.append(decode(bytes(raw)).text)
    lines = ("".join(pieces)).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
