"""What other tools read is put into tables fairly: each text in the cell that it stands in, line by line."""

import json
import subprocess
import sys
from pathlib import Path

import drawn
import numpy as np

from benchmarks.other_tools import GivenPage, boxes_of, from_boxes, from_tables, straight_pages
from benchmarks.tools import bare

ROWS = [["序号", "中试平台名称", "投资总额"], ["1", "新型显示材料中试平台", "12850.5"], ["2", "轴承中试平台", "98"]]


def box(x0, y0, x1, y1):
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def test_boxes_go_to_the_cell_that_their_middle_lies_in_and_read_on_line_by_line():
    cells = (((0, 0, 1, 1), (0.0, 0.0, 50.0, 40.0)), ((0, 1, 1, 2), (50.0, 0.0, 200.0, 40.0)))
    page = GivenPage(Path("1.png"), cells, 1, 3)
    boxes = [
        [box(60, 22, 120, 38), "技术研究院"],
        [box(110, 3, 150, 18), "先进"],
        [box(60, 2, 105, 18), "宁波"],
        [box(10, 10, 30, 30), "1"],
        [box(10, 60, 90, 80), "填报单位"],
    ]
    document = from_boxes([page], [boxes])
    (table,) = document.tables
    assert [(c.row, c.column, c.column_span, c.text) for c in table.cells] == [
        (0, 0, 1, "1"), (0, 1, 2, "宁波先进技术研究院"),
    ]  # fmt: skip
    assert [line.text for line in document.lines] == ["填报单位"]


def test_a_merged_cell_of_a_table_is_one_cell_with_spans():
    title = [0, 0, 100, 20, "一、省级\n平台"]
    rows = [[title, title], [[0, 20, 50, 40, "1"], [50, 20, 100, 40, "无锡"]]]
    (table,) = from_tables([[rows]]).tables
    assert (table.rows, table.columns) == (2, 2)
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells] == [
        (0, 0, 1, 2, "一、省级平台"), (1, 0, 1, 1, "1"), (1, 1, 1, 1, "无锡"),
    ]  # fmt: skip
    assert [text for _, text in boxes_of([rows])] == ["一、省级平台", "1", "无锡"]


def test_tools_get_each_page_upright_with_its_cells(tmp_path):
    page = drawn.blank((1200, 800))
    ys, xs = drawn.table(page, ROWS, left=60, top=120, width=1080, row_height=80)
    scan = drawn.scan(tmp_path / "a.pdf", page.rotate(90, expand=True))
    (given,) = straight_pages(scan, tmp_path / "pages")
    assert (given.rows, given.columns) == (3, 3)
    for (row, column, _, _), (x0, y0, x1, y1) in given.cells:
        assert np.allclose((x0, y0, x1, y1), (xs[column], ys[row], xs[column + 1], ys[row + 1]), atol=4)


def test_the_bare_recogniser_gets_every_line_in_any_batch():
    lines = [np.full((48, width), float(i), np.float32) for i, width in enumerate((16, 40, 56, 90, 91))]
    for size in (1, 2, 4):
        given = bare.batches(lines, size)
        assert sorted(float(line[0, 0, 0]) for batch in given for line in batch) == [0, 1, 2, 3, 4]
        assert all(batch.shape[1:3] == (3, 48) for batch in given)


def test_a_worker_answers_each_job_and_says_what_failed():
    script = Path(bare.__file__).parent / "rapid.py"
    jobs = json.dumps({"images": []}) + "\n" + json.dumps({}) + "\n"
    done = subprocess.run([sys.executable, script], input=jobs, capture_output=True, text=True, encoding="utf-8")
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["pages"] == [] and first["wall"] == 0.0
    assert second["error"].startswith("KeyError")
