"""Two halves in two messages of which one doesn't say whose it is: joined by thread, else by sender, never by guess.

Where both tell the same reporting body, the rules of `supersede` join them.

Halves of one thread come first where they are of one sender, or one answers our letter about the other; then those of
one sender; then the others of one thread. Those come last, since anybody can give his message the id of a notice that
others answer, and a finding tells of them (see `proof`).
"""

from __future__ import annotations

import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.database.order import came_before, name_of_submission
from pipeline.database.proof import answers_our_letter, half_is_unproven, same_sender
from pipeline.database.states import State, check
from pipeline.database.tables import MessageRow, SubmissionTable
from pipeline.model import Finding, Severity

NEAR = datetime.timedelta(days=7)
"""Between two messages of one sender that may be the halves of one report."""


def is_half(submission: SubmissionTable) -> bool:
    """Whether it holds a scan or an electronic copy, not both."""
    return (submission.scan_id is None) != (submission.electronic_id is None)


def is_open(submission: SubmissionTable) -> bool:
    """Whether it still waits for its other half."""
    waits = State(submission.state) is State.INCOMPLETE and submission.superseded_by is None
    return waits and is_half(submission) and submission.repeats is None


def join_strangers(session: Session, submission: SubmissionTable) -> SubmissionTable:
    """Joins an open half with the one other half that it clearly belongs to; the later of the two, or itself.

    The earlier one waits on for its own counterpart as long as nothing shows that the copy is from the scan's sender.
    """
    found = partners(session, submission)
    if len(found) != 1 or len(partners(session, found[0])) != 1:
        return submission
    earlier, later = (found[0], submission) if came_before(found[0], submission) else (submission, found[0])
    complete(later, earlier)
    later.department = later.department or earlier.department
    if not half_is_unproven(session, later):
        check(State(earlier.state), State.SUPERSEDED)
        earlier.state, earlier.superseded_by = State.SUPERSEDED, later.id
    return later


def complete(later: SubmissionTable, other: SubmissionTable) -> None:
    """Gives a half the other half of another submission, so that it can be compared."""
    # Both the id and the document: neither follows the other before the session is written
    if later.scan_id is None:
        later.scan_id, later.scan = other.scan_id, other.scan
    if later.electronic_id is None:
        later.electronic_id, later.electronic = other.electronic_id, other.electronic
    if later.letter_id is None:
        later.letter_id, later.letter = other.letter_id, other.letter
    later.joined_with = other.id
    check(State(later.state), State.RECEIVED)
    later.state = State.RECEIVED


def half_findings(session: Session, submission: SubmissionTable) -> list[Finding]:
    """What is to be said of an open half that may belong to several others."""
    found = partners(session, submission)
    rivals = [each for other in found for each in partners(session, other) if each.id != submission.id]
    if len(found) < 2 and not rivals:
        return []
    names = "、".join(dict.fromkeys(name_of_submission(session, each) for each in (*found, *rivals)))
    return [Finding("halves-ambiguous", Severity.WARNING, {"names": names})]


def partners(session: Session, submission: SubmissionTable) -> list[SubmissionTable]:
    """Open halves that may be a half's other one: of its thread, else of its sender; at least one body isn't told."""
    if not is_open(submission):
        return []
    lacks = SubmissionTable.scan_id if submission.scan_id is None else SubmissionTable.electronic_id
    query = select(SubmissionTable).join(MessageRow).where(
        SubmissionTable.call == submission.call,
        SubmissionTable.message_id != submission.message_id,
        SubmissionTable.state == State.INCOMPLETE,
        lacks.is_not(None),
    )  # fmt: skip
    others = [o for o in session.scalars(query.order_by(SubmissionTable.id)) if is_open(o) and _strange(submission, o)]
    threaded = [o for o in others if _same_thread(session, submission, o)]
    known = [o for o in threaded if _one_sender(submission, o) or _answers(session, submission, o)]
    return known or [o for o in others if _one_sender(submission, o) and _near(submission, o)] or threaded


def _strange(one: SubmissionTable, other: SubmissionTable) -> bool:
    return one.department is None or other.department is None


def _same_thread(session: Session, one: SubmissionTable, other: SubmissionTable) -> bool:
    """Whether one message answers the other, or our letter about it (RFC 5322, 3.6.4).

    A reference that both have is not enough: all bodies may answer one and the same notice.
    """
    answers = ((one.message, other.message), (other.message, one.message))
    return _answers(session, one, other) or any(
        said.mail_id and said.mail_id in answer.references.split() for said, answer in answers
    )


def _answers(session: Session, one: SubmissionTable, other: SubmissionTable) -> bool:
    """Whether one of two answers our letter about the other."""
    return answers_our_letter(session, one, other) or answers_our_letter(session, other, one)


def _one_sender(one: SubmissionTable, other: SubmissionTable) -> bool:
    """Whether the electronic copy of two halves comes from the scan's sender."""
    copy, scan = (other, one) if one.electronic_id is None else (one, other)
    return same_sender(copy.message, scan.message)


def _near(one: SubmissionTable, other: SubmissionTable) -> bool:
    times = (one.message.received_at, other.message.received_at)
    return times[0] is not None and times[1] is not None and abs(times[0] - times[1]) <= NEAR
