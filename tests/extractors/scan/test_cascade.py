"""Lines are read quickly where that leaves no doubt, and exactly where it does."""

import drawn
import numpy as np
import pytest
from PIL import ImageFilter

from extractors.scan import cascade, recognise
from extractors.scan.cells import CellEvidence

TEXTS = ["轻合金中试平台", "12850.5", "91320505MA2AJ4RKO5", "已建成", "2021年6月"]


def line(text, blur=0.7):
    page = drawn.blank((60 + 34 * len(text), 60))
    drawn.write(page, text, (16, 12), size=32)
    return np.asarray(page.convert("L").filter(ImageFilter.GaussianBlur(blur)))


def same(one, other):
    return one.index.shape == other.index.shape and bool((one.index == other.index).all())


@pytest.mark.parametrize("text", TEXTS)
def test_both_readings_of_clear_print_say_the_same(text):
    (quick,), (exact,) = (recognise.recognise([line(text)], in_eight_bits=b) for b in (True, False))
    assert CellEvidence((quick,)).text == CellEvidence((exact,)).text


def test_a_clear_line_is_read_once_and_a_doubtful_one_again():
    clear, blurred = line("轻合金中试平台"), line("轻合金中试平台", blur=4.5)
    quick = recognise.recognise([clear, blurred], in_eight_bits=True)
    exact = recognise.recognise([clear, blurred])
    assert [cascade.is_clear(steps) for steps in quick] == [True, False]
    read = cascade.recognise_lines([clear, blurred])
    assert same(read[0], quick[0]) and same(read[1], exact[1])
    assert (read[1].log == exact[1].log).all()


def test_look_alikes_that_both_fit_are_a_doubt():
    # Half way between 未 and 末: the upper and the lower bar as long as each other.
    both = (line("未来").astype(float) + line("末来").astype(float)) / 2
    (steps,) = recognise.recognise([both.astype(np.uint8)], in_eight_bits=True)
    assert not cascade.is_clear(steps)


def test_no_lines_are_no_readings():
    assert cascade.recognise_lines([]) == []
