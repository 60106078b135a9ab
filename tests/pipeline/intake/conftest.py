"""A ledger, a store and a mailbox, each new for every test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from pipeline.database.engine import open_ledger
from pipeline.intake.store import Store
from pipeline.settings import Settings


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"), tmp_path / "views")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(workspace=tmp_path)


@pytest.fixture
def mailbox(tmp_path: Path) -> Callable[..., Path]:
    """Writes messages into a folder under the names of the arguments."""

    def write(**messages: bytes) -> Path:
        folder = tmp_path / "mailbox"
        folder.mkdir(exist_ok=True)
        for name, data in messages.items():
            (folder / f"{name}.eml").write_bytes(data)
        return folder

    return write
