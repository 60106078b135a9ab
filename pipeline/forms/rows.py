"""What a row below the header is: a record, a section, a note, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from extractors.tables import Cell
from pipeline.forms.form import Form
from pipeline.forms.layout import Grid, TableColumn, row_cells
from pipeline.forms.text import fold, squeeze


class RowKind(StrEnum):
    """What a row is."""

    BLANK = "blank"
    SECTION = "section"
    NOTE = "note"
    RECORD = "record"


@dataclass(frozen=True)
class Row:
    """One row of a table below its header."""

    kind: RowKind
    text: str
    """All it says, with single spaces; for sections and notes."""
    place: str
    """Where it begins."""


LONGEST_SECTION = 30
"""Characters; longer lines are notes."""

_TOTAL = re.compile(r"(?:合计|总计|小计|共计|本页小计|累计)(?:\(?\d+[个家项]?\)?)?:?|(?:合计|总计|共计|小计)[:(].*")
_FILLED_IN = re.compile(
    r"(?:填表人|填报人|制表人|制表|联系人|联系电话|联系方式|经办人|审核人|审核|复核|负责人|单位负责人|主管领导|分管领导|电话|手机|"
    r"填报单位|填表单位|填报时间|填报日期|填表日期|填表时间|报送单位|报送时间|日期|单位|盖章|单位公章)(?:\((?:盖章|签字|签章|公章)\))?:|"
    r"\((?:盖章|公章)\)$|第\d+页(?:[,/]?共\d+页)?$|\d{4}年\d{1,2}月\d{1,2}日$"
)
_NOTE = re.compile(
    r"[*※(\[]?(?:备注|注|注释|说明|填表说明|填报说明|填报要求|附注)\d*[:、.\])]|" + _FILLED_IN.pattern
)
_SECTION = re.compile(
    r"(?:第?[一二三四五六七八九十]+[、.:]|\([一二三四五六七八九十]+\)|第[一二三四五六七八九十]+(?:部分|类|批)|[ⅠⅡⅢⅣIVX]+[、.]|[A-Z][、.])\S+"
)
_MARKS_ONLY = re.compile(r"[^\w]*")


def classify(grid: Grid, row: int, width: int, columns: tuple[TableColumn, ...], form: Form) -> Row:
    """What row `row` of a grid of `width` columns is, by the columns its table has."""
    cells = row_cells(grid, row, width)
    filled = [c for c in cells if squeeze(c.text)]
    text = " ".join(" ".join(c.text.split()) for c in filled)
    place = filled[0].place if filled else ""
    return Row(_kind(filled, grid, row, columns, form), text, place)


def _kind(filled: list[Cell], grid: Grid, row: int, columns: tuple[TableColumn, ...], form: Form) -> RowKind:
    if not filled:
        return RowKind.BLANK
    said = said_by(grid, row, columns)
    folded = [fold(c.text) for c in filled]
    if _TOTAL.fullmatch(folded[0]) or (len(folded) > 1 and folded[0].isdigit() and _TOTAL.fullmatch(folded[1])):
        return RowKind.NOTE
    if all(_NOTE.match(t) for t in folded) or (
        _NOTE.match(folded[0]) and len(folded) <= 3 and form.name_field not in said
    ):
        return RowKind.NOTE
    if len(filled) == 1:
        return _kind_of_single(filled[0], folded[0], said, columns, form)
    wide = [c for c in filled if c.column_span >= max(2, 0.5 * _width(columns))]
    if len(filled) == 2 and wide and (_SECTION.match("".join(folded)) or form.section_value("".join(folded))):
        return RowKind.SECTION
    if not _beyond_number(grid, row, columns):
        return RowKind.BLANK
    return RowKind.RECORD


def _kind_of_single(
    cell: Cell, text: str, said: dict[str, str], columns: tuple[TableColumn, ...], form: Form
) -> RowKind:
    """One text alone in a row: a number that was written beforehand, a section, a note, or a name without the rest."""
    if _MARKS_ONLY.fullmatch(text) or re.fullmatch(r"[(]?\d{1,4}[).、]?", text):
        return RowKind.BLANK
    spans = cell.column_span >= max(2, 0.5 * _width(columns))
    first = cell.column <= columns[0].positions[-1]
    if _SECTION.match(text) or ((spans or first) and len(text) <= LONGEST_SECTION and form.section_value(text)):
        return RowKind.SECTION
    if not spans and not first and form.name_field in said:
        return RowKind.RECORD
    if spans and len(text) <= 20 and not re.search(r"[。;,]", text):
        return RowKind.SECTION
    return RowKind.NOTE


def is_total(text: str) -> bool:
    """Whether a cell labels a row of totals (合计, 小计)."""
    return bool(_TOTAL.fullmatch(fold(text)))


def is_boilerplate(text: str) -> bool:
    """Whether a row that is no record only says who filled in the form and how, which copies needn't have alike."""
    return bool(_FILLED_IN.match(fold(text)))


def opens_section(text: str, form: Form) -> bool:
    """Whether a line above a table opens a section, as 一、省级…… does; a title names several or has no number."""
    folded = fold(text)
    return bool(_SECTION.match(folded)) and len(folded) <= LONGEST_SECTION and form.section_value(folded) is not None


def said_by(grid: Grid, row: int, columns: tuple[TableColumn, ...]) -> dict[str, str]:
    """The folded text of each known field that a row fills."""
    said: dict[str, str] = {}
    for column in columns:
        cell = grid.get((row, column.positions[0]))
        if column.field is not None and cell is not None and squeeze(cell.text):
            said[column.field.id] = fold(cell.text)
    return said


def _beyond_number(grid: Grid, row: int, columns: tuple[TableColumn, ...]) -> bool:
    """Whether a row says more than its own number and marks such as / and —."""
    for column in columns:
        if column.field is not None and column.field.kind == "row-number":
            continue
        for position in column.positions:
            cell = grid.get((row, position))
            # A cell that is merged down from a row above says nothing of this row.
            if cell is not None and cell.row == row and not _MARKS_ONLY.fullmatch(fold(cell.text)):
                return True
    return False


def _width(columns: tuple[TableColumn, ...]) -> int:
    return columns[-1].positions[-1] - columns[0].positions[0] + 1
