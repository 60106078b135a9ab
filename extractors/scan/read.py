"""Reads a sealed scan from file to tables, text and seals. The one place where the steps of a page are put in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from extractors.scan import alterations, edge_seals, freetext, legible, lines, recognise, rectify, rules, seals, unruled
from extractors.scan.cells import CellEvidence, doubted
from extractors.scan.evidence import Steps
from extractors.scan.ink import Gray, separate
from extractors.scan.lines import Line
from extractors.scan.orient import quarter_turns
from extractors.scan.pages import PageImage, page_images
from extractors.scan.rules import Grid, Square
from extractors.scan.sealed_print import part
from extractors.scan.seals import Circle
from extractors.tables import ACROSS_PAGES, FULL, Box, Cell, Document, Notice, Page, Seal, Table, TextLine


@dataclass(frozen=True)
class Straight:
    """A page set upright and straight, with the way back to its points."""

    number: int
    print: Gray
    """Print layer with the ruled lines painted out."""
    red: Gray | None
    pens: rules.Mask | None
    """See `extractors.scan.alterations.pens`."""
    grids: tuple[Grid, ...]
    rules: rules.Rules
    back: rectify.Homography
    """From pixels of the straight page to PDF points of the page as stored."""

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A rectangle of the straight page as a box on the page."""
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)
        points = rectify.map_points(corners, self.back)
        low, high = points.min(axis=0), points.max(axis=0)
        return Box(self.number, float(low[0]), float(low[1]), float(high[0]), float(high[1]))


@dataclass(frozen=True)
class ReadLine:
    """A text line of a cell: where, its image, and what the recogniser says of it."""

    line: Line
    crop: Gray
    steps: Steps


def read_scan(path: Path) -> Document:
    """Reads a sealed scan.

    Raises:
        UnreadableFileError: the file can't be opened or a page can't be drawn.
    """
    tables: list[Table] = []
    texts: list[TextLine] = []
    pages: list[Page] = []
    found_seals: list[Seal] = []
    slices: list[edge_seals.Slice] = []
    notices: list[Notice] = []
    for image in page_images(path):
        before = legible.notices(image.number, image.image, image.content, image.damaged)
        if image.content is not legible.Content.PRINT:
            pages.append(Page(image.number, image.width, image.height))
            notices += before
            continue
        turn, page = straighten(image)
        circles = seals.find(page.print, page.red)
        page_tables, page_texts, page_notices = read_page(page, circles)
        pages.append(Page(image.number, image.width, image.height, turn))
        page_notices = [*before, *page_notices]
        tables += doubted(page_tables) if legible.is_doubtful(page_notices) else page_tables
        texts += page_texts
        notices += page_notices
        for circle in circles:
            box = page.box(*circle.box(page.print.shape))
            name = seals.read_arc(page.print, page.red, circle)
            kind = ACROSS_PAGES if edge_seals.alone(circle, page.print.shape[1]) else FULL
            found_seals.append(Seal(box, name.text, circle.probability, kind, circle.ink, name.clearness))
        slices += edge_seals.slices(page.print, page.red, circles, page.box)
    found_seals = edge_seals.with_slices(found_seals, slices)
    return Document("scan", tuple(tables), tuple(texts), tuple(pages), tuple(found_seals), tuple(notices))


def straighten(image: PageImage) -> tuple[int, Straight]:
    """Sets a page upright and straight; returns the degrees clockwise it had to be turned, and the page."""
    ink = separate(image.image)
    homography = rectify.straighten(ink.print)
    layer = rectify.warp(ink.print, homography)
    red = None if ink.red is None else rectify.warp(ink.red, homography, outside=0)
    pens = alterations.straight_pens(image.image, homography)
    found = rules.find_rules(layer)
    grids = rules.find_grids(found)
    blank = _without_rules(layer, found, grids)
    turns = quarter_turns(blank, grids)
    to_page = np.linalg.inv(homography)
    if turns:
        # np.rot90 turns counter-clockwise; a page is set upright by turning it clockwise.
        to_page = to_page @ _unturn(turns, layer.shape)
        blank = np.ascontiguousarray(np.rot90(blank, -turns))
        red = None if red is None else np.ascontiguousarray(np.rot90(red, -turns))
        pens = None if pens is None else np.ascontiguousarray(np.rot90(pens, -turns))
        found = rules.Rules(*(np.ascontiguousarray(np.rot90(m, -turns)) for m in (found.across, found.down)))
        if turns % 2:
            found = rules.Rules(found.down, found.across)
        grids = rules.find_grids(found)
    scale = np.diag([1 / image.scale, 1 / image.scale, 1.0])
    straight = Straight(image.number, blank, red, pens, tuple(grids), found, scale @ to_page)
    return 90 * turns, straight


def _unturn(turns: int, shape: tuple[int, ...]) -> rectify.Homography:
    """From pixels of the turned page to pixels of the page before it was turned clockwise by quarter turns."""
    height, width = shape[0] - 1, shape[1] - 1
    return {
        1: np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1]], float),
        2: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]], float),
        3: np.array([[0, -1, width], [1, 0, 0], [0, 0, 1]], float),
    }[turns]


def _without_rules(layer: Gray, found: rules.Rules, grids: Sequence[Grid]) -> Gray:
    """The layer with its ruled lines painted out, a pixel wider than they were found."""
    out = layer.copy()
    out[cv2.dilate(rules.paintable(found, grids), np.ones((3, 3), np.uint8)) > 0] = 255
    return out


def read_page(
    page: Straight, circles: Sequence[Circle] = ()
) -> tuple[list[Table], list[TextLine], list[Notice]]:
    """The tables and the other text of a page, all recognised in one go."""
    parted = part(page.print, page.red, circles)
    ink = parted.ink
    outside = page.print.copy()
    for grid in page.grids:
        outside[max(grid.y0 - 2, 0) : grid.y1 + 3, max(grid.x0 - 2, 0) : grid.x1 + 3] = 255
    free = freetext.find(outside)
    notices: list[Notice] = []
    grids = list(page.grids)
    texts = list(free.lines)
    if not grids:
        over = [circle for circle in circles if not circle.red]
        guessed = unruled.find(ink, page.rules, free.lines, free.print.height, over)
        if guessed is not None:
            grid, texts = guessed
            grids = [grid]
            notices.append(Notice("table-unruled", "warning", {"page": str(page.number)}))
    heights: list[float] = []
    seen_page = alterations.Page(page.print, page.rules.across, page.pens, circles)
    by_hand: set[tuple[int, Square]] = set()
    jobs: list[tuple[int, Square | None, Line]] = []
    crops: list[Gray] = []
    for number, grid in enumerate(grids):
        print_ = lines.measure(ink, grid.squares)
        heights.append(print_.height)
        by_hand |= {(number, s) for s in alterations.find(seen_page, grid.squares, print_.height)}
        for square in grid.squares:
            for line in lines.split(ink, square, print_, parted.pale):
                jobs.append((number, square, line))
                crops.append(lines.crop(parted.seen, line, print_, square))
    for line in texts:
        jobs.append((-1, None, line))
        crops.append(lines.crop(page.print, line, free.print))
    steps = recognise.recognise(crops)
    by_square: dict[tuple[int, Square], list[ReadLine]] = {}
    read_texts: list[TextLine] = []
    for (number, owner, line), crop, step in zip(jobs, crops, steps, strict=True):
        if owner is None:
            text = CellEvidence((step,)).text
            if text:
                read_texts.append(TextLine(text, page.box(line.x0, line.y0, line.x1, line.y1)))
        else:
            by_square.setdefault((number, owner), []).append(ReadLine(line, crop, step))
    tables = [_table(page, number, grid, by_square, circles, by_hand) for number, grid in enumerate(grids)]
    if legible.is_too_coarse(page.print.shape, heights):
        notices.append(legible.too_coarse(page.number, page.print.shape))
    elif not tables and not read_texts:
        notices.append(Notice("page-unreadable", "warning", {"page": str(page.number)}))
    return tables, read_texts, notices


def _table(
    page: Straight,
    number: int,
    grid: Grid,
    by_square: dict[tuple[int, Square], list[ReadLine]],
    circles: Sequence[Circle],
    by_hand: set[tuple[int, Square]],
) -> Table:
    cells = []
    for square in grid.squares:
        found = by_square.get((number, square), [])
        # Of a seal in red the print layer holds nothing, and a cell under it is a cell like others.
        over = [circle for circle in circles if not circle.red]
        sealed = [any(c.touches(r.line.x0, r.line.y0, r.line.x1, r.line.y1) for c in over) for r in found]
        # No line under a seal is not no text.
        share = sum(sealed) / len(sealed) if sealed else float(any(c.touches(*_inner(square)) for c in over))
        altered = (number, square) in by_hand
        evidence = CellEvidence(tuple(r.steps for r in found), tuple(r.crop for r in found), share, altered)
        cells.append(
            Cell(
                square.row,
                square.column,
                evidence.text,
                square.row_span,
                square.column_span,
                box=page.box(square.x0, square.y0, square.x1, square.y1),
                evidence=evidence,
            )
        )
    return Table(tuple(cells), grid.rows, grid.columns, name=f"page {page.number}", page=page.number)


def _inner(square: Square) -> tuple[int, int, int, int]:
    return square.x0, square.y0, square.x1, square.y1
