"""What the reports say of a submission beside the comparison: the call, the documents, the state."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from extractors.i18n import N_, _
from pipeline.calls.call import CHINA
from pipeline.calls.catalogue import call
from pipeline.database.jobs import DocumentRef, SubmissionJob
from pipeline.database.states import State, name_of
from pipeline.intake.authentication import Authentication
from pipeline.intake.evidence import NAMES, BodyEvidence
from pipeline.intake.results_header import Result
from pipeline.model import Finding
from pipeline.reports.info import CallInfo, DocumentInfo, EvidenceInfo, SubmissionInfo, Tone

TONES = {State.LOADED: Tone.GOOD, State.WAITING: Tone.ATTENTION, State.INCOMPLETE: Tone.BAD, State.FAILED: Tone.BAD}
"""How a state is shown; all others are neutral."""
RESULTS = {
    "pass": N_("通过"),
    "fail": N_("未通过"),
    "softfail": N_("基本未通过"),
    "neutral": N_("无结论"),
    "none": N_("无"),
    "temperror": N_("暂时无法核验"),
    "permerror": N_("记录有误"),
    "partial": N_("只签了一部分，不作数"),
}
"""Results of DKIM, SPF and DMARC; others are shown as the server wrote them."""


def call_info(id: str) -> CallInfo:
    """A call as the reports tell of it."""
    found = call(id)
    return CallInfo(
        title=found.title,
        number=found.notice,
        form=found.form_title,
        office=found.office,
        mailbox=found.mailbox,
        deadline=found.deadline,
        answer_days=found.answer_days,
    )


def info_of_job(
    job: SubmissionJob,
    department: str | None,
    state: State,
    findings: tuple[Finding, ...],
    made: datetime.date,
    evidence: Sequence[BodyEvidence] = (),
) -> SubmissionInfo:
    """A submission of a mailbox.

    Args:
        job: The submission.
        department: Full name of the reporting body, None if unknown.
        state: Where it stands when the reports are read.
        findings: All that aren't in the reconciliation.
        made: The date that the reports bear.
        evidence: What speaks for which reporting body.
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
        evidence=tuple(
            EvidenceInfo(_(NAMES[e.source]), e.says, e.department, e.weight, e.supports)
            for e in sorted(evidence, key=lambda e: (e.department != department, -e.weight))
        ),
        authentication=authentication_texts(Authentication.from_json(job.authentication)),
    )


def authentication_texts(known: Authentication) -> tuple[str, ...]:
    """What is known of the sender's address, in words, a sentence each."""
    texts = []
    recorded = [(name, [r]) for name, r in (("SPF", known.spf), ("DMARC", known.dmarc)) if r is not None]
    recorded += [("DKIM", list(known.dkim))] if known.dkim else []
    if recorded:
        said = "；".join(f"{name} {'、'.join(map(_result, results))}" for name, results in sorted(recorded))
        server = known.server or _("未署名")
        texts.append(_("收信服务器（{server}）的记录：{said}。").format(server=server, said=said))
        if not known.trusted:
            texts.append(_("这条记录不能确认出自本单位的邮件服务器，不作依据。"))
    else:
        texts.append(_("收信服务器没有留下 SPF、DKIM、DMARC 的验证记录。"))
    if known.own_dkim:
        texts.append(_("本系统核验 DKIM 签名：{said}。").format(said="、".join(map(_result, known.own_dkim))))
    if known.domain:
        conclusion = _("确认发自 {domain}。") if known.verified else _("不能确认发自 {domain}。")
        texts.append(conclusion.format(domain=known.domain))
    return tuple(texts)


def _result(result: Result) -> str:
    text = _(RESULTS[result.result]) if result.result in RESULTS else result.result
    return f"{text}（{result.domain}）" if result.domain else text


def _documents(**by_role: DocumentRef | None) -> tuple[DocumentInfo, ...]:
    return tuple(DocumentInfo(d.name, d.sha256, role) for role, d in by_role.items() if d is not None)
