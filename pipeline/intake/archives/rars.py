"""rar archives of both formats, through UnRAR's library.

UnRAR reads files only, so the archive is written to a new folder under a name of ours; what it unpacks comes through
a callback in pieces, which stops it once a limit is reached. Risk that remains: it is C++ that runs in this process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.intake.archives.budget import Budget, MessageTooMuch, TooMuch, Unpacked
from pipeline.intake.archives.members import (
    DAMAGED,
    LOCKED,
    OPENED,
    VOLUME,
    Member,
    Name,
    Oddity,
    name_of_bytes,
    name_of_text,
)

END, BAD_DATA, NO_PASSWORD, WRONG_PASSWORD = 10, 12, 22, 24
"""Results of UnRAR's functions (its dll.hpp)."""
SPLIT, ENCRYPTED, DIRECTORY = 0x3, 0x4, 0x20
"""Flags of a member: it begins or goes on in another volume, it has a password, it is a folder."""
COPY = 5
"""A member that is a reference to an earlier one with the same bytes (RAR 5, switch -oi); others are links."""
MAPPED, MAPPED_FROM = "\ufffe", 0xE000
"""UnRAR's mark of a name with bytes that the locale can't decode, and where it puts those bytes."""
LONGEST_NAME = 1024
STOP, GO_ON = -1, 1


class _Wrong(Exception):
    """The password isn't the right one, or there is none."""


@dataclass
class _Run:
    """One pass through an archive, with or without a password."""

    password: str | None
    count: Unpacked | None = None
    stopped: Exception | None = None
    found: list[Member | Oddity] = field(default_factory=list)
    used: bool = False
    """The password opened something."""

    def called(self, message: int, first: int, second: int) -> int:
        """UnRAR's callback. An exception must not leave it: it would be printed and forgotten."""
        from unrar.cffi._unrarlib import ffi, lib

        try:
            if message == lib.UCM_PROCESSDATA and self.count is not None:
                self.count.add(bytes(ffi.buffer(ffi.cast("char *", first), second)))
                return GO_ON
            if message == lib.UCM_NEEDPASSWORDW and self.password is not None:
                buffer = ffi.cast("wchar_t *", first)
                for at, c in enumerate(self.password[: second - 1] + "\0"):
                    buffer[at] = c
                return GO_ON
        except Exception as theirs:  # raised again once UnRAR has returned
            self.stopped = theirs
        return STOP


def read_rar(data: bytes, name: str, budget: Budget, passwords: Sequence[str]) -> Iterator[Member | Oddity]:
    """The members of a rar; as `Reader`."""
    with tempfile.TemporaryDirectory(prefix="zhongshi-") as folder:
        path = Path(folder) / "archive.rar"
        path.write_bytes(data)
        before = budget.mark()
        for password in (None, *passwords):
            run = _Run(password)
            budget.back(before)
            try:
                _read(path, run, budget)
            except _Wrong:
                continue
            except (TooMuch, MessageTooMuch):
                yield from run.found  # those before the limit
                raise
            if run.used:
                yield OPENED
            yield from run.found
            return
    yield LOCKED


def _read(path: Path, run: _Run, budget: Budget) -> None:
    from unrar.cffi._unrarlib import ffi, lib

    handle, name = ffi.new_handle(run.called), ffi.new("wchar_t[]", str(path))
    archive = ffi.new("struct RAROpenArchiveDataEx *", {"ArcNameW": name, "OpenMode": lib.C_RAR_OM_EXTRACT})
    archive.Callback = ffi.cast("int(*)(unsigned int, long, long, long)", lib.PyUNRARCALLBACKStub)
    archive.UserData = int(ffi.cast("long", handle))
    opened = lib.RAROpenArchiveEx(archive)
    if not opened or archive.OpenResult:
        _judge(archive.OpenResult, run)
        return
    try:
        lib.RARSetCallbackPtr(opened, lib.PyUNRARCALLBACKStub, handle)
        _read_members(opened, run, budget)
    finally:
        lib.RARCloseArchive(opened)


def _read_members(opened: Any, run: _Run, budget: Budget) -> None:
    from unrar.cffi._unrarlib import ffi, lib

    contents: dict[str, bytes] = {}
    while True:
        header, target = ffi.new("struct RARHeaderDataEx *"), ffi.new(f"wchar_t[{LONGEST_NAME}]")
        header.RedirName, header.RedirNameSize = target, LONGEST_NAME
        result = lib.RARReadHeaderEx(opened, header)
        if result:
            if result != END:
                _judge(result, run)
            return
        budget.entry()
        stored = ffi.string(header.FileNameW)
        skip = _oddity(header, _name(stored).text)
        if skip is not None or header.Flags & DIRECTORY or header.RedirType == COPY:
            run.found += [skip] if skip else []
            if header.RedirType == COPY and (copied := contents.get(ffi.string(target))) is not None:
                count = budget.member(len(copied))
                count.add(copied)
                run.found.append(Member(_name(stored), copied))
            lib.RARProcessFileW(opened, lib.C_RAR_SKIP, ffi.NULL, ffi.NULL)
            continue
        budget.dictionary(header.DictSize << 10)
        run.count = budget.member(header.PackSize + (header.PackSizeHigh << 32))
        result = lib.RARProcessFileW(opened, lib.C_RAR_TEST, ffi.NULL, ffi.NULL)
        locked = bool(header.Flags & ENCRYPTED)
        if run.stopped is not None:
            raise run.stopped
        if result:
            # RAR 4 has no check of the password: a wrong one gives wrong bytes
            _judge(NO_PASSWORD if locked and not run.used and result == BAD_DATA else result, run)
            continue
        run.used |= locked and len(run.count.data) > 0
        contents[stored] = bytes(run.count.data)
        run.found.append(Member(_name(stored), contents[stored]))


def _judge(result: int, run: _Run) -> None:
    if result in (NO_PASSWORD, WRONG_PASSWORD) and not run.used:
        raise _Wrong
    run.found.append(LOCKED if result in (NO_PASSWORD, WRONG_PASSWORD) else DAMAGED)


def _oddity(header: Any, name: str) -> Oddity | None:
    """Why a member isn't unpacked, if it isn't."""
    if header.Flags & SPLIT:
        return VOLUME
    file_type = header.FileAttr >> 12 & 0xF
    unix = header.HostOS == 3  # others have the attributes of FAT there
    if header.RedirType not in (0, COPY) or (unix and file_type not in (0, 0o4, 0o10)):
        return Oddity("member-not-a-file", name)
    return None


def _name(stored: str) -> Name:
    """RAR 5 and most of RAR 4 keep Unicode; names that a program wrote in its own charset come as marked bytes."""
    if MAPPED not in stored:
        return name_of_text(stored, "rar")
    raw = b"".join(
        bytes([ord(c) - MAPPED_FROM]) if MAPPED_FROM + 0x80 <= ord(c) <= MAPPED_FROM + 0xFF else c.encode()
        for c in stored
        if c != MAPPED
    )
    return name_of_bytes(raw, "rar")
