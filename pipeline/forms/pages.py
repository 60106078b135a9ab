"""What page breaks do to a form: pages that lie in the wrong order, pages that lack, merged cells that are cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.tables import Cell, Notice
from pipeline.forms.form import Form
from pipeline.forms.kinds import Kind
from pipeline.forms.parts import Part, cell_under
from pipeline.forms.record import Column, Record
from pipeline.forms.rows import RowKind, classify
from pipeline.forms.text import fold, squeeze

SURE_VOTES = 2
"""Row numbers of a page that must agree before it is said where the page belongs; one alone may be misread."""
SURE_SHARE = 0.8
"""Share of a page's row numbers that must agree on it: a page where more don't is numbered in another way."""


@dataclass(frozen=True)
class Numbered:
    """Which row numbers a part of the form has."""

    first: int
    last: int
    sure: bool
    """Whether enough of them were read to say so."""


def reading_order(parts: Sequence[Part], form: Form) -> tuple[list[int], list[Notice]]:
    """The order in which the parts follow each other by their row numbers, and what is wrong with that of the file.

    The file's own order holds wherever the numbers don't say another one for certain: where they begin anew in each
    section, where a part has none, where too few were read. Tables without pages are in their own order.
    """
    as_filed = list(range(len(parts)))
    if any(part.table.page is None for part in parts):
        return as_filed, []
    numbers = [_numbered(part, form) for part in parts]
    known = [n for n in numbers if n is not None]
    if len(known) < len(parts) or len(parts) < 2:
        return as_filed, []
    order = sorted(as_filed, key=lambda i: known[i].first)
    steps = [(known[a], known[b]) for a, b in zip(order, order[1:], strict=False)]
    chained = all(a.last + 1 == b.first for a, b in steps)
    apart = all(a.last < b.first for a, b in steps) and all(n.sure for n in known)
    if not (chained or apart):
        return as_filed, []
    notices = [_jump(parts[a], parts[b], known[a].last, known[b].first)
               for a, b in zip(order, order[1:], strict=False) if known[a].last + 1 != known[b].first]  # fmt: skip
    if order != as_filed:
        pages = dict.fromkeys(str(parts[i].table.page) for i in order)
        notices.insert(0, Notice("pages-out-of-order", "warning", {"pages": "、".join(pages)}))
    return order, notices


def _jump(before: Part, after: Part, last: int, first: int) -> Notice:
    params = {"before": str(before.table.page), "after": str(after.table.page)}
    return Notice("row-numbers-jump", "warning", params | {"last": str(last), "first": str(first)})


def _numbered(part: Part, form: Form) -> Numbered | None:
    """The numbers of a part's first and last numbered rows, by what most rows say; None where they don't agree."""
    column = part.number
    if column is None:
        return None
    read: list[tuple[int, str]] = []
    place = 0
    for row in range(part.layout.bottom + 1, part.table.rows):
        cell = cell_under(part.grid, row, column)
        what = classify(part.grid, row, part.table.columns, part.layout.columns, form)
        # A number that is merged over two rows of the grid is one row's.
        if what.kind is RowKind.RECORD and cell.row == row:
            read.append((place, fold(cell.text)))
            place += 1
    if read and not read[0][1]:
        # The rest of a row that the page break cut has no number.
        read = read[1:]
    votes = Counter(int(text) - at for at, text in read if text.isdecimal())
    if not votes:
        return None
    offset, count = votes.most_common(1)[0]
    share = count / len(read)
    if share <= 0.5:
        return None
    return Numbered(read[0][0] + offset, read[-1][0] + offset, count >= SURE_VOTES and share >= SURE_SHARE)


def number_of(cell: Cell | None) -> int | None:
    """The row number that a cell says, None where it says none."""
    text = "" if cell is None else fold(cell.text)
    return int(text) if text.isdecimal() else None


def carry_merged(records: list[Record], breaks: Sequence[int], columns: Sequence[Column], form: Form) -> None:
    """Gives the rows on both sides of a page break the text of a cell that is merged over it, in place.

    Such a cell is two on paper, and its text stands in one of them. In a column that merges no other cells an empty
    one is just that.

    Args:
        records: in the order of reading.
        breaks: places in it of the first records of further pages.
        columns: of the records.
        form: what they fill in.
    """
    for column in columns:
        kept = column.field is not None and (
            column.field.kind is Kind.ROW_NUMBER or column.field.id == form.name_field
        )
        cells = [r.cells.get(column.index) for r in records]
        if kept or not any(c is not None and c.row_span > 1 for c in cells):
            continue
        inner = [at for at in breaks if at < len(records)]
        for at in inner:
            _carry(records, range(at, len(records)), at - 1, column.index)
        for at in reversed(inner):
            _carry(records, range(at - 1, -1, -1), at, column.index)


def _carry(records: list[Record], places: range, source: int, index: int) -> None:
    """Gives the text of a cell to the rows on the other side of a page break that share one empty cell."""
    given, empty = records[source].cells.get(index), records[places[0]].cells.get(index)
    if given is None or empty is None or not squeeze(given.text) or not _is_blank(empty):
        return
    for at in places:
        here = records[at]
        if here.cells.get(index) is not empty or here.section != records[source].section:
            return
        records[at] = replace(here, cells={**here.cells, index: given})


def _is_blank(cell: Cell) -> bool:
    """Whether there is nothing in a cell for certain: neither text, nor ink that wasn't read, nor a seal over it."""
    evidence = cell.evidence
    if squeeze(cell.text) or cell.belied:
        return False
    return evidence is None or not (evidence.unrestricted or evidence.sealed)
