"""The operator says how many missed differences he accepts; thresholds and probabilities follow from labelled scans."""

from __future__ import annotations

import itertools

import pytest
from made_pairs import HEADERS, RECORDS, changed, field, form

from extractors.tables import Cell
from pipeline.model import Verdict
from pipeline.reconcile.calibration import LEAST, MOST, TARGET, Legibility, calibration
from pipeline.reconcile.verdicts import Look, judge
from pipeline.settings import Settings

CLEAR, POOR = Legibility(9.0), Legibility(3.0)


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("legibility", [CLEAR, POOR])
def test_fewer_missed_differences_ask_for_more_evidence(sealed, legibility):
    limits = [calibration().match_from(sealed, legibility, target) for target in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)]
    assert limits == sorted(limits)
    assert limits[0] < limits[-1]
    assert limits[0] >= LEAST
    assert limits[-1] <= MOST


def test_worse_evidence_has_to_be_stronger():
    clear, poor = (calibration().match_from(False, legibility, TARGET) for legibility in (CLEAR, POOR))
    assert clear < poor < calibration().match_from(True, CLEAR, TARGET)


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("legibility", [CLEAR, POOR])
def test_more_evidence_makes_agreement_more_probable(sealed, legibility):
    curve = calibration().of(sealed, legibility)
    said = [curve.probability(score) for score in range(-20, 21)]
    assert all(a <= b for a, b in itertools.pairwise(said))
    assert all(0 < p < 1 for p in said)


def test_the_harder_the_print_the_more_a_look_alike_must_be_told_apart_by():
    assert CLEAR.handicap < Legibility(5.0).handicap < POOR.handicap


def test_the_target_is_a_setting(monkeypatch):
    assert Settings().target_missed_rate == TARGET
    monkeypatch.setenv("ZHONGSHI_TARGET_MISSED_RATE", "0.001")
    assert Settings().target_missed_rate == 0.001


FOURS_AS_ONES = str.maketrans("4", "1")


def test_a_digit_that_the_scan_shows_as_another_everywhere_is_no_difference_and_no_match(compare):
    """A thin face that lost the slant of every 4: as on that paper, ones stand where fours were typed."""
    rows = [(*r[:4], r[4].replace("8", "4"), r[5], r[6].replace("6", "4")) for r in RECORDS]
    printed = [tuple(v.translate(FOURS_AS_ONES) if i in (4, 6) else v for i, v in enumerate(r)) for r in rows]
    result = compare(form(printed), [HEADERS, *rows])
    for row in result.records:
        for header in ("投资总额（万元）", "联系电话"):
            found = field(row, header)
            assert "4" not in found.scan
            if "4" in found.electronic:
                assert found.verdict is Verdict.UNSURE
        # The year's ones may be fours on paper: no match either.
        date = field(row, "建成时间")
        assert date.verdict is (Verdict.UNSURE if "1" in date.electronic else Verdict.MATCH)


def test_the_same_slip_in_one_column_only_is_a_difference(compare):
    other = changed(RECORDS, {(row, "投资总额（万元）"): RECORDS[row - 1][4].replace("0", "9") for row in (1, 2, 3, 4)})
    result = compare(form(other), [HEADERS, *RECORDS])
    verdicts = [field(r, "投资总额（万元）").verdict for r in result.records]
    assert verdicts == [Verdict.MISMATCH] * 4


def looks_that_say(*texts):
    return [Look(text, agrees=False, doubt=0.3, gap=20.0) for text in texts]


def test_ink_that_reads_otherwise_at_each_look_is_no_difference():
    garbage = looks_that_say("荷色金篇,", "荷色金篇,t", "荷色金局(", "荷色金真,(")
    assert judge(garbage, Cell(0, 0, "有色金属"), 0.0, POOR).verdict is Verdict.UNSURE


def test_a_reading_that_stays_is_a_difference():
    steady = looks_that_say("新材料", "新材料", "新材料", "新材杆")
    assert judge(steady, Cell(0, 0, "有色金属"), 0.0, POOR).verdict is Verdict.MISMATCH
