"""What a born-digital page shows other than its text is told, and borne out by no cell."""

from concurrent.futures import ThreadPoolExecutor

import drawn
import pytest

from extractors import sealed

ROWS = [["序号", "中试平台名称", "投资总额"], ["1", "轻合金中试平台", "12850.5"], ["2", "制药中试基地", ""]]
WIDTHS = (60, 200, 120)
# The cell of 12850.5: x 300 to 420, y 440 to 470.
COVERED = "1 1 1 rg 302 442 116 26 re f"
STRUCK = "1.2 w 303 456 m 345 456 l S"
PASTED = "0 0 0 rg 310 420 20 6 re f"


def belied(path):
    document = sealed.read(path)
    assert document.kind == "pdf"
    (table,) = document.tables
    cells = {(c.row, c.column) for c in table.cells if c.belied}
    told = [(n.code, n.params) for n in document.notices]
    assert told == ([("text-belied", {"page": "1", "count": f"{len(cells)}"})] if cells else [])
    return cells


@pytest.mark.parametrize(
    ("drawing", "cells"),
    [
        ({}, set()),
        ({"after": COVERED}, {(1, 2)}),
        ({"after": STRUCK}, {(1, 2)}),
        ({"after": PASTED}, {(2, 2)}),
        ({"after": "1 0 0 rg 310 420 20 6 re f"}, {(2, 2)}),
        ({"before": "0.9 0.95 1 rg 40 440 380 30 re f 0 0 0 rg"}, set()),
        ({"before": "0.6 0.6 0.6 rg 40 440 380 30 re f 0 0 0 rg"}, set()),
        ({"before": "1 0 0 rg"}, set()),
        ({"after": "0.7 w 423 500 m 423 410 l S"}, set()),
    ],
    ids=[
        "plain", "covered by white", "struck through", "black drawn in an empty cell", "red drawn in an empty cell",
        "a light filling", "a grey filling", "red text", "a double border",
    ],
)
def test_a_cell_that_shows_something_else_is_told(tmp_path, drawing, cells):
    assert belied(drawn.text_pdf(tmp_path / "a.pdf", ROWS, widths=WIDTHS, **drawing)) == cells


@pytest.mark.parametrize("state", ["3 Tr", "1 1 1 rg"], ids=["not drawn", "white"])
def test_text_that_can_not_be_seen_is_told(tmp_path, state):
    path = drawn.text_pdf(tmp_path / "a.pdf", ROWS, widths=WIDTHS)
    seen = "<" + "12850.5".encode("utf-16-be").hex() + "> Tj"
    hidden = f"{state} {seen} 0 Tr 0 0 0 rg".encode()
    data = path.read_bytes()
    grown = data.replace(seen.encode(), hidden)
    head = data[data.index(b"<< /Length ") :].split(b" >>")[0]
    longer = b"<< /Length %d" % (int(head.split()[-1]) + len(hidden) - len(seen))
    path.write_bytes(grown.replace(head, longer))
    assert belied(path) == {(1, 2)}


def test_only_what_a_viewer_shows_of_a_page_is_looked_at(tmp_path):
    path = drawn.text_pdf(tmp_path / "a.pdf", ROWS, widths=WIDTHS)
    path.write_bytes(path.read_bytes().replace(b"/MediaBox", b"/CropBox [30 100 800 560] /MediaBox"))
    assert belied(path) == set()
    cell = sealed.read(path).tables[0].at()[1, 2]
    assert (cell.box.x0, cell.box.y0) == pytest.approx((300 - 30, 560 - 470), abs=1)


def test_a_page_whose_parts_cannot_be_told_apart_is_read_by_its_image(tmp_path):
    path = drawn.text_pdf(tmp_path / "a.pdf", ROWS, widths=WIDTHS, after="/X1 Do")
    head = f"8 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 842 595] /Length {len(STRUCK)} >>"
    drawing = f"{head}\nstream\n{STRUCK}\nendstream\nendobj\n".encode()
    data = path.read_bytes().replace(b"/Resources << ", b"/Resources << /XObject << /X1 8 0 R >> ")
    path.write_bytes(data.replace(b"xref\n0", drawing + b"xref\n0", 1))  # readers find the moved objects again
    document = sealed.read(path)
    assert document.kind == "scan" and [t.at()[1, 1].text for t in document.tables] == ["轻合金中试平台"]


def test_two_copies_are_drawn_side_by_side(tmp_path):
    paths = [drawn.text_pdf(tmp_path / f"{n}.pdf", ROWS, widths=WIDTHS) for n in range(2)]
    with ThreadPoolExecutor(2) as threads:
        for document in threads.map(sealed.read, paths * 8):
            assert document.notices == ()
