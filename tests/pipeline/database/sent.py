"""What became of the messages that the fixture ``send`` wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from pipeline.database.jobs import SubmissionRow
from pipeline.database.overview import submission_rows

SICHUAN, JIANGSU = "四川省经济和信息化厅", "江苏省工业和信息化厅"
OFFICE = "kjc@163.example.com"
"""The address that messages come from unless a test says otherwise."""
RESULT: dict[str, Any] = {"records": [], "timing": {}}
Send = Callable[..., list[int]]


def row(engine: Engine, name: str, part: int = 1) -> SubmissionRow:
    return [r for r in submission_rows(engine) if r.message_name.startswith(name)][part - 1]


def codes(row: SubmissionRow) -> list[str]:
    return [f.code for f in row.findings]


def states(engine: Engine) -> dict[str, str]:
    return {r.message_name.removesuffix(".eml"): r.state.value for r in submission_rows(engine)}
