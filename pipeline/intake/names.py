"""Names of attachments: which of a part's headers has it, what is kept of it, and what a file without one is called."""

from __future__ import annotations

import mimetypes
import re

from pipeline.intake.headers import Decoded, decode_text, parameters
from pipeline.intake.kinds import kind_of_bytes, suffix_of

LONGEST_NAME = 200
"""Characters; file systems take 255 bytes, about 85 Chinese characters, but names are only shown, never created."""
PLACEHOLDER = re.compile(r"tcmime\.[\w.-]*\.?(?:bin|dat)|att\d{4,}\.(?:bin|dat|eml)|(?:unnamed|noname)(?:\.\w+)?", re.I)
"""What gateways and mail programs write where they lost the name: tcmime.1234.5678.bin, ATT00001.bin, noname."""
FILE_NAME = re.compile(r"[^\r\n]{1,200}\.[A-Za-z0-9]{2,5}")
"""A Content-Description that is a file's name, as Outlook writes it, and not a sentence."""


def printable(text: str) -> str:
    """The text with every control character replaced: nothing that could move a terminal's cursor."""
    return "".join(c if c.isprintable() or c == "\u3000" else "\ufffd" for c in text)


def is_unsafe(name: str) -> bool:
    """Whether a name leads out of the folder that it's unpacked into, or hides something (control characters)."""
    parts = re.split(r"[/\\]", name)
    absolute = parts[0] == "" and len(parts) > 1
    controls = any(ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202a\u202b\u202d\u202e\u2066\u2067" for c in name)
    return absolute or ".." in parts or controls or bool(re.match(r"[A-Za-z]:[/\\]", name))


def base_name(text: str) -> str:
    """The last part of a path of either kind, without control characters: nothing that could lead elsewhere."""
    last = re.split(r"[/\\]", text)[-1]
    clean = "".join(c for c in last if c.isprintable() or c == "\u3000").strip().strip("\u3000")
    if clean in ("", ".", ".."):
        return ""
    stem, dot, suffix = clean.rpartition(".")
    return clean if len(clean) <= LONGEST_NAME else f"{(stem or suffix)[: LONGEST_NAME - 8]}…{dot}{suffix[:7]}"


def sent_name(disposition: bytes | None, content_type: bytes | None, description: bytes | None) -> Decoded | None:
    """The name in a part's headers Content-Disposition, Content-Type and Content-Description.

    The first in this order that is whole, a true name before a placeholder; None where there is none.
    """
    names = [
        decoded
        for raw, parameter in ((disposition, "filename"), (content_type, "name"))
        if raw is not None and (decoded := parameters(raw).get(parameter)) is not None and decoded.text.strip()
    ]
    if description is not None and (not names or all(_is_placeholder(n) or not n.whole for n in names)):
        described = decode_text(description)
        if FILE_NAME.fullmatch(described.text.strip()):
            names.append(Decoded(described.text.strip(), f"description/{described.rule}", described.whole))
    ranked = sorted(names, key=lambda n: (_is_placeholder(n), not n.whole))
    return ranked[0] if ranked else None


def given_name(named: Decoded | None, content: bytes, content_type: str, number: int) -> Decoded:
    """What an attachment is called: as it was sent, else made from its number and its kind.

    A placeholder keeps its stem and gets the suffix of its content, for the clerk has to open it.
    """
    name = base_name(named.text) if named is not None else ""
    if named is not None and name and not _is_placeholder(named):
        return Decoded(name, named.rule, named.whole)
    told = mimetypes.guess_extension(content_type) if content_type != "application/octet-stream" else None
    seen = suffix_of(kind_of_bytes(content))
    suffix, rule = (seen, "content") if seen and seen != told else (told or "", "content-type")
    if named is not None and name:
        stem = re.sub(r"\.\w{1,5}$", "", name)
        return Decoded(stem + suffix, f"placeholder/{rule}", named.whole) if suffix else Decoded(name, named.rule)
    # Not translated: the name is stored, and must not depend on the language of the one who ran the intake.
    return Decoded(f"未命名附件{number}{suffix}", rule)


def _is_placeholder(named: Decoded) -> bool:
    return PLACEHOLDER.fullmatch(base_name(named.text)) is not None
