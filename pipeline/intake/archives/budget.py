"""How much of a message may be unpacked, counted while it is unpacked: one budget for all its archives."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.settings import Limits

CHUNK = 1 << 16
"""Bytes that are unpacked at a time."""
RATIO_FROM = 10 << 20
"""Bytes; below this a high ratio is only an empty picture."""
ENTRIES_FOR_A_FILE = 20
"""Folders and links come with files; an archive with more of them than this a file is made to keep us busy."""


class TooMuch(Exception):
    """A limit of an archive was reached: its size, its count, its ratio or the memory that it asks for."""


class TooDeep(TooMuch):
    """Archives stand in archives, more than the limit."""


class MessageTooMuch(Exception):
    """A limit of the whole message was reached."""


@dataclass
class Budget:
    """What was taken so far. `new_archive` begins with each outermost archive; the rest is the message's."""

    limits: Limits
    archive_size: int = 0
    archive_files: int = 0
    archive_entries: int = 0
    size: int = 0
    """Bytes of all attachments as they were sent, and of all that was unpacked."""
    files: int = 0
    parts: int = 0
    """MIME parts of messages that were opened after the outer one."""

    def new_archive(self) -> None:
        """Counts from nothing for the next archive."""
        self.archive_size = self.archive_files = self.archive_entries = 0

    def entry(self) -> None:
        """Counts an entry of an archive, whatever it is.

        Raises:
            TooMuch: there are too many.
        """
        self.archive_entries += 1
        if self.archive_entries > ENTRIES_FOR_A_FILE * self.limits.archive_files:
            raise TooMuch

    def member(self, packed: int) -> Unpacked:
        """Where a member's bytes go; `packed` is their size in the archive, in bytes.

        Raises:
            TooMuch: there are too many files.
        """
        self.archive_files += 1
        if self.archive_files > self.limits.archive_files:
            raise TooMuch
        return Unpacked(self, packed)

    def file(self) -> None:
        """Counts a file of the message that is kept.

        Raises:
            MessageTooMuch: there are too many.
        """
        if self.files >= self.limits.message_files:
            raise MessageTooMuch
        self.files += 1

    def take(self, size: int) -> None:
        """Counts bytes.

        Raises:
            MessageTooMuch: there are too many.
        """
        self.size += size
        if self.size > self.limits.unpacked_mb << 20:
            raise MessageTooMuch

    def mark(self) -> tuple[int, int, int, int]:
        """Where the budget stands, for `back`."""
        return self.archive_size, self.archive_files, self.archive_entries, self.size

    def back(self, mark: tuple[int, int, int, int]) -> None:
        """Forgets what was taken since: it was unpacked with a wrong password."""
        self.archive_size, self.archive_files, self.archive_entries, self.size = mark

    def dictionary(self, size: int) -> None:
        """Asks for memory to unpack with, in bytes.

        Raises:
            TooMuch: it is too much.
        """
        if size > self.limits.dictionary_mb << 20:
            raise TooMuch


class Unpacked:
    """The bytes of one member as they come."""

    def __init__(self, budget: Budget, packed: int) -> None:
        """Begins a member of `packed` bytes in the archive."""
        self.data = bytearray()
        self._budget = budget
        self._thin = max(RATIO_FROM, budget.limits.archive_ratio * max(1, packed))

    def add(self, chunk: bytes) -> None:
        """Takes the next bytes.

        Raises:
            TooMuch: the member or the archive is too large, or far larger than what it was packed in.
            MessageTooMuch: the message's files are too large together.
        """
        budget, limits = self._budget, self._budget.limits
        budget.archive_size += len(chunk)
        size = len(self.data) + len(chunk)
        if size > min(limits.attachment_mb << 20, self._thin) or budget.archive_size > limits.archive_mb << 20:
            raise TooMuch
        budget.take(len(chunk))
        self.data += chunk
