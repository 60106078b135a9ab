"""What a cell of each kind means, its normal print, and how two compare."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.forms.dates import PartialDate
from pipeline.forms.form import load_form
from pipeline.forms.kinds import Kind, normal_form
from pipeline.forms.organisations import may_be_short_for, parse_organisation
from pipeline.forms.periods import Period, parse_period
from pipeline.forms.phones import parse_phones, show_phones
from pipeline.forms.quantities import Quantity, parse_quantity, rounded
from pipeline.forms.values import Column, Likeness, compare, parse, show
from pipeline.forms.yesno import parse_yes_no

MODES = ("龙头企业自主建设", "多元主体联合共建")
CATEGORIES = ("省级", "重点培育", "储备")
MONEY = Column(Kind.DECIMAL, "万元", "投资总额（万元）")
AREA = Column(Kind.DECIMAL, "平方米", "场地面积")
COLUMNS = {
    Kind.DECIMAL: MONEY,
    Kind.INTEGER: Column(Kind.INTEGER, "台/套", "仪器设备"),
    Kind.ENUMERATION: Column(Kind.ENUMERATION, values=CATEGORIES),
    **{k: Column(k) for k in Kind if k not in (Kind.DECIMAL, Kind.INTEGER, Kind.ENUMERATION)},
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("5,000.00", "5000万元"),
        ("0.5亿元", "0.5亿元"),
        ("500万", "500万元"),
        ("三点五亿", "350000000元"),
        ("一千二百", "1200万元"),
        ("壹仟贰佰万元整", "12000000元"),
        ("人民币叁拾元伍角", "30.5元"),
        ("约5000万元", "约5000万元"),
        ("近100", "近100万元"),
        ("100余", "100余万元"),
        ("100万元以上", "100万元以上"),
        ("不超过80", "80万元以下"),
        ("200左右", "约200万元"),
        ("100-200", "100~200万元"),
        ("100~200万元", "100~200万元"),
        ("１００至２００万元", "100~200万元"),
        ("5000万~1亿元", "0.5~1亿元"),
    ],
)
def test_a_number_is_read_with_its_unit_and_its_words(text, shown):
    quantity = parse_quantity(text, None, "万元", "投资总额（万元）")
    assert quantity is not None and quantity.show() == shown


@pytest.mark.parametrize(
    "text", ["", "约", "三万五", "三百五", "十十", "5万~8", "1,2", "12个", "100万元至200元", "约100左右", "待定"]
)
def test_what_is_no_number_or_may_be_two_is_none(text):
    assert parse_quantity(text, None, "万元", "投资总额（万元）") is None


def test_what_a_number_counts_is_what_its_column_counts():
    assert parse_quantity("30多家", unit="家") == Quantity(Decimal(30), unit="家", about="余")
    assert parse_quantity("12个", unit="家") == Quantity(Decimal(12), unit="家")
    assert parse_quantity("79台(套)", unit="台/套") == parse_quantity("79", unit="台/套")
    assert parse_quantity("", 12.5, "人") == Quantity(Decimal("12.5"), unit="人")


@pytest.mark.parametrize(
    ("one", "other", "column", "likeness"),
    [
        ("12,850.50", "12850.5", MONEY, Likeness.SAME),
        ("0.5亿元", "5000", MONEY, Likeness.EQUIVALENT),
        ("5000万元", "0.5亿元", MONEY, Likeness.EQUIVALENT),
        ("壹仟贰佰万元整", "1200", MONEY, Likeness.EQUIVALENT),
        ("50000000元", "5000", MONEY, Likeness.EQUIVALENT),
        ("1公顷", "10000㎡", AREA, Likeness.EQUIVALENT),
        ("15亩", "1公顷", AREA, Likeness.EQUIVALENT),
        ("100-200", "100至200万元", MONEY, Likeness.EQUIVALENT),
        ("1234.56", "1234.6", MONEY, Likeness.ROUNDED),
        ("1234.56", "1235", MONEY, Likeness.ROUNDED),
        ("12345", "1.23亿元", MONEY, Likeness.ROUNDED),
        ("1234.56", "1234.5", MONEY, Likeness.DIFFERENT),
        ("1234.56", "1234.65", MONEY, Likeness.DIFFERENT),
        ("5000", "5001", MONEY, Likeness.DIFFERENT),
        ("5000", "50000", MONEY, Likeness.DIFFERENT),
        ("约5000", "5000", MONEY, Likeness.DIFFERENT),
        ("100", "100平方米", MONEY, Likeness.DIFFERENT),
        ("是", "√", COLUMNS[Kind.YESNO], Likeness.SAME),
        ("有", "无", COLUMNS[Kind.YESNO], Likeness.DIFFERENT),
        ("(0512)62881234", "0512-62881234", COLUMNS[Kind.PHONE], Likeness.EQUIVALENT),
        ("+86 138 1234 5678", "13812345678", COLUMNS[Kind.PHONE], Likeness.EQUIVALENT),
        ("0512-62881234", "0512-62881284", COLUMNS[Kind.PHONE], Likeness.DIFFERENT),
        ("苏州相城", "江苏省苏州市相城区", COLUMNS[Kind.PLACE], Likeness.EQUIVALENT),
        ("江苏省苏州市", "浙江省杭州市", COLUMNS[Kind.PLACE], Likeness.DIFFERENT),
        ("省级；储备", "储备、省级", COLUMNS[Kind.ENUMERATION], Likeness.EQUIVALENT),
        ("甲有限责任公司", "甲有限公司", COLUMNS[Kind.ORGANISATION], Likeness.DIFFERENT),
        ("华星光电", "华星光电有限公司", COLUMNS[Kind.ORGANISATION], Likeness.DIFFERENT),
        ("91350100M000100Y43", "9135O1OOMOOO1OOY43", COLUMNS[Kind.CODE], Likeness.DIFFERENT),
        ("2021年6月", "2021-06-01", COLUMNS[Kind.DATE], Likeness.SAME),
        ("2021", "2021年6月", COLUMNS[Kind.DATE], Likeness.DIFFERENT),
        ("拟2025年12月", "预计2025-12", COLUMNS[Kind.DATE], Likeness.EQUIVALENT),
    ],
)
def test_two_values_compare_alike_either_way(one, other, column, likeness):
    assert compare(one, other, column) is compare(other, one, column) is likeness


def test_a_unit_in_one_header_against_a_unit_in_the_other():
    assert compare("5000", "0.5", MONEY, other_header="投资总额（亿元）") is Likeness.EQUIVALENT
    assert compare("5000", "5000", MONEY, other_header="投资总额（元）") is Likeness.DIFFERENT


@pytest.mark.parametrize(
    ("text", "value", "period"),
    [
        ("2021", None, Period(PartialDate(2021))),
        ("2021年6月", None, Period(PartialDate(2021, 6))),
        ("2021.6", None, Period(PartialDate(2021, 6))),
        ("20210615", None, Period(PartialDate(2021, 6, 15))),
        ("二〇二一年六月", None, Period(PartialDate(2021, 6))),
        ("44348", datetime.datetime(2021, 6, 1), Period(PartialDate(2021, 6, 1))),
        ("44348", 44348, None),
        ("2021.06—2023.5", None, Period(PartialDate(2021, 6), PartialDate(2023, 5))),
        ("2021-2023", None, Period(PartialDate(2021), PartialDate(2023))),
        ("计划2025年底前", None, Period(PartialDate(2025), planned=True, edge="底前")),
        ("明年", None, None),
        ("2021年13月", None, None),
    ],
)
def test_a_date_is_read_to_the_precision_given(text, value, period):
    assert parse_period(text, value) == period


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((t, True) for t in ("是", "√", "☑", "■", "有", "Y", "yes", "已建成", "☑是□否", "是（√）否（ ）", "√是 ×否")),
        *((t, False) for t in ("否", "×", "x", "☐", "□", "无", "N", "未", "未开放", "□是 ■否", "是☐否☑", "没有")),
        *((t, None) for t in ("", "部分", "已停止", "□是□否", "☑是☑否", "〇", "是否")),
    ],
)
def test_yes_and_no_in_their_many_forms(text, said):
    assert parse_yes_no(text) is said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("０５１２－６２８８１２３４", "0512-62881234"),
        ("(0437)23418629、13812345678", "0437-23418629、13812345678"),
        ("010-85566666转801", "010-85566666-801"),
        ("01085566666", "010-85566666"),
        ("+86 138-1234-5678", "13812345678"),
        ("手机：13812345678", "13812345678"),
        ("13812345678\n0512-62881234", "13812345678、0512-62881234"),
        ("400-820-8820", "4008208820"),
        ("张三13812345678", None),
        ("1381234567", None),
        ("0512-6288123", "0512-6288123"),
        ("", None),
    ],
)
def test_telephones_of_every_sort(text, shown):
    phones = parse_phones(text)
    assert (None if phones is None else show_phones(phones)) == shown


def test_a_short_name_is_only_ever_a_hint():
    full, short = parse_organisation("苏州华星光电科技有限公司"), parse_organisation("华星光电")
    assert full is not None and short is not None and may_be_short_for(full, short) and may_be_short_for(short, full)
    told = parse_organisation("苏州华星光电科技有限公司（以下简称“华星”）（盖章）")
    assert told is not None and (told.name, told.short) == (full.name, "华星")
    pair = parse_organisation("甲乙有限责任公司"), parse_organisation("甲乙有限公司")
    assert pair[0] is not None and pair[1] is not None and not may_be_short_for(*pair)


def test_a_number_cut_off_is_no_rounding():
    def exact(text):
        return Quantity(Decimal(text), unit="万元")

    assert rounded(exact("1234.56"), exact("1234.6")) and rounded(exact("1235"), exact("1234.56"))
    assert not rounded(exact("1234.56"), exact("1234.5")) and not rounded(exact("1234.56"), exact("1234.560"))
    assert not rounded(exact("1230"), exact("1234")), "noughts of a whole number are figures"


NUMBERS = st.decimals(min_value=-(10**9), max_value=10**12, places=4)
UNITS = st.sampled_from(["", "万元", "亿元", "元", "千元", "平方米", "亩", "台套", "人", "家", "%", "万平方米"])
ABOUT = st.sampled_from(["", "约", "近", "余", "以上", "以下"])
QUANTITIES = st.one_of(
    st.builds(Quantity, NUMBERS, st.none(), UNITS, ABOUT),
    st.builds(Quantity, NUMBERS.map(abs), NUMBERS.map(abs), UNITS, ABOUT.filter(lambda w: w != "余")),
)
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))
PARTIAL = st.builds(
    lambda d, parts: PartialDate(*(d.year, d.month, d.day)[:parts]), DATES, st.integers(1, 3)
)
PERIODS = st.builds(
    Period, PARTIAL, st.none() | PARTIAL, st.booleans(), st.sampled_from(["", "前", "底", "初", "底前"])
)
PIECES = st.sampled_from(
    ["约", "近", "1", "12.5", ",", "-", "~", "至", "万", "亿", "元", "㎡", "亩", "台套", "人", "一", "十", "百", "点",
     "整", "壹", "仟", "2021", "年", "6", "月", "日", "底", "预计", "是", "否", "☑", "□", "√", "(", "）", "0512", "+86",
     "13812345678", "转", "91350100M000100Y43", "江苏省", "苏州", "市", "朝阳区", "省级", "、", "储备", "有限公司",
     "简称", " ", "\n", "²", "⑩", "\ud800"]
)  # fmt: skip
ODD = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=6).map("".join))
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(), st.text())
KINDS = st.sampled_from(list(Kind))


@given(QUANTITIES)
def test_the_print_of_a_quantity_says_the_quantity(quantity):
    assert parse_quantity(quantity.show()) == quantity


@given(PERIODS)
def test_the_print_of_a_period_says_the_period(period):
    assert parse_period(period.show()) == period


@given(ODD, KINDS, VALUES)
def test_no_text_and_no_value_makes_a_parser_fail_and_a_print_says_what_was_parsed(text, kind, value):
    column = COLUMNS[kind]
    meaning = parse(text, column, value)
    if meaning is not None and meaning == meaning:
        assert parse(show(meaning), column) == meaning


@given(ODD, ODD, KINDS)
def test_comparing_is_symmetric_and_everything_is_itself(one, other, kind):
    column = COLUMNS[kind]
    assert compare(one, other, column) is compare(other, one, column)
    assert compare(one, one, column) is Likeness.SAME


@given(ODD, KINDS)
def test_a_normal_form_is_its_own(text, kind):
    once = normal_form(text, kind, COLUMNS[kind].unit, COLUMNS[kind].header)
    assert normal_form(once, kind, COLUMNS[kind].unit, COLUMNS[kind].header) == once


@given(st.decimals(0, 10**8, places=2), st.sampled_from(["万元", "元", "亿元"]), st.integers(0, 9), st.integers(1, 9))
def test_one_figure_changed_is_always_different_or_rounded_and_never_the_same(number, unit, place, step):
    text = f"{number:.2f}"
    figures = [i for i, c in enumerate(text) if c.isdigit()]
    at = figures[place % len(figures)]
    other = text[:at] + str((int(text[at]) + step) % 10) + text[at + 1 :]
    likeness = compare(text + unit, other + unit, MONEY)
    assert likeness in (Likeness.DIFFERENT, Likeness.ROUNDED)


def test_every_field_of_the_form_has_a_column():
    for field in load_form().fields:
        assert Column.of(field, field.header).kind is field.kind
