"""Whether a born-digital page shows what its text says: the page as drawn, held against its text drawn alone.

A white rectangle, a pasted picture, an annotation or a line through a value changes what a reader of the page sees, and
leaves its text as it was; text can be there and not be drawn. What is red within a seal says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from extractors.scan.ink import RED
from extractors.scan.pages import PDFIUM, open_pdf
from extractors.tables import Box, Seal

DPI = 120
LARGEST_SIDE = 1700.0
"""Points of an A2 sheet; what is larger is drawn smaller, so that no page takes more memory than one of A2."""
INK, STRONG = 60, 150
"""Levels, in any of the three colours, by which ink stands off the cell's ground, and by which it does for certain."""
FEWEST = 4
"""Pixels that differ in a cell: fewer are the ends of ruled lines."""
BORDER = 2.0
"""Points along a cell's edges that are left out: ruled lines are drawn there."""
KEPT = (pdfium.raw.FPDF_PAGEOBJ_TEXT, pdfium.raw.FPDF_PAGEOBJ_FORM)
"""What text is drawn by."""
NEAR = np.ones((3, 3), np.uint8)
"""What is drawn twice may differ by a pixel at its edges."""
FLAT = "一-—–－_.·,，。、'‘’`|｜丨1lI"
"""Characters that may be so thin that nothing is told from them."""


@dataclass(frozen=True)
class Shown:
    """A page as drawn, and its text alone: height × width × 3, RGB."""

    page: NDArray[np.uint8]
    text: NDArray[np.uint8]
    scale: float
    """Pixels per point."""

    def differs(self, cell: Box, characters: Iterable[tuple[str, float, float, float, float]]) -> bool:
        """Whether a cell shows something else than its text.

        Args:
            cell: the cell.
            characters: its text, each character with left, top, right and bottom, in points.
        """
        inner = self.window(cell.x0 + BORDER, cell.y0 + BORDER, cell.x1 - BORDER, cell.y1 - BORDER)
        if self.page[inner].size and _is_unlike(self.page[inner], self.text[inner]):
            return True
        return any(self._unseen(*place) for text, *place in characters if text not in FLAT)

    def _unseen(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        part = self.text[self.window(x0, y0, x1, y1)]
        return part.size > 0 and int(np.ptp(part.reshape(-1, 3), axis=0).max()) < INK

    def window(self, x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
        """A rectangle in points, to index the two by."""
        left, top = max(round(x0 * self.scale), 0), max(round(y0 * self.scale), 0)
        return np.s_[top : max(round(y1 * self.scale), top), left : max(round(x1 * self.scale), left)]


def _is_unlike(page: NDArray[np.uint8], text: NDArray[np.uint8]) -> bool:
    """Whether one of two pictures of a cell has ink where the other has none, a filling of the whole cell apart."""
    shown, alone = _contrast(page), _contrast(text)
    added = (shown > INK) & (cv2.dilate((alone > INK).astype(np.uint8), NEAR) == 0)
    lost = (alone > STRONG) & (cv2.dilate((shown > INK).astype(np.uint8), NEAR) == 0)
    return int(np.count_nonzero(added) + np.count_nonzero(lost)) >= FEWEST


def _contrast(part: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """How far each pixel stands off the ground in the colour in which it does most."""
    ground = np.median(part.reshape(-1, 3), axis=0)
    apart: NDArray[np.uint8] = np.abs(part - ground).max(axis=2).astype(np.uint8)
    return apart


def can_tell(path: Path) -> bool:
    """Whether the text of a PDF can be drawn alone: not where a form within a page holds drawings or pictures.

    Raises:
        UnreadableFileError: the file can't be opened.
    """
    with PDFIUM:
        document = open_pdf(path)
        try:
            return not any(
                thing.level > 0 and thing.type not in KEPT for page in document for thing in page.get_objects()
            )
        finally:
            document.close()


def drawn(path: Path, number: int, seals: Sequence[Seal] = ()) -> Shown:
    """A page of a PDF (1-based), drawn twice.

    Args:
        path: the PDF.
        number: of the page, 1-based.
        seals: those of the document.

    Raises:
        UnreadableFileError: the file can't be opened.
    """
    with PDFIUM:
        document = open_pdf(path)
        try:
            document.init_forms()
            shown = _drawn_twice(document[number - 1])
        finally:
            document.close()
    for seal in seals:
        if seal.box.page == number:
            _pass_over(shown, seal.box)
    return shown


def _drawn_twice(page: pdfium.PdfPage) -> Shown:
    scale = min(DPI / 72, DPI / 72 * LARGEST_SIDE / max(page.get_size()))
    whole = _drawn(page, scale, everything=True)
    for thing in list(page.get_objects(max_depth=1)):
        if thing.type not in KEPT:
            page.remove_obj(thing)
    return Shown(whole, _drawn(page, scale, everything=False), scale)


def _drawn(page: pdfium.PdfPage, scale: float, everything: bool) -> NDArray[np.uint8]:
    bitmap = page.render(
        scale=scale, draw_annots=everything, may_draw_forms=everything, rev_byteorder=True,
        force_bitmap_format=pdfium.raw.FPDFBitmap_BGR,
    )  # fmt: skip
    out: NDArray[np.uint8] = bitmap.to_numpy().copy()
    return out


def _pass_over(shown: Shown, box: Box) -> None:
    """Takes what is red in a seal's box for the text that may lie under it."""
    window = shown.window(box.x0, box.y0, box.x1, box.y1)
    red, green, blue = cv2.split(np.ascontiguousarray(shown.page[window]))
    inked = cv2.subtract(red, cv2.max(green, blue)) > RED
    near = cv2.dilate(inked.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    shown.page[window][near] = shown.text[window][near]
