"""A ledger and a store, new for every test. The schema is made once and copied: migrations take half a second."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from pipeline.database.engine import open_ledger
from pipeline.database.taking import Arrival, NewDocument, NewMessage, NewSubmission, add_content, record_message
from pipeline.intake.store import Store
from pipeline.model import Finding

SICHUAN = "四川省经济和信息化厅"


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "empty.sqlite"
    open_ledger(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def engine(tmp_path: Path, empty_ledger: Path) -> Engine:
    shutil.copy(empty_ledger, tmp_path / "ledger.sqlite")
    return open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"), tmp_path / "views")


@pytest.fixture
def submit(engine: Engine, store: Store) -> Callable[..., int]:
    """Writes a submission; the id. Day: of October 2024."""
    numbers = count(1)

    def write(
        department: str | None = SICHUAN,
        day: int = 10,
        scan: bool = True,
        electronic: bool = True,
        findings: tuple[Finding, ...] = (),
        **other: Any,
    ) -> int:
        number = next(numbers)
        message_id, _ = record_message(
            engine, Arrival(f"{number}", f"{number}.eml", store.put(b"message %d" % number))
        )
        documents = [
            NewDocument(
                name=f"{role}{number}", raw_name=b"", rule="ascii", path="1", size=1,
                sha256=store.put(f"{role}{number}".encode()), kind=suffix[1:], suffix=suffix, role=role, reason="",
            )
            for role, suffix, there in (("scan", ".pdf", scan), ("electronic", ".xlsx", electronic))
            if there
        ]  # fmt: skip
        roles = {document.role: at for at, document in enumerate(documents)}
        submission = NewSubmission(
            call="2024",
            department=department,
            corrects=other.get("corrects", False),
            adds=other.get("adds", False),
            days_late=other.get("days_late", 0),
            scan=roles.get("scan"),
            electronic=roles.get("electronic"),
            letter=None,
            findings=findings,
            evidence=other.get("evidence", ()),
        )
        new = NewMessage(
            sender=other.get("sender", "kjc@example.cn"),
            subject="",
            body="",
            received_at=datetime.datetime(2024, 10, day, tzinfo=datetime.UTC),
            documents=tuple(documents),
            submissions=(submission,),
        )
        return add_content(engine, message_id, new)[0]

    return write
