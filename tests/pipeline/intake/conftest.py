"""Settings and a mailbox, each new for every test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.settings import Settings


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
