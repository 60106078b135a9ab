"""The images that a page of a PDF holds: where they stand, how fine they are, and whether their data are whole.

A scanner writes one image a page, or cuts the page into strips or tiles, or lays a fine mask of the print over a
coarse picture of the paper. What could not be decoded of an image is drawn as paper, black or grey, without a word:
whether the data end where the format says they do is asked here, of the data themselves.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

import numpy as np
import pypdfium2 as pdfium

CELLS = 64
"""The page is parted into so many squares a side to see how much of it images cover."""
DETAIL_SHARE = 0.2
"""Images that together cover this share of the page set its resolution; a finer logo or seal does not."""
DEEPEST = 8
"""Forms within forms that are looked into; programs write one or two."""
JPEG_END, JPEG_SCAN = b"\xff\xd9", b"\xff\xda"
FAX_END = "000000000001" * 2
"""End of facsimile block (ITU-T T.6, 2.2.4.3): two end-of-line codes."""
JBIG2_UNKNOWN = 0xFFFFFFFF
"""A generic region whose length its encoder did not know (ITU-T T.88, 7.2.7)."""
JBIG2_REGIONS = frozenset((6, 7, 22, 23, 38, 39, 42, 43))
"""Segments that put something on the page (ITU-T T.88, 7.3.1)."""
UNPACKED_AT_ONCE = 1 << 20
"""Bytes; what was unpacked is only counted."""


@dataclass(frozen=True)
class Picture:
    """An image on a page."""

    left: float
    """In points of the page as stored, before /Rotate; so are the other three, cut to what the page shows."""
    bottom: float
    right: float
    top: float
    pixels: int
    """Width × height, by its dictionary or by its data, whichever is more."""
    scale: float
    """Pixels per point, along its finer side."""
    decoded_whole: bool
    """Whether it is held in memory as a whole while it's drawn: JPEG 2000. All others are drawn row by row."""

    @property
    def area(self) -> float:
        """Square points."""
        return max(self.right - self.left, 0.0) * max(self.top - self.bottom, 0.0)


def pictures(page: pdfium.PdfPage) -> list[Picture]:
    """The images of a page, those inside forms too."""
    return [_picture(each, page.get_bbox()) for each in _images(page)]


def are_whole(page: pdfium.PdfPage) -> bool:
    """Whether the data of every image on a page end where their format says they do."""
    return all(_is_whole(image, *_coded(image)) for image in _images(page))


def are_jpegs(page: pdfium.PdfPage) -> bool:
    """Whether any image of a page is a JPEG."""
    return any(_coded(image)[0] == "DCTDecode" for image in _images(page))


def can_be_drawn(page: pdfium.PdfPage) -> bool:
    """Whether every image of a page can be decoded at all; decodes them, which takes as long as drawing the page."""
    try:
        for image in _images(page):
            image.get_bitmap()
    except pdfium.PdfiumError:
        return False
    return True


def _images(page: pdfium.PdfPage) -> Iterator[Any]:
    found: Iterator[Any] = page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=DEEPEST)
    return found


def _coded(image: Any) -> tuple[str, bytes]:
    """The format an image is coded in, such as DCTDecode, and its data in it; empty for pixels as they are."""
    filters = image.get_filters(skip_simple=True)
    return (filters[-1], bytes(image.get_data(decode_simple=True))) if filters else ("", b"")


def coverage(pictures: Sequence[Picture], page: pdfium.PdfPage) -> float:
    """The share of the page that lies under images."""
    left, bottom, right, top = page.get_bbox()
    across, up = (right - left) / CELLS, (top - bottom) / CELLS
    covered = np.zeros((CELLS, CELLS), bool)
    for each in pictures:
        x0, x1 = round((each.left - left) / across), round((each.right - left) / across)
        y0, y1 = round((each.bottom - bottom) / up), round((each.top - bottom) / up)
        covered[max(y0, 0) : y1, max(x0, 0) : x1] = True
    return float(covered.mean())


def native_scale(pictures: Sequence[Picture], page: pdfium.PdfPage) -> float | None:
    """Pixels per point at which the images that make up the page have their own pixels; None for hardly any image."""
    left, bottom, right, top = page.get_bbox()
    needed = DETAIL_SHARE * (right - left) * (top - bottom)
    for each in sorted(pictures, key=lambda p: -p.scale):
        needed -= each.area
        if needed <= 0:
            return each.scale
    return None


def _picture(image: Any, page: tuple[float, float, float, float]) -> Picture:
    matrix = image.get_matrix()
    corners = [image.get_quad_points()[i] for i in range(4)]
    outer, stretch = image.container, 1.0
    while outer is not None:
        # pdfium takes a form's own /Matrix into account, but not where the page puts the form.
        put = outer.get_matrix()
        corners = [put.on_point(x, y) for x, y in corners]
        stretch *= max(hypot(put.a, put.b), hypot(put.c, put.d))
        outer = outer.container
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    across, down = image.get_px_size()
    wide, high = hypot(matrix.a, matrix.b) * stretch, hypot(matrix.c, matrix.d) * stretch
    coding, data = _coded(image)
    inner = {"DCTDecode": _jpeg_size, "JPXDecode": _jpeg2000_size}.get(coding, lambda _: (0, 0))(data)
    return Picture(
        max(min(xs), page[0]), max(min(ys), page[1]), min(max(xs), page[2]), min(max(ys), page[3]),
        max(across * down, inner[0] * inner[1]),
        max(across / max(wide, 1e-3), down / max(high, 1e-3)),
        coding == "JPXDecode",
    )  # fmt: skip


def _is_whole(image: Any, coding: str, data: bytes) -> bool:
    if coding == "DCTDecode":
        # A byte FF of the coded pixels is followed by 00: the mark of the end cannot stand among them.
        return data.rfind(JPEG_END) > data.rfind(JPEG_SCAN) > 0 and _jpeg_size(data) != (0, 0)
    if coding == "JPXDecode":
        return _codestream(data).rstrip(b"\0\r\n ").endswith(JPEG_END)
    if coding == "JBIG2Decode":
        return _jbig2_is_whole(data)
    if coding == "CCITTFaxDecode":
        return _fax_is_whole(image, data)
    return coding != "" or _pixels_are_whole(image)


def _pixels_are_whole(image: Any) -> bool:
    """Whether the pixels unpack to their end, and are as many bytes as the image's size needs."""
    if image.get_filters() == ["FlateDecode"] and not _deflated_to_the_end(bytes(image.get_data())):
        return False
    across, down = image.get_px_size()
    known = image.get_metadata()
    if known.colorspace == pdfium.raw.FPDF_COLORSPACE_INDEXED:
        return True  # how many bits an index has isn't told
    held = pdfium.raw.FPDFImageObj_GetImageDataDecoded(image, None, 0)
    # One row short is no loss that a reader would see.
    return bool(held >= (across * known.bits_per_pixel + 7) // 8 * (down - 1))


def _deflated_to_the_end(data: bytes) -> bool:
    """Whether a zlib stream has its last block; a checksum that lacks or is wrong loses nothing."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        rest = data[2:]
        while rest and not unpacker.eof:
            unpacker.decompress(rest, UNPACKED_AT_ONCE)
            rest = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof


def _fax_is_whole(image: Any, data: bytes) -> bool:
    """Whether the mark of the end is there, or no black rows that nothing in the data stands for.

    Rows that could not be decoded are drawn black. A whole image spends at least one bit, a 1, on each row that is
    like the row above it (ITU-T T.6, 2.2.3).
    """
    tail = "".join(f"{byte:08b}" for byte in data[-4096:]).rstrip("0")
    if (tail + "0").endswith(FAX_END + "0") or FAX_END in tail[-64:]:
        return True
    try:
        rows = image.get_bitmap().to_numpy()
    except pdfium.PdfiumError:
        return False
    light = np.flatnonzero((rows.reshape(len(rows), -1) > 127).any(axis=1))
    black = len(rows) - 1 - int(light[-1]) if len(light) else len(rows)
    return black <= len(tail) - len(tail.rstrip("1")) + 1


def _jbig2_is_whole(data: bytes) -> bool:
    """Whether the last segment's data are all there (segment headers: ITU-T T.88, 7.2)."""
    at, drawn = 0, False
    while at + 11 <= len(data):
        number, flags, count = struct.unpack_from(">IBB", data, at)
        at += 5
        referred = count >> 5
        if referred == 7:
            referred = struct.unpack_from(">I", data, at)[0] & 0x1FFFFFFF
            at += 4 + (referred + 8) // 8
        else:
            at += 1
        at += referred * (1 if number <= 256 else 2 if number <= 65536 else 4) + (4 if flags & 0x40 else 1)
        if at + 4 > len(data):
            return False
        (length,) = struct.unpack_from(">I", data, at)
        if length == JBIG2_UNKNOWN:
            return True
        at += 4 + length
        drawn = drawn or flags & 0x3F in JBIG2_REGIONS
        if at > len(data):
            return False
    return drawn


def _codestream(data: bytes) -> bytes:
    """The codestream within the boxes of a JP2 file (ISO/IEC 15444-1, annex I); as much of it as there is."""
    at = 0
    while data[:4] != b"\xff\x4f\xff\x51" and at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1 and at + 16 <= len(data):
            (length,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        end = at + length if length else len(data)
        if kind == b"jp2c":
            return data[at + head : end]
        if length and length < head:
            break
        at = end
    return data


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height by the frame header (ITU-T T.81, B.2.2); (0, 0) where there is none."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return 0, 0


def _jpeg2000_size(data: bytes) -> tuple[int, int]:
    """Width and height by the SIZ marker of the codestream (ISO/IEC 15444-1, A.5.1)."""
    stream = _codestream(data)
    if len(stream) < 24 or stream[:4] != b"\xff\x4f\xff\x51":
        return 0, 0
    right, bottom, left, top = struct.unpack_from(">IIII", stream, 8)
    return max(right - left, 0), max(bottom - top, 0)
