"""Connecting to the ledger.

SQLite in WAL mode, so that `zhongshi status` reads while a run writes. The driver's own transactions are switched off:
they begin late, which makes schema changes non-atomic and lets two writers deadlock on the upgrade of their locks.
A transaction here begins with ``BEGIN IMMEDIATE`` unless it comes from `reading`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from extractors.errors import StorageError, TransientError
from pipeline.database.columns import storable

BUSY_SECONDS = 30
"""How long a writer waits for another. One submission's transaction takes milliseconds."""


def connect(url: str) -> Engine:
    """An engine for `url`, its schema untouched.

    Raises:
        StorageError: database-unusable.
    """
    try:
        engine = create_engine(url, json_serializer=_json)
    except (ArgumentError, ImportError) as theirs:
        raise StorageError("database-unusable", reason=str(theirs)) from theirs
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
    return engine


def open_ledger(url: str) -> Engine:
    """An engine for `url`, its schema brought up to date.

    Raises:
        StorageError: database-unusable.
    """
    from pipeline.database.migrate import upgrade

    engine = connect(url)
    try:
        upgrade(engine)
    except SQLAlchemyError as theirs:
        raise StorageError("database-unusable", reason=_reason(theirs)) from theirs
    return engine


def _json(value: object) -> str:
    return storable(json.dumps(value, ensure_ascii=False))  # readable in the database, and found by a search there


def _set_up(connection: Any, record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # a committed row must outlive a power cut: the mail is marked after it
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that is one transaction: committed at the end, rolled back on any error.

    Raises:
        TransientError: database-busy, where another process held the lock too long.
        StorageError: database-unusable.
    """
    with _translated(), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that doesn't write, and waits for no writer.

    Raises:
        TransientError: database-busy.
        StorageError: database-unusable.
    """
    with _translated(), Session(engine.execution_options(reads_only=True), expire_on_commit=False) as session:
        yield session


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as theirs:
        if "locked" in str(theirs) or "busy" in str(theirs):
            raise TransientError("database-busy") from theirs
        raise StorageError("database-unusable", reason=_reason(theirs)) from theirs
    except DBAPIError as theirs:
        if theirs.connection_invalidated:
            raise TransientError("database-busy") from theirs
        raise


def _reason(theirs: SQLAlchemyError) -> str:
    return str(theirs.orig) if isinstance(theirs, DBAPIError) else str(theirs).splitlines()[0]
