"""Messages are taken apart in a process with limits: one that exceeds them is told, and the others go on."""

from __future__ import annotations

import datetime
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "pipeline" / "intake"))
from made_messages import COPY, SCAN, make_message, make_part, make_report  # noqa: E402

from flows import reading  # noqa: E402
from pipeline.database.taking import NewMessage  # noqa: E402
from pipeline.intake.store import Store  # noqa: E402
from pipeline.settings import Limits, Settings  # noqa: E402


def codes(content: NewMessage) -> list[str]:
    return [finding.code for submission in content.submissions for finding in submission.findings]


def read(folder: Path, limits: dict[str, Any], *messages: bytes) -> list[NewMessage]:
    store = Store(str(folder / "store"), folder / "views")
    settings = Settings(workspace=folder, limits=Limits(**limits))
    with reading.reader(store, settings, folder / "log.jsonl") as reader:
        return [reader(store.put(data), f"第{at}封", None) for at, data in enumerate(messages, 1)]


def test_a_message_is_read_as_in_this_process(tmp_path: Path) -> None:
    (content,) = read(tmp_path, {}, make_report())
    assert [(d.name, d.role) for d in content.documents] == [(SCAN, "scan"), (COPY, "electronic")]
    assert codes(content) == []


def test_more_memory_than_there_may_be(tmp_path: Path) -> None:
    huge = make_message(make_part(SCAN, bytes(90 << 20)))
    first, second = read(tmp_path, {"read_mb": 700}, huge, make_report())
    assert (codes(first), first.damaged) == (["message-exceeds-limits"], True)
    assert codes(second) == []


def hang(store: Store, sha256: str, name: str, arrived: datetime.datetime | None, settings: Settings) -> NewMessage:
    time.sleep(60)
    raise AssertionError


def die(store: Store, sha256: str, name: str, arrived: datetime.datetime | None, settings: Settings) -> NewMessage:
    os._exit(9)


@pytest.mark.parametrize("fault", [hang, die])
def test_a_message_that_hangs_or_kills_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Any) -> None:
    monkeypatch.setattr(reading, "read_stored", fault)
    (content,) = read(tmp_path, {"read_seconds": 2}, make_report())
    assert codes(content) == ["message-exceeds-limits"]
