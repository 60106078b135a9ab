"""Reads a sealed scan from file to tables, text and seals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from extractors.scan import edge_seals, legible, recognise, under_seals
from extractors.scan.ahead import one_ahead
from extractors.scan.cascade import recognise_lines
from extractors.scan.cells import CellEvidence, doubted
from extractors.scan.evidence import Steps
from extractors.scan.ink import Gray
from extractors.scan.layout import Job, Layout, layouts
from extractors.scan.lines import Line
from extractors.scan.pages import page_images
from extractors.scan.rules import Grid, Square
from extractors.tables import Cell, Document, Notice, Page, Seal, Table, TextLine

Place = tuple[int, Square]
"""Number of a table on its page, and a cell of it."""


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
    # While a page's lines are recognised, the next page is laid out.
    pages_laid = layouts(page_images(path))
    with closing(one_ahead(pages_laid) if recognise.threads() > 1 else pages_laid) as coming:
        for laid in coming:
            page_tables, page_texts, page_notices = read_page(laid)
            pages.append(laid.page)
            tables += doubted(page_tables) if legible.is_doubtful(page_notices) else page_tables
            texts += page_texts
            notices += page_notices
            found_seals += laid.seals
            slices += laid.slices
    found_seals = edge_seals.with_slices(found_seals, slices)
    return Document("scan", tuple(tables), tuple(texts), tuple(pages), tuple(found_seals), tuple(notices))


def read_page(laid: Layout) -> tuple[list[Table], list[TextLine], list[Notice]]:
    """The tables and the other text of a page, all recognised in one go."""
    number = laid.page.number
    notices = list(laid.notices)
    if not laid.holds_print:
        return [], [], notices
    steps = recognise_lines([job.crop for job in laid.jobs])
    by_square: dict[Place, list[ReadLine]] = {}
    read_texts: list[TextLine] = []
    for job, step in zip(laid.jobs, steps, strict=True):
        line = job.line
        if job.square is None:
            text = CellEvidence((step,)).text
            if text:
                read_texts.append(TextLine(text, laid.frame.box(line.x0, line.y0, line.x1, line.y1)))
        else:
            by_square.setdefault((job.table, job.square), []).append(ReadLine(line, job.crop, step))
    by_place = {**by_square, **_as_in_rows(laid, by_square)}
    tables = [_table(laid, index, grid, by_place) for index, grid in enumerate(laid.grids)]
    if legible.is_too_coarse(laid.scanned, laid.heights):
        notices.append(legible.too_coarse(number, laid.scanned))
    elif not tables and not read_texts:
        notices.append(Notice("page-unreadable", "warning", {"page": str(number)}))
    return tables, read_texts, notices


def _as_in_rows(laid: Layout, found: Mapping[Place, Sequence[ReadLine]]) -> dict[Place, Sequence[ReadLine]]:
    """The lines of cells under seals, as they stand in the rest of their row where that reads clearer."""
    ways: dict[Place, list[tuple[Job, ...]]] = {}
    for way in laid.others:
        if way[0].square is not None:
            ways.setdefault((way[0].table, way[0].square), []).append(way)
    doubtful = [place for place in ways if not under_seals.is_clear([r.steps for r in found.get(place, [])])]
    jobs = [job for place in doubtful for way in ways[place] for job in way]
    steps = iter(recognise_lines([job.crop for job in jobs]))
    out = {}
    for place in doubtful:
        read = [[ReadLine(job.line, job.crop, next(steps)) for job in way] for way in ways[place]]
        first = found.get(place, [])
        possible = [first, *(way for way in read if _holds(way, first))]
        out[place] = max(possible, key=lambda way: under_seals.clearness([r.steps for r in way]))
    return out


def _holds(way: Sequence[ReadLine], found: Sequence[ReadLine]) -> bool:
    """Whether lines leave out none of those found in which a character is clear: that is print, not a seal's stroke."""
    return all(
        any(line.line.y0 <= (r.line.y0 + r.line.y1) / 2 < line.line.y1 for line in way)
        or not under_seals.shows_print(r.steps)
        for r in found
    )


def _table(
    laid: Layout, index: int, grid: Grid, by_place: Mapping[Place, Sequence[ReadLine]]
) -> Table:
    cells = []
    for square in grid.squares:
        found = by_place.get((index, square), [])
        # Of a seal in red the print layer holds nothing, and a cell under it is a cell like others.
        over = [circle for circle in laid.circles if not circle.red]
        sealed = [any(c.touches(r.line.x0, r.line.y0, r.line.x1, r.line.y1) for c in over) for r in found]
        # No line under a seal is not no text.
        # Lines that were looked for elsewhere because of a seal lie under one, wherever they stand.
        moved = any(way[0].table == index and way[0].square == square for way in laid.others)
        touched = float(any(c.touches(*_inner(square)) for c in over))
        share = max(sum(sealed), moved) / len(sealed) if sealed else touched
        altered = (index, square) in laid.by_hand
        evidence = CellEvidence(tuple(r.steps for r in found), tuple(r.crop for r in found), share, altered)
        cells.append(
            Cell(
                square.row,
                square.column,
                evidence.text,
                square.row_span,
                square.column_span,
                box=laid.frame.box(square.x0, square.y0, square.x1, square.y1),
                evidence=evidence,
            )
        )
    return Table(tuple(cells), grid.rows, grid.columns, name=f"page {laid.page.number}", page=laid.page.number)


def _inner(square: Square) -> tuple[int, int, int, int]:
    return square.x0, square.y0, square.x1, square.y1
