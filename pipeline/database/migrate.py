"""Bringing the schema up to date, without alembic.ini: the migrations are in the package."""

from __future__ import annotations

from pathlib import Path

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
    with engine.begin() as connection:
        command.upgrade(_config(connection), version)
