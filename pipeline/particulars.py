"""What the reports say of a submission beside the comparison: the call, the documents, the state."""

from __future__ import annotations

import datetime

from pipeline.calls import CHINA, call
from pipeline.database.jobs import DocumentRef, SubmissionJob
from pipeline.database.states import State, name_of
from pipeline.model import Finding
from pipeline.reports.info import CallInfo, DocumentInfo, SubmissionInfo, Tone

TONES = {State.LOADED: Tone.GOOD, State.WAITING: Tone.ATTENTION, State.INCOMPLETE: Tone.BAD, State.FAILED: Tone.BAD}
"""How a state is shown; all others are neutral."""


def call_info(id: str) -> CallInfo:
    """A call as the reports tell of it."""
    found = call(id)
    return CallInfo(
        title=found.title,
        number=found.notice,
        form=found.form,
        office=found.office,
        mailbox=found.mailbox,
        deadline=found.deadline,
        answer_days=found.answer_days,
    )


def info_of_job(
    job: SubmissionJob, department: str | None, state: State, findings: tuple[Finding, ...], made: datetime.date
) -> SubmissionInfo:
    """A submission of a mailbox.

    Args:
        job: The submission.
        department: Full name of the reporting body, None if unknown.
        state: Where it stands when the reports are read.
        findings: All that aren't in the reconciliation.
        made: The date that the reports bear.
    """
    return SubmissionInfo(
        id=f"{job.submission_id:05d}",
        department=department or "",
        received=None if job.received_at is None else job.received_at.astimezone(CHINA),
        message_id=job.message_name,
        subject=job.subject,
        state=name_of(state),
        call=call_info(job.call),
        made=made,
        tone=TONES.get(state, Tone.NEUTRAL),
        findings=findings,
        documents=_documents(scan=job.scan, electronic=job.electronic, letter=job.letter),
        version=1 if job.supersedes is None else 2,
    )


def _documents(**by_role: DocumentRef | None) -> tuple[DocumentInfo, ...]:
    return tuple(DocumentInfo(d.name, d.sha256, role) for role, d in by_role.items() if d is not None)
