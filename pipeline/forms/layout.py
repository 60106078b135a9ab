"""Where a table holds the form: its header rows, the column under each header."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from rapidfuzz.fuzz import ratio

from extractors.tables import Cell, Table
from pipeline.forms.form import Field, Form
from pipeline.forms.headers import HeaderMatch, Way, map_headers, scores
from pipeline.forms.kinds import Kind
from pipeline.forms.text import fold, squeeze

LEAST_FIELDS = 3
"""A row that names fewer fields is no header: a title or a note may hold one such word, a group row two."""
DEEPEST_SEARCH = 40
"""Rows from a sheet's top in which the header is looked for."""

LEAST_COUNTED = 3
"""Rows that must count up before a column without a header that says so is that of the row numbers."""
COUNTED = 0.6
"""Share of its rows that must."""
SHORT = 3
"""Characters of a header of row numbers on a scan at most; of two in a thin face both may be misread."""
LIKE_A_NUMBER = 40.0
"""Likeness of a misread header of row numbers to its synonyms, at least: one of two characters in 序号."""

Grid = dict[tuple[int, int], Cell]


@dataclass(frozen=True)
class TableColumn:
    """One column of one table, by the positions of its grid."""

    positions: tuple[int, ...]
    """Grid columns under the header's cell; a header may be merged over several."""
    header: str
    """As printed, white space removed; the group's header before it only where the leaf alone is ambiguous."""
    field: Field | None
    score: float
    sealed: bool = False
    """Whether a seal that can't be told from print stands over the header."""
    way: Way = Way.UNKNOWN
    """See `HeaderMatch` for this and the next."""
    near: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Layout:
    """The header of a table."""

    top: int
    """First row of the header, group rows included."""
    bottom: int
    """Last row of the header; data begin below."""
    columns: tuple[TableColumn, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The ids of the fields it has."""
        return frozenset(c.field.id for c in self.columns if c.field is not None)

    @property
    def score(self) -> float:
        """How well the header fits the form, 0 to 1: the mean of its columns' scores, 0 for those it doesn't know."""
        return sum(c.score for c in self.columns if c.field is not None) / max(len(self.columns), 1)


def row_cells(grid: Grid, row: int, columns: int) -> list[Cell]:
    """The distinct cells that stand in or cover a row, left to right."""
    cells: list[Cell] = []
    for column in range(columns):
        cell = grid.get((row, column))
        if cell is not None and (not cells or cells[-1] is not cell):
            cells.append(cell)
    return cells


def find_layout(table: Table, grid: Grid, form: Form, certain: float) -> Layout | None:
    """The header of a table that holds the form, or None.

    The header is the row that names most fields; of rows that name as many, as cells merged over two rows do, the
    last. Rows above it that are part of the same merged block are group rows.
    """
    best, found = 0, -1
    for row in range(min(table.rows, DEEPEST_SEARCH)):
        cells = row_cells(grid, row, table.columns)
        matches = map_headers([squeeze(c.text) for c in cells], form, certain)
        named = sum(m.field is not None for m in matches)
        texts = sum(bool(squeeze(c.text)) for c in cells)
        if named >= max(LEAST_FIELDS, best, texts * 0.3) and (
            named > best or _same_block(grid, found, row, table.columns)
        ):
            best, found = named, row
    return layout_at(table, grid, found, form, certain) if found >= 0 else None


def layout_at(table: Table, grid: Grid, found: int, form: Form, certain: float) -> Layout:
    """The header of a table of which one row is `found`: with the rows that are part of it below and above."""
    # A leaf row names fewer fields than the row above where only some headers are split below a common group.
    while found + 1 < table.rows and _continues_header(grid, found, table.columns):
        found += 1
    top = found
    while top > 0 and _is_group_row(grid, top - 1, top, table.columns):
        top -= 1
    return Layout(top, found, tuple(_columns(table, grid, top, found, form, certain)))


def named_at_most(table: Table, grid: Grid, form: Form, certain: float) -> int:
    """The most fields that one row names, of a table whether it holds the form or not."""
    rows = range(min(table.rows, DEEPEST_SEARCH))
    texts = ([squeeze(c.text) for c in row_cells(grid, row, table.columns)] for row in rows)
    return max((sum(m.field is not None for m in map_headers(row, form, certain)) for row in texts), default=0)


def _same_block(grid: Grid, above: int, row: int, columns: int) -> bool:
    """Whether a cell covers both rows."""
    return above >= 0 and any(
        grid.get((above, c)) is not None and grid.get((above, c)) is grid.get((row, c)) for c in range(columns)
    )


def _continues_header(grid: Grid, row: int, columns: int) -> bool:
    """Whether the row below is still header: many of this row's cells reach down into it, the others are groups."""
    covering = [grid.get((row, c)) for c in range(columns)]
    below = [grid.get((row + 1, c)) for c in range(columns)]
    reaching = sum(a is not None and a is b and bool(squeeze(a.text)) for a, b in zip(covering, below, strict=True))
    filled = sum(a is not None and bool(squeeze(a.text)) for a in covering)
    return filled > 0 and reaching >= 0.4 * filled


def _is_group_row(grid: Grid, row: int, below: int, columns: int) -> bool:
    """Whether the row groups the headers below it: several texts, merged over some columns or down into the header.

    A title has one text; a line such as 填报单位：… 填报日期：… has colons.
    """
    cells = [c for c in row_cells(grid, row, columns) if squeeze(c.text)]
    if len(cells) < 2 or any(":" in fold(c.text) for c in cells):
        return False
    return _same_block(grid, row, below, columns) or any(c.column_span > 1 for c in cells)


def _columns(table: Table, grid: Grid, top: int, bottom: int, form: Form, certain: float) -> list[TableColumn]:
    spans: list[tuple[Cell | None, list[int]]] = []
    for position in range(table.columns):
        cell = grid.get((bottom, position))
        if cell is not None and spans and spans[-1][0] is cell:
            spans[-1][1].append(position)
        else:
            spans.append((cell, [position]))
    split = [part for span in spans for part in _split(grid, span, bottom, table.rows)]
    leaves = [squeeze(cell.text) if cell is not None else "" for cell, _ in split]
    full = [
        _with_groups(grid, top, bottom, positions[0], leaf) for (_, positions), leaf in zip(split, leaves, strict=True)
    ]
    count = Counter(leaves)
    headers = [whole if leaf and count[leaf] > 1 else leaf for leaf, whole in zip(leaves, full, strict=True)]
    matches = _matches(headers, full, form, certain)
    if certain < form.certain:
        # One text over two columns of a scan is two headers whose border is lost: it's neither for certain.
        shared = Counter(id(cell) for cell, _ in split if cell is not None)
        matches = [
            replace(m, field=None, way=Way.UNKNOWN) if shared[id(cell)] > 1 and m.score < 1.0 else m
            for (cell, _), m in zip(split, matches, strict=True)
        ]
    columns = [
        TableColumn(tuple(positions), header, match.field, match.score, _is_sealed(cell), match.way, match.near)
        for (cell, positions), header, match in zip(split, headers, matches, strict=True)
        if header or _has_text(grid, positions, bottom, table.rows)
    ]
    return _with_number(columns, grid, bottom, table.rows, form, certain)


def _is_sealed(cell: Cell | None) -> bool:
    return cell is not None and cell.evidence is not None and cell.evidence.sealed > 0


def _with_number(
    columns: list[TableColumn], grid: Grid, bottom: int, rows: int, form: Form, certain: float
) -> list[TableColumn]:
    """The columns with the first as that of the row numbers, where its header can't be read and its values count up."""
    number = next((f for f in form.fields if f.kind is Kind.ROW_NUMBER), None)
    if number is None or not columns or columns[0].field is not None or number in [c.field for c in columns]:
        return columns
    header = columns[0].header
    misread = certain < form.certain and len(header) <= SHORT
    likeness = scores(header, form).get(number.id, 0.0)
    if header and not (columns[0].sealed or misread) and likeness < LIKE_A_NUMBER:
        return columns
    cells = [c for c in (grid.get((r, columns[0].positions[0])) for r in range(bottom + 1, rows)) if c is not None]
    texts = [fold(c.text) for c in cells if c.column_span == 1]
    votes = Counter(int(text) - at for at, text in enumerate(t for t in texts if t) if text.isdecimal())
    if not votes or max(votes.values()) < max(LEAST_COUNTED, COUNTED * len(texts)):
        return columns
    return [replace(columns[0], field=number, score=COUNTED, way=Way.COUNTED, near=()), *columns[1:]]


def _matches(headers: list[str], full: list[str], form: Form, certain: float) -> list[HeaderMatch]:
    """The fields by the headers; where a header alone says none, by the header with its groups before it."""
    matches = map_headers(headers, form, certain)
    taken = {m.field.id for m in matches if m.field is not None}
    for i, wider in enumerate(map_headers(full, form, certain)):
        if matches[i].field is None and wider.field is not None and wider.field.id not in taken:
            matches[i] = replace(wider, header=headers[i])
            taken.add(wider.field.id)
    return matches


def _with_groups(grid: Grid, top: int, bottom: int, position: int, leaf: str) -> str:
    parts: list[str] = []
    for row in range(top, bottom):
        cell = grid.get((row, position))
        if cell is not None and cell is not grid.get((bottom, position)):
            text = squeeze(cell.text)
            if text and text not in parts:
                parts.append(text)
    return "".join(parts) + leaf


def _split(
    grid: Grid, span: tuple[Cell | None, list[int]], bottom: int, rows: int
) -> list[tuple[Cell | None, list[int]]]:
    """A header merged over several grid columns is one column, unless a row below has two texts under it."""
    cell, positions = span
    if len(positions) == 1:
        return [span]
    for row in range(bottom + 1, rows):
        below = {id(c): c for p in positions if (c := grid.get((row, p))) is not None and squeeze(c.text)}
        if len(below) > 1:
            return [(cell, [p]) for p in positions]
    return [span]


def _has_text(grid: Grid, positions: list[int], bottom: int, rows: int) -> bool:
    """Whether anything stands below; a header merged over the whole width (a section row) doesn't count."""
    return any(
        (c := grid.get((row, p))) is not None and c.column_span <= len(positions) and squeeze(c.text)
        for row in range(bottom + 1, rows)
        for p in positions
    )


def repeats_header(grid: Grid, row: int, columns: int, headers: frozenset[str]) -> bool:
    """Whether a row is one of the header's rows again, misread in a character or two.

    `headers` are all folded texts of the header's rows, groups included.
    """
    texts = [fold(c.text) for c in row_cells(grid, row, columns) if squeeze(c.text)]
    if len(texts) < 2:
        return False
    alike = sum(any(ratio(t, h) >= 70 for h in headers) for t in texts)
    return alike >= 0.6 * len(texts)
