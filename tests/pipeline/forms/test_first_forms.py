"""A first form from a filled file: what is guessed, and that it can be used as it is written."""

from __future__ import annotations

import tomllib
from pathlib import Path

import openpyxl
import pytest
from docx import Document as new_word
from hypothesis import given
from hypothesis import strategies as st

from extractors.electronic import read
from extractors.errors import UnreadableFileError
from pipeline.forms.draft import as_toml, draft
from pipeline.forms.fit import fit
from pipeline.forms.form import Form, load_form, read_form
from pipeline.forms.guesses import guess
from pipeline.forms.kinds import Kind

KNOWN = load_form()
CODE = "91320594MA1MK0XJ7E"


@pytest.mark.parametrize(
    ("header", "texts", "kind"),
    [
        ("序号", ["1", "2", "3"], Kind.ROW_NUMBER),
        ("代码", [CODE, CODE, "无"], Kind.CODE),
        ("是否上市", ["是", "否", "√"], Kind.YESNO),
        ("成立时间", ["2021", "2020年6月", "2019.03"], Kind.DATE),
        ("成立", ["2021年5月", "2020年6月"], Kind.DATE),
        ("电话", ["0512-62881234", "13800000000"], Kind.PHONE),
        ("手机", ["13800000000", "13800000001"], Kind.PHONE),
        ("人数（人）", ["12", "300人"], Kind.INTEGER),
        ("产值（万元）", ["12.5", "300"], Kind.DECIMAL),
        ("编码", ["7630.00", "7631.05"], Kind.DECIMAL),
        ("单位名称", ["甲有限公司", "乙研究院"], Kind.ORGANISATION),
        ("所在市", ["南京市", "苏州"], Kind.PLACE),
        ("级别", ["省级", "储备", "省级", "储备", "省级"], Kind.ENUMERATION),
        ("说明", ["甲", "乙"], Kind.TEXT),
        ("备注", ["", "/"], Kind.TEXT),
    ],
)
def test_a_kind_is_guessed_from_the_values(header: str, texts: list[str], kind: Kind) -> None:
    assert guess(header, texts).kind is kind


def test_units_and_choices_are_those_that_were_met() -> None:
    assert guess("产值", ["12万元", "13.5万元"]).unit == "万元"
    assert guess("产值（亿元）", ["12", "13.5"]).unit == "亿元"
    assert guess("级别", ["省级", "储备", "省级", "省级"]).values == ("省级", "储备")


def test_one_slip_among_many_values_is_counted_and_no_more() -> None:
    guessed = guess("产值（万元）", ["1.5"] * 9 + ["暂未统计"])
    assert (guessed.kind, guessed.fitting, guessed.filled) == (Kind.DECIMAL, 9, 10)


@given(st.text(max_size=12), st.lists(st.text(max_size=20), max_size=8))
def test_any_column_has_a_guess(header: str, texts: list[str]) -> None:
    guessed = guess(header, texts)
    assert guessed.fitting <= guessed.filled <= len(texts)


def write_sheet(path: Path) -> Path:
    """A title, a header of two levels, two columns that differ by their unit alone, a total."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某省企业情况统计表"])
    units = ["年产值（亿元）", "年产值（万元）"]
    sheet.append(["序号", "企业名称", "登记情况", None, *units, "是否上市", "联系人", "备注"])
    sheet.append([None, None, "登记机关", "登记日期"])
    for row in range(1, 6):
        sheet.append([row, f"甲{row}有限公司", "市监局", f"2020-0{row}-03", row + 0.5, row * 10, "是", "张三", None])
    sheet.append(["合计", None, None, None, 17])
    for cells in ("A1:I1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3", "G2:G3", "H2:H3", "I2:I3"):
        sheet.merge_cells(cells)
    book.save(path)
    return path


def test_a_first_form_can_be_read_and_fits_the_file_it_came_from(tmp_path: Path) -> None:
    document = read(write_sheet(tmp_path / "a.xlsx"))
    made = draft(document, KNOWN, "a.xlsx")
    assert made.rows == 5
    (tmp_path / "mine.toml").write_text(as_toml(made, "统计表"), encoding="utf-8")
    form = read_form(tmp_path / "mine.toml")
    assert (form.id, form.title, form.assumed) == ("mine", "统计表", True)
    assert [(f.header, f.kind.value) for f in form.fields] == [
        ("序号", "row-number"), ("企业名称", "organisation"), ("登记机关", "text"), ("登记日期", "date"),
        ("年产值（亿元）", "decimal"), ("年产值（万元）", "integer"), ("是否上市", "yesno"), ("联系人", "text"),
        ("备注", "text"),
    ]  # fmt: skip
    assert form.name_field == "operator"
    assert fit(document, form, "a.xlsx").settled


def test_the_file_says_what_was_guessed_from_what_and_holds_no_person(tmp_path: Path) -> None:
    text = as_toml(draft(read(write_sheet(tmp_path / "a.xlsx")), KNOWN, "a.xlsx"), "统计表")
    assert "按 5 个值中的 5 个推定；样例：2020-01-03、2020-02-03、2020-03-03" in text
    assert "这一列没有填写，无从推定" in text
    assert "张三" not in text


def test_a_form_in_a_word_file_is_drafted_too(tmp_path: Path) -> None:
    word = new_word()
    table = word.add_table(3, 3)
    rows = [["编号", "项目名称", "类型"], ["1", "甲", "一"], ["2", "乙", "二"]]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    word.save(str(tmp_path / "a.docx"))
    made = draft(read(tmp_path / "a.docx"), KNOWN, "a.docx")
    assert [f.header for f in made.fields] == ["编号", "项目名称", "类型"]
    assert made.name_field == "name"


def test_columns_of_one_name_and_without_any_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["名称", "金额", "金额", None], ["甲", "1", "2", "x"], ["乙", "3", "4", "y"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    made = draft(read(tmp_path / "a.xlsx"), KNOWN, "a.xlsx")
    assert made.left_out == ("金额", "（没有表头的一列）")
    assert "未列入：“金额”" in as_toml(made, "表")


def test_a_file_without_any_table_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableFileError, match="没有找到表头和数据"):
        draft(read(tmp_path / "a.xlsx"), KNOWN, "a.xlsx")


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_whatever_a_cell_holds_the_file_is_toml(header: str, value: str) -> None:
    from extractors.tables import Cell, Document, Table

    texts = [["名称", header], ["甲", value], ["乙", value]]
    cells = tuple(Cell(r, c, text) for r, row in enumerate(texts) for c, text in enumerate(row))
    try:
        made = draft(Document("xlsx", (Table(cells, 3, 2, header),)), KNOWN, "a.xlsx")
    except UnreadableFileError:
        return
    assert Form.model_validate({"id": "x", **tomllib.loads(as_toml(made, header))})
