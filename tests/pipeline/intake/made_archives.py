"""Archives made from bytes, as senders' programs make them, and as attackers do."""

from __future__ import annotations

import hashlib
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import inflate64
import py7zr
import pyzipper
from Cryptodome.Cipher import AES

RESOURCES = Path(__file__).parent / "resources"
MODE_LINK = 0o120777 << 16


def plain_zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return out.getvalue()


def locked_zip(password: bytes, *members: tuple[str, bytes]) -> bytes:
    """With AES, as WinRAR and 7-Zip write it."""
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as packed:
        packed.setpassword(password)
        for name, data in members:
            packed.writestr(name, data)
    return out.getvalue()


def old_locked_zip(password: bytes, name: str, data: bytes) -> bytes:
    """With ZipCrypto (APPNOTE 6.1), as Windows programs write it."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def feed(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    def crc(before: int, byte: int) -> int:
        return zlib.crc32(bytes([byte]), before ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    for byte in password:
        feed(byte)
    check = zlib.crc32(data)
    coded = bytearray()
    for byte in bytes(11) + bytes([check >> 24]) + data:
        mixed = keys[2] | 2
        coded.append(byte ^ ((mixed * (mixed ^ 1)) >> 8 & 0xFF))
        feed(byte)
    return raw_zip([(name.encode(), bytes(coded), len(data), check, 0, 1)])


def deflate64_zip(name: str, data: bytes) -> bytes:
    deflater = inflate64.Deflater()
    coded = deflater.deflate(data) + deflater.flush()
    return raw_zip([(name.encode(), coded, len(data), zlib.crc32(data), 9, 0)])


def raw_zip(members: Sequence[tuple[bytes, bytes, int, int, int, int]], overlap: bool = False) -> bytes:
    """Of name, packed bytes, size, CRC, method, flags; `overlap`: all entries of the directory show the first bytes."""
    out, directory = io.BytesIO(), io.BytesIO()
    for at, (name, coded, size, check, method, flags) in enumerate(members):
        offset = out.tell() if not overlap or at == 0 else 0
        common = struct.pack("<HHHHHLLLHH", 20, flags, method, 0, 0x21, check, len(coded), size, len(name), 0)
        if not overlap or at == 0:
            out.write(b"PK\x03\x04" + common + name + coded)
        directory.write(b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHLL", 0, 0, 0, 0, offset) + name)
    end = struct.pack("<HHHHLLH", 0, 0, *[min(len(members), 0xFFFE)] * 2, directory.tell(), out.tell(), 0)
    return out.getvalue() + directory.getvalue() + b"PK\x05\x06" + end


def seven_zip(*members: tuple[str, bytes], password: str | None = None, hidden: bool = False) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password, header_encryption=hidden) as packed:
        for name, data in members:
            packed._writef(io.BytesIO(data), name)  # writef refuses unsafe names, which senders' programs don't
    return out.getvalue()


def tar(*members: tuple[bytes | str, bytes], mode: str = "w:", form: int = tarfile.GNU_FORMAT) -> bytes:
    """Names given as bytes stand so in the headers."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form, encoding="utf-8", errors="surrogateescape") as packed:
        for name, data in members:
            info = tarfile.TarInfo(name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _vint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _block5(kind: int, flags: int, body: bytes, extra: bytes = b"", data: bytes = b"") -> bytes:
    sizes = (_vint(len(extra)) if flags & 1 else b"") + (_vint(len(data)) if flags & 2 else b"")
    rest = _vint(kind) + _vint(flags) + sizes + body + extra
    header = _vint(len(rest)) + rest
    return struct.pack("<L", zlib.crc32(header)) + header + data


def rar5(*members: tuple[str, bytes], password: str | None = None, dictionary: int = 0) -> bytes:
    """Stored (RAR 5.0 archive format); `dictionary`: its size is 128 kB times two to this power."""
    out = b"Rar!\x1a\x07\x01\x00" + _block5(1, 0, _vint(0))
    salt, iv = bytes(range(16)), bytes(range(16, 32))
    for name, data in members:
        extra, coded = b"", data
        if password is not None:
            record = _vint(1) + _vint(0) + _vint(0) + bytes([10]) + salt + iv
            extra = _vint(len(record)) + record
            key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1 << 10)
            coded = AES.new(key, AES.MODE_CBC, iv).encrypt(data + bytes(-len(data) % 16))
        body = _vint(4) + _vint(len(data)) + _vint(0x20) + struct.pack("<L", zlib.crc32(data))
        body += _vint(dictionary << 10) + _vint(0) + _vint(len(name.encode())) + name.encode()
        out += _block5(2, 3 if extra else 2, body, extra, coded)
    return out + _block5(5, 0, _vint(0))


def rar4(*members: tuple[bytes, bytes]) -> bytes:
    """Stored, with raw names as old Chinese programs write them (RAR 4 technote)."""

    def block(kind: int, flags: int, rest: bytes) -> bytes:
        header = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
        return struct.pack("<H", zlib.crc32(header) & 0xFFFF) + header

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for name, data in members:
        check = zlib.crc32(data)
        sizes = struct.pack("<LLBLLBBHL", len(data), len(data), 2, check, 0x21 << 16, 20, 0x30, len(name), 32)
        out += block(0x74, 0x8000, sizes + name) + data
    return out + block(0x7B, 0x4000, b"")
