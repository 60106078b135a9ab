import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.forms.kinds import MOST_FORMS, Kind, allowed_characters, guess_kind, normal_form, printed_forms
from pipeline.forms.numbers import with_separators

SAME = [
    ("12,850.50", "12850.5", "decimal", "万元", "投资总额（万元）"),
    ("１７６１０．４６", "17610.46", "decimal", "万元", "总投资（万元）"),
    ("12850.5万元", "12850.5", "decimal", None, "总投资（万元）"),
    ("1000㎡", "1000", "decimal", "平方米", "场地面积"),
    ("79台（套）", "79", "integer", "台/套", "仪器设备"),
    ("98 647.00", "98647", "decimal", "万元", ""),
    ("2021年6月", "2021-06", "date", None, "建成时间"),
    ("2021.6", "2021/06", "date", None, "建成时间"),
    ("2021年06月", "2021/6/1 00:00:00", "date", None, "建成时间"),
    ("二〇二一年十二月", "202112", "date", None, "建成时间"),
    ("2021.06—2023.5", "2021年6月至2023年5月", "date", None, "建设周期"),
    ("预计2025年3月", "预计2025-03", "date", None, "建成时间"),
    ("半导体(集团)有限公司", "半导体（集团）\n有限公司", "organisation", None, ""),
    (" 苏州市 相城区", "苏州市相城区", "place", None, ""),
    ("0437—23418629", "0437-23418629", "phone", None, ""),
    ("91410067lndl4bc9rj", "91410067LNDL4BC9RJ", "code", None, ""),
    ("“首台套”", '"首台套"', "text", None, ""),
    ("2.", "2", "row-number", None, "序号"),
]
DIFFERENT = [
    ("7630.00", "7630-00", "decimal", "万元", ""),
    ("1692.83", "16928.3", "decimal", "万元", ""),
    ("12850.5", "12850.05", "decimal", "万元", ""),
    ("12万元", "12", "decimal", "万元", "投资（元）"),
    ("1.5亿元", "15000", "decimal", "万元", "投资总额（万元）"),
    ("12,85", "1285", "decimal", None, ""),
    ("2021年6月", "2021年9月", "date", None, ""),
    ("2021年6月", "2021年6月15日", "date", None, ""),
    ("2021年", "2021年1月", "date", None, ""),
    ("未来", "末来", "organisation", None, ""),
    ("10²", "102", "text", None, ""),
    ("MPa", "Mpa", "text", None, ""),
    ("是", "否", "yesno", None, ""),
    ("0437-23418629", "0437-23418628", "phone", None, ""),
]


@pytest.mark.parametrize(("one", "other", "kind", "unit", "header"), SAME)
def test_values_that_differ_in_their_clothes_say_the_same(one, other, kind, unit, header):
    assert normal_form(one, kind, unit, header) == normal_form(other, kind, unit, header)


@pytest.mark.parametrize(("one", "other", "kind", "unit", "header"), DIFFERENT)
def test_values_that_differ_stay_apart(one, other, kind, unit, header):
    assert normal_form(one, kind, unit, header) != normal_form(other, kind, unit, header)


def test_a_number_is_never_read_as_a_date_and_an_impossible_date_stays_a_text():
    assert normal_form("2000.10", "decimal") == "2000.1"
    assert normal_form("7630.00", "date") == "7630.00"
    assert normal_form("2021年13月", "date") == "2021年13月"


def test_a_number_may_be_printed_with_separators_decimals_and_its_unit():
    forms = printed_forms("12850.5", 12850.5, "decimal", "万元", "投资总额（万元）")
    assert forms[0] == "12850.5"
    assert {"12,850.5", "12850.50", "12,850.50", "12850.5万元"} <= set(forms)


def test_of_several_points_only_the_last_can_be_one():
    assert [with_separators(t) for t in ("3.578.6", "1.234.567.25", "-3.578.60", "3,578.100.5")] == [
        "3,578.6", "1,234,567.25", "-3,578.60", "3,578,100.5",
    ]  # fmt: skip
    # Here the last point may be a comma as well, or there is but one.
    for text in ("1.234.567", "5.018", "12.34.5", "2021.6", "0.578.6", "3.578.²", ""):
        assert with_separators(text) == text


def test_a_date_cell_may_be_printed_in_every_usual_way():
    forms = printed_forms("2021年6月", datetime.datetime(2021, 6, 1), "date")
    assert {"2021年6月", "2021年06月", "2021-06", "2021.06", "2021.6", "2021/6"} <= set(forms)


def test_what_stands_first_among_the_printed_forms_is_the_text_as_written():
    assert printed_forms(" １７６１０．\n４６", None, "decimal")[0] == "１７６１０．４６"
    assert printed_forms("绵阳道氏半导体(集团)有限公司", None, "organisation") == [
        "绵阳道氏半导体(集团)有限公司",
        "绵阳道氏半导体（集团）有限公司",
    ]
    assert printed_forms("是", None, "yesno") == ["是"]


@given(st.text(max_size=14), st.sampled_from(list(Kind)), st.sampled_from([None, "万元", "台/套"]))
def test_printed_forms_all_say_what_the_value_says(text, kind, unit):
    forms = printed_forms(text, None, kind, unit, "")
    assert 1 <= len(forms) <= MOST_FORMS
    assert {normal_form(f, kind, unit, "") for f in forms} == {normal_form(text, kind, unit, "")}


@given(st.decimals(min_value=0, max_value=10**8, places=2))
def test_every_way_to_print_a_number_has_one_normal_form(number):
    forms = [f"{number}", f"{number:,}", f"{number:f}万元", f"{number:,.2f}"]
    assert len({normal_form(f, "decimal", "万元") for f in forms}) == 1


@given(st.integers(1950, 2049), st.integers(1, 12))
def test_every_way_to_print_a_month_has_one_normal_form(year, month):
    forms = [f"{year}年{month}月", f"{year}-{month:02}", f"{year}.{month}", f"{year}/{month}", f"{year}{month:02}"]
    assert {normal_form(f, "date") for f in forms} == {f"{year}-{month:02}"}


@given(st.text(max_size=20), st.sampled_from(list(Kind)))
def test_the_normal_form_of_a_text_is_its_own_normal_form(text, kind):
    once = normal_form(text, kind)
    assert normal_form(once, kind) == once


def test_decoding_is_limited_to_what_a_kind_can_hold():
    code = allowed_characters("code")
    assert code is not None and not set("IOSVZ") & code and set("0189ABXY") <= code
    number = allowed_characters("decimal", "万元")
    assert number is not None and {"万", "元", ".", ","} <= number and "O" not in number
    assert allowed_characters("organisation") is None
    assert allowed_characters("yesno") is None


def test_a_column_the_form_does_not_know_has_its_kind_guessed_from_header_and_values():
    assert guess_kind("研发投入（万元）", ["1,200.50", "88", ""]) is Kind.DECIMAL
    assert guess_kind("批准年月", ["2021.10", "2022年3月"]) is Kind.DATE
    assert guess_kind("研发投入", ["2021.10", "2022.3"]) is Kind.DECIMAL
    assert guess_kind("备注", ["拟扩建", ""]) is Kind.TEXT
    assert guess_kind("传真", ["01012345678", "02112345678"]) is Kind.TEXT
    assert guess_kind("空栏", ["", ""]) is Kind.TEXT
