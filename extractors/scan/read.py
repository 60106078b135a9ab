"""Reads a sealed scan from file to tables, text and seals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from extractors.scan import edge_seals, legible, recognise, under_seals
from extractors.scan.ahead import one_ahead
from extractors.scan.cascade import recognise_lines
from extractors.scan.cells import CellEvidence, ReadLine, doubted
from extractors.scan.layout import Job, Layout, layouts
from extractors.scan.pages import page_images
from extractors.scan.rules import Grid, Square
from extractors.tables import Cell, Document, Notice, Page, Seal, Table, TextLine

Place = tuple[int, Square]
"""Number of a table on its page, and a cell of it."""


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
    moved = _as_in_rows(laid, by_square)
    tables = [_table(laid, index, grid, by_square, moved) for index, grid in enumerate(laid.grids)]
    if legible.is_too_coarse(laid.scanned, laid.heights):
        notices.append(legible.too_coarse(number, laid.scanned))
    elif not tables and not read_texts:
        notices.append(Notice("page-unreadable", "warning", {"page": str(number)}))
    return tables, read_texts, notices


def _as_in_rows(laid: Layout, found: Mapping[Place, Sequence[ReadLine]]) -> dict[Place, Sequence[ReadLine]]:
    """The lines of cells under seals that stand otherwise than they were found: as in the rest of their row."""
    ways: dict[Place, list[tuple[Job, ...]]] = {}
    for way in laid.others:
        if way[0].square is not None:
            ways.setdefault((way[0].table, way[0].square), []).append(way)
    doubtful = [place for place in ways if not under_seals.is_clear(found.get(place, []))]
    steps = iter(recognise_lines([job.crop for place in doubtful for way in ways[place] for job in way]))
    out: dict[Place, Sequence[ReadLine]] = {}
    for place in doubtful:
        read = [[ReadLine(job.line, job.crop, next(steps)) for job in way] for way in ways[place]]
        chosen = under_seals.clearest(found.get(place, []), read)
        if chosen is not None:
            out[place] = chosen
    return out


def _table(
    laid: Layout,
    index: int,
    grid: Grid,
    found_lines: Mapping[Place, Sequence[ReadLine]],
    moved_lines: Mapping[Place, Sequence[ReadLine]],
) -> Table:
    cells = []
    for square in grid.squares:
        moved = moved_lines.get((index, square))
        found = found_lines.get((index, square), []) if moved is None else moved
        sealed = [_is_sealed(laid, (r.line.x0, r.line.y0, r.line.x1, r.line.y1)) for r in found]
        # No line under a seal is not no text, and what was left out as the seal's may be print.
        share = sum(sealed) / len(sealed) if sealed else float(_is_sealed(laid, _inner(square)))
        share = share if moved is None else 1.0
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


def _is_sealed(laid: Layout, place: tuple[int, int, int, int]) -> bool:
    """Whether a seal, or the slice of one at the page's edge, lies over a place and can't be told from print.

    Of a seal in red the print layer holds nothing, and a cell under it is a cell like others.
    """
    if any(circle.touches(*place) for circle in laid.circles if not circle.red):
        return True
    cut = [piece.box for piece in laid.slices if not piece.red]
    return bool(cut) and any(laid.frame.box(*place).meets(box) for box in cut)


def _inner(square: Square) -> tuple[int, int, int, int]:
    return square.x0, square.y0, square.x1, square.y1
