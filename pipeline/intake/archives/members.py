"""What a reader of archives yields, and the names of members."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from extractors.charsets import decode
from pipeline.intake.archives.budget import Budget


@dataclass(frozen=True)
class Name:
    """A member's name within its archive, with its folders."""

    text: str
    raw: bytes
    rule: str
    """Such as ``zip/gb18030``: the format, then how the name was found."""
    whole: bool = True
    """Nothing of it was lost."""


@dataclass(frozen=True)
class Member:
    """A file of an archive."""

    name: Name
    data: bytes


@dataclass(frozen=True)
class Oddity:
    """Something of an archive that isn't a file that can be kept; becomes a finding with this code."""

    code: str
    detail: str = ""
    """A member's name, or for archive-unsupported the method."""


Reader = Callable[[bytes, str, Budget, Sequence[str]], Iterator[Member | Oddity]]
"""From an archive's bytes, its name, the budget and the passwords to try. Raises `TooMuch` and `MessageTooMuch`."""

DAMAGED = Oddity("archive-damaged")
LOCKED = Oddity("archive-encrypted")
OPENED = Oddity("archive-opened")
VOLUME = Oddity("archive-volume")


def name_of_bytes(raw: bytes, form: str) -> Name:
    """A name whose charset the archive doesn't tell."""
    if raw.isascii():
        return Name(raw.decode("ascii"), raw, f"{form}/ascii")
    text = decode(raw)
    return Name(text.text, raw, f"{form}/{text.charset}", text.whole)


def name_of_text(text: str, form: str) -> Name:
    """A name that the archive keeps as Unicode; surrogates without their partner are lost."""
    raw = text.encode("utf-8", "replace")
    return Name(raw.decode(), raw, f"{form}/ascii" if text.isascii() else f"{form}/unicode", raw == _exact(text))


def _exact(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
