"""A submission in the light of the others of its reporting body: which is in force, and which halves belong together.

Rules, by the time at which messages were received, whatever the order in which they were read:

1. A submission that says it corrects (更正, 以此为准, 重新报送) takes the place of all that the same body sent before.
   It must hold at least one document; an empty message corrects nothing.
2. A correction with one half only is compared with the other half of what it corrects.
3. Of two submissions with one half each, neither a correction, the later takes the earlier's half and its place.
4. A second whole submission that doesn't say whether it corrects or adds (补充) stays beside the first, with a finding
   that a person has to decide.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.database.findings import finding_of, row_of
from pipeline.database.states import State, check
from pipeline.database.tables import FindingTable, MessageRow, ResultTable, SubmissionTable
from pipeline.model import Finding, Severity


def resolve(session: Session, submission: SubmissionTable) -> None:
    """Applies the rules to all submissions of a body. Doing it again changes nothing."""
    session.flush()
    group = _of_body(session, submission)
    for at, later in enumerate(group):
        joined = _join(later, group[:at])
        if later.corrects and not _empty(later):
            for earlier in group[:at]:
                _replace(earlier, later)
        elif joined is not None:
            _replace(joined, later)
    for at, each in enumerate(group):
        _write_findings(session, each, _findings(each, group[:at]))


def release(session: Session, submission: SubmissionTable) -> None:
    """Sets free what a submission had replaced, when it turns out to be another body's: nothing took its place."""
    replaced = session.scalars(select(SubmissionTable).where(SubmissionTable.superseded_by == submission.id)).all()
    for earlier in replaced:
        compared = select(ResultTable.id).where(ResultTable.submission_id == earlier.id).limit(1)
        back = State.INCOMPLETE if _half(earlier) or _empty(earlier) else State.RECEIVED
        back = State.COMPARED if session.scalar(compared) is not None else back
        check(State(earlier.state), back)
        earlier.state, earlier.superseded_by = back, None


def _of_body(session: Session, submission: SubmissionTable) -> Sequence[SubmissionTable]:
    """All submissions of a reporting body for a call, oldest first; those without a time come last."""
    if submission.department is None:
        return [submission]
    query = (
        select(SubmissionTable)
        .join(MessageRow)
        .where(SubmissionTable.call == submission.call, SubmissionTable.department == submission.department)
        .order_by(MessageRow.received_at.is_(None), MessageRow.received_at, SubmissionTable.id)
    )
    return session.scalars(query).all()


def _empty(submission: SubmissionTable) -> bool:
    return submission.scan_id is None and submission.electronic_id is None


def _half(submission: SubmissionTable) -> bool:
    return (submission.scan_id is None) != (submission.electronic_id is None)


def _replace(earlier: SubmissionTable, later: SubmissionTable) -> None:
    """`later` takes the place of `earlier`, which is kept."""
    if check(State(earlier.state), State.SUPERSEDED):
        earlier.state, earlier.superseded_by = State.SUPERSEDED, later.id


def _join(later: SubmissionTable, earlier: Sequence[SubmissionTable]) -> SubmissionTable | None:
    """Completes a half from the newest earlier submission that has the other; that one."""
    if not _half(later) or State(later.state) is not State.INCOMPLETE:
        return None
    lacks_scan = later.scan_id is None
    for other in reversed(earlier):
        has = other.scan_id if lacks_scan else other.electronic_id
        free = other.superseded_by is None and State(other.state) is State.INCOMPLETE and _half(other)
        corrected = later.corrects and other.superseded_by in (None, later.id)
        if has is None or not (free or corrected):
            continue
        if lacks_scan:
            later.scan_id = has
        else:
            later.electronic_id = has
        later.letter_id = later.letter_id or other.letter_id
        later.joined_with = other.id
        check(State.INCOMPLETE, State.RECEIVED)
        later.state = State.RECEIVED
        return other
    return None


def _findings(submission: SubmissionTable, earlier: Sequence[SubmissionTable]) -> list[Finding]:
    found: list[Finding] = []
    if _half(submission):
        missing = "document-missing-scan" if submission.scan_id is None else "document-missing-electronic"
        found.append(Finding(missing, Severity.ERROR))
    if submission.department is None and State(submission.state) is State.INCOMPLETE:
        found.append(Finding("department-unknown", Severity.WARNING))
    names = {each.id: each.message.name for each in earlier}
    if submission.joined_with in names:
        found.append(Finding("submission-joined", Severity.WARNING, {"of": names[submission.joined_with]}))
    whole = [e for e in earlier if e.superseded_by is None and not _half(e) and not _empty(e)]
    settles = submission.corrects or submission.adds or submission.superseded_by is not None
    if whole and not settles and not _half(submission) and not _empty(submission):
        found.append(Finding("submission-repeated", Severity.ERROR, {"of": whole[-1].message.name}))
    return found


def _write_findings(session: Session, submission: SubmissionTable, findings: list[Finding]) -> None:
    mine = (FindingTable.submission_id == submission.id, FindingTable.stage == "body")
    old = [finding_of(row) for row in session.scalars(select(FindingTable).where(*mine).order_by(FindingTable.id))]
    if old != findings:
        session.execute(delete(FindingTable).where(*mine))
        session.add_all(row_of(f, submission.message_id, submission.id, "body") for f in findings)
