"""Messages are taken apart in a process of their own, with limits of time and memory: they come from anybody."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from extractors.errors import TransientError, ZhongshiError
from flows.pool import Pool
from pipeline.database.taking import NewMessage
from pipeline.intake.intake import Reader, read_stored, unread
from pipeline.intake.store import Store
from pipeline.settings import Settings

events = structlog.get_logger("flows.reading")

TRIES = 2
"""A process can be lost for reasons that aren't the message's."""


@contextmanager
def reader(store: Store, settings: Settings, log: Path) -> Iterator[Reader]:
    """What `take_in` reads with; the process starts with the first message."""
    limits = settings.limits
    with Pool(1, log, limits.read_seconds, limits.read_mb) as pool:

        def read(sha256: str, name: str, arrived: datetime.datetime | None) -> NewMessage:
            for _ in range(TRIES):
                try:
                    return pool.run(name, read_stored, store, sha256, name, arrived, settings)
                except TransientError as error:
                    if error.code == "worker-too-slow":
                        break
                    if error.code != "worker-lost":
                        raise
                except ZhongshiError:
                    raise
                except Exception as theirs:  # whatever the child raised: the message waits, the mailbox goes on
                    events.error("message-unread", message=name, exc_info=theirs)
                    break
            return unread(name, settings)

        yield read
