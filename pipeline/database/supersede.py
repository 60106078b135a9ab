"""A submission in the light of the others of its reporting body: which is in force, and which halves belong together.

Rules, by the time at which messages were received, whatever the order in which they were read:

1. A submission that says it corrects (更正, 以此为准, 重新报送) takes the place of all that the same body sent before.
   It must hold at least one document; an empty message corrects nothing. Where the body sent several forms in one
   message, it takes the place of the one whose files are named alike; where none is, a person has to decide.
2. A correction with one half only is compared with the other half of what it corrects.
3. Of two submissions with one half each, neither a correction, the later takes the earlier's half and its place; where
   one of them doesn't say whose it is, see `halves`.
4. A second whole submission that doesn't say whether it corrects or adds (补充) stays beside the first, with a finding
   that a person has to decide.
5. A correction whose sender nothing supports takes nobody's place: anybody could have written it.
6. One with the very same documents as an earlier one takes no part in this, see `repeats`.

The forms of one message stand beside each other: none of these rules is between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.database.findings import finding_of, row_of
from pipeline.database.halves import complete, half_findings, is_half, is_open, join_strangers, partners
from pipeline.database.order import name_of_submission
from pipeline.database.repeats import mark_repeats, repeat_findings
from pipeline.database.states import State, check
from pipeline.database.tables import FindingTable, MessageRow, ResultTable, SubmissionTable
from pipeline.file_names import own_name
from pipeline.model import Finding, Severity

STRANGER = frozenset({"sender-unsupported", "sender-forged", "sender-other"})
"""Findings that say that a message may not be from the body it claims to be from."""


def resolve(session: Session, submission: SubmissionTable) -> None:
    """Applies the rules to all submissions of a body. Doing it again changes nothing."""
    session.flush()
    for repeated in mark_repeats(session, submission):
        release(session, repeated)
        _write_findings(session, repeated, repeat_findings(session, repeated))
    if State(submission.state) is State.REPEATED:
        return
    touched = [submission, *partners(session, submission)]
    group = _of_body(session, join_strangers(session, submission))
    for at, later in enumerate(group):
        earlier = _earlier(group, at)
        targets = _corrected(later, earlier, group)
        joined = _join(later, targets if later.corrects else earlier)
        if later.corrects and later.repeats is None and not _empty(later) and not _from_stranger(session, later):
            for each in targets:
                _replace(each, later)
        elif joined is not None:
            _replace(joined, later)
    session.flush()
    for at, each in enumerate(group):
        _write_findings(session, each, _findings(session, each, _earlier(group, at), group))
    for each in touched:
        if each not in group:
            _write_findings(session, each, _findings(session, each, [], [each]))


def release(session: Session, submission: SubmissionTable) -> None:
    """Sets free what a submission had replaced, when it turns out to be another body's: nothing took its place."""
    replaced = session.scalars(select(SubmissionTable).where(SubmissionTable.superseded_by == submission.id)).all()
    for earlier in replaced:
        if earlier.id == submission.joined_with and earlier.department is None:
            continue  # its other half, joined by thread or sender: whosever it is, it is of the same body
        compared = select(ResultTable.id).where(ResultTable.submission_id == earlier.id).limit(1)
        back = State.INCOMPLETE if is_half(earlier) or _empty(earlier) else State.RECEIVED
        back = State.COMPARED if session.scalar(compared) is not None else back
        check(State(earlier.state), back)
        earlier.state, earlier.superseded_by = back, None


def _of_body(session: Session, submission: SubmissionTable) -> Sequence[SubmissionTable]:
    """All submissions of a reporting body for a call but repeats, oldest first; those without a time come last."""
    if submission.department is None:
        return [submission]
    query = (
        select(SubmissionTable)
        .join(MessageRow)
        .where(
            SubmissionTable.call == submission.call,
            SubmissionTable.department == submission.department,
            SubmissionTable.state != State.REPEATED,
        )
        .order_by(MessageRow.received_at.is_(None), MessageRow.received_at, SubmissionTable.id)
    )
    return session.scalars(query).all()


def _earlier(group: Sequence[SubmissionTable], at: int) -> list[SubmissionTable]:
    """Those before one, the other forms of its own message left out."""
    return [each for each in group[:at] if each.message_id != group[at].message_id]


def _corrected(
    later: SubmissionTable, earlier: Sequence[SubmissionTable], group: Sequence[SubmissionTable]
) -> list[SubmissionTable]:
    """What a correction takes the place of: all before it, or of several forms those that are named alike."""
    beside = {each.id for each in group if each.message_id == later.message_id}
    free = [each for each in earlier if each.superseded_by is None or each.superseded_by in beside]
    forms = Counter(each.message_id for each in free)
    if len(beside) == 1 and all(count == 1 for count in forms.values()):
        return free
    mine = _label(later)
    return [each for each in free if _empty(each) or (mine and _label(each) == mine)]


def _label(submission: SubmissionTable) -> str:
    """What the names of a submission's files tell it by from others."""
    document = submission.electronic or submission.scan
    return "" if document is None else own_name(document.name)


def _from_stranger(session: Session, submission: SubmissionTable) -> bool:
    mine = (FindingTable.submission_id == submission.id, FindingTable.code.in_(STRANGER))
    return session.scalar(select(FindingTable.id).where(*mine).limit(1)) is not None


def _empty(submission: SubmissionTable) -> bool:
    return submission.scan_id is None and submission.electronic_id is None


def _replace(earlier: SubmissionTable, later: SubmissionTable) -> None:
    """`later` takes the place of `earlier`, which is kept."""
    if check(State(earlier.state), State.SUPERSEDED):
        earlier.state, earlier.superseded_by = State.SUPERSEDED, later.id


def _join(later: SubmissionTable, earlier: Sequence[SubmissionTable]) -> SubmissionTable | None:
    """Completes a half from the newest earlier submission that has the other; that one."""
    if not is_open(later):
        return None
    lacks_scan = later.scan_id is None
    for other in reversed(earlier):
        has = other.scan_id if lacks_scan else other.electronic_id
        corrected = later.corrects and other.superseded_by in (None, later.id)
        if has is not None and (is_open(other) or corrected):
            complete(later, other)
            return other
    return None


def _findings(
    session: Session,
    submission: SubmissionTable,
    earlier: Sequence[SubmissionTable],
    group: Sequence[SubmissionTable],
) -> list[Finding]:
    found: list[Finding] = []
    if is_half(submission):
        missing = "document-missing-scan" if submission.scan_id is None else "document-missing-electronic"
        found.append(Finding(missing, Severity.ERROR))
    if submission.department is None and State(submission.state) is State.INCOMPLETE:
        found.append(Finding("department-unknown", Severity.WARNING))
    if submission.joined_with is not None:
        other = session.get_one(SubmissionTable, submission.joined_with)
        found.append(Finding("submission-joined", Severity.WARNING, {"of": name_of_submission(session, other)}))
    found += [*half_findings(session, submission), *repeat_findings(session, submission)]
    corrects = submission.corrects and submission.repeats is None and not _empty(submission)
    if corrects and not _from_stranger(session, submission):
        found += _correction_findings(session, submission, earlier, group)
    whole = [e for e in earlier if e.superseded_by is None and not is_half(e) and not _empty(e)]
    settles = submission.corrects or submission.adds or submission.superseded_by is not None
    if whole and not (settles or submission.repeats or is_half(submission) or _empty(submission)):
        found.append(Finding("submission-repeated", Severity.ERROR, {"of": name_of_submission(session, whole[-1])}))
    return found


def _correction_findings(
    session: Session,
    submission: SubmissionTable,
    earlier: Sequence[SubmissionTable],
    group: Sequence[SubmissionTable],
) -> list[Finding]:
    """A correction of one of several forms, nobody knows which; one that was compared before its body was known."""
    replaced = [each for each in earlier if each.superseded_by == submission.id]
    standing = [each for each in earlier if each.superseded_by is None]
    if not replaced and standing and submission.superseded_by is None:
        names = "、".join(name_of_submission(session, each) for each in standing)
        return [Finding("correction-ambiguous", Severity.ERROR, {"names": names})]
    late = [each for each in replaced if _electronic(each) not in (None, _electronic(submission))]
    compared = select(ResultTable.id).where(ResultTable.submission_id == submission.id).limit(1)
    if not late or session.scalar(compared) is None:
        return []
    told = select(FindingTable.id).where(
        FindingTable.submission_id == submission.id,
        FindingTable.stage == "compare",
        FindingTable.code.startswith("correction-"),
    )
    if session.scalar(told.limit(1)) is not None:
        return []
    return [Finding("correction-not-compared", Severity.WARNING, {"of": name_of_submission(session, late[-1])})]


def _electronic(submission: SubmissionTable) -> str | None:
    return None if submission.electronic is None else submission.electronic.sha256


def _write_findings(session: Session, submission: SubmissionTable, findings: list[Finding]) -> None:
    mine = (FindingTable.submission_id == submission.id, FindingTable.stage == "body")
    old = [finding_of(row) for row in session.scalars(select(FindingTable).where(*mine).order_by(FindingTable.id))]
    if old != findings:
        session.execute(delete(FindingTable).where(*mine))
        session.add_all(row_of(f, submission.message_id, submission.id, "body") for f in findings)
