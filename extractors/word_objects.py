"""Objects embedded in Word documents: the tables of a workbook inside one are read as its own."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import olefile  # type: ignore[import-untyped]

from extractors.errors import UnreadableFileError
from extractors.sniff import OLE2, ZIP, kind_of_data
from extractors.tables import Document, Notice, Table
from extractors.word_marks import OFFICE
from extractors.word_package import OFFICE_RELATIONS

WORKBOOKS = frozenset({"xlsx", "xlsb", "xls", "ods"})
LARGEST = 64 << 20


@dataclass(frozen=True)
class Embedded:
    """What an object gave."""

    tables: tuple[Table, ...]
    notices: tuple[Notice, ...]


def read(element: Any, main: Any, place: str, number: int) -> Embedded:
    """The tables of an embedded workbook, named ``object 1: Sheet1``; places are ``object 1: Sheet1!C7``.

    Args:
        element: the w:object.
        main: the part that holds it, for its relationships.
        place: where it stands, for the notices.
        number: of the object in the document, 1-based.
    """
    name = next((e.get("ProgID", "") for e in element.iter(f"{OFFICE}OLEObject")), "")
    document = _document(element, main)
    if document is None:
        return Embedded((), (Notice("object-unread", "warning", {"place": place, "kind": name}, place),))
    prefix = f"object {number}: "
    tables = tuple(_renamed(table, prefix) for table in document.tables)
    inside = (replace(n, place=f"{prefix}{n.place}" if n.place else place) for n in document.notices)
    told = Notice("object-read", "warning", {"place": place, "kind": name, "count": str(len(tables))}, place)
    return Embedded(tables, (told, *inside))


def _document(element: Any, main: Any) -> Document | None:
    from extractors import electronic

    for ole in element.iter(f"{OFFICE}OLEObject"):
        relation = main.rels.get(ole.get(f"{{{OFFICE_RELATIONS}}}id", ""))
        if ole.get("Type") == "Link" or relation is None or relation.is_external:
            continue
        for data in _contents(relation.target_part.blob):
            if len(data) > LARGEST or kind_of_data(data) not in WORKBOOKS:
                continue
            with tempfile.TemporaryDirectory(prefix="zhongshi-object-") as folder:
                path = Path(folder) / "object"
                path.write_bytes(data)
                try:
                    return electronic.read(path)
                except UnreadableFileError:
                    continue
    return None


def _contents(data: bytes) -> Iterator[bytes]:
    """What may be a workbook: the part itself, or the package within an OLE2 file."""
    if data.startswith(OLE2):
        try:
            with olefile.OleFileIO(io.BytesIO(data)) as ole:
                for name in ("Package", "package"):
                    if ole.exists(name):
                        yield ole.openstream(name).read()
        except Exception:  # olefile lets struct.error, IndexError, … through on damaged files
            return
    if data.startswith((OLE2, *ZIP)):
        yield data


def _renamed(table: Table, prefix: str) -> Table:
    cells = tuple(replace(cell, place=f"{prefix}{cell.place}") for cell in table.cells)
    return replace(table, cells=cells, name=f"{prefix}{table.name}")
