"""What a correction takes the place of, as far as that can be told: of which rules, see `supersede`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.database.answered import answered
from pipeline.database.tables import FindingTable, SubmissionTable
from pipeline.file_names import own_name

UNLIKE = "correction-unlike"
"""The finding of a comparison that a correction may be another batch."""


def corrected(
    session: Session,
    later: SubmissionTable,
    earlier: Sequence[SubmissionTable],
    group: Sequence[SubmissionTable],
) -> list[SubmissionTable]:
    """What a correction takes the place of: all before it, or of several forms those that are named alike.

    Of one that adds too, only additions. Where two forms of one message are named alike, none of all. An answer to
    a letter of ours: the one that the letter is about, and with it others before that are no additions; where the
    answer has several forms, their names decide all the same.
    """
    asked = answered(session, later)
    alone = sum(each.message_id == later.message_id for each in group) == 1
    if asked is not None and alone:
        chain = [e for e in earlier if _leads_to(session, asked, e) and e.superseded_by in (None, later.id)]
        if chain:
            others = [] if later.adds else _named_alike(later, [e for e in earlier if not e.adds], group)
            return [e for e in earlier if e in chain or e in others]
    return _named_alike(later, [each for each in earlier if each.adds or not later.adds], group)


def _leads_to(session: Session, asked: SubmissionTable, other: SubmissionTable) -> bool:
    """Whether one is the submission that a letter is about, or took its place, however many stand between."""
    seen = {asked.id}
    while asked.id != other.id and asked.superseded_by is not None and asked.superseded_by not in seen:
        asked = session.get_one(SubmissionTable, asked.superseded_by)
        seen.add(asked.id)
    return asked.id == other.id


def _named_alike(
    later: SubmissionTable, earlier: Sequence[SubmissionTable], group: Sequence[SubmissionTable]
) -> list[SubmissionTable]:
    """All of these, or of several forms those that are named alike."""
    beside = {each.id: each for each in group if each.message_id == later.message_id}
    forms = Counter(each.message_id for each in group)
    free = [each for each in earlier if each.superseded_by is None or each.superseded_by in beside]
    if len(beside) == 1 and all(forms[each.message_id] == 1 for each in free):
        return free
    mine = _label(later)
    alike = [each for each in earlier if mine and _label(each) == mine]
    names = Counter(each.message_id for each in (*alike, *(b for b in beside.values() if _label(b) == mine)))
    if any(count > 1 for count in names.values()):
        alike = []
    return [each for each in free if is_empty(each) or each in alike]


def is_unlike(session: Session, submission: SubmissionTable) -> bool:
    """Whether the comparison found other platforms in a correction than in what it would take the place of."""
    mine = (FindingTable.submission_id == submission.id, FindingTable.code == UNLIKE)
    return session.scalar(select(FindingTable.id).where(*mine).limit(1)) is not None


def is_empty(submission: SubmissionTable) -> bool:
    """Whether it holds neither a scan nor an electronic copy."""
    return submission.scan_id is None and submission.electronic_id is None


def _label(submission: SubmissionTable) -> str:
    """What the names of a submission's files tell it by from others."""
    document = submission.electronic or submission.scan
    return "" if document is None else own_name(document.name)
