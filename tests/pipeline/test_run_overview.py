"""The overview of a run: what stands, what is a repeat, and the mail that has nothing to do with any report."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from pipeline import run_overview
from pipeline.calls.call import CHINA
from pipeline.database.engine import writing
from pipeline.database.jobs import Outcome, UnrelatedMessage
from pipeline.database.ledger import save_outcome
from pipeline.database.overview import body_rows, submission_rows
from pipeline.database.states import State
from pipeline.database.tables import SubmissionTable
from pipeline.model import Finding, Severity
from pipeline.run_overview import Run, write_run_overview
from pipeline.workspace import Workspace

CAME = datetime.datetime(2024, 10, 11, 9, 30, tzinfo=CHINA)
RUN = Run("mailbox", datetime.datetime(2024, 10, 20, tzinfo=CHINA), 3, "2024")


def page(workspace: Path, engine: Engine, unrelated: list[UnrelatedMessage]) -> str:
    rows, bodies = submission_rows(engine), body_rows(engine, "2024")
    path = write_run_overview(Workspace(workspace).prepare(), RUN, rows, bodies, unrelated)
    return path.read_text(encoding="utf-8")


def test_unrelated_mail_is_counted_and_named(tmp_path: Path, engine: Engine) -> None:
    text = page(tmp_path, engine, [UnrelatedMessage("news.eml", "<本周要闻>", "行业周刊 <a@x.cn>", CAME)])
    assert "与报送无关的邮件" in text
    assert "1 封，原件均已保存" in text
    assert '<td>news.eml</td><td class="soft when">2024-10-11 09:30</td>' in text
    assert "<td>&lt;本周要闻&gt;</td><td>行业周刊 &lt;a@x.cn&gt;</td>" in text


def test_of_very_much_unrelated_mail_the_rest_is_counted(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_overview, "MOST_UNRELATED", 2)
    text = page(tmp_path, engine, [UnrelatedMessage(f"{n}.eml", "", "", None) for n in range(5)])
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
        row = session.get_one(SubmissionTable, repeat)
        row.state, row.repeats = State.REPEATED, first
    text = page(tmp_path, engine, [])
    assert "<b>四川</b><span>材料不全</span>" in text
    assert '<span class="pill neutral">重复报送</span> <span class="soft when">与 00001 相同</span>' in text


def test_the_totals_count_what_is_in_force(tmp_path: Path, engine: Engine, submit: Callable[..., int]) -> None:
    submit()
    submit(day=12, corrects=True)
    text = page(tmp_path, engine, [])
    assert "<b>1</b><span>有效报送</span>" in text
    assert '合计 <span class="soft">不含已被替代和重复的报送</span></td><td class="n ">2</td>' in text
    assert "由 00002 替代" in text


def test_mail_that_could_not_be_used_is_told_by_subject_and_sender_and_its_body_has_reported(
    tmp_path: Path, engine: Engine, submit: Callable[..., int]
) -> None:
    told = Finding("archive-encrypted", Severity.ERROR, {"name": "a"})
    locked = submit(scan=False, electronic=False, findings=(told,))
    with writing(engine) as session:
        message = session.get_one(SubmissionTable, locked).message
        message.subject, message.sender = "报送名录", "张三 <a@x.cn>"
    text = page(tmp_path, engine, [])
    assert "<td>报送名录</td><td>张三 &lt;a@x.cn&gt;</td>" in text
    assert "1 个已报送（其中材料不全 1 个），36 个未报送" in text
    assert "<b>四川</b><span>材料不全</span>" in text
