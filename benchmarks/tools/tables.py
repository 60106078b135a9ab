"""img2table with RapidOCR, in an environment of its own: one job is all pages of a scan, as images."""

from __future__ import annotations

import functools
import logging
import sys
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent)

from serve import Job, Timed, serve  # noqa: E402


@functools.cache
def ocr() -> Any:
    """RapidOCR for Chinese; img2table's default is English."""
    from img2table.ocr import RapidOCR
    from rapidocr import LangRec

    logging.disable(logging.INFO)
    return RapidOCR(params={"Rec.lang_type": LangRec.CH})


def work(job: Job) -> Job:
    """Reads ``images``; for each page its tables, each a list of rows of cells: x0, y0, x1, y1, text.

    A merged cell stands in each of its places.
    """
    from img2table.document import Image

    ocr()
    pages = []
    timed = Timed()
    for path in job["images"]:
        with timed:
            found = Image(path).extract_tables(ocr=ocr())
        pages.append([[[_cell(cell) for cell in row] for row in table.content.values()] for table in found])
    return {"pages": pages, **timed.as_json()}


def _cell(cell: Any) -> list[Any]:
    box = cell.bbox
    return [box.x1, box.y1, box.x2, box.y2, cell.value or ""]


if __name__ == "__main__":
    serve(work)
