"""Ink too pale to be read mustn't pass for paper; noise, seals and the edges of rules are none."""

from __future__ import annotations

import drawn
import pytest
from PIL import Image, ImageDraw

from extractors.scan.read import read_scan

HEADERS = ["序号", "平台名称", "投资总额", "备注"]
RECORDS = [[str(n), "轻合金中试平台", "8630", ""] for n in range(1, 5)]
REMARK = (1480, 360)
"""Middle of the second record's remark, pixels."""
BEFORE_AMOUNT = (1030, 360)


def altered(tmp_path, page, mode):
    document = read_scan(drawn.scan(tmp_path / "scan.pdf", page.convert(mode)))
    (table,) = document.tables
    return [(c.row, c.column) for c in table.cells if c.evidence is not None and c.evidence.altered]


def form() -> Image.Image:
    page = drawn.blank()
    drawn.table(page, [HEADERS, *RECORDS])
    return page


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("grey", [160, 180])
def test_a_pale_word_in_a_blank_cell_is_seen(tmp_path, grey, mode):
    page = form()
    ImageDraw.Draw(page).text(REMARK, "已停建", (grey,) * 3, drawn.font(30), anchor="mm")
    assert altered(tmp_path, page, mode) == [(2, 3)]


def test_a_pale_figure_before_a_printed_one_is_seen(tmp_path):
    page = form()
    ImageDraw.Draw(page).text(BEFORE_AMOUNT, "1", (175,) * 3, drawn.font(32), anchor="mm")
    assert altered(tmp_path, page, "L") == [(2, 2)]


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_seal_and_a_worn_page_are_no_pale_ink(tmp_path, mode):
    assert altered(tmp_path, drawn.sealed(form(), "江苏省工业和信息化厅", (1400, 420)), mode) == []
