"""Lines of cells under a black seal stand where those of their row stand, and none that is print is left out."""

from __future__ import annotations

import drawn
import numpy as np
import pytest

from extractors.scan.cascade import recognise_lines
from extractors.scan.cells import CellEvidence, ReadLine
from extractors.scan.lines import Line, Print, crop
from extractors.scan.rules import Square
from extractors.scan.seals import Circle
from extractors.scan.under_seals import arrangements, clearest, is_clear, setting_of

PRINT = Print(height=20.0, pitch=30.0)
ROWS, COLUMNS, HIGH, WIDE = 4, 4, 100, 200
SEAL = Circle(700.0, 250.0, 120.0, 1.0, "black")


def squares() -> list[Square]:
    return [
        Square(r, c, 1, 1, c * WIDE, r * HIGH, (c + 1) * WIDE, (r + 1) * HIGH)
        for r in range(ROWS)
        for c in range(COLUMNS)
    ]


def drawn_cells(tops):
    """Ink, and the lines of each cell: one in even columns, two in odd ones; `tops` says where they begin."""
    ink = np.zeros((ROWS * HIGH, COLUMNS * WIDE), bool)
    cells = {}
    for square in squares():
        count = 1 + square.column % 2
        cells[square] = []
        for k in range(count):
            y = square.y0 + round(tops(count)) + 30 * k
            line = Line(square.x0 + 20, y, square.x0 + 150, y + 20)
            ink[line.y0 : line.y1, line.x0 : line.x1] = True
            cells[square].append(line)
    return ink, cells


WAYS = {
    "around the middle": (0.5, lambda count: (HIGH - 20 - 30 * (count - 1)) / 2),
    "from the top": (0.0, lambda count: 8),
    "from the bottom": (1.0, lambda count: HIGH - 28 - 30 * (count - 1)),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_free_cells_tell_how_the_table_sets_its_text(way):
    share, tops = WAYS[way]
    _, cells = drawn_cells(tops)
    setting = setting_of(cells, PRINT)
    assert setting is not None and setting.share == share


@pytest.mark.parametrize("way", WAYS)
def test_a_cell_whose_lines_a_seal_joins_has_them_where_its_row_has(way):
    _, tops = WAYS[way]
    ink, cells = drawn_cells(tops)
    (under,) = [s for s in cells if (s.row, s.column) == (2, 3)]
    right = cells[under]
    # A stroke of the seal from top to bottom: one run of ink.
    ink[under.y0 + 4 : under.y1 - 4, under.x0 + 60 : under.x0 + 70] = True
    cells[under] = [Line(under.x0 + 20, under.y0 + 4, under.x0 + 150, under.y1 - 4)]
    found = arrangements(ink, cells, [SEAL], PRINT)[under]
    (two,) = [lines for lines in found if len(lines) == 2]
    for line, at in zip(two, right, strict=True):
        assert abs((line.y0 + line.y1) / 2 - (at.y0 + at.y1) / 2) <= 2 and (line.x0, line.x1) == (at.x0, at.x1)


def test_ink_that_no_seal_lies_over_is_never_left_out():
    ink, cells = drawn_cells(WAYS["around the middle"][1])
    (beside,) = [s for s in cells if (s.row, s.column) == (2, 2)]
    cells[beside] = []
    assert [len(way) for way in arrangements(ink, cells, [SEAL], PRINT)[beside]] == [1]
    ink[beside.y0 + 8 : beside.y0 + 28, beside.x0 + 20 : beside.x0 + 60] = True
    assert arrangements(ink, cells, [SEAL], PRINT)[beside] == []


@pytest.mark.parametrize("strokes", [0, 25])
def test_not_even_a_decimal_point_is(strokes):
    ink, cells = drawn_cells(WAYS["around the middle"][1])
    (beside,) = [s for s in cells if (s.row, s.column) == (2, 2)]
    cells[beside] = []
    # However much of the seal is left out with it.
    ink[beside.y0 + 65 : beside.y0 + 65 + strokes, beside.x1 - 20 : beside.x1 - 4] = True
    assert len(arrangements(ink, cells, [SEAL], PRINT)[beside]) == 1
    ink[beside.y0 + 30 : beside.y0 + 33, beside.x0 + 20 : beside.x0 + 23] = True
    assert arrangements(ink, cells, [SEAL], PRINT)[beside] == []


def test_no_line_is_looked_for_beyond_its_cell():
    ink, cells = drawn_cells(WAYS["from the top"][1])
    for square, ways in arrangements(ink, cells, [SEAL], PRINT).items():
        assert all(square.y0 - 3 <= line.y0 and line.y1 <= square.y1 + 3 for way in ways for line in way)


def test_a_table_without_a_common_height_tells_nothing():
    rng = np.random.default_rng(1)
    ink, cells = drawn_cells(lambda count: rng.integers(4, 40))
    assert setting_of(cells, PRINT) is None
    assert arrangements(ink, cells, [SEAL], PRINT) == {}


def test_without_a_black_or_grey_seal_nothing_is_moved():
    ink, cells = drawn_cells(WAYS["from the top"][1])
    assert arrangements(ink, cells, [], PRINT) == {}


TEXTS = ("第一批次", "江南重工", "第三批次")


@pytest.fixture(scope="module")
def read_lines():
    """Three printed lines, read; and one cut through the middle of the first two."""
    page = drawn.blank((600, 400))
    for k, text in enumerate(TEXTS):
        drawn.write(page, text, (60, 100 + 42 * k), 30, "lm")
    layer = drawn.gray(page)
    places = [*(Line(58, 84 + 42 * k, 190, 116 + 42 * k) for k in range(3)), Line(58, 105, 190, 137)]
    crops = [crop(layer, place, Print(30.0, 42.0)) for place in places]
    return [ReadLine(*each) for each in zip(places, crops, recognise_lines(crops), strict=True)]


def text_of(lines):
    return CellEvidence(tuple(line.steps for line in lines)).text


def test_lines_that_read_clear_stay_as_they_were_found(read_lines):
    assert is_clear(read_lines[:3])
    assert clearest(read_lines[:3], [read_lines[1:2], read_lines[:2]]) is None


def test_a_line_that_another_way_shows_to_be_print_is_not_left_out(read_lines):
    first, middle, last, cut = read_lines
    chosen = clearest([cut], [[middle], [first, middle, last]])
    assert chosen is not None and text_of(chosen) == "".join(TEXTS)


def test_what_was_cut_through_the_middle_gives_way_to_lines_that_read(read_lines):
    first, middle, _, cut = read_lines
    chosen = clearest([cut], [[first, middle]])
    assert chosen is not None and text_of(chosen) == "".join(TEXTS[:2])
