"""Values that differ by a rounding or by their units: told under codes of their own, and never called the same."""

import drawn
import openpyxl
import pytest
from made_pairs import HEADERS, RECORDS, WIDTHS, changed, codes, field

from pipeline.library.decision import needs_decision
from pipeline.model import Severity, Verdict

MONEY = "投资总额（万元）"
A = RECORDS[0]


@pytest.fixture
def compare_stored(compare, tmp_path):
    """Compares a print with a workbook that stores a number under a number format."""

    def run(printed, stored, number_format, header=MONEY):
        headers = [header if h == MONEY else h for h in HEADERS]
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(headers)
        sheet.append(A)
        cell = sheet.cell(2, HEADERS.index(MONEY) + 1, stored)
        cell.number_format = number_format
        book.save(tmp_path / "附件3.xlsx")
        rows = [HEADERS, *changed([A], {(1, MONEY): printed})]
        scan = drawn.text_pdf(tmp_path / "盖章件.pdf", rows, widths=WIDTHS)
        return compare(scan, tmp_path / "附件3.xlsx")

    return run


def told(result, code):
    return [f for f in result.findings if f.code == code]


@pytest.mark.parametrize(("number_format", "printed"), [("0.0", "1234.6"), ("0", "1235"), ("#,##0", "1,235")])
def test_a_number_shown_and_printed_rounded_matches_and_is_told_with_what_is_stored(
    compare_stored, number_format, printed
):
    result = compare_stored(printed, 1234.56, number_format)
    assert field(result.records[0], MONEY).verdict is Verdict.MATCH
    (finding,) = told(result, "rounded")
    assert finding.severity is Severity.INFO and not needs_decision([finding], result.records)
    assert (finding.params["exact"], finding.params["rounded"]) == ("1234.56", printed)
    assert "电子版存储的值为“1234.56”" in finding.message and f"电子版显示的值为“{printed}”" in finding.message


@pytest.mark.parametrize(
    ("shown", "printed", "exact"),
    [("1234.56", "1234.6", "1234.56"), ("1234.56", "1235", "1234.56"), ("1,235", "1234.56", "1234.56")],
)
def test_a_rounding_between_the_copies_is_a_mismatch_with_a_code_of_its_own(compare_texts, shown, printed, exact):
    electronic, scan = (changed([A], {(1, MONEY): value}) for value in (shown, printed))
    result = compare_texts([HEADERS, *scan], [HEADERS, *electronic])
    assert field(result.records[0], MONEY).verdict is Verdict.MISMATCH
    (finding,) = told(result, "rounded")
    assert finding.severity is Severity.ERROR and finding.params["exact"] == exact
    assert told(result, "field-mismatch") == []
    decision = needs_decision(result.findings, result.records)
    assert decision.mismatch == 1 and decision.errors == 1  # the seal is missing, too


def test_a_print_of_what_is_stored_differs_from_what_is_shown(compare_stored):
    result = compare_stored("1234.56", 1234.56, "0")
    assert field(result.records[0], MONEY).verdict is Verdict.MISMATCH
    (finding,) = told(result, "rounded")
    assert (finding.params["exact_in"], finding.params["rounded"]) == ("盖章件的值", "1235")


@pytest.mark.parametrize(("shown", "printed"), [("1234.56", "1234.5"), ("1234.56", "1234.65"), ("1234", "1243")])
def test_figures_that_differ_otherwise_stay_a_plain_mismatch(compare_texts, shown, printed):
    electronic, scan = (changed([A], {(1, MONEY): value}) for value in (shown, printed))
    result = compare_texts([HEADERS, *scan], [HEADERS, *electronic])
    assert field(result.records[0], MONEY).verdict is Verdict.MISMATCH
    assert codes(result).count("field-mismatch") == 1 and told(result, "rounded") == []


@pytest.mark.parametrize("stored", [12850.500000000002, 12850.5, 12850])
def test_what_a_double_has_behind_its_figures_is_no_rounding(compare_stored, stored):
    printed = "12850" if stored == 12850 else "12850.5"
    result = compare_stored(printed, stored, "General")
    assert field(result.records[0], MONEY).verdict is Verdict.MATCH and told(result, "rounded") == []


@pytest.mark.parametrize(
    ("header", "shown", "printed"),
    [
        (MONEY, "1.28505亿元", "12850.5"),
        (MONEY, "5000", "伍仟万元整"),
        ("联系电话", "(0512)62881234", "0512-62881234"),
    ],
)
def test_one_amount_written_otherwise_is_left_to_a_person_with_both_values(compare_texts, header, shown, printed):
    electronic, scan = (changed([A], {(1, header): value}) for value in (shown, printed))
    result = compare_texts([HEADERS, *scan], [HEADERS, *electronic])
    found = field(result.records[0], header)
    assert found.verdict is Verdict.UNSURE and found.scan == printed
    (finding,) = told(result, "written-otherwise")
    assert finding.severity is Severity.WARNING
    assert (finding.params["electronic"], finding.params["scan"]) == (shown, printed)
    assert told(result, "field-mismatch") == []


@pytest.mark.parametrize(
    ("header", "shown", "printed"),
    [
        ("建设运营单位", "华星光电有限责任公司", "华星光电有限公司"),
        ("中试平台名称", "新型显示材料", "新型显示材料中试平台"),
        (MONEY, "约12850.5", "12850.5"),
        (MONEY, "1.28505亿元", "12850.6"),
        ("建成时间", "2021年", "2021年6月"),
    ],
)
def test_what_only_looks_alike_stays_a_mismatch(compare_texts, header, shown, printed):
    electronic, scan = (changed([A], {(1, header): value}) for value in (shown, printed))
    result = compare_texts([HEADERS, *scan], [HEADERS, *electronic])
    assert field(result.records[0], header).verdict is Verdict.MISMATCH
    assert told(result, "written-otherwise") == []


def test_yes_in_two_forms_is_yes(compare_texts):
    headers = [*HEADERS[:6], "是否对外服务"]
    electronic, scan = ([[*A[:6], value]] for value in ("√", "是"))
    result = compare_texts([headers, *scan], [headers, *electronic])
    assert field(result.records[0], "是否对外服务").verdict is Verdict.MATCH
    result = compare_texts([headers, *scan], [headers, [*A[:6], "×"]])
    assert field(result.records[0], "是否对外服务").verdict is Verdict.MISMATCH
