"""``zhongshi run`` and the commands that read what it left."""

from __future__ import annotations

import csv
import json
import shutil
import urllib.request
from pathlib import Path
from typing import Any

import openpyxl
from command_line import Cli, Ran, line_of, mailbox_of


def test_the_log_is_a_file_of_json_lines(samples_run: Ran) -> None:
    (log,) = (samples_run.workspace / "logs").glob("*.jsonl")
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert any(e["event"] == "intake" and e["new"] == 19 for e in events)
    assert not [e for e in events if e["level"] == "error"]


def ask(url: str, path: str) -> Any:
    request = urllib.request.Request(f"{url}/{path}", b"{}", {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_the_server_that_prefect_api_url_names_is_used_and_no_other_started(
    cli: Cli, prefect_url: str, tmp_path: Path
) -> None:
    mailbox, workspace = mailbox_of(tmp_path / "mailbox", "14", "15"), tmp_path / "workspace"
    ended = cli("run", mailbox, "--workspace", workspace, PREFECT_API_URL=prefect_url)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not (workspace / "logs" / "prefect-server.log").exists()
    flow = next(r for r in ask(prefect_url, "flow_runs/filter") if r["parameters"]["source"] == str(mailbox))
    assert flow["state_type"] == "COMPLETED"
    tasks = [t for t in ask(prefect_url, "task_runs/filter") if t["flow_run_id"] == flow["id"]]
    assert [t["state_type"] for t in tasks] == ["COMPLETED"] * 2
    (table,) = [a for a in ask(prefect_url, "artifacts/filter") if a["flow_run_id"] == flow["id"]]
    assert [row["state"] for row in json.loads(table["data"])] == ["材料不全"] * 2


def test_tables_fit_the_width(samples_run: Ran, cli: Cli) -> None:
    from rich.cells import cell_len

    for width in (80, 120):
        for command in (("status",), ("library", "list"), ("library", "show", "1")):
            shown = cli(*command, "--workspace", samples_run.workspace, COLUMNS=str(width))
            assert shown.returncode == 0, shown.stderr
            assert max(cell_len(line) for line in shown.stdout.splitlines()) <= width
    assert "江苏省工业和信息化厅" in cli("status", "--workspace", samples_run.workspace, COLUMNS="120").stdout


def test_status_lists_all_reporting_bodies_and_what_is_open(samples_run: Ran, cli: Cli) -> None:
    shown = cli("status", "--workspace", samples_run.workspace).stdout
    assert "37 个报送单位：已报送 18（其中材料不全 2），未报送 19" in shown
    assert "截止日期 2024-10-15" in shown
    assert "已入库" in line_of(shown, "江苏省")
    assert "待处理" in line_of(shown, "浙江省")
    assert "未报送" in line_of(shown, "吉林省")


def test_the_library_is_listed_and_exported_in_three_kinds(samples_run: Ran, cli: Cli, tmp_path: Path) -> None:
    workspace = ("--workspace", samples_run.workspace)
    assert "共 7 个平台。" in cli("library", "list", *workspace, "--region", "江苏").stdout
    assert "共 0 个平台。" in cli("library", "list", *workspace, "--region", "浙江").stdout  # it waits
    counts = set()
    for suffix in (".xlsx", ".csv", ".json"):
        path = tmp_path / f"library{suffix}"
        assert cli("library", "export", path, *workspace).returncode == 0
        counts.add(rows_in(path))
    (count,) = counts
    assert f"共 {count} 个平台。" in cli("library", "list", *workspace).stdout
    unknown = cli("library", "export", tmp_path / "library.pdf", *workspace)
    assert unknown.returncode == 2
    missing = cli("library", "show", "9999", *workspace)
    assert (missing.returncode, missing.stdout) == (2, "")


def rows_in(path: Path) -> int:
    if path.suffix == ".xlsx":
        return int(openpyxl.load_workbook(path).worksheets[0].max_row) - 1
    if path.suffix == ".json":
        return len(json.loads(path.read_text(encoding="utf-8")))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return len(list(csv.reader(file))) - 1


def test_english_is_one_option_away(samples_run: Ran, cli: Cli) -> None:
    for shown in (
        cli("status", "--workspace", samples_run.workspace, "--lang", "en"),
        cli("--lang=en", "status", "--workspace", samples_run.workspace),
        cli("status", "--workspace", samples_run.workspace, ZHONGSHI_LANG="en"),
    ):
        assert shown.returncode == 0, shown.stderr
        assert "2024-10-15" in shown.stdout
        assert "已入库" not in shown.stdout


def test_a_message_that_comes_later_is_the_only_one_worked_on(
    samples_run: Ran, cli: Cli, prefect_url: str, tmp_path: Path
) -> None:
    mailbox, workspace = tmp_path / "mailbox", tmp_path / "workspace"
    shutil.copytree(samples_run.mailbox, mailbox)
    shutil.copytree(samples_run.workspace, workspace)
    mailbox.joinpath("broken.eml").write_bytes(b"Subject: =?gb2312?B?!!!?=\r\n\r\n\xff\xfe not a report")
    later = cli("run", mailbox, "--workspace", workspace, PREFECT_API_URL=prefect_url)
    assert later.returncode == 0, later.stderr
    assert "收到新邮件 1 封，此前已处理 19 封" in later.stdout
    assert "broken.eml" in later.stdout
    assert "可能是询问或说明" in later.stdout
