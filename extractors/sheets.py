"""A sheet as any reader of spreadsheets found it, and the tables and notices that come of it.

A reader fills a `Sheet`; nothing else here knows of a file format. What hides is told in one notice for each sheet and
kind, with its places, so that twenty thousand hidden rows are one line for the reviewer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from extractors.errors import UnreadableFileError
from extractors.tables import Cell, Document, Notice, Table, Value

Place = tuple[int, int]
"""Row and column, 0-based."""
Lines = tuple[int, int]
"""First and last row (or column), 0-based."""

MOST_CELLS = 2_000_000
"""Cells of a table, blank ones in between counted; a form of a thousand rows has 20,000."""
WIDE_GAP, TALL_GAP = 256, 1000
"""Blank columns or rows in a run that part two tables. A stray text at the far end of a sheet (row 1,048,576, column
XFD) is a table of its own, and not the end of a table of 17 billion cells."""
MOST_BLOCKS = 200
"""Tables of one sheet. More than these few stray cells, each far from all others, are no one's form."""
MOST_PLACES = 12
"""Places that a notice names; its count says how many there are."""
LONGEST_QUOTE = 60
"""Characters of a comment that its notice quotes."""

ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
"""What cells show whose formulas can't be worked out."""

SEVERITIES = {
    "formula-without-value": "warning",
    "formula-error": "warning",
    "text-invisible": "warning",
    "merge-covers": "warning",
    "numbers-cramped": "warning",
    "numbers-rounded": "info",
    "format-unshown": "warning",
    "date-unreal": "warning",
    "digits-lost": "warning",
}
"""Notices about single cells that a reader may tell of with `Sheet.tell`."""


@dataclass
class Sheet:
    """What one sheet holds. Rows and columns are counted from 0."""

    name: str
    cells: dict[Place, tuple[Value, str]] = field(default_factory=dict)
    """Value and text shown of each cell that holds anything."""
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Top, left, bottom, right."""
    visible: bool = True
    hidden_rows: list[Lines] = field(default_factory=list)
    hidden_columns: list[Lines] = field(default_factory=list)
    filter_rows: Lines | None = None
    """Rows under a filter that is in force: those of them that are hidden are filtered out."""
    comments: dict[Place, str] = field(default_factory=dict)
    told: dict[str, dict[Place, None]] = field(default_factory=dict)
    """Code to the cells it was seen in, in their order."""

    def tell(self, code: str, place: Place) -> None:
        """Notes that something was seen in a cell; `code` is one of `SEVERITIES`."""
        self.told.setdefault(code, {})[place] = None


def document(kind: str, sheets: Iterable[Sheet], name: str, notices: Sequence[Notice] = ()) -> Document:
    """One table for each visible sheet that holds anything (more where wide gaps part it), and the notices.

    Raises:
        UnreadableFileError: file-too-large, file-damaged (merged cells that overlap).
    """
    tables: list[Table] = []
    told = list(notices)
    for sheet in sheets:
        if not sheet.visible:
            if sheet.cells:
                told.append(Notice("sheet-hidden", "warning", {"name": sheet.name}))
            continue
        _uncover(sheet, name)
        told += _notices(sheet)
        for number, block in enumerate(_blocks(sheet)):
            title = f"{sheet.name}!{place_name(block[:2])}" if number else sheet.name
            tables.append(_table(sheet, block, title, name))
    return Document(kind, tuple(tables), notices=tuple(told))


def letters(column: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def place_name(place: Place) -> str:
    """(6, 2) → C7."""
    return f"{letters(place[1])}{place[0] + 1}"


def _uncover(sheet: Sheet, name: str) -> None:
    """Takes away what stands under merged cells, which show their top left cell alone."""
    if not sheet.cells:
        sheet.merges.clear()
        return
    bottom, right = (max(p[i] for p in sheet.cells) for i in (0, 1))
    sheet.merges = [
        (top, left, min(last, bottom), min(end, right))
        for top, left, last, end in sheet.merges
        if top <= bottom and left <= right and last >= top and end >= left
    ]
    left_over = MOST_CELLS
    for top, left, last, end in sheet.merges:
        left_over -= (last - top + 1) * (end - left + 1)
        if left_over < 0:
            raise UnreadableFileError("file-damaged", name=name)
        for place in ((r, c) for r in range(top, last + 1) for c in range(left, end + 1)):
            if place in sheet.cells and place != (top, left):
                _, text = sheet.cells.pop(place)
                for seen in sheet.told.values():
                    seen.pop(place, None)
                # Some programs write the text of a merged cell into each cell under it.
                if text != sheet.cells.get((top, left), (None, ""))[1]:
                    sheet.tell("merge-covers", place)


def _blocks(sheet: Sheet) -> list[tuple[int, int, int, int]]:
    """Top, left, bottom, right of each part of the sheet that wide gaps part from the others."""
    rows, columns = {p[0] for p in sheet.cells}, {p[1] for p in sheet.cells}
    down, across = _runs(sorted(rows), TALL_GAP), _runs(sorted(columns), WIDE_GAP)
    if len(down) == 1 and len(across) == 1:
        return [(down[0][0], across[0][0], down[0][1], across[0][1])]
    blocks = []
    for top, bottom in down:
        columns = {c for r, c in sheet.cells if top <= r <= bottom}
        blocks += [(top, left, bottom, right) for left, right in _runs(sorted(columns), WIDE_GAP)]
    return blocks[:MOST_BLOCKS]


def _runs(numbers: list[int], gap: int) -> list[Lines]:
    runs: list[Lines] = []
    for number in numbers:
        last = runs[-1][1] if runs else -1
        if number - last <= gap:
            runs[-1:] = [(runs[-1][0] if runs else 0, number)]
        else:
            runs.append((number, number))
    return runs


def _table(sheet: Sheet, block: tuple[int, int, int, int], title: str, name: str) -> Table:
    top, left, bottom, right = block
    rows, columns = bottom - top + 1, right - left + 1
    if rows * columns > MOST_CELLS:
        raise UnreadableFileError("file-too-large", name=name, size=f"{rows}×{columns}")
    spans: dict[Place, Place] = {}
    covered: set[Place] = set()
    for first, start, last, end in sheet.merges:
        if top <= first <= bottom and left <= start <= right:
            down, across = min(last, bottom) - first + 1, min(end, right) - start + 1
            spans[first, start] = down, across
            covered |= {(r, c) for r in range(first, first + down) for c in range(start, start + across)}
    covered -= spans.keys()
    heads = [f"{sheet.name}!{letters(c)}" for c in range(left, right + 1)]
    filled, blank, single = sheet.cells.get, (None, ""), (1, 1)
    cells = []
    for r in range(top, bottom + 1):
        number = str(r + 1)
        for c, head in enumerate(heads, left):
            place = (r, c)
            if covered and place in covered:
                continue
            value, text = filled(place, blank)
            down, across = spans.get(place, single) if spans else single
            cells.append(Cell(r - top, c - left, text, down, across, value, head + number))
    return Table(tuple(cells), rows, columns, title)


def _notices(sheet: Sheet) -> list[Notice]:
    found = [
        Notice(code, SEVERITIES[code], _of_cells(code, sheet, list(places)), f"{sheet.name}!{place_name(min(places))}")
        for code, places in sheet.told.items()
        if places
    ]
    if sheet.comments:
        quotes = [f"{place_name(p)}：{_quote(text)}" for p, text in sorted(sheet.comments.items())]
        params = {"name": sheet.name, "count": str(len(quotes)), "comments": _some(quotes, "；")}
        found.append(Notice("comments-present", "warning", params, sheet.name))
    return [*_hidden_lines(sheet), *found]


def _of_cells(code: str, sheet: Sheet, places: list[Place]) -> dict[str, str]:
    places = sorted(places)
    if code in SHOWN:
        named = _some([f"{place_name(p)}（{SHOWN[code](*sheet.cells[p])}）" for p in places[: MOST_PLACES + 1]])
    else:
        named = _some([place_name(p) for p in places[: MOST_PLACES + 1]])
    if code == "formula-without-value":
        return {"place": f"{sheet.name}!{named}"}
    return {"name": sheet.name, "count": str(len(places)), "places": named}


SHOWN: dict[str, Callable[[Value, str], str]] = {
    "formula-error": lambda value, text: text,
    "numbers-rounded": lambda value, text: f"{value} → {text}",
    "format-unshown": lambda value, text: text,
    "digits-lost": lambda value, text: text,
}
"""What the notices of some codes tell of a cell besides its place."""


def _hidden_lines(sheet: Sheet) -> list[Notice]:
    """Hidden rows and columns that hold anything."""
    filled = [sorted({p[i] for p in sheet.cells}) for i in (0, 1)]
    rows = _within(filled[0], sheet.hidden_rows)
    columns = _within(filled[1], sheet.hidden_columns)
    first, last = sheet.filter_rows or (0, -1)
    filtered = [r for r in rows if first <= r <= last]
    rows = [r for r in rows if not first <= r <= last]
    found = []
    if filtered:
        params = {"name": sheet.name, "count": str(len(filtered)), "places": _ranges(filtered, lambda r: str(r + 1))}
        found.append(Notice("rows-filtered", "warning", params, sheet.name))
    if rows or columns:
        named = [_ranges(rows, lambda r: str(r + 1)), _ranges(columns, letters)]
        params = {"name": sheet.name, "places": "、".join(n for n in named if n)}
        found.append(Notice("lines-hidden", "warning", params, sheet.name))
    return found


def _within(filled: list[int], hidden: Iterable[Lines]) -> list[int]:
    """The filled rows or columns that stand in hidden ones."""
    found: set[int] = set()
    for first, last in hidden:
        found.update(filled[bisect_left(filled, first) : bisect_right(filled, last)])
    return sorted(found)


def _ranges(numbers: list[int], named: Callable[[int], str]) -> str:
    """3、5–8: runs in short, and a few of many."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return _some(["–".join(named(n) for n in run) for run in runs])


def _some(names: Sequence[str], sign: str = "、") -> str:
    return sign.join(names[:MOST_PLACES]) + ("……" if len(names) > MOST_PLACES else "")


def _quote(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
