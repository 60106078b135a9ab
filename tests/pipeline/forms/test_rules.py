"""Rules as data: what is wrong with one is told in Chinese when the form is loaded, and each type asks what it says."""

import datetime
import tomllib

import openpyxl
import pytest
from pydantic import ValidationError

from extractors.electronic import read
from extractors.errors import UsageError
from pipeline.findings import text_of
from pipeline.forms.form import FORMS, Form, load_form, read_form
from pipeline.forms.records import read_records
from pipeline.forms.rule_checks import Report, rule_findings
from pipeline.forms.rules import RuleType
from pipeline.model import Severity
from pipeline.reports.letter_phrases import PHRASES

TABLE = tomllib.loads((FORMS / "annex3-2024.toml").read_text(encoding="utf-8"))
HEADERS = ("序号", "中试平台名称", "所在地", "平台类别", "建设阶段", "投资总额（万元）", "设备原值（万元）",
           "开工时间", "建成时间", "认定时间", "仪器设备（台/套）", "电子邮箱")  # fmt: skip
RIGHT = ("1", "氢能装备中试平台", "苏州市相城区", "省级", "已建成", 12850.5, 3000, "2019年3月", "2021年6月",
         "2022年1月", 12, "a@b.com")  # fmt: skip
DAY = Report(datetime.date(2024, 10, 10), "320000")


def form_with(*rules):
    return Form.model_validate({**TABLE, "rules": list(rules)})


def rule(**changes):
    return {"id": "r", "type": "required", "field": "built", "text": "第 {row} 行不对。", **changes}


def read_rows(tmp_path, rows, form, headers=HEADERS):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (headers, *rows):
        sheet.append(row)
    path = tmp_path / "附件3.xlsx"
    book.save(path)
    return read_records(read(path), form, path.name)


def changed(**values):
    places = dict(zip(("number", "name", "place", "category", "stage", "investment", "equipment_value", "started",
                       "built", "recognised", "equipment", "email"), range(12), strict=True))  # fmt: skip
    row = list(RIGHT)
    for field, value in values.items():
        row[places[field]] = value
    return row


@pytest.fixture
def broken(tmp_path):
    """The ids of the assumed form's rules that rows break."""

    def ids(*rows, report=DAY, form=None, headers=HEADERS):
        form = form or load_form()
        return [f.params["rule"] for f in rule_findings(read_rows(tmp_path, rows, form, headers), form, report)]

    return ids


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"type": "eval"}, "规则“r”"),
        ({"field": "bulit"}, "“bulit”不是本表的字段"),
        ({"field": ""}, "缺少“field”"),
        ({"pattern": "x"}, "不用“pattern”"),
        ({"type": "format"}, "缺少“pattern”"),
        ({"type": "format", "pattern": "("}, "不是可用的正则表达式"),
        ({"type": "format", "pattern": "(a+)+b"}, "不是可用的正则表达式"),
        ({"type": "range"}, "least 或 most"),
        ({"type": "range", "field": "area", "least": 5, "most": 1}, "least 不大于 most"),
        ({"type": "range", "field": "name", "least": 5}, "不能用于字段“name”"),
        ({"type": "date-order", "other": "name"}, "不能用于字段“name”"),
        ({"type": "excluded", "field": "stage", "values": ["建好了"]}, "“建好了”不在字段“stage”的可选值中"),
        ({"when": [{"field": "stage", "is": ["建好了"]}]}, "“建好了”不在字段“stage”的可选值中"),
        ({"when": [{"field": "stage"}]}, "is 或 filled"),
        ({"when": [{"feild": "stage"}]}, "feild"),
        ({"text": "没有句号"}, "以“。”结尾"),
        ({"text": "第 {line} 行。"}, "花括号"),
        ({"text": "{row.__class__}。"}, "花括号"),
        ({"text": "{row!r}。"}, "花括号"),
        ({"text": "{row。"}, "花括号"),
        ({"severity": "bad"}, "severity"),
        ({"sevirity": "error"}, "sevirity"),
    ],
)
def test_a_wrong_rule_is_told_in_chinese(wrong, said):
    with pytest.raises(ValidationError) as raised:
        form_with(rule(**wrong))
    (error,) = raised.value.errors()
    assert "规则“r”" in error["msg"] and said in error["msg"]


def test_a_form_with_a_wrong_rule_is_not_loaded(tmp_path):
    text = (FORMS / "annex3-2024.toml").read_text(encoding="utf-8")
    text = text.replace('id = "annex3-2024"', 'id = "wrong"', 1)
    text += '\n[[rules]]\nid = "r"\ntype = "required"\nfield = "bulit"\ntext = "不对。"\n'
    (tmp_path / "wrong.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="规则“r”中的“bulit”不是本表的字段") as raised:
        read_form(tmp_path / "wrong.toml")
    assert "validation error" not in str(raised.value)


def test_an_id_stands_once():
    with pytest.raises(ValidationError, match="用了两次"):
        form_with(rule(), rule())
    with pytest.raises(ValidationError, match="rules"):
        Form.model_validate({**TABLE, "rules": "required"})


def test_a_row_that_is_right_breaks_no_rule(broken):
    assert broken(RIGHT) == []


@pytest.mark.parametrize(
    ("values", "rules"),
    [
        ({"built": ""}, ["built-when-finished"]),
        ({"built": "—"}, ["built-when-finished"]),
        ({"built": "", "stage": "在建"}, []),
        ({"built": "2024年12月"}, ["finished-not-in-future"]),
        ({"built": datetime.datetime(2024, 10, 11)}, ["finished-not-in-future"]),
        ({"built": datetime.datetime(2024, 10, 10)}, []),
        ({"built": "2024年"}, []),
        ({"built": "预计2025年12月", "stage": "在建"}, []),
        ({"built": "2020年1月", "stage": "在建"}, ["planned-not-past"]),
        ({"category": "储备"}, ["reserve-not-finished", "reserve-built-in-past"]),
        ({"category": "储备", "stage": "规划", "built": "2026年"}, []),
        ({"started": "2022年1月"}, ["started-before-built"]),
        ({"started": "2021年"}, []),
        ({"recognised": "2025年"}, ["recognised-not-in-future"]),
        ({"equipment_value": 20000}, ["equipment-within-investment"]),
        ({"equipment_value": "2亿元"}, ["equipment-within-investment"]),
        ({"investment": 128505000}, ["investment-in-unit"]),
        ({"investment": "约三亿元"}, []),
        ({"place": "浙江省杭州市"}, ["place-in-region"]),
        ({"place": "高新区"}, []),
        ({"email": "a(at)b"}, ["email-format"]),
        ({"email": ""}, []),
    ],
)
def test_each_rule_of_the_assumed_form_asks_what_it_says(broken, values, rules):
    assert broken(changed(**values)) == rules


def test_a_section_row_says_the_category_that_a_rule_asks_for(broken):
    headers = [h for h in HEADERS if h != "平台类别"]
    row = [value for header, value in zip(HEADERS, RIGHT, strict=True) if header != "平台类别"]
    assert broken(["三、储备建设中试平台"], row, headers=headers) == ["reserve-not-finished", "reserve-built-in-past"]


def test_a_column_that_is_not_there_breaks_no_rule(broken):
    assert broken(RIGHT[:3], headers=HEADERS[:3]) == []


def test_without_a_day_or_a_body_rules_about_them_ask_nothing(broken):
    assert broken(changed(built="2099年1月", place="杭州市"), report=Report()) == []


def test_the_same_platform_at_the_same_place_twice(broken):
    other = [2, *RIGHT[1:]]
    assert broken(RIGHT, other) == ["name-once"]
    assert broken(RIGHT, [2, RIGHT[1], "苏州市吴中区", *RIGHT[3:]]) == []


@pytest.mark.parametrize(
    ("kind", "more", "values", "is_broken"),
    [
        ("empty", {"field": "built"}, {}, True),
        ("empty", {"field": "built"}, {"built": "/"}, False),
        ("range", {"field": "investment", "least": 1}, {"investment": "5000元"}, True),
        ("range", {"field": "investment", "least": 1}, {"investment": "1万元"}, False),
        ("range", {"field": "equipment", "most": 10}, {}, True),
        ("range", {"field": "equipment", "most": 12}, {}, False),
        ("check-character", {"field": "email"}, {"email": "91350100M000100Y43"}, False),
        ("check-character", {"field": "email"}, {"email": "91350100M000100Y44"}, True),
        ("not-past", {"field": "built"}, {"built": "2024年10月"}, False),
        ("required", {"field": "email", "when": [{"field": "recognised", "filled": True}]}, {"email": ""}, True),
        ("required", {"field": "email", "when": [{"field": "recognised", "filled": False}]}, {"email": ""}, False),
    ],
)
def test_the_other_types_of_rules(broken, kind, more, values, is_broken):
    form = form_with({"id": "r", "type": kind, "text": "不对。", **more})
    assert broken(changed(**values), form=form) == (["r"] if is_broken else [])


ROWS = [changed(number=1, investment=10000.25), changed(number=2, name="乙平台", investment=20000.25)]


@pytest.mark.parametrize(
    ("rows", "rules"),
    [
        ([*ROWS, ["合计", "", "", "", "", 30000.5, 6000]], []),
        ([*ROWS, ["合计", "", "", "", "", "30000.5万元", "6,000.00"]], []),
        ([*ROWS, ["合计", "", "", "", "", 30000.6, 6000]], ["totals-add-up"]),
        ([*ROWS, ["合计", "", "", "", "", 30001.5, 5000]], ["totals-add-up", "totals-add-up"]),
        ([["", "合计", "", "", "", 30000.5, 6000], *ROWS], []),
        ([*ROWS, ["合计", "", "", "", "", "/", ""]], []),
        ([ROWS[0], ["小计", "", "", "", "", 10000.25], ROWS[1], ["小计", "", "", "", "", 20000.25],
          ["总计", "", "", "", "", 30000.5]], []),
        ([ROWS[0], ["小计", "", "", "", "", 10000.25], ROWS[1], ["小计", "", "", "", "", 30000.5]], ["totals-add-up"]),
        ([changed(investment="约10000"), ["合计", "", "", "", "", 10000]], []),
    ],
)  # fmt: skip
def test_a_row_of_totals_is_the_sum_of_its_rows(broken, rows, rules):
    assert broken(*rows) == rules


def test_a_total_of_what_is_stored_is_right_where_rows_are_shown_rounded(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    rows = [changed(name=name, investment=10000.4) for name in ("甲", "乙")]
    for row in (HEADERS, *rows, ["合计", *[""] * 4, 20000.8]):
        sheet.append(row)
    for cell in sheet["F"][1:]:
        cell.number_format = "0"  # 10000 and 10000 make 20001
    book.save(tmp_path / "a.xlsx")
    form = load_form()
    table = read_records(read(tmp_path / "a.xlsx"), form, "a.xlsx")
    assert [t.cells[5].text for t in table.totals] == ["20001"]
    assert rule_findings(table, form, DAY) == []


def test_a_finding_names_its_rule_its_place_and_its_value(tmp_path):
    form = load_form()
    table = read_rows(tmp_path, [changed(place="浙江省杭州市")], form)
    (finding,) = rule_findings(table, form, DAY)
    assert (finding.code, finding.severity) == ("rule-broken", Severity.WARNING)
    assert finding.where is not None and finding.where.electronic == "Sheet!C2"
    assert finding.message == (
        "第 1 行“氢能装备中试平台”的“所在地”为“浙江省杭州市”，不在江苏省。请核对。（填报规则：place-in-region）"
    )
    assert PHRASES["rule-broken"].format(**finding.params).endswith("不在江苏省。请核对。")


def test_a_value_with_braces_stays_a_value(tmp_path):
    form = load_form()
    table = read_rows(tmp_path, [changed(place="浙江省{row}", name="{x}{0}")], form)
    (finding,) = rule_findings(table, form, DAY)
    assert "“浙江省{row}”" in finding.message and "“{x}{0}”" in finding.message
    assert text_of(finding.code)


def test_every_type_has_a_meaning_and_the_shipped_rules_are_of_many():
    assert {r.type for r in load_form().rules} <= set(RuleType)
    assert len({r.type for r in load_form().rules}) >= 9
