"""What the image of a cell says for a text: scored as CTC defines it, over all lines of the cell."""

import itertools
import math
import pickle

import drawn
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from extractors.scan.evidence import FLOOR, KEPT, Steps, join, losses, read, restrict
from extractors.scan.read import read_scan
from extractors.tables import Table

ALPHABET = "\0" + "".join(chr(ord("a") + i) for i in range(KEPT - 1))
"""As many characters as are kept at each step, so that nothing falls to the floor."""


def posteriors(lengths):
    """T × characters, none of them impossible, each step summing to one."""
    shapes = lengths.map(lambda t: (t, KEPT))
    raw = shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=st.floats(0.05, 1.0)))
    return raw.map(lambda p: p / p.sum(axis=1, keepdims=True))


def steps_of(p):
    """Full posteriors of as many characters as are kept, best first."""
    order = np.argsort(-p, axis=1)
    return Steps(order.astype(np.int32), np.log(np.take_along_axis(p, order, axis=1)).astype(np.float32))


def texts(most=3, characters=3):
    return st.lists(st.integers(1, characters), max_size=most).map(tuple)


def collapsed(path):
    """Repeats joined, blanks out: what a path spells."""
    return tuple(label for label, _ in itertools.groupby(path) if label != 0)


def by_enumeration(p, text):
    """The probability of a text: of all paths that spell it, one by one."""
    used = sorted({0, *text})
    return sum(
        math.prod(float(p[t, label]) for t, label in enumerate(path))
        for path in itertools.product(used, repeat=len(p))
        if collapsed(path) == text
    )


def spelled(text, confidence=0.98, blanks=1):
    """Posteriors that spell a text of `ALPHABET`: a step for each character, `blanks` steps before and after."""
    path = [0] * blanks
    for label in text:
        path += [label, *[0] * blanks]
    p = np.full((len(path), KEPT), (1 - confidence) / (KEPT - 1))
    p[np.arange(len(path)), path] = confidence
    return p


@settings(deadline=None, max_examples=150)
@given(posteriors(st.integers(1, 5)), st.lists(texts(), min_size=1, max_size=4))
def test_a_texts_loss_is_that_of_all_paths_that_spell_it(p, hypotheses):
    found = losses(steps_of(p), hypotheses)
    for loss, text in zip(found, hypotheses, strict=True):
        expected = by_enumeration(p, text)
        if expected == 0:
            assert loss == np.inf
        else:
            assert loss == pytest.approx(-math.log(expected), abs=1e-3)


@settings(deadline=None, max_examples=20)
@given(posteriors(st.just(2)))
def test_all_texts_together_are_certain(p):
    everything = [(), *((a,) for a in range(1, KEPT)), *itertools.product(range(1, KEPT), repeat=2)]
    assert np.exp(-losses(steps_of(p), everything)).sum() == pytest.approx(1.0, abs=1e-3)


@settings(deadline=None, max_examples=60)
@given(posteriors(st.integers(1, 4)), st.lists(texts(), min_size=1, max_size=5))
def test_a_loss_does_not_depend_on_the_company_of_other_hypotheses(p, hypotheses):
    steps = steps_of(p)
    together = losses(steps, hypotheses)
    alone = [float(losses(steps, [h])[0]) for h in hypotheses]
    assert together == pytest.approx(alone, abs=1e-9)


def test_a_character_that_the_recogniser_does_not_know_costs_but_stays_finite():
    steps = steps_of(spelled((1, 2, 3)))
    right, unknown, other = losses(steps, [(1, 2, 3), (1, -1, 3), (1, 4, 3)])
    assert right < other <= unknown < np.inf


def test_doubled_characters_need_a_gap_between_them():
    steps = steps_of(spelled((1, 1)))
    double, single = losses(steps, [(1, 1), (1,)])
    assert double < 0.5 and single > 3
    assert read(steps, ALPHABET).text == "aa"


@settings(deadline=None, max_examples=60)
@given(posteriors(st.integers(1, 3)), posteriors(st.integers(1, 3)), texts(most=4))
def test_joined_lines_are_scored_over_every_place_where_the_text_can_break(first, second, text):
    splits = [
        by_enumeration(first, text[:at]) * by_enumeration(second, text[at:]) for at in range(len(text) + 1)
    ]
    (loss,) = losses(join([steps_of(first), steps_of(second)]), [text])
    if sum(splits) > 1e-4:  # less likely texts come through the floor of the blanks between lines
        assert loss == pytest.approx(-math.log(sum(splits)), abs=0.02)


@pytest.mark.parametrize("text", [(1, 2, 3, 4, 5), (1, 1, 2, 2, 1), (7, 7, 7)])
def test_a_text_broken_over_two_lines_anywhere_scores_as_on_one(text):
    near_miss = (*text[:-1], 9)
    whole = losses(join([steps_of(spelled(text))]), [text, near_miss])
    for at in range(1, len(text)):
        lines = [steps_of(spelled(text[:at])), steps_of(spelled(text[at:]))]
        assert losses(join(lines), [text, near_miss]) == pytest.approx(whole, abs=0.1)
        assert read(join(lines), ALPHABET).text == read(steps_of(spelled(text)), ALPHABET).text


def test_no_line_at_all_says_nothing():
    nothing, something = losses(join([]), [(), (1,)])
    assert nothing < 0.1 and something > 5
    assert read(join([]), ALPHABET).text == ""


def test_each_character_stands_above_its_rival_by_its_margin():
    p = np.full((5, KEPT), 1e-4)
    p[[0, 2, 4], 0] = 1.0
    p[1, 1], p[1, 2] = 0.9, 0.09
    p[3, 3], p[3, 4] = 0.6, 0.39
    reading = read(steps_of(p), ALPHABET)
    assert reading.text == "ac"
    assert reading.margins == pytest.approx((math.log(10), math.log(0.6 / 0.39)), abs=0.01)
    assert reading.doubt == pytest.approx(math.log(0.6 / 0.39), abs=0.01)


def test_a_character_that_may_hide_where_nothing_was_read_leaves_a_doubt():
    sure, hiding = spelled((1, 2, 3), 0.9999, blanks=3), spelled((1, 2, 3), 0.9999, blanks=3)
    hiding[6, :] = 1e-5
    hiding[6, [0, 5]] = 0.55, 0.44
    assert read(steps_of(sure), ALPHABET).text == read(steps_of(hiding), ALPHABET).text == "abc"
    assert read(steps_of(sure), ALPHABET).doubt > 5
    assert read(steps_of(hiding), ALPHABET).doubt < 0.5


@settings(deadline=None, max_examples=60)
@given(posteriors(st.integers(1, 8)))
def test_the_reading_is_the_likeliest_path_and_has_a_margin_for_each_character(p):
    reading = read(steps_of(p), ALPHABET)
    best = collapsed(p.argmax(axis=1))
    if (np.sort(p, axis=1)[:, -1] > np.sort(p, axis=1)[:, -2]).all():
        assert reading.text == "".join(ALPHABET[label] for label in best)
    assert len(reading.margins) == len(reading.text)
    assert all(margin >= -1e-6 for margin in reading.margins)
    assert reading.doubt <= min(reading.margins, default=-FLOOR) + 1e-6


@settings(deadline=None, max_examples=60)
@given(posteriors(st.integers(1, 6)), st.sets(st.integers(1, KEPT - 1), min_size=1))
def test_restricted_steps_hold_allowed_characters_only_and_still_sum_to_one(p, allowed):
    mask = np.array([label in allowed or label == 0 for label in range(KEPT)])
    steps = restrict(steps_of(p), mask)
    likely = steps.log > FLOOR / 2
    assert mask[steps.index[likely]].all()
    assert np.exp(steps.log).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
    assert (np.diff(steps.log, axis=1) <= 0).all()
    assert set(read(steps, ALPHABET).text) <= {ALPHABET[label] for label in allowed}
    # Between the allowed ones nothing changes: their odds are what they were.
    expected = p[0, mask] / p[0, mask].sum()
    found = {int(i): math.exp(v) for i, v in zip(steps.index[0], steps.log[0], strict=True)}
    assert [found[i] for i in np.flatnonzero(mask)] == pytest.approx(list(expected), abs=1e-3)


def test_a_character_that_was_not_kept_gets_the_floor():
    steps = steps_of(spelled((1, 2), blanks=0))
    kept, dropped = losses(steps, [(1, 2), (1, KEPT + 5)])
    assert kept < 0.1 and dropped == pytest.approx(-FLOOR - math.log(0.98), abs=0.01)


NAME = "未来轻合金中试平台"
BREAKS = (1, 3, 5, 6, 8)


@pytest.fixture(scope="module")
def broken_names(tmp_path_factory) -> Table:
    """A row for each of some places where the name breaks; beside it a number, a number over two lines, and nothing."""
    page = drawn.blank((1300, 1400))
    rows = [["1", f"{NAME[:at]}\n{NAME[at:]}", "12850.5", "91320594MA1\nMK0XJ76", ""] for at in BREAKS]
    drawn.table(page, rows, left=60, top=60, width=1180, row_height=120, shares=[0.4, 2, 1, 1.4, 0.5], size=30)
    (table,) = read_scan(drawn.scan(tmp_path_factory.mktemp("names") / "a.pdf", page)).tables
    assert (table.rows, table.columns) == (len(rows), 5)
    return table


def column(table, number):
    cells = [table.at()[row, number] for row in range(table.rows)]
    assert all(cell.evidence is not None for cell in cells)
    return cells


def test_a_cell_reads_the_same_wherever_its_text_breaks(broken_names):
    for cell in column(broken_names, 1):
        assert cell.text == NAME
        right, alike, *wrong = cell.evidence.loss([NAME, "末" + NAME[1:], NAME[:-2], NAME + "二", ""])
        assert right < 2 and alike > right + 2 and min(wrong) > right + 4


def test_the_look_of_a_text_does_not_count_against_it(broken_names):
    cell = column(broken_names, 3)[0]
    in_full_width = "９１３２０５９４ＭＡ１ＭＫ０ＸＪ７６"
    plain, wide, spaced = cell.evidence.loss(["91320594MA1MK0XJ76", in_full_width, "91320594 MA1\nMK0XJ76"])
    assert plain == wide == spaced < 2


def test_a_number_is_read_among_digits_only(broken_names):
    for cell in column(broken_names, 2):
        text, doubt, _ = cell.evidence.read(frozenset("0123456789."))
        assert text == cell.text == "12850.5" and doubt > 2


def test_an_empty_cell_says_that_it_is_empty(broken_names):
    for cell in column(broken_names, 4):
        assert cell.text == "" and cell.evidence.sealed == 0
        empty, zero, word = cell.evidence.loss(["", "0", "无"])
        assert empty < 0.1 and min(zero, word) > 5


def test_a_cell_that_a_page_break_cut_in_two_is_scored_as_one(broken_names):
    (upper, lower) = (column(broken_names, number)[0].evidence for number in (0, 2))
    whole = upper.followed_by(lower)
    right, swapped, half = whole.loss(["112850.5", "12850.51", "12850.5"])
    assert whole.text == "112850.5" and right < 1 and min(swapped, half) > right + 4


def test_evidence_can_be_sent_to_another_process(broken_names):
    for cell in (column(broken_names, 1)[3], column(broken_names, 4)[0]):
        data = pickle.dumps(cell)
        again = pickle.loads(data)
        assert (again.text, again.box, again.evidence.text) == (cell.text, cell.box, cell.text)
        assert again.evidence.loss([NAME, "x"]) == cell.evidence.loss([NAME, "x"])
        assert len(data) < 300_000
