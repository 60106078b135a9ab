"""Page images of a PDF at the resolution of the scanner, and crops of them for people.

A scan holds one image a page. Rendering the page at the scale at which that image has its own pixels gives the
scanner's pixels without resampling, with the page's /Rotate applied and whatever lies over the image drawn.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from extractors.errors import UnreadableFileError
from extractors.scan import images
from extractors.scan.legible import Content, content, ends_flat
from extractors.tables import Box

Image = NDArray[np.uint8]
"""Height × width × 3, RGB."""

MOST_PIXELS = 20_000_000
"""A page is never drawn larger: A3 at 300 dpi has 17.4 million, A4 at 1,200 dpi comes down to 450 dpi. Some ten copies
of a page are held at once in its steps."""
MOST_IMAGE_PIXELS = 600_000_000
"""Pixels of all images of a page, read row by row: A3 at 1,200 dpi has 280 million and takes 5 s."""
MOST_PIXELS_HELD = 100_000_000
"""The same for images that are decoded as a whole, at four bytes a pixel and more: A3 at 600 dpi has 70 million."""
MOST_PAGES = 200
"""A file with more is not read: at 3 s a page that is ten minutes. Reports of a province have two to ten pages; a form
of a hundred, with its enclosures, is still read."""
VECTOR_DPI = 200
"""For pages that hold no image."""
FULL_PAGE_SHARE = 0.5
"""A page with images over at least this share of it is taken for a scanner's."""
PASTED_SHARE = 0.1
"""A picture of a form that was pasted into a document covers at least this share of its page."""


@dataclass(frozen=True)
class PageImage:
    """A page as pixels."""

    number: int
    """1-based."""
    image: Image
    half: Image
    """The same at half its resolution, for what needs no more."""
    scale: float
    """Pixels per PDF point."""
    width: float
    """Points, as a viewer shows the page."""
    height: float
    content: Content = Content.PRINT
    damaged: bool = False
    """Whether the data of an image on it end early or can't be decoded."""


def at_half(image: Image) -> Image:
    """An image at half its resolution, a last odd row or column left out."""
    size = max(image.shape[1] // 2, 1), max(image.shape[0] // 2, 1)
    even: Image = image[: size[1] * 2, : size[0] * 2]
    out: Image = cv2.resize(even, size, interpolation=cv2.INTER_AREA)
    return out


PDFIUM = threading.RLock()
"""Held while PDFium works: it isn't made for several threads at once. Pages and documents are closed under it, too."""


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
        UnreadableFileError: the file can't be opened, has too many pages, or a page can't be drawn within bounds.
    """
    with PDFIUM:
        document = open_pdf(path)
        count = len(document)
    try:
        if count > MOST_PAGES:
            raise UnreadableFileError("scan-too-long", name=path.name, pages=str(count), most=str(MOST_PAGES))
        for number in range(1, count + 1):
            yield _page_image(document, number, path.name)
    finally:
        with PDFIUM:
            document.close()


def _page_image(document: pdfium.PdfDocument, number: int, name: str) -> PageImage:
    with PDFIUM:
        page = None
        try:
            page = document[number - 1]
            return _render(page, number, name)
        except (pdfium.PdfiumError, ValueError, MemoryError) as error:
            raise UnreadableFileError("scan-unreadable", name=name, page=str(number)) from error
        finally:
            if page is not None:
                page.close()


def _render(page: pdfium.PdfPage, number: int, name: str) -> PageImage:
    width, height = page.get_size()
    pictures = images.pictures(page)
    held = sum(p.pixels for p in pictures if p.decoded_whole)
    if held > MOST_PIXELS_HELD or sum(p.pixels for p in pictures) > MOST_IMAGE_PIXELS:
        raise UnreadableFileError("scan-too-fine", name=name, page=str(number))
    scale = min(_native_scale(page, pictures), (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    # The sides of a bitmap are rounded up: a strip of a page must not become a bitmap without bounds.
    scale = min(scale, MOST_PIXELS / max(width, height))
    # Sides are rounded up: a hair less keeps an error of the last digit from adding a row of pixels.
    bitmap = page.render(scale=scale * (1 - 1e-6), rev_byteorder=True, no_smoothtext=False)
    pixels = bitmap.to_numpy()
    image = np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels[:, :, :3]
    image = np.ascontiguousarray(image)
    half = at_half(image)
    seen = content(image.shape, half)
    damaged = not images.are_whole(page) or (images.are_jpegs(page) and ends_flat(half))
    if not damaged and pictures and (seen is not Content.PRINT or len(pictures) > 1):
        damaged = not images.can_be_drawn(page)
    return PageImage(number, image, half, scale, width, height, seen, damaged)


def _native_scale(page: pdfium.PdfPage, pictures: Sequence[images.Picture]) -> float:
    """Pixels per point at which the page's images have their own pixels, or a program's page is sharp enough."""
    native = images.native_scale(pictures, page)
    if native is None:
        return VECTOR_DPI / 72
    # Print that a program laid over a coarse picture (a watermark, a letterhead) needs its own resolution.
    return max(native, VECTOR_DPI / 72) if _has_visible_text(page) else native


def _has_visible_text(page: pdfium.PdfPage) -> bool:
    """Whether the page has text that is drawn; what a scanner read and laid under its image is invisible."""
    texts = page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_TEXT], max_depth=images.DEEPEST)
    unseen = (pdfium.raw.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.raw.FPDF_TEXTRENDERMODE_CLIP)
    return any(pdfium.raw.FPDFTextObj_GetTextRenderMode(text) not in unseen for text in texts)


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
    with PDFIUM:
        document = open_pdf(path)
        try:
            return page_crop_png(document[box.page - 1], box, turn, margin)
        finally:
            document.close()


def page_crop_png(page: pdfium.PdfPage, box: Box, turn: int = 0, margin: float = 6.0) -> bytes:
    """The same from an open page, which is decoded once for all its crops (0.15 s for a colour page at 300 dpi)."""
    from PIL import Image as Pillow

    width, height = page.get_size()
    left, top = max(box.x0 - margin, 0.0), max(box.y0 - margin, 0.0)
    right, bottom = min(box.x1 + margin, width), min(box.y1 + margin, height)
    shown = max(right - left, 1.0) * max(bottom - top, 1.0)
    scale = min(_native_scale(page, images.pictures(page)), (MOST_PIXELS / shown) ** 0.5)
    picture: Pillow.Image = page.render(
        scale=scale, crop=(left, height - bottom, width - right, top), rev_byteorder=False
    ).to_pil()
    if turn:
        picture = picture.rotate(-turn, expand=True)
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def holds_scans(path: Path, share: float = FULL_PAGE_SHARE) -> bool:
    """Whether any page of a PDF lies under images by at least this share, in one piece, in strips or in tiles.

    Raises:
        UnreadableFileError: the file can't be opened.
    """
    with PDFIUM:
        return _holds_scans(path, share)


def _holds_scans(path: Path, share: float) -> bool:
    document = open_pdf(path)
    try:
        return any(images.coverage(images.pictures(page), page) >= share for page in document)
    except pdfium.PdfiumError as error:
        raise UnreadableFileError("file-damaged", name=path.name) from error
    finally:
        document.close()
