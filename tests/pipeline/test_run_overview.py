"""The overview of a run: what stands, what is a repeat, and the mail that has nothing to do with any report."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from pipeline import run_overview
from pipeline.calls import CHINA
from pipeline.database.engine import writing
from pipeline.database.jobs import Outcome, UnrelatedMessage
from pipeline.database.ledger import save_outcome
from pipeline.database.overview import submission_rows
from pipeline.database.states import State
from pipeline.database.tables import SubmissionTable
from pipeline.run_overview import Run, write_run_overview
from pipeline.workspace import Workspace

RUN = Run("mailbox", datetime.datetime(2024, 10, 20, tzinfo=CHINA), 3, "2024")


def page(workspace: Path, engine: Engine, unrelated: list[UnrelatedMessage]) -> str:
    path = write_run_overview(Workspace(workspace).prepare(), RUN, submission_rows(engine), unrelated)
    return path.read_text(encoding="utf-8")


def test_unrelated_mail_is_counted_and_named(tmp_path: Path, engine: Engine) -> None:
    text = page(tmp_path, engine, [UnrelatedMessage("news.eml", "<本周要闻>", "行业周刊 <a@x.cn>")])
    assert "与报送无关的邮件" in text
    assert "1 封，原件均已保存" in text
    assert "<td>news.eml</td><td>&lt;本周要闻&gt;</td><td>行业周刊 &lt;a@x.cn&gt;</td>" in text


def test_of_very_much_unrelated_mail_the_rest_is_counted(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_overview, "MOST_UNRELATED", 2)
    text = page(tmp_path, engine, [UnrelatedMessage(f"{n}.eml", "", "") for n in range(5)])
    assert "5 封，原件均已保存" in text
    assert "另有较早的 3 封未列出。" in text


def test_without_any_nothing_is_said(tmp_path: Path, engine: Engine) -> None:
    assert "与报送无关" not in page(tmp_path, engine, [])


def test_a_repeat_is_listed_and_does_not_stand_for_its_body(
    tmp_path: Path, engine: Engine, submit: Callable[..., int]
) -> None:
    first = submit()
    save_outcome(engine, first, Outcome(State.INCOMPLETE))
    repeat = submit(day=12, scan=False, electronic=False)
    with writing(engine) as session:
        session.get_one(SubmissionTable, repeat).state = State.REPEATED
    text = page(tmp_path, engine, [])
    assert "<b>四川</b><span>材料不全</span>" in text
    assert '<span class="pill neutral">重复报送</span>' in text
