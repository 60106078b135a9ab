"""Polling the mailboxes on a schedule: a Prefect deployment, served from this process until it is stopped.

Prefect decides when; that no two runs overlap is held twice: by the deployment's limit (a run that is due while
another works is cancelled, the next one comes soon enough), and by the lock of the workspace.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from extractors.errors import TransientError, UsageError
from extractors.i18n import _
from flows.run import alone_in
from flows.server import NAMED_SECONDS, STARTUP_SECONDS, server, starts_here, wait_until_ready
from pipeline.logs import new_log, open_log
from pipeline.settings import Settings
from pipeline.workspace import Workspace

SERVER_LOG = "prefect-server.log"
WATCH_LOG = "watch.log"
WATCH_LOCK = ".watch.lock"
DEPLOYMENT = "mailboxes"
FOLLOW_SECONDS = 0.5


def watch(settings: Settings, say: Callable[[str], None]) -> None:
    """Polls at once, then every `settings.watch_minutes` minutes, until Ctrl-C, which ends the process.

    Args:
        settings: With at least one mailbox.
        say: Told each line that a run prints.

    Raises:
        UsageError: mailbox-unset.
        StorageError: workspace-unusable.
        TransientError: orchestrator-unreachable, watch-running.
    """
    if not settings.imap:
        raise UsageError("mailbox-unset")
    workspace = Workspace(settings.workspace).prepare()
    open_log(new_log(workspace.logs))
    told = workspace.logs.resolve() / WATCH_LOG
    patience = STARTUP_SECONDS if starts_here() else NAMED_SECONDS
    with (
        alone_in(workspace, WATCH_LOCK, "watch-running"),
        server(workspace.root / "prefect", workspace.logs / SERVER_LOG, schedules=True),
    ):
        wait_until_ready(patience)
        follow(told, say)
        parameters = {"workspace": str(workspace.root.resolve()), "log": str(told), "language": settings.lang}
        with suppress(KeyboardInterrupt):
            _serve(settings, parameters, say)
        say(_("已停止值守。"))
        # At once: threads of Prefect go on asking a server that has gone, for a minute and aloud. Ours leaves by itself
        # when its parent has, and a run at work comes to its end or is taken up by the next one.
        sys.stdout.flush()
        os._exit(0)


def follow(file: Path, say: Callable[[str], None]) -> None:
    """Tells from now on every line that is added to a file."""
    file.touch()

    def read() -> None:
        with file.open(encoding="utf-8", errors="replace") as lines:
            lines.seek(0, os.SEEK_END)
            while True:
                line = lines.readline()
                if line:
                    say(line.rstrip("\n"))
                else:
                    time.sleep(FOLLOW_SECONDS)

    threading.Thread(target=read, name="follow", daemon=True).start()


def _serve(settings: Settings, parameters: dict[str, str], say: Callable[[str], None]) -> None:
    """Runs the flow's work once, then deploys the flow and serves it; returns when it is interrupted."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.flows import EntrypointType  # type: ignore[attr-defined]

    from flows.watched import poll_mailboxes

    try:
        poll_mailboxes.fn(**parameters)
    except TransientError as error:
        say(error.message)
    poll_mailboxes.serve(
        name=DEPLOYMENT,
        interval=settings.watch_minutes * 60,
        global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        limit=1,
        parameters=parameters,
        print_starting_message=False,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
