"""What was changed by hand in a cell is seen; what a printer, a seal or a scanner made is not taken for it."""

import random

import drawn
import numpy as np
import pytest
from PIL import Image, ImageDraw

from extractors.scan.read import read_scan
from samples.alterations import Change, PrintedCell, by_hand, digits
from samples.alterations import drawn as with_changes

ROWS = [
    ["序号", "中试平台名称", "投资总额", "建成时间", "联系电话"],
    ["1", "轻合金中试平台", "12850.5", "2021年6月", "0512-62881234"],
    ["2", "氢能中试基地", "8630", "2019年11月", "025-85566666"],
    ["3", "二三一一工程王丰", "4071.7", "2020—2023", "0519-86330901"],
]
SHARES = (0.5, 2.0, 1.3, 1.4, 2.0)
TOP, ROW, LEFT = 160, 80, 80


def form(line=2, size=26):
    page = drawn.blank()
    drawn.table(page, ROWS, shares=SHARES, line=line, size=size)
    return page


def edges():
    return np.cumsum([0.0, *SHARES]) / sum(SHARES) * 1580 + LEFT


def middle(row, column):
    xs = edges()
    return (xs[column] + xs[column + 1]) / 2, TOP + ROW * (row + 0.5)


def penned(page, strokes, ink="black", width=0.5, seed=1):
    """Strokes of a pen, `width` in millimetres, at 150 dpi."""
    rng = random.Random(seed)
    points = [[(x * 72 / drawn.DPI, y * 72 / drawn.DPI) for x, y in stroke] for stroke in strokes]
    pen = tuple(tuple(by_hand(rng, stroke, width * 72 / 25.4)) for stroke in points)
    cell = PrintedCell(0, 1, "", (0, 0, 0, 0), 0)
    return with_changes([page], [Change(cell, "", ink, pen, width * 72 / 25.4)], drawn.DPI)[0]


def strike(row, column, half=70, rise=4, lift=0):
    x, y = middle(row, column)
    return [(x - half, y + rise + lift), (x, y + lift), (x + half, y - rise + lift)]


def altered(tmp_path, page):
    """Row and column of the cells that look changed by hand."""
    document = read_scan(drawn.scan(tmp_path / "a.pdf", page))
    return [(c.row, c.column) for t in document.tables for c in t.cells if c.evidence.altered]


def black_and_white(page):
    return page.convert("L").point([0 if v < 170 else 255 for v in range(256)]).convert("1")


@pytest.mark.parametrize("width", [0.5, 0.8])
def test_a_stroke_through_a_value_is_seen_in_every_ink(tmp_path, width):
    page = penned(form(), [strike(1, 2, 55)], "black", width)
    page = penned(page, [strike(1, 4, 90)], "blue", width)
    page = penned(page, [strike(3, 2, 40)], "red", width)
    assert altered(tmp_path, page) == [(1, 2), (1, 4), (3, 2)]


@pytest.mark.parametrize("colours", [lambda page: page.convert("L"), black_and_white])
def test_a_stroke_is_seen_without_colour(tmp_path, colours):
    page = penned(penned(form(), [strike(1, 1, 100, 3)], "blue"), [strike(2, 4, 90, -6)])
    assert altered(tmp_path, colours(page)) == [(1, 1), (2, 4)]


def test_slashes_and_level_lines_are_seen(tmp_path):
    (x, y), (u, v) = middle(2, 3), middle(1, 4)
    page = penned(form(), [[(x - 60, y + 28), (x + 60, y - 28)]])
    # So long and level that it passes for a ruled line.
    ImageDraw.Draw(page).line(((u - 150, v), (u + 150, v)), fill="black", width=3)
    assert altered(tmp_path, page) == [(1, 4), (2, 3)]


def test_digits_written_beside_and_over_the_print_are_seen(tmp_path):
    (x, y), (u, v) = middle(2, 2), middle(1, 2)
    page = penned(form(), digits(random.Random(3), "47", (x + 45, y - 24), 44))
    page = penned(page, digits(random.Random(4), "7", (u - 8, v - 14), 28), "blue")
    assert altered(tmp_path, page) == [(1, 2), (2, 2)]


@pytest.mark.parametrize("turn", [180, 1.2])
def test_a_change_is_seen_however_the_page_lies(tmp_path, turn):
    page = penned(form(), [strike(1, 1, 100, 5)], "red")
    page = page.rotate(180) if turn == 180 else drawn.turned(page, turn)
    assert altered(tmp_path, page) == [(1, 1)]


@pytest.mark.parametrize("size", [18, 34])
def test_print_is_not_taken_for_a_change(tmp_path, size):
    assert altered(tmp_path, form(size=size)) == []


def test_thick_double_and_broken_rules_underlines_and_specks_are_no_changes(tmp_path):
    page = form(line=5)
    pen = ImageDraw.Draw(page)
    for row in range(5):  # every rule doubled
        pen.line(((80, TOP + ROW * row + 9), (1660, TOP + ROW * row + 9)), fill="black", width=2)
    pen.rectangle((400, TOP + ROW - 4, 420, TOP + ROW + 12), fill="white")
    x, y = middle(2, 4)
    pen.line(((x - 90, y + 19), (x + 90, y + 19)), fill="black", width=2)  # underlined
    noise = random.Random(5)
    for _ in range(300):
        at = noise.uniform(0, 1754), noise.uniform(0, 1240)
        pen.ellipse((*at, at[0] + 2, at[1] + 2), fill="black")
    assert altered(tmp_path, page) == []


@pytest.mark.parametrize("colours", [lambda page: page, lambda page: page.convert("L"), black_and_white])
def test_seals_whole_and_cut_by_the_edge_are_no_changes(tmp_path, colours):
    page = drawn.sealed(form(), "江苏省工业和信息化厅", (900, 330))
    page = drawn.sealed(page, "江苏省工业和信息化厅", (1754, 300), seed=2)
    assert altered(tmp_path, colours(page)) == []


def test_a_form_printed_in_colour_is_not_changed_all_over(tmp_path):
    ink = form().convert("L").point([255 if v < 128 else 0 for v in range(256)])
    page = Image.composite(Image.new("RGB", drawn.A4, (40, 60, 160)), form(), ink)
    assert altered(tmp_path, page) == []
