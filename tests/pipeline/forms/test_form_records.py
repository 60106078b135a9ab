from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from extractors.errors import UnreadableFileError
from extractors.tables import Cell, Document, Table
from pipeline.forms.form import load_form
from pipeline.forms.records import read_records

FORM = load_form()
HEADER = ["序号", "平台名称", "建设运营单位", "所属行业", "投资总额\n（万元）", "联系电话"]
ROWS = [
    ["1", "甲中试平台", "甲公司", "钢铁", "100", "0437-23418629"],
    ["2", "乙中试平台", "乙公司", "汽车", "200", "0437-23418628"],
    ["3", "丙中试平台", "丙公司", "纺织", "300", "0437-23418627"],
]


def table(*rows, spans=None, name="Sheet1", page=None):
    """A grid; None is a place that a merged cell covers; spans are {(row, column): (rows, columns)}."""
    spans = spans or {}
    cells = [
        Cell(r, c, text, *spans.get((r, c), (1, 1)), place=f"{name}!{r}.{c}")
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text is not None
    ]
    return Table(tuple(cells), len(rows), max(len(row) for row in rows), name, page)


def wide(text, width=6):
    return [text, *[None] * (width - 1)]


def read(*tables, kind="xlsx"):
    return read_records(Document(kind, tables), FORM, "附件3.xlsx")


def names(found):
    return [found.text(r, "name") for r in found.records]


def test_titles_notes_totals_and_blank_rows_are_no_records():
    found = read(
        table(
            wide("附件3"),
            wide("省级或重点培育中试平台名录及储备建设情况"),
            ["填报单位（盖章）：江苏省工业和信息化厅", "", "", "", "填报日期：2024年10月9日", ""],
            HEADER,
            *ROWS[:2],
            [""] * 6,
            ROWS[2],
            ["合计", "", "", "", "600", ""],
            ["4", "", "", "", "", ""],
            ["联系人：胡超    联系电话：0618-78783537", "", "", "", "", ""],
            wide("注：本表一式两份。"),
            spans={(0, 0): (1, 6), (1, 0): (1, 6), (11, 0): (1, 6)},
        )
    )
    assert [c.header for c in found.columns] == [
        "序号",
        "平台名称",
        "建设运营单位",
        "所属行业",
        "投资总额（万元）",
        "联系电话",
    ]
    assert names(found) == ["甲中试平台", "乙中试平台", "丙中试平台"]
    assert [r.row for r in found.records] == [1, 2, 3]
    assert len(found.notes) == 3 and "胡超" in found.notes[1]


def test_section_rows_are_kept_with_the_records_below_them():
    found = read(
        table(
            HEADER,
            wide("一、省级制造业中试平台"),
            ROWS[0],
            ["二、储备平台", "", "", "", "", ""],
            *ROWS[1:],
            spans={(1, 0): (1, 6)},
        )
    )
    assert [(r.row, r.section) for r in found.records] == [
        (1, "一、省级制造业中试平台"),
        (2, "二、储备平台"),
        (3, "二、储备平台"),
    ]


def test_of_two_header_rows_the_lower_one_names_the_columns():
    found = read(
        table(
            ["基本信息", None, None, "建设情况", None, "联系方式"],
            HEADER,
            *ROWS,
            spans={(0, 0): (1, 3), (0, 3): (1, 2)},
        )
    )
    assert [c.header for c in found.columns][-1] == "联系电话"
    assert len(found.records) == 3


def test_headers_merged_over_two_rows_and_a_group_beside_them_are_one_header():
    found = read(
        table(
            ["序号", "平台名称", "建设运营单位", "建设情况", None, "联系方式", None],
            [None, None, None, "建设模式", "投资总额", "姓名", "电话"],
            ["1", "甲中试平台", "甲公司", "企业自主", "100", "张三", "12345678"],
            spans={(0, 0): (2, 1), (0, 1): (2, 1), (0, 2): (2, 1), (0, 3): (1, 2), (0, 5): (1, 2)},
        )
    )
    assert [c.field.id if c.field else None for c in found.columns] == [
        "number", "name", "operator", "mode", "investment", "contact", "phone",
    ]  # fmt: skip
    assert len(found.records) == 1


def test_a_header_that_stands_twice_is_told_apart_by_its_group():
    found = read(
        table(
            ["序号", "平台名称", "建设运营单位", "仪器设备", None, "成果转化", None],
            [None, None, None, "数量", "金额", "数量", "金额"],
            ["1", "甲中试平台", "甲公司", "10", "100", "3", "70"],
            spans={(0, 0): (2, 1), (0, 1): (2, 1), (0, 2): (2, 1), (0, 3): (1, 2), (0, 5): (1, 2)},
        )
    )
    assert [c.header for c in found.columns[3:]] == ["仪器设备数量", "仪器设备金额", "成果转化数量", "成果转化金额"]
    assert found.column("equipment") == found.columns[3]


def test_a_cell_merged_downwards_is_said_by_every_row_it_covers():
    found = read(
        table(
            HEADER,
            ROWS[0],
            ["2", "乙中试平台", None, None, "200", ""],
            ["3", "丙中试平台", "丙公司", "纺织", "300", ""],
            spans={(1, 2): (2, 1), (1, 3): (2, 1)},
        )
    )
    assert [found.text(r, "operator") for r in found.records] == ["甲公司", "甲公司", "丙公司"]


def test_a_record_over_two_rows_of_the_grid_is_one_record():
    found = read(
        table(
            HEADER,
            ["1", "甲中试平台", "甲公司", "钢铁", "100", "12345678"],
            [None, None, None, None, None, "13812345678"],
            ROWS[1],
            spans={(1, c): (2, 1) for c in range(5)},
        )
    )
    assert names(found) == ["甲中试平台", "乙中试平台"]
    assert found.text(found.records[0], "phone") == "12345678\n13812345678"


def test_a_table_goes_on_over_pages_with_or_without_its_header():
    found = read(
        table(HEADER, ROWS[0], name="page 1", page=1),
        table(HEADER, ROWS[1], name="page 2", page=2),
        table(ROWS[2], wide("合计"), name="page 3", page=3, spans={(1, 0): (1, 6)}),
        kind="scan",
    )
    assert names(found) == ["甲中试平台", "乙中试平台", "丙中试平台"]
    assert [r.row for r in found.records] == [1, 2, 3]
    assert len(found.columns) == 6


def test_a_misread_header_on_a_further_page_is_no_record():
    found = read(
        table(HEADER, ROWS[0], page=1),
        table(["序吕", "平合名称", "建投运营单位", "所属行亚", "投资总颜万元", "联系电活"], ROWS[1], page=2),
        kind="scan",
    )
    assert names(found) == ["甲中试平台", "乙中试平台"]
    assert len(found.columns) == 6


def test_a_stray_empty_column_and_an_unknown_column_do_no_harm():
    found = read(
        table(
            [*HEADER[:3], "", *HEADER[3:], "获奖情况"],
            *([*row[:3], "", *row[3:], "无"] for row in ROWS),
        )
    )
    assert [c.header for c in found.columns][-1] == "获奖情况"
    assert len(found.columns) == 7
    assert found.columns[-1].field is None
    assert found.records[0].cells[6].text == "无"


def test_a_column_whose_header_cannot_be_read_is_kept():
    found = read(table([*HEADER[:3], "", *HEADER[4:]], *ROWS), kind="scan")
    assert found.columns[3].header == "" and found.columns[3].field is None
    assert found.records[1].cells[3].text == "汽车"


def test_the_right_hand_pages_of_a_wide_table_widen_its_records():
    left, right = [0, 1, 2], [3, 4, 5]
    found = read(
        table(*[[row[i] for i in left] for row in (HEADER, *ROWS[:2])], page=1),
        table([ROWS[2][i] for i in left], page=2),
        table(*[[row[i] for i in right] for row in (HEADER, *ROWS[:2])], page=3),
        table([ROWS[2][i] for i in right], page=4),
        kind="pdf",
    )
    assert [[r.cells[i].text for i in range(6)] for r in found.records] == ROWS


def test_sheets_by_category_are_read_one_after_the_other():
    found = read(table(HEADER, ROWS[0], name="省级"), table(HEADER, *ROWS[1:], name="储备"))
    assert [(r.row, r.section) for r in found.records] == [(1, "省级"), (2, "储备"), (3, "储备")]


def test_a_table_that_is_not_the_form_is_told_of():
    found = read(table(HEADER, *ROWS), table(["年份", "预算"], ["2024", "100"], name="经费"))
    assert [(n.code, n.params) for n in found.notices] == [
        ("table-chosen", {"taken": "Sheet1（6，100%）", "others": "经费（0）"}),
        ("table-unused", {"name": "经费"}),
    ]


def test_a_document_without_the_form_says_so():
    with pytest.raises(UnreadableFileError) as caught:
        read(table(["年份", "预算"], ["2024", "100"]))
    assert caught.value.code == "table-missing"
    assert "附件3.xlsx" in caught.value.message


@dataclass(frozen=True)
class Printed:
    """Evidence of an image that plainly shows one text."""

    text: str
    sealed: float = 0.0

    def loss(self, hypotheses: Sequence[str]) -> list[float]:
        return [0.0 if h == self.text else 5.0 for h in hypotheses]

    def followed_by(self, other: "Printed") -> "Printed":
        return Printed(self.text + other.text)


def test_a_row_cut_by_a_page_break_is_one_record_with_the_evidence_of_both_parts():
    first, second = table(HEADER, ROWS[0], page=1), table(HEADER, ["", "（二期）", "", "", "", ""], ROWS[1], page=2)
    tables = tuple(
        Table(
            tuple(Cell(c.row, c.column, c.text, evidence=Printed(c.text)) for c in t.cells),
            t.rows,
            t.columns,
            page=t.page,
        )
        for t in (first, second)
    )
    found = read(*tables, kind="scan")
    assert names(found) == ["甲中试平台\n（二期）", "乙中试平台"]
    name = found.records[0].cells[1]
    assert name.evidence is not None
    assert name.evidence.loss(["甲中试平台（二期）", "甲中试平台（三期）"]) == [0.0, 5.0]
