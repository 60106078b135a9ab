"""A submission in the light of the others of its reporting body: which is in force, and which halves belong together.

Rules, by the time at which messages were received, whatever the order in which they were read:

1. A submission that says it corrects (更正, 以此为准, 重新报送) takes the place of all that the same body sent before.
   It must hold at least one document; an empty message corrects nothing. Where the body sent several forms in one
   message, it takes the place of the one whose files are named alike; where none is, or several are, a person has to
   decide. One that says that it corrects *and* adds (补充材料更正) takes the place of earlier additions only. An answer
   to a letter of ours takes the place of the submission that the letter is about, whatever words it has.
2. A half is first of all the other half that an earlier one lacks, whatever it says. A correction with one half only is
   compared with the other half of what it corrects.
3. Of two submissions with one half each, neither a correction, the later takes the earlier's half and its place; where
   one of them doesn't say whose it is, see `halves`. A half that was completed from another address is given anew to
   the other half that its own sender sends later.
4. A second whole submission that doesn't say whether it corrects or adds (补充) stays beside the first, with a finding
   that a person has to decide.
5. A correction or a half takes nobody's place as long as nothing shows that it comes from the same sender or from the
   body, and never that of a loaded one unless its own evidence supports the body, see `proof`: anybody could have
   written it. It is compared all the same, and the earlier one stays in force. A correction whose comparison finds
   nothing that supports the body gives back the place that it took when it came; so does one of which only words in
   its text say that it corrects, where the comparison finds other platforms in it (correction-unlike).
6. One with the very same documents as an earlier one takes no part in this, see `repeats`.

The forms of one message stand beside each other: none of these rules is between them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.database.findings import finding_of, row_of
from pipeline.database.halves import complete, half_findings, is_half, is_open, join_strangers, partners
from pipeline.database.order import name_of_submission
from pipeline.database.proof import half_is_unproven, is_known, may_replace
from pipeline.database.repeats import mark_repeats, repeat_findings
from pipeline.database.states import State, check
from pipeline.database.tables import FindingTable, MessageRow, ResultTable, SubmissionTable
from pipeline.database.targets import corrected, is_empty, is_unlike
from pipeline.model import Finding, Severity


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
        targets = corrected(session, later, earlier, group) if later.corrects else []
        _join(session, later, targets if later.corrects and not later.adds else earlier, targets)
        other = [] if later.corrects and not later.adds else _other_half(session, later)
        for each in dict.fromkeys([*targets, *other]):
            if _takes(later) and may_replace(session, later, each) and not is_unlike(session, later):
                _replace(each, later)
    session.flush()
    for at, each in enumerate(group):
        _write_findings(session, each, _findings(session, each, _earlier(group, at), group))
    for each in touched:
        if each not in group:
            _write_findings(session, each, _findings(session, each, [], [each]))


def aims(session: Session, submission: SubmissionTable) -> list[SubmissionTable]:
    """What a correction would take the place of, were it proven, and hasn't."""
    group = _of_body(session, submission)
    if not submission.corrects or submission.superseded_by is not None or submission not in group:
        return []
    return _open_targets(session, submission, _earlier(group, group.index(submission)), group)


def release(session: Session, submission: SubmissionTable) -> None:
    """Sets free what a submission had replaced, when it turns out to be another body's: nothing took its place."""
    replaced = session.scalars(select(SubmissionTable).where(SubmissionTable.superseded_by == submission.id)).all()
    for earlier in replaced:
        if earlier.id == submission.joined_with and earlier.department is None:
            continue  # its other half, joined by thread or sender: whosever it is, it is of the same body
        compared = select(ResultTable.id).where(ResultTable.submission_id == earlier.id).limit(1)
        back = State.INCOMPLETE if is_half(earlier) or is_empty(earlier) else State.RECEIVED
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


def _open_targets(
    session: Session,
    later: SubmissionTable,
    earlier: Sequence[SubmissionTable],
    group: Sequence[SubmissionTable],
) -> list[SubmissionTable]:
    """Of what a correction could take the place of, what it hasn't."""
    if not later.corrects or not _takes(later):
        return []
    return [each for each in corrected(session, later, earlier, group) if each.superseded_by is None]


def _takes(later: SubmissionTable) -> bool:
    """Whether it can take a place at all."""
    return later.repeats is None and not is_empty(later)


def _replace(earlier: SubmissionTable, later: SubmissionTable) -> None:
    """`later` takes the place of `earlier`, which is kept."""
    if check(State(earlier.state), State.SUPERSEDED):
        earlier.state, earlier.superseded_by = State.SUPERSEDED, later.id


def _other_half(session: Session, submission: SubmissionTable) -> list[SubmissionTable]:
    """The submission that one was completed from, if it was, as long as it isn't another body's."""
    if submission.joined_with is None:
        return []
    other = session.get_one(SubmissionTable, submission.joined_with)
    return [other] if other.department in (None, submission.department) else []


def _join(
    session: Session,
    later: SubmissionTable,
    earlier: Sequence[SubmissionTable],
    targets: Sequence[SubmissionTable],
) -> None:
    """Completes a half from the newest earlier submission that has the other and waits, or that it corrects."""
    if not is_open(later):
        return
    lacks_scan = later.scan_id is None
    for other in reversed(earlier):
        has = other.scan if lacks_scan else other.electronic
        if has is None:
            continue
        replaced = other in targets and other.superseded_by in (None, later.id)
        own = has.message_id == other.message_id and other.superseded_by is None
        ill_joined = own and half_is_unproven(session, other) and is_known(session, later, other)
        if is_open(other) or replaced or ill_joined:
            complete(later, other)
            return


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
    if submission.corrects and _takes(submission):
        found += _correction_findings(session, submission, earlier, group)
    if half_is_unproven(session, submission) and "correction-unproven" not in {f.code for f in found}:
        found.append(Finding("half-unproven", Severity.WARNING, {"of": name_of_submission(session, other)}))
    whole = [e for e in earlier if e.superseded_by is None and not is_half(e) and not is_empty(e)]
    whole = [e for e in whole if not half_is_unproven(session, e)]
    settles = submission.corrects or submission.adds or submission.superseded_by is not None
    if whole and not (settles or submission.repeats or is_half(submission) or is_empty(submission)):
        found.append(Finding("submission-repeated", Severity.ERROR, {"of": name_of_submission(session, whole[-1])}))
    return found


def _correction_findings(
    session: Session,
    submission: SubmissionTable,
    earlier: Sequence[SubmissionTable],
    group: Sequence[SubmissionTable],
) -> list[Finding]:
    """A correction that nothing proves; one of one of several forms, nobody knows which; one that was compared late."""
    if is_unlike(session, submission):
        return []
    replaced = [each for each in earlier if each.superseded_by == submission.id and not is_empty(each)]
    standing = [each for each in earlier if each.superseded_by is None and not is_empty(each)]
    unproven = [each for each in _open_targets(session, submission, earlier, group) if not is_empty(each)]
    if submission.superseded_by is None and (unproven or (standing and not replaced)):
        code, severity = "correction-ambiguous", Severity.ERROR
        if unproven:
            code, severity, standing = "correction-unproven", Severity.WARNING, unproven
        names = "、".join(name_of_submission(session, each) for each in standing)
        return [Finding(code, severity, {"names": names})]
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
