"""A quick look into a file, enough to tell its role; the readers of `extractors` come later and read it in full."""

from __future__ import annotations

import codecs
import html
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from extractors.charsets import decode
from pipeline.calls.catalogue import all_forms
from pipeline.forms.form import Form
from pipeline.forms.headers import bare, known_headers
from pipeline.forms.text import fold
from pipeline.intake.kinds import PICTURES, SHEETS

FIRST_PAGES = 12
"""Pages of a PDF that are looked at: a letter in front of the form has one to three."""
FIRST_ROWS = 60
"""Rows of a sheet: a form's headers stand among the first ten, below a title and notes."""
LARGEST_XML = 64 << 20
"""Bytes of word/document.xml; a table of 5,000 rows has about 20 MB."""
CELL = re.compile(r"<w:tc[ >]")
TEXT_CODE = re.compile(r"<(?:\w+:)?TextCode(?: [^<>]*)?>([^<]*)<")
CELL_END = re.compile(r"</(?:td|th|ss:Cell|Cell)\s*>", re.IGNORECASE)
LARGEST_TEXT = 2 << 20
"""Bytes of a text that are looked at; a table's header stands at its start."""
COVERS = 0.6
"""Share of a page that its images must cover to be a scan. Letterheads and logos stay under 0.2, scans cover 0.9."""
FEW_CHARACTERS = 30
"""Characters on a page of a scan without a text layer: page numbers and stamps of the scanning program."""
SMALL_PICTURE = 600
"""Pixels of the shorter side; a photographed page has 1,000 and more, logos and icons have 300 or fewer."""


@dataclass(frozen=True)
class Content:
    """What a quick look saw."""

    readable: bool = True
    """False where the file is damaged or has a password."""
    text: str = ""
    """White space removed."""
    headers: int = 0
    """Fields of the form whose headers were found as cells (in a PDF, as words); of several forms, the best one's."""
    forms: frozenset[str] = frozenset()
    """The forms, by id, that have so many."""
    tables: int = 0
    image_pages: int = 0
    text_pages: int = 0
    large_picture: bool = False


def look(data: bytes, kind: str) -> Content:
    """What there is to see in a file of this kind (see `kinds`)."""
    if kind == "pdf":
        return _pdf(data)
    if kind == "docx":
        return _docx(data)
    if kind in ("html", "xmlss", "text"):
        return _texts(data, kind)
    if kind in SHEETS:
        return _sheets(data, kind)
    if kind == "ofd":
        return _ofd(data)
    if kind in PICTURES:
        return Content(large_picture=_large(data))
    return Content()


def _count_headers(cells: list[str]) -> tuple[int, frozenset[str]]:
    """The most fields that a form finds among the cells, and which forms find so many."""
    short = [(fold(cell), bare(cell)) for cell in cells if 0 < len(cell) < 40]

    def fields(form: Form) -> int:
        known = known_headers(form)
        return len({known.get(folded) or known.get(stem) for folded, stem in short} - {None})

    return _best((form.id, fields(form)) for form in all_forms().values())


def _count_words(text: str) -> tuple[int, frozenset[str]]:
    """As `_count_headers` for text without cells; only headers long enough not to stand in a letter's sentences."""
    folded = fold(text)

    def fields(form: Form) -> int:
        return len({f for header, f in known_headers(form).items() if len(header) >= 4 and header in folded})

    return _best((form.id, fields(form)) for form in all_forms().values())


def _best(counts: Iterable[tuple[str, int]]) -> tuple[int, frozenset[str]]:
    listed = list(counts)
    most = max((count for _, count in listed), default=0)
    return most, frozenset(id for id, count in listed if count == most > 0)


def _pdf(data: bytes) -> Content:
    import pypdfium2

    images = texts = 0
    said: list[str] = []
    try:
        document = pypdfium2.PdfDocument(data)
        for number in range(min(len(document), FIRST_PAGES)):
            page = document[number]
            width, height = page.get_size()
            text = "".join(page.get_textpage().get_text_range().split())
            pictures = page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=4)
            boxes = [picture.get_bounds() for picture in pictures]
            covered = sum(abs((x1 - x0) * (y1 - y0)) for x0, y0, x1, y1 in boxes) >= COVERS * width * height
            images += covered
            texts += not covered and len(text) > FEW_CHARACTERS
            said.append(text)
        document.close()
    except pypdfium2.PdfiumError:
        return Content(readable=False)
    text = "".join(said)
    headers, forms = _count_words(text)
    return Content(text=text, headers=headers, forms=forms, image_pages=images, text_pages=texts)


def _docx(data: bytes) -> Content:
    """Read as XML by hand: python-docx takes half a second to import and builds every table."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("word/document.xml") as stream:
            xml = stream.read(LARGEST_XML).decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, EOFError, zlib.error, RuntimeError, NotImplementedError):
        return Content(readable=False)
    # Split and not searched with one expression, which takes hours where cells open and never close
    cells = [_words(before[cell.end() :]) for before in xml.split("</w:tc>")[:-1] if (cell := CELL.search(before))]
    headers, forms = _count_headers(cells)
    return Content(text=_words(xml), headers=headers, forms=forms, tables=len(re.findall(r"<w:tbl[ >]", xml)))


def _ofd(data: bytes) -> Content:
    """The texts of its first pages and their templates (GB/T 33190, 11.3); one that holds pictures only has none."""
    said: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in [n for n in archive.namelist() if n.lower().endswith("content.xml")][: 2 * FIRST_PAGES]:
                with archive.open(name) as stream:
                    said += TEXT_CODE.findall(stream.read(LARGEST_XML // FIRST_PAGES).decode("utf-8", "replace"))
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, EOFError, zlib.error, RuntimeError, NotImplementedError):
        return Content(readable=False)
    text = "".join("".join(said).split())
    headers, forms = _count_words(text)
    return Content(text=text, headers=headers, forms=forms)


def _words(xml: str) -> str:
    return "".join("".join(re.findall(r"<w:t(?: [^<>]*)?>([^<]*)</w:t>", xml)).split())


def _sheets(data: bytes, kind: str) -> Content:
    from extractors.glance import first_rows

    try:
        sheets = first_rows(kind, data, FIRST_ROWS)
    except Exception:  # readers of damaged files raise whatever they meet
        return Content(readable=False)
    cells = [text for sheet in sheets for _, text in sheet.cells.values() if text]
    headers, forms = _count_headers(cells)
    text, tables = "".join("".join(cells).split()), sum(bool(sheet.cells) for sheet in sheets)
    return Content(text=text, headers=headers, forms=forms, tables=tables)


def _texts(data: bytes, kind: str) -> Content:
    """A table in marks (a web page, Excel's XML of 2003) or with delimiters (.csv)."""
    text = decode(data[:LARGEST_TEXT].removeprefix(codecs.BOM_UTF8)).text
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data[:LARGEST_TEXT].decode("utf-16", "replace")
    if kind == "text":
        cells = [cell.strip('" ') for line in text.splitlines()[:FIRST_ROWS] for cell in re.split("[,;\t]", line)]
    else:
        cells = [re.sub(r"<[^<>]*>|\s", "", cell) for cell in CELL_END.split(text)[: FIRST_ROWS * 100]]
        cells = [html.unescape(cell) for cell in cells]
    headers, forms = _count_headers(cells)
    return Content(text="".join("".join(cells).split()), headers=headers, forms=forms, tables=1)


def _large(data: bytes) -> bool:
    """Whether a picture can be a photographed page. Formats whose size isn't looked at count as large from 200 kB."""
    if data.startswith(b"\x89PNG") and len(data) > 24:
        return bool(min(struct.unpack(">LL", data[16:24])) >= SMALL_PICTURE)
    if data.startswith(b"\xff\xd8"):
        size = _jpeg_size(data)
        return size is not None and min(size) >= SMALL_PICTURE
    return len(data) > 200_000


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Height and width from the frame header (ITU T.81, B.2.2)."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 5 : at + 7], "big"), int.from_bytes(data[at + 7 : at + 9], "big")
        if length < 2:
            return None
        at += 2 + length
    return None
