"""Both files of a submission as documents, and what they say of letter and reporting body."""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from extractors.errors import UnreadableFileError
from extractors.scan.legible import nothing_read
from extractors.tables import Document
from pipeline.forms.form import Form
from pipeline.forms.records import RecordTable, read_records
from pipeline.model import Letter


def read_both(electronic_path: Path, scan_path: Path, clock: dict[str, float]) -> tuple[Document, Document]:
    """Both files as tables: the electronic copy is read beside the scan, whose recogniser mostly leaves Python idle."""
    with ThreadPoolExecutor(1) as beside:
        electronic = beside.submit(read_electronic, electronic_path, clock)
        beside.submit(importlib.import_module, "scipy.optimize")
        with timed(clock, "scan"):
            scan = read_sealed(scan_path)
        return electronic.result(), scan


def read_electronic(path: Path, clock: dict[str, float]) -> Document:
    """The electronic copy as tables."""
    from extractors.electronic import read

    with timed(clock, "electronic"):
        return read(path)


def read_sealed(path: Path) -> Document:
    """The scan as tables with evidence; a PDF that was made from a document keeps its own text."""
    from extractors.sealed import read

    return read(path)


def sealed_records(scan: Document, form: Form, name: str) -> RecordTable:
    """The records of the scan.

    Raises:
        UnreadableFileError: it holds no table of the form; where its pages say why, that is what the error says.
    """
    try:
        return read_records(scan, form, name)
    except UnreadableFileError as error:
        reason = nothing_read(name, len(scan.pages), scan.notices)
        if reason is None:
            raise
        raise reason from error


def letter_of(scan: Document) -> Letter | None:
    """What a cover letter in front of the form says; None where no page is one."""
    form_pages = {t.page for t in scan.tables}
    lines = [t.text for t in scan.lines if t.box is not None and t.box.page not in form_pages]
    if not lines:
        return None
    from pipeline.letters import read_letter

    return read_letter(lines)


def merged(first: Letter | None, second: Letter | None) -> Letter | None:
    """The first letter, with what it doesn't say taken from the second."""
    if first is None or second is None:
        return first or second
    silent = {name: getattr(second, name) for name in vars(first) if getattr(first, name) is None}
    return replace(first, **silent)


def department_of(letter: Letter | None, scan: Document) -> str | None:
    """The reporting body by the letter, else by what the form's pages print (填报单位：…)."""
    if letter is not None and letter.department:
        return letter.department
    from pipeline.departments import match_department

    for line in scan.lines:
        found, score = match_department(line.text)
        if found is not None and score >= 0.8:
            return found.name
    return None


@contextmanager
def timed(clock: dict[str, float], step: str) -> Iterator[None]:
    """Notes how many seconds a step takes."""
    start = time.perf_counter()
    yield
    clock[step] = time.perf_counter() - start
