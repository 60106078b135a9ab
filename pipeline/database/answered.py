"""Which of our letters a message answers, by the ids in its header (RFC 5322, 3.6.4): these need no words."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.database.outbox import CORRECTION
from pipeline.database.tables import OutboxRow, SubmissionTable


def letter_answered(session: Session, references: str) -> OutboxRow | None:
    """The newest letter of ours in a thread, None where there is none.

    Args:
        session: Of the ledger.
        references: Message-IDs of the thread before a message, oldest first, with spaces between.
    """
    ids = references.split()
    if not ids:
        return None
    ours = {row.mail_id: row for row in session.scalars(select(OutboxRow).where(OutboxRow.mail_id.in_(ids)))}
    return next((ours[each] for each in reversed(ids) if each in ours), None)


def answered(session: Session, submission: SubmissionTable) -> SubmissionTable | None:
    """The submission of the same call that the letter is about which a submission's message answers."""
    letter = letter_answered(session, submission.message.references)
    about = None if letter is None else session.get_one(SubmissionTable, letter.submission_id)
    return about if about is not None and about.call == submission.call else None


def answers_a_correction(session: Session, references: str) -> bool:
    """Whether a message answers a letter that asked for a correction: that is what it brings then."""
    letter = letter_answered(session, references)
    return letter is not None and letter.kind == CORRECTION


def is_ours(session: Session, mail_id: str) -> bool:
    """Whether a message is a letter of ours, by its own id: one from a folder of sent mail."""
    return session.scalar(select(OutboxRow.id).where(OutboxRow.mail_id == mail_id).limit(1)) is not None
