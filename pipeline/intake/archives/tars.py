"""tar, plain or compressed, and single files that gzip, bzip2 or xz compressed."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator, Sequence
from typing import IO, cast

from pipeline.intake.archives.budget import CHUNK, Budget, TooMuch, Unpacked
from pipeline.intake.archives.members import DAMAGED, Member, Name, Oddity, name_of_bytes, name_of_text
from pipeline.intake.archives.streams import BROKEN, Stream, gzip_name
from pipeline.intake.kinds import kind_of_bytes

COMPRESSED = re.compile(r"\.(?:gz|bz2|xz|tgz|tbz2?|txz)$", re.IGNORECASE)


class _Uncounted(Unpacked):
    """A tar's own bytes, headers and what is skipped included: bounded, but no file that is kept."""

    def __init__(self, budget: Budget, packed: int) -> None:
        super().__init__(budget, packed)
        self._most = budget.limits.archive_mb << 20
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """As `Unpacked.add`, keeping nothing."""
        self._size += len(chunk)
        if self._size > min(self._most, self._thin):
            raise TooMuch


def read_tar(data: bytes, name: str, budget: Budget, passwords: Sequence[str]) -> Iterator[Member | Oddity]:
    """The members of a tar; as `Reader`."""
    return _members(io.BytesIO(data), len(data), budget)


def read_compressed(data: bytes, name: str, budget: Budget, passwords: Sequence[str]) -> Iterator[Member | Oddity]:
    """The members of a compressed tar, or the one file that was compressed; as `Reader`."""
    kind = kind_of_bytes(data)
    try:
        head = io.BufferedReader(Stream(data, kind, budget, _Uncounted(budget, len(data)))).read(tarfile.BLOCKSIZE)
    except BROKEN:
        yield DAMAGED
        return
    if head and kind_of_bytes(head) == "tar":
        stream = io.BufferedReader(Stream(data, kind, budget, _Uncounted(budget, len(data))), CHUNK)
        yield from _members(cast("IO[bytes]", stream), len(data), budget)
        return
    count = budget.member(len(data))
    stream = io.BufferedReader(Stream(data, kind, budget, count), CHUNK)
    try:
        while stream.read(CHUNK):
            pass
    except BROKEN:
        yield DAMAGED
        return
    kept = gzip_name(data) if kind == "gz" else b""
    yield Member(name_of_bytes(kept, "gz") if kept else _without_suffix(name, kind), bytes(count.data))


def _without_suffix(name: str, kind: str) -> Name:
    stem = COMPRESSED.sub("", name)
    return Name(stem, name.encode("utf-8", "replace"), f"{kind}/archive-name")


def _members(stream: IO[bytes], packed: int, budget: Budget) -> Iterator[Member | Oddity]:
    try:
        with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
            for member in archive:
                archive.members.clear()  # type: ignore[attr-defined]  # else it keeps all that it passed
                budget.entry()
                name = _name(member)
                if member.isdir():
                    continue
                if not member.isreg():
                    yield Oddity("member-not-a-file", name.text)
                    continue
                count = budget.member(packed)
                content = archive.extractfile(member)
                while content is not None and (chunk := content.read(CHUNK)):
                    count.add(chunk)
                yield Member(name, bytes(count.data))
    except (*BROKEN, tarfile.TarError, AttributeError, KeyError, OverflowError, RecursionError):
        yield DAMAGED


def _name(member: tarfile.TarInfo) -> Name:
    """Plain headers hold bytes; those of POSIX.1-2001 hold UTF-8, which tarfile has decoded."""
    if "path" in member.pax_headers and not _escaped(member.name):
        return name_of_text(member.name, "tar/pax")
    return name_of_bytes(member.name.encode("utf-8", "surrogateescape"), "tar")


def _escaped(name: str) -> bool:
    return any("\udc80" <= c <= "\udcff" for c in name)
