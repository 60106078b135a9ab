"""A submission whose very same documents came before, in whatever message.

1. The earlier one is in force: this one is a repeat. It is neither compared nor loaded, and takes nothing's place; if
   it says that it corrects, a finding says that it holds nothing new.
2. A correction took the earlier one's place before this one came: nobody can tell which of the two is meant. A person
   has to decide; this one takes nothing's place.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from pipeline.database.order import came_before, name_of_submission
from pipeline.database.states import State, check
from pipeline.database.tables import DocumentTable, SubmissionTable
from pipeline.model import Finding, Severity


def mark_repeats(session: Session, submission: SubmissionTable) -> list[SubmissionTable]:
    """Marks a submission that isn't compared yet, or a later one that repeats it; those that are repeats now."""
    if submission.repeats is not None:
        return []
    marked = []
    for other in _same(session, submission):
        earlier, later = (other, submission) if came_before(other, submission) else (submission, other)
        if not _undecided(later):
            earlier, later = later, earlier  # read late: what is compared already stays
        if _undecided(later) and later.repeats is None and _holds(earlier, later):
            later.repeats = earlier.id
            if _replaced_before(session, earlier, later) is None:
                check(State(later.state), State.REPEATED)
                later.state, later.department = State.REPEATED, later.department or earlier.department
                marked.append(later)
    return marked


def repeat_findings(session: Session, submission: SubmissionTable) -> list[Finding]:
    """What is to be said of a submission that has the documents of an earlier one."""
    earlier = None if submission.repeats is None else session.get_one(SubmissionTable, submission.repeats)
    if earlier is None:
        return []
    of = name_of_submission(session, earlier)
    if State(submission.state) is not State.REPEATED:
        by = _replaced_before(session, earlier, submission)
        params = {"of": of, "by": "" if by is None else name_of_submission(session, by)}
        return [Finding("submission-reverted", Severity.ERROR, params)]
    found = [Finding("submission-same", Severity.INFO, {"of": of})]
    return found + [Finding("correction-same", Severity.WARNING, {"of": of})] * submission.corrects


def _undecided(submission: SubmissionTable) -> bool:
    """Whether nothing was done with it yet."""
    return State(submission.state) in (State.RECEIVED, State.INCOMPLETE) and not submission.reports


def _same(session: Session, submission: SubmissionTable) -> Iterable[SubmissionTable]:
    """Others of the call with its documents or the other way about, those in force first."""
    scan, electronic = aliased(DocumentTable), aliased(DocumentTable)
    hashes = list(_documents(submission).values())
    query = (
        select(SubmissionTable)
        .outerjoin(scan, SubmissionTable.scan_id == scan.id)
        .outerjoin(electronic, SubmissionTable.electronic_id == electronic.id)
        .where(
            or_(scan.sha256.in_(hashes), electronic.sha256.in_(hashes)),
            SubmissionTable.call == submission.call,
            SubmissionTable.id != submission.id,
            SubmissionTable.state != State.REPEATED,
        )
        .order_by(SubmissionTable.id)
    )
    others = [o for o in session.scalars(query) if _alike(o, submission)]
    return sorted(others, key=lambda o: State(o.state) is State.SUPERSEDED)


def _alike(one: SubmissionTable, other: SubmissionTable) -> bool:
    if _joined(one, other):
        return False
    bodies = {one.department, other.department} - {None}
    return len(bodies) < 2 and (_holds(one, other) or _holds(other, one))


def _joined(one: SubmissionTable, other: SubmissionTable) -> bool:
    """Whether one holds a half that it took from the other: no repeat, though the documents are the same."""
    return one.joined_with == other.id or other.joined_with == one.id


def _holds(whole: SubmissionTable, part: SubmissionTable) -> bool:
    """Whether every document of the one is in the other too."""
    has, asked = _documents(whole), _documents(part)
    return bool(asked) and asked.items() <= has.items()


def _documents(submission: SubmissionTable) -> dict[str, str]:
    found = {"scan": submission.scan, "electronic": submission.electronic}
    return {role: document.sha256 for role, document in found.items() if document is not None}


def _replaced_before(
    session: Session, earlier: SubmissionTable, later: SubmissionTable
) -> SubmissionTable | None:
    """The submission with other documents that had taken the earlier one's place when the later one came."""
    if earlier.superseded_by is None or earlier.superseded_by == later.id:
        return None
    by = session.get_one(SubmissionTable, earlier.superseded_by)
    if _holds(by, later):
        return _replaced_before(session, by, later)
    return by if came_before(by, later) else None
