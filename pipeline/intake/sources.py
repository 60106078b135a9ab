"""Where messages come from. A source yields raw messages; it decodes nothing and marks nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractors.errors import UsageError


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


def message_files(path: Path) -> list[Path]:
    """The ``.eml`` files under a folder, sorted, or the one file that is named.

    Raises:
        UsageError: source-missing.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageError("source-missing", name=str(path))
    return sorted(p for p in path.rglob("*") if p.suffix.lower() == ".eml" and p.is_file())


def folder(path: Path) -> Iterator[RawMessage]:
    """The messages of a folder. Identities are paths within it, so the folder can be moved.

    Raises:
        UsageError: source-missing, at once and not at the first message.
    """
    files = message_files(path)
    root = path if path.is_dir() else path.parent
    return (_read(file, file.relative_to(root).as_posix()) for file in files)


def count_messages(path: Path) -> int:
    """How many messages `folder` will yield, for a progress bar.

    Raises:
        UsageError: source-missing.
    """
    return len(message_files(path))


def _read(file: Path, identity: str) -> RawMessage:
    try:
        data = file.read_bytes()
    except OSError:
        # Taken in as an empty message, which gets a finding; under an identity that leaves it new once it can be read.
        return RawMessage(identity=f"{identity}#unreadable", data=b"", name=identity)
    return RawMessage(identity=identity, data=data, name=identity)
