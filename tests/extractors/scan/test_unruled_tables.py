"""Tables whose rows and columns only white space parts, and three-line tables."""

import drawn
import pytest

from extractors.scan.read import read_scan

WIDTHS = (130, 420, 420, 260, 250)
ROWS = [
    ["序号", "中试平台名称", "建设运营单位", "投资总额", "建成时间"],
    ["1", "新型显示材料中试平台", "华星光电有限公司", "12850.5", "2021年6月"],
    ["2", "生物医药中试平台", "未来制药有限公司", "8630", "2019年11月"],
    ["3", "石墨烯中试平台", "宁波材料技术中心", "4071.7", "2020年9月"],
    ["4", "轻合金中试平台", "重庆铝业有限公司", "960", "2022年3月"],
]


def unruled(page, rows, left=130, top=220, pitch=110, size=28):
    """Texts at the left of their columns, the lines of a cell one below the other; the edges of the rows."""
    edges = [left + sum(WIDTHS[:c]) for c in range(len(WIDTHS))]
    for r, row in enumerate(rows):
        for edge, text in zip(edges, row, strict=True):
            lines = text.split("\n")
            for k, part in enumerate(lines):
                drawn.write(page, part, (edge, top + r * pitch + (k - (len(lines) - 1) / 2) * 1.3 * size), size, "lm")
    return [top + (r - 0.5) * pitch for r in range(len(rows) + 1)]


def read(tmp_path, page):
    document = read_scan(drawn.scan(tmp_path / "a.pdf", page))
    (table,) = document.tables
    return document, [[table.at()[r, c].text for c in range(table.columns)] for r in range(table.rows)]


def test_rows_and_columns_are_found_by_white_space_and_the_reviewer_is_told(tmp_path):
    page = drawn.blank()
    drawn.write(page, "省级或重点培育中试平台名录", (877, 100), 28, "mm")
    unruled(page, ROWS)
    document, texts = read(tmp_path, page)
    assert texts == ROWS
    assert [(n.code, n.params["page"]) for n in document.notices] == [("table-unruled", "1")]
    assert [line.text for line in document.lines] == ["省级或重点培育中试平台名录"]


def test_a_three_line_table_is_read(tmp_path):
    page = drawn.blank()
    edges = unruled(page, ROWS)
    pen = drawn.ImageDraw.Draw(page)
    for y, width in ((edges[0], 4), (edges[1], 2), (edges[-1], 4)):
        pen.line((110, y, 1640, y), fill="black", width=width)
    document, texts = read(tmp_path, page)
    assert texts == ROWS
    assert [n.code for n in document.notices] == ["table-unruled"]


def test_a_cell_of_two_lines_is_one_cell(tmp_path):
    rows = [list(row) for row in ROWS]
    rows[0][3] = "投资总额\n（万元）"
    rows[2][1] = "生物医药\n中试平台"
    rows[3][2] = "宁波材料\n技术中心"
    page = drawn.blank()
    unruled(page, rows, pitch=130)
    _, texts = read(tmp_path, page)
    assert texts == [[text.replace("\n", "").replace("（", "(").replace("）", ")") for text in row] for row in rows]


def test_a_header_may_stand_beside_its_values_and_a_units_bracket_beyond_them(tmp_path):
    page = drawn.blank()
    headers = ((200, "序号"), (530, "中试平台名称"), (960, "建设运营单位"), (1250, "投资总额（万元）"))
    for middle, header in headers:
        drawn.write(page, header, (middle, 220), 28, "mm")
    for r, row in enumerate(ROWS[1:], 1):
        for left, text in zip((130, 330, 750, 1170), row[:4], strict=True):
            drawn.write(page, text, (left, 220 + 100 * r), 28, "lm")
    _, texts = read(tmp_path, page)
    assert [row[:3] for row in texts] == [row[:3] for row in ROWS]
    assert [row[3] for row in texts] == ["投资总额(万元)", *(row[3] for row in ROWS[1:])]


def test_cells_set_at_the_top_keep_their_lines_in_tight_rows(tmp_path):
    names = [["新型显示", "材料中试", "平台"], ["生物医药", "中试服务", "验证公共", "平台"], ["石墨烯中", "试平台"]]
    page = drawn.blank()
    edges = (130, 330, 750, 1170)
    for edge, header in zip(edges, ("序号", "平台名称", "所在地", "建成时间"), strict=True):
        drawn.write(page, header, (edge, 200), 28, "lt")
    y = 290
    for number, lines in enumerate(names, 1):
        for edge, text in zip(edges, (str(number), "", "苏州市", "2021年6月"), strict=True):
            drawn.write(page, text, (edge, y + 15), 28, "lm")
        for k, part in enumerate(lines):
            drawn.write(page, part, (edges[1], y + 15 + 34 * k), 28, "lm")
        y += 34 * len(lines) + 6
    drawn.write(page, "联系人：王一    联系电话：0512-62881234", (130, y + 12), 28, "lm")
    _, texts = read(tmp_path, page)
    assert [row[1] for row in texts[1:]] == ["".join(lines) for lines in names]
    assert [row[2] for row in texts[1:]] == ["苏州市"] * 3


@pytest.mark.parametrize("lines", [["此致", "敬礼"], ["联系人：王一", "联系电话：0512-62881234", "2024年10月9日"]])
def test_a_letter_is_no_table(tmp_path, lines):
    page = drawn.blank((1240, 900))
    for number, line in enumerate(lines):
        drawn.write(page, line, (150, 150 + 60 * number), 24)
        drawn.write(page, "江苏省工业和信息化厅", (700, 150 + 60 * number), 24)
    document = read_scan(drawn.scan(tmp_path / "a.pdf", page))
    assert document.tables == () and document.notices == ()


def test_rows_that_stand_as_close_as_the_lines_within_them_keep_their_lines(tmp_path):
    rows = [list(row) for row in ROWS]
    rows[1][1] = "新型显示\n材料中试\n平台"
    rows[2][2] = "未来制药\n有限公司"
    rows[3][1] = "石墨烯\n中试平台"
    page, size = drawn.blank(), 28
    top = 220.0
    for row in rows:
        high = max(text.count("\n") + 1 for text in row) * 1.3 * size
        for c, text in enumerate(row):
            lines = text.split("\n")
            for k, part in enumerate(lines):
                place = 130 + sum(WIDTHS[:c]), top + high / 2 + (k - (len(lines) - 1) / 2) * 1.3 * size
                drawn.write(page, part, place, size, "lm")
        top += high + (60 if row is rows[0] else 4)
    _, texts = read(tmp_path, page)
    assert texts == [[text.replace("\n", "") for text in row] for row in rows]


def test_rows_whose_numbers_lie_under_a_black_seal_are_told_by_the_other_columns(tmp_path):
    more = [[str(n), f"先进材料中试平台{n}", "江南重工有限公司", f"{n}30.5", "2023年5月"] for n in range(5, 8)]
    rows = [*ROWS, *more]
    page = drawn.blank()
    unruled(page, rows)
    black = drawn.sealed(page, "江苏省工业和信息化厅", (70, 440)).convert("L").point([0] * 200 + [255] * 56)
    _, texts = read(tmp_path, black.convert("1"))
    assert [row[2:] for row in texts] == [row[2:] for row in rows]
