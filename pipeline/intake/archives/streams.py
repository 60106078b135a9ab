"""gzip, bzip2 and xz, unpacked a chunk at a time with a bound on memory."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from pipeline.intake.archives.budget import CHUNK, Budget, Unpacked

GZIP = 16 + zlib.MAX_WBITS
NAMED, EXTRA = 0x8, 0x4
"""Bits of a gzip header's flags (RFC 1952, 2.3.1)."""
BROKEN = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)
"""What the decompressors raise for damaged data."""


class _Decompressor(Protocol):
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...

    @property
    def eof(self) -> bool: ...

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
        self._rest = memoryview(data)
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
            if self._decompressor.eof:
                left = self._decompressor.unused_data.lstrip(b"\0") + bytes(self._rest[:CHUNK])
                if not left.strip(b"\0"):
                    return 0
                self._rest = self._rest[min(CHUNK, len(self._rest)) :]
                self._decompressor, fed = self._make(), left
            else:
                fed = bytes(self._rest[:CHUNK])
                self._rest = self._rest[len(fed) :]
            chunk = self._decompressor.decompress(fed, len(target))
            if chunk:
                self._count.add(chunk)
                target[: len(chunk)] = chunk
                return len(chunk)
            if not fed and not self._decompressor.eof:
                raise EOFError


class _Gzip:
    """zlib's object with the interface that those of bz2 and lzma have."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(GZIP)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


def gzip_name(data: bytes) -> bytes:
    """The name that a gzip file keeps of what it holds; empty where it keeps none."""
    if len(data) < 12 or not data[3] & NAMED:
        return b""
    at = 10 + (2 + int.from_bytes(data[10:12], "little") if data[3] & EXTRA else 0)
    return data[at : max(at, data.find(b"\0", at, at + 1024))]
