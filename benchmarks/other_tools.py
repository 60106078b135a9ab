"""What other tools read off a scan, made into our tables, so that the same comparison and the same scorer judge them.

They get each page upright and straight (img2table finds no table on one that is a degree askew), as a colour image.
RapidOCR gives boxes of text and no table: each box goes to the cell, as zhongshi finds them, that its middle lies in;
so do the cells of img2table, whose tables are judged as they are as well.
Their verdicts come from their texts alone, normalised as ours are: they know nothing of doubt.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from extractors.tables import Cell, Document, Page, Table, TextLine

Answer = list[Any]
"""Of a page: for RapidOCR its boxes, each with its text; for img2table its tables. See `benchmarks.tools`."""


@dataclass(frozen=True)
class GivenPage:
    """A page as the tools get it."""

    image: Path
    cells: tuple[tuple[tuple[int, int, int, int], tuple[float, float, float, float]], ...]
    """Of its ruled (or guessed) table: row, column and spans; x0, y0, x1, y1 in pixels of the image."""
    rows: int
    columns: int


def straight_pages(scan: Path, out: Path) -> list[GivenPage]:
    """Writes the pages of a scan as upright, straight images, and tells where their cells are."""
    from extractors.scan.layout import lay_out
    from extractors.scan.pages import page_images

    out.mkdir(parents=True, exist_ok=True)
    given = []
    for image in page_images(scan):
        laid = lay_out(image)
        to_image = np.diag([image.scale, image.scale, 1.0]) @ laid.frame.back
        straight = cv2.warpPerspective(
            image.image, np.linalg.inv(to_image), laid.shape[::-1], flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)
        )
        path = out / f"{image.number}.png"
        cv2.imwrite(str(path), straight[:, :, ::-1])
        squares = max((grid.squares for grid in laid.grids), key=len, default=())
        cells = tuple(
            ((s.row, s.column, s.row_span, s.column_span), (float(s.x0), float(s.y0), float(s.x1), float(s.y1)))
            for s in squares
        )
        given.append(GivenPage(path, cells, *_extent([at for at, _ in cells])))
    return given


def from_boxes(pages: Sequence[GivenPage], answers: Sequence[Answer]) -> Document:
    """Tables and lines from boxes of text: four corners and the text of each."""
    tables, lines = [], []
    for number, (page, boxes) in enumerate(zip(pages, answers, strict=True), start=1):
        inside: dict[int, list[tuple[float, float, float, str]]] = {}
        for corners, text in boxes:
            x, y = np.mean(corners, axis=0)
            high = max(p[1] for p in corners) - min(p[1] for p in corners)
            owner = next(
                (i for i, (_, (x0, y0, x1, y1)) in enumerate(page.cells) if x0 <= x < x1 and y0 <= y < y1), None
            )
            if owner is None:
                lines.append(TextLine(text))
            else:
                inside.setdefault(owner, []).append((y, x, high, text))
        cells = [
            Cell(at[0], at[1], _in_order(inside.get(i, [])), at[2], at[3]) for i, (at, _) in enumerate(page.cells)
        ]
        if cells:
            tables.append(Table(tuple(cells), page.rows, page.columns, page=number))
    return Document("scan", tuple(tables), tuple(lines), _shown(len(pages)))


def _in_order(pieces: Sequence[tuple[float, float, float, str]]) -> str:
    """The texts of a cell, line by line: what stands less than half its height lower is on the same line."""
    lines: list[list[tuple[float, float, float, str]]] = []
    for piece in sorted(pieces):
        if lines and piece[0] - lines[-1][0][0] < piece[2] / 2:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return "".join(p[3] for line in lines for p in sorted(line, key=lambda p: p[1]))


def from_tables(answers: Sequence[Answer]) -> Document:
    """Tables from tables: for each place its cell's box and text; a merged cell stands in all its places."""
    tables = []
    for number, found in enumerate(answers, start=1):
        for rows in found:
            places: dict[tuple[float, ...], list[tuple[int, int]]] = {}
            texts: dict[tuple[float, ...], str] = {}
            for r, row in enumerate(rows):
                for c, (*box, text) in enumerate(row):
                    places.setdefault(tuple(box), []).append((r, c))
                    texts[tuple(box)] = text
            cells = []
            for box, at in places.items():
                (top, left), (bottom, right) = min(at), max(at)
                text = texts[box].replace("\n", "")
                cells.append(Cell(top, left, text, bottom - top + 1, right - left + 1))
            extent = _extent([(c.row, c.column, c.row_span, c.column_span) for c in cells])
            tables.append(Table(tuple(cells), *extent, page=number))
    return Document("scan", tuple(tables), (), _shown(len(answers)))


def boxes_of(tables: Answer) -> Answer:
    """The cells of tables as boxes of text, so that a header that img2table lost doesn't cost it all columns."""
    cells = {tuple(box): text for rows in tables for row in rows for *box, text in row}
    return [
        [[[x0, y0], [x1, y0], [x1, y1], [x0, y1]], text.replace("\n", "")] for (x0, y0, x1, y1), text in cells.items()
    ]


def _extent(places: Sequence[tuple[int, int, int, int]]) -> tuple[int, int]:
    rows = max((row + span for row, _, span, _ in places), default=0)
    return rows, max((column + span for _, column, _, span in places), default=0)


def _shown(count: int) -> tuple[Page, ...]:
    return tuple(Page(number, 0.0, 0.0) for number in range(1, count + 1))


def judged(scan: Document, electronic: Path) -> dict[str, Any]:
    """The result of comparing what a tool read with the electronic copy."""
    from pipeline.forms.form import load_form
    from pipeline.forms.records import read_records
    from pipeline.forms.sections import sections_as_columns
    from pipeline.model import FileInfo
    from pipeline.reconcile.reading import read_electronic, sealed_records
    from pipeline.reconcile.reconcile import Copies, conclude
    from pipeline.reconcile.records import pair_up

    form = load_form("annex3-2024")
    copy = read_electronic(electronic, {})
    left, right = read_records(copy, form, electronic.name), sealed_records(scan, form, "scan.pdf")
    paired = pair_up(*sections_as_columns(left, right, form))
    files = FileInfo("scan.pdf", "", len(scan.pages)), FileInfo(electronic.name, "")
    return conclude(Copies(form, *files, scan, copy, paired, {})).to_json()
