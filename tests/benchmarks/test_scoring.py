"""The score of a comparison counts what a register's keeper would."""

import pytest

from benchmarks.accuracy import report
from benchmarks.comparing import Compared
from benchmarks.results import replace_section, table
from benchmarks.scoring import Figures, Judged, missed_rate_bound, reliability, score

TRUTH = {
    "id": "c1", "profile": "gray200", "pages": 1, "seal": "right", "letter": True, "letter_count": 3, "scan_count": 3,
    "headers": ["序号", "平台 名称", "联系人"],
    "pairs": [[1, 1], [2, 3]], "missing_in_scan": [3], "missing_in_electronic": [2],
    "cells": [{"electronic_row": 1, "field": "联系人"}, {"electronic_row": 2, "field": "平台名称"}],
}  # fmt: skip


def cell(header: str, verdict: str = "match", probability: float = 1.0) -> dict[str, object]:
    return {"header": header, "verdict": verdict, "probability": probability, "electronic": "甲", "scan": "乙"}


def result(first: list[dict[str, object]], second: list[dict[str, object]], codes: tuple[str, ...] = ()):
    rows = [(1, 1, first), (2, 3, second), (3, None, []), (None, 2, [])]
    records = [{"electronic_row": e, "scan_row": s, "fields": fields} for e, s, fields in rows]
    return {"records": records, "findings": [{"code": code} for code in codes]}


ALL_RIGHT = result(
    [cell("平台名称"), cell("联系人", "mismatch", 0.0)], [cell("平台名称", "unsure", 0.4), cell("联系人")]
)


def test_a_right_result_has_no_errors_and_a_doubt_is_no_miss():
    figures = score(TRUTH, ALL_RIGHT, seconds=2.0).figures
    assert figures == Figures(cases=1, pages=1, cells=4, differing=2, flagged=1, deferred=1, seconds=2.0)


def test_a_difference_called_a_match_is_missed_and_told():
    wrong = result([cell("平台名称"), cell("联系人")], [cell("平台名称", "mismatch", 0.0), cell("联系人", "unsure")])
    scored = score(TRUTH, wrong)
    assert (scored.figures.missed, scored.figures.flagged, scored.figures.unsure) == (1, 1, 1)
    assert [note.partition(":")[0] for note in scored.notes] == ["MISSED"]


def test_an_agreeing_cell_called_a_mismatch_is_a_false_flag_and_told():
    wrong = result([cell("平台名称", "mismatch", 0.0)], [])
    scored = score(TRUTH, wrong)
    assert (scored.figures.false_flags, scored.figures.unseen) == (1, 3)
    assert scored.notes[0].startswith("false flag: row 1, 平台名称")


def test_rows_paired_wrongly_are_counted_from_both_sides():
    shifted = {"records": [{"electronic_row": i, "scan_row": i, "fields": []} for i in (1, 2, 3)], "findings": []}
    assert score(TRUTH, shifted).figures.row_errors == 3 + 2
    assert score(TRUTH, None).figures.row_errors == 4
    assert score(TRUTH, None).figures.unseen == 4


@pytest.mark.parametrize(
    ("truth", "codes", "missed", "false"),
    [
        ({}, (), 0, 0),
        ({}, ("seal-missing", "field-mismatch"), 0, 1),
        ({"seal": "missing"}, ("seal-missing",), 0, 0),
        ({"seal": "missing"}, (), 1, 0),
        ({"seal": "other"}, ("seal-missing",), 1, 1),
        ({"letter_count": 4}, (), 1, 0),
        ({"letter_count": 4}, ("letter-count-mismatch",), 0, 0),
        ({"letter": False, "letter_count": None}, (), 0, 0),
    ],
)
def test_findings_on_seal_and_letter_are_scored(truth, codes, missed, false):
    figures = score(TRUTH | truth, ALL_RIGHT | {"findings": [{"code": code} for code in codes]}).figures
    assert (figures.findings_missed, figures.findings_false) == (missed, false)


def test_the_bound_is_that_of_clopper_and_pearson():
    assert missed_rate_bound(0, 59) == pytest.approx(1 - 0.05 ** (1 / 59))
    # From the tables of the exact binomial: 1 of 20, upper 95 %.
    assert missed_rate_bound(1, 20) == pytest.approx(0.2161, abs=1e-4)
    assert missed_rate_bound(0, 0) == missed_rate_bound(3, 3) == 1.0


def test_reliability_sets_what_was_said_against_what_is_so():
    cells = [Judged(1.0, True), Judged(0.9995, True), Judged(0.9992, False), Judged(0.35, True), Judged(0.0, False)]
    bins = {b.low: b for b in reliability(cells)}
    assert bins[0.999].cells == 3 and bins[0.999].agreeing == pytest.approx(2 / 3)
    assert bins[0.3].said == pytest.approx(0.35)
    assert sum(b.cells for b in bins.values()) == len(cells)


def test_the_report_has_a_row_per_profile_and_names_what_failed():
    compared = [
        Compared(TRUTH, ALL_RIGHT, 1.0),
        Compared(TRUTH | {"id": "c2", "profile": "bw200"}, None, 1.0, "UnreadableFileError: table-missing"),
    ]
    text = report(compared, [score(c.truth, c.result, c.seconds) for c in compared])
    first_column = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]
    assert first_column[2:5] == ["bw200", "gray200", "all"]
    assert "c2 (bw200, plain): UnreadableFileError: table-missing" in text


def test_a_program_replaces_its_own_section_only(tmp_path):
    path = tmp_path / "RESULTS.md"
    replace_section("speed", "fast", path)
    replace_section("accuracy", r"good \1", path)
    replace_section("speed", "faster", path)
    text = path.read_text(encoding="utf-8")
    assert text.count("<!-- begin speed -->") == 1
    assert "faster" in text and "fast\n" not in text and r"good \1" in text


def test_tables_are_aligned():
    lines = table(["name", "n"], [["a", 1], ["longer", 100]]).splitlines()
    assert len(set(map(len, lines))) == 1
