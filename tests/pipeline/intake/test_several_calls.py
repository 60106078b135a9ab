"""Two calls that run at the same time in one mailbox."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from made_messages import HEADERS, ROW, make_message, make_report, make_xlsx
from sqlalchemy import Engine

from pipeline.calls.call import Changes
from pipeline.calls.catalogue import OwnCalls, use
from pipeline.database.ledger import pending
from pipeline.database.overview import body_rows, submission_rows
from pipeline.intake.intake import take_in
from pipeline.intake.reading import read_message
from pipeline.intake.sources import folder
from pipeline.intake.store import Store
from pipeline.settings import Settings

BOTH = {"call": "2024", "calls": ("2025",)}
DATE = "Mon, 01 Dec 2025 09:00:00 +0800"


def of(data: bytes, **settings: object) -> tuple[str, int, list[str]]:
    (submission,) = read_message(data, "a.eml", Settings(**{**BOTH, **settings})).submissions
    return submission.call, submission.days_late, [finding.code for finding in submission.findings]


def test_a_report_has_the_deadline_of_its_own_call() -> None:
    new = make_report(subject="2025年度中试平台名录报送", date=DATE)
    assert of(new) == ("2025", 0, [])
    old = make_report(subject="报送中试平台名录（工信厅科函〔2024〕346号）", date=DATE)
    assert of(old) == ("2024", 412, ["message-late"])


def test_a_report_that_does_not_tell_its_call_is_told_and_held() -> None:
    assert of(make_report(date=DATE))[2] == ["call-unknown", "message-late"]


def test_with_one_call_nothing_is_asked_and_nothing_changes() -> None:
    assert of(make_report(date=DATE), calls=()) == ("2024", 412, ["message-late"])


def test_the_headers_of_a_form_tell_its_call() -> None:
    headers = ["关键领域" if header == "所属行业" else header for header in (*HEADERS, "关键领域", "所属重点方向")]
    copy = make_xlsx((list(dict.fromkeys(headers)), [*ROW, "x", "y"]))
    assert of(make_report(copy=copy, date=DATE, subject="报送名录", body="请查收"))[0] == "2025"


def test_each_call_has_its_own_table_of_bodies(
    engine: Engine, store: Store, mailbox: Callable[..., Path], tmp_path: Path
) -> None:
    settings = Settings(workspace=tmp_path, **BOTH)
    messages = mailbox(
        a=make_report(), b=make_report(subject="四川省经济和信息化厅2025年中试平台名录", date=DATE)
    )
    take_in(folder(messages), store, engine, settings)
    assert [row.call for row in submission_rows(engine)] == ["2024", "2025"]
    assert [job.call for job in pending(engine, store)] == ["2024", "2025"]
    for id in ("2024", "2025"):
        assert [row.region for row in body_rows(engine, id) if row.reported] == ["四川省"]


def test_a_call_asks_only_its_own_bodies(engine: Engine) -> None:
    use(OwnCalls(None, {"2024": Changes(bodies=("计划单列市",))}))
    try:
        assert len(body_rows(engine, "2024")) == 5
        assert len(body_rows(engine, "2025")) == 37
    finally:
        use(OwnCalls())


@pytest.mark.parametrize("calls", [(), ("2025",)])
def test_a_message_that_cites_a_running_call_is_no_other_business(calls: tuple[str, ...]) -> None:
    use(OwnCalls(None, {"2025": Changes(notice="某函〔2026〕9号")}))
    try:
        message = make_message(subject="某函〔2026〕9号的回复", body="见附", sender="张")
        assert len(read_message(message, "a.eml", Settings(call="2024", calls=calls)).submissions) == len(calls)
    finally:
        use(OwnCalls())


def test_a_deadline_that_was_moved_counts() -> None:
    use(OwnCalls(None, {"2024": Changes(deadline=datetime.date(2025, 12, 31))}))
    try:
        assert of(make_report(date=DATE), calls=()) == ("2024", 0, [])
    finally:
        use(OwnCalls())
