"""Cuts a page into the lines of its cells and of its other text, and finds its seals; what's left is to read them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from extractors.scan import (
    alterations,
    edge_seals,
    freetext,
    legible,
    lines,
    pale,
    recognise,
    seals,
    two_tones,
    under_seals,
    unruled,
)
from extractors.scan.ahead import aside
from extractors.scan.coarser import no_finer_than_needed
from extractors.scan.ink import Gray, separate
from extractors.scan.lines import Line
from extractors.scan.pages import PageImage
from extractors.scan.rules import Grid, Square
from extractors.scan.sealed_print import part
from extractors.scan.seals import Circle
from extractors.scan.upright import Frame, Straight, straighten
from extractors.tables import ACROSS_PAGES, FULL, Notice, Page, Seal

MOST_LINES = 3000
"""Text lines of a page; a page of dots and noise (a faulty scan, a photograph) falls into more, which would take
minutes to read and say nothing. The densest forms, A3 with 60 rows, have some 1,400."""


@dataclass(frozen=True)
class Job:
    """A text line to be read."""

    table: int
    """Number of its table on the page."""
    square: Square | None
    """Its cell; None outside tables."""
    line: Line
    """Where it stands on the straight page."""
    crop: Gray
    """Its image."""


@dataclass(frozen=True)
class Layout:
    """A page cut into lines that are still to be read; of its pixels only theirs are held."""

    page: Page
    frame: Frame
    shape: tuple[int, ...]
    """Height and width of the straight page, pixels."""
    scanned: tuple[int, ...] = ()
    """The same of the page as it was scanned."""
    notices: tuple[Notice, ...] = ()
    holds_print: bool = True
    """Whether it's more than blank or dark."""
    grids: tuple[Grid, ...] = ()
    heights: tuple[float, ...] = ()
    """Of the print of each table, pixels."""
    by_hand: frozenset[tuple[int, Square]] = frozenset()
    """Table and cell of what looks changed by hand."""
    jobs: tuple[Job, ...] = ()
    others: tuple[tuple[Job, ...], ...] = ()
    """Lines of cells under seals as they may stand there instead, those of one cell and one way together."""
    circles: tuple[Circle, ...] = ()
    seals: tuple[Seal, ...] = ()
    """The same circles, read."""
    slices: tuple[edge_seals.Slice, ...] = ()


def lay_out(image: PageImage) -> Layout:
    """Cuts a page into lines, and reads its seals."""
    return next(layouts(iter([image])))


def layouts(images: Iterator[PageImage]) -> Generator[Layout, None, None]:
    """Cuts pages into lines in turn, and reads their seals.

    Of a page's pixels only what is still needed is held: in colour they are 50 MB on A3 at 300 dpi.
    """
    for image in images:
        number, shape, width, height = image.number, image.image.shape[:2], image.width, image.height
        image = no_finer_than_needed(image)
        notices = tuple(legible.notices(number, image.image, image.content, image.damaged))
        if image.content is not legible.Content.PRINT:
            shown = Page(number, width, height)
            yield Layout(shown, Frame(number, np.eye(3)), shape, shape, notices, holds_print=False)
            continue
        half, scale = image.half, image.scale
        harsh = two_tones.in_two_tones(image.image)
        ink = separate(image.image)
        del image
        turn, straight = straighten(ink, half, number, scale)
        del ink, half
        yield replace(_laid_out(straight, Page(number, width, height, turn), notices, harsh), scanned=shape)


def _laid_out(straight: Straight, shown: Page, notices: Sequence[Notice], harsh: bool) -> Layout:
    """A page set straight, cut into lines, and its seals; `harsh` where it was scanned in two tones."""
    circles = seals.find(straight.print, straight.red)
    read = recognise.beside(lambda circle: _seal(straight, circle), circles)
    slices = aside(lambda: tuple(edge_seals.slices(straight.print, straight.red, circles, straight.box)))
    cut = _cut(straight, shown, circles, notices, two_tones.softened if harsh else _as_it_is)
    return replace(cut, seals=tuple(read), slices=slices.result())


def _outside_tables(page: Straight) -> freetext.Pieces:
    outside = page.print.copy()
    for grid in page.grids:
        outside[max(grid.y0 - 2, 0) : grid.y1 + 3, max(grid.x0 - 2, 0) : grid.x1 + 3] = 255
    return freetext.find(outside)


def _seal(page: Straight, circle: Circle) -> Seal:
    box = page.box(*circle.box(page.print.shape))
    name = seals.read_arc(page.print, page.red, circle)
    kind = ACROSS_PAGES if edge_seals.alone(circle, page.print.shape[1]) else FULL
    return Seal(box, name.text, circle.probability, kind, circle.ink, name.clearness, name.evidence)


def _job(table: int, layer: Gray, print_: lines.Print, square: Square, line: Line) -> Job:
    return Job(table, square, line, lines.crop(layer, line, print_, square))


def _as_it_is(layer: Gray) -> Gray:
    return layer


def _cut(
    page: Straight,
    shown: Page,
    circles: Sequence[Circle],
    before: Sequence[Notice],
    rendered: Callable[[Gray], Gray],
) -> Layout:
    """The lines of a page's tables and of its other text, as `rendered` shows them to the recogniser."""
    parted = part(page.print, page.red, circles)
    ink = parted.ink
    free = _outside_tables(page)
    notices: list[Notice] = []
    grids = list(page.grids)
    texts = list(free.lines)
    over = [circle for circle in circles if not circle.red]
    if not grids:
        guessed = unruled.find(ink, page.rules, free.lines, free.print.height, over)
        if guessed is not None:
            grid, texts = guessed
            grids = [grid]
            notices.append(Notice("table-unruled", "warning", {"page": str(page.frame.number)}))
    shown_cells, shown_texts = rendered(parted.seen), rendered(page.print)
    heights: list[float] = []
    seen_page = alterations.Page(page.print, page.rules.across, page.pens, circles)
    by_hand: set[tuple[int, Square]] = set()
    jobs: list[Job] = []
    others: list[tuple[Job, ...]] = []
    for number, grid in enumerate(grids):
        print_ = lines.measure(ink, grid.squares)
        heights.append(print_.height)
        altered = aside(partial(alterations.find, seen_page, grid.squares, print_.height))
        cells = {square: lines.split(ink, square, print_, parted.pale) for square in grid.squares}
        if page.grids:
            by_hand |= {(number, s) for s in pale.find(page.print, page.red, circles, cells, print_.height)}
        job = partial(_job, number, shown_cells, print_)
        for square, found in cells.items():
            jobs += [job(square, line) for line in found]
        for square, ways in under_seals.arrangements(ink, cells, over, print_).items():
            others += [tuple(job(square, line) for line in way) for way in ways]
        by_hand |= {(number, s) for s in altered.result()}
    for line in texts:
        jobs.append(Job(-1, None, line, lines.crop(shown_texts, line, free.print)))
    if len(jobs) > MOST_LINES:
        lost = Notice("page-unreadable", "warning", {"page": str(page.frame.number)})
        return Layout(shown, page.frame, page.print.shape, notices=(*before, lost), holds_print=False)
    return Layout(
        shown,
        page.frame,
        page.print.shape,
        notices=(*before, *notices),
        grids=tuple(grids),
        heights=tuple(heights),
        by_hand=frozenset(by_hand),
        jobs=tuple(jobs),
        others=tuple(others),
        circles=tuple(circles),
    )
