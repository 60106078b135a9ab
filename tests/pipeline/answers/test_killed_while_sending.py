"""A process that is killed while it sends: nothing goes out twice, and nothing is lost without a person being told."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import smtplib
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.context import ForkProcess

import pytest
from mail_taker import MailTaker
from sqlalchemy import Engine

from pipeline.answers.sending import send_queued
from pipeline.database import outbox
from pipeline.database.engine import connect
from pipeline.database.outbox import Stage, act, items
from pipeline.intake.store import Store
from pipeline.settings import Settings

Queued = Callable[..., int]
FORK = multiprocessing.get_context("fork")


def die(*anything: object, **more: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def data_and_die(client: smtplib.SMTP, message: bytes, share: float) -> None:
    client.docmd("data")
    whole = message + b".\r\n"
    client.send(whole[: int(len(whole) * share)])
    time.sleep(0.3)  # for the server to see it
    die()


STEPS: dict[str, tuple[object, str, Callable[..., object], Stage]] = {
    "connected": (smtplib.SMTP, "mail", die, Stage.QUEUED),
    "after MAIL": (smtplib.SMTP, "rcpt", die, Stage.QUEUED),
    "after RCPT": (outbox, "begin", die, Stage.QUEUED),
    "ledger says sending": (smtplib.SMTP, "data", die, Stage.UNCERTAIN),
    "within the message": (smtplib.SMTP, "data", lambda c, m: data_and_die(c, m, 0.5), Stage.UNCERTAIN),
    "message handed over": (smtplib.SMTP, "data", lambda c, m: data_and_die(c, m, 1), Stage.UNCERTAIN),
    "after 250": (outbox, "mark_sent", die, Stage.UNCERTAIN),
}
"""Where it is killed: what dies, and how the next run finds the answer."""


def sender(engine: Engine, store: Store, settings: Settings, step: str = "") -> ForkProcess:
    """A process that sends what is queued, with a connection of its own to the ledger."""

    def run() -> None:
        if step:
            owner, name, deadly, _ = STEPS[step]
            setattr(owner, name, deadly)
        own = connect(engine.url.render_as_string(hide_password=False))
        send_queued(own, store, settings)
        os._exit(0)

    process = FORK.Process(target=run)
    process.start()
    return process


def stages(engine: Engine) -> Counter[Stage]:
    return Counter(item.stage for item in items(engine))


@pytest.mark.parametrize("step", list(STEPS))
def test_killed_at_a_step(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings, step: str
) -> None:
    first, second = queued(), queued()
    killed = sender(engine, store, settings, step)
    killed.join(20)
    assert killed.exitcode == -signal.SIGKILL
    came = step in ("message handed over", "after 250")
    assert len(taker.ids) == came
    report = send_queued(engine, store, settings)
    if STEPS[step][3] is Stage.QUEUED:
        assert (report.sent, report.uncertain) == ((first, second), ())
    else:
        assert (report.sent, report.uncertain, report.needs_a_person) == ((second,), (first,), True)
        assert send_queued(engine, store, settings).sent == ()
        assert act(engine, "sent" if came else "retry", first) is None
        assert send_queued(engine, store, settings).sent == (() if came else (first,))
    assert sorted(taker.ids) == sorted(item.mail_id for item in items(engine))
    assert stages(engine) == {Stage.SENT: 2}


def test_killed_thirty_times_at_any_moment(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings
) -> None:
    for _ in range(300):
        queued()
    times = random.Random(4)
    for _ in range(30):
        enough, process = len(taker.ids) + times.randrange(6), sender(engine, store, settings)
        while len(taker.ids) < enough and process.is_alive():
            time.sleep(0.001)
        time.sleep(times.uniform(0, 0.03))
        process.kill()
        process.join(20)
    killed = stages(engine)
    assert killed[Stage.SENT] and killed[Stage.QUEUED], "killed while there was work"
    report = send_queued(engine, store, settings)
    assert stages(engine) == {Stage.SENT: 300 - len(report.uncertain), Stage.UNCERTAIN: len(report.uncertain)}
    assert len(report.uncertain) <= 30
    assert len(taker.ids) == len(set(taker.ids))
    assert {item.mail_id for item in items(engine, (Stage.SENT,))} <= set(taker.ids)


def test_two_processes_at_once_send_everything_once(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings
) -> None:
    for _ in range(40):
        queued()
    processes = [sender(engine, store, settings) for _ in range(2)]
    for process in processes:
        process.join(30)
        assert process.exitcode == 0
    assert sorted(taker.ids) == sorted(item.mail_id for item in items(engine))
    assert stages(engine) == {Stage.SENT: 40}


def test_without_claims_the_ledger_alone_keeps_two_apart(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.database.claims import Claims

    monkeypatch.setattr(Claims, "take", lambda claims, keys: set(keys))
    for _ in range(40):
        queued()
    processes = [sender(engine, store, settings) for _ in range(2)]
    for process in processes:
        process.join(30)
    assert len(taker.ids) == len(set(taker.ids)) == 40


def test_what_another_process_is_handing_over_is_left_to_it(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings
) -> None:
    queued()
    taker.pause = 1
    process = sender(engine, store, settings)
    while not items(engine, (Stage.SENDING,)):
        time.sleep(0.01)
    assert send_queued(engine, store, settings).uncertain == ()
    process.join(20)
    assert stages(engine) == {Stage.SENT: 1}
