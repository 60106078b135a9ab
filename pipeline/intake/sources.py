"""Where messages come from. A source yields raw messages; it decodes nothing and marks nothing by itself.

Here are the sources that are files: a folder of .eml and Outlook's .msg, a Maildir, an mbox, a single file. IMAP
accounts are in `pipeline.mailbox`.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractors.charsets import decode
from extractors.errors import UsageError
from pipeline.database.mailboxes import MailboxItem
from pipeline.intake.names import printable

MESSAGE_SUFFIXES = (".eml", ".msg")
MBOX_SUFFIXES = (".mbox", ".mbx")
MBOX_START = b"From "
"""An mbox begins so (RFC 4155); a message's first header line has a colon after its first word."""
NEXT_MESSAGE = re.compile(rb"From \S+ .*\b\d{1,2}:\d\d(:\d\d)?\b.*\b\d{4}\s*")
"""The line before each further message, after a blank one: an address and a date. A text's own line that begins with
"From " has none, and programs that quote such lines (>From) are not all there are."""
MAILDIR_FOLDERS = ("new", "cur")
FLAGS = ":2,"
"""What a Maildir's programs append to a file's name, with flags after it; on some systems with ``;`` for ``:``."""


def nothing_to_mark() -> None:
    """The mark of a source that has no marks, such as a folder."""


@dataclass(frozen=True)
class RawMessage:
    """One e-mail as it came."""

    identity: str
    """What the source calls it; the same message has the same identity in every run."""
    data: bytes
    name: str
    """For people."""
    mark: Callable[[], None] = nothing_to_mark
    """Tells the source that the message is safe: called after the ledger's row is committed."""
    arrived: datetime.datetime | None = None
    """When the mailbox's server took it, with time zone; None where the source doesn't know."""
    item: MailboxItem | None = None
    """Its place in an IMAP mailbox."""
    marked: bool = True
    """The source needs no mark, or has it already."""


def folder(path: Path) -> Iterator[RawMessage]:
    """The messages of a file, or of a folder with all its folders, one after the other.

    Identities are paths within it, so the folder can be moved; in a Maildir the file's name without its flags, in an
    mbox the file's name with a hash of the message, since places change when messages before it go.

    Raises:
        UsageError: source-missing, at once and not at the first message.
    """
    files = _files(path)
    return (raw for file, identity in files for raw in _messages(file, identity))


def count_messages(path: Path) -> int:
    """How many messages `folder` will yield, for a progress bar.

    Raises:
        UsageError: source-missing.
    """
    return sum(_count_mbox(file) if _is_mbox(file) else 1 for file, _ in _files(path))


def _files(path: Path) -> list[tuple[Path, str]]:
    """Files that hold messages, in the order of their identities, which are beside them."""
    if path.is_file():
        return [(path, _text(path.name))]
    if not path.is_dir():
        raise UsageError("source-missing", name=str(path))
    found: list[tuple[Path, str]] = []
    for file in path.rglob("*"):
        suffix = file.suffix.lower()
        if _is_maildir(file.parent.parent) and file.parent.name in MAILDIR_FOLDERS and not file.name.startswith("."):
            name = _text(file.name).replace(";2,", FLAGS).partition(FLAGS)[0]
            within = _text(file.parent.parent.relative_to(path).as_posix())
            found.append((file, name if within == "." else f"{within}/{name}"))
        elif suffix in (*MESSAGE_SUFFIXES, *MBOX_SUFFIXES):
            found.append((file, _text(file.relative_to(path).as_posix())))
    return sorted(((file, name) for file, name in found if file.is_file()), key=lambda pair: pair[1])


def _text(name: str) -> str:
    """A file's name as a text: names that Windows wrote in GBK aren't UTF-8, and Python keeps their bytes apart."""
    return printable(decode(os.fsencode(name)).text)


def _is_maildir(path: Path) -> bool:
    return all((path / name).is_dir() for name in MAILDIR_FOLDERS)


def _is_mbox(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return stream.read(len(MBOX_START)) == MBOX_START
    except OSError:
        return False


def _count_mbox(file: Path) -> int:
    return sum(1 for _ in _mbox_messages(file))


def _mbox_messages(file: Path) -> Iterator[bytes]:
    """The messages of an mbox in turn, without the line that stands before each and the blank one behind it."""
    lines: list[bytes] = []
    with file.open("rb") as stream:
        stream.readline()
        for line in stream:
            if lines and not lines[-1].strip(b"\r\n") and NEXT_MESSAGE.fullmatch(line):
                yield b"".join(lines[:-1])
                lines = []
            else:
                lines.append(line)
    yield b"".join(lines[:-1] if lines and not lines[-1].strip(b"\r\n") else lines)


def _messages(file: Path, identity: str) -> Iterator[RawMessage]:
    if _is_mbox(file):
        seen: Counter[str] = Counter()
        for number, data in enumerate(_mbox_messages(file), 1):
            digest = hashlib.sha256(data).hexdigest()[:24]
            seen[digest] += 1
            yield RawMessage(f"{identity}#{digest}.{seen[digest]}", data, f"{identity}#{number}")
    else:
        yield _read(file, identity)


def _read(file: Path, identity: str) -> RawMessage:
    try:
        data = file.read_bytes()
    except OSError:
        # Taken in as an empty message, which gets a finding; under an identity that leaves it new once it can be read.
        return RawMessage(identity=f"{identity}#unreadable", data=b"", name=identity)
    return RawMessage(identity=identity, data=data, name=identity)
