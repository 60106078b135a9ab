"""``zhongshi run imap`` and ``zhongshi watch``: a mailbox of the settings, once and on a schedule."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import COMMAND, MAILBOX, ROOT, Cli, clean_environment
from mail_server import PASSWORD, MailServer, mail_server

SECRET = {"ZHONGSHI_IMAP_OFFICE_PASSWORD": PASSWORD}
EVERY = "0.05"
"""Minutes between polls, less than a poll takes: polls that are due while another works must not run beside it."""
LONGEST = 120.0
"""Seconds to wait for what must come."""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def sample(number: str) -> bytes:
    return next(MAILBOX.glob(f"{number}-*")).read_bytes()


def until(happened: object, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + LONGEST
    while not happened():  # type: ignore[operator]
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.2)


def test_without_a_mailbox_in_the_settings_both_say_what_to_do(cli: Cli, tmp_path: Path) -> None:
    for command in ("run", "imap"), ("watch",):
        ended = cli(*command, "--workspace", tmp_path)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "docs/mailbox.md" in ended.stderr


def test_a_mailbox_that_cannot_be_read_leaves_the_others(server: MailServer, cli: Cli, tmp_path: Path) -> None:
    server.deliver(sample("14"))
    (tmp_path / "zhongshi.toml").write_text(
        server.settings("broken", port="1") + server.settings("office") + server.settings("unset"), encoding="utf-8"
    )
    ended = cli("run", "imap", "--workspace", tmp_path, ZHONGSHI_IMAP_BROKEN_PASSWORD="x", **SECRET)
    assert ended.returncode == 5
    assert "收到新邮件 1 封" in ended.stdout
    said = "".join(ended.stdout.split())  # lines are broken anywhere
    assert "暂时连不上邮箱“broken”" in said
    assert "ZHONGSHI_IMAP_UNSET_PASSWORD" in said
    assert PASSWORD not in ended.stdout + "".join(p.read_text() for p in (tmp_path / "logs").glob("*"))


def test_a_schedule_polls_again_and_no_two_runs_overlap(server: MailServer, tmp_path: Path) -> None:
    server.deliver(sample("14"))
    (tmp_path / "zhongshi.toml").write_text(server.settings(), encoding="utf-8")
    log = tmp_path / "logs" / "watch.log"

    def seen(text: str) -> bool:
        return log.exists() and text in log.read_text(encoding="utf-8")

    watching = subprocess.Popen(
        [COMMAND, "watch", "--workspace", tmp_path, "--every", EVERY],
        cwd=ROOT,
        env=clean_environment(**SECRET),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until(lambda: seen("贵州省"), watching)
        server.deliver(sample("15"))
        until(lambda: seen("甘肃省"), watching)
        until(lambda: log.read_text(encoding="utf-8").count("用时") > 3, watching)
    finally:
        watching.send_signal(signal.SIGINT)
        said = watching.communicate(timeout=60)[0]
    assert watching.returncode == 0, said
    assert "贵州省" in said and "甘肃省" in said and "已停止值守" in said
    assert "正在被另一次运行使用" not in said
    runs = [json.loads(line) for path in (tmp_path / "logs").glob("*.jsonl") for line in path.read_text().splitlines()]
    assert sum(event.get("new", 0) for event in runs if event["event"] == "intake") == 2
