"""A stored message to its documents with their roles: everything of intake that needs no ledger."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

import structlog

from extractors.errors import ZhongshiError
from pipeline.calls.assign import Signs, assign, unassigned
from pipeline.calls.call import Call
from pipeline.calls.catalogue import call
from pipeline.intake import clues
from pipeline.intake.authentication import Authentication, authenticate
from pipeline.intake.envelope import oversize_of
from pipeline.intake.evidence import department_of, of_mail, of_part
from pipeline.intake.kinds import SUFFIXES, kind_of_bytes
from pipeline.intake.mail import Attachment, Mail
from pipeline.intake.mime import parse
from pipeline.intake.opening import open_mail
from pipeline.intake.outlook import mail_of_msg
from pipeline.intake.own_mail import addresses_in, our_files, own_addresses, sent_by_us
from pipeline.intake.parts import Part, parts_of
from pipeline.intake.relevance import is_document, nothing_to_do
from pipeline.intake.roles import Candidate, Fit, Role, Seen, see
from pipeline.model import Finding, Severity
from pipeline.settings import Limits, Settings

log = structlog.get_logger("pipeline.intake")

OUR_FILE = Fit(reason="a letter of ours, or a file of one")


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

    call: str = ""
    """Empty where nothing was read: the usual one's."""
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
    findings: tuple[Finding, ...] = ()
    """Where it submits nothing, why it doesn't, as far as there is more to say than that it speaks of no report."""
    undelivered: tuple[str, ...] | None = None
    """Of a bounce: Message-IDs of what came back, as far as it tells them. None of all other messages."""
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
        reader = mail_of_msg if kind_of_bytes(data) == "msg" else parse
        mail = reader(data, name, settings.limits)
        if not mail.stamped:
            mail.received_at = arrived or mail.received_at
        size = oversize_of(data)
        if size is not None:
            mail.findings.append(_not_fetched(name, size, settings.limits))
        return _read(mail, authenticate(data, settings.authentication), name, settings)
    except (ZhongshiError, ImportError, MemoryError):
        raise  # a wrong setting, a broken installation, a limit: its bytes are not at fault
    except Exception as theirs:
        # Whatever the input did, its bytes are in the store; the log has the traceback, the ledger the finding.
        log.error("message-damaged", message=name, exc_info=theirs)
        findings = (Finding("message-damaged", Severity.ERROR, {"name": name}),)
        return ReadMessage(submissions=(ReadSubmission(findings=findings),), damaged=True)


def _not_fetched(name: str, size: int, limits: Limits) -> Finding:
    params = {"name": name, "size": f"{size / 2**20:.0f}", "limit": str(limits.message_mb)}
    return Finding("message-not-fetched", Severity.ERROR, params)


def _read(mail: Mail, authentication: Authentication, name: str, settings: Settings) -> ReadMessage:
    files, findings = open_mail(mail, name, settings.limits)
    own = own_addresses(settings)
    findings += [Finding("file-empty", Severity.WARNING, {"name": f.name}) for f in files if not f.data]
    seen = [see(Candidate(f.name, f.data, f.inline)) for f in files]
    ours = our_files(mail, files, seen, own)
    seen = [replace(each, fit=OUR_FILE) if at in ours else each for at, each in enumerate(seen)]
    theirs = [each for at, each in enumerate(seen) if at not in ours]
    others = sum(map(is_document, theirs))
    from_us = sent_by_us(mail, others, own)
    signs = [sign for id in settings.running for sign in call(id).signs()]
    related = nothing_to_do(mail, theirs, findings, answers_us=bool(ours), signs=signs)
    reason = "from an address of ours" if from_us else related
    if reason:
        log.info("message-unrelated", message=name, reason=reason)
    parts, roles = parts_of(mail, files, seen)
    roles = [Role.OURS if at in ours else role for at, role in enumerate(roles)]
    if not any(role in (Role.SCAN, Role.ELECTRONIC) for role in roles):
        # Without any file it may be a question; the sender is asked for nothing before somebody has read it
        code = "message-empty" if files or findings else "message-without-files"
        code = "message-own-letter" if ours and not others and not findings else code
        findings.append(Finding(code, Severity.ERROR, {"name": name}))
    return ReadMessage(
        sender=mail.sender,
        subject=mail.subject,
        body=mail.body,
        received_at=mail.received_at,
        mail_id=mail.mail_id,
        references=mail.references,
        reply_to=mail.reply_to if mail.answerable else "",
        authentication=authentication.to_json(),
        documents=tuple(_document(*each) for each in zip(files, seen, roles, strict=True)),
        submissions=() if reason else tuple(
            _submission(p, findings, authentication, *_call_of(p, seen, settings)) for p in parts
        ),
        findings=_why_set_aside(mail, name, from_us) if reason else (),
        undelivered=(*mail.about, *(w.mail_id for w in mail.within if w.mail_id)) if mail.undelivered else None,
        damaged=any(f.code == "message-damaged" for f in findings),
    )


def _why_set_aside(mail: Mail, name: str, from_us: bool) -> tuple[Finding, ...]:
    if from_us:
        params = {"name": name, "address": " ".join(sorted(addresses_in([mail.sender])))}
        return (Finding("message-from-us", Severity.INFO, params),)
    return (Finding("message-undelivered", Severity.INFO, {"name": name}),) if mail.undelivered else ()


def _document(file: Attachment, seen: Seen, role: Role) -> ReadDocument:
    suffix = SUFFIXES.get(seen.kind) or PurePath(file.name).suffix[:10]
    return ReadDocument(file, seen.kind, suffix, role, seen.fit.reason)


def _submission(
    part: Part, findings: list[Finding], authentication: Authentication, asked: Call, about_call: Sequence[Finding]
) -> ReadSubmission:
    """One form that the message submits to a call; `findings` are the whole message's."""
    days, late = clues.lateness(part.mail, asked)
    evidence = of_mail(part.mail, part.names, authentication)
    if part.body is not None:
        evidence = of_part(evidence, part.body)
    return ReadSubmission(
        call=asked.id,
        department=part.body or department_of(evidence),
        corrects=clues.corrects(part.mail, part.names),
        adds=clues.adds(part.mail, part.names),
        days_late=days,
        scan=part.roles.get(Role.SCAN),
        electronic=part.roles.get(Role.ELECTRONIC),
        letter=part.roles.get(Role.LETTER),
        findings=(*findings, *part.findings, *about_call, *late),
        evidence=tuple(each.to_json() for each in evidence),
    )


def _call_of(part: Part, seen: Sequence[Seen], settings: Settings) -> tuple[Call, list[Finding]]:
    """The call that a part of the message answers, and the finding where nothing tells which of several."""
    running = [call(id) for id in settings.running]
    if len(running) == 1:
        return running[0], []
    own = [seen[at].content for at in sorted(set(part.roles.values()))] or [each.content for each in seen]
    signs = Signs(
        titles=(part.mail.subject, *part.names),
        texts=(part.mail.body, *(content.text for content in own)),
        forms=frozenset.intersection(*told) if (told := [c.forms for c in own if c.forms]) else frozenset(),
        received=part.mail.received_at,
    )
    found = assign(signs, running)
    taken = call(found.call)
    return taken, [] if found.told else [unassigned(taken, running)]
