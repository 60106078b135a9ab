"""A look at an Office package before a parser opens it.

What is refused here: packages that unpack to absurd sizes, and parts with a document type. Office never writes one, and
openpyxl reads worksheets with the standard library's expat, which expands the entities that a document type declares.
What remains: a parser may still need many times the size of a part in memory, so untrusted files belong in a child
process with limits.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import IO

from extractors.errors import UnreadableFileError

MOST_BYTES = 300 * 2**20
"""Unpacked size of a package, pictures included. A form with a thousand rows has 1 MB."""
MOST_PARTS = 5000
PROLOG = 65536
"""A document type must stand before the first element; a prolog this long is refused as well."""


def check_package(path: Path | IO[bytes]) -> None:
    """Raises UnreadableFileError (file-damaged, file-too-large, file-encrypted) where a package must not be parsed."""
    name = path.name if isinstance(path, Path) else ""
    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
            size = sum(i.file_size for i in infos)
            if size > MOST_BYTES or len(infos) > MOST_PARTS:
                raise UnreadableFileError("file-too-large", name=name, size=f"{size // 2**20} MB")
            if any(i.flag_bits & 1 for i in infos):
                raise UnreadableFileError("file-encrypted", name=name)
            for info in infos:
                if info.filename.lower().endswith((".xml", ".rels", ".vml")):
                    with package.open(info) as part:
                        prolog = part.read(PROLOG)
                    check_prolog(prolog, name)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
        raise UnreadableFileError("file-damaged", name=name) from error


def check_prolog(prolog: bytes, name: str) -> None:
    """Raises UnreadableFileError (file-damaged) where the start of a part declares a document type or an entity."""
    # UTF-16 parts interleave zero bytes.
    plain = prolog.replace(b"\x00", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise UnreadableFileError("file-damaged", name=name)
