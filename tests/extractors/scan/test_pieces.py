"""Pieces of ink are those that touch, however they lie in each other, and come off a mask whole."""

import cv2
import numpy as np
import pytest

from extractors.scan.pieces import boxes, pieces, without


@pytest.fixture(params=range(4))
def blots(request):
    """Ink with holes, and ink in the holes."""
    rng = np.random.default_rng(request.param)
    field = cv2.GaussianBlur(rng.random((120, 170)).astype(np.float32), (0, 0), 1.2 + request.param)
    return ((field > np.percentile(field, 45 + 8 * request.param)) * 255).astype(np.uint8)


def test_pieces_are_those_of_a_labelling_of_all_pixels(blots):
    _, _, stats, middles = cv2.connectedComponentsWithStats(blots, connectivity=8)
    expected = sorted((*map(int, s), *map(float, np.round(m, 4))) for s, m in zip(stats[1:], middles[1:], strict=True))
    found = pieces(blots)
    given = sorted((p.x, p.y, p.width, p.height, p.area, *np.round(p.middle, 4)) for p in found)
    assert len(found) > 10
    assert np.allclose(given, expected)
    assert sorted(map(tuple, boxes(blots).tolist())) == sorted(e[:4] for e in expected)


def test_pieces_come_off_whole_and_leave_the_others(blots):
    found = pieces(blots)
    dropped, kept = found[::2], found[1::2]
    left = without(blots, dropped)
    assert np.count_nonzero(left) == sum(p.area for p in kept)
    assert all((left[p.window][p.pixels] == 255).all() for p in kept)


def test_small_pieces_are_left_out():
    mask = np.zeros((40, 60), np.uint8)
    mask[5:8, 5:35] = mask[20:30, 50:52] = 255
    assert [(p.x, p.y) for p in pieces(mask, narrowest=10)] == [(5, 5)]
    assert [(p.x, p.y) for p in pieces(mask, lowest=10)] == [(50, 20)]
    assert pieces(np.zeros((9, 9), np.uint8)) == []
