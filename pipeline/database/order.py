"""The order in which submissions came, and what they are called."""

from __future__ import annotations

import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.database.tables import SubmissionTable


def came_before(one: SubmissionTable, other: SubmissionTable) -> bool:
    """Whether one was received before the other, whatever the order in which they were read."""
    return _moment(one) < _moment(other)


def _moment(submission: SubmissionTable) -> tuple[bool, datetime.datetime, int]:
    """Those without a time come last."""
    received = submission.message.received_at
    return received is None, received or datetime.datetime.max.replace(tzinfo=datetime.UTC), submission.id


def name_of_submission(session: Session, submission: SubmissionTable) -> str:
    """Its message's name, with its number where the message submits several forms: ``x.eml（2）``."""
    parts = parts_of_message(session, submission)
    return submission.message.name + (f"（{submission.part}）" if parts > 1 else "")


def parts_of_message(session: Session, submission: SubmissionTable) -> int:
    """How many forms the message of a submission submits."""
    query = select(func.count()).where(SubmissionTable.message_id == submission.message_id)
    return session.scalars(query).one()
