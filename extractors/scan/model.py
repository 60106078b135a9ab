"""The recogniser's network with its last layer laid out for the reader, made from the model file in memory.

The network ends in a product with a matrix of 18,710 classes, the addition of their offsets and a softmax. These
and the copies of their output took an eighth of the time of a reading, and gathering the folded classes from them as
much again. Here the classes stand in the order in which the reader uses them, the offsets are one more row of the
matrix (its input gets a last column of ones), and the softmax is left to the reader, who needs it for a third of the
steps only.

An ONNX file is a protocol buffer: a sequence of fields, each a key (number × 8 + wire type) and a value. Few of its
messages are touched, so these lines do without the package `onnx`; the others are copied byte for byte. The numbers of
the fields are those of onnx.proto3.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

GRAPH, METADATA = 7, 14
"""Of ModelProto."""
NODE, INITIALIZER, OUTPUT, VALUE_INFO = 1, 5, 12, 13
"""Of GraphProto. The value infos tell shapes that ONNX Runtime finds itself."""
INPUTS, OUTPUTS, NAME, OPERATOR, DOMAIN = 1, 2, 3, 4, 7
"""Of NodeProto."""
DIMS, DATA_TYPE, TENSOR_NAME, RAW_DATA = 1, 2, 8, 9
"""Of TensorProto."""
FLOAT, INT8, INT64 = 1, 3, 7
"""Of TensorProto.DataType."""
VARINT, BYTES = 0, 2
"""Wire types that ONNX uses at these levels."""
SEVEN_BITS = 63
"""The largest weight in eight bits: sums of two products then stay in sixteen bits on every processor."""
NEVER = -1e4
"""The offset of a class that stands for none."""

Message = bytes | memoryview


def path() -> Path:
    """The model file in the `rapidocr` wheel."""
    spec = importlib.util.find_spec("rapidocr")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "models" / "PP-OCRv6_rec_small.onnx"


def metadata(model: Message) -> dict[str, str]:
    """What the model says of itself, such as its characters."""
    entries = [value for number, value, _ in _fields(model) if number == METADATA]
    return {_texts(entry, 1)[0]: _texts(entry, 2)[0] for entry in entries}


def with_classes(model: Message, classes: Sequence[int], body: Message | None = None) -> bytes:
    """The model with logits of these classes as its output, T × len(classes); -1 gives one that is never likely.

    Args:
        model: the model in the wheel.
        classes: which, in what order.
        body: a model `without_last_layer` to take in its place up to that layer.

    Raises:
        ValueError: the model doesn't end in matrix product, offsets and softmax.
    """
    kept, features, weights, offsets = _parted(model)
    if body is not None:
        return _in_eight_bits(body, _matrix(weights, offsets, classes))
    ones = np.array([0, 0, 0, 0, 0, 1], np.int64)
    return _with_graph(
        model,
        [
            *kept,
            _field(NODE, _node("Pad", [features, "ones.where", "ones.value"], "with.ones")),
            _field(NODE, _node("MatMul", ["with.ones", "classes"], "logits")),
            _field(INITIALIZER, _tensor("ones.where", ones, INT64)),
            _field(INITIALIZER, _tensor("ones.value", np.array(1.0, np.float32), FLOAT)),
            _field(INITIALIZER, _tensor("classes", _matrix(weights, offsets, classes), FLOAT)),
            _output("logits"),
        ],
    )


def _in_eight_bits(body: Message, matrix: NDArray[np.float32]) -> bytes:
    """The body with a last layer whose weights have seven bits and a sign, a scale for each class."""
    graph = next(value for number, value, _ in _fields(body) if number == GRAPH)
    (features,) = (_texts(value, 1)[0] for number, value, _ in _fields(graph) if number == OUTPUT)
    weights, offsets = matrix[:-1], matrix[-1]
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-6) / np.float32(SEVEN_BITS)
    values = np.rint(weights / scales).astype(np.int8)
    inputs = [features, "classes", "classes.scales", "classes.zero", "classes.offsets"]
    return _with_graph(
        body,
        [
            *(raw for number, _, raw in _fields(graph) if number != OUTPUT),
            _field(NODE, _node("DynamicQuantizeMatMul", inputs, "logits") + _field(DOMAIN, b"com.microsoft")),
            _field(INITIALIZER, _tensor("classes", values, INT8)),
            _field(INITIALIZER, _tensor("classes.scales", scales, FLOAT)),
            _field(INITIALIZER, _tensor("classes.zero", np.zeros(len(scales), np.int8), INT8)),
            _field(INITIALIZER, _tensor("classes.offsets", offsets, FLOAT)),
            _output("logits"),
        ],
    )


def without_last_layer(model: Message) -> bytes:
    """The model up to what its last layer multiplies; that is its output.

    Raises:
        ValueError: the model doesn't end in matrix product, offsets and softmax.
    """
    kept, features, _, _ = _parted(model)
    return _with_graph(model, [*kept, _output(features)])


def _with_graph(model: Message, graph: Sequence[Message]) -> bytes:
    """The model with another graph."""
    content = b"".join(graph)
    return b"".join(_field(GRAPH, content) if number == GRAPH else raw for number, _, raw in _fields(model))


def _output(name: str) -> bytes:
    return _field(OUTPUT, _field(1, name.encode()) + _field(2, _field(1, _field(1, FLOAT))))


def _parted(model: Message) -> tuple[list[Message], str, Message, Message]:
    """The fields of the graph without its last layer, the name of what that takes, its weights and its offsets."""
    fields = list(_fields(next(value for number, value, _ in _fields(model) if number == GRAPH)))
    nodes = {_texts(value, OUTPUTS)[0]: value for number, value, _ in fields if number == NODE}
    (result,) = (_texts(value, INPUTS)[0] for number, value, _ in fields if number == OUTPUT)
    dropped = []
    names = {}
    at = result
    for operator in ("Softmax", "Add", "MatMul"):
        node = nodes.get(at, b"")
        while _texts(node, OPERATOR) == ["Identity"]:
            dropped.append(at)
            at = _texts(node, INPUTS)[0]
            node = nodes.get(at, b"")
        if _texts(node, OPERATOR) != [operator]:
            raise ValueError(f"{operator} expected at the end of the model, found {_texts(node, OPERATOR)}")
        dropped.append(at)
        at, *parameter = _texts(node, INPUTS)
        names[operator] = "".join(parameter)
    tensors: dict[str, Message] = {}
    kept: list[Message] = []
    for number, value, raw in fields:
        if number == NODE and _texts(value, OUTPUTS)[0] in dropped:
            continue
        if number == INITIALIZER and _texts(value, TENSOR_NAME)[0] in names.values():
            tensors[_texts(value, TENSOR_NAME)[0]] = value
        elif number not in (OUTPUT, VALUE_INFO):
            kept.append(raw)
    if set(tensors) != {names["MatMul"], names["Add"]}:
        raise ValueError("the parameters of the model's last layer aren't in it")
    return kept, at, tensors[names["MatMul"]], tensors[names["Add"]]


def _matrix(weights: Message, offsets: Message, classes: Sequence[int]) -> NDArray[np.float32]:
    """(Features + 1) × classes: the weights, and in the last row the offsets."""
    offset = _floats(offsets)
    both = np.concatenate([_floats(weights).reshape(-1, len(offset)), offset[None]])
    chosen = np.array(classes)
    out = np.ascontiguousarray(both[:, np.maximum(chosen, 0)])
    out[:-1, chosen < 0], out[-1, chosen < 0] = 0.0, NEVER
    return out


def _floats(tensor: Message) -> NDArray[np.float32]:
    return np.frombuffer(next(v for n, v, _ in _fields(tensor) if n == RAW_DATA), np.float32)


def _node(operator: str, inputs: Sequence[str], output: str) -> bytes:
    said = [*((INPUTS, name) for name in inputs), (OUTPUTS, output), (NAME, output), (OPERATOR, operator)]
    return b"".join(_field(number, text.encode()) for number, text in said)


def _tensor(name: str, values: NDArray[np.generic], kind: int) -> bytes:
    dims = b"".join(_field(DIMS, n) for n in values.shape)
    return dims + _field(DATA_TYPE, kind) + _field(TENSOR_NAME, name.encode()) + _field(RAW_DATA, values.tobytes())


def _texts(message: Message, number: int) -> list[str]:
    return [bytes(value).decode() for n, value, _ in _fields(message) if n == number]


def _fields(message: Message) -> Iterator[tuple[int, memoryview, memoryview]]:
    """Number, value and whole of each field; the value of a number is left in its bytes.

    Raises:
        ValueError: a wire type that ONNX doesn't use here.
    """
    view, at = memoryview(message), 0
    while at < len(view):
        start = at
        key, at = _varint(view, at)
        if key & 7 == BYTES:
            length, first = _varint(view, at)
            at = first + length
        elif key & 7 == VARINT:
            first = at
            _, at = _varint(view, at)
        else:
            raise ValueError(f"wire type {key & 7} in a model")
        yield key >> 3, view[first:at], view[start:at]


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    """The number at a place, seven bits a byte, the least first; and the place after it."""
    value = shift = 0
    while True:
        byte = view[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def _field(number: int, value: Message | int) -> bytes:
    if isinstance(value, int):
        return _number(number << 3 | VARINT) + _number(value)
    return _number(number << 3 | BYTES) + _number(len(value)) + bytes(value)


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
