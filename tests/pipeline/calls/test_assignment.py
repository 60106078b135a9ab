"""Which of several calls a report answers."""

from __future__ import annotations

import datetime

import pytest

from pipeline.calls.assign import Assignment, Signs, assign, unassigned
from pipeline.calls.call import CHINA
from pipeline.calls.catalogue import call

RUNNING = [call("2024"), call("2025")]
OLD, NEW = "工信厅科函〔2024〕346号", "工信厅科函[2025]456号"


def signs(*titles: str, text: str = "", forms: tuple[str, ...] = (), day: str = "2025-12-01") -> Signs:
    received = datetime.datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=CHINA)
    return Signs(titles, (text,), frozenset(forms), received)


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        (signs(f"根据{NEW}报送"), "2025"),
        (signs("报送名录", text=f"按照《通知》（{OLD}）要求"), "2024"),
        (signs(f"根据{NEW}报送", text=f"原{OLD}报送的名录同时更新"), "2025"),
        (signs("2025年度中试平台名录"), "2025"),
        (signs("报送", text="2024年中试平台名录见附件"), "2024"),
        (signs("报送名录", forms=("annex3-2025",)), "2025"),
        (signs("报送名录", day="2024-10-10"), "2024"),
        (signs(f"{OLD}、{NEW}", text="2025年中试平台"), "2025"),
    ],
)
def test_a_report_is_told_by_number_word_form_or_date(said: Signs, answers: str) -> None:
    assert assign(said, RUNNING) == Assignment(answers, True)


@pytest.mark.parametrize(
    "said",
    [
        signs("报送名录"),
        signs(f"{OLD}和{NEW}"),
        signs("报送名录", forms=("annex3-2024", "annex3-2025")),
        Signs(("报送名录",), ("",)),
    ],
)
def test_what_nothing_tells_goes_to_the_usual_call_and_is_told(said: Signs) -> None:
    assert assign(said, RUNNING) == Assignment("2024", False)
    assert assign(said, RUNNING[::-1]) == Assignment("2025", False)


def test_where_one_call_runs_nothing_is_asked() -> None:
    assert assign(signs(NEW), RUNNING[:1]) == Assignment("2024", True)


def test_the_finding_names_the_call_that_was_taken_and_the_others() -> None:
    finding = unassigned(RUNNING[0], RUNNING)
    assert "暂按“工信厅科函〔2024〕346号”处理（另有 工信厅科函〔2025〕456号）" in finding.message
