"""Whichever way a page lies on the glass, it is read upright, and every cell is found where it lies."""

import math

import drawn
import pytest
from PIL import Image

from extractors.scan.read import read_scan

ROWS = [
    ["序号", "中试平台名称", "投资总额", "联系电话"],
    ["1", "新型显示材料中试平台", "12850.5", "0512-62881234"],
    ["2", "高端轴承中试验证平台", "98", "0379-64880765"],
    ["3", "生物医药中试平台", "6890", "028-85174402"],
]


@pytest.fixture(scope="module")
def upright():
    page = drawn.blank((1400, 900))
    ys, xs = drawn.table(page, ROWS, left=70, top=120, width=1250, row_height=90, shares=[0.5, 2.2, 1.2, 1.5], size=24)
    return page, ys, xs


def found_cells(document):
    (table,) = document.tables
    assert (table.rows, table.columns) == (len(ROWS), len(ROWS[0]))
    return table


@pytest.mark.parametrize(("turn", "skew"), [(0, 0), (0, 1.2), (90, 0), (180, -1.2), (270, 1.2)])
def test_a_page_is_read_upright_and_its_cells_are_found_where_they_lie(tmp_path, upright, turn, skew):
    page, ys, xs = upright
    lying = drawn.turned(page, skew) if skew else page
    lying = lying.rotate(turn, expand=True)  # to be turned clockwise by `turn`
    document = read_scan(drawn.scan(tmp_path / "a.pdf", lying))
    (shown,) = document.pages
    assert shown.turn == turn
    assert (shown.width, shown.height) == pytest.approx((lying.width * 0.48, lying.height * 0.48), abs=1)
    table = found_cells(document)
    assert [[table.at()[r, c].text for c in range(table.columns)] for r in range(table.rows)] == ROWS
    for cell in table.cells:
        # The middle of the cell on the upright page, then where the turns take it.
        x, y = (xs[cell.column] + xs[cell.column + 1]) / 2, (ys[cell.row] + ys[cell.row + 1]) / 2
        x, y = rotated(x, y, page, skew)
        width, height = page.size
        x, y = {0: (x, y), 90: (y, width - x), 180: (width - x, height - y), 270: (height - y, x)}[turn]
        assert cell.box is not None and cell.box.page == 1
        assert (cell.box.x0 + cell.box.x1) / 2 == pytest.approx(0.48 * x, abs=2)
        assert (cell.box.y0 + cell.box.y1) / 2 == pytest.approx(0.48 * y, abs=2)


def rotated(x, y, page, degrees):
    """Where a point goes when the page is turned clockwise about its middle."""
    a, (cx, cy) = math.radians(degrees), (page.width / 2, page.height / 2)
    return (
        cx + (x - cx) * math.cos(a) - (y - cy) * math.sin(a),
        cy + (x - cx) * math.sin(a) + (y - cy) * math.cos(a),
    )


def test_a_pages_own_rotation_and_the_scanners_add_up(tmp_path, upright):
    page, _, _ = upright
    stored = page.rotate(180).rotate(90, expand=True)
    document = read_scan(drawn.scan(tmp_path / "a.pdf", stored, rotate=90))
    assert document.pages[0].turn == 180
    assert [c.text for c in found_cells(document).cells if c.row == 0] == ROWS[0]


def test_each_page_of_a_document_is_turned_by_itself(tmp_path):
    pages, turns = [], [0, 270]
    for turn in turns:
        page = drawn.blank((1400, 700))
        drawn.table(page, ROWS[:2], left=40, top=60, width=1300, row_height=90, shares=[0.5, 2.2, 1, 1.6], size=24)
        pages.append(page.rotate(turn, expand=True))
    document = read_scan(drawn.scan(tmp_path / "a.pdf", *pages))
    assert [p.turn for p in document.pages] == turns
    assert [t.page for t in document.tables] == [1, 2]
    assert all(t.at()[0, 1].text == "中试平台名称" for t in document.tables)


@pytest.mark.parametrize("turn", [90, 180])
def test_a_page_of_text_alone_is_set_upright_too(tmp_path, turn):
    page = drawn.blank((1400, 700))
    lines = ["关于报送中试平台建设情况的函", "工业和信息化部科技司：", "现将我省中试平台名录及储备情况报送如下，"]
    for number, line in enumerate(lines):
        drawn.write(page, line, (100, 120 + 60 * number), 24)
    document = read_scan(drawn.scan(tmp_path / "a.pdf", page.rotate(turn, expand=True)))
    assert document.pages[0].turn == turn
    assert "".join(line.text for line in document.lines).startswith("关于报送中试平台建设情况的函")


def test_nothing_to_read_leaves_a_page_as_it_lies(tmp_path):
    assert read_scan(drawn.scan(tmp_path / "a.pdf", Image.new("RGB", (700, 900), "white"))).pages[0].turn == 0
