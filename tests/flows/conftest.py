"""One Prefect server for all tests that need one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from flows.server import STARTUP_SECONDS, server, wait_until_ready


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
