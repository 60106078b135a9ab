"""OFD documents (GB/T 33190-2016), born digital: the ruled tables of their pages, and the lines outside them.

An OFD is a zip of XML. Lengths are millimetres from a page's top left, here turned to points. What a page shows later
over its text is told, for a reader of the page doesn't see that text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extractors import ofd_package, ruled
from extractors.errors import UnreadableFileError
from extractors.ofd_objects import POINTS, Drawn, draw
from extractors.ofd_package import Element, Package
from extractors.ooxml import check_package
from extractors.tables import Box, Document, Notice, Page, Table, TextLine

MOST_PAGES = 300
A4 = (0.0, 0.0, 210.0, 297.0)
PICTURE_SHARE = 0.05
"""Share of its page from which a picture may hold a table; seals and logos have less."""


@dataclass
class _Gathered:
    tables: list[Table] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def tell(self, code: str, place: str, **params: str) -> None:
        self.notices.append(Notice(code, "warning", {"place": place, **params}, place))


def read(path: Path) -> Document:
    """The ruled tables, named ``page 2, table 1``, and the lines outside them, both with boxes in points.

    Signatures and seals, annotations, pictures and text that can't be seen are told in notices.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    check_package(path)
    gathered = _Gathered()
    try:
        with ofd_package.opened(path) as package:
            for document in package.documents:
                _read_document(package, document, gathered)
            _tell_signatures(package, gathered)
    except UnreadableFileError:
        raise
    except Exception as error:  # lxml's errors, and KeyError, ValueError, … of what a damaged part holds or lacks
        raise UnreadableFileError("file-damaged", name=path.name) from error
    if not gathered.pages:
        raise UnreadableFileError("file-damaged", name=path.name)
    return Document(
        "ofd", tuple(gathered.tables), tuple(gathered.lines), tuple(gathered.pages), notices=tuple(gathered.notices)
    )


def _read_document(package: Package, document: Element, gathered: _Gathered) -> None:
    """Appends the pages of one document; a package may hold several, which go on counting."""
    pages = document.all("Pages", "Page")
    if len(pages) + len(gathered.pages) > MOST_PAGES:
        raise UnreadableFileError("file-too-large", name=package.name, size=f"{len(pages)} pages")
    usual = document.first("CommonData", "PageArea")
    templates = {t.get("ID"): t for t in document.all("CommonData", "TemplatePage")}
    annotated = package.annotations(document)
    for entry in pages:
        number = len(gathered.pages) + 1
        page = package.follow(entry, "BaseLoc")
        area = page.first("Area") or usual
        box = (area.numbers("PhysicalBox") if area else ()) or A4
        if len(box) != 4 or box[2] <= 0 or box[3] <= 0:
            box = A4
        behind, before = _templates(package, page, templates)
        drawn = draw([*behind, page, *before])
        _read_page(number, (box[0], box[1], box[2], box[3]), drawn, gathered)
        for author, text in annotated.get(entry.get("ID"), ()):
            gathered.tell("comment-found", f"page {number}", author=author, text=text)
    if document.first("Attachments") is not None:
        gathered.tell("content-unread", "")


def _templates(package: Package, page: Element, templates: dict[str, Element]) -> tuple[list[Element], list[Element]]:
    """The template pages that are shown behind a page's own content, and those in front of it."""
    behind: list[Element] = []
    before: list[Element] = []
    for use in page.all("Template"):
        found = templates.get(use.get("TemplateID"))
        if found is not None:
            order = use.get("ZOrder") or found.get("ZOrder")
            (before if order == "Foreground" else behind).append(package.follow(found, "BaseLoc"))
    return behind, before


def _read_page(number: int, box: tuple[float, float, float, float], drawn: Drawn, gathered: _Gathered) -> None:
    """Cuts one page into tables and lines; `box` is what is shown of it: left, top, width, height in mm."""
    left, top, width, height = (v * POINTS for v in box)
    gathered.pages.append(Page(number, width, height))
    areas = ruled.areas(drawn.edges)
    unseen = {id(c) for c in drawn.characters if c["unseen"]}
    for count, boxes in enumerate(areas, start=1):
        table = ruled.table(number, count, boxes, drawn.characters, (left, top), _hides(unseen))
        gathered.tables.append(table)
        for cell in table.cells:
            if cell.belied:
                gathered.tell("text-unseen", cell.place, text=cell.text)
    spans = [ruled.around(boxes) for boxes in areas]
    outside = [c for c in drawn.characters if not any(ruled.inside(c, span) for span in spans)]
    gathered.lines += [ruled.text_line(number, line, (left, top)) for line in ruled.lines(outside)]
    for x0, y0, x1, y1 in drawn.pictures:
        in_table = any(s[0] < x1 and x0 < s[2] and s[1] < y1 and y0 < s[3] for s in spans)
        if in_table or (x1 - x0) * (y1 - y0) > PICTURE_SHARE * width * height:
            gathered.tell("picture-unread", f"page {number}")
    if drawn.unread:
        gathered.tell("content-unread", f"page {number}")


def _hides(unseen: set[int]) -> ruled.Differs:
    def differs(_: Box, characters: Sequence[ruled.Character]) -> bool:
        return any(id(c) in unseen for c in characters)

    return differs


def _tell_signatures(package: Package, gathered: _Gathered) -> None:
    for signature in package.signatures():
        gathered.tell("ofd-signature", "", kind=signature.kind, provider=signature.provider, time=signature.time)
