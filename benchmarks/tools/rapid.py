"""RapidOCR as it comes: detector, direction of lines, recogniser; one job is all pages of a scan, as images."""

from __future__ import annotations

import functools
import logging
import sys
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent)

import cv2  # noqa: E402
from serve import Job, Timed, serve  # noqa: E402


@functools.cache
def engine() -> Any:
    """With all its defaults."""
    from rapidocr import RapidOCR

    logging.disable(logging.INFO)
    return RapidOCR()


def work(job: Job) -> Job:
    """Reads ``images``; for each page its boxes (four corners, pixels) and texts."""
    engine()
    pages = []
    timed = Timed()
    for path in job["images"]:
        image = cv2.imread(path)
        with timed:
            read = engine()(image)
        boxes = [] if read.boxes is None else [[[float(v) for v in p] for p in box] for box in read.boxes]
        pages.append([list(pair) for pair in zip(boxes, read.txts or (), strict=True)])
    return {"pages": pages, **timed.as_json()}


if __name__ == "__main__":
    serve(work)
