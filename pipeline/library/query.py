"""Asking the library: which platforms there are, and the history of one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import selectinload

from pipeline.database.engine import reading
from pipeline.database.overview import bodies
from pipeline.database.tables import EntryTable, LoadTable, VersionTable
from pipeline.forms.text import fold


@dataclass(frozen=True)
class Entry:
    """A platform as it stands."""

    id: int
    region: str
    department: str
    name: str
    values: dict[str, str]
    """Field id, or header of a column that the form doesn't know, to text."""
    versions: int
    withdrawn: bool
    submission_id: int
    """The submission that the newest version comes from."""


@dataclass(frozen=True)
class Version:
    """What one load said of a platform."""

    number: int
    loaded_at: datetime.datetime
    load_id: str
    submission_id: int
    withdrawn: bool
    values: dict[str, str]
    changes: dict[str, tuple[str | None, str | None]]
    """Against the version before: key to old and new text; None where there was or is none."""
    provenance: dict[str, Any]


@dataclass(frozen=True)
class EntryHistory:
    """A platform with all its versions, oldest first."""

    entry: Entry
    versions: tuple[Version, ...]


def list_entries(
    engine: Engine,
    region: str | None = None,
    department: str | None = None,
    text: str | None = None,
    withdrawn: bool = False,
) -> list[Entry]:
    """The platforms in the order of the reporting bodies, then of their loading.

    Args:
        engine: The ledger.
        region: Part of a region's name, such as 四川.
        department: Part of a reporting body's name.
        text: What must stand in the name or in any value; white space, width and case don't matter.
        withdrawn: Whether platforms that their reporting body withdrew are listed too.
    """
    order = {name: at for at, (_, _, name) in enumerate(bodies())}
    with reading(engine) as session:
        query = select(EntryTable).options(selectinload(EntryTable.versions))
        entries = [_entry(row) for row in session.scalars(query.order_by(EntryTable.id))]
    found = [
        e
        for e in entries
        if (withdrawn or not e.withdrawn)
        and (region is None or region in e.region)
        and (department is None or department in e.department)
        and (text is None or _holds(e, text))
    ]
    return sorted(found, key=lambda e: (order.get(e.department, len(order)), e.id))


def show_entry(engine: Engine, entry_id: int) -> EntryHistory | None:
    """A platform with its history, None if there is none with this id."""
    with reading(engine) as session:
        row = session.get(EntryTable, entry_id, options=[selectinload(EntryTable.versions)])
        if row is None:
            return None
        times = {row[0]: row[1] for row in session.execute(select(LoadTable.id, LoadTable.loaded_at))}
        versions = tuple(_version(row.versions, at, times) for at in range(len(row.versions)))
        return EntryHistory(_entry(row), versions)


def _entry(row: EntryTable) -> Entry:
    newest = row.versions[-1]
    region = next((region for _, region, name in bodies() if name == row.department), "")
    return Entry(
        id=row.id,
        region=region,
        department=row.department,
        name=row.name,
        values=dict(newest.values),
        versions=len(row.versions),
        withdrawn=newest.withdrawn,
        submission_id=newest.submission_id,
    )


def _version(rows: Sequence[VersionTable], at: int, times: dict[str, datetime.datetime]) -> Version:
    row, before = rows[at], rows[at - 1].values if at else {}
    keys = [*row.values, *(k for k in before if k not in row.values)]
    changes = {k: (before.get(k), row.values.get(k)) for k in keys if before.get(k) != row.values.get(k)}
    return Version(
        number=row.number,
        loaded_at=times[row.load_id],
        load_id=row.load_id,
        submission_id=row.submission_id,
        withdrawn=row.withdrawn,
        values=dict(row.values),
        changes=changes if at else {},
        provenance=dict(row.provenance),
    )


def _holds(entry: Entry, text: str) -> bool:
    sought = fold(text).casefold()
    return any(sought in fold(value).casefold() for value in (entry.name, *entry.values.values()))
