"""The content-addressed store."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest

from extractors.errors import StorageError
from pipeline.intake.store import Store, open_store
from pipeline.settings import Settings
from pipeline.workspace import Workspace


def files(store: Store) -> list[Path]:
    return [p for p in Path(store.url).rglob("*") if p.is_file()]


def test_bytes_come_back_under_their_hash(store: Store) -> None:
    sha = store.put(b"abc")
    assert sha == hashlib.sha256(b"abc").hexdigest()
    assert store.get(sha) == b"abc"
    assert files(store) == [Path(store.url) / sha[:2] / sha[2:]]


def test_the_same_bytes_are_written_once(store: Store) -> None:
    store.put(b"abc")
    before = files(store)[0].stat().st_mtime_ns
    store.put(b"abc")
    assert [f.stat().st_mtime_ns for f in files(store)] == [before]


def test_a_file_that_lost_its_end_is_written_again(store: Store) -> None:
    sha = store.put(b"abcdef")
    files(store)[0].write_bytes(b"abc")
    store.put(b"abcdef")
    assert store.get(sha) == b"abcdef"


def test_changed_or_missing_bytes_are_told(store: Store) -> None:
    sha = store.put(b"abc")
    files(store)[0].write_bytes(b"abd")
    with pytest.raises(StorageError) as changed:
        store.get(sha)
    assert changed.value.code == "store-damaged"
    with pytest.raises(StorageError):
        store.get("0" * 64)


def test_a_local_path_has_the_suffix_that_readers_go_by(store: Store) -> None:
    sha = store.put(b"abc")
    path = store.local_path(sha, ".xlsx")
    assert (path.suffix, path.read_bytes()) == (".xlsx", b"abc")
    assert store.local_path(sha, ".xlsx") == path


def test_a_store_elsewhere(tmp_path: Path) -> None:
    store = Store("memory://zhongshi-test", tmp_path / "views")
    sha = store.put(b"abc")
    assert store.put(b"abc") == sha
    assert store.get(sha) == b"abc"
    assert store.local_path(sha, ".pdf").read_bytes() == b"abc"
    with pytest.raises(StorageError):
        store.get("0" * 64)


def test_a_store_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("in the way")
    with pytest.raises(StorageError) as error:
        Store(str(tmp_path / "store"), tmp_path).put(b"abc")
    assert error.value.code == "workspace-unusable"


def test_a_store_crosses_process_borders(store: Store) -> None:
    sha = store.put(b"abc")
    assert pickle.loads(pickle.dumps(store)).get(sha) == b"abc"


def test_the_store_is_in_the_workspace_unless_settings_say_otherwise(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w").prepare()
    assert open_store(Settings(workspace=workspace.root), workspace).url == str(workspace.store.resolve())
    assert open_store(Settings(store_url="memory://x"), workspace).url == "memory://x"
