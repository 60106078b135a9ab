"""Polls the mailboxes of a workspace again and again, and is killed each time: ``kill_polls.py WORKSPACE MAIL INBOX``.

Before each poll some of the files in MAIL are moved to INBOX, a Maildir's folder. Each poll is a process of its own
(forked, so that it starts at once). In half of the rounds it is killed at a random time, in the others right before or
after one of the steps that intake is made of; until all is delivered and `KILLS` have been killed. Prints how many.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

import pipeline.intake.intake as intake  # noqa: E402
import pipeline.mailbox.poll as poll  # noqa: E402
from pipeline.database.claims import Claims, holding  # noqa: E402
from pipeline.database.engine import open_ledger  # noqa: E402
from pipeline.intake.store import Store, open_store  # noqa: E402
from pipeline.settings import load_settings  # noqa: E402
from pipeline.workspace import Workspace  # noqa: E402

STEPS: tuple[tuple[Any, str], ...] = (
    (Store, "put"),
    (intake, "record_message"),
    (poll, "set_marks"),
    (poll, "set_marked"),
    (intake, "read_stored"),
    (intake, "add_content"),
    (poll, "record_passed_over"),
    (Claims, "take"),
    (Claims, "drop"),
)
LONGEST = 0.4
"""Seconds until a random kill; a poll that has little to do takes about as long."""
KILLS, ROUNDS = 50, 400
SEED = 7


def poll_once(root: Path) -> None:
    settings = load_settings(workspace=root)
    workspace = Workspace(root).prepare()
    engine = open_ledger(workspace.database_url)
    with holding(engine) as claims:
        post = poll.Post(engine, claims, settings.limits, lambda found: None, [])
        messages = poll.new_messages(settings.imap, post)
        intake.take_in(messages, open_store(settings, workspace), engine, settings, claims=claims)
    assert not post.failed, post.failed


def kill_at(owner: Any, name: str, number: int, after: bool) -> None:
    """Makes the call with this number of a function the last thing that this process does, or nearly does."""
    inner: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def killed(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        value = inner(*arguments, **named)
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    setattr(owner, name, killed)


def main(root: Path, mail: Path, inbox: Path) -> None:
    chance = random.Random(SEED)
    waiting = sorted(mail.iterdir())
    killed = 0
    for at in range(ROUNDS):
        for file in waiting[: chance.randint(1, 3)]:
            waiting.remove(file)
            file.rename(inbox / file.name)
        step, number, after = STEPS[at // 2 % len(STEPS)], chance.randint(1, 2), chance.random() < 0.5
        child = os.fork()
        if child == 0:
            if at % 2:
                kill_at(*step, number, after)
            poll_once(root)
            os._exit(0)
        if at % 2 == 0:
            time.sleep(chance.uniform(0, LONGEST))
            os.kill(child, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        if killed >= KILLS and not waiting:
            break
    print(killed)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
