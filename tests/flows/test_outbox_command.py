"""``zhongshi outbox``, from what is drafted to what a person decides."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Cli, Run
from rich.cells import cell_len

from pipeline.database.engine import open_ledger, writing
from pipeline.database.ledger import set_reports
from pipeline.database.tables import OutboxRow
from pipeline.database.taking import Arrival, NewMessage, NewSubmission, add_content, record_message

NOW = datetime.datetime(2024, 10, 16, 1, 30, tzinfo=datetime.UTC)
STAGES = ("draft", "queued", "sending", "sent", "failed", "uncertain", "withdrawn")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A ledger with an answer at each stage, their ids from 1 in the order of `STAGES`."""
    engine = open_ledger(f"sqlite:///{tmp_path}/zhongshi.sqlite")
    for at, stage in enumerate(STAGES):
        message, _ = record_message(engine, Arrival(f"{at}", f"{at}.eml", f"{at:064}"))
        submission = NewSubmission("2024", "新疆生产建设兵团工业和信息化局", False, False, 0, None, None, None)
        (number,) = add_content(engine, message, NewMessage("", "", "", None, (), (submission,)))
        set_reports(engine, number, {"correction": "reports/gone.eml"})  # what the outbox has stays
        row = OutboxRow(
            submission_id=number, kind="correction", sha256=f"{at:064}", mail_id=f"<{at}@example.cn>",
            recipient="a-rather-long-address@industry.example.gov.cn", subject="回复", state=stage,
            attempts=2 if stage == "queued" else 0, next_at=NOW if stage == "queued" else None,
            error={"queued": "451 greylisted, try again later", "failed": "550 no such user"}.get(stage, ""),
            made_at=NOW, sent_at=NOW if stage == "sent" else None,
        )  # fmt: skip
        with writing(engine) as session:
            session.add(row)
    engine.dispose()
    return tmp_path


@pytest.fixture
def outbox(workspace: Path, cli: Cli) -> Callable[..., Run]:
    return lambda *words, **more: cli("outbox", *words, "--workspace", workspace, **more)


def test_the_list_tells_where_each_answer_stands_at_any_width(outbox: Callable[..., Run]) -> None:
    for width in (80, 120):
        shown = outbox("list", COLUMNS=str(width))
        assert (shown.returncode, shown.stderr) == (0, "")
        rows = shown.stdout.partition("草稿 1 封")[0].splitlines()
        assert max(map(cell_len, rows)) <= width
        for words in ("草稿", "第2次未发出，10-16", "2024-10-16 09:30", "550 no such user", "zhongshi outbox sent"):
            assert words in shown.stdout, shown.stdout
        assert "已撤回" not in shown.stdout
    assert "已撤回" in outbox("list", "--all").stdout


def test_the_list_tells_what_came_back(workspace: Path, outbox: Callable[..., Run]) -> None:
    engine = open_ledger(f"sqlite:///{workspace}/zhongshi.sqlite")
    message, _ = record_message(engine, Arrival("b", "退信.eml", "b" * 64))
    add_content(engine, message, NewMessage("", "系统退信", "", None, (), (), undelivered=("<3@example.cn>",)))
    engine.dispose()
    shown = outbox("list", COLUMNS="120").stdout
    assert shown.count("被退回") == 1
    assert "退信.eml" in shown


def test_a_person_releases_retries_and_withdraws(outbox: Callable[..., Run]) -> None:
    released = outbox("queue", "1", "4")
    assert (released.returncode, released.stderr) == (1, "")
    assert "编号 1：已放行" in released.stdout
    assert "编号 4：现为“已发送”，不能这样处理。" in released.stdout
    assert "answers.send 为 never" in released.stdout
    assert "将重新发送" in outbox("retry", "6").stdout
    assert outbox("withdraw", "1", "5").returncode == 0
    unknown = outbox("sent", "99")
    assert (unknown.returncode, "99" in unknown.stderr) == (2, True)


def test_sending_tells_what_the_setting_forbids_and_what_is_uncertain(outbox: Callable[..., Run]) -> None:
    sent = outbox("send")
    assert (sent.returncode, sent.stderr) == (1, "")
    assert "设置 answers.send 为 never，不会发送" in sent.stdout
    assert "编号 3 6 可能已经发出" in sent.stdout
    assert outbox("send", ZHONGSHI_ANSWERS__SEND="all").returncode == 2  # no server is set


def test_all_drafts_are_released_at_once(outbox: Callable[..., Run]) -> None:
    nothing = outbox("queue")
    assert (nothing.returncode, "outbox queue --help" in nothing.stderr) == (2, True)
    assert "编号 1：已放行" in outbox("queue", "--all").stdout
    again = outbox("queue", "--all")
    assert (again.returncode, "没有草稿" in again.stdout) == (0, True)


def test_sending_tells_of_drafts_that_are_not_released(outbox: Callable[..., Run]) -> None:
    outbox("withdraw", "2")
    server = {"ZHONGSHI_ANSWERS__SEND": "all", "ZHONGSHI_ANSWERS__SMTP__HOST": "localhost"}
    sent = outbox("send", **server)
    assert "有 1 封草稿未放行。放行请运行 zhongshi outbox queue 编号" in sent.stdout, sent


def test_a_reason_that_several_have_is_told_once(outbox: Callable[..., Run], workspace: Path) -> None:
    engine = open_ledger(f"sqlite:///{workspace}/zhongshi.sqlite")
    with writing(engine) as session:
        for number in (2, 5):
            session.get_one(OutboxRow, number).error = "no route to [host]"
    shown = outbox("list").stdout
    assert shown.count("no route to [host]") == 1
    assert "原因 1：no route to [host]" in shown.splitlines()
