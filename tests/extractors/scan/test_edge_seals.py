"""A seal across the edges of several pages is known by its slices, read as a whole, and told from a full one."""

import random

import drawn
import pytest

from extractors.scan.read import read_scan
from extractors.tables import ACROSS_PAGES, FULL
from pipeline.departments import match_seal
from samples.seals import draw_seal, stamp

NAME = "江苏省工业和信息化厅"
SIZE = (1240, 877)
"""A landscape page at 106 dpi: the size of the picture is nothing to the search."""
SEAL = 176
ROWS = [["序号", "中试平台名称", "投资总额"], ["1", "轻合金中试平台", "12850.5"]]


def pages(count, *, side="right", skew=0.6, left_out=(), seed=3):
    """Pages with a table, fanned, stamped at one side, and laid askew on the scanner."""
    seal = draw_seal(random.Random(seed), NAME, SEAL)
    width = SEAL / count
    out = []
    for i in range(count):
        page = drawn.blank(SIZE)
        drawn.table(page, ROWS, left=140, top=100, width=900, row_height=60, size=20)
        if i not in left_out:
            piece = seal.crop((round(i * width), 0, round((i + 1) * width), SEAL))
            x = SIZE[0] - piece.width / 2 if side == "right" else piece.width / 2
            page = stamp(page, piece, (x, 420))
        out.append(drawn.turned(page, random.Random(i).uniform(-skew, skew)))
    return out


def seals_of(tmp_path, made, mode="RGB"):
    return read_scan(drawn.scan(tmp_path / "a.pdf", *(page.convert(mode) for page in made))).seals


@pytest.mark.parametrize(("count", "mode", "side"), [(2, "RGB", "right"), (3, "L", "right"), (4, "RGB", "left")])
def test_slices_are_joined_and_read_as_one_seal(tmp_path, count, mode, side):
    found = seals_of(tmp_path, pages(count, side=side), mode)
    assert [(s.box.page, s.kind) for s in found] == [(n + 1, ACROSS_PAGES) for n in range(count)]
    assert {match_seal(s.text)[0].name for s in found} == {NAME}


def test_a_page_that_was_put_in_later_has_no_slice(tmp_path):
    found = seals_of(tmp_path, pages(4, left_out=(2,)))
    assert [(s.box.page, s.kind) for s in found] == [(n, ACROSS_PAGES) for n in (1, 2, 4)]


def test_a_full_seal_beside_the_slices_stays_one(tmp_path):
    made = pages(3)
    made[2] = stamp(made[2], draw_seal(random.Random(5), NAME, SEAL), (700, 500))
    found = seals_of(tmp_path, made)
    assert [(s.box.page, s.kind) for s in found if s.kind == FULL] == [(3, FULL)]
    assert [s.box.page for s in found if s.kind == ACROSS_PAGES] == [1, 2, 3]


def test_seals_partly_off_two_pages_are_no_slices(tmp_path):
    seal = draw_seal(random.Random(5), NAME, SEAL)
    made = [stamp(page, seal, (SIZE[0] - 50, 420)) for page in pages(2, left_out=(0, 1))]
    assert [(s.box.page, s.kind) for s in seals_of(tmp_path, made)] == [(1, FULL), (2, FULL)]


def test_half_a_seal_at_the_side_of_a_lone_page_is_no_full_one(tmp_path):
    page = stamp(pages(1, left_out=(0,))[0], draw_seal(random.Random(5), NAME, SEAL), (SIZE[0] + 4, 420))
    assert [s.kind for s in seals_of(tmp_path, [page])] == [ACROSS_PAGES]


@pytest.mark.parametrize(("mode", "under"), [("L", [1.0, 0.0]), ("RGB", [0.0, 0.0])])
def test_a_slice_that_cannot_be_told_from_print_lies_over_cells_as_a_whole_seal_does(tmp_path, mode, under):
    made = pages(2, skew=0)
    rows = [["序号", "联系方式"], ["1", "13959318895"]]
    for page in made:
        drawn.table(page, rows, left=700, top=390, width=530, row_height=60, size=20)
    document = read_scan(drawn.scan(tmp_path / "a.pdf", *(page.convert(mode) for page in made)))
    lower = next(table for table in document.tables if table.at()[0, 0].box.y0 > 350 * 72 / 150)
    assert [lower.at()[1, column].evidence.sealed for column in (1, 0)] == under


def test_print_at_the_sides_of_pages_makes_no_slices(tmp_path):
    made = pages(2, left_out=(0, 1))
    for page in made:
        for k in range(5):
            drawn.write(page, "第一联存档", (SIZE[0] - 110, 350 + 30 * k), 20)
    assert seals_of(tmp_path, made, "L") == ()
