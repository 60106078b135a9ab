"""The parts of a Word package (.docx, .docm, .dotx) as XML, and what its relationships say of the world outside."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx.opc.package import OpcPackage
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from extractors.tables import Notice

OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"
_AFAR = re.compile(r"(?:https?|ftps?|smb|webdavs?)://|\\\\[^\\]|file:/{2}[^/]|file:/{4,}|file:/*\\\\", re.IGNORECASE)
"""Addresses of other machines; a template on the sender's own disk is named by nearly every document."""


@dataclass(frozen=True)
class Package:
    """The parts of a document that are read."""

    body: Any
    """The element w:body."""
    main: Any
    """The part of the document, for its relationships."""
    parts: dict[str, Any]
    """Roots of styles, numbering, comments, footnotes and endnotes, as far as there are any."""
    edges: tuple[Any, ...]
    """Roots of headers and footers."""
    notices: tuple[Notice, ...]


def opened(path: Path) -> Package:
    """Opens a package that `extractors.ooxml.check_package` let pass; raises whatever python-docx and lxml raise."""
    with _transitional(path) as readable:
        package = OpcPackage.open(str(readable))
    main = package.main_document_part
    parts: dict[str, Any] = {}
    edges: list[Any] = []
    for relation in main.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if relation.is_external:
            continue
        if kind in ("styles", "numbering", "comments", "footnotes", "endnotes"):
            parts[kind] = parse_xml(relation.target_part.blob)
        elif kind in ("header", "footer"):
            edges.append(parse_xml(relation.target_part.blob))
    body = parse_xml(main.blob).find(qn("w:body"))
    if body is None:
        raise ValueError("no body")
    return Package(body, main, parts, tuple(edges), tuple(_notices(package, main)))


@contextmanager
def _transitional(path: Path) -> Iterator[Path]:
    """The package; one in the strict form of the standard (ISO 29500-1) as a copy with the usual namespaces."""
    with zipfile.ZipFile(path) as source:
        if not _STRICT.search(source.read("_rels/.rels")):
            yield path
            return
        with tempfile.TemporaryDirectory(prefix="zhongshi-word-") as folder:
            copy = Path(folder) / "document.docx"
            with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
                for name in source.namelist():
                    data = source.read(name)
                    is_xml = name.endswith((".xml", ".rels"))
                    target.writestr(name, _STRICT.sub(_TRANSITIONAL, data) if is_xml else data)
            yield copy


def _notices(package: Any, main: Any) -> Iterator[Notice]:
    """Tells of macros, and of templates and content that would have to be fetched."""
    afar: list[str] = []
    macros = False
    for part in (main, *package.iter_parts()):
        for relation in part.rels.values():
            kind = relation.reltype.rsplit("/", 1)[-1]
            macros = macros or kind == "vbaProject"
            if relation.is_external and kind != "hyperlink" and _AFAR.match(relation.target_ref):
                afar.append(relation.target_ref)
    if macros:
        yield Notice("macro-found", "warning")
    for target in dict.fromkeys(afar):
        yield Notice("content-remote", "warning", {"target": target})
