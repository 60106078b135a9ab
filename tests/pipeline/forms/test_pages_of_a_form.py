"""What page breaks do to a form: pages in the wrong order or missing, cut rows, cut merged cells, a table a section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from extractors.tables import Box, Cell, Document, Table, TextLine
from pipeline.forms.form import load_form
from pipeline.forms.records import RecordTable, read_records
from pipeline.forms.sections import sections_as_columns

FORM = load_form()
HEADER = ["序号", "平台名称", "建设运营单位", "所在地", "投资总额（万元）", "联系电话"]


def row(number: int, place: str | None = "苏州市") -> list[str | None]:
    return [str(number), f"第{number}中试平台", f"第{number}公司", place, str(100 * number), f"0512-6288{number:04}"]


def page(
    number: int,
    *rows: Sequence[str | None],
    spans: Mapping[tuple[int, int], tuple[int, int]] | None = None,
    top: float = 100.0,
) -> Table:
    """A table of a page, 20 points a row; None is a place that a merged cell covers."""
    cells = tuple(
        Cell(
            r, c, text, *(spans or {}).get((r, c), (1, 1)),
            box=Box(number, 100.0 * c, top + 20 * r, 100.0 * c + 100, top + 20 * r + 20),
        )
        for r, texts in enumerate(rows)
        for c, text in enumerate(texts)
        if text is not None
    )  # fmt: skip
    return Table(cells, len(rows), max(map(len, rows)), f"page {number}", number)


def read(*tables: Table, lines: Sequence[TextLine] = ()) -> RecordTable:
    return read_records(Document("scan", tables, tuple(lines)), FORM, "附件3.pdf")


def said(found: RecordTable, field: str) -> list[str]:
    return [found.text(record, field) for record in found.records]


@pytest.mark.parametrize("header", [[HEADER], []])
def test_pages_in_the_wrong_order_are_told_and_their_rows_counted_as_they_lie(header: list[list[str]]) -> None:
    found = read(
        page(1, *header, row(4), row(5), row(6)),
        page(2, *header, row(7)),
        page(3, HEADER, row(1), row(2), row(3)),
    )
    assert said(found, "number") == ["4", "5", "6", "7", "1", "2", "3"]
    assert [r.row for r in found.records] == [1, 2, 3, 4, 5, 6, 7]
    assert [(n.code, n.params) for n in found.notices] == [("pages-out-of-order", {"pages": "3、1、2"})]


def test_what_a_page_begins_goes_on_on_the_page_that_follows_by_number() -> None:
    section = ["二、储备建设中试平台", None, None, None, None, None]
    found = read(
        page(1, ["", "（二期）", "", "", "", ""], row(4), row(5)),
        page(2, HEADER, row(1), section, row(2), row(3), spans={(2, 0): (1, 6)}),
    )
    assert [r.section for r in found.records] == ["二、储备建设中试平台"] * 2 + [None] + ["二、储备建设中试平台"] * 2
    assert said(found, "name")[-1] == "第3中试平台\n（二期）"


def test_a_page_that_is_missing_shows_in_the_row_numbers() -> None:
    found = read(page(1, HEADER, row(1), row(2)), page(2, HEADER, row(5), row(6)))
    assert [(n.code, n.params) for n in found.notices] == [
        ("row-numbers-jump", {"before": "1", "after": "2", "last": "2", "first": "5"})
    ]


@pytest.mark.parametrize(
    "second",
    [
        [row(1), row(2)],  # numbered anew in each section
        [["8", *row(3)[1:]]],  # a single number may be misread
        [["", *row(3)[1:]], ["", *row(4)[1:]]],  # no number could be read
        [row(4), row(3)],  # they say nothing that hangs together
    ],
)
def test_numbers_that_prove_nothing_change_nothing(second: list[list[str]]) -> None:
    found = read(page(1, HEADER, row(1), row(2)), page(2, HEADER, *second))
    assert found.notices == ()
    assert said(found, "name")[:3] == ["第1中试平台", "第2中试平台", second[0][1]]


def test_the_next_number_tells_the_rest_of_a_row_from_one_whose_number_was_not_read() -> None:
    long_rest = ["", "（二期）", "（集团）", "昆山市", "", "转8001"]
    cut = read(page(1, HEADER, row(1), row(2)), page(2, long_rest, row(3)))
    assert said(cut, "operator") == ["第1公司", "第2公司\n（集团）", "第3公司"]
    whole = read(page(1, HEADER, row(1), row(2)), page(2, ["", "某中试平台", "", "", "", ""], row(4)))
    assert said(whole, "name") == ["第1中试平台", "第2中试平台", "某中试平台", "第4中试平台"]


@pytest.mark.parametrize(("above", "below"), [("苏州市", ""), ("", "苏州市")])
def test_a_cell_merged_over_a_page_break_is_said_by_the_rows_of_both_pages(above: str, below: str) -> None:
    found = read(
        page(1, HEADER, row(1, "无锡市"), row(2, above), row(3, None), spans={(2, 3): (2, 1)}),
        page(2, HEADER, row(4, below), row(5, None), row(6, "常州市"), spans={(1, 3): (2, 1)}),
    )
    assert said(found, "place") == ["无锡市", *["苏州市"] * 4, "常州市"]


def test_a_cell_merged_over_three_pages_is_said_on_all() -> None:
    spans = {(1, 3): (2, 1)}
    texts = ("", "苏州市", "")
    pages = [page(n + 1, HEADER, row(2 * n + 1, t), row(2 * n + 2, None), spans=spans) for n, t in enumerate(texts)]
    assert said(read(*pages), "place") == ["苏州市"] * 6


def test_an_empty_cell_below_a_page_break_is_empty_where_nothing_is_merged() -> None:
    found = read(page(1, HEADER, row(1), row(2)), page(2, HEADER, row(3, ""), row(4)))
    assert said(found, "place") == ["苏州市", "苏州市", "", "苏州市"]


@pytest.mark.parametrize("upside_down", [False, True])
def test_the_line_above_a_table_opens_its_section(upside_down: bool) -> None:
    tables = [page(1, HEADER, row(1), top=100), page(1, HEADER, row(2), row(3), top=200)]
    lines = [
        TextLine(text, Box(1, 100, y, 300, y + 10))
        for text, y in (("一、省级中试平台", 80), ("二、储备中试平台", 180), ("三、其他", 190), ("一、重点培育", 300))
    ]
    if upside_down:
        tables = [Table(tuple(Cell(c.row, c.column, c.text, box=turned(c.box)) for c in t.cells), t.rows, 6, page=1)
                  for t in tables]  # fmt: skip
        lines = [TextLine(line.text, turned(line.box)) for line in lines]
    found = read(*tables, lines=lines)
    assert [r.section for r in found.records] == ["一、省级中试平台", "二、储备中试平台", "二、储备中试平台"]


def turned(box: Box | None) -> Box:
    """The box on a page of 600 by 600 points that lies on its head."""
    assert box is not None
    return Box(box.page, 600 - box.x1, 600 - box.y1, 600 - box.x0, 600 - box.y0)


def test_section_rows_stand_for_the_column_that_the_other_copy_has() -> None:
    section = ["一、省级制造业中试平台", None, None, None, None, None]
    spans = {(1, 0): (1, 6)}
    sections = read(page(1, HEADER, section, row(1), row(2), spans=spans))
    with_column = read(page(1, [*HEADER, "平台类别"], [*row(1), "省级"], [*row(2), "储备"]))
    one, other = sections_as_columns(sections, with_column, FORM)
    assert said(one, "category") == ["省级", "省级"] and other == with_column
    assert one.records[0].cells[6].box == Box(1, 0.0, 120.0, 100.0, 140.0)


def test_no_column_is_made_of_sections_that_do_not_reach_every_row() -> None:
    section = ["一、省级制造业中试平台", None, None, None, None, None]
    sections = read(page(1, HEADER, row(1), section, row(2), spans={(2, 0): (1, 6)}))
    with_column = read(page(1, [*HEADER, "平台类别"], [*row(1), "省级"], [*row(2), "储备"]))
    assert sections_as_columns(with_column, sections, FORM) == (with_column, sections)
