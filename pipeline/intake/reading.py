"""A stored message to its documents with their roles: everything of intake that needs no ledger."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import structlog

from extractors.errors import ZhongshiError
from pipeline.calls import call
from pipeline.intake import clues
from pipeline.intake.kinds import SUFFIXES, kind_of_bytes
from pipeline.intake.mime import Attachment, Mail, parse
from pipeline.intake.opening import open_mail
from pipeline.intake.outlook import mail_of_msg
from pipeline.intake.roles import Candidate, Role, sort_roles
from pipeline.model import Finding, Severity
from pipeline.settings import Settings

log = structlog.get_logger("pipeline.intake")


@dataclass(frozen=True)
class ReadDocument:
    """A file of a message."""

    attachment: Attachment
    kind: str
    suffix: str
    role: Role
    reason: str


@dataclass(frozen=True)
class ReadSubmission:
    """One form that a message submits: its documents by their positions in the message's."""

    department: str | None = None
    corrects: bool = False
    adds: bool = False
    days_late: int = 0
    scan: int | None = None
    electronic: int | None = None
    letter: int | None = None
    findings: tuple[Finding, ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class ReadMessage:
    """What a message brings."""

    sender: str = ""
    subject: str = ""
    body: str = ""
    received_at: datetime.datetime | None = None
    mail_id: str = ""
    references: str = ""
    reply_to: str = ""
    authentication: dict[str, Any] = field(default_factory=dict)
    documents: tuple[ReadDocument, ...] = ()
    submissions: tuple[ReadSubmission, ...] = ()
    """None where the message has nothing to do with any report."""
    damaged: bool = False


def read_message(data: bytes, name: str, settings: Settings) -> ReadMessage:
    """Takes a message apart. Never raises for what stands in it: damage is a finding, and the mailbox goes on."""
    try:
        reader = mail_of_msg if kind_of_bytes(data) == "msg" else parse
        mail = reader(data, name, settings.limits)
        return _read(mail, name, settings)
    except (ZhongshiError, ImportError):
        raise  # a wrong setting or a broken installation is not the message's fault
    except Exception as theirs:
        # Whatever the input did, its bytes are in the store; the log has the traceback, the ledger the finding.
        log.error("message-damaged", message=name, exc_info=theirs)
        findings = (Finding("message-damaged", Severity.ERROR, {"name": name}),)
        return ReadMessage(submissions=(ReadSubmission(findings=findings),), damaged=True)


def _read(mail: Mail, name: str, settings: Settings) -> ReadMessage:
    files, findings = open_mail(mail, name, settings.limits)
    findings += [Finding("file-empty", Severity.WARNING, {"name": f.name}) for f in files if not f.data]
    sorted_ = sort_roles([Candidate(f.name, f.data, f.inline) for f in files])
    documents = tuple(
        ReadDocument(file, kind, SUFFIXES.get(kind) or PurePath(file.name).suffix[:10], role, reason)
        for file, kind, role, reason in zip(files, sorted_.kinds, sorted_.roles, sorted_.reasons, strict=True)
    )
    findings += sorted_.findings
    if not any(d.role in (Role.SCAN, Role.ELECTRONIC) for d in documents):
        findings.append(Finding("message-empty", Severity.ERROR, {"name": name}))
    days, late = clues.lateness(mail, call(settings.call))
    names = [a.name for a in mail.attachments] + [f.name for f in files]
    positions = {d.role: at for at, d in enumerate(documents) if d.role is not Role.OTHER}
    submission = ReadSubmission(
        department=clues.department_of(mail, list(dict.fromkeys(names))),
        corrects=clues.corrects(mail, names),
        adds=clues.adds(mail, names),
        days_late=days,
        scan=positions.get(Role.SCAN),
        electronic=positions.get(Role.ELECTRONIC),
        letter=positions.get(Role.LETTER),
        findings=tuple(findings + late),
    )
    return ReadMessage(
        sender=mail.sender,
        subject=mail.subject,
        body=mail.body,
        received_at=mail.received_at,
        mail_id=mail.mail_id,
        references=mail.references,
        reply_to=mail.reply_to,
        documents=documents,
        submissions=(submission,),
        damaged=any(f.code == "message-damaged" for f in findings),
    )

