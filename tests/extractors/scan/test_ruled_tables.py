"""The ruled lines of a form give its cells, with all their merges."""

import drawn
import numpy as np
import pytest
from PIL import Image, ImageFilter

from extractors.scan.ink import separate
from extractors.scan.rules import find_grids, find_rules

HEADERS = ["序号", "平台名称", "建设单位", "投资总额", "建成时间", "联系人"]
RECORDS = [[str(n), "轻合金中试平台", "某某有限公司", "12850.5", "2021年6月", "王一"] for n in range(1, 7)]


def grids(page):
    return find_grids(find_rules(separate(np.asarray(page.convert("RGB"))).print))


def spans(grid):
    """The merged cells: (row, column) to (rows, columns); all others are single squares."""
    found = {(s.row, s.column): (s.row_span, s.column_span) for s in grid.squares}
    return {at: span for at, span in found.items() if span != (1, 1)}


def places(grid):
    """The lines of a grid, from its squares."""
    ys = sorted({s.y0 for s in grid.squares} | {s.y1 for s in grid.squares})
    xs = sorted({s.x0 for s in grid.squares} | {s.x1 for s in grid.squares})
    return ys, xs


def assert_tiled(grid):
    """Every square of the grid belongs to exactly one cell."""
    covered = [
        (s.row + i, s.column + j) for s in grid.squares for i in range(s.row_span) for j in range(s.column_span)
    ]
    assert len(covered) == len(set(covered)) == grid.rows * grid.columns


def only_grid(page, rows, columns):
    (grid,) = grids(page)
    assert (grid.rows, grid.columns) == (rows, columns)
    assert_tiled(grid)
    return grid


def test_a_plain_grid_has_a_cell_for_each_square_where_its_lines_are():
    page = drawn.blank()
    drawn_ys, drawn_xs = drawn.table(page, [HEADERS, *RECORDS], shares=[0.4, 2, 2, 1, 1, 1])
    grid = only_grid(page, 7, 6)
    assert spans(grid) == {}
    ys, xs = places(grid)
    assert np.abs(np.array(ys) - drawn_ys).max() <= 2 and np.abs(np.array(xs) - drawn_xs).max() <= 2


MERGES = {
    "a header of two levels": {(0, 0): (2, 1), (0, 1): (2, 1), (0, 2): (1, 2), (0, 4): (1, 2)},
    "section rows": {(1, 0): (1, 6), (4, 0): (1, 6)},
    "a cell over several records": {(1, 2): (3, 1), (4, 2): (3, 1), (4, 5): (2, 1)},
    "a title row and a note within the frame": {(0, 0): (1, 6), (6, 0): (1, 6)},
    "blocks": {(1, 1): (2, 2), (3, 3): (2, 3), (5, 0): (2, 2)},
}


@pytest.mark.parametrize("what", MERGES)
def test_merged_cells_are_one(what):
    page = drawn.blank()
    drawn.table(page, [HEADERS, *RECORDS], MERGES[what])
    assert spans(only_grid(page, 7, 6)) == MERGES[what]


@pytest.mark.parametrize("turn", [0, 90])
def test_low_rows_between_merged_ones_keep_their_borders(turn):
    page = drawn.blank()
    section = {(1, 0): (1, 6), (3, 0): (1, 6)}
    drawn.table(page, [HEADERS, *RECORDS], section, row_height=34, size=22)
    if turn:
        grid = only_grid(page.transpose(Image.Transpose.ROTATE_90), 6, 7)
        assert sum(s.row_span == 6 for s in grid.squares) == 2
    else:
        assert spans(only_grid(page, 7, 6)) == section


def test_a_low_rows_border_that_a_stroke_below_carries_on_is_kept():
    page = drawn.blank()
    section = {(1, 0): (1, 6)}
    ys, xs = drawn.table(page, [[""] * 6] * 7, section, row_height=28)
    pen = drawn.ImageDraw.Draw(page)
    pen.line((xs[3], ys[1], xs[3], ys[1] + 9), fill="black", width=2)
    assert spans(only_grid(page, 7, 6)) == section


@pytest.mark.parametrize(
    ("line", "ink", "mode"),
    [(1, "black", "RGB"), (1, "#707070", "L"), (2, "#a8a8a8", "L"), (5, "black", "L"), (2, "black", "1")],
)
def test_lines_may_be_thin_pale_or_thick(line, ink, mode):
    page = drawn.blank()
    drawn.table(page, [HEADERS, *RECORDS], MERGES["section rows"], line=line, ink=ink)
    assert spans(only_grid(page.convert(mode), 7, 6)) == MERGES["section rows"]


def test_a_blurred_scan_keeps_its_lines():
    page = drawn.blank()
    drawn.table(page, [HEADERS, *RECORDS], MERGES["a header of two levels"])
    grid = only_grid(page.filter(ImageFilter.GaussianBlur(1.2)), 7, 6)
    assert spans(grid) == MERGES["a header of two levels"]


def test_an_outer_frame_may_be_thicker_than_the_lines_within():
    page = drawn.blank()
    ys, xs = drawn.table(page, [HEADERS, *RECORDS], line=1)
    pen = drawn.ImageDraw.Draw(page)
    pen.rectangle((xs[0], ys[0], xs[-1], ys[-1]), outline="black", width=5)
    assert spans(only_grid(page, 7, 6)) == {}


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_seal_over_the_table_leaves_its_cells(mode):
    page = drawn.blank()
    drawn.table(page, [HEADERS, *RECORDS], MERGES["section rows"])
    for seed, at in enumerate([(300, 300), (900, 520), (1500, 640)]):
        page = drawn.sealed(page, "江苏省工业和信息化厅", at, seed=seed)
    assert spans(only_grid(page.convert(mode), 7, 6)) == MERGES["section rows"]


def test_strokes_of_characters_are_no_lines():
    page = drawn.blank()
    crowded = ["一二三四五", "王王王王\n王王王王", "十十十十\n十十十十", "口口口口", "一一一一\n一一一一", "1111111"]
    drawn.table(page, [HEADERS, *[crowded] * 6])
    assert spans(only_grid(page, 7, 6)) == {}


def test_bars_of_bold_characters_from_border_to_border_are_no_line():
    page = drawn.blank()
    _, xs = drawn.table(page, [["序号", *HEADERS[1:5], ""], *RECORDS], shares=[1, 2, 2, 2, 2, 1])
    pen = drawn.ImageDraw.Draw(page)
    for y in (190, 210):  # the bars of a line of bold print, which black and white joins
        pen.line((xs[5] + 2, y, xs[6] - 2, y), fill="black", width=3)
    for x in range(xs[5] + 6, xs[6] - 4, 10):
        pen.line((x, 180, x, 220), fill="black", width=5)
    only_grid(page.convert("L").point([0] * 180 + [255] * 76), 7, 6)


def test_upright_strokes_under_a_black_seal_are_no_borders():
    page = drawn.blank()
    drawn.table(page, [HEADERS, *RECORDS[:2]])
    pen = drawn.ImageDraw.Draw(page)
    for x in (420, 452):
        pen.line((x, 230, x, 334), fill="black", width=3)
        for y in range(230, 334, 10):
            pen.line((x - 12, y, x + 12, y), fill="black", width=5)
    only_grid(page.convert("L").point([0] * 180 + [255] * 76), 3, 6)


def test_two_tables_on_a_page_are_two_from_top_to_bottom():
    page = drawn.blank()
    drawn.table(page, [HEADERS, *RECORDS[:3]], top=100, row_height=70)
    drawn.table(page, [HEADERS[:4], *[r[:4] for r in RECORDS[:4]]], top=560, width=1100)
    found = grids(page)
    assert [(g.rows, g.columns) for g in found] == [(4, 6), (5, 4)]
    assert found[0].y1 < found[1].y0


def test_text_underlined_or_framed_is_no_table():
    page = drawn.blank()
    pen = drawn.ImageDraw.Draw(page)
    drawn.write(page, "填报单位：江苏省工业和信息化厅", (200, 200), 40)
    pen.line((200, 260, 1200, 260), fill="black", width=3)
    pen.rectangle((200, 400, 1500, 700), outline="black", width=3)
    assert grids(page) == []
    assert grids(drawn.blank()) == []


def test_one_low_row_that_a_page_break_left_over_is_a_table():
    page = drawn.blank((3400, 2400))
    drawn.table(page, [RECORDS[0]], row_height=60, width=3200)
    drawn.write(page, "填表人：王一    审核人：李二", (100, 300))
    only_grid(page, 1, 6)


def test_a_line_of_text_between_two_long_rules_is_none():
    page = drawn.blank((3400, 2400))
    for y in (160, 220):
        drawn.ImageDraw.Draw(page).line((80, y, 3280, y), fill="black", width=2)
    for column in range(8):
        drawn.write(page, "中川川试平台", (150 + 380 * column, 190), 44, "lm")
    assert grids(page) == []


@pytest.mark.parametrize(("beside", "ruled"), [(True, False), (False, True)])
def test_the_bars_of_a_long_bold_name_are_no_ruled_line(beside, ruled):
    page = drawn.blank((2339, 1654))
    pen = drawn.ImageDraw.Draw(page)
    pen.line((300, 400, 620, 400), fill="black", width=3)
    if beside:
        for x in range(300, 620, 16):
            pen.rectangle((x, 404, x + 9, 414), fill="black")
    rules = find_rules(separate(np.asarray(page.convert("1").convert("RGB"))).print)
    assert bool(rules.across[390:411, 300:620].any()) is ruled
