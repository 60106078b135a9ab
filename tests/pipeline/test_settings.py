"""Settings, workspace and calls."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from extractors.errors import StorageError, UsageError
from pipeline.calls.call import CHINA
from pipeline.calls.catalogue import call
from pipeline.settings import load_settings
from pipeline.workspace import Workspace


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ZHONGSHI_CONFIG", "ZHONGSHI_WORKSPACE", "ZHONGSHI_LANG", "ZHONGSHI_WORKERS"):
        monkeypatch.delenv(name, raising=False)


def test_defaults() -> None:
    settings = load_settings()
    assert (settings.workspace, settings.lang, settings.call, settings.workers) == (Path("workspace"), "zh", "2024", 2)


def test_arguments_before_environment_before_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zhongshi.toml").write_text("workers = 3\nretries = 7\n[limits]\narchive_depth = 5\n")
    monkeypatch.setenv("ZHONGSHI_WORKERS", "4")
    assert (load_settings().workers, load_settings().retries) == (4, 7)
    assert load_settings(workers=5, lang=None).workers == 5
    assert load_settings().limits.archive_depth == 5
    monkeypatch.setenv("ZHONGSHI_LIMITS__ARCHIVE_MB", "9")
    assert (load_settings().limits.archive_mb, load_settings().limits.archive_depth) == (9, 5)


def test_the_file_in_the_workspace_and_the_one_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "zhongshi.toml").write_text("retries = 5")
    assert load_settings(workspace=tmp_path / "w").retries == 5
    (tmp_path / "own.toml").write_text("retries = 6")
    monkeypatch.setenv("ZHONGSHI_CONFIG", str(tmp_path / "own.toml"))
    assert load_settings(workspace=tmp_path / "w").retries == 6


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("workers = 0", "workers"),
        ("wrokers = 1", "wrokers"),
        ("lang = 'fr'", "lang"),
        ("workers = ", ""),
        ("[limits]\nx=1", "limits.x"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "zhongshi.toml").write_text(content)
    with pytest.raises(UsageError) as error:
        load_settings()
    assert error.value.code == "setting-wrong"
    assert named in error.value.params["reason"]


def test_a_settings_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHONGSHI_CONFIG", "none.toml")
    with pytest.raises(UsageError):
        load_settings()


def test_a_workspace_is_made(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "a" / "b").prepare()
    assert all(folder.is_dir() for folder in (workspace.store, workspace.reports, workspace.results, workspace.logs))
    assert workspace.prepare() == workspace


def test_a_workspace_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError) as error:
        Workspace(tmp_path / "file").prepare()
    assert error.value.code == "workspace-unusable"


def test_the_deadline_counts_the_whole_day_in_china() -> None:
    deadline = call("2024")
    last = datetime.datetime(2024, 10, 15, 23, 59, tzinfo=CHINA)
    assert deadline.days_late(last) == 0
    assert deadline.days_late(last + datetime.timedelta(minutes=1)) == 1


def test_an_unknown_call() -> None:
    with pytest.raises(UsageError):
        call("1999")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[imap.office]\nhost = 'a'", "缺少“imap.office.user”"),
        ("[imap.office]\nhost = 'a'\nuser = 'b'\nfolder = []", "没有“imap.office.folder”这项设置，是否指“folders”？"),
        ("[imap.office]\nhost = 'a'\nuser = 'b'\npassword = 'x'", "密码不写进设置"),
        ("[imap.office]\nhost = 'a'\nuser = 'b'\nmark = { kind = 'label' }", "mark 为 label 时要写明 to"),
        ("[answers]\nsend = 'all'", "要发送，须写明 [answers.smtp]"),
        ("workers = 'many'", "“workers”应是整数"),
        ("workers = 1\n[imap.办公室]\n", "第 2 行不合 TOML 的写法"),
        ("[imap.office\n", "第 1 行不合 TOML 的写法"),
    ],
)
def test_what_is_wrong_is_told_in_chinese_with_the_file(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "zhongshi.toml").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_settings()
    assert said in error.value.message
    assert "zhongshi.toml" in error.value.message
    assert "x'" not in error.value.message
