"""PDFs that were made by a program and hold their text (born digital), with pdfplumber: tables and lines with boxes."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdftypes import LITERALS_FLATE_DECODE, resolve1
from pdfplumber.utils.exceptions import PdfminerException
from pypdfium2 import PdfiumError

from extractors import pdf_shown
from extractors.errors import UnreadableFileError
from extractors.ruled import Character, Differs, inside, lines, table, text_line
from extractors.tables import Document, Notice, Page, Seal, Table, TextLine

# Without a handler of its own, pdfminer's warnings of odd colours would go to the screen; the log still has them.
logging.getLogger("pdfminer").addHandler(logging.NullHandler())

MOST_PAGES = 300


def read(path: Path, seals: Sequence[Seal] = ()) -> Document:
    """The ruled tables, named ``page 2, table 1``, and the lines outside them, both with boxes in points.

    Args:
        path: the PDF.
        seals: those on its pages; what is red in them hides no text.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    pages: list[Page] = []
    tables: list[Table] = []
    texts: list[TextLine] = []
    notices: list[Notice] = []
    with _opened(path) as pdf:
        for number, page in enumerate(pdf.pages, start=1):
            try:
                if _is_broken(page):
                    raise UnreadableFileError("file-damaged", name=path.name)
                found = page.find_tables()
                characters = [c for c in page.chars if c["text"].strip()]
                shows = _shown_part(page)
                pages.append(Page(number, shows[2] - shows[0], shows[3] - shows[1]))
                offset = shows[:2]
                shown = pdf_shown.drawn(path, number, seals) if found else None
                for i, area in enumerate(found, start=1):
                    differs = None if shown is None else _differs(shown, offset)
                    tables.append(table(number, i, area.cells, characters, offset, differs))
                belied = sum(c.belied for t in tables if t.page == number for c in t.cells)
                if belied:
                    notices.append(Notice("text-belied", "warning", {"page": str(number), "count": str(belied)}))
                outside = [c for c in characters if not any(inside(c, area.bbox) for area in found)]
                texts += [text_line(number, line, offset) for line in lines(outside)]
                page.close()
            except (PdfminerException, PdfiumError, ValueError, KeyError, TypeError, IndexError) as error:
                raise UnreadableFileError("file-damaged", name=path.name) from error
    return Document("pdf", tuple(tables), tuple(texts), tuple(pages), notices=tuple(notices))


def _shown_part(page: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what a viewer shows of a page: its crop box, as far as the page reaches."""
    (x0, top, x1, bottom), (left, upper, right, lower) = page.bbox, page.cropbox
    return float(max(x0, left)), float(max(top, upper)), float(min(x1, right)), float(min(bottom, lower))


def _is_broken(page: Any) -> bool:
    """Whether a content stream of the page can't be unpacked.

    pdfminer takes such a stream for an empty one without a word, and half a table read as if it were whole would look
    like rows that the sender left out. A wrong checksum alone (the last four bytes) loses nothing.
    """
    for reference in page.page_obj.contents:
        stream: Any = resolve1(reference)
        raw: Any = getattr(stream, "rawdata", None)
        filters = [name for name, _ in stream.get_filters()] if raw is not None else []
        if raw is None or not filters or filters[0] not in LITERALS_FLATE_DECODE or stream.decipher is not None:
            continue
        try:
            zlib.decompressobj().decompress(raw[:-4])
        except zlib.error:
            return True
    return False


def _opened(path: Path) -> Any:
    try:
        pdf = pdfplumber.open(path)
        count = len(pdf.pages)
    except PDFPasswordIncorrect as error:
        raise UnreadableFileError("file-encrypted", name=path.name) from error
    except Exception as error:  # pdfminer lets through KeyError, TypeError, struct.error, … on damaged files
        if any(isinstance(a, PDFPasswordIncorrect) for a in error.args):
            raise UnreadableFileError("file-encrypted", name=path.name) from error
        raise UnreadableFileError("file-damaged", name=path.name) from error
    if count == 0:
        raise UnreadableFileError("file-damaged", name=path.name)
    if count > MOST_PAGES:
        raise UnreadableFileError("file-too-large", name=path.name, size=f"{count} pages")
    return pdf


def _differs(shown: pdf_shown.Shown, offset: tuple[float, float]) -> Differs:
    return lambda box, characters: shown.differs(box, _placed(characters, offset))


def _placed(
    characters: Iterable[Character], offset: tuple[float, float]
) -> Iterator[tuple[str, float, float, float, float]]:
    """Each character with its box in points of the page as shown."""
    for c in characters:
        yield c["text"], c["x0"] - offset[0], c["top"] - offset[1], c["x1"] - offset[0], c["bottom"] - offset[1]
