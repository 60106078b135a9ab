"""Pages finer than reading needs come down to what it takes; what stands where stays the same."""

from pathlib import Path

import drawn
import pytest

from extractors.scan.coarser import WANTED, no_finer_than_needed
from extractors.scan.pages import page_images
from extractors.scan.read import read_scan

ROWS = [["序号", "中试平台名称", "投资总额"], *([f"{i}", "轻合金中试平台", f"{12850 + i}"] for i in range(1, 9))]


def page(size: int) -> object:
    image = drawn.blank((3600, 2400))
    drawn.table(image, ROWS, left=200, top=200, width=3000, row_height=200, size=size)
    return image


def images(path: Path):
    (before,) = page_images(path)
    return before, no_finer_than_needed(before)


def test_large_print_is_made_smaller_and_boxes_stay(tmp_path):
    path = drawn.scan(tmp_path / "a.pdf", page(70), dpi=300)
    before, after = images(path)
    share = after.image.shape[1] / before.image.shape[1]
    assert 0.3 < share < 0.75 and after.scale == pytest.approx(before.scale * share)
    assert after.half.shape[:2] == (after.image.shape[0] // 2, after.image.shape[1] // 2)
    (table,) = read_scan(path).tables
    assert [[table.at()[r, c].text for c in range(3)] for r in range(len(ROWS))] == ROWS
    box = table.at()[0, 0].box
    assert (box.x0, box.y0) == pytest.approx((200 * 72 / 300, 200 * 72 / 300), abs=3)


def test_print_as_high_as_is_wanted_stays_as_it_is(tmp_path):
    before, after = images(drawn.scan(tmp_path / "a.pdf", page(round(WANTED)), dpi=300))
    assert after is before


def test_a_page_without_text_stays_as_it_is(tmp_path):
    image = drawn.blank((3600, 2400))
    drawn.write(image, "附件", (400, 400), size=90)
    before, after = images(drawn.scan(tmp_path / "a.pdf", image, dpi=300))
    assert after is before
