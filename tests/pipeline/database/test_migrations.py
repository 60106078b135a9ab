"""The schema: made by migrations alone, all or nothing."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from extractors.errors import StorageError, TransientError
from pipeline.database import engine as engines
from pipeline.database import migrate
from pipeline.database.engine import connect, open_ledger, writing
from pipeline.database.tables import Base


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_migrations_make_the_tables_that_the_program_knows(engine: Engine) -> None:
    assert tables(engine) == set(Base.metadata.tables) | {"alembic_version"}
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_newest_version_is_recorded(engine: Engine) -> None:
    assert migrate.current(engine) == migrate.newest()


def test_an_empty_database_has_no_version(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/new.sqlite")
    assert migrate.current(engine) is None


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    migrate.upgrade(engine)
    assert migrate.current(engine) == migrate.newest()


def test_down_and_up_again(engine: Engine) -> None:
    migrate.downgrade(engine, "base")
    assert tables(engine) == {"alembic_version"}
    migrate.upgrade(engine)
    assert migrate.current(engine) == migrate.newest()


def test_a_ledger_of_before_keeps_what_it_holds(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/old.sqlite")
    migrate.upgrade(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO messages (id, identity, name, sha256, taken_at, state, sender, subject, body)"
            " VALUES (1, 'a.eml', 'a.eml', 'x', '2024-10-01', 'taken', '', '', '')"
        ))  # fmt: skip
        connection.execute(text(
            "INSERT INTO submissions (id, message_id, call, state, corrects, adds, days_late, reports)"
            " VALUES (7, 1, '2024', 'incomplete', 0, 0, 0, '{}')"
        ))  # fmt: skip
        connection.execute(text(
            "INSERT INTO findings (message_id, submission_id, stage, code, severity, params)"
            " VALUES (1, 7, 'intake', 'message-empty', 'error', '{}')"
        ))  # fmt: skip
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT message_id, part FROM submissions WHERE id = 7")).one() == (1, 1)
        assert connection.execute(text("SELECT submission_id FROM findings")).scalar() == 7
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_migration_that_stops_half_way_leaves_nothing(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/new.sqlite")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE results (id INTEGER)"))  # in the way of the migration
    with pytest.raises(Exception, match="results"):
        migrate.upgrade(engine)
    assert tables(engine) == {"results"}
    assert migrate.current(engine) is None


def test_sqlite_is_set_up_for_readers_beside_a_writer(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


def test_an_error_rolls_the_transaction_back(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:
        session.execute(text("INSERT INTO runs (source, started_at) VALUES ('x', '2024-10-01')"))
        raise RuntimeError
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM runs")).scalar() == 0


def test_writers_wait_for_each_other(engine: Engine) -> None:
    def write() -> None:
        for _ in range(20):
            with writing(engine) as session:
                count = session.execute(text("SELECT count(*) FROM runs")).scalar()
                session.execute(text(f"INSERT INTO runs (source, started_at) VALUES ('{count}', '2024-10-01')"))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(DISTINCT source) FROM runs")).scalar() == 80


def test_a_lock_that_another_holds_is_a_passing_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0)
    engine = open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TransientError) as error, writing(engine) as session:
        session.execute(text("SELECT 1"))  # a transaction begins with its first statement
    assert error.value.code == "database-busy"
    other.close()


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////no/such/folder/x.sqlite", "postgresql+nodriver://x"])
def test_a_database_that_cannot_be_used(url: str) -> None:
    with pytest.raises(StorageError) as error:
        open_ledger(url)
    assert error.value.code == "database-unusable"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"no database at all, only some text" * 100)
    with pytest.raises(StorageError):
        open_ledger(f"sqlite:///{tmp_path}/x.sqlite")
