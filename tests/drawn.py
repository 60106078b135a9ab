"""Small forms drawn for a test: the picture of a table, a seal on it, a scanner's PDF, a PDF with text of its own."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import openpyxl
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from samples.scans import ScannedPage, write_pdf
from samples.seals import draw_seal, stamp

DPI = 150
A4 = (1754, 1240)
"""Pixels of a landscape page at `DPI`."""
SEAL = 248
"""Pixels of a seal of 42 mm at `DPI`."""
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)
CHINESE = 2
"""Noto's collections begin with the Japanese forms; the third face is the simplified Chinese one."""

Rows = Sequence[Sequence[str]]


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """A Chinese face; a form drawn in a face without its characters would be a page of empty boxes."""
    for file in FONTS:
        if Path(file).exists():
            return ImageFont.truetype(file, size, index=CHINESE if "Noto" in file else 0)
    raise RuntimeError("these tests draw Chinese text and found no face for it: apt-get install fonts-noto-cjk")


def blank(size: tuple[int, int] = A4) -> Image.Image:
    return Image.new("RGB", size, "white")


def write(page: Image.Image, text: str, at: tuple[float, float], size: int = 26, anchor: str = "la") -> None:
    """A line of text; `at` is its top left, or what `anchor` says."""
    ImageDraw.Draw(page).text(at, text, font=font(size), fill="black", anchor=anchor)


def table(
    page: Image.Image,
    rows: Rows,
    spans: Mapping[tuple[int, int], tuple[int, int]] | None = None,
    *,
    left: int = 80,
    top: int = 160,
    width: int = 1580,
    row_height: int = 80,
    shares: Sequence[float] | None = None,
    size: int = 26,
    line: int = 2,
    ink: str = "black",
) -> tuple[list[int], list[int]]:
    """Draws a ruled table, texts in the middle of their cells; gives the places of its lines, down and across.

    Args:
        page: drawn on.
        rows: texts; those of squares that a merged cell covers are left out of the picture.
        spans: (row, column) of a merged cell to its rows and columns.
        left: of the table; so are top and width, pixels.
        top: see left.
        width: see left.
        row_height: pixels.
        shares: of the width, one a column.
        size: of the print, pixels.
        line: width of the ruled lines, pixels.
        ink: of the ruled lines.
    """
    spans = spans or {}
    columns = len(rows[0])
    edges = np.cumsum([0.0, *(shares or [1.0] * columns)])
    xs = [left + round(width * e / edges[-1]) for e in edges]
    ys = [top + row_height * r for r in range(len(rows) + 1)]
    covered = {
        (r + i, c + j) for (r, c), (tall, wide) in spans.items() for i in range(tall) for j in range(wide)
    } - spans.keys()
    pen = ImageDraw.Draw(page)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if (r, c) in covered:
                continue
            tall, wide = spans.get((r, c), (1, 1))
            x0, y0, x1, y1 = xs[c], ys[r], xs[c + wide], ys[r + tall]
            for start, end in (
                ((x0, y0), (x1, y0)), ((x0, y1), (x1, y1)), ((x0, y0), (x0, y1)), ((x1, y0), (x1, y1)),
            ):  # fmt: skip
                pen.line((start, end), fill=ink, width=line)
            lines = text.split("\n")
            for k, part in enumerate(lines):
                middle = (y0 + y1) / 2 + (k - (len(lines) - 1) / 2) * 1.3 * size
                write(page, part, ((x0 + x1) / 2, middle), size, "mm")
    return ys, xs


def sealed(
    page: Image.Image, name: str, centre: tuple[float, float], diameter: int = SEAL, seed: int = 1
) -> Image.Image:
    """The page with a red seal."""
    return stamp(page, draw_seal(random.Random(seed), name, diameter), centre)


def turned(page: Image.Image, degrees: float) -> Image.Image:
    """The page laid askew on the glass of the scanner, clockwise."""
    return page.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor="white" if page.mode == "L" else (255, 255, 255))


FADED = [round(66 + v * (255 - 66) / 255) for v in range(256)]


def scan(path: Path, *pages: Image.Image, dpi: float = DPI, rotate: int = 0, worn: bool = True) -> Path:
    """A PDF of one image a page; `rotate` is every page's /Rotate.

    Unless they are black and white, pages are as sharp as a scanner's lens, and print is not quite black, where `worn`.
    """
    seen = [
        page.filter(ImageFilter.GaussianBlur(0.7)).point(FADED * len(page.getbands()))
        if worn and page.mode != "1"
        else page
        for page in pages
    ]
    write_pdf([ScannedPage(page, 88, 72 / dpi, rotate) for page in seen], path)
    return path


def workbook(path: Path, rows: Rows, title: str | None = None) -> Path:
    """The electronic copy: one sheet, texts as they are."""
    book = openpyxl.Workbook()
    sheet = book.active
    if title:
        sheet.append([title])
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def gray(page: Image.Image) -> NDArray[np.uint8]:
    """Height × width."""
    return np.asarray(page.convert("L"))


def program_pdf(path: Path, content: str, size: tuple[float, float] = (842, 595), extra: str = "") -> Path:
    """A PDF of one page as a program writes it: a content stream; /F1 is a Song face that every viewer brings along.

    `extra` goes into the trailer.
    """
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [6 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /W [1 95 500 814 939 500] >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        "/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] "
        "/Resources << /Font << /F1 3 0 R >> >> /Contents 7 0 R >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    body += b"".join(f"{o:010} 00000 n \n".encode() for o in offsets)
    body += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {extra}>>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(body)
    return path


def text_pdf(
    path: Path, rows: Rows, *, widths: Sequence[int], row_height: int = 30, before: str = "", after: str = ""
) -> Path:
    """A born-digital form: a ruled table with text of its own; widths in points.

    `before` and `after` are further drawing operators, under the table and over it.
    """
    xs = [40 + sum(widths[:c]) for c in range(len(widths) + 1)]
    ys = [500 - row_height * r for r in range(len(rows) + 1)]
    content = [before, "0.7 w"]
    content += [f"{xs[0]} {y} m {xs[-1]} {y} l S" for y in ys]
    content += [f"{x} {ys[0]} m {x} {ys[-1]} l S" for x in xs]
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            code = text.encode("utf-16-be").hex()
            content.append(f"BT /F1 10 Tf {xs[c] + 4} {ys[r] - row_height / 2 - 4} Td <{code}> Tj ET")
    return program_pdf(path, "\n".join([*content, after]))
