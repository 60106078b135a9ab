"""PDFs as scanners, copiers and their programs write them: every way to put an image, whole or not, on a page."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import drawn
import numpy as np
from PIL import Image, TiffImagePlugin

ROWS = [["序号", "中试平台名称", "投资总额"], ["1", "轻合金中试平台", "12850.5"], ["2", "氢能中试基地", "8630"]]
SIZE = (1000, 500)
"""Pixels of the form's page, at 150 dpi."""
POINTS = (480, 240)
FILL = "q 480 0 0 240 0 0 cm /Im0 Do Q"
"""Draws the image over the whole page."""


@dataclass(frozen=True)
class Stream:
    """An image: the entries of its dictionary, and its data as they stand in the file."""

    entries: str
    data: bytes

    def cut(self, share: float) -> Stream:
        """The image with only the first part of its data, under a length that says so."""
        return replace(self, data=self.data[: round(len(self.data) * share)])

    def with_entries(self, more: str) -> Stream:
        """The image with more entries in its dictionary."""
        return replace(self, entries=f"{self.entries} {more}")


def form(rows: Sequence[Sequence[str]] = ROWS) -> Image.Image:
    """A page with a small form, RGB."""
    page = drawn.blank(SIZE)
    drawn.table(page, rows, left=60, top=60, width=860, row_height=80, size=26)
    return page


def pdf(
    path: Path,
    *pages: tuple[Sequence[Stream], str],
    size: tuple[float, float] = POINTS,
    entries: str = "",
    extra: Sequence[Stream] = (),
) -> Path:
    """A PDF of pages, each its images (/Im0, /Im1, …) and its content.

    Args:
        path: written.
        pages: see above.
        size: of the MediaBox, points.
        entries: more of every page's dictionary.
        extra: streams of every page after its images, named on: /Im1 with one image.
    """
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for images, content in pages:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        streams = [*images, *extra]
        names = " ".join(f"/Im{i} {number + 2 + i} 0 R" for i in range(len(streams)))
        box = "" if "/MediaBox" in entries else f"/MediaBox [0 0 {size[0]} {size[1]}]"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R {box} {entries} /Resources << /XObject << {names} >> "
            f"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> "
            f"/Contents {number + 1} 0 R >>".encode()
        )
        objects.append(_object(Stream("", content.encode())))
        objects += [_object(s) for s in streams]
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>".encode()
    body, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % o for o in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(bytes(body))
    return path


def _object(stream: Stream) -> bytes:
    return f"<< {stream.entries} /Length {len(stream.data)} >>\nstream\n".encode() + stream.data + b"\nendstream"


def _entries(size: tuple[int, int], space: str, bits: int, filters: str) -> str:
    return (
        f"/Type /XObject /Subtype /Image /Width {size[0]} /Height {size[1]} /ColorSpace {space} "
        f"/BitsPerComponent {bits} {filters}"
    )


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(image: Image.Image, **options: object) -> Stream:
    """DCT, of RGB, grey or CMYK."""
    space = {"RGB": "/DeviceRGB", "L": "/DeviceGray", "CMYK": "/DeviceCMYK"}[image.mode]
    data = _saved(image, "JPEG", **{"quality": 85, **options})
    return Stream(_entries(image.size, space, 8, "/Filter /DCTDecode"), data)


def jpeg_in_flate(image: Image.Image) -> Stream:
    """A JPEG that is packed once more, as some programs do with every stream."""
    inner = jpeg(image)
    return Stream(
        inner.entries.replace("/Filter /DCTDecode", "/Filter [/FlateDecode /DCTDecode]"), zlib.compress(inner.data)
    )


def jpeg2000(image: Image.Image, boxed: bool = True) -> Stream:
    """JPX, in its boxes or as a bare codestream."""
    data = _saved(image, "JPEG2000", no_jp2=not boxed, quality_mode="rates", quality_layers=[20])
    return Stream(_entries(image.size, "/DeviceRGB", 8, "/Filter /JPXDecode"), data)


def two_valued(image: Image.Image) -> Image.Image:
    """Black and white, mode 1."""
    return image.convert("L").point([0 if v < 150 else 255 for v in range(256)]).convert("1")


def fax(image: Image.Image, group: int = 4, end_mark: bool = True) -> Stream:
    """CCITT group 3 (one-dimensional) or 4; many copiers leave out the mark at the end."""
    data = _fax_data(two_valued(image), f"group{group}")
    if group == 4 and not end_mark:
        data = data[:-3]
    parms = f"/DecodeParms << /K {-1 if group == 4 else 0} /Columns {image.width} /Rows {image.height} >>"
    return Stream(_entries(image.size, "/DeviceGray", 1, f"/Filter /CCITTFaxDecode {parms}"), data)


def _fax_data(image: Image.Image, compression: str) -> bytes:
    """The one strip of a TIFF; white is 0 there, so the picture goes in reversed."""
    reversed_image = image.point([255, 0] + [0] * 254)
    tags = {TiffImagePlugin.ROWSPERSTRIP: image.height}
    data = _saved(reversed_image, "TIFF", compression=compression, tiffinfo=tags)
    with Image.open(io.BytesIO(data)) as tiff:
        found = tiff.tag_v2  # type: ignore[attr-defined]
        (offset,), (length,) = found[TiffImagePlugin.STRIPOFFSETS], found[TiffImagePlugin.STRIPBYTECOUNTS]
    return data[offset : offset + length]


def jbig2(image: Image.Image) -> Stream:
    """JBIG2 (ITU-T T.88): a page with one generic region in MMR coding, which is that of fax group 4 (T.88, 6.2.6)."""
    region = struct.pack(">IIIIB", *image.size, 0, 0, 0) + b"\x01" + _fax_data(two_valued(image), "group4")
    page = struct.pack(">IIIIBH", *image.size, 0, 0, 0, 0)
    segments = [(48, page), (38, region), (49, b"")]
    data = b"".join(struct.pack(">IBBBI", n, kind, 0, 1, len(d)) + d for n, (kind, d) in enumerate(segments))
    return Stream(_entries(image.size, "/DeviceGray", 1, "/Filter /JBIG2Decode"), data)


def flate(image: Image.Image, bits: int = 8, predicted: bool = False) -> Stream:
    """Flate, of RGB, grey or CMYK; with 16 bits, or with PNG's Up predictor."""
    space = {"RGB": "/DeviceRGB", "L": "/DeviceGray", "CMYK": "/DeviceCMYK", "1": "/DeviceGray"}[image.mode]
    if image.mode == "1":
        return Stream(_entries(image.size, space, 1, "/Filter /FlateDecode"), zlib.compress(image.tobytes()))
    pixels = np.asarray(image)
    if bits == 16:
        pixels = (pixels.astype(np.uint16) * 257).byteswap()
    parms = ""
    data = pixels.tobytes()
    if predicted:
        rows = pixels.reshape(image.height, -1)
        up = np.diff(rows, axis=0, prepend=np.zeros((1, rows.shape[1]), np.uint8)).astype(np.uint8)
        data = np.concatenate([np.full((image.height, 1), 2, np.uint8), up], axis=1).tobytes()
        colours = len(image.getbands())
        parms = f"/DecodeParms << /Predictor 15 /Colors {colours} /Columns {image.width} >>"
    return Stream(_entries(image.size, space, bits, f"/Filter /FlateDecode {parms}"), zlib.compress(data))


def palette(image: Image.Image) -> Stream:
    """Sixteen colours, four bits a pixel."""
    small = image.quantize(16)
    colours = bytes(small.getpalette() or [])[:48]
    indices = np.asarray(small)
    packed = (indices[:, ::2] << 4 | indices[:, 1::2]).astype(np.uint8).tobytes()
    space = f"[/Indexed /DeviceRGB {len(colours) // 3 - 1} <{colours.hex()}>]"
    return Stream(_entries(image.size, space, 4, "/Filter /FlateDecode"), zlib.compress(packed))


def mask(image: Image.Image) -> Stream:
    """An image mask, which paints black where the bits are 0."""
    entries = _entries(image.size, "/DeviceGray", 1, "/Filter /FlateDecode").replace("/ColorSpace /DeviceGray", "")
    return Stream(f"{entries} /ImageMask true", zlib.compress(two_valued(image).tobytes()))


def strips(image: Image.Image, count: int) -> tuple[list[Stream], str]:
    """The page in strips from top to bottom, as scanners with little memory write it, and its content."""
    edges = [round(image.height * i / count) for i in range(count + 1)]
    pieces = [image.crop((0, a, image.width, b)) for a, b in zip(edges, edges[1:], strict=False)]
    scale = POINTS[1] / image.height
    places = [
        f"q 480 0 0 {(b - a) * scale:.4f} 0 {POINTS[1] - b * scale:.4f} cm /Im{i} Do Q"
        for i, (a, b) in enumerate(zip(edges, edges[1:], strict=False))
    ]
    return [jpeg(p, quality=92) for p in pieces], "\n".join(places)


def tiles(image: Image.Image, side: int) -> tuple[list[Stream], str]:
    """The page in square tiles, and its content."""
    streams, places = [], []
    scale = POINTS[1] / image.height
    for y in range(0, image.height, side):
        for x in range(0, image.width, side):
            piece = image.crop((x, y, min(x + side, image.width), min(y + side, image.height)))
            width, height = piece.width * scale, piece.height * scale
            places.append(
                f"q {width:.4f} 0 0 {height:.4f} {x * scale:.4f} {POINTS[1] - y * scale - height:.4f} cm "
                f"/Im{len(streams)} Do Q"
            )
            streams.append(jpeg(piece, quality=92))
    return streams, "\n".join(places)


def form_xobject(content: str, matrix: str, images: str = "/Im0 3 0 R") -> Stream:
    """A form XObject that draws what a page would; some programs put the whole scan into one."""
    entries = (
        f"/Type /XObject /Subtype /Form /BBox [0 0 10000 10000] /Matrix [{matrix}] "
        f"/Resources << /XObject << {images} >> >>"
    )
    return Stream(entries, content.encode())
