"""An office's own folder of forms and calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.calls.call import Changes
from pipeline.calls.catalogue import OwnCalls, use

Own = Callable[..., Path]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Own]:
    """Puts files (``forms/…`` or ``calls/…`` to text) into an own folder and uses it, with changes of the settings."""

    def write(files: dict[str, str], changes: dict[str, Changes] | None = None) -> Path:
        folder = tmp_path / "own"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            path = folder / f"{name}.toml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        use(OwnCalls(folder, changes or {}))
        return folder

    yield write
    use(OwnCalls())
