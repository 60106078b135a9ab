"""A first form from a filled file: its headers, and what its values seem to be. A person finishes it."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.errors import UnreadableFileError
from extractors.i18n import _
from extractors.tables import Cell, Document, Table
from pipeline.forms.checks import KIND_NAMES
from pipeline.forms.form import Field, Form
from pipeline.forms.guesses import Guess, guess
from pipeline.forms.headers import Way
from pipeline.forms.kinds import Kind
from pipeline.forms.layout import Grid, Layout, find_layout, layout_at, row_cells
from pipeline.forms.numbers import parse_number, unit_of_header
from pipeline.forms.parts import cell_under, is_table
from pipeline.forms.rows import RowKind, classify
from pipeline.forms.text import fold, squeeze

DEEPEST = 40
"""Rows from a table's top in which the header is looked for."""
WIDE_ENOUGH = 0.6
"""Share of the fullest row's cells that a header has at least."""
LONGEST_HEADER = 40
"""Characters."""
MOST_SAMPLES = 3
PRIVATE = frozenset({Kind.PHONE, Kind.CODE})
"""Kinds of which no value is copied into a form."""
PERSONS = re.compile(r"联系人|姓名|负责人|联络人|经办人|填表人|法定代表人|邮箱|邮件|证件|身份证")
"""Headers of columns of which none is copied either."""


@dataclass(frozen=True)
class DraftField:
    """A column as the first form has it."""

    id: str
    header: str
    """Without its unit, unless another column differs by that alone."""
    guess: Guess
    known: Field | None
    """The field of a form that there is, whose name and synonyms it has."""
    samples: tuple[str, ...]
    filled: int
    rows: int


@dataclass(frozen=True)
class Draft:
    """A first form."""

    table: str
    rows: int
    fields: tuple[DraftField, ...]
    name_field: str
    left_out: tuple[str, ...]
    """Headers that could not be fields of their own."""


def draft(document: Document, known: Form, name: str) -> Draft:
    """The first form that a filled document suggests, from its fullest table.

    Args:
        document: as read.
        known: a form whose fields give their ids where the headers are the same.
        name: the file's.

    Raises:
        UnreadableFileError: form-unguessable, where no table has a header and rows.
    """
    drafts = [made for table in document.tables if is_table(table) and (made := _of_table(table, known)) is not None]
    if not drafts:
        raise UnreadableFileError("form-unguessable", name=name)
    return max(drafts, key=lambda made: (len(made.fields) * min(made.rows, 3), made.rows))


def _of_table(table: Table, known: Form) -> Draft | None:
    grid = table.at()
    layout = find_layout(table, grid, known, known.certain) or _layout_without_form(table, grid, known)
    if layout is None:
        return None
    rows = [
        row
        for row in range(layout.bottom + 1, table.rows)
        if classify(grid, row, table.columns, layout.columns, known).kind is RowKind.RECORD
    ]
    fields: list[DraftField] = []
    left_out: list[str] = []
    seen: set[str] = set()
    bare = Counter(fold(_without_unit(column.header)) for column in layout.columns)
    for column in layout.columns:
        header = _without_unit(column.header)
        header = column.header if bare[fold(header)] > 1 else header  # 面积（平方米） beside 面积（亩）
        folded = fold(header)
        if not folded or folded in seen:
            left_out.append(column.header or _("（没有表头的一列）"))
            continue
        seen.add(folded)
        texts = [cell_under(grid, row, column).text for row in rows]
        same = column.field if column.way is Way.SYNONYM else None
        fields.append(_field(len(fields) + 1, column.header, header, texts, same))
    if len(fields) < 2 or not rows:
        return None
    return Draft(table.name, len(rows), tuple(fields), _name_field(fields), tuple(left_out))


def _field(number: int, printed: str, header: str, texts: Sequence[str], known: Field | None) -> DraftField:
    guessed = guess(printed, texts)
    said = [" ".join(text.split()) for text in texts if squeeze(text)]
    private = guessed.kind in PRIVATE or PERSONS.search(header)
    samples = () if private else tuple(dict.fromkeys(text[:30] for text in said))[:MOST_SAMPLES]
    field_id = known.id if known is not None else f"field_{number}"
    return DraftField(field_id, header, guessed, known, samples, len(said), len(texts))


def _name_field(fields: Sequence[DraftField]) -> str:
    """The field that names a record: one called so, else the first of names, else the first of texts."""
    named = [f for f in fields if f.id == "name"] + [f for f in fields if "名称" in f.header]
    kinds = [f for kind in (Kind.ORGANISATION, Kind.TEXT) for f in fields if f.guess.kind is kind]
    return [*named, *kinds, *fields][0].id


def _layout_without_form(table: Table, grid: Grid, known: Form) -> Layout | None:
    """The header by its looks: the first row of short texts that is nearly as full as the fullest row below it."""
    rows = range(min(table.rows - 1, DEEPEST))
    counts = [len(_filled(grid, row, table.columns)) for row in range(min(table.rows, DEEPEST))]
    least = max(2, WIDE_ENOUGH * max(counts, default=0))
    for row in rows:
        cells = _filled(grid, row, table.columns)
        if len(cells) >= least and all(_is_header(c) for c in cells):
            below = _filled(grid, row + 1, table.columns)
            groups = any(c.column_span > 1 for c in cells) and len(below) > len(cells)
            leaf = row + 1 if groups and all(_is_header(c) for c in below) else row
            return layout_at(table, grid, leaf, known, known.certain)
    return None


def _filled(grid: Grid, row: int, columns: int) -> list[Cell]:
    return [c for c in row_cells(grid, row, columns) if squeeze(c.text)]


def _is_header(cell: Cell) -> bool:
    text = fold(cell.text)
    return len(text) <= LONGEST_HEADER and not text.endswith(":") and parse_number(cell.text) is None


def as_toml(made: Draft, title: str) -> str:
    """The form as a file, with comments that say what was guessed and from what; it can be read as it is."""
    text = "\n".join(_lines(made, title)) + "\n"
    Form.model_validate({"id": "draft", **tomllib.loads(text)})  # what is written here must be readable there
    return text


def _lines(made: Draft, title: str) -> Iterator[str]:
    where = _("由表格“{table}”的 {rows} 行填写内容拟出，种类、单位和词表都是推定的，请逐项核对后使用。")
    yield "# " + where.format(table=_one_line(made.table), rows=made.rows)
    yield "# " + _("写法见 docs/forms.md。文件名（不含 .toml）就是表式的编号。")
    kinds = "、".join(f"{kind.value}（{_(KIND_NAMES[kind])}）" for kind in Kind if kind in KIND_NAMES)
    yield "# " + _("种类（kind）可以是：{kinds}。").format(kinds=kinds)
    for header in made.left_out:
        yield "# " + _("未列入：“{header}”（与另一列同名，或没有表头）。").format(header=_one_line(header))
    yield ""
    yield f"title = {_quoted(title)}"
    yield 'version = "1"'
    yield "# " + _("核对之前标为推定；核对后改为 false。")
    yield "assumed = true"
    yield "# " + _("哪一栏是一行记录的名称：")
    yield f"name_field = {_quoted(made.name_field)}"
    for field in made.fields:
        yield ""
        yield from _field_lines(field, field.id == made.name_field)


def _field_lines(field: DraftField, is_name: bool) -> Iterator[str]:
    guessed = field.guess
    yield "[[fields]]"
    yield f"id = {_quoted(field.id)}"
    yield f"header = {_quoted(field.header)}"
    if guessed.filled:
        basis = _("按 {filled} 个值中的 {fitting} 个推定").format(filled=guessed.filled, fitting=guessed.fitting)
    else:
        basis = _("这一列没有填写，无从推定")
    samples = _("；样例：{samples}").format(samples="、".join(map(_one_line, field.samples))) if field.samples else ""
    yield "# " + basis + samples
    yield f"kind = {_quoted(guessed.kind.value)}"
    if field.known is not None and field.known.kind is not guessed.kind:
        yield "# " + _("已有表式中同名的一栏是 {kind}").format(kind=field.known.kind.value)
    if guessed.unit is not None:
        yield f"unit = {_quoted(guessed.unit)}"
    if guessed.values:
        yield "# " + _("只见到这些写法；如还有别的，请补全，或加 open = true")
        yield f"values = [{', '.join(map(_quoted, guessed.values))}]"
    if is_name:
        yield "required = true"
        yield "identifies = true"
    elif guessed.kind is Kind.CODE:
        yield "identifies = true"
    elif field.filled == field.rows:
        yield "# " + _("各行都填了；如是必填，请加 required = true")
    synonyms = [] if field.known is None else [h for h in (field.known.header, *field.known.synonyms)]
    others = [h for h in synonyms if fold(h) != fold(field.header)]
    yield "# " + _("同一栏的其他表头，如 synonyms = [{others}]").format(others=", ".join(map(_quoted, others[:3])))


def _without_unit(header: str) -> str:
    """The header without the unit in its brackets, which is said beside it."""
    unit = unit_of_header(header)
    if unit is None:
        return header
    for opening, closing in ("（）", "()"):
        head, bracket, rest = header.rpartition(opening)
        if bracket and rest.endswith(closing) and head:
            return head
    return header


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's, but for DEL, which TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
