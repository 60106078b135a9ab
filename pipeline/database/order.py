"""The order in which submissions came, and what they and their documents are called."""

from __future__ import annotations

import datetime
from itertools import takewhile

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.database.tables import DocumentTable, SubmissionTable

MESSAGES = (".eml", ".msg", ".dat")
"""Endings of attached messages; behind one stands the number of the part that a file was."""


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
    return _parts(session, submission.message_id)


def documents_of_submission(session: Session, submission: SubmissionTable) -> list[DocumentTable]:
    """The files of its message, but those that belong to other forms of that message only."""
    of_message = select(DocumentTable).where(DocumentTable.message_id == submission.message_id)
    beside = select(SubmissionTable).where(
        SubmissionTable.message_id == submission.message_id, SubmissionTable.id != submission.id
    )
    others = {at for other in session.scalars(beside) for at in _ids(other)} - set(_ids(submission))
    return [d for d in session.scalars(of_message.order_by(DocumentTable.id)) if d.id not in others]


def name_of_document(session: Session, document: DocumentTable) -> str:
    """Its name; where its message submits several forms with the folders around it: ``南宁市/盖章扫描件.pdf``.

    Folders that all copies of the forms have in common are left out.
    """
    if _parts(session, document.message_id) < 2:
        return document.name
    query = (
        select(DocumentTable.path)
        .join(SubmissionTable, DocumentTable.id.in_((SubmissionTable.scan_id, SubmissionTable.electronic_id)))
        .where(SubmissionTable.message_id == document.message_id, DocumentTable.message_id == document.message_id)
    )
    around = [_folders(path) for path in session.scalars(query)]
    common = [steps[0] for steps in takewhile(lambda steps: len(set(steps)) == 1, zip(*around, strict=False))]
    mine = _folders(document.path)
    inside = mine[: len(common)] == common
    return "/".join([*(mine[len(common) :] if inside else mine), document.name])


def _folders(path: str) -> list[str]:
    """Folders, archives and messages around a file, the outermost first; without the numbers of parts."""
    steps = path.split("/")[:-1]
    return [
        step for before, step in zip(steps, steps[1:], strict=False) if not (step.isdigit() and _is_message(before))
    ]


def _is_message(name: str) -> bool:
    return name.lower().endswith(MESSAGES)


def _ids(submission: SubmissionTable) -> tuple[int, ...]:
    ids = (submission.scan_id, submission.electronic_id, submission.letter_id)
    return tuple(each for each in ids if each is not None)


def _parts(session: Session, message_id: int) -> int:
    query = select(func.count()).where(SubmissionTable.message_id == message_id)
    return session.scalars(query).one()
