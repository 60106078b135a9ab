"""Bringing the schema up to date, without alembic.ini: the migrations are in the package."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The version that this program works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def current(engine: Engine) -> str | None:
    """The version of the database, None where it is empty."""
    with engine.execution_options(reads_only=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, version: str = "head") -> None:
    """Runs what is missing up to `version`. Migrations and the record of them are one transaction: all or nothing."""
    if version == "head" and current(engine) == newest():
        return
    with _altering(engine) as connection:
        command.upgrade(_config(connection), version)


def downgrade(engine: Engine, version: str) -> None:
    """Goes back to `version` (``base``: an empty database)."""
    with _altering(engine) as connection:
        command.downgrade(_config(connection), version)


@contextmanager
def _altering(engine: Engine) -> Iterator[Connection]:
    """A transaction in which tables can be made anew.

    SQLite alters most of a table by a copy under another name; that needs its foreign keys unwatched, which only
    works before a transaction begins (https://sqlite.org/lang_altertable.html, section 7).
    """
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        driver: Any = connection.connection.driver_connection
        if sqlite:
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise sqlite3.IntegrityError("foreign keys")
        finally:
            if sqlite:
                driver.execute("PRAGMA foreign_keys = ON")
