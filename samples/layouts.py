"""Further layouts: what of the paper, the table, its pages or its columns each has that the common ones haven't.

They are kept apart from `forms.LAYOUTS`, among which `plans.make_plan` draws: a layout added there would change every
case that a seed gives.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from samples.differences import Copies
from samples.forms import LAYOUTS

TALL = 34.0
"""Least height of a row, in points, with which a dozen rows fill a landscape page."""
PAGE_ROWS = 6
"""Rows on a page where page breaks are set by hand; as many fit on a page even where names take three lines."""


@dataclass(frozen=True)
class Arrangement:
    """How a layout's cases differ from plain ones."""

    base: str = "plain"
    """The layout of `forms.LAYOUTS` whose contents it has."""
    columns: tuple[int, int] = (8, 16)
    """Fewest and most columns."""
    without: tuple[str, ...] = ()
    """Columns that the print lacks; the electronic copy has them."""
    rows: tuple[int, int] = (4, 13)
    """Fewest rows, and one more than the most."""
    style: Mapping[str, object] = field(default_factory=dict)
    """Fields of `forms.Style` to fix."""
    printed_as: str = ""
    """``xlsx`` or ``docx`` where only one of them can show the layout."""
    places: int = 0
    """How many of the department's places the rows have, where not all: few places make long merged cells."""
    rows_per_page: int = 0
    """Rows on a page, where page breaks are set by hand."""
    pages: str = ""
    """What happened to the pages: ``shuffled``, ``turned`` (one of them), ``backs`` (blank ones between)."""
    columns_moved: bool = False
    """Whether the electronic copy has its columns in another order, and one copy a column more."""
    apart: bool = False
    """Whether each section is a table of its own, with its own header."""
    summary: bool = False
    """Whether a small table of counts stands above."""


LONG: Mapping[str, object] = {"row_height": TALL, "blank_rows": 0, "paper": "A4", "landscape": True}
MORE: dict[str, Arrangement] = {
    "portrait": Arrangement(columns=(5, 6), style={"paper": "A4", "landscape": False}),
    "a3": Arrangement(columns=(13, 16), rows=(8, 16), style={"paper": "A3", "landscape": True}),
    "headeronce": Arrangement(columns=(8, 10), rows=(15, 22), style={**LONG, "repeat_header": False}),
    "headereach": Arrangement(columns=(8, 10), rows=(15, 22), style={**LONG, "repeat_header": True}),
    "twolevelpages": Arrangement("twolevel", (8, 10), rows=(15, 22), style={**LONG, "repeat_header": True}),
    "sectionpages": Arrangement("sections", (8, 10), rows=(15, 22), style=LONG),
    "sectionvalue": Arrangement("sections", without=("category",)),
    "mergedacross": Arrangement("mergeddown", (8, 10), rows=(20, 28), style={**LONG, "row_height": 26.0}, places=2),
    "cellsplit": Arrangement(
        columns=(9, 11),
        rows=(12, 18),
        style={**LONG, "split_rows": True, "even_columns": True},
        printed_as="docx",
    ),
    "bare": Arrangement("unruled", (8, 10), rows=(4, 10), style={"rules": "none"}),
    "unruledpages": Arrangement("unruled", (8, 10), rows=(15, 22), style={**LONG, "rules": "three-line"}),
    "twotables": Arrangement("sections", rows=(6, 12), apart=True),
    "summary": Arrangement(summary=True),
    "pageorder": Arrangement(
        columns=(8, 10), rows=(13, 18), style=LONG, printed_as="xlsx",
        rows_per_page=PAGE_ROWS, pages="shuffled",
    ),
    "onepageturned": Arrangement(columns=(8, 10), rows=(15, 22), style=LONG, pages="turned"),
    "backpage": Arrangement(columns=(8, 10), rows=(8, 20), style=LONG, pages="backs"),
    "columnorder": Arrangement(columns_moved=True),
}  # fmt: skip
ALL = (*LAYOUTS, *MORE)


def arrangement(layout: str) -> Arrangement:
    """The arrangement of any layout; one of `forms.LAYOUTS` is its own base."""
    if layout in MORE:
        return MORE[layout]
    return Arrangement(base=layout, columns=(8, 10 if layout in ("twolevel", "unruled") else 16))


def page_order(rng: random.Random, pages: int) -> list[int]:
    """The pages of a print in the order in which they came to lie in the scanner, never their own."""
    order = list(range(pages))
    while pages > 1 and order == sorted(order):
        rng.shuffle(order)
    return order


def as_scanned(copies: Copies, rows_per_page: int, order: Sequence[int]) -> Copies:
    """The copies with the scan's rows numbered as its pages lie in the file."""
    rows = [
        row
        for page in order
        for row in range(page * rows_per_page, min((page + 1) * rows_per_page, len(copies.scan)))
    ]
    place = {row + 1: at for at, row in enumerate(rows, 1)}
    return replace(
        copies,
        scan=tuple(copies.scan[row] for row in rows),
        scan_origin=tuple(copies.scan_origin[row] for row in rows),
        cells=tuple(replace(cell, scan_row=place[cell.scan_row]) for cell in copies.cells),
    )
