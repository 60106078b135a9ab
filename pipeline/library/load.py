"""Loading a submission into the cultivation library: one transaction, again and again with the same outcome.

Versions are only added. A submission that took another's place yields exactly the difference: a new version where a
value changed, a mark of withdrawal where a platform is no longer named, nothing where all is the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from pipeline.database.engine import writing
from pipeline.database.ledger import newest_result, now
from pipeline.database.states import State, check
from pipeline.database.tables import EntryTable, LoadTable, SubmissionTable, VersionTable
from pipeline.library.pairing import pair
from pipeline.library.stored import records_of
from pipeline.library.values import Platform, platform_of, said


@dataclass(frozen=True)
class LoadReport:
    """What a load did, in platforms."""

    load_id: str
    added: int
    changed: int
    unchanged: int
    withdrawn: int
    repeated: bool = False
    """This load was there already, and nothing was done."""


def load_submission(engine: Engine, submission_id: int) -> LoadReport:
    """Loads the records of the stored result and moves the submission to loaded.

    Raises:
        ForbiddenMoveError: where the submission is neither compared nor waiting nor loaded.
        ValueError: where it has no result or no reporting body; `settle` doesn't let such a one come here.
    """
    with writing(engine) as session:
        submission = session.get_one(SubmissionTable, submission_id)
        result = newest_result(session, submission_id)
        if result is None or submission.department is None:
            raise ValueError(f"submission {submission_id} can't be loaded")
        moved = check(State(submission.state), State.LOADED)
        platforms = [platform_of(r, submission_id, result.result) for r in records_of(result.result)]
        load_id = _load_id(submission_id, platforms)
        report = _loaded(session, load_id) or _load(session, submission, submission.department, platforms, load_id)
        if moved:
            submission.state, submission.reason = State.LOADED, None
        return report


def _load_id(submission_id: int, platforms: Iterable[Platform]) -> str:
    said = json.dumps([submission_id, [p.values for p in platforms]], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _loaded(session: Session, load_id: str) -> LoadReport | None:
    row = session.get(LoadTable, load_id)
    if row is None:
        return None
    return LoadReport(load_id, row.added, row.changed, row.unchanged, row.withdrawn, repeated=True)


def _load(
    session: Session, submission: SubmissionTable, department: str, platforms: list[Platform], load_id: str
) -> LoadReport:
    query = select(EntryTable).where(EntryTable.department == department).options(selectinload(EntryTable.versions))
    entries = session.scalars(query.order_by(EntryTable.id)).all()
    load = LoadTable(
        id=load_id, submission_id=submission.id, loaded_at=now(), added=0, changed=0, unchanged=0, withdrawn=0
    )
    session.add(load)
    paired = pair([p.identity for p in platforms], [(e.name_key, e.code) for e in entries])
    for platform, at in zip(platforms, paired, strict=True):
        _write(session, load, department, platform, None if at is None else entries[at])
    replaced = _replaced_by(session, submission.id)
    kept = {at for at in paired if at is not None}
    for at, entry in enumerate(entries):
        newest = entry.versions[-1]
        if at not in kept and not newest.withdrawn and newest.submission_id in replaced:
            _append(entry, load, newest.values, newest.provenance, withdrawn=True)
            load.withdrawn += 1
    session.flush()
    return LoadReport(load_id, load.added, load.changed, load.unchanged, load.withdrawn)


def _write(session: Session, load: LoadTable, department: str, platform: Platform, entry: EntryTable | None) -> None:
    if entry is None:
        name_key, code = platform.identity
        entry = EntryTable(department=department, name=platform.name, name_key=name_key, code=code)
        session.add(entry)
        load.added += 1
    elif entry.versions[-1].withdrawn:
        load.added += 1
    elif _same(entry.versions[-1], platform):
        load.unchanged += 1
        return
    else:
        load.changed += 1
    entry.name = platform.name
    entry.name_key, entry.code = platform.identity
    _append(entry, load, platform.values, platform.provenance, withdrawn=False)


def _same(old: VersionTable, new: Platform) -> bool:
    """Whether the two say the same; 12,850.50 for 12850.5 is no change."""
    return _said(old.values, old.provenance) == _said(new.values, new.provenance)


def _said(values: dict[str, str], provenance: Mapping[str, Any]) -> dict[str, object]:
    return {key: said(key, text, provenance[key]["header"]) for key, text in values.items()}


def _append(
    entry: EntryTable, load: LoadTable, values: dict[str, str], provenance: dict[str, object], withdrawn: bool
) -> None:
    entry.versions.append(
        VersionTable(
            number=len(entry.versions) + 1,
            load_id=load.id,
            submission_id=load.submission_id,
            withdrawn=withdrawn,
            values=values,
            provenance=provenance,
        )
    )


def _replaced_by(session: Session, submission_id: int) -> set[int]:
    """The submission itself and all whose place it took, directly or in turn."""
    found, fresh = {submission_id}, {submission_id}
    while fresh:
        query = select(SubmissionTable.id).where(SubmissionTable.superseded_by.in_(fresh))
        fresh = set(session.scalars(query)) - found
        found |= fresh
    return found
