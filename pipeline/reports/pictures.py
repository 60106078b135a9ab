"""Pictures of the scan for reports: crops of single places, and whole pages with their marks."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from extractors.errors import UnreadableFileError
from extractors.scan.pages import open_pdf, page_crop_png
from extractors.tables import Box

PAGE_DPI = 100
"""Enough to find one's way on a page; the crops carry the evidence."""
PAGE_QUALITY = 70
CROP_QUALITY = 88
"""Of JPEGs; a crop is evidence, so it loses nothing that an eye can see."""
UNDRAWABLE = (pdfium.PdfiumError, OSError, ValueError, IndexError)
"""What drawing a damaged page, or a place that isn't on it, may raise."""
CROP_MARGIN = 6.0
"""Points shown around a cell."""
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


class Scan:
    """A scan held open while a report is written, so that each page is decoded once.

    A report is worth more without a picture than not at all: what can't be opened or drawn gives no picture here; the
    finding that says so comes from the reader.
    """

    def __init__(self, path: Path | None, turns: dict[int, int]) -> None:
        """Opens the PDF, if there is one.

        Args:
            path: the PDF, or None for a report without pictures.
            turns: page number to degrees clockwise that set it upright; 0 for pages not named.
        """
        self._turns = turns
        self._document: pdfium.PdfDocument | None = None
        self._pages: dict[int, pdfium.PdfPage] = {}
        if path is not None:
            with suppress(UnreadableFileError, OSError):
                self._document = open_pdf(path)

    def __enter__(self) -> Scan:
        """Nothing more to open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the PDF."""
        self._pages.clear()
        if self._document is not None:
            self._document.close()

    def turn(self, page: int) -> int:
        """Degrees clockwise that set a page upright."""
        return self._turns.get(page, 0)

    def crop(self, box: Box | None, margin: float = CROP_MARGIN) -> bytes | None:
        """A place on the scan with some points around it, upright, as PNG or JPEG; None where it can't be had."""
        if box is None or self._document is None:
            return None
        try:
            png = page_crop_png(self._page(box.page), box, self.turn(box.page), margin)
        except UNDRAWABLE:
            return None
        return _light(png)

    def pages(self, most: int) -> list[PagePicture]:
        """The first pages of the scan, upright, small; as many as can be drawn."""
        pictures = []
        for number in range(1, min(len(self._document or ()), most) + 1):
            with suppress(*UNDRAWABLE):
                pictures.append(_picture(self._page(number), number, self.turn(number)))
        return pictures

    def _page(self, number: int) -> pdfium.PdfPage:
        assert self._document is not None
        if number not in self._pages:
            self._pages.clear()  # one decoded page at a time: it takes 50 MB at 300 dpi
            self._pages[number] = self._document[number - 1]
        return self._pages[number]


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


def _picture(page: pdfium.PdfPage, number: int, turn: int) -> PagePicture:
    width, height = page.get_size()
    # A page of wallpaper size is drawn smaller, so that a report never needs more memory than a few pages do.
    scale = min(PAGE_DPI / 72, 3000 / max(width, height))
    picture = page.render(scale=scale).to_pil().convert("RGB")
    if turn:
        picture = picture.rotate(-turn, expand=True)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=PAGE_QUALITY, optimize=True)
    return PagePicture(number, buffer.getvalue(), width, height, turn)
