"""Compares pairs of copies that a test draws and writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import drawn
import pytest
from made_pairs import JIANGSU, WIDTHS
from PIL import Image

from pipeline.model import Letter, Reconciliation
from pipeline.reconcile.reconcile import reconcile

Compare = Callable[..., Reconciliation]


@pytest.fixture(scope="session")
def compare(tmp_path_factory: pytest.TempPathFactory) -> Compare:
    """Compares pages (or the path of a PDF) with electronic rows, headers included (or the path of a file)."""

    def run(
        scan: Image.Image | Sequence[Image.Image] | Path,
        electronic: drawn.Rows | Path,
        department: str | None = JIANGSU,
        letter: Letter | None = None,
    ) -> Reconciliation:
        folder = tmp_path_factory.mktemp("pair")
        if not isinstance(scan, Path):
            scan = drawn.scan(folder / "盖章件.pdf", *([scan] if isinstance(scan, Image.Image) else scan))
        if not isinstance(electronic, Path):
            electronic = drawn.workbook(folder / "电子版.xlsx", electronic)
        return reconcile(scan, electronic, department=department, letter=letter)

    return run


@pytest.fixture(scope="session")
def compare_texts(tmp_path_factory: pytest.TempPathFactory, compare: Compare) -> Compare:
    """The same with a born-digital PDF of rows (headers included) in place of the scan: quick, and nothing misread."""

    def run(scan: drawn.Rows, electronic: drawn.Rows, widths: Sequence[int] = WIDTHS) -> Reconciliation:
        path = drawn.text_pdf(tmp_path_factory.mktemp("print") / "盖章件.pdf", scan, widths=widths)
        return compare(path, electronic)

    return run
