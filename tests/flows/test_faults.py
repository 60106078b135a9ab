"""What goes wrong from outside: a process killed, Ctrl-C, a server that isn't there, a folder that can't be used."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from command_line import COMMAND, Cli, clean_environment, mailbox_of


@pytest.fixture
def one_message(tmp_path: Path) -> Path:
    return mailbox_of(tmp_path / "mailbox", "17")  # of one page, and nothing stops its loading


def start(mailbox: Path, workspace: Path, url: str) -> subprocess.Popen[str]:
    arguments = [COMMAND, "run", mailbox, "--workspace", workspace, "--workers", "1"]
    return subprocess.Popen(
        arguments,
        env=clean_environment(PREFECT_API_URL=url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def workers_of(parent: int) -> Iterator[int]:
    """The processes that compare or read: children that `multiprocessing` has spawned. They come and go meanwhile."""
    for child in psutil.Process(parent).children():
        with suppress(psutil.NoSuchProcess):
            if any("spawn_main" in word for word in child.cmdline()):
                yield child.pid


def a_worker_at_work(parent: int) -> int:
    """Waits until a worker reads the scan: it has loaded the recogniser by then."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for worker in workers_of(parent):
            with suppress(FileNotFoundError, ProcessLookupError):
                if "onnxruntime" in Path(f"/proc/{worker}/maps").read_text():
                    return worker
        time.sleep(0.05)
    raise AssertionError("no worker came to work")


def test_a_worker_killed_at_work_is_replaced_and_its_job_done_again(
    one_message: Path, prefect_url: str, tmp_path: Path
) -> None:
    running = start(one_message, tmp_path / "workspace", prefect_url)
    os.kill(a_worker_at_work(running.pid), signal.SIGKILL)
    out, err = running.communicate(timeout=120)
    assert (running.returncode, err) == (0, "")
    assert "已入库" in out
    (log,) = (tmp_path / "workspace" / "logs").glob("*.jsonl")
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert any("worker-lost" in str(e) for e in events)


def test_ctrl_c_ends_with_one_line_and_the_next_run_goes_on(
    one_message: Path, prefect_url: str, tmp_path: Path, cli: Cli
) -> None:
    workspace = tmp_path / "workspace"
    running = start(one_message, workspace, prefect_url)
    worker = a_worker_at_work(running.pid)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    assert err == "已中断。已完成的部分已保存，再次运行会从中断处继续。\n"
    assert not Path(f"/proc/{worker}").exists()
    again = cli("run", one_message, "--workspace", workspace, PREFECT_API_URL=prefect_url)
    assert again.returncode == 0, again.stderr
    assert "已入库" in again.stdout


def test_a_run_killed_outright_leaves_no_process_behind(one_message: Path, prefect_url: str, tmp_path: Path) -> None:
    running = start(one_message, tmp_path / "workspace", prefect_url)
    worker = a_worker_at_work(running.pid)
    running.kill()
    running.communicate()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{worker}").exists()


def test_a_server_that_is_not_there_is_a_passing_fault_and_loses_nothing(
    cli: Cli, prefect_url: str, tmp_path: Path
) -> None:
    mailbox = mailbox_of(tmp_path / "mailbox", "14")  # nothing to compare, so the second run is short
    workspace = tmp_path / "workspace"
    ended = cli("run", mailbox, "--workspace", workspace, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert (ended.returncode, ended.stdout) == (5, "")
    assert ended.stderr.startswith("连接不上任务调度服务（Prefect，http://127.0.0.1:9/api）")
    again = cli("run", mailbox, "--workspace", workspace, PREFECT_API_URL=prefect_url)
    assert again.returncode == 0, again.stderr
    assert "材料不全" in again.stdout


def test_a_workspace_in_use_is_left_alone(cli: Cli, one_message: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    with (workspace / ".run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = cli("run", one_message, "--workspace", workspace)
    assert ended.returncode == 5
    assert "正在被另一次运行使用" in ended.stderr


def test_paths_and_settings_that_are_wrong_are_named(cli: Cli, one_message: Path, tmp_path: Path) -> None:
    missing = cli("run", tmp_path / "nowhere", "--workspace", tmp_path / "workspace")
    assert missing.returncode == 2
    assert "找不到邮件来源" in missing.stderr
    assert not (tmp_path / "workspace").exists()
    (tmp_path / "file").write_text("")
    assert cli("run", one_message, "--workspace", tmp_path / "file").returncode == 4
    assert cli("status", "--workspace", tmp_path / "nowhere").returncode == 2
    wrong = cli("run", one_message, "--workspace", tmp_path / "workspace", ZHONGSHI_WORKERS="many")
    assert wrong.returncode == 2
    assert "workers" in wrong.stderr
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "zhongshi.sqlite").write_bytes(b"not a database" * 100)
    damaged = cli("status", "--workspace", tmp_path / "damaged")
    assert damaged.returncode == 4
    assert "Traceback" not in damaged.stderr


def test_a_mistake_of_the_program_shows_one_line_and_keeps_the_traceback(tmp_path: Path) -> None:
    code = "import flows.cli as cli\ndef fail(given): raise RuntimeError('a mistake')\ncli._run = fail\ncli.main([])"
    ended = subprocess.run(
        [sys.executable, "-c", code], env=clean_environment(TMPDIR=str(tmp_path)), capture_output=True, text=True
    )
    assert ended.returncode == 70
    (kept,) = tmp_path.iterdir()
    assert ended.stderr == f"程序出现意外错误。详情见 {kept}，请把它交给维护人员。\n"
    assert "RuntimeError: a mistake" in kept.read_text()
