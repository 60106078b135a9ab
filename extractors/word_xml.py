"""Word documents as one XML file, as export buttons of systems make them: Word 2003's form, and the flat package.

Both are written as a .docx and read as one. The flat package (ECMA-376 part 2 in one file) holds the parts as they are.
The form of 2003 has nearly the elements of today's under another name; what differs is turned here.
"""

from __future__ import annotations

import base64
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from extractors import word
from extractors.errors import UnreadableFileError
from extractors.tables import Document, Notice

MOST_BYTES = 64 << 20
FLAT = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
OLD = "http://schemas.microsoft.com/office/word/2003/wordml"
NEW = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NEW}}}"
ANNOTATION = "{http://schemas.microsoft.com/aml/2001/core}annotation"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CHANGES = {"Word.Insertion": f"{W}ins", "Word.Deletion": f"{W}del"}
_RENAMED = {f"{W}vmerge": f"{W}vMerge", f"{W}hmerge": f"{W}hMerge"}
NUMBER_FORMATS = {
    "0": "decimal", "1": "upperRoman", "2": "lowerRoman", "3": "upperLetter", "4": "lowerLetter",
    "10": "ideographDigital", "11": "japaneseCounting", "14": "decimalFullWidth", "15": "decimalHalfWidth",
    "17": "japaneseDigitalTenThousand", "18": "decimalEnclosedCircle", "22": "decimalZero", "23": "bullet",
    "26": "decimalEnclosedFullstop", "27": "decimalEnclosedParen", "28": "decimalEnclosedCircleChinese",
    "29": "ideographEnclosedCircle", "30": "ideographTraditional", "31": "ideographZodiac",
    "34": "taiwaneseCountingThousand", "37": "chineseCounting", "38": "chineseLegalSimplified",
    "39": "chineseCountingThousand", "255": "none",
}  # fmt: skip
"""Of [MS-OSHARED] 2.2.1.3, to today's names; others are told by their number."""
_DRAWN = (NEW, "urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:office:office")
"""Namespaces whose elements are kept; all others only wrap (sections, smart tags)."""


def read(path: Path) -> Document:
    """As `word.read`; the kind is ``word-xml``.

    Raises:
        UnreadableFileError: file-damaged, file-too-large.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise UnreadableFileError("file-too-large", name=path.name, size=f"{size >> 20} MB")
    data = path.read_bytes()
    plain = data.replace(b"\x00", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:  # Word writes none, and one can expand without end
        raise UnreadableFileError("file-damaged", name=path.name)
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        parts = _flat_parts(root) if root.tag == f"{FLAT}package" else _old_parts(data)
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise UnreadableFileError("file-damaged", name=path.name) from error
    with _as_package(parts) as made:
        try:
            document = word.read(made, "word-xml")
        except UnreadableFileError as error:
            raise UnreadableFileError(error.code, **{**error.params, "name": path.name}) from error
    if root.get(f"{{{OLD}}}macrosPresent") == "yes":
        document = replace(document, notices=(Notice("macro-found", "warning"), *document.notices))
    return document


@contextmanager
def _as_package(parts: dict[str, bytes]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="zhongshi-word-") as folder:
        path = Path(folder) / "document.docx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:
            for name, data in parts.items():
                package.writestr(name, data)
        yield path


def _flat_parts(root: Any) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    types = ""
    for part in root.findall(f"{FLAT}part"):
        name, content, binary = part.get(f"{FLAT}name", ""), part.find(f"{FLAT}xmlData"), part.find(f"{FLAT}binaryData")
        if content is not None and len(content):
            parts[name.lstrip("/")] = etree.tostring(content[0])
        elif binary is not None:
            parts[name.lstrip("/")] = base64.b64decode(binary.text or "")
        if not name.endswith(".rels"):
            types += _type(name, part.get(f"{FLAT}contentType", ""))
    return {"[Content_Types].xml": _types(types), **parts}


def _old_parts(data: bytes) -> dict[str, bytes]:
    """The parts of a document of 2003's form; notes and comments stand within its text there."""
    root = etree.fromstring(_as_utf8(data).replace(OLD.encode(), NEW.encode()))
    body, styles, lists = (root.find(f"{W}{name}") for name in ("body", "styles", "lists"))
    if body is None:
        raise ValueError("no body")
    kept: dict[str, Any] = {kind: etree.Element(f"{W}{kind}") for kind in ("comments", "footnotes", "endnotes")}
    _turn(body, kept)
    document = etree.Element(f"{W}document")
    document.append(body)
    if styles is not None:
        _turn(styles, kept)
        kept["styles"] = styles
    if lists is not None:
        kept["numbering"] = _numbering(lists)
    parts = {"word/document.xml": etree.tostring(document)}
    links, types = "", ""
    for kind, element in kept.items():
        parts[f"word/{kind}.xml"] = etree.tostring(element)
        links += f'<Relationship Id="{kind}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>'
        types += _type(
            f"/word/{kind}.xml", f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
        )
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    start = f'<Relationship Id="d" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>'
    return {
        "[Content_Types].xml": _types(_type("/word/document.xml", main) + types),
        "_rels/.rels": _relations(start),
        "word/_rels/document.xml.rels": _relations(links),
        **parts,
    }


def _as_utf8(data: bytes) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return bytes(etree.tostring(etree.fromstring(data, parser), encoding="utf-8"))


def _turn(body: Any, kept: dict[str, Any]) -> None:
    """Turns the elements below in place, from the innermost outwards."""
    for element in reversed(list(body.iterdescendants())):
        if not isinstance(element.tag, str):
            continue
        if element.tag == ANNOTATION:
            _turn_annotation(element, kept)
        elif element.tag == f"{W}listPr":
            _list(element)
        elif element.tag in (f"{W}footnote", f"{W}endnote"):
            _keep(element, kept, etree.QName(element).localname, str(len(kept["footnotes"]) + len(kept["endnotes"])))
        elif element.tag in _RENAMED:
            element.tag = _RENAMED[element.tag]
        elif etree.QName(element).namespace not in _DRAWN:
            _unwrap(element)


def _turn_annotation(element: Any, kept: dict[str, Any]) -> None:
    kind = element.get(f"{W}type", "")
    if kind in _CHANGES:
        element.tag = _CHANGES[kind]
    elif kind == "Word.Comment":
        author = element.get(ANNOTATION.replace("annotation", "author"), "")
        element.set(f"{W}author", author)
        _keep(element, kept, "comment", str(len(kept["comments"])))
    elif kind.startswith(
        ("Word.Bookmark", "Word.Comment.", "Word.Formatting", "Word.Numbering", "Word.PropertyChange")
    ):
        element.getparent().remove(element)
    else:
        _unwrap(element)


def _keep(element: Any, kept: dict[str, Any], kind: str, number: str) -> None:
    """Moves a note or comment to its part, and leaves a reference in its place."""
    parent = element.getparent()
    reference = etree.Element(f"{W}{kind}Reference")
    reference.set(f"{W}id", number)
    if parent.tag == f"{W}r":
        parent.replace(element, reference)
    else:
        run = etree.Element(f"{W}r")
        run.append(reference)
        parent.replace(element, run)
    element.tag = f"{W}{kind}"
    element.set(f"{W}id", number)
    element.tail = None
    kept[f"{kind}s"].append(element)


def _list(properties: Any) -> None:
    """Turns the list of a paragraph (w:ilfo, w:ilvl) into today's w:numPr."""
    number = properties.find(f"{W}ilfo")
    properties.tag = f"{W}numPr"
    if number is not None:
        number.tag = f"{W}numId"


def _numbering(lists: Any) -> Any:
    """The definitions of lists as today's numbering.xml has them."""
    root = etree.Element(f"{W}numbering")
    for definition in lists.findall(f"{W}listDef"):
        abstract = etree.SubElement(root, f"{W}abstractNum", {f"{W}abstractNumId": definition.get(f"{W}listDefId", "")})
        for level in definition.findall(f"{W}lvl"):
            code = level.find(f"{W}nfc")
            number = "0" if code is None else code.get(f"{W}val", "0")
            etree.SubElement(level, f"{W}numFmt", {f"{W}val": NUMBER_FORMATS.get(number, f"nfc {number}")})
            abstract.append(level)
    for entry in lists.findall(f"{W}list"):
        of, number = entry.find(f"{W}ilst"), etree.SubElement(root, f"{W}num", {f"{W}numId": entry.get(f"{W}ilfo", "")})
        value = "" if of is None else of.get(f"{W}val", "")
        etree.SubElement(number, f"{W}abstractNumId", {f"{W}val": value})
        number.extend(entry.findall(f"{W}lvlOverride"))
    return root


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at, child)
    parent.remove(element)


def _type(name: str, kind: str) -> str:
    return f'<Override PartName="{name}" ContentType="{kind}"/>'


def _types(overrides: str) -> bytes:
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{default}{overrides}</Types>'.encode()


def _relations(links: str) -> bytes:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'.encode()
