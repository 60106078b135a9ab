"""The table after a run: what the run worked on, and which form is which."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from flows.run import RunSummary
from flows.submission_table import body_name, report_of
from pipeline.answers.sending import SendReport
from pipeline.database.jobs import SubmissionRow
from pipeline.database.states import State
from pipeline.intake.intake import IntakeReport

ROW = SubmissionRow(
    call="2024",
    submission_id=1, message_id=1, message_name="a.eml（1）", subject="报送名录", sender="", part=1, form="甲/a.xlsx",
    department="广西壮族自治区工业和信息化厅", region="广西壮族自治区", documents=2, records=0, match=0, mismatch=0,
    unsure=0, findings=(), state=State.LOADED, reason="", received_at=None, days_late=0, superseded_by=None,
    repeats=None, duplicates=(), reports={"page": "reports/00001/核对页.html"},
)  # fmt: skip


def test_a_run_lists_what_it_took_in_compared_and_replaced() -> None:
    rows = [dataclasses.replace(ROW, submission_id=number) for number in range(1, 6)]
    rows[1] = dataclasses.replace(rows[1], state=State.SUPERSEDED, superseded_by=4)
    summary = RunSummary(
        intake=IntakeReport(new=(4, 5)), source="mailbox", messages=2, processed=frozenset({3, 4}), rows=tuple(rows),
        library_size=0, overviews=(Path(),), seconds=0, failed=frozenset(), unread=(), answers=SendReport(),
    )  # fmt: skip
    assert [row.submission_id for row in summary.rows_of_run()] == [2, 3, 4, 5]


@pytest.mark.parametrize(("wide", "name", "report"), [
    (True, "广西壮族自治区工业和信息化厅（1）", "reports/00001/核对页.html"), (False, "广西（1）", "00001"),
])  # fmt: skip
def test_forms_of_one_message_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, wide: bool, name: str, report: str
) -> None:
    monkeypatch.setattr("flows.submission_table.is_wide", lambda: wide)
    assert (body_name(ROW).plain, report_of(ROW)) == (name, report)


def test_where_the_body_is_not_known_the_table_says_so() -> None:
    unknown = dataclasses.replace(ROW, department=None, region=None, part=None, reports={})
    assert (body_name(unknown).plain, report_of(unknown)) == ("报送单位待定", "00001")
