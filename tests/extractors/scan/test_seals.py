"""Round seals are found where they stand and read along their arc; the print below them stays readable."""

import random

import drawn
import numpy as np
import pytest

from extractors.scan import seals
from extractors.scan.ink import separate
from extractors.scan.read import read_scan
from pipeline.departments import match_seal

NAME = "江苏省工业和信息化厅"
ROWS = [
    ["序号", "中试平台名称", "建设运营单位", "投资总额"],
    ["1", "新型显示材料中试平台", "华星光电有限公司", "12850.5"],
    ["2", "生物医药中试平台", "未来制药有限公司", "8630"],
    ["3", "石墨烯中试平台", "宁波材料技术中心", "4071.7"],
]


@pytest.fixture(scope="module")
def form():
    page = drawn.blank()
    drawn.table(page, ROWS, row_height=100, shares=[0.4, 2, 2, 1.3])
    return page


def found(page, mode="RGB"):
    """The circles on a page, as (x, y, radius)."""
    ink = separate(np.asarray(page.convert(mode).convert("RGB")))
    return [(c.x, c.y, c.radius) for c in seals.find(ink.print, ink.red)]


def assert_at(circle, centre, radius, tolerance=0.08):
    assert np.hypot(circle[0] - centre[0], circle[1] - centre[1]) < tolerance * radius
    assert circle[2] == pytest.approx(radius, rel=tolerance)


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
@pytest.mark.parametrize("centre", [(400, 800), (1350, 900)])
def test_a_seal_is_found_where_it_stands_in_colour_grey_and_black(form, mode, centre):
    (circle,) = found(drawn.sealed(form, NAME, centre), mode)
    assert_at(circle, centre, 0.485 * drawn.SEAL)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_seal_over_the_table_is_found(form, mode):
    (circle,) = found(drawn.sealed(form, NAME, (900, 380)), mode)
    assert_at(circle, (900, 380), 0.485 * drawn.SEAL)


def test_several_seals_are_several(form):
    page = drawn.sealed(drawn.sealed(form, NAME, (400, 850)), NAME, (1300, 850), seed=4)
    assert sorted(round(x, -2) for x, _, _ in found(page)) == [400, 1300]


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
@pytest.mark.parametrize("centre", [(1754 - 40, 800), (700, 1240 - 50), (30, 850), (1754 - 70, 1240 - 70)])
def test_a_seal_partly_off_the_page_is_found(form, mode, centre):
    (circle,) = found(drawn.sealed(form, NAME, centre), mode)
    assert_at(circle, centre, 0.485 * drawn.SEAL)


def blackened(seal):
    ink = drawn.Image.new("RGBA", seal.size, (45, 45, 45, 0))
    ink.putalpha(seal.getchannel("A"))
    return ink


def test_a_black_seal_beside_a_red_one_is_found_too_and_each_has_its_ink(form):
    page = drawn.sealed(form, NAME, (400, 900))
    page = drawn.stamp(page, blackened(drawn.draw_seal(random.Random(2), NAME, drawn.SEAL)), (700, 900))
    ink = separate(np.asarray(page))
    assert sorted((round(c.x, -2), c.ink) for c in seals.find(ink.print, ink.red)) == [(400, "red"), (700, "black")]


@pytest.mark.parametrize(("mode", "ink"), [("RGB", "red"), ("L", "grey"), ("1", "black")])
def test_the_ink_of_a_seal_is_known(form, mode, ink):
    layers = separate(np.asarray(drawn.sealed(form, NAME, (900, 380)).convert(mode).convert("RGB")))
    assert [c.ink for c in seals.find(layers.print, layers.red)] == [ink]


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_oval_and_square_seals_are_not_taken_for_official_ones(form, mode):
    page = form.copy()
    pen = drawn.ImageDraw.Draw(page)
    pen.ellipse((300, 780, 300 + 266, 780 + 177), outline=(214, 40, 48), width=6)
    pen.rectangle((900, 780, 900 + 150, 780 + 150), outline=(214, 40, 48), width=6)
    pen.text((330, 840), "收讫业务专用", font=drawn.font(34), fill=(214, 40, 48))
    assert found(page, mode) == []


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_a_page_without_a_seal_has_none(form, mode):
    assert found(form, mode) == []
    assert found(drawn.blank(), mode) == []


def test_other_red_or_round_things_are_no_seals(form):
    page = form.copy()
    pen = drawn.ImageDraw.Draw(page)
    pen.rectangle((200, 700, 480, 860), outline=(214, 40, 48), width=6)
    pen.text((1100, 760), "江苏省工业和信息化厅文件", font=drawn.font(44), fill=(214, 40, 48))
    pen.ellipse((1200, 900, 1230, 930), outline="black", width=3)
    assert found(page) == []


@pytest.mark.parametrize(
    ("name", "mode"),
    [(NAME, "RGB"), (NAME, "L"), ("新疆生产建设兵团工业和信息化局", "RGB"), ("大连市工业和信息化局", "1")],
)
def test_the_name_along_the_arc_is_read(name, mode):
    # Drawn as large as at 300 dpi: a seal of 42 mm is some 500 pixels across.
    page = drawn.sealed(drawn.blank((2900, 1100)), name, (1900, 550), 2 * drawn.SEAL)
    ink = separate(np.asarray(page.convert(mode).convert("RGB")))
    (circle,) = seals.find(ink.print, ink.red)
    department, certainty = match_seal(seals.read_arc(ink.print, ink.red, circle).text)
    assert department is not None and department.name == name and certainty > 0.6


def test_a_sealed_form_is_read_as_one_without(tmp_path, form):
    page = drawn.sealed(drawn.sealed(form, NAME, (560, 400)), NAME, (1100, 460), seed=5)
    document = read_scan(drawn.scan(tmp_path / "a.pdf", page))
    (table,) = document.tables
    assert [[table.at()[r, c].text for c in range(4)] for r in range(4)] == ROWS
    places = sorted((round(s.box.x0 + s.box.x1) / 2, round(s.box.y0 + s.box.y1) / 2) for s in document.seals)
    assert np.abs(np.array(places) - [(560 * 0.48, 400 * 0.48), (1100 * 0.48, 460 * 0.48)]).max() < 5
    assert all(s.text and s.probability > 0.5 and s.box.page == 1 for s in document.seals)


def test_in_grey_the_cells_under_a_seal_are_known_and_the_others_read_as_ever(tmp_path, form):
    firmly = drawn.sealed(drawn.sealed(form, NAME, (560, 400)), NAME, (560, 400))
    (table,) = read_scan(drawn.scan(tmp_path / "a.pdf", firmly.convert("L"))).tables
    under = {(c.row, c.column): c.evidence.sealed for c in table.cells}
    assert under[2, 1] == 1 and under[0, 0] == under[1, 3] == under[3, 3] == 0
    clear = [(c.row, c.column) for c in table.cells if not c.evidence.sealed]
    assert len(clear) >= 12 and all(table.at()[at].text == ROWS[at[0]][at[1]] for at in clear)


def test_a_seal_copied_in_black_on_a_page_with_colour_is_told_from_none(tmp_path, form):
    page = drawn.sealed(form, NAME, (900, 380)).convert("L").convert("RGB")
    page.paste((200, 20, 20), (60, 60, 460, 110))  # a red heading: the page has colour, the seal has none
    document = read_scan(drawn.scan(tmp_path / "a.pdf", page))
    assert [match_seal(seal.text)[0].name for seal in document.seals] == [NAME]
    assert any(cell.evidence.sealed for cell in document.tables[0].cells)


def test_red_ink_goes_from_the_print_and_black_stays():
    page = drawn.blank((900, 600))
    drawn.write(page, "新型显示材料中试平台", (450, 300), 40, "mm")
    plain, sealed = (separate(np.asarray(p)) for p in (page, drawn.sealed(page, NAME, (450, 300))))
    assert plain.red is None and sealed.red is not None
    black, paper = plain.print < 60, plain.print > 250
    assert (sealed.print[black] < 110).mean() > 0.98
    assert (sealed.print[paper] > 190).mean() > 0.99
    assert (sealed.red[black] < 60).mean() > 0.9


@pytest.mark.parametrize("shade", [(255, 250, 235), (214, 214, 214), (235, 225, 205)])
def test_the_papers_own_colour_and_a_shadow_are_evened_out(shade):
    page = drawn.Image.new("RGB", (900, 600), shade)
    drawn.write(page, "新型显示材料中试平台", (450, 300), 40, "mm")
    light = np.linspace(0.6, 1.0, 900)[None, :, None]
    layer = separate((np.asarray(page) * light).astype(np.uint8)).print
    text = drawn.gray(page) < 40
    assert np.median(layer[~text]) > 245 and (layer[drawn.gray(page) > min(shade) - 30] > 215).mean() > 0.99
    assert (layer[text] < 90).all()
