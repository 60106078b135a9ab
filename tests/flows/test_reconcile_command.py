"""``zhongshi reconcile``: two files, nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, Cli, Run, attachments, clean_environment


@pytest.fixture(scope="module")
def differing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A scan and an electronic copy that differ in one digit."""
    files = attachments("02", tmp_path_factory.mktemp("pair"))
    return files[".pdf"], files[".xlsx"]


@pytest.fixture(scope="module")
def compared(cli: Cli, differing: tuple[Path, Path]) -> Run:
    folder = differing[0].parent
    return cli("reconcile", *differing, "--json", folder / "out.json", "--html", folder / "out.html", COLUMNS="100")


def test_a_difference_is_shown_with_both_values_and_gives_exit_code_1(
    compared: Run, differing: tuple[Path, Path]
) -> None:
    assert (compared.returncode, compared.stderr) == (1, "")
    result = json.loads((differing[0].parent / "out.json").read_text(encoding="utf-8"))
    different = [f for r in result["records"] for f in r["fields"] if f["verdict"] == "mismatch"]
    assert len(different) == 1
    line = next(line for line in compared.stdout.splitlines() if line.strip().startswith("不一致"))
    assert different[0]["electronic"] in line
    assert different[0]["scan"] in line
    assert "印章：第 1 页，浙江省经济和信息化厅" in compared.stdout


def test_the_page_stands_alone(compared: Run, differing: tuple[Path, Path]) -> None:
    page = (differing[0].parent / "out.html").read_text(encoding="utf-8")
    assert "data:image/" in page
    assert 'src="http' not in page


def test_two_equal_copies_give_exit_code_0_and_no_mailbox_database_or_scheduler_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys, flows.cli\n"
        "try: flows.cli.main(['reconcile', *sys.argv[1:]])\n"
        "finally: print(*{m.split('.')[0] for m in sys.modules}, file=sys.stderr)"
    )
    files = attachments("17", tmp_path)
    ended = subprocess.run(
        [sys.executable, "-c", code, files[".pdf"], files[".xlsx"]],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0
    assert "不一致 0" in ended.stdout
    (imported,) = ended.stderr.splitlines()
    loaded = set(imported.split())
    assert "onnxruntime" in loaded
    assert not loaded & {"prefect", "sqlalchemy", "alembic", "fsspec"}


def test_a_damaged_file_gives_exit_code_3_and_says_what_to_ask(cli: Cli, tmp_path: Path) -> None:
    files = attachments("15", tmp_path)
    ended = cli("reconcile", files[".pdf"], files[".xlsx"])
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr == "文件“15.pdf”已损坏，无法打开。请报送单位重新导出或重新扫描后再发。\n"


def test_wrong_use_gives_exit_code_2(cli: Cli, tmp_path: Path) -> None:
    assert cli("reconcile").stderr == "缺少参数 SCAN。请运行“zhongshi reconcile --help”查看用法。\n"
    missing = cli("reconcile", tmp_path / "a.pdf", tmp_path / "b.xlsx")
    assert missing.returncode == 2
    assert "找不到文件" in missing.stderr
    assert cli("reconcile", "--nonsense", "a", "b").returncode == 2
    assert cli("--lang", "fr", "status").returncode == 2
    assert cli("nonsense").returncode == 2


def test_an_output_that_cannot_be_written_gives_exit_code_4(cli: Cli, differing: tuple[Path, Path]) -> None:
    ended = cli("reconcile", *differing, "--json", "/proc/nowhere/out.json")
    assert ended.returncode == 4
    assert "无法写入" in ended.stderr


@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_speaks_one_language(cli: Cli, language: str) -> None:
    import re

    for command in ((), ("run",), ("reconcile",), ("status",), ("library",), ("library", "export")):
        shown = cli(*command, "--help", ZHONGSHI_LANG=language, COLUMNS="100")
        assert shown.returncode == 0
        if language == "en":
            assert not re.search(r"[\u4e00-\u9fff]", shown.stdout.replace("江苏省", "").replace("江苏", ""))
        else:
            for word in ("Usage", "Options", "Arguments", "Commands", "Show", "required", "default"):
                assert word not in shown.stdout
