"""Seals on pages that a program made: a picture of a seal, put into the document or drawn by a digital signature."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium

from extractors.scan import seals
from extractors.scan.ink import separate
from extractors.scan.pages import PDFIUM, open_pdf
from extractors.tables import FULL, Box, Seal

DPI = 150
"""A seal of 42 mm is 250 pixels across then, each character of its name some 25."""
LARGEST_SIDE = 1700.0
"""Points of an A2 sheet; what is larger is drawn smaller, so that no page takes more memory than one of A2."""
SMALLEST = 40.0
"""Points a side: a picture smaller than 14 mm is no seal (国发〔1999〕25号 knows none below 42 mm; 38 are met)."""


def find(path: Path) -> tuple[Seal, ...]:
    """The seals among the pictures of a born-digital PDF; pages without pictures and annotations aren't drawn.

    Raises:
        UnreadableFileError: the file can't be opened.
    """
    with PDFIUM:
        return _find(path)


def _find(path: Path) -> tuple[Seal, ...]:
    found: list[Seal] = []
    document = open_pdf(path)
    try:
        document.init_forms()  # the appearance of a signature is that of a form's field
        for index in range(len(document)):
            page = document[index]
            if _may_hold_seals(page):
                found += _seals(page, index + 1)
    finally:
        document.close()
    return tuple(found)


def _may_hold_seals(page: pdfium.PdfPage) -> bool:
    if pdfium.raw.FPDFPage_GetAnnotCount(page) > 0:
        return True
    for picture in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if min(right - left, top - bottom) >= SMALLEST:
            return True
    return False


def _seals(page: pdfium.PdfPage, number: int) -> list[Seal]:
    scale = min(DPI / 72, DPI / 72 * LARGEST_SIDE / max(page.get_size()))
    image = page.render(scale=scale, rev_byteorder=True, force_bitmap_format=pdfium.raw.FPDFBitmap_BGR).to_numpy()
    ink = separate(image)
    out = []
    for c in seals.find(ink.print, ink.red):
        edges = (v / scale for v in (c.x - c.radius, c.y - c.radius, c.x + c.radius, c.y + c.radius))
        name = seals.read_arc(ink.print, ink.red, c)
        box = Box(number, *edges)
        out.append(Seal(box, name.text, c.probability, FULL, c.ink, name.clearness, name.evidence))
    return out
