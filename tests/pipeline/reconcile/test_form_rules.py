"""Rules of the form in a comparison: they know the reporting body and the day of the report."""

import datetime

import drawn
import pytest
from made_pairs import HEADERS, JIANGSU, RECORDS, WIDTHS, changed, codes

from pipeline.forms.form import load_form
from pipeline.model import Letter, Severity
from pipeline.reconcile.checks import report_of

A = RECORDS[0]
PLACED = [*HEADERS[:6], "所在地"]
STAGED = [*HEADERS[:6], "建设阶段"]


def broken(result):
    return [f.params["rule"] for f in result.findings if f.code == "rule-broken"]


@pytest.mark.parametrize(("place", "rules"), [("苏州市", []), ("浙江省宁波市", ["place-in-region"]), ("高新区", [])])
def test_a_place_outside_the_reporting_bodys_province_is_told(compare_texts, place, rules):
    rows = [[*A[:6], place]]
    assert broken(compare_texts([PLACED, *rows], [PLACED, *rows])) == rules


def test_a_date_is_in_the_future_by_the_day_of_the_letter(compare, compare_texts, tmp_path):
    rows = [[*changed([A], {(1, "建成时间"): "2024年12月"})[0][:6], "已建成"]]
    assert broken(compare_texts([STAGED, *rows], [STAGED, *rows])) == []
    scan = drawn.text_pdf(tmp_path / "盖章件.pdf", [STAGED, *rows], widths=WIDTHS)
    result = compare(scan, [STAGED, *rows], letter=Letter(JIANGSU, date="2024-10-10"))
    assert broken(result) == ["finished-not-in-future"]


def test_the_day_is_the_letters_else_the_mails_else_today():
    mail, today = datetime.date(2024, 10, 14), datetime.datetime.now(datetime.UTC).date()
    assert report_of(JIANGSU, Letter(date="2024-10-10"), mail).day == datetime.date(2024, 10, 10)
    assert report_of(JIANGSU, Letter(), mail).day == report_of(JIANGSU, Letter(date="十月"), mail).day == mail
    day = report_of(None, None, None).day
    assert day is not None and abs((day - today).days) <= 1
    assert report_of(JIANGSU, None, mail).region == "320000" and report_of("某局", None, mail).region == ""


def test_every_check_names_its_rule(compare_texts):
    code = "统一社会信用代码"
    slips = {(1, code): "91320594MA1MK0XJ70", (2, code): "91320594MA1MKOXJ7E"}
    wrong = changed([A, A], {**slips, (1, "建设运营单位"): "", (2, "投资总额（万元）"): "若干"})
    result = compare_texts([HEADERS, *wrong], [HEADERS, *wrong])
    rules = {f.code: f.params["rule"] for f in result.findings if "rule" in f.params}
    assert rules["code-check-wrong"] == "code:check-character" and rules["value-missing"] == "operator:required"
    assert rules["value-malformed"].endswith(":kind") and rules["code-hint"] == "code:writing"


def test_a_letter_for_a_figure_in_a_code_is_hinted_at_and_nothing_is_corrected(compare_texts):
    slip = changed([A], {(1, "统一社会信用代码"): "91320594MA1MKOXJ7E"})
    result = compare_texts([HEADERS, *slip], [HEADERS, *slip])
    (hint,) = (f for f in result.findings if f.code == "code-hint")
    assert hint.severity is Severity.INFO and "若应为 91320594MA1MK0XJ7E，则校验位相符" in hint.message
    assert "value-malformed" in codes(result)
    assert next(f for f in result.records[0].fields if f.field == "code").electronic == "91320594MA1MKOXJ7E"
    small = changed([A], {(1, "统一社会信用代码"): "91320594ma1mk0xj7e"})
    (hint,) = (f for f in compare_texts([HEADERS, *small], [HEADERS, *small]).findings if f.code == "code-hint")
    assert "小写字母" in hint.message


def test_several_entries_of_a_vocabulary_in_one_cell_are_told(compare_texts):
    rows = [[*A[:6], "已建成、在建"], [*RECORDS[1][:6], "（已建成）"], [*RECORDS[2][:6], "□已建成☑在建"]]
    result = compare_texts([STAGED, *rows], [STAGED, *rows])
    assert [f.params["row"] for f in result.findings if f.code == "value-several"] == ["1"]
    assert "value-not-allowed" not in codes(result)


def test_the_shipped_rules_only_warn():
    assert {rule.severity for rule in load_form().rules} == {Severity.WARNING, Severity.INFO}
