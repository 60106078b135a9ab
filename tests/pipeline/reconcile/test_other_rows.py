"""Rows that are no platforms aren't compared field by field, but none is lost in silence."""

import drawn
from made_pairs import HEADERS, RECORDS, WIDTHS

from pipeline.model import Verdict


def row(*texts):
    return [*texts, *[""] * (len(HEADERS) - len(texts))]


def told(result):
    return [(f.code, f.params) for f in result.findings if f.code.startswith("other-row")]


def test_totals_alike_need_no_word(compare_texts):
    rows = [HEADERS, *RECORDS, row("合计", "4", "", "", "31,000")]
    assert told(compare_texts(rows, rows)) == []


def test_totals_that_differ_are_told(compare_texts):
    printed = [HEADERS, *RECORDS, row("合计", "4", "", "", "31,000")]
    typed = [HEADERS, *RECORDS, row("合计", "4", "", "", "37,000")]
    assert told(compare_texts(printed, typed)) == [
        ("other-row-differs", {"electronic": "合计 4 37,000", "scan": "合计 4 31,000"})
    ]


def test_a_row_of_one_copy_is_told_and_who_filled_it_in_is_not(compare_texts):
    printed = [HEADERS, *RECORDS, row("填表人：王某")]
    typed = [HEADERS, *RECORDS, row("小计：4 个平台")]
    assert told(compare_texts(printed, typed)) == [("other-row-only-in-electronic", {"text": "小计：4 个平台"})]


def test_remarks_that_differ_are_told(compare_texts):
    printed = [HEADERS, *RECORDS, row("", "备注：合计31项")]
    typed = [HEADERS, *RECORDS, row("", "备注：合计37项")]
    assert [code for code, _ in told(compare_texts(printed, typed))] == ["other-row-differs"]


def test_an_electronic_copy_that_shows_something_else_is_no_match(compare, tmp_path):
    left, top = 40 + sum(WIDTHS[:4]), 500 - 30
    cover = f"1 1 1 rg {left + 2} {top - 28} {WIDTHS[4] - 4} 26 re f"
    paths = [
        drawn.text_pdf(tmp_path / f"{name}.pdf", [HEADERS, *RECORDS], widths=WIDTHS, after=after)
        for name, after in (("盖章件", ""), ("电子版", cover))
    ]
    result = compare(*paths)
    assert [
        (r.electronic_row, f.header) for r in result.records for f in r.fields if f.verdict is not Verdict.MATCH
    ] == [(1, HEADERS[4])]


def test_what_a_page_shows_other_than_its_text_is_no_match(compare, tmp_path):
    left, top = 40 + sum(WIDTHS[:4]), 500 - 30
    cover = f"1 1 1 rg {left + 2} {top - 28} {WIDTHS[4] - 4} 26 re f"
    path = drawn.text_pdf(tmp_path / "a.pdf", [HEADERS, *RECORDS], widths=WIDTHS, after=cover)
    result = compare(path, [HEADERS, *RECORDS])
    verdicts = {(r.electronic_row, f.header): f.verdict for r in result.records for f in r.fields}
    assert [k for k, v in verdicts.items() if v is not Verdict.MATCH] == [(1, HEADERS[4])]
    assert verdicts[1, HEADERS[4]] is Verdict.UNSURE
    assert "text-belied" in [f.code for f in result.findings]
