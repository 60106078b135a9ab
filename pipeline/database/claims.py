"""Who works on what: claims with an owner and a lease, so that nothing is worked on twice at the same time.

A claim is void when its lease has ended, or when its owner was a process of this machine that is gone: after a crash
nobody has to wait for the lease. Claims keep work apart; that nothing is *written* twice is the ledger's own doing
(unique rows), and holds without them.
"""

from __future__ import annotations

import datetime
import os
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import psutil
import structlog
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError

from extractors.errors import ZhongshiError
from pipeline.database.engine import writing
from pipeline.database.tables import ClaimRow

log = structlog.get_logger("pipeline.database")

LEASE_SECONDS = 300.0
"""Renewed three times in this time for as long as the owner lives; another machine waits so long for a dead one's."""
TRIES = 5
BATCH = 500
"""Keys in one query; SQLite takes 999 parameters in older builds."""


class Claims:
    """What one run holds. Its methods may be called from any thread."""

    def __init__(self, engine: Engine, owner: str | None = None, seconds: float = LEASE_SECONDS) -> None:
        """Holds nothing yet; `owner` is this process unless a test says otherwise."""
        self._engine = engine
        self.owner = this_process() if owner is None else owner
        self._lease = datetime.timedelta(seconds=seconds)
        self._held: set[str] = set()
        self._lock = threading.Lock()

    def take(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` that nobody else holds; they are held from now on.

        Raises:
            TransientError: database-busy.
        """
        asked = list(dict.fromkeys(keys))
        won: set[str] = set()
        for at in range(0, len(asked), BATCH):
            won |= self._take_surely(asked[at : at + BATCH])
        with self._lock:
            self._held |= won
        return won

    def holds(self, key: str) -> bool:
        """Whether this run holds `key` already."""
        with self._lock:
            return key in self._held

    def drop(self, keys: Iterable[str]) -> None:
        """Sets free what is held of `keys`."""
        with self._lock:
            mine = sorted(self._held & set(keys))
            self._held -= set(mine)
        for at in range(0, len(mine), BATCH):
            with writing(self._engine) as session:
                session.execute(
                    delete(ClaimRow).where(ClaimRow.key.in_(mine[at : at + BATCH]), ClaimRow.owner == self.owner)
                )

    def renew(self) -> None:
        """Begins the lease of all that is held anew."""
        with self._lock:
            held = bool(self._held)
        if held:
            with writing(self._engine) as session:
                session.execute(update(ClaimRow).where(ClaimRow.owner == self.owner).values(until=_now() + self._lease))

    def sweep(self) -> None:
        """Takes away what dead processes of this machine left, and what nobody has renewed for long."""
        with writing(self._engine) as session:
            for row in session.scalars(select(ClaimRow)).all():
                if row.until < _now() or is_gone(row.owner):
                    session.delete(row)

    def drop_all(self) -> None:
        """Sets everything free."""
        with self._lock:
            held = set(self._held)
        self.drop(held)

    def _take_surely(self, keys: Sequence[str]) -> set[str]:
        for _ in range(TRIES):
            try:
                return self._take(keys)
            except IntegrityError:  # another inserted one of the keys at the same moment
                continue
        return set()

    def _take(self, keys: Sequence[str]) -> set[str]:
        with writing(self._engine) as session:
            # SQLite writes one at a time; elsewhere the rows that are there are locked.
            query = select(ClaimRow).where(ClaimRow.key.in_(keys)).with_for_update()
            there = {row.key: row for row in session.scalars(query)}
            now = _now()
            won = set[str]()
            for key in keys:
                row = there.get(key)
                if row is None:
                    session.add(ClaimRow(key=key, owner=self.owner, until=now + self._lease))
                elif row.owner == self.owner or row.until < now or is_gone(row.owner):
                    row.owner, row.until = self.owner, now + self._lease
                else:
                    continue
                won.add(key)
            return won


@contextmanager
def holding(engine: Engine, seconds: float = LEASE_SECONDS) -> Iterator[Claims]:
    """Claims whose leases are renewed in the background until the block ends; then all are set free."""
    claims, ended = Claims(engine, seconds=seconds), threading.Event()
    claims.sweep()

    def keep() -> None:
        while not ended.wait(seconds / 3):
            try:
                claims.renew()
            except ZhongshiError as error:  # a busy database; two more tries before the lease ends
                log.warning("claims-not-renewed", reason=error.code)

    thread = threading.Thread(target=keep, name="claims", daemon=True)
    thread.start()
    try:
        yield claims
    finally:
        ended.set()
        thread.join()
        claims.drop_all()


def this_process() -> str:
    """Names this process among all of all machines and times: host, number, and when it began."""
    return f"{socket.gethostname()}/{os.getpid()}/{psutil.Process().create_time():.2f}"


def is_gone(owner: str) -> bool:
    """Whether `owner` was a process of this machine that has ended. Of another machine's nothing is known: False."""
    host, _, rest = owner.rpartition("/")[0].rpartition("/")
    if host != socket.gethostname():
        return False
    try:
        return f"{psutil.Process(int(rest)).create_time():.2f}" != owner.rpartition("/")[2]
    except (psutil.NoSuchProcess, ValueError):
        return True
    except psutil.Error:
        return False


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
