"""Answers in the outbox, and servers to send them to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from made_answers import make_answer
from mail_taker import MailTaker, mail_taker, make_certificate
from sqlalchemy import Engine

from pipeline.answers.account import Answers, Smtp
from pipeline.answers.message import draft, mail_id_of
from pipeline.database.engine import writing
from pipeline.database.outbox import now
from pipeline.database.tables import OutboxRow
from pipeline.intake.store import Store
from pipeline.settings import Settings


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate") / "certificate.pem")


@pytest.fixture
def taker() -> Iterator[MailTaker]:
    with mail_taker() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, taker: MailTaker) -> Settings:
    """Sends all to `taker`."""
    smtp = Smtp(host="127.0.0.1", port=taker.port, security="none", timeout=10)
    return Settings(workspace=tmp_path, answers=Answers(send="all", smtp=smtp))


@pytest.fixture
def queued(engine: Engine, store: Store, submit: Callable[..., int]) -> Callable[..., int]:
    """Puts an answer into the queue; its id."""
    numbers = count(1)
    submission_id = submit()

    def put(text: str = "收悉。", **other: object) -> int:
        number = next(numbers)
        data = draft(make_answer(text=f"{number} {text}"))
        row = OutboxRow(
            submission_id=submission_id,
            kind="acknowledgement",
            sha256=store.put(data),
            mail_id=mail_id_of(data) or "",
            recipient="clerk@example.cn",
            subject="回复",
            made_at=now(),
            **{"state": "queued", **other},
        )
        with writing(engine) as session:
            session.add(row)
            session.flush()
            return row.id

    return put
