"""Makes extractors/scan/quick.onnx: the recogniser's network with its large products in eight bits.

    pip install onnx
    python tools/quantise.py CASES... [--lines 400]

CASES are folders of cases (``python samples/make.py cases OUT --seed 401``), whose text lines show what range each
layer's values have. Weights get seven bits, so that sums of products never leave sixteen: processors without VNNI
then compute the same as those with it (onnxruntime's notes on quantisation). What the network begins with, its
attention and its last layer stay as they are; the last layer isn't written, since the wheel's model has it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from extractors.scan import model, recognise  # noqa: E402

OPSET = 17
"""Of the written model; quantised weights by channel need 13, the wheel's model has 11."""
LARGE = 96 * 96
"""Weights of a product in eight bits, more than this; the smaller ones cost little."""
KEPT_APART = ["MatmulTransposeFusion", "MatMulAddFusion"]
"""Steps of onnxruntime's optimisation that would hide the last layer."""


def main() -> int:
    """Optimises, quantises, writes."""
    import onnx
    import onnxruntime
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    args = _arguments()
    lines = random.Random(0).sample(list(_lines(args.cases)), args.lines)

    class Lines(CalibrationDataReader):  # type: ignore[misc]
        """The lines, one at a time."""

        def __init__(self) -> None:
            self.left = iter(lines)

        def get_next(self) -> dict[str, Any] | None:
            """The next input, None at the end."""
            line = next(self.left, None)
            return None if line is None else {"x": line}

    with tempfile.TemporaryDirectory() as folder:
        fused, quantised = f"{folder}/fused.onnx", f"{folder}/quantised.onnx"
        newer = onnx.version_converter.convert_version(onnx.load(model.path()), OPSET)
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = fused
        onnxruntime.InferenceSession(newer.SerializeToString(), options, disabled_optimizers=KEPT_APART)
        quantize_static(
            fused, quantised, Lines(), quant_format=QuantFormat.QDQ, per_channel=True, reduce_range=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, op_types_to_quantize=["Conv"],
            nodes_to_quantize=_large(onnx.load(fused)),
        )  # fmt: skip
        made = model.without_last_layer(Path(quantised).read_bytes())
    target = recognise.QUICK
    target.write_bytes(made)
    print(f"{target}: {len(made)} bytes")
    return 0


def _large(graph: Any) -> list[str]:
    """The convolutions of one pixel, which are plain products, that have many weights."""
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.graph.initializer}
    found = [(node.name, shapes[node.input[1]]) for node in graph.graph.node if node.op_type == "Conv"]
    return [name for name, shape in found if shape[2:] == (1, 1) and shape[0] * shape[1] > LARGE]


def _lines(cases: list[Path]) -> Iterator[np.ndarray[Any, Any]]:
    """Text lines of the scans, as the model takes them."""
    from extractors.scan.layout import lay_out
    from extractors.scan.pages import page_images

    for scan in sorted(path for folder in cases for path in folder.glob("*/scan.pdf")):
        for image in page_images(scan):
            yield from (recognise.as_input(job.crop) for job in lay_out(image).jobs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="+", help="folders of cases with seeds below 7000")
    parser.add_argument("--lines", type=int, default=400, help="text lines that show the ranges of values")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
