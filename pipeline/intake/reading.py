"""A stored message to its documents with their roles: everything of intake that needs no ledger."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

import structlog

from extractors.errors import ZhongshiError
from pipeline.calls import call
from pipeline.intake import clues
from pipeline.intake.authentication import Authentication, authenticate
from pipeline.intake.envelope import oversize_of
from pipeline.intake.evidence import department_of, of_mail
from pipeline.intake.kinds import SUFFIXES, kind_of_bytes
from pipeline.intake.mime import Attachment, Mail, parse
from pipeline.intake.roles import Candidate, Role, sort_roles
from pipeline.intake.unpack import unpack
from pipeline.model import Finding, Severity
from pipeline.settings import Limits, Settings

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


def read_message(
    data: bytes, name: str, settings: Settings, arrived: datetime.datetime | None = None
) -> ReadMessage:
    """Takes a message apart. Never raises for what stands in it: damage is a finding, and the mailbox goes on.

    Args:
        data: The message as it came.
        name: For people.
        settings: Limits, the call, and whose word counts for who sent it.
        arrived: When the mailbox's server took it, with its zone, where that is known. The topmost Received header
            outweighs it, since a mailbox that was moved to another server has the day of the move.
    """
    try:
        mail = parse(data, name, settings.limits)
        if not mail.stamped:
            mail.received_at = arrived or mail.received_at
        size = oversize_of(data)
        if size is not None:
            mail.findings.append(_too_large(name, size, settings.limits))
        return _read(mail, authenticate(data, settings.authentication), name, settings)
    except (ZhongshiError, ImportError, MemoryError):
        raise  # a wrong setting, a broken installation, a limit: its bytes are not at fault
    except Exception as theirs:
        # Whatever the input did, its bytes are in the store; the log has the traceback, the ledger the finding.
        log.error("message-damaged", message=name, exc_info=theirs)
        findings = (Finding("message-damaged", Severity.ERROR, {"name": name}),)
        return ReadMessage(submissions=(ReadSubmission(findings=findings),), damaged=True)


def _too_large(name: str, size: int, limits: Limits) -> Finding:
    params = {"name": name, "size": f"{size / 2**20:.0f}", "limit": str(limits.message_mb)}
    return Finding("message-too-large", Severity.ERROR, params)


def _read(mail: Mail, authentication: Authentication, name: str, settings: Settings) -> ReadMessage:
    files, findings = _files(mail, settings.limits, 0)
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
    evidence = of_mail(mail, list(dict.fromkeys(names)), authentication)
    submission = ReadSubmission(
        department=department_of(evidence),
        corrects=clues.corrects(mail, names),
        adds=clues.adds(mail, names),
        days_late=days,
        scan=positions.get(Role.SCAN),
        electronic=positions.get(Role.ELECTRONIC),
        letter=positions.get(Role.LETTER),
        findings=tuple(findings + late),
        evidence=tuple(each.to_json() for each in evidence),
    )
    return ReadMessage(
        sender=mail.sender,
        subject=mail.subject,
        body=mail.body,
        received_at=mail.received_at,
        mail_id=mail.mail_id,
        references=mail.references,
        reply_to="" if mail.automatic else mail.reply_to,
        authentication=authentication.to_json(),
        documents=documents,
        submissions=(submission,),
        damaged=any(f.code == "message-damaged" for f in findings),
    )


def _files(mail: Mail, limits: Limits, depth: int) -> tuple[list[Attachment], list[Finding]]:
    """The files that a mail's attachments stand for, archives opened and messages in archives too."""
    files: list[Attachment] = []
    findings = list(mail.findings)
    for attachment in mail.attachments:
        within, about = unpack(attachment, limits)
        findings += about
        for file in within:
            if file is not attachment and not file.whole:
                findings.append(Finding("name-undecodable", Severity.WARNING, {"name": file.name}))
            if kind_of_bytes(file.data) != "eml" or depth >= limits.message_depth:
                files.append(file)
                continue
            inner = parse(file.data, file.name, limits)
            mail.forwarded += [(inner.sender, inner.subject), *inner.forwarded]
            more, found = _files(inner, limits, depth + 1)
            files += [replace(each, path=f"{file.path}/{file.name}/{each.path}") for each in more]
            findings += found
    return files, findings
