"""The parts of an OFD package: which file names which, by GB/T 33190 chapter 7; elements whatever their namespace.

The standard's namespace is http://www.ofdspec.org/2016; programs write older ones, or none.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from extractors.errors import UnreadableFileError

MOST_BYTES = 64 << 20
"""Of one part."""


class Element:
    """An element of a part, found by local names."""

    def __init__(self, node: Any, part: str) -> None:
        """`part` is the path of the file it stands in, to which its locations are relative."""
        self.node = node
        self.part = part

    @property
    def tag(self) -> str:
        """The local name; empty for comments."""
        return _local(self.node)

    @property
    def text(self) -> str:
        """The text."""
        return self.node.text or ""

    def get(self, name: str) -> str:
        """An attribute, empty where there is none."""
        return str(self.node.get(name, ""))

    def __iter__(self) -> Iterator[Element]:
        """The children."""
        return (Element(child, self.part) for child in self.node if _local(child))

    def all(self, *names: str) -> list[Element]:
        """Every element on a path of names."""
        found = [self]
        for name in names:
            found = [child for element in found for child in element if child.tag == name]
        return found

    def first(self, *names: str) -> Element | None:
        """The first element on a path of names."""
        return next(iter(self.all(*names)), None)

    def numbers(self, name: str) -> tuple[float, ...]:
        """The numbers in a child's text, none where there is no such child."""
        child = self.first(name)
        return () if child is None else tuple(float(v) for v in child.text.split())

    def words(self) -> str:
        """All text of the text objects within."""
        return "".join(n.text or "" for n in self.node.iter() if _local(n) == "TextCode")


@dataclass(frozen=True)
class OfdSignature:
    """What an OFD says of one of its signatures; it isn't checked."""

    kind: str
    """``Seal`` or ``Sign``."""
    provider: str
    time: str


class Package:
    """An open OFD."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        """`name` is the file's, for errors."""
        self.name = name
        self._archive = archive
        self._names = {n.lstrip("/").lower(): n for n in archive.namelist()}
        if "encryptions.xml" in self._names:
            raise UnreadableFileError("file-encrypted", name=name)
        self._bodies = self._part("OFD.xml").all("DocBody")
        self.documents = [self._at(root.text, root.part) for body in self._bodies for root in body.all("DocRoot")]

    def follow(self, element: Element, attribute: str) -> Element:
        """The root of the part that an attribute names; KeyError where there is none."""
        return self._at(element.get(attribute), element.part)

    def annotations(self, document: Element) -> dict[str, list[tuple[str, str]]]:
        """Author and text of the annotations of each page, by the page's id; those without text left out."""
        found: dict[str, list[tuple[str, str]]] = {}
        for location in document.all("Annotations"):
            for page in self._at(location.text, location.part).all("Page"):
                for file in page.all("FileLoc"):
                    for annotation in self._at(file.text, file.part).all("Annot"):
                        remark = annotation.first("Remark")
                        text = " ".join(t for t in (remark.text if remark else "", annotation.words()) if t.strip())
                        shown = text or annotation.get("Type")
                        if annotation.get("Type") != "Link":
                            found.setdefault(page.get("PageID"), []).append((annotation.get("Creator"), shown))
        return found

    def signatures(self) -> Iterator[OfdSignature]:
        """The signatures and seals."""
        for location in (s for body in self._bodies for s in body.all("Signatures")):
            for entry in self._at(location.text, location.part).all("Signature"):
                try:
                    info = self.follow(entry, "BaseLoc").first("SignedInfo")
                except (KeyError, etree.XMLSyntaxError):
                    info = None
                provider = info.first("Provider") if info else None
                time = info.first("SignatureDateTime") if info else None
                yield OfdSignature(
                    entry.get("Type") or "Seal",
                    provider.get("ProviderName") if provider else "",
                    time.text if time else "",
                )

    def _at(self, location: str, part: str) -> Element:
        location = location.strip()
        base = "" if location.startswith("/") else posixpath.dirname(part)
        return self._part(posixpath.normpath(posixpath.join(base, location.lstrip("/"))))

    def _part(self, path: str) -> Element:
        name = self._names[path.lower()]
        if self._archive.getinfo(name).file_size > MOST_BYTES:
            raise UnreadableFileError("file-too-large", name=self.name, size=f"{MOST_BYTES >> 20} MB")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return Element(etree.fromstring(self._archive.read(name), parser), path)


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Opens an OFD that `extractors.ooxml.check_package` let pass.

    Raises:
        UnreadableFileError: file-encrypted, file-too-large; beside it whatever lxml and zipfile raise.
    """
    with zipfile.ZipFile(path) as archive:
        yield Package(archive, path.name)


def _local(node: Any) -> str:
    return node.tag.rsplit("}", 1)[-1] if isinstance(node.tag, str) else ""
