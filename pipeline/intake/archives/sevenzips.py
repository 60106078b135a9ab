"""7z archives, through py7zr.

py7zr gives a member no more bytes than the archive's directory declares, so the declared sizes are taken from the
budget before anything is unpacked. Risk that remains: the directory itself may be packed, and is unpacked unseen, up
to py7zr's own bounds.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.intake.archives.budget import Budget, MessageTooMuch, TooMuch, Unpacked
from pipeline.intake.archives.members import DAMAGED, LOCKED, OPENED, Member, Oddity, name_of_text

LZMA, LZMA2, PPMD = b"\x03\x01\x01", b"\x21", b"\x03\x04\x01"
"""Methods that ask for memory in their properties (7-Zip's Methods.txt)."""


class _Wrong(Exception):
    """The password isn't the right one, or there is none."""


def read_7z(data: bytes, name: str, budget: Budget, passwords: Sequence[str]) -> Iterator[Member | Oddity]:
    """The members of a 7z; as `Reader`."""
    before = budget.mark()
    for password in (None, *passwords):
        budget.back(before)
        found: list[Member | Oddity] = []
        try:
            _read(data, password, budget, found)
        except _Wrong:
            continue
        except (TooMuch, MessageTooMuch):
            yield from found  # those before the limit
            raise
        if password is not None:
            yield OPENED
        yield from found
        return
    yield LOCKED


def _read(data: bytes, password: str | None, budget: Budget, found: list[Member | Oddity]) -> None:
    """Adds what the archive holds.

    Raises:
        TooMuch, MessageTooMuch: the limits.
    """
    import py7zr
    import py7zr.exceptions

    locked = False
    try:
        with py7zr.SevenZipFile(io.BytesIO(data), password=password) as archive:
            locked = archive.needs_password()
            if locked and password is None:
                raise _Wrong
            _unpack(archive, len(data), budget, found)
    except (TooMuch, MessageTooMuch, _Wrong):
        raise
    except MemoryError as theirs:
        raise TooMuch from theirs
    except py7zr.exceptions.PasswordRequired as theirs:
        raise _Wrong from theirs
    except Exception as theirs:  # a hostile or damaged archive makes py7zr raise nearly anything
        if password is not None:
            raise _Wrong from theirs
        if isinstance(theirs, py7zr.exceptions.UnsupportedCompressionMethodError):
            method = re.sub(r"[^\w. -]", "", str(theirs.message))[:60]
            found.append(Oddity("archive-unsupported", f"7z/{method}"))
        else:
            found.append(DAMAGED)


def _unpack(archive: Any, packed: int, budget: Budget, found: list[Member | Oddity]) -> None:
    from py7zr.io import Py7zIO, WriterFactory

    class Sink(Py7zIO):
        def __init__(self, count: Unpacked) -> None:
            self.count, self.whole = count, False

        def write(self, s: bytes | bytearray) -> int:
            self.count.add(bytes(s))
            return len(s)

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None:
            return None

        def size(self) -> int:
            return len(self.count.data)

        def close(self) -> None:
            self.whole = True

    class Sinks(WriterFactory):
        def __init__(self) -> None:
            self.made: dict[str, Sink] = {}

        def create(self, filename: str) -> Py7zIO:
            self.made[filename] = Sink(budget.member(packed))
            return self.made[filename]

    names: dict[str, str] = {}
    declared = 0
    for at, file in enumerate(archive.files):
        budget.entry()
        name = str(file.filename)
        archive.files.files_list[at]["filename"] = str(at)  # ours: py7zr refuses an archive for one unsafe name
        declared += int(file.uncompressed)
        if declared > budget.limits.archive_mb << 20 or int(file.uncompressed) > budget.limits.attachment_mb << 20:
            raise TooMuch
        if file.is_directory:
            continue
        if file.is_symlink or file.is_junction or file.is_socket or not file.is_file:
            found.append(Oddity("member-not-a-file", name))
            continue
        names[str(at)] = name
    _check_memory(archive, budget)
    sinks = Sinks()
    try:
        archive.extract(targets=list(names), factory=sinks)
    finally:
        whole = ((number, sink) for number, sink in sinks.made.items() if sink.whole)
        found += [Member(name_of_text(names[number], "7z"), bytes(sink.count.data)) for number, sink in whole]


def _check_memory(archive: Any, budget: Budget) -> None:
    streams = getattr(archive.header, "main_streams", None)
    for folder in streams.unpackinfo.folders if streams is not None else []:
        for coder in folder.coders:
            method, properties = coder["method"], coder.get("properties") or b""
            if method in (LZMA, PPMD) and len(properties) >= 5:
                budget.dictionary(struct.unpack_from("<L", properties, 1)[0])
            elif method == LZMA2 and properties:
                budget.dictionary((2 | properties[0] & 1) << (properties[0] // 2 + 11))
