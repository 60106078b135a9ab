"""A drawn and scanned form beside its electronic copy: what agrees matches, what differs never does."""

import datetime

import drawn
import openpyxl
import pytest
from made_pairs import HEADERS, JIANGSU, RECORDS, SHARES, changed, codes, field, form, record

from pipeline.model import Letter, Verdict

A, B, C, D = RECORDS


def verdicts(result):
    return [f.verdict for r in result.records for f in r.fields]


@pytest.fixture(scope="module")
def same(compare):
    """A sealed form, its electronic copy as printed, and a letter that says as much."""
    page = drawn.sealed(form(RECORDS), JIANGSU, (1350, 800))
    return compare(page, [HEADERS, *RECORDS], letter=Letter(department=JIANGSU, number="苏工信函〔2024〕12号", count=4))


def test_two_copies_that_say_the_same_match_in_every_field(same):
    assert verdicts(same) == [Verdict.MATCH] * 4 * 6
    assert all(f.probability > 0.5 for r in same.records for f in r.fields)
    rows = [(r.electronic_row, r.scan_row, r.key) for r in same.records]
    assert rows == [(n, n, row[1]) for n, row in enumerate(RECORDS, start=1)]
    assert same.findings == ()


def test_each_field_keeps_what_either_copy_says_and_where(same):
    for row, found in enumerate(same.records):
        assert [f.header for f in found.fields] == list(HEADERS[1:])
        assert [f.field for f in found.fields] == ["name", "operator", "code", "investment", "built", "phone"]
        assert [f.electronic for f in found.fields] == list(RECORDS[row][1:])
        assert [f.scan for f in found.fields] == list(RECORDS[row][1:])
        for column, f in enumerate(found.fields, start=1):
            assert f.where.electronic == f"Sheet!{'ABCDEFG'[column]}{row + 2}"
            assert f.where.scan is not None and f.where.scan.page == 1
            assert f.where.scan.y0 == pytest.approx((160 + 84 * (row + 1)) * 0.48, abs=2)
            assert f.where.scan.y1 == pytest.approx((160 + 84 * (row + 2)) * 0.48, abs=2)


def test_the_seal_and_the_letter_are_told(same):
    (seal,) = same.seals
    assert seal.department == JIANGSU and seal.probability > 0.5
    assert (seal.box.x0 + seal.box.x1) / 2 == pytest.approx(1350 * 0.48, abs=5)
    assert same.letter == Letter(department=JIANGSU, number="苏工信函〔2024〕12号", count=4)
    assert {"electronic", "scan", "compare"} <= same.timing.keys()
    assert same.page_turns == {1: 0}


def test_values_may_wear_other_clothes(compare, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    headers = [*HEADERS]
    headers[4] = "投资总额 (万元)"
    sheet.append(headers)
    built = datetime.date(2021, 6, 1)
    sheet.append([1, "新型显示材料\n中试平台", "华星光电有限公司 ", A[3].lower(), 12850.5, built, A[6]])
    sheet["E2"].number_format, sheet["F2"].number_format = "#,##0.00", "yyyy-mm"
    sheet.append([2, B[1], B[2], f"{B[3][:8]} {B[3][8:]}", "8,630.00", "2019.11", B[6].replace("-", "－")])
    sheet.append([3, *C[1:4], "４０７１．７万元", "2020-09", C[6]])
    book.save(tmp_path / "电子版.xlsx")
    result = compare(form(RECORDS[:3]), tmp_path / "电子版.xlsx")
    assert verdicts(result) == [Verdict.MATCH] * 3 * 6


DIFFERENCES = {
    (1, "投资总额（万元）"): "12350.5",
    (1, "建成时间"): "2021年8月",
    (1, "联系电话"): "0512-6288123",
    (2, "中试平台名称"): "末来制药中试基地",
    (2, "投资总额（万元）"): "8680",
    (2, "统一社会信用代码"): "91320100771125671P",
    (3, "统一社会信用代码"): "91820412MA6CF5QK3M",
    (3, "建设运营单位"): "常州碳材料研究所",
    (3, "投资总额（万元）"): "4071.1",
    (4, "建成时间"): "2022年",
    (4, "建设运营单位"): "苏州抽承厂有限公司",
    (4, "联系电话"): "",
}
"""One digit, look-alikes (3/8, 0/8, 1/7, 未/末, 轴/抽), a character too few, another word, nothing at all."""


@pytest.fixture(scope="module", params=["electronic", "scan"])
def different(request, compare):
    """The differences in one copy or the other."""
    other = changed(RECORDS, DIFFERENCES)
    scan, electronic = (RECORDS, other) if request.param == "electronic" else (other, RECORDS)
    return compare(form(scan), [HEADERS, *electronic])


@pytest.mark.parametrize("row_and_header", DIFFERENCES)
def test_a_difference_is_never_a_match(different, row_and_header):
    row, header = row_and_header
    found = field(different.records[row - 1], header)
    assert found.verdict in {Verdict.MISMATCH, Verdict.UNSURE}
    assert found.probability < 0.99


def test_all_else_matches_and_plain_differences_are_told_for_sure(different):
    assert [(r.electronic_row, r.scan_row) for r in different.records] == [(n, n) for n in (1, 2, 3, 4)]
    for row, found in enumerate(different.records, start=1):
        for f in found.fields:
            if (row, f.header) not in DIFFERENCES:
                assert f.verdict is Verdict.MATCH
    assert sum(v is Verdict.MISMATCH for v in verdicts(different)) >= 6


def test_each_mismatch_has_its_finding_with_both_values(different):
    mismatches = [(r.key, f) for r in different.records for f in r.fields if f.verdict is Verdict.MISMATCH]
    findings = [x for x in different.findings if x.code == "field-mismatch"]
    assert len(findings) == len(mismatches)
    for (key, f), finding in zip(mismatches, findings, strict=True):
        assert finding.params["key"] == key and finding.params["header"] == f.header
        assert (finding.params["electronic"], finding.params["scan"]) == (f.electronic, f.scan)
        assert finding.where == f.where and f.electronic in finding.message


@pytest.fixture(scope="module")
def moved(compare):
    """Rows swapped, dropped and added; columns in another order, one unknown to the form, one in either copy alone."""
    headers = ("序号", "建成时间", "中试平台名称", "年检轮次", "联系电话", "建设运营单位", "备注", "投资总额（万元）")
    rounds = {A[1]: "第三轮甲等", B[1]: "第二轮乙等", C[1]: "第三轮乙等", D[1]: "第一轮甲等"}
    scan = [
        [str(n), r[5], r[1], rounds[r[1]], r[6], r[2], "已公示", r[4]] for n, r in enumerate((C, A, D), start=1)
    ]
    shares = (0.5, 1.2, 2.1, 1.3, 1.7, 2.0, 1.0, 1.7)
    electronic = [[*HEADERS[:3], "年检轮次", "联系人", *HEADERS[4:]]]
    electronic += [[*r[:3], rounds[r[1]] if r is not A else "第三轮乙等", "王一", *r[4:]] for r in (A, B, C)]
    return compare(form(scan, headers, shares), electronic)


def test_rows_are_paired_by_what_they_say(moved):
    assert [(r.electronic_row, r.scan_row, r.key) for r in moved.records] == [
        (1, 2, A[1]), (2, None, B[1]), (3, 1, C[1]), (None, 3, D[1]),
    ]  # fmt: skip
    assert [len(r.fields) for r in moved.records] == [6, 0, 6, 0]


def test_rows_in_one_copy_only_are_findings(moved):
    rows = {f.code: f for f in moved.findings if f.code.startswith("row-missing")}
    assert codes(moved).count("row-missing-in-scan") == codes(moved).count("row-missing-in-electronic") == 1
    assert (rows["row-missing-in-scan"].params["row"], rows["row-missing-in-scan"].params["key"]) == ("2", B[1])
    assert rows["row-missing-in-electronic"].params["row"] == "3"
    assert D[1] in rows["row-missing-in-electronic"].message
    assert rows["row-missing-in-electronic"].where.scan.page == 1
    assert rows["row-missing-in-scan"].where.electronic.startswith("Sheet!")


def test_columns_are_paired_by_their_headers_in_the_order_of_the_electronic_copy(moved):
    headers = ["中试平台名称", "建设运营单位", "年检轮次", "投资总额（万元）", "建成时间", "联系电话"]
    assert [f.header for f in record(moved, C[1]).fields] == headers
    assert {f.verdict for f in record(moved, C[1]).fields} == {Verdict.MATCH}


def test_a_column_that_the_form_does_not_know_is_compared_too(moved):
    assert field(record(moved, C[1]), "年检轮次").field is None
    assert field(record(moved, A[1]), "年检轮次").verdict in {Verdict.MISMATCH, Verdict.UNSURE}


def test_a_column_in_one_copy_only_is_a_finding(moved):
    columns = {f.code: f.params["header"] for f in moved.findings if f.code.startswith("column-missing")}
    assert columns == {"column-missing-in-scan": "联系人", "column-missing-in-electronic": "备注"}


def test_a_missing_seal_and_a_letter_that_claims_another_number_are_findings(compare):
    result = compare(form([A], shares=SHARES), [HEADERS, A], letter=Letter(department=JIANGSU, count=5))
    assert codes(result) == ["seal-missing", "letter-count-mismatch"]
    count = result.findings[1]
    assert (count.params["claimed"], count.params["counted"]) == ("5", "1") and "5" in count.message
    assert result.seals == ()


def test_another_bodys_seal_is_a_finding_that_names_both(compare):
    page = drawn.sealed(form([A]), "浙江省经济和信息化厅", (1300, 700), seed=3)
    result = compare(page, [HEADERS, A])
    assert codes(result) == ["seal-mismatch"]
    assert JIANGSU in result.findings[0].message and result.findings[0].where.scan.page == 1
    assert result.seals[0].department == "浙江省经济和信息化厅"


def test_a_letter_in_front_of_the_form_is_read(compare):
    letter = drawn.blank((1240, 1754))
    text = [
        "苏工信函〔2024〕12号",
        "工业和信息化部科技司：",
        "按照有关通知要求，我厅组织开展了梳理填报工作，共报送",
        "中试平台3个，现将有关材料报上，请审阅。",
        "江苏省工业和信息化厅",
        "2024年10月9日",
    ]
    for number, line in enumerate(text):
        drawn.write(letter, line, (160, 260 + 90 * number), 30)
    result = compare([letter, drawn.sealed(form([A, B]), JIANGSU, (1300, 800))], [HEADERS, A, B], department=None)
    assert result.letter is not None
    assert (result.letter.department, result.letter.count, result.letter.date) == (JIANGSU, 3, "2024-10-09")
    assert codes(result) == ["letter-count-mismatch"]
    assert {f.where.scan.page for r in result.records for f in r.fields} == {2}
    assert verdicts(result) == [Verdict.MATCH] * 12
