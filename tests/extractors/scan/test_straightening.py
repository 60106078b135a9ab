"""A page laid askew, or photographed at a slant, is set straight: its table's corners make a rectangle."""

import cv2
import drawn
import numpy as np
import pytest

from extractors.scan.ink import separate
from extractors.scan.rectify import map_points, straighten, warp

ROWS = [["序号", "平台名称", "投资总额", "建成时间"], *([str(n), "中试平台", "8630", "2021年6月"] for n in range(1, 9))]


@pytest.fixture(scope="module")
def form():
    """A page, and the four corners of its table (top left, top right, bottom left, bottom right)."""
    page = drawn.blank()
    ys, xs = drawn.table(page, ROWS)
    return np.asarray(page), np.array([(x, y) for y in (ys[0], ys[-1]) for x in (xs[0], xs[-1])], float)


def misfit(image, seen_corners):
    """By how many pixels the table's corners, set straight, miss a rectangle."""
    corners = map_points(seen_corners, straighten(separate(image).print))
    (top_left, top_right, bottom_left, bottom_right) = corners
    across = np.abs([(top_left - top_right)[1], (bottom_left - bottom_right)[1]])
    down = np.abs([(top_left - bottom_left)[0], (top_right - bottom_right)[0]])
    return float(max(across.max(), down.max()))


def seen_through(image, corners, homography, outside=(255, 255, 255)):
    height, width = image.shape[:2]
    seen = cv2.warpPerspective(image, homography, (width, height), flags=cv2.INTER_CUBIC, borderValue=outside)
    return np.clip(seen, 0, 255).astype(np.uint8), map_points(corners, homography)


def skew(image, degrees):
    height, width = image.shape[:2]
    return np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1), [0, 0, 1]])


@pytest.mark.parametrize("degrees", [-4, -2, -0.7, 0, 0.7, 2, 4])
def test_a_skewed_page_is_set_straight(form, degrees):
    image, corners = form
    assert misfit(*seen_through(image, corners, skew(image, degrees))) < 2.5


@pytest.mark.parametrize("degrees", [-2, 2])
@pytest.mark.parametrize(("line", "ink"), [(1, "#606060"), (2, "#a8a8a8")])
def test_so_is_a_grey_one_with_thin_or_pale_lines(degrees, line, ink):
    page = drawn.blank()
    ys, xs = drawn.table(page, ROWS, line=line, ink=ink)
    corners = np.array([(x, y) for y in (ys[0], ys[-1]) for x in (xs[0], xs[-1])], float)
    image = np.asarray(page.convert("L").convert("RGB"))
    assert misfit(*seen_through(image, corners, skew(image, degrees))) < 2.5


@pytest.mark.parametrize("seed", range(5))
def test_perspective_is_taken_out(form, seed):
    image, corners = form
    height, width = image.shape[:2]
    edges = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float32)
    moved = edges + np.random.default_rng(seed).uniform(-0.03, 0.03, (4, 2)) * min(width, height)
    slant = cv2.getPerspectiveTransform(edges, moved.astype(np.float32))
    seen, seen_corners = seen_through(image, corners, slant)
    assert misfit(seen, seen_corners) < 5
    # A desk darker than the paper behind the photographed page says nothing of directions.
    shrunk = np.array([[0.94, 0, 0.03 * width], [0, 0.94, 0.03 * height], [0, 0, 1]])
    on_desk, desk_corners = seen_through(image, corners, shrunk @ slant, outside=(70, 62, 55))
    assert misfit(on_desk, desk_corners) < 5


@pytest.mark.parametrize("degrees", [-1.5, 0, 1.5])
def test_without_ruled_lines_the_lines_of_text_show_the_direction(degrees):
    page = drawn.blank()
    text = "为贯彻落实国家有关制造业中试平台建设的通知要求现将我省情况报送如下"
    for line in range(14):
        drawn.write(page, text, (120, 140 + 64 * line), 40)
    image = np.asarray(page)
    baseline = np.array([(120, 180), (1500, 180)], float)
    seen, ends = seen_through(image, baseline, skew(image, degrees))
    left, right = map_points(ends, straighten(separate(seen).print))
    assert abs(left[1] - right[1]) < 1380 * np.tan(np.radians(0.2))


@pytest.mark.parametrize("rules", [(), (200, 260)])
@pytest.mark.parametrize("seed", range(5))
def test_the_edges_of_a_sheet_show_how_a_photographed_page_without_columns_lines_leans(seed, rules):
    page = drawn.blank()
    for y in rules:
        drawn.ImageDraw.Draw(page).line((100, y, 1650, y), fill="black", width=3)
    for row in range(8):
        for column in range(5):
            drawn.write(page, "中试平台", (160 + 300 * column, 230 + 90 * row), 30, "lm")
    image = np.asarray(page)
    height, width = image.shape[:2]
    edges = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float32)
    moved = edges + np.random.default_rng(seed).uniform(-0.03, 0.03, (4, 2)) * min(width, height)
    shrunk = np.array([[0.9, 0, 0.05 * width], [0, 0.9, 0.05 * height], [0, 0, 1]])
    slant = shrunk @ cv2.getPerspectiveTransform(edges, moved.astype(np.float32))
    corners = np.array([(100, 200), (1650, 200), (100, 1000), (1650, 1000)], float)
    seen, seen_corners = seen_through(image, corners, slant, outside=(70, 62, 55))
    assert misfit(seen, seen_corners) < 8


def test_the_way_back_leads_to_the_pixel_that_a_point_came_from(form):
    image, corners = form
    seen, seen_corners = seen_through(image, corners, skew(image, 1.3))
    homography = straighten(separate(seen).print)
    there = map_points(seen_corners, homography)
    assert np.abs(map_points(there, np.linalg.inv(homography)) - seen_corners).max() < 0.01


def test_what_comes_from_outside_the_page_is_paper(form):
    image, _ = form
    layer = separate(seen_through(image, np.zeros((1, 2)), skew(image, 3), outside=(255, 255, 255))[0]).print
    straight = warp(layer, straighten(layer))
    assert straight.shape == layer.shape
    assert (straight[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()
