"""A Dovecot, new for every test, and polling it as a run does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mail_server import HOST, PASSWORD, USER, MailServer, mail_server
from sqlalchemy import Engine

from extractors.errors import TransientError, UsageError
from pipeline.database.claims import Claims
from pipeline.intake.intake import IntakeReport, take_in
from pipeline.intake.store import Store
from pipeline.mailbox.accounts import Account
from pipeline.mailbox.poll import Post, new_messages
from pipeline.settings import Settings

sys.path.insert(0, str(Path(__file__).parent.parent / "intake"))

Poll = Callable[..., IntakeReport]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def account(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("ZHONGSHI_IMAP_OFFICE_PASSWORD", PASSWORD)
    return Account(host=HOST, port=server.tls_port, user=USER, ca_file=server.certificate)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(workspace=tmp_path)


@pytest.fixture
def poll(account: Account, engine: Engine, store: Store, settings: Settings) -> Poll:
    """Polls the account, with other settings of it where they are given, and takes in what is new.

    Raises:
        The error that kept a mailbox from being read.
    """

    def take(**more: Any) -> IntakeReport:
        failed: list[TransientError | UsageError] = []
        claims = Claims(engine, more.pop("owner", None))
        limits = settings.limits.model_copy(update=more.pop("limits", {}))
        used = Account.model_validate({**account.model_dump(), **more})
        messages = new_messages({"office": used}, Post(engine, claims, limits, lambda found: None, failed))
        report = take_in(messages, store, engine, settings, claims=claims)
        if failed:
            raise failed[0]
        return report

    return take
