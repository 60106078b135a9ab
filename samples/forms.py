"""One copy of Annex 3, ready to be written: what it says, row by row, and how it is set on paper."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from samples.clothing import Value
from samples.rows import Row
from samples.vocabulary import Column

TITLE = "省级或重点培育中试平台名录及储备建设情况"
SECTIONS = {"省级": "省级制造业中试平台", "重点培育": "重点培育中试平台", "储备": "储备建设中试平台"}
GROUPS = {
    "基本信息": ("number", "name", "operator", "code", "place", "industry", "category"),
    "建设情况": ("mode", "stage", "investment", "area", "equipment", "staff", "built"),
    "服务情况": ("customers", "income", "public", "services"),
    "联系方式": ("contact", "phone"),
}
OPEN = ("three-line", "none")
"""Rules of tables whose cells are not ruled."""
LAYOUTS = ("plain", "sections", "twolevel", "mergeddown", "unruled", "extra")


@dataclass(frozen=True)
class Style:
    """How a copy is set."""

    font: str
    latin: str
    """The font of digits and Latin letters."""
    size: float
    """Of the table's text, in points."""
    paper: str
    """``A4`` or ``A3``."""
    landscape: bool
    rules: str
    """``grid``: every cell ruled; ``thick-frame``: the same with a bold frame; ``three-line``: above and below the
    header and at the end; ``none``."""
    centred: bool
    repeat_header: bool
    """Whether every page begins with the header."""
    annex_line: bool
    contact_line: str
    """Below the table; may be empty."""
    blank_rows: int
    """Ruled rows with nothing in them, at the end."""
    row_height: float = 20
    """Least height of a row, in points."""
    even_columns: bool = False
    """Whether all columns of a document are of one width, as Word makes them."""
    split_rows: bool = False
    """Whether a row of a document may break over two pages."""


@dataclass(frozen=True)
class Form:
    """One copy of the form."""

    department: str
    date: str
    headers: tuple[str, ...]
    widths: tuple[int, ...]
    """In characters."""
    groups: tuple[tuple[str, int], ...]
    """A row above the headers: text and number of columns; empty where there is none. A text that is empty stands for a
    header that reaches over both rows."""
    rows: tuple[tuple[Value, ...], ...]
    sections: dict[int, str]
    """Index of the row that a section row precedes, to its text."""
    merged_columns: tuple[int, ...]
    """Columns in which equal neighbours are merged downwards."""
    style: Style
    apart: bool = False
    """Whether each section is a table of its own, below its text and with its own header."""
    summary: tuple[tuple[str, str], ...] = ()
    """Rows of a small table above the form; empty where there is none."""

    def merged_runs(self) -> list[tuple[int, int, int]]:
        """Column, first and last index of each run of equal values of a merged column; a section row ends a run."""
        runs = []
        for column in self.merged_columns:
            first = 0
            for i in range(1, len(self.rows) + 1):
                if i == len(self.rows) or i in self.sections or self.rows[i][column] != self.rows[first][column]:
                    if i - first > 1:
                        runs.append((column, first, i - 1))
                    first = i
        return runs


def order_for(layout: str, rows: Sequence[Row]) -> list[Row]:
    """The rows in the order that the layout wants: by category under section rows, by place where places are merged."""
    if layout == "sections" and "category" in rows[0]:
        kinds = list(SECTIONS)
        return sorted(rows, key=lambda r: kinds.index(r["category"]))
    if layout == "mergeddown" and "place" in rows[0]:
        return sorted(rows, key=lambda r: r["place"])
    return list(rows)


def sections_for(rows: Sequence[Row], origin: Sequence[int]) -> dict[int, str]:
    """Section rows of one copy. `rows` are the rows that both copies came from, `origin` the order of this copy."""
    found: dict[int, str] = {}
    names = list(SECTIONS)
    # Without a category column the list is cut in three: forms do that too.
    part = [names.index(r["category"]) if "category" in r else min(2, i * 3 // len(rows)) for i, r in enumerate(rows)]
    reached = -1
    for at, i in enumerate(origin):
        if part[i] > reached:
            reached = part[i]
            found[at] = f"{'一二三'[len(found)]}、{SECTIONS[names[reached]]}"
    return found


def groups_for(rng: random.Random, columns: Sequence[Column]) -> tuple[tuple[str, int], ...]:
    """The upper row of a header of two levels; in some forms lone columns and the serial number reach over both."""
    counts = [(title, sum(c.id in ids for c in columns)) for title, ids in GROUPS.items()]
    groups = [(title, n) for title, n in counts if n]
    if rng.random() < 0.5:
        return tuple(groups)
    (first, n), *others = groups
    return tuple([("", 1), (first, n - 1), *(("" if n == 1 else title, n) for title, n in others)])


def choose_style(rng: random.Random, layout: str, font: str, columns: int, rows: int) -> Style:
    """A way of setting that can hold the form's columns and rows."""
    # What a print holds at a readable size: up to 11 columns on A4, all on A3.
    paper = "A3" if columns > 12 or (columns > 9 and rng.random() < 0.4) else "A4"
    landscape = not (columns <= 9 and paper == "A3" and rng.random() < 0.6)
    return Style(
        font=font,
        latin="DejaVu Serif" if rng.random() < 0.15 else font,
        size=rng.choice((9, 10, 10.5, 11)),
        paper=paper,
        landscape=landscape,
        rules="three-line" if layout == "unruled" else rng.choice(("grid", "grid", "grid", "thick-frame")),
        centred=rng.random() < 0.7,
        repeat_header=rng.random() < 0.6,
        annex_line=rng.random() < 0.5,
        contact_line=rng.choice(
            ("", "联系人：{contact}    联系电话：{phone}", "填表人：{contact}    审核人：（签字）")
        ),
        row_height=rng.choice((16, 22) if layout == "mergeddown" else (16, 22, 28, 34)),
        even_columns=rng.random() < 0.4,
        blank_rows=rng.choice((1, 2, 3)) if rng.random() < 0.1 and layout == "plain" and rows < 15 else 0,
    )
