"""The bare recogniser: the network of the wheel and nothing else, on the text lines that zhongshi finds on the pages.

Only the network is timed: fp32, onnxruntime, two threads, each line scaled to 48 pixels beforehand.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

from benchmarks.tools.serve import Job, Timed, serve  # noqa: E402

THREADS = 2


@functools.cache
def session() -> Any:
    """The whole model."""
    import onnxruntime

    from extractors.scan import model

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    return onnxruntime.InferenceSession(str(model.path()), options, providers=["CPUExecutionProvider"])


@functools.lru_cache(2)
def lines(scan: str) -> list[NDArray[np.float32]]:
    """The lines as the model takes them, narrow ones first; those of the page's tables and of its other text."""
    from extractors.scan import recognise
    from extractors.scan.layout import lay_out
    from extractors.scan.pages import page_images

    found = [recognise.prepared(job.crop) for image in page_images(Path(scan)) for job in lay_out(image).jobs]
    return sorted(found, key=lambda line: line.shape[1])


def batches(found: list[NDArray[np.float32]], size: int) -> list[NDArray[np.float32]]:
    """Lines of about the same width together, padded to the widest of them."""
    out = []
    for start in range(0, len(found), size):
        chosen = found[start : start + size]
        batch = np.zeros((len(chosen), 3, chosen[0].shape[0], chosen[-1].shape[1]), np.float32)
        for place, line in enumerate(chosen):
            batch[place, :, :, : line.shape[1]] = line
        out.append(batch)
    return out


def work(job: Job) -> Job:
    """Recognises the lines of ``scan``, ``batch`` at a time."""
    found = lines(job["scan"])
    inputs = batches(found, job["batch"])
    with Timed() as timed:
        for batch in inputs:
            session().run(None, {"x": batch})
    return {"lines": len(found), "pixels": sum(line.shape[1] for line in found), **timed.as_json()}


if __name__ == "__main__":
    serve(work)
