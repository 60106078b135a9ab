"""Pictures of the scan for reports: crops of single places, and whole pages with their marks."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from extractors.errors import UnreadableFileError
from extractors.scan.pages import crop_png, open_pdf
from extractors.tables import Box

PAGE_DPI = 100
"""Enough to find one's way on a page; the crops carry the evidence."""
PAGE_QUALITY = 70
CROP_QUALITY = 88
"""Of JPEGs; a crop is evidence, so it loses nothing that an eye can see."""
MOST_CROP_PIXELS = 900
"""Longest side of a crop in a report; the rest would only swell the file."""


@dataclass(frozen=True)
class PagePicture:
    """A page of the scan, upright."""

    number: int
    jpeg: bytes
    width: float
    """Points, of the page as a viewer shows it (before it is turned upright)."""
    height: float
    turn: int

    def place(self, box: Box) -> tuple[float, float, float, float]:
        """Left, top, width, height of a box on the upright picture, each in percent of the picture."""
        x0, x1 = box.x0 / self.width, box.x1 / self.width
        y0, y1 = box.y0 / self.height, box.y1 / self.height
        for _ in range(self.turn // 90 % 4):
            # A quarter turn clockwise: what was at the top is at the right.
            x0, y0, x1, y1 = 1 - y1, x0, 1 - y0, x1
        return tuple(round(100 * v, 2) for v in (x0, y0, x1 - x0, y1 - y0))  # type: ignore[return-value]


def crop(scan_path: Path | None, box: Box | None, turns: dict[int, int], margin: float = 6.0) -> bytes | None:
    """A place on the scan as PNG or JPEG, or None where there is none to be had.

    A report is worth more without a picture than not at all, so an unreadable scan gives None here; the finding
    that says so comes from the reader.
    """
    if scan_path is None or box is None:
        return None
    try:
        png = crop_png(scan_path, box, turns.get(box.page, 0), margin)
    except (UnreadableFileError, pdfium.PdfiumError, OSError, ValueError, IndexError):
        return None
    return _light(png)


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        return picture.size


def _light(png: bytes) -> bytes:
    """The picture not larger than needed: clean print is smallest as PNG, a noisy scan as JPEG."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        shrunk = max(picture.size) > MOST_CROP_PIXELS
        picture.thumbnail((MOST_CROP_PIXELS, MOST_CROP_PIXELS))
        exact, lossy = io.BytesIO(), io.BytesIO()
        if shrunk:
            picture.save(exact, "PNG", optimize=True)
        picture.convert("RGB").save(lossy, "JPEG", quality=CROP_QUALITY, subsampling=0, optimize=True)
    return min(exact.getvalue() or png, lossy.getvalue(), key=len)


def pages(scan_path: Path | None, turns: dict[int, int]) -> list[PagePicture]:
    """All pages of the scan, upright, small; as many as can be drawn."""
    if scan_path is None:
        return []
    try:
        document = open_pdf(scan_path)
    except (UnreadableFileError, OSError):
        return []
    pictures = []
    try:
        for index in range(len(document)):
            try:
                pictures.append(_page(document[index], index + 1, turns.get(index + 1, 0)))
            except (pdfium.PdfiumError, ValueError):
                continue  # the reader's finding names this page
    finally:
        document.close()
    return pictures


def _page(page: pdfium.PdfPage, number: int, turn: int) -> PagePicture:
    width, height = page.get_size()
    # A page of wallpaper size is drawn smaller, so that a report never needs more memory than a few pages do.
    scale = min(PAGE_DPI / 72, 3000 / max(width, height))
    picture = page.render(scale=scale).to_pil().convert("RGB")
    if turn:
        picture = picture.rotate(-turn, expand=True)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=PAGE_QUALITY, optimize=True)
    return PagePicture(number, buffer.getvalue(), width, height, turn)
