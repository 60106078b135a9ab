"""Page images of a PDF at the resolution of the scanner, and crops of them for people.

A scan holds one image a page. Rendering the page at the scale at which that image has its own pixels gives the
scanner's pixels without resampling, with the page's /Rotate applied and whatever lies over the image drawn.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from extractors.errors import UnreadableFileError
from extractors.tables import Box

Image = NDArray[np.uint8]
"""Height × width × 3, RGB."""

MOST_PIXELS = 40_000_000
"""A page is never rendered larger: A3 at 300 dpi has 17 million, and three copies of the page are held at once."""
VECTOR_DPI = 200
"""For pages that hold no image."""
FULL_PAGE_SHARE = 0.5
"""An image that covers at least this share of the page is taken for the scanner's."""


@dataclass(frozen=True)
class PageImage:
    """A page as pixels."""

    number: int
    """1-based."""
    image: Image
    scale: float
    """Pixels per PDF point."""
    width: float
    """Points, as a viewer shows the page."""
    height: float


def open_pdf(path: Path) -> pdfium.PdfDocument:
    """Opens a PDF.

    Raises:
        UnreadableFileError: it is damaged, or needs a password.
    """
    try:
        document = pdfium.PdfDocument(path)
        if len(document) == 0:
            raise UnreadableFileError("file-damaged", name=path.name)
    except pdfium.PdfiumError as error:
        code = "file-encrypted" if "password" in str(error).lower() else "file-damaged"
        raise UnreadableFileError(code, name=path.name) from error
    return document


def page_images(path: Path) -> Iterator[PageImage]:
    """Each page of a PDF in turn, so that only one is in memory.

    Raises:
        UnreadableFileError: the file can't be opened, or a page can't be drawn.
    """
    document = open_pdf(path)
    try:
        for index in range(len(document)):
            try:
                yield _render(document[index], index + 1)
            except (pdfium.PdfiumError, ValueError, MemoryError) as error:
                raise UnreadableFileError("scan-unreadable", name=path.name, page=str(index + 1)) from error
    finally:
        document.close()


def _render(page: pdfium.PdfPage, number: int) -> PageImage:
    width, height = page.get_size()
    scale = min(_native_scale(page, width, height), (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True, no_smoothtext=False)
    pixels = bitmap.to_numpy()
    image = np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels[:, :, :3]
    return PageImage(number, np.ascontiguousarray(image), scale, width, height)


def _native_scale(page: pdfium.PdfPage, width: float, height: float) -> float:
    """Pixels per point at which the page's large image has its own pixels."""
    for found in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, bottom, right, top = found.get_bounds()
        if (right - left) * (top - bottom) < FULL_PAGE_SHARE * width * height:
            continue
        across, down = found.get_px_size()
        # A turned page or image: the longer side of the pixels belongs to the longer side of the place.
        return float(max(across, down) / max(right - left, top - bottom))
    return VECTOR_DPI / 72


def crop_png(path: Path, box: Box, turn: int = 0, margin: float = 6.0) -> bytes:
    """A box of a page as a PNG, upright.

    Args:
        path: the PDF.
        box: where, in points of the page.
        turn: degrees clockwise that set the page upright (0, 90, 180, 270).
        margin: points added on each side.

    Raises:
        UnreadableFileError: the file can't be opened.
    """
    document = open_pdf(path)
    try:
        return page_crop_png(document[box.page - 1], box, turn, margin)
    finally:
        document.close()


def page_crop_png(page: pdfium.PdfPage, box: Box, turn: int = 0, margin: float = 6.0) -> bytes:
    """The same from an open page, which is decoded once for all its crops (0.15 s for a colour page at 300 dpi)."""
    from PIL import Image as Pillow

    width, height = page.get_size()
    scale = _native_scale(page, width, height)
    left, top = max(box.x0 - margin, 0.0), max(box.y0 - margin, 0.0)
    right, bottom = min(box.x1 + margin, width), min(box.y1 + margin, height)
    picture: Pillow.Image = page.render(
        scale=scale, crop=(left, height - bottom, width - right, top), rev_byteorder=False
    ).to_pil()
    if turn:
        picture = picture.rotate(-turn, expand=True)
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def holds_scans(path: Path) -> bool:
    """Whether any page of a PDF is an image over most of its area.

    Raises:
        UnreadableFileError: the file can't be opened.
    """
    document = open_pdf(path)
    try:
        for page in document:
            width, height = page.get_size()
            for found in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
                left, bottom, right, top = found.get_bounds()
                if (right - left) * (top - bottom) >= FULL_PAGE_SHARE * width * height:
                    return True
        return False
    finally:
        document.close()
