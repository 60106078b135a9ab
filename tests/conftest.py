"""Puts this folder on the path of all tests (`drawn` serves several), and before it the packages and `samples`.

Without the second, the folders here that mirror the packages would pass for them where pytest isn't run by
``python -m``.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from command_line import MAILBOX, Cli, Ran, call  # noqa: E402


@pytest.fixture(scope="session")
def cli() -> Cli:
    """Calls ``zhongshi`` with arguments and more environment."""
    return call


@pytest.fixture(scope="session")
def samples_run(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The sample mailbox, worked through once for all tests, as `make run` does: with a Prefect server of its own.

    Tests read it and leave it as it is, or work on a copy.
    """
    workspace = tmp_path_factory.mktemp("samples") / "workspace"
    return Ran(MAILBOX, workspace, call("run", "samples/mailbox", "--workspace", workspace))
