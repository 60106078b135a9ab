"""Word's other formats, by way of LibreOffice: .doc and WPS's .wps (both OLE2), RTF, OpenDocument."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import olefile  # type: ignore[import-untyped]

from extractors import office, word
from extractors.errors import UnreadableFileError
from extractors.ooxml import check_package
from extractors.sniff import ole_entries
from extractors.tables import Document, Notice

SUFFIXES = {"doc": "doc", "rtf": "rtf", "odt": "odt"}
"""Kinds that are read here, and the names under which LibreOffice knows them best."""
_ENCRYPTED = 0x01
"""Of the twelfth byte of the WordDocument stream: fEncrypted of [MS-DOC] 2.5.2."""
_MACROS = frozenset({"Macros", "_VBA_PROJECT", "VBA"})


def read(path: Path, kind: str) -> Document:
    """As `word.read`, for a document of one of the kinds of `SUFFIXES`.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large, office-missing, office-too-slow.
    """
    notices: tuple[Notice, ...] = ()
    if kind == "doc":
        _check_doc(path)
        if _MACROS & ole_entries(path.read_bytes()):
            notices = (Notice("macro-found", "warning"),)
    elif kind == "odt":
        _check_odt(path)
    with office.convert(path, "docx", SUFFIXES[kind]) as made:
        try:
            document = word.read(made, kind)
        except UnreadableFileError as error:
            raise UnreadableFileError(error.code, **{**error.params, "name": path.name}) from error
    return replace(document, notices=(*notices, *document.notices))


def _check_doc(path: Path) -> None:
    """Raises file-encrypted or file-damaged where LibreOffice would only fail, or ask for a password."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            head = ole.openstream("WordDocument").read(12)
    except Exception as error:  # olefile lets struct.error, IndexError, … through on damaged files
        raise UnreadableFileError("file-damaged", name=path.name) from error
    if len(head) < 12:
        raise UnreadableFileError("file-damaged", name=path.name)
    if head[11] & _ENCRYPTED:
        raise UnreadableFileError("file-encrypted", name=path.name)


def _check_odt(path: Path) -> None:
    check_package(path)
    with zipfile.ZipFile(path) as package:
        manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in package.namelist() else b""
    if b"encryption-data" in manifest:
        raise UnreadableFileError("file-encrypted", name=path.name)
