"""Calling the command line as people do, on the sample mailbox."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAILBOX = ROOT / "samples" / "mailbox"
COMMAND = Path(sys.executable).parent / "zhongshi"
NOISE = ("Traceback", "ERROR", "WARNING", "prefect", "Prefect", "flow")
"""What nobody who runs the program should have to see."""
Run = subprocess.CompletedProcess[str]
Cli = Callable[..., Run]


@dataclass(frozen=True)
class Ran:
    """A run of `zhongshi run` that came to an end."""

    mailbox: Path
    workspace: Path
    ended: Run


def call(*arguments: object, **environment: str) -> Run:
    """Calls ``zhongshi`` with arguments and more environment."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        cwd=ROOT,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=600,
    )


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without what would change a run."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZHONGSHI", "PREFECT", "COLUMNS"))}
    return {**kept, **more}


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


def line_of(text: str, name: str) -> list[str]:
    """The words of the table's line that begins with `name`."""
    return next(line.split() for line in text.splitlines() if line.strip().startswith(name))
