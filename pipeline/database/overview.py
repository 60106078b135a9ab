"""What the office asks the ledger: the submissions of a run, and who of the reporting bodies has reported."""

from __future__ import annotations

from collections import Counter, defaultdict

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from pipeline.calls.catalogue import call
from pipeline.database.engine import reading
from pipeline.database.findings import finding_of
from pipeline.database.jobs import BodyRow, SubmissionRow, UnrelatedMessage
from pipeline.database.ledger import newest_result
from pipeline.database.order import name_of_document, name_of_submission, parts_of_message
from pipeline.database.states import State
from pipeline.database.tables import (
    DocumentTable,
    EntryTable,
    FindingTable,
    MailboxItemRow,
    MailboxRow,
    MessageRow,
    RunRow,
    SubmissionTable,
    VersionTable,
)
from pipeline.departments import departments
from pipeline.intake.kinds import PICTURES
from pipeline.library.decision import reason_text
from pipeline.model import Finding, Severity, Verdict

GONE = (State.SUPERSEDED, State.REPEATED)
"""States of submissions that are not in force."""
ATTENTION = (State.FAILED, State.WAITING, State.INCOMPLETE, State.RECEIVED, State.COMPARED, State.LOADED)
"""States of those that are, the one that needs most attention first."""
UNREAD = ("archive-", "attachment-", "message-")
"""Beginnings of the codes of what came and could not be opened, read or fetched."""
NOTHING_CAME = ("message-empty", "message-late", "message-duplicate", "message-without-files", "message-own-letter")
"""Codes with these beginnings that say nothing of the kind."""


def bodies(call_id: str | None = None) -> tuple[tuple[str, str, str], ...]:
    """Code, region and full name of a call's reporting bodies (of all that are known), in the order of their codes."""
    asked = departments() if call_id is None else call(call_id).reporting_bodies()
    return tuple((body.code, body.region, body.name) for body in asked)


def submission_rows(engine: Engine, run_id: int | None = None) -> list[SubmissionRow]:
    """All submissions, oldest first; with `run_id`, those whose message came in that run."""
    with reading(engine) as session:
        query = select(SubmissionTable).join(MessageRow).order_by(MessageRow.received_at, SubmissionTable.id)
        if run_id is not None:
            query = query.where(MessageRow.run_id == run_id)
        return [_row(session, submission) for submission in session.scalars(query).all()]


def submission_row(engine: Engine, submission_id: int) -> SubmissionRow:
    """One submission.

    Raises:
        sqlalchemy.exc.NoResultFound: if there is none with this id.
    """
    with reading(engine) as session:
        return _row(session, session.get_one(SubmissionTable, submission_id))


def body_rows(engine: Engine, call_id: str) -> list[BodyRow]:
    """A line for each of a call's reporting bodies, in the order of their codes."""
    with reading(engine) as session:
        query = select(SubmissionTable).join(MessageRow).where(SubmissionTable.call == call_id)
        query = query.order_by(MessageRow.received_at.is_(None), MessageRow.received_at, SubmissionTable.id)
        of_body: dict[str | None, list[SubmissionTable]] = defaultdict(list)
        for submission in session.scalars(query):
            of_body[submission.department].append(submission)
        platforms = _platforms(session)
        asked = bodies(call_id)
        return [_body(session, code, region, name, of_body[name], platforms[name]) for code, region, name in asked]


def unassigned(engine: Engine, call_id: str) -> list[SubmissionRow]:
    """Submissions whose reporting body isn't known, or isn't one of the call's: `body_rows` doesn't show them."""
    names = {name for _, _, name in bodies(call_id)}
    with reading(engine) as session:
        query = select(SubmissionTable).where(SubmissionTable.call == call_id).order_by(SubmissionTable.id)
        return [_row(session, s) for s in session.scalars(query).all() if s.department not in names]


def unrelated_messages(engine: Engine) -> list[UnrelatedMessage]:
    """Messages that have nothing to do with any report, the newest first."""
    with reading(engine) as session:
        # Not the whole rows: there are many, and each has its text
        columns = (MessageRow.id, MessageRow.name, MessageRow.subject, MessageRow.sender, MessageRow.received_at)
        query = select(*columns).where(MessageRow.state == "nothing").order_by(MessageRow.id.desc())
        why = select(FindingTable).join(MessageRow).where(
            MessageRow.state == "nothing", FindingTable.submission_id.is_(None)
        )  # fmt: skip
        reasons = {row.message_id: finding_of(row).message for row in session.scalars(why)}
        return [
            UnrelatedMessage(name, subject, sender, received, reasons.get(at, ""))
            for at, name, subject, sender, received in session.execute(query)
        ]


def passed_over(engine: Engine) -> int:
    """Messages of mailboxes that a rule passed over, as their folders are numbered now."""
    newest = select(func.max(MailboxRow.id)).group_by(MailboxRow.account, MailboxRow.folder)
    query = select(func.count()).select_from(MailboxItemRow)
    with reading(engine) as session:
        mine = (MailboxItemRow.passed_over != "", MailboxItemRow.mailbox_id.in_(newest))
        return session.scalar(query.where(*mine)) or 0


def library_size(engine: Engine) -> int:
    """Platforms in the library that aren't withdrawn."""
    with reading(engine) as session:
        return sum(_platforms(session).values())


def last_run(engine: Engine) -> RunRow | None:
    """The run that began last."""
    with reading(engine) as session:
        return session.scalars(select(RunRow).order_by(RunRow.id.desc()).limit(1)).first()


def _row(session: Session, submission: SubmissionTable) -> SubmissionRow:
    message = submission.message
    result = newest_result(session, submission.id)
    records = [] if result is None else result.result["records"]
    verdicts = Counter(field["verdict"] for record in records for field in record["fields"])
    several = parts_of_message(session, submission) > 1
    copy = submission.electronic or submission.scan
    copies = select(MessageRow.name).where(MessageRow.duplicate_of == message.id).order_by(MessageRow.id)
    return SubmissionRow(
        call=submission.call,
        submission_id=submission.id,
        message_id=message.id,
        message_name=name_of_submission(session, submission),
        subject=message.subject,
        sender=message.sender,
        part=submission.part if several else None,
        form=name_of_document(session, copy) if several and copy is not None else "",
        department=submission.department,
        region=next((region for _, region, name in bodies() if name == submission.department), None),
        documents=_documents(session, submission),
        records=len(records),
        match=verdicts[Verdict.MATCH.value],
        mismatch=verdicts[Verdict.MISMATCH.value],
        unsure=verdicts[Verdict.UNSURE.value],
        findings=tuple(_findings(session, submission.id)),
        state=State(submission.state),
        reason=reason_text(submission.reason or {}),
        received_at=message.received_at,
        days_late=submission.days_late,
        superseded_by=submission.superseded_by,
        repeats=submission.repeats,
        duplicates=tuple(session.scalars(copies)),
        reports=dict(submission.reports),
    )


def _documents(session: Session, submission: SubmissionTable) -> int:
    """Files of the message; of one of several forms its own, for a total must not count a file several times."""
    if parts_of_message(session, submission) > 1:
        return sum(at is not None for at in (submission.scan_id, submission.electronic_id, submission.letter_id))
    query = select(func.count()).select_from(DocumentTable).where(DocumentTable.message_id == submission.message_id)
    return session.scalars(query).one()


def _body(
    session: Session, code: str, region: str, name: str, submissions: list[SubmissionTable], platforms: int
) -> BodyRow:
    brought = [s for s in submissions if _brought_something(session, s)]
    force = _in_force(session, brought or submissions)
    force = [s for s in force if not _unproven(session, s.id)] or force  # what nothing proves replaces nothing
    newest = force[-1] if force else None
    shown = min(reversed(force), key=lambda s: ATTENTION.index(State(s.state)), default=None)
    found = [f for s in force if State(s.state) is not State.LOADED for f in _findings(session, s.id)]
    return BodyRow(
        code=code,
        region=region,
        department=name,
        reported=bool(brought),
        received_at=None if newest is None else newest.message.received_at,
        days_late=0 if newest is None else newest.days_late,
        state=None if shown is None else State(shown.state),
        shown=None if shown is None else shown.id,
        open_findings=sum(f.severity is not Severity.INFO for f in found),
        submissions=tuple(s.id for s in submissions),
        platforms=platforms,
    )


def _in_force(session: Session, submissions: list[SubmissionTable]) -> list[SubmissionTable]:
    """Neither superseded nor repeated; one without any usable document counts until one with some comes."""
    usable = [s for s in submissions if _usable(session, s)]
    since = submissions.index(usable[-1]) if usable else 0
    return [
        s for at, s in enumerate(submissions) if State(s.state) not in GONE and (s in usable or at >= since)
    ]


def _brought_something(session: Session, submission: SubmissionTable) -> bool:
    """Whether it is a report at all: it holds a file, if one that is of no use, or says that one could not be opened.

    Pictures that are no copy of anything are logos and signatures, which an inquiry has too; so has it our own letter.
    """
    files = (
        DocumentTable.message_id == submission.message_id,
        DocumentTable.role != "ours",
        DocumentTable.kind.not_in(PICTURES) | (DocumentTable.role != "other"),
    )
    if _usable(session, submission) or session.scalar(select(DocumentTable.id).where(*files).limit(1)) is not None:
        return True
    errors = [f.code for f in _findings(session, submission.id) if f.severity is Severity.ERROR]
    return any(code.startswith(UNREAD) and code not in NOTHING_CAME for code in errors)


def _usable(session: Session, submission: SubmissionTable) -> bool:
    """Whether it holds a copy of a form, or copies that couldn't be paired."""
    if submission.scan_id is not None or submission.electronic_id is not None:
        return True
    copies = (DocumentTable.message_id == submission.message_id, DocumentTable.role.in_(("scan", "electronic")))
    return session.scalar(select(DocumentTable.id).where(*copies).limit(1)) is not None


def _unproven(session: Session, submission_id: int) -> bool:
    return any(f.code in ("correction-unproven", "half-unproven") for f in _findings(session, submission_id))


def _findings(session: Session, submission_id: int) -> list[Finding]:
    query = select(FindingTable).where(FindingTable.submission_id == submission_id).order_by(FindingTable.id)
    return [finding_of(row) for row in session.scalars(query)]


def _platforms(session: Session) -> Counter[str]:
    """Entries by reporting body whose newest version isn't withdrawn."""
    newest = (
        select(VersionTable.entry_id, func.max(VersionTable.number).label("number"))
        .group_by(VersionTable.entry_id)
        .subquery()
    )
    query = (
        select(EntryTable.department, func.count())
        .join(VersionTable, VersionTable.entry_id == EntryTable.id)
        .join(newest, (newest.c.entry_id == VersionTable.entry_id) & (newest.c.number == VersionTable.number))
        .where(VersionTable.withdrawn.is_(False))
        .group_by(EntryTable.department)
    )
    return Counter({row[0]: row[1] for row in session.execute(query)})
