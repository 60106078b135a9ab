"""Fifty kills while a mailbox is polled, at every step and at random times: the end is that of one clean run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import MAILBOX, Cli
from mail_server import PASSWORD, MailServer, mail_server
from sqlalchemy import select

from pipeline.database.engine import connect, reading
from pipeline.database.tables import Base

PROGRAM = Path(__file__).parent / "kill_polls.py"
OF_THE_RUN = {"runs", "claims", "results"}
"""Tables that tell of runs and not of messages; results are compared as files, without the time they took."""
TIMES = {"taken_at", "made_at", "loaded_at", "run_id"}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def mail() -> list[bytes]:
    """Samples among many messages that have nothing to do with reports, one of them twice."""
    noise = [f"From: news{at}@example.cn\nSubject: newsletter {at}\n\nhello {at}\n".encode() for at in range(60)]
    samples = [next(MAILBOX.glob(f"{number}-*")).read_bytes() for number in ("13", "14", "15", "16", "17")]
    return [*noise[:20], samples[0], *noise[20:35], *samples[1:3], samples[1], *noise[35:50], *samples[3:], *noise[50:]]


def workspace(folder: Path, server: MailServer) -> Path:
    folder.mkdir()
    lines = server.settings(mark='{ kind = "flag" }', rules='[{ take = false, subject = "newsletter 3" }]')
    (folder / "zhongshi.toml").write_text(lines, encoding="utf-8")
    return folder


def ledger(folder: Path) -> dict[str, list[list[Any]]]:
    """All that the ledger says of messages, without times.

    Findings get their numbers in the order in which two workers end, which no run promises: they are told apart by what
    they say.
    """
    engine = connect(f"sqlite:///{folder}/zhongshi.sqlite")
    said: dict[str, list[list[Any]]] = {}
    with reading(engine) as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in OF_THE_RUN:
                kept = [column for column in table.columns if column.name not in TIMES]
                rows = session.execute(select(*kept).order_by(*table.primary_key.columns))
                said[table.name] = [list(row) for row in rows]
    said["findings"] = sorted((finding[1:] for finding in said["findings"]), key=repr)
    return said


def originals(folder: Path) -> set[str]:
    return {f"{p.parent.name}{p.name}" for p in (folder / "store").glob("*/*") if not p.name.startswith(".")}


def reports(folder: Path) -> dict[str, bytes]:
    """Every report by its name, byte for byte, but for the overview, which says when the run was."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted((folder / "reports").glob("*/*"))}


def results(folder: Path) -> list[dict[str, Any]]:
    """What was found, without how long it took."""
    found = [json.loads(path.read_bytes()) for path in sorted((folder / "results").glob("*.json"))]
    return [{key: value for key, value in each.items() if key != "timing"} for each in found]


def test_after_fifty_kills_all_is_as_after_one_clean_run(
    server: MailServer, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = {"ZHONGSHI_IMAP_OFFICE_PASSWORD": PASSWORD}
    monkeypatch.setenv(*next(iter(secret.items())))
    sent = mail()
    waiting, inbox = server.deliver_later(*sent)
    clean, killed = workspace(tmp_path / "clean", server), workspace(tmp_path / "killed", server)
    polled = subprocess.run(
        [sys.executable, PROGRAM, killed, waiting, inbox], capture_output=True, text=True, check=True
    )
    assert int(polled.stdout.splitlines()[-1]) >= 50

    for folder in (clean, killed):
        ended = cli("run", "imap", "--workspace", folder, **secret)
        assert ended.returncode == 0, ended.stderr
        assert ended.stderr == "", ended.stderr[-3000:]
    assert ledger(killed) == ledger(clean)
    assert originals(killed) == originals(clean)
    assert reports(killed) == reports(clean)
    assert results(killed) == results(clean)
    assert cli("status", "--workspace", killed).stdout == cli("status", "--workspace", clean).stdout
    with server.client() as client:
        flags = client.get_flags(client.search())
        assert len(flags) == len(sent)
        taken = {row[1] for row in ledger(clean)["mailbox_items"] if row[2] is not None}
        assert {uid for uid, given in flags.items() if b"\\Flagged" in given} == taken
