"""gzip, bzip2 and xz, unpacked a chunk at a time with a bound on memory."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from pipeline.intake.archives.budget import CHUNK, Budget, TooMuch, Unpacked

GZIP = 16 + zlib.MAX_WBITS
NAMED, EXTRA = 0x8, 0x4
"""Bits of a gzip header's flags (RFC 1952, 2.3.1)."""
BROKEN = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)
"""What the decompressors raise for damaged data."""


MOST_STREAMS = 20_000
"""Streams in one file; pigz and bgzip write one for every 64 kB and more."""


class _Decompressor(Protocol):
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...


class Stream(io.RawIOBase):
    """What one compressed file unpacks to; every byte is taken from the budget. Several streams in a row are one."""

    def __init__(self, data: bytes, kind: str, budget: Budget, count: Unpacked) -> None:
        """Kind is gz, bz2 or xz."""
        makers: dict[str, Callable[[], _Decompressor]] = {
            "gz": lambda: _Gzip(),
            "bz2": bz2.BZ2Decompressor,
            "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, budget.limits.dictionary_mb << 20),
        }
        self._make = makers[kind]
        self._data, self._at, self._streams = data, 0, 1
        self._decompressor = self._make()
        self._count = count

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fills a buffer.

        Raises:
            TooMuch, MessageTooMuch: see `Unpacked.add`.
            EOFError: the data was cut short; other errors of `BROKEN` for damage.
        """
        while True:
            if self._decompressor.eof and not self._next_stream():
                return 0
            wanted = self._decompressor.needs_input
            fed = self._data[self._at : self._at + CHUNK] if wanted else b""
            self._at += len(fed)
            chunk = self._decompressor.decompress(fed, len(target))
            if chunk:
                self._count.add(chunk)
                target[: len(chunk)] = chunk
                return len(chunk)
            if wanted and not fed and not self._decompressor.eof:
                raise EOFError

    def _next_stream(self) -> bool:
        """Begins with what the last stream left; False where there is nothing but zeros that fill a block."""
        self._at -= len(self._decompressor.unused_data)
        while self._at < len(self._data) and not (block := self._data[self._at : self._at + CHUNK]).strip(b"\0"):
            self._at += len(block)
        if self._at >= len(self._data):
            return False
        block = self._data[self._at : self._at + CHUNK]
        self._at += len(block) - len(block.lstrip(b"\0"))
        self._streams += 1
        if self._streams > MOST_STREAMS:
            raise TooMuch
        self._decompressor = self._make()
        return True


class _Gzip:
    """zlib's object with the interface that those of bz2 and lzma have."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(GZIP)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail or data, max_length)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


def gzip_name(data: bytes) -> bytes:
    """The name that a gzip file keeps of what it holds; empty where it keeps none."""
    if len(data) < 12 or not data[3] & NAMED:
        return b""
    at = 10 + (2 + int.from_bytes(data[10:12], "little") if data[3] & EXTRA else 0)
    return data[at : max(at, data.find(b"\0", at, at + 1024))]
