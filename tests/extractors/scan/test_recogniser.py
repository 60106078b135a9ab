"""The recogniser says what the model in the wheel says, however its last layer is laid out."""

import drawn
import numpy as np
import onnxruntime
import pytest

from extractors.scan import evidence, model, recognise
from extractors.scan.cells import CellEvidence

CPU = ["CPUExecutionProvider"]


@pytest.fixture(scope="module")
def whole():
    return onnxruntime.InferenceSession(str(model.path()), providers=CPU)


@pytest.fixture(scope="module")
def line():
    page = drawn.blank((420, 60))
    drawn.write(page, "中试平台 12850.5", (12, 10), size=32)
    return np.asarray(page.convert("L"))


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def test_chosen_classes_have_the_likelihoods_of_the_whole_model(whole):
    classes = [0, 5, -1, 18709, 7000]
    session = onnxruntime.InferenceSession(model.with_classes(model.path().read_bytes(), classes), providers=CPU)
    image = np.random.default_rng(1).uniform(-1, 1, (1, 3, 48, 160)).astype(np.float32)
    (posteriors,), (logits,) = whole.run(None, {"x": image}), session.run(None, {"x": image})
    expected = posteriors[0][:, [0, 5, 18709, 7000]]
    known = softmax(logits[0][:, [0, 1, 3, 4]])
    assert known == pytest.approx(expected / expected.sum(axis=1, keepdims=True), abs=1e-4)
    assert (logits[0][:, 2] == model.NEVER).all()


def test_another_model_is_refused_not_misread():
    content = model.path().read_bytes()
    with pytest.raises(ValueError, match="Softmax"):
        model.with_classes(model.with_classes(content, [0, 1]), [0])


def test_a_line_keeps_the_best_characters_of_the_whole_model(whole, line):
    (steps,) = recognise.recognise([line])
    height, width = line.shape
    image = np.broadcast_to(recognise.prepared(line), (1, 3, 48, round(width * 48 / height)))
    posteriors = whole.run(None, {"x": np.ascontiguousarray(image)})[0][0]
    names = ["", *whole.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
    characters = recognise.load().characters
    best = [recognise.fold(names[i]) for i in posteriors.argmax(axis=1)]
    assert [characters[i].strip("\0") for i in steps.index[:, 0]] == best
    # A space counts as blank, so that only the steps of characters have the likelihood of one class.
    inked = steps.index[:, 0] > 0
    assert np.exp(steps.log[inked, 0]) == pytest.approx(posteriors[inked].max(axis=1), abs=0.02)
    assert CellEvidence((steps,)).text == "中试平台12850.5"


def test_many_lines_come_back_in_their_order(line):
    lines = [line, line[:, :180], line[:, 200:], line[:, :120]]
    together = recognise.recognise(lines)
    for image, steps in zip(lines, together, strict=True):
        assert (recognise.recognise([image])[0].index == steps.index).all()


def test_the_kept_characters_are_the_best_ones_and_sum_to_one():
    rng = np.random.default_rng(2)
    rows = rng.normal(0, 3, (6, evidence.STRIDE * 20)).astype(np.float32)
    rows[0, 77] = 40.0
    steps = evidence.sparse(rows, np.array([0, 2, 3, 5, 6, 8]), 9)
    log = np.log(softmax(rows.astype(float)))
    for row, place in enumerate([0, 2, 3, 5, 6, 8]):
        order = np.argsort(-rows[row])[: evidence.KEPT]
        assert steps.index[place].tolist() == order.tolist()
        assert steps.log[place] == pytest.approx(np.maximum(log[row][order], evidence.FLOOR), abs=1e-4)
    for silent in (1, 4, 7):
        assert (steps.index[silent, 0], steps.log[silent, 0]) == (0, 0.0)
        assert (steps.index[silent, 1:] == -1).all()
