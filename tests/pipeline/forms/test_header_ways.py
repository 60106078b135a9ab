"""How a header comes to its field, why it has none, and which table was chosen: all of it is told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from extractors.electronic import read
from extractors.tables import Document
from pipeline.findings import of_notice
from pipeline.forms.fit import better, fit
from pipeline.forms.form import Form, load_form
from pipeline.forms.header_notices import header_notices
from pipeline.forms.headers import Way, map_headers
from pipeline.forms.records import read_records

FORM = load_form()
TWO = Form.model_validate(
    {
        "id": "two",
        "title": "两栏",
        "assumed": True,
        "name_field": "a",
        "fields": [
            {"id": "a", "header": "年度研发投入金额", "kind": "text"},
            {"id": "b", "header": "年度设备投入金额", "kind": "text"},
        ],
    }
)
HEADERS = ("序号", "平台名称", "承担单位（建设主体）", "总投资额（万元）")
ROW = ("1", "甲中试平台", "甲公司", "100")
Rows = list[tuple[str, ...]]


def workbook(path: Path, **sheets: Rows) -> Document:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return read(path)


@pytest.mark.parametrize(
    ("header", "way", "field"),
    [
        ("平台名称", Way.SYNONYM, "name"),
        ("统一杜会信用代码", Way.SIMILAR, "code"),
        ("对外开放程度", Way.UNKNOWN, None),
        ("", Way.UNKNOWN, None),
    ],
)
def test_a_mapping_has_its_way_and_its_score(header: str, way: Way, field: str | None) -> None:
    (match,) = map_headers([header], FORM)
    assert (match.way, match.field.id if match.field else None) == (way, field)
    assert match.score == 1.0 if way is Way.SYNONYM else match.score < 1.0


def test_below_the_set_certainty_a_header_is_unknown_and_what_it_is_near_is_kept() -> None:
    (match,) = map_headers(["建设摸式"], FORM)
    assert match.field is None
    assert match.near[0] == ("mode", 0.75)


def test_a_near_tie_is_told_and_not_guessed() -> None:
    (match,) = map_headers(["年度投入金额"], TWO)
    assert (match.field, match.way) == (None, Way.TIE)
    assert {field for field, _ in match.near} == {"a", "b"}


def test_a_second_header_of_one_field_is_told() -> None:
    first, second = map_headers(["联系电话", "联系方式"], FORM)
    assert (first.way, second.way, second.near[0][0]) == (Way.SYNONYM, Way.TAKEN, "phone")


def test_two_headers_of_two_levels_are_mapped_by_both(tmp_path: Path) -> None:
    top, below = ("序号", "平台名称", "联系人", "", "投资总额"), ("", "", "姓名", "电话", "")
    rows = [top, below, ("1", "甲平台", "张三", "1", "5")]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:E2"):
        book.active.merge_cells(cells)
    book.save(tmp_path / "a.xlsx")
    found = read_records(read(tmp_path / "a.xlsx"), FORM, "a.xlsx")
    fields = [c.field.id if c.field else None for c in found.columns]
    assert fields == ["number", "name", "contact", "phone", "investment"]


def test_every_doubtful_header_is_a_finding_with_what_to_do(tmp_path: Path) -> None:
    headers = ("序号", "统一杜会信用代码", "平台名称", "投资总额", "总投资", "能耗")
    document = workbook(tmp_path / "a.xlsx", 表=[headers, ("1", "x", "甲平台", "1", "2", "3")])
    found = [of_notice(n) for n in header_notices(read_records(document, FORM, "a.xlsx"), FORM)]
    assert [(f.code, f.severity.value) for f in found] == [
        ("header-similar", "info"),
        ("header-taken", "info"),
        ("header-unknown", "info"),
        ("header-missing", "warning"),
    ]
    assert "“统一杜会信用代码”按相近程度（88%）认作“统一社会信用代码”" in found[0].message
    assert "“总投资”与“投资总额”同为“投资总额”一栏" in found[1].message
    assert "没有找到“建设运营单位”一栏" in found[3].message


def test_a_tie_is_a_warning_that_names_both_fields(tmp_path: Path) -> None:
    more = [{"id": header, "header": header, "kind": "text"} for header in ("名称", "地址", "备注")]
    fields = [*TWO.model_dump()["fields"], *more]
    form = Form.model_validate({**TWO.model_dump(), "fields": fields})
    document = workbook(tmp_path / "a.xlsx", 表=[("名称", "地址", "备注", "年度投入金额"), ("甲", "乙", "丙", "1")])
    (finding,) = (of_notice(n) for n in header_notices(read_records(document, form, "a.xlsx"), form))
    assert (finding.code, finding.severity.value) == ("header-tie", "warning")
    assert "年度研发投入金额" in finding.message
    assert "年度设备投入金额" in finding.message


def test_the_sheet_is_chosen_by_its_header_and_the_choice_is_recorded(tmp_path: Path) -> None:
    cover = [("报送材料", ""), ("序号", "名称")]
    found = read_records(workbook(tmp_path / "a.xlsx", 封面=cover, 附件3=[HEADERS, ROW]), FORM, "a.xlsx")
    tables = [(c.name, c.taken, c.fields, c.score) for c in found.tables]
    assert tables == [("封面", False, 2, 0), ("附件3", True, 4, 1)]
    chosen = of_notice(found.notices[0])
    assert chosen.code == "table-chosen"
    assert "采用了 附件3（4，100%），未采用 封面（2）" in chosen.message


def test_several_sheets_of_the_form_are_all_read_and_told(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"省级": [HEADERS, ROW], "储备": [HEADERS, ("1", "乙中试平台", "乙公司", "5")]}
    found = read_records(workbook(tmp_path / "a.xlsx", **sheets), FORM, "a.xlsx")
    assert [found.text(r, "name") for r in found.records] == ["甲中试平台", "乙中试平台"]
    assert [n.code for n in found.notices] == ["tables-joined"]
    assert "省级（4，100%）、储备（4，100%）" in of_notice(found.notices[0]).message


def test_one_table_is_no_choice(tmp_path: Path) -> None:
    document = workbook(tmp_path / "a.xlsx", 附件3=[HEADERS, ROW], 空=[], 说明=[("填表说明",)])
    assert read_records(document, FORM, "a.xlsx").notices == ()


def test_a_file_that_fits_another_form_better_is_told(tmp_path: Path) -> None:
    headers = (*HEADERS, "关键领域", "所属重点方向")
    document = workbook(tmp_path / "a.xlsx", 表=[headers, (*ROW, "装备制造", "机器人")])
    forms = [load_form("annex3-2024"), load_form("annex3-2025")]
    found = fit(document, forms[0], "a.xlsx")
    other = better(found, document, forms, "a.xlsx")
    assert other is not None
    assert (found.settled, other.form.id, other.settled) == (False, "annex3-2025", True)
    assert better(other, document, forms, "a.xlsx") is None
