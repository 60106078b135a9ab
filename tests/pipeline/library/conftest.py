"""Results of comparisons, made from rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Engine

from extractors.tables import Box
from pipeline.database.jobs import Outcome
from pipeline.database.ledger import save_outcome
from pipeline.database.overview import submission_row
from pipeline.database.states import State
from pipeline.intake.evidence import piece
from pipeline.model import FieldResult, FileInfo, Finding, Reconciliation, RecordResult, Verdict, Where

FIELDS = {
    "序号": "number",
    "中试平台名称": "name",
    "统一社会信用代码": "code",
    "投资总额（万元）": "investment",
    "备用栏": None,
}
Rows = Sequence[Sequence[str]]


def make_result(rows: Rows, verdict: Verdict = Verdict.MATCH) -> Reconciliation:
    """Rows of values in the order of FIELDS; every field has this verdict."""
    records = tuple(
        RecordResult(
            row,
            row,
            values[1],
            tuple(
                FieldResult(
                    header, field, value, value, verdict, 0.999, Where(f"Sheet1!{column}{row}", Box(1, 10, 20, 30, 40))
                )
                for (header, field), value, column in zip(FIELDS.items(), values, "ABCDE", strict=True)
            ),
        )
        for row, values in enumerate(rows, 1)
    )
    return Reconciliation(FileInfo("a.pdf", "5" * 64, 1), FileInfo("a.xlsx", "e" * 64), records, (), (), None, {})


@pytest.fixture
def compare(engine: Engine) -> Callable[..., int]:
    """Writes the outcome of a comparison for a sealed submission; the id of the submission."""

    def write(submission: int, rows: Rows, verdict: Verdict = Verdict.MATCH, findings: tuple[Finding, ...] = ()) -> int:
        result = make_result(rows, verdict).to_json()
        body = submission_row(engine, submission).department or ""
        seal = piece("seal", body, body).to_json()
        save_outcome(engine, submission, Outcome(State.COMPARED, result, findings, evidence=(seal,)))
        return submission

    return write
