"""Prefect's server for one run: started beside the work, its files in the workspace, ended with the run.

Prefect can start a server by itself, but only once it is imported (1.2 s), and it prints to the screen. This one
starts while the worker processes warm up, and writes to a log. Where ``PREFECT_API_URL`` names a server that is
used, and none is started.

Run as a program (``python -m flows.server PORT PARENT SCHEDULES``) this module is that server.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from extractors.errors import TransientError

HOST = "127.0.0.1"
STARTUP_SECONDS = 120.0
"""The first start migrates a new database: 8 s on two idle cores, several times that when they are busy."""
NAMED_SECONDS = 15.0
"""How long a server that is said to run may be silent."""
POLL_SECONDS = 0.1
STOP_SECONDS = 5.0
PARENT_CHECK_SECONDS = 1.0

QUIET = {
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # its telemetry writes tracebacks; users' networks are closed anyway
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(int(STARTUP_SECONDS)),
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
}
"""Prefect reads these when it is imported; what the user has set stays."""


def starts_here() -> bool:
    """Whether `server` starts one, as the environment names none."""
    return not os.environ.get("PREFECT_API_URL")


@contextlib.contextmanager
def server(home: Path, log: Path, schedules: bool = False) -> Iterator[None]:
    """Sets the environment for Prefect, and starts a server unless ``PREFECT_API_URL`` names one.

    Prefect must not have been imported before. Leave `wait_until_ready` for the moment the server is needed.

    Args:
        home: Folder for Prefect's own files, unless ``PREFECT_HOME`` names one.
        log: File for what the server says.
        schedules: With the services that start scheduled runs; a run that is its own needs none.
    """
    given = {**QUIET, "PREFECT_HOME": str(home.resolve()), **os.environ}
    os.environ.update({name: given[name] for name in (*QUIET, "PREFECT_HOME")})
    if not starts_here():
        yield
        return
    # Behind a proxy this machine's own server must be reached directly, by us and by Prefect.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), HOST]))
    port = _free_port()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.server", str(port), str(os.getpid()), "schedules" if schedules else ""],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is ours to handle
        )
    os.environ["PREFECT_API_URL"] = f"http://{HOST}:{port}/api"
    try:
        yield
    finally:
        _send_logs()
        del os.environ["PREFECT_API_URL"]
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _send_logs() -> None:
    """Lets Prefect send what it has logged; later nobody listens, and it would tell that on the screen."""
    handlers = sys.modules.get("prefect.logging.handlers")
    if handlers is not None:
        handlers.APILogHandler().flush()  # for 5 s at most


def wait_until_ready(seconds: float) -> None:
    """Returns when the server that ``PREFECT_API_URL`` names answers.

    Args:
        seconds: How long to wait for it: `STARTUP_SECONDS` for one that `server` started, else `NAMED_SECONDS`.

    Raises:
        TransientError: orchestrator-unreachable.
    """
    url = os.environ["PREFECT_API_URL"].rstrip("/")
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=seconds) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError, ValueError) as theirs:
            if time.monotonic() > deadline or isinstance(theirs, ValueError):
                raise TransientError("orchestrator-unreachable", url=url) from theirs
        time.sleep(POLL_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(port: int, parent: int, schedules: bool) -> None:
    """Serves until the parent ends, however it ends."""
    os.environ.update(PREFECT_UI_ENABLED="0", PREFECT__SERVER_FINAL="1")
    if not schedules:
        # Prefect's own name for a server without schedules (`SubprocessASGIServer` sets the same).
        os.environ["PREFECT__SERVER_EPHEMERAL"] = "1"
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    import uvicorn

    uvicorn.run("prefect.server.api.server:create_app", factory=True, host=HOST, port=port, log_level="error")


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]), bool(sys.argv[3]))
