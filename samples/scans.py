"""From a printed PDF to a scanned one: pages to pixels, the seal on them, and pixels to a PDF of one image a page."""

from __future__ import annotations

import io
import random
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, TiffImagePlugin

from samples.seals import draw_seal, stamp

SEAL_MM = 42
"""A department's seal, by 国发〔1999〕25号."""
SEAL_PLACES = ("table", "department", "end", "riding")


@dataclass(frozen=True)
class ScannedPage:
    """One page of a scan."""

    image: Image.Image
    jpeg_quality: int
    points_per_pixel: float
    """0.75 is what a program writes that takes every image for 96 dpi; 72 / dpi is right."""
    rotate: int = 0
    """The page's /Rotate."""


def render(pdf: Path, dpi: int) -> list[Image.Image]:
    """Every page as an RGB image."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]


def table_pages(pdf: Path, names: Iterable[str]) -> list[int]:
    """0-based numbers of the pages that hold at least one of the platform names."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]
    wanted = [re.sub(r"\s", "", name) for name in names]
    return [i for i, text in enumerate(texts) if any(name in text for name in wanted)]


def text_box(page: Image.Image) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of all print on a clean page, in pixels."""
    dark = np.asarray(page.convert("L")) < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    return float(columns[0]), float(rows[0]), float(columns[-1]), float(rows[-1])


def seal_form(rng: random.Random, pages: Sequence[Image.Image], name: str, place: str, dpi: int) -> list[Image.Image]:
    """The form's pages with the seal of `name` on the last one at `place`; ``riding`` adds slices over the edges."""
    diameter = round(SEAL_MM * dpi / 25.4)
    sealed = list(pages)
    left, top, right, bottom = text_box(pages[-1])
    if place == "department":
        centre = (left + rng.uniform(0.1, 0.2) * (right - left), top + rng.uniform(0.3, 0.7) * diameter)
    elif place == "end":
        centre = (left + rng.uniform(0.75, 0.9) * (right - left), bottom - rng.uniform(0.0, 0.35) * diameter)
    else:
        centre = (left + rng.uniform(0.25, 0.8) * (right - left), top + rng.uniform(0.4, 0.8) * (bottom - top))
    height = pages[-1].height
    centre = (centre[0], min(max(centre[1], diameter * 0.5), height - diameter * 0.5))
    sealed[-1] = stamp(sealed[-1], draw_seal(rng, name, diameter), centre)
    if place == "riding":
        sealed = _ride(rng, sealed, draw_seal(rng, name, diameter))
    return sealed


def _ride(rng: random.Random, pages: Sequence[Image.Image], seal: Image.Image) -> list[Image.Image]:
    """A seal over the fanned edges of all pages: each has its slice at the right edge; a single page has half."""
    slices = max(2, len(pages))
    width = seal.width / slices
    at = rng.uniform(0.35, 0.65)
    out = []
    for i, page in enumerate(pages):
        piece = seal.crop((round(i * width), 0, round((i + 1) * width), seal.height))
        out.append(stamp(page, piece, (page.width - piece.width / 2, page.height * at)))
    return out


def seal_letter(rng: random.Random, page: Image.Image, name: str, dpi: int) -> Image.Image:
    """The letter with the seal over signature and date, as the rules of official documents ask."""
    diameter = round(SEAL_MM * dpi / 25.4)
    _, _, right, bottom = text_box(page)
    centre = (right - rng.uniform(0.4, 0.7) * diameter, bottom - rng.uniform(-0.1, 0.35) * diameter)
    return stamp(page, draw_seal(rng, name, diameter), centre)


def laid(pages: Sequence[Image.Image], order: Sequence[int], backs: bool) -> list[Image.Image]:
    """The pages as they lie in the scanner: in `order` where one is given, with blank backs between where `backs`."""
    ordered = [pages[i] for i in order] if order else list(pages)
    if not backs:
        return ordered
    return [side for page in ordered for side in (page, Image.new("RGB", page.size, "white"))]


def write_pdf(pages: Sequence[ScannedPage], path: Path) -> None:
    """A PDF as scanners write them. The same pages give the same bytes."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for page in pages:
        width = page.image.width * page.points_per_pixel
        height = page.image.height * page.points_per_pixel
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        rotate = f" /Rotate {page.rotate}" if page.rotate else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.2f} {height:.2f}]{rotate} "
            f"/Resources << /XObject << /Im0 {number + 2} 0 R >> >> /Contents {number + 1} 0 R >>".encode()
        )
        objects.append(_stream("", f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Im0 Do Q".encode()))
        objects.append(_image(page))
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>".encode()
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = [0] * len(objects)
    # Catalogue and page list come last, as with producers that write while they scan: a file cut short can't be opened.
    for number in (*range(3, len(objects) + 1), 2, 1):
        offsets[number - 1] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number - 1])
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(bytes(out))


def _stream(entries: str, data: bytes) -> bytes:
    return f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _image(page: ScannedPage) -> bytes:
    image = page.image
    entries = f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height} "
    if image.mode == "1":
        # Half the copiers write fax compression, half Flate; the quality number picks, so that a case stays one kind.
        if page.jpeg_quality % 2:
            parms = f"/DecodeParms << /K -1 /Columns {image.width} /Rows {image.height} >>"
            entries += f"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode {parms}"
            return _stream(entries, _group4(image))
        data = zlib.compress(image.tobytes(), 9)
        return _stream(entries + "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode", data)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=page.jpeg_quality, optimize=True)
    space = "DeviceRGB" if image.mode == "RGB" else "DeviceGray"
    return _stream(entries + f"/ColorSpace /{space} /BitsPerComponent 8 /Filter /DCTDecode", buffer.getvalue())


def _group4(image: Image.Image) -> bytes:
    """The image in CCITT group 4, one strip taken out of a TIFF; white is 0 there, so the picture goes in reversed."""
    buffer = io.BytesIO()
    reversed_image = image.point([255, 0] + [0] * 254)
    reversed_image.save(buffer, "TIFF", compression="group4", tiffinfo={TiffImagePlugin.ROWSPERSTRIP: image.height})
    buffer.seek(0)
    with Image.open(buffer) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        (offset,), (length,) = tags[TiffImagePlugin.STRIPOFFSETS], tags[TiffImagePlugin.STRIPBYTECOUNTS]
    return buffer.getvalue()[offset : offset + length]
