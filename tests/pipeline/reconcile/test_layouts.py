"""Forms as offices set them: each layout on paper, scanned, against a plain electronic copy."""

from __future__ import annotations

from collections.abc import Sequence

import drawn
import pytest
from conftest import Compare
from made_pairs import HEADERS, JIANGSU, RECORDS, SHARES, codes
from PIL import Image

from pipeline.model import Reconciliation, Verdict

TITLE = "省级或重点培育中试平台名录及储备建设情况"
PLACES = ("苏州市吴中区", "苏州市吴中区", "常州市武进区", "常州市武进区")
WITH_PLACE = (*HEADERS[:3], "所在地", *HEADERS[4:])
"""The code's column gives way to the place's: cells of eighteen figures take the longest to read."""
ROWS = tuple((*row[:3], place, *row[4:]) for row, place in zip(RECORDS, PLACES, strict=True))
PLACE = 3
SIZE = 24


def table(page: Image.Image, rows: drawn.Rows, top: int, spans: dict[tuple[int, int], tuple[int, int]] | None = None,
          height: int = 62) -> None:  # fmt: skip
    """A ruled table over the whole width."""
    shares = SHARES[: len(rows[0])]
    width = page.width - 120
    drawn.table(page, rows, spans, left=60, top=top, width=width, row_height=height, shares=shares, size=SIZE)


def landscape(*tables: tuple[drawn.Rows, int], title: bool = True) -> Image.Image:
    """A page with tables, each with the place of its top."""
    page = drawn.blank()
    if title:
        drawn.write(page, TITLE, (877, 60), 30, "mm")
    for rows, top in tables:
        table(page, rows, top)
    return page


def scanned(page: Image.Image, mode: str) -> Image.Image:
    """The page in colour, grey or black and white, sealed at its foot."""
    sealed = drawn.sealed(page, JIANGSU, (1450, 900))
    if mode == "1":
        return sealed.convert("L").point([0 if v < 185 else 255 for v in range(256)]).convert("1")
    return sealed.convert(mode)


def pairs(result: Reconciliation) -> list[tuple[int | None, int | None]]:
    return [(r.electronic_row, r.scan_row) for r in result.records]


def doubts(result: Reconciliation) -> list[tuple[int | None, str, str, str]]:
    """Fields that are no match, with what either copy says."""
    return [
        (r.electronic_row, f.header, f.electronic, f.scan)
        for r in result.records
        for f in r.fields
        if f.verdict is not Verdict.MATCH
    ]


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_two_levels_of_header_section_rows_and_merged_cells(compare: Compare, mode: str) -> None:
    page = drawn.blank()
    drawn.write(page, TITLE, (877, 60), 30, "mm")
    rows = [
        ["序号", "基本信息", "", "", "建设情况", "", "联系电话"],
        ["", *WITH_PLACE[1:6], ""],
        ["一、省级制造业中试平台", *[""] * 6],
        *ROWS[:2],
        ["二、储备建设中试平台", *[""] * 6],
        *ROWS[2:],
    ]
    spans = {(0, 0): (2, 1), (0, 1): (1, 3), (0, 4): (1, 2), (0, 6): (2, 1), (2, 0): (1, 7), (5, 0): (1, 7),
             (3, PLACE): (2, 1), (6, PLACE): (2, 1)}  # fmt: skip
    table(page, rows, 130, spans)
    typed = [[*row, kind] for row, kind in zip(ROWS, ("省级", "省级", "储备", "省级"), strict=True)]
    result = compare(scanned(page, mode), [[*WITH_PLACE, "平台类别"], *typed])
    assert pairs(result) == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert all(len(r.fields) == 7 for r in result.records)
    # The last record stands under another section than its column says. A black-and-white scan leaves other doubts.
    assert [d for d in doubts(result) if mode != "1" or d[2] != d[3]] == [(4, "平台类别", "省级", "储备")]


def test_pages_in_the_wrong_order_one_on_its_head_and_a_blank_back(compare: Compare) -> None:
    first, second = landscape(), drawn.blank()
    table(first, [WITH_PLACE, *ROWS[:2]], 130)
    table(second, ROWS[2:], 80)
    pages = [scanned(second, "RGB").rotate(180), drawn.blank(), first]
    result = compare(pages, [WITH_PLACE, *ROWS])
    assert pairs(result) == [(1, 3), (2, 4), (3, 1), (4, 2)]
    assert doubts(result) == []
    assert "pages-out-of-order" in codes(result)


def test_a_cell_merged_over_a_page_break_and_a_row_cut_by_it(compare: Compare) -> None:
    rest = ["", "（二期工程）", "", "", "", "", ""]
    first, second = landscape(), drawn.blank()
    table(first, [WITH_PLACE, ROWS[0], ROWS[1]], 130, {(1, PLACE): (2, 1)})
    last = [*ROWS[2][:PLACE], "", *ROWS[2][PLACE + 1 :]]
    table(second, [rest, last, ROWS[3]], 80, {(0, PLACE): (2, 1)})
    typed = [list(row) for row in ROWS]
    typed[1][1] += "（二期工程）"
    typed[2][PLACE] = PLACES[0]
    result = compare([first, scanned(second, "RGB")], [WITH_PLACE, *typed])
    assert pairs(result) == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert doubts(result) == []


def test_several_tables_on_a_page_with_a_line_above_each(compare: Compare) -> None:
    page = landscape(([WITH_PLACE, *ROWS[:2]], 330), ([WITH_PLACE, *ROWS[2:]], 590))
    summary = [["类别", "数量（个）"], ["省级", "2"], ["储备", "2"]]
    drawn.table(page, summary, left=60, top=110, width=520, row_height=52, size=SIZE)
    drawn.write(page, "一、省级制造业中试平台", (60, 290), SIZE)
    drawn.write(page, "二、储备建设中试平台", (60, 550), SIZE)
    typed = [[*row, kind] for row, kind in zip(ROWS, ("省级", "省级", "储备", "储备"), strict=True)]
    result = compare(scanned(page, "RGB"), [[*WITH_PLACE, "类别"], *typed])
    assert pairs(result) == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert all(len(r.fields) == 7 for r in result.records)
    assert doubts(result) == []
    assert "table-unused" in codes(result)


@pytest.mark.parametrize(("size", "columns"), [((1240, 1754), [0, 1, 2, 4]), ((2480, 1754), range(7))])
def test_portrait_pages_and_a3(compare: Compare, size: tuple[int, int], columns: Sequence[int]) -> None:
    page = drawn.blank(size)
    rows = [[row[i] for i in columns] for row in (WITH_PLACE, *ROWS)]
    table(page, rows, 130)
    result = compare(drawn.sealed(page, JIANGSU, (size[0] // 2, 700)), rows)
    assert pairs(result) == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert doubts(result) == []


def test_columns_in_another_order_and_one_more_whose_header_lies_under_a_black_seal(compare: Compare) -> None:
    page = landscape(([WITH_PLACE, *ROWS], 280))
    ring = drawn.sealed(page, JIANGSU, (1060, 230)).convert("L").point([0 if v < 185 else 255 for v in range(256)])
    order = (0, 4, 2, 5, 1, 6, 3)
    typed = [[*(row[i] for i in order), text] for row, text in zip(ROWS, "甲乙丙丁", strict=True)]
    result = compare(ring.convert("1"), [[*(WITH_PLACE[i] for i in order), "备注"], *typed])
    assert pairs(result) == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert all(len(r.fields) == 6 for r in result.records)
    assert all(f.verdict is not Verdict.MISMATCH for r in result.records for f in r.fields)
    assert "column-missing-in-scan" in codes(result)
