"""The command line as people call it: real processes, the sample mailbox, one Prefect server for all of them."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.server import STARTUP_SECONDS, server, wait_until_ready

ROOT = Path(__file__).parent.parent.parent
MAILBOX = ROOT / "samples" / "mailbox"
COMMAND = Path(sys.executable).parent / "zhongshi"
Run = subprocess.CompletedProcess[str]
Cli = Callable[..., Run]


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without what would change a run."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZHONGSHI", "PREFECT", "COLUMNS"))}
    return {**kept, **more}


@pytest.fixture(scope="session")
def prefect_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running Prefect server: the first start of one takes longer than the work of these tests."""
    home = tmp_path_factory.mktemp("prefect")
    before = dict(os.environ)
    os.environ.pop("PREFECT_API_URL", None)
    os.environ["PREFECT_HOME"] = str(home)
    try:
        with server(home, home / "server.log"):
            wait_until_ready(STARTUP_SECONDS)
            yield os.environ["PREFECT_API_URL"]
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def cli() -> Cli:
    """Calls ``zhongshi`` with arguments and more environment."""

    def call(*arguments: object, **environment: str) -> Run:
        return subprocess.run(
            [COMMAND, *map(str, arguments)],
            env=clean_environment(**environment),
            capture_output=True,
            text=True,
            timeout=300,
        )

    return call


def mailbox_of(folder: Path, *numbers: str) -> Path:
    """A mailbox of some of the samples, by the number their names begin with."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (message,) = MAILBOX.glob(f"{number}-*.eml")
        shutil.copy(message, folder)
    return folder


def attachments(number: str, folder: Path) -> dict[str, Path]:
    """The attachments of a sample by their suffix."""
    (path,) = MAILBOX.glob(f"{number}-*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    found = {}
    for part in message.iter_attachments():
        suffix = {"application/pdf": ".pdf"}.get(part.get_content_type(), ".xlsx")
        found[suffix] = folder / f"{number}{suffix}"
        found[suffix].write_bytes(part.get_content())
    return found
