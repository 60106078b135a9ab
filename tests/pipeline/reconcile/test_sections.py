"""Section rows (一、省级…) carry a value for the rows below: a row under another one in the other copy is told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from made_pairs import HEADERS, RECORDS

from extractors.electronic import read
from pipeline.forms.form import load_form
from pipeline.forms.records import RecordTable, read_records
from pipeline.reconcile.overall import section_findings
from pipeline.reconcile.records import pair_up


def table(path: Path, second_section_at: int) -> RecordTable:
    book = openpyxl.Workbook()
    rows: list[list[str]] = [list(row) for row in RECORDS]
    rows.insert(second_section_at, ["二、储备中试平台"])
    for row in [HEADERS, ["一、省级中试平台"], *rows]:
        book.active.append(list(row))
    book.save(path)
    return read_records(read(path), load_form(), path.name)


def rows_told(folder: Path, mine: int, theirs: int) -> list[str]:
    left, right = table(folder / "a.xlsx", mine), table(folder / "b.xlsx", theirs)
    return [f.params["row"] for f in section_findings(pair_up(left, right), load_form())]


def test_a_row_under_another_section_is_a_finding(tmp_path: Path) -> None:
    assert rows_told(tmp_path, 2, 3) == ["3"]


def test_rows_under_the_same_sections_are_none(tmp_path: Path) -> None:
    assert rows_told(tmp_path, 2, 2) == []
