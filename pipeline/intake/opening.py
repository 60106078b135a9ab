"""The files that a message's attachments stand for: archives opened, and messages in them, in each other in any mix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import structlog

from pipeline.intake.archives.budget import Budget, MessageTooMuch, TooDeep, TooMuch
from pipeline.intake.archives.members import Member, Name, Oddity, Reader
from pipeline.intake.archives.rars import read_rar
from pipeline.intake.archives.sevenzips import read_7z
from pipeline.intake.archives.tars import read_compressed, read_tar
from pipeline.intake.archives.zips import read_zip
from pipeline.intake.kinds import kind_of_bytes
from pipeline.intake.mail import Attachment, Forwarded, Mail
from pipeline.intake.mime import parse
from pipeline.intake.names import base_name, is_unsafe, printable
from pipeline.intake.outlook import mail_of_msg
from pipeline.intake.passwords import passwords_in
from pipeline.intake.texts import add_decoded
from pipeline.intake.tnef import mail_of_tnef
from pipeline.model import Finding, Severity
from pipeline.settings import Limits

log = structlog.get_logger("pipeline.intake")

READERS: dict[str, Reader] = {
    "zip": read_zip,
    "rar": read_rar,
    "7z": read_7z,
    "tar": read_tar,
    "gz": read_compressed,
    "bz2": read_compressed,
    "xz": read_compressed,
}
MESSAGES = frozenset({"eml", "msg", "tnef"})
VOLUMES = re.compile(r"\.(?:7z|zip|rar|tar)\.\d{3}$|\.z\d\d$|\.part\d+\.rar$|\.r\d\d$", re.IGNORECASE)
"""Names of parts of an archive that was split."""
SEVERITIES = {"archive-opened": Severity.INFO, "member-name-unsafe": Severity.WARNING}
"""Of findings about archives; the others are errors, for something was not read."""
NAMES_SHOWN = 3
MOST_NAMES = 50
"""Names of attachments that are searched for a password."""
AND_MORE = " …"


@dataclass
class _Opening:
    limits: Limits
    budget: Budget
    outer: Mail
    """The message itself; those within it add their texts, senders and subjects."""
    files: list[Attachment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Level:
    """Where in the containers we are."""

    archives: int = 0
    messages: int = 0
    passwords: tuple[str, ...] = ()


def open_mail(mail: Mail, name: str, limits: Limits) -> tuple[list[Attachment], list[Finding]]:
    """The files of a message in their order, and the findings about it and about what it holds."""
    opening = _Opening(limits, Budget(limits, parts=mail.parts), mail)
    try:
        _open(mail, _Level(), opening)
    except MessageTooMuch:
        most = f"{limits.message_files} / {limits.unpacked_mb} MB"
        opening.findings.append(Finding("message-files-too-many", Severity.ERROR, {"name": name, "most": most}))
    # What the texts of messages within brought when they were added to it
    opening.findings += [finding for finding in mail.findings if finding not in opening.findings]
    return opening.files, opening.findings


def _open(mail: Mail, level: _Level, opening: _Opening) -> None:
    """Adds the files of a message."""
    opening.findings += mail.findings
    subjects = [subject for _, subject in mail.forwarded]
    said = [mail.body, mail.subject, *subjects, *(a.name for a in mail.attachments[:MOST_NAMES])]
    found = passwords_in(said, opening.limits.passwords)
    level = replace(level, passwords=tuple(dict.fromkeys([*found, *level.passwords]))[: opening.limits.passwords])
    for attachment in mail.attachments:
        opening.budget.take(len(attachment.data))
        if level.archives:
            _expand(attachment, level, opening)
            continue
        opening.budget.new_archive()
        try:
            _expand(attachment, level, opening)
        except TooDeep:
            most = str(opening.limits.archive_depth)
            _tell(opening, "archive-too-deep", {"name": attachment.name, "most": most})
        except TooMuch:
            _tell(opening, "archive-too-large", {"name": attachment.name})
        except (MessageTooMuch, ImportError):
            raise
        except Exception as theirs:  # of a library, for something that nobody thought of: the other attachments count
            log.error("archive-damaged", attachment=attachment.name, exc_info=theirs)
            _tell(opening, "archive-damaged", {"name": attachment.name})


def _expand(attachment: Attachment, level: _Level, opening: _Opening) -> None:
    """Adds a file, or what is in it."""
    kind = kind_of_bytes(attachment.data)
    if kind == "text" and attachment.name.lower().endswith(".eml"):
        kind = "eml"
    if kind in MESSAGES:
        _expand_message(attachment, kind, level, opening)
    elif kind in READERS:
        if level.archives >= opening.limits.archive_depth:
            raise TooDeep
        _expand_archive(attachment, READERS[kind], level, opening)
    else:
        if VOLUMES.search(attachment.name):
            _tell(opening, "archive-volume", {"name": attachment.name})
        opening.budget.file()
        opening.files.append(attachment)


def _expand_message(attachment: Attachment, kind: str, level: _Level, opening: _Opening) -> None:
    limits, budget = opening.limits, opening.budget
    if level.messages >= limits.message_depth:
        _tell(opening, "message-too-deep", {"name": attachment.name, "most": str(limits.message_depth)})
        return
    if kind == "eml":
        inner = parse(attachment.data, attachment.name, limits, max(1, limits.message_parts - budget.parts))
    else:
        inner = (mail_of_msg if kind == "msg" else mail_of_tnef)(attachment.data, attachment.name, limits)
    budget.parts += inner.parts
    opening.outer.forwarded += [(inner.sender, inner.subject), *inner.forwarded]
    add_decoded(opening.outer, inner.body, False)
    inside = f"{attachment.path}/{attachment.name}"
    opening.outer.within += [
        Forwarded(inside, inner.sender, inner.subject, inner.body, inner.mail_id),
        *(replace(each, path=f"{inside}/{each.path}") for each in inner.within),
    ]
    inner.attachments = [replace(each, path=f"{inside}/{each.path}") for each in inner.attachments]
    _open(inner, replace(level, messages=level.messages + 1), opening)


def _expand_archive(attachment: Attachment, reader: Reader, level: _Level, opening: _Opening) -> None:
    own = passwords_in([attachment.name], opening.limits.passwords)
    passwords = tuple(dict.fromkeys([*own, *level.passwords]))
    odd: dict[str, list[str]] = {}
    try:
        for number, found in enumerate(reader(attachment.data, attachment.name, opening.budget, passwords), 1):
            if isinstance(found, Oddity):
                odd.setdefault(found.code, []).append(found.detail)
                continue
            if is_unsafe(found.name.text):
                odd.setdefault("member-name-unsafe", []).append(found.name.text)
            file = _file(attachment, found, number)
            if not file.whole:
                opening.findings.append(Finding("name-undecodable", Severity.WARNING, {"name": file.name}))
            _expand(file, replace(level, archives=level.archives + 1), opening)
    finally:
        _tell_oddities(opening, attachment.name, odd)


def _file(attachment: Attachment, member: Member, number: int) -> Attachment:
    name: Name = member.name
    # Not translated, as other names that are made
    shown = base_name(name.text) or f"未命名文件{number}"
    within = printable(name.text.replace("\\", "/")).lstrip("/")
    path = f"{attachment.path}/{attachment.name}/{within}"
    return Attachment(shown, name.raw, name.rule, name.whole, member.data, "", path)


def _tell_oddities(opening: _Opening, archive: str, odd: dict[str, list[str]]) -> None:
    if VOLUMES.search(archive) and "archive-damaged" in odd:
        odd["archive-volume"] = odd.pop("archive-damaged")
    for code, details in odd.items():
        shown: Sequence[str] = list(dict.fromkeys(printable(d) for d in details if d))
        told = "、".join(shown[:NAMES_SHOWN]) + (AND_MORE if len(shown) > NAMES_SHOWN else "")
        params = {"name": archive}
        if code == "archive-unsupported":
            params["kind"] = told
        elif code.startswith("member-"):
            params |= {"members": told, "count": str(len(details))}
        _tell(opening, code, params)


def _tell(opening: _Opening, code: str, params: dict[str, str]) -> None:
    opening.findings.append(Finding(code, SEVERITIES.get(code, Severity.ERROR), params))
