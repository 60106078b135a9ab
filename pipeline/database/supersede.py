"""Which submission of a reporting body is in force.

The rule: a submission that says it corrects (更正, 以此为准, 重新报送) takes the place of all that the same body sent
before it, by the time it was received, whatever the order in which the messages were read. It must hold at least one
document; an empty message corrects nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.database.states import State, check
from pipeline.database.tables import MessageRow, SubmissionTable


def of_body(session: Session, call: str, department: str) -> Sequence[SubmissionTable]:
    """All submissions of a reporting body for a call, oldest first; those without a time come last."""
    query = (
        select(SubmissionTable)
        .join(MessageRow)
        .where(SubmissionTable.call == call, SubmissionTable.department == department)
        .order_by(MessageRow.received_at.is_(None), MessageRow.received_at, SubmissionTable.id)
    )
    return session.scalars(query).all()


def supersede(session: Session, call: str, department: str) -> None:
    """Applies the rule to all submissions of a body. Doing it again changes nothing."""
    submissions = of_body(session, call, department)
    for at, correction in enumerate(submissions):
        if not correction.corrects or (correction.scan_id is None and correction.electronic_id is None):
            continue
        for earlier in submissions[:at]:
            replace(earlier, correction)


def replace(earlier: SubmissionTable, later: SubmissionTable) -> None:
    """`later` takes the place of `earlier`, which is kept."""
    if check(State(earlier.state), State.SUPERSEDED):
        earlier.state, earlier.superseded_by = State.SUPERSEDED, later.id
