"""The flow that `zhongshi watch` puts on a schedule: one run over the mailboxes, as a command of its own.

Prefect imports this module by its name in a new process for every run. A process of our own does the work, so that a
run looks the same whether a clerk or the schedule starts it.
"""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

from prefect import flow

from extractors.errors import TransientError
from pipeline.calls.call import CHINA

FLOW = "mailbox-watch"


@flow(name=FLOW, persist_result=False, validate_parameters=False)
def poll_mailboxes(workspace: str, log: str, language: str) -> None:
    """Runs ``zhongshi run imap`` and adds what it says to the file `log`.

    Raises:
        TransientError: watched-run-failed, with its exit code: Prefect shows the run as failed, the next one goes on.
    """
    command = [sys.executable, "-m", "flows.cli", "--lang", language, "run", "imap", "--workspace", workspace]
    with Path(log).open("ab") as output:
        output.write(f"\n[{datetime.datetime.now(CHINA):%Y-%m-%d %H:%M:%S}]\n".encode())
        output.flush()
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False).returncode
    if code:
        raise TransientError("watched-run-failed", exit=str(code), name=log)
