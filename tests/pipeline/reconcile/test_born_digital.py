"""A PDF that a program made in place of the scan: compared by its own text, so that nothing can be misread."""

import itertools

import pytest
from made_pairs import HEADERS, RECORDS, WIDTHS, changed, codes, field

from extractors.errors import UnreadableFileError
from pipeline.model import Verdict

A, B, C, D = RECORDS


def paired(result):
    return [(r.electronic_row, r.scan_row) for r in result.records]


def different(result):
    return [(r.electronic_row, f.header) for r in result.records for f in r.fields if f.verdict is not Verdict.MATCH]


def test_the_same_matches_for_sure_and_only_the_seal_is_missed(compare_texts):
    result = compare_texts([HEADERS, *RECORDS], [HEADERS, *RECORDS])
    assert different(result) == [] and codes(result) == ["seal-missing"]
    assert all(f.probability > 0.99 for r in result.records for f in r.fields)
    where = field(result.records[1], "投资总额（万元）").where.scan
    x0 = 40 + sum(WIDTHS[:4])
    assert where is not None and where.as_list() == pytest.approx([x0, 595 - 440, x0 + WIDTHS[4], 595 - 410], abs=1)


@pytest.mark.parametrize(
    ("row", "header", "value"),
    [
        (1, "投资总额（万元）", "12850.6"),
        (2, "投资总额（万元）", "8630万元左右"),
        (3, "建成时间", "2020年8月"),
        (2, "中试平台名称", "末来制药中试基地"),
        (4, "统一社会信用代码", "91320505MA2AJ4RKO5"),
        (3, "联系电话", "0519-8633090"),
        (1, "建设运营单位", ""),
    ],
)
def test_one_difference_is_one_mismatch_whichever_copy_has_it(compare_texts, row, header, value):
    other = changed(RECORDS, {(row, header): value})
    for scan, electronic in ((RECORDS, other), (other, RECORDS)):
        result = compare_texts([HEADERS, *scan], [HEADERS, *electronic])
        assert different(result) == [(row, header)]
        found = field(result.records[row - 1], header)
        assert found.verdict is Verdict.MISMATCH and found.probability < 0.01
        assert codes(result).count("field-mismatch") == 1


@pytest.mark.parametrize(
    ("header", "written", "printed"),
    [
        ("投资总额（万元）", "12850.5", "12,850.50"),
        ("投资总额（万元）", "12850.5", "12850.5万元"),
        ("建成时间", "2021年6月", "2021-06"),
        ("建成时间", "2021年6月", "2021.6"),
        ("建设运营单位", "华星光电（苏州）有限公司", "华星光电(苏州)有限公司"),
        ("统一社会信用代码", "91320594MA1MK0XJ7E", "91320594ma1mk0xj7e"),
        ("联系电话", "0512-62881234", "0512－62881234"),
    ],
)
def test_two_values_that_differ_in_their_clothes_match(compare_texts, header, written, printed):
    electronic, scan = (changed([A], {(1, header): value}) for value in (written, printed))
    assert different(compare_texts([HEADERS, *scan], [HEADERS, *electronic])) == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[1::3])
def test_rows_in_any_order_find_each_other(compare_texts, order):
    scan = [RECORDS[i] for i in order]
    result = compare_texts([HEADERS, *scan], [HEADERS, *RECORDS])
    assert paired(result) == [(e + 1, order.index(e) + 1) for e in range(4)]
    assert different(result) == [] and codes(result) == ["seal-missing"]


@pytest.mark.parametrize("dropped", range(4))
def test_a_dropped_row_shifts_no_other(compare_texts, dropped):
    fewer = [row for i, row in enumerate(RECORDS) if i != dropped]
    in_scan = compare_texts([HEADERS, *fewer], [HEADERS, *RECORDS])
    places = {e: n for n, e in enumerate((i for i in range(4) if i != dropped), start=1)}
    assert paired(in_scan) == [(e + 1, places.get(e)) for e in range(4)]
    assert [f.params["row"] for f in in_scan.findings if f.code == "row-missing-in-scan"] == [str(dropped + 1)]
    in_electronic = compare_texts([HEADERS, *RECORDS], [HEADERS, *fewer])
    assert paired(in_electronic)[-1] == (None, dropped + 1) and len(in_electronic.records) == 4
    assert in_electronic.records[-1].key == RECORDS[dropped][1]
    assert different(in_scan) == different(in_electronic) == []


def test_rows_that_share_words_of_their_names_are_kept_apart(compare_texts):
    names = ["江苏省新材料中试平台", "江苏省轻合金中试平台", "江苏省新能源中试平台"]
    rows = [[str(n + 1), name, "江苏省产业技术研究院", *RECORDS[n][3:]] for n, name in enumerate(names)]
    result = compare_texts([HEADERS, rows[2], rows[0]], [HEADERS, rows[0], rows[1]])
    assert paired(result) == [(1, 2), (2, None), (None, 1)]


def test_the_same_platform_twice_is_a_finding_about_the_electronic_copy(compare_texts):
    result = compare_texts([HEADERS, A, B, A], [HEADERS, A, B, A])
    assert different(result) == [] and codes(result).count("record-duplicate") == 1


def test_values_that_need_no_second_copy_to_be_wrong_are_findings(compare_texts):
    wrong = changed([A], {(1, "统一社会信用代码"): "91320594MA1MK0XJ70", (1, "建设运营单位"): ""})
    result = compare_texts([HEADERS, *wrong], [HEADERS, *wrong])
    assert different(result) == [] and {"code-check-wrong", "value-missing"} <= set(codes(result))


def test_columns_in_another_order_and_in_one_copy_only(compare_texts):
    headers = [HEADERS[i] for i in (0, 1, 6, 3, 5, 4)]
    scan = [[row[i] for i in (0, 1, 6, 3, 5, 4)] for row in RECORDS]
    electronic = [[*row[:6], "备用"] for row in RECORDS]
    result = compare_texts([headers, *scan], [[*HEADERS[:6], "备注"], *electronic])
    assert [f.header for f in result.records[0].fields] == [HEADERS[i] for i in (1, 3, 4, 5)]
    assert different(result) == []
    columns = sorted((f.code, f.params["header"]) for f in result.findings if f.code.startswith("column"))
    assert columns == [
        ("column-missing-in-electronic", "联系电话"),
        ("column-missing-in-scan", "备注"),
        ("column-missing-in-scan", "建设运营单位"),
    ]


def test_equal_figures_under_different_units_are_no_match(compare_texts):
    electronic = [h.replace("（万元）", "（元）") for h in HEADERS]
    result = compare_texts([HEADERS, *RECORDS], [electronic, *RECORDS])
    assert {header for _, header in different(result)} == {"投资总额（元）"}
    assert "column-unit-differs" in codes(result)


def test_a_unit_that_one_header_leaves_out_is_the_forms(compare_texts):
    unnamed = [h.replace("（万元）", "") for h in HEADERS]
    in_yuan = [h.replace("（万元）", "（元）") for h in HEADERS]
    assert {h for _, h in different(compare_texts([unnamed, *RECORDS], [in_yuan, *RECORDS]))} == {"投资总额（元）"}
    assert not different(compare_texts([unnamed, *RECORDS], [HEADERS, *RECORDS]))


def test_a_column_without_a_header_is_not_passed_over(compare_texts):
    electronic = [[*HEADERS, ""], *([*row, "不公开"] for row in RECORDS)]
    result = compare_texts([HEADERS, *RECORDS], electronic)
    assert [f.params["header"] for f in result.findings if f.code == "column-missing-in-scan"] == ["（无表头）"]


def test_a_file_without_the_form_says_so(compare_texts):
    with pytest.raises(UnreadableFileError) as caught:
        compare_texts([["甲", "乙"], ["1", "2"]], [HEADERS, A], widths=(80, 80))
    assert caught.value.code == "table-missing" and "盖章件.pdf" in caught.value.message
    with pytest.raises(UnreadableFileError) as caught:
        compare_texts([HEADERS, A], [["甲", "乙"], ["1", "2"]])
    assert caught.value.code == "table-missing" and "电子版.xlsx" in caught.value.message
