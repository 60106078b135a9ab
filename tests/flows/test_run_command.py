"""``zhongshi run`` and the commands that read what it left."""

from __future__ import annotations

import csv
import json
import shutil
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command_line import Cli, Run, mailbox_of


@dataclass(frozen=True)
class Ran:
    """A run that came to an end."""

    mailbox: Path
    workspace: Path
    ended: Run


@pytest.fixture(scope="module")
def ran(cli: Cli, prefect_url: str, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """All well; one digit changed; no electronic copy; a damaged PDF."""
    folder = tmp_path_factory.mktemp("run")
    mailbox = mailbox_of(folder / "mailbox", "01", "02", "14", "15")
    workspace = folder / "workspace"
    ended = cli("run", mailbox, "--workspace", workspace, PREFECT_API_URL=prefect_url)
    return Ran(mailbox, workspace, ended)


def line_of(text: str, name: str) -> list[str]:
    return next(line.split() for line in text.splitlines() if line.strip().startswith(name))


def test_a_run_ends_with_a_table_of_what_became_of_each_message(ran: Ran) -> None:
    assert ran.ended.returncode == 0, ran.ended.stderr
    table = ran.ended.stdout
    assert line_of(table, "江苏省")[1:] == ["2", "7", "77", "0", "0", "0", "已入库", "00001"]
    digit = line_of(table, "浙江省")
    assert digit[4] == "1"
    assert digit[-2:] == ["待处理", "00002"]
    assert "材料不全" in line_of(table, "贵州省")
    assert "材料不全" in line_of(table, "甘肃省")


def test_what_cannot_be_read_is_named_with_what_to_ask_of_the_sender(ran: Ran) -> None:
    assert "贵州省：报送中没有电子版（Excel 或 Word）。请报送单位补发。" in ran.ended.stdout
    assert "甘肃省：文件“附件3（盖章扫描件）-甘肃省.pdf”已损坏" in ran.ended.stdout


def test_nothing_but_the_table_is_on_the_screen(ran: Ran) -> None:
    assert ran.ended.stderr == ""
    for noise in ("Traceback", "ERROR", "WARNING", "prefect", "Prefect", "flow"):
        assert noise not in ran.ended.stdout


def test_every_submission_has_its_reports_and_those_compared_their_result(ran: Ran) -> None:
    for number in ("00001", "00002", "00003", "00004"):
        names = {p.name for p in (ran.workspace / "reports" / number).iterdir()}
        assert names == {"复函.docx", "核对清单.xlsx", "核对页.html"}
    assert (ran.workspace / "reports" / "总览.html").is_file()
    result = json.loads((ran.workspace / "results" / "00002.json").read_text(encoding="utf-8"))
    assert result["schema"] == "zhongshi.reconciliation/1"
    assert sorted(p.name for p in (ran.workspace / "results").iterdir()) == ["00001.json", "00002.json"]


def test_the_log_is_a_file_of_json_lines(ran: Ran) -> None:
    (log,) = (ran.workspace / "logs").glob("*.jsonl")
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert any(e["event"] == "intake" and e["new"] == 4 for e in events)
    assert not [e for e in events if e["level"] == "error"]


def ask(url: str, path: str) -> Any:
    request = urllib.request.Request(f"{url}/{path}", b"{}", {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_the_server_that_prefect_api_url_names_is_used_and_no_other_started(ran: Ran, prefect_url: str) -> None:
    assert not (ran.workspace / "logs" / "prefect-server.log").exists()
    flow = next(r for r in ask(prefect_url, "flow_runs/filter") if r["parameters"]["source"] == str(ran.mailbox))
    assert flow["state_type"] == "COMPLETED"
    tasks = [t for t in ask(prefect_url, "task_runs/filter") if t["flow_run_id"] == flow["id"]]
    assert len(tasks) == 4
    (table,) = [a for a in ask(prefect_url, "artifacts/filter") if a["flow_run_id"] == flow["id"]]
    assert {row["state"] for row in json.loads(table["data"])} == {"已入库", "待处理", "材料不全"}


def test_a_second_run_does_nothing_again_and_says_so(ran: Ran, cli: Cli) -> None:
    reports = {p: p.stat().st_mtime_ns for p in (ran.workspace / "reports").glob("0*/*")}
    # An address where nobody answers: without work Prefect isn't asked at all.
    again = cli("run", ran.mailbox, "--workspace", ran.workspace, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert again.returncode == 0, again.stderr
    assert "没有新的报送：4 封邮件此前均已处理，未重复比对，未重复入库。" in again.stdout
    assert "培育库现有平台 7 个" in again.stdout
    assert reports == {p: p.stat().st_mtime_ns for p in (ran.workspace / "reports").glob("0*/*")}


def test_tables_fit_the_width(ran: Ran, cli: Cli) -> None:
    from rich.cells import cell_len

    for width in (80, 120, 200):
        for command in (("status",), ("library", "list"), ("library", "show", "1")):
            shown = cli(*command, "--workspace", ran.workspace, COLUMNS=str(width))
            assert shown.returncode == 0, shown.stderr
            assert max(cell_len(line) for line in shown.stdout.splitlines()) <= width
    assert "江苏省工业和信息化厅" in cli("status", "--workspace", ran.workspace, COLUMNS="120").stdout


def test_status_lists_all_reporting_bodies_and_what_is_open(ran: Ran, cli: Cli) -> None:
    shown = cli("status", "--workspace", ran.workspace).stdout
    assert "37 个报送单位：已报送 4，未报送 33" in shown
    assert "截止日期 2024-10-15" in shown
    assert "已入库" in line_of(shown, "江苏省")
    assert "待处理" in line_of(shown, "浙江省")
    assert "未报送" in line_of(shown, "湖北省")


def test_the_library_holds_what_was_settled_and_is_exported_in_three_kinds(ran: Ran, cli: Cli, tmp_path: Path) -> None:
    assert "共 7 个平台。" in cli("library", "list", "--workspace", ran.workspace).stdout
    assert "共 0 个平台。" in cli("library", "list", "--workspace", ran.workspace, "--region", "浙江").stdout
    for suffix in (".xlsx", ".csv", ".json"):
        path = tmp_path / f"library{suffix}"
        assert cli("library", "export", path, "--workspace", ran.workspace).returncode == 0
        assert path.stat().st_size > 100
    with (tmp_path / "library.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 8
    unknown = cli("library", "export", tmp_path / "library.pdf", "--workspace", ran.workspace)
    assert unknown.returncode == 2
    missing = cli("library", "show", "99", "--workspace", ran.workspace)
    assert (missing.returncode, missing.stdout) == (2, "")


def test_english_is_one_option_away(ran: Ran, cli: Cli) -> None:
    for shown in (
        cli("status", "--workspace", ran.workspace, "--lang", "en"),
        cli("--lang=en", "status", "--workspace", ran.workspace),
        cli("status", "--workspace", ran.workspace, ZHONGSHI_LANG="en"),
    ):
        assert shown.returncode == 0, shown.stderr
        assert "2024-10-15" in shown.stdout
        assert "已入库" not in shown.stdout


def test_a_message_that_comes_later_is_the_only_one_worked_on(
    ran: Ran, cli: Cli, prefect_url: str, tmp_path: Path
) -> None:
    mailbox, workspace = tmp_path / "mailbox", tmp_path / "workspace"
    shutil.copytree(ran.mailbox, mailbox)
    shutil.copytree(ran.workspace, workspace)
    mailbox.joinpath("broken.eml").write_bytes(b"Subject: =?gb2312?B?!!!?=\r\n\r\n\xff\xfe not a report")
    later = cli("run", mailbox, "--workspace", workspace, PREFECT_API_URL=prefect_url)
    assert later.returncode == 0, later.stderr
    assert "收到新邮件 1 封，此前已处理 4 封" in later.stdout
    assert "broken.eml" in later.stdout
    assert "没有可用的附件" in later.stdout
