"""A message to its parts: each form that it submits, with what of the message concerns that form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.file_names import listed
from pipeline.intake.mail import Attachment, Forwarded, Mail
from pipeline.intake.pairs import MOST_COPIES, Group, Groups, Place, group, letters_of
from pipeline.intake.roles import Role, Seen, sort_roles
from pipeline.model import Finding, Severity


@dataclass(frozen=True)
class Part:
    """One form that a message submits."""

    mail: Mail
    """The message without what other forms came with: messages that only they were forwarded in."""
    names: tuple[str, ...]
    """Of the files and archives that are not another form's, each once."""
    roles: dict[Role, int]
    """Positions of its documents; those that could not be paired are in none."""
    body: str | None = None
    """Full name of the reporting body that its names, folders or forwarded messages tell, where there are several
    parts: it goes before what the message says."""
    findings: tuple[Finding, ...] = ()


def parts_of(mail: Mail, files: Sequence[Attachment], seen: Sequence[Seen]) -> tuple[list[Part], list[Role]]:
    """The parts of a message, at least one, and the role of each file."""
    places = [place_of(mail, file.path) for file in files]
    found = group(seen, places)
    if not found.groups:
        return _one_part(mail, files, seen, found)
    parts = [_part(mail, files, seen, each, found) for each in found.groups]
    used = {at for part in parts for at in part.roles.values()}
    letters = [at for at, s in enumerate(seen) if s.fit.letter and at not in {*used, *found.unpaired}]
    for part, letter in zip(parts, letters_of(found.groups, letters, seen, places), strict=True):
        if letter is not None:
            part.roles[Role.LETTER] = letter
    roles = [_unpaired_role(s) if at in found.unpaired else Role.OTHER for at, s in enumerate(seen)]
    for part in parts:
        for role, at in part.roles.items():
            roles[at] = role
    return parts, roles


def place_of(mail: Mail, path: str) -> Place:
    """Where a file stood, with what the forwarded messages around it are called."""
    around = sorted((w for w in mail.within if w.holds(path)), key=lambda w: -len(w.path))
    return Place(path, tuple(text for w in around for text in (w.subject, w.sender)))


def _one_part(
    mail: Mail, files: Sequence[Attachment], seen: Sequence[Seen], found: Groups
) -> tuple[list[Part], list[Role]]:
    names = _names(mail, files, range(len(files)), range(0))
    concerned = narrowed(mail, files, range(len(files)))
    if _undecided(seen, found.unpaired):
        unpaired = _unpaired(files, found.unpaired)
        roles = [_unpaired_role(s) if at in found.unpaired else Role.OTHER for at, s in enumerate(seen)]
        return [Part(concerned, names, {}, findings=(unpaired,))], roles
    sorted_ = sort_roles(seen)
    positions: dict[Role, int] = {role: at for at, role in enumerate(sorted_.roles) if role is not Role.OTHER}
    return [Part(concerned, names, positions, findings=sorted_.findings)], list(sorted_.roles)


def _part(mail: Mail, files: Sequence[Attachment], seen: Sequence[Seen], mine: Group, found: Groups) -> Part:
    others = {at for g in found.groups if g is not mine for at in g.members}
    findings = [_unpaired(files, found.unpaired)] if found.unpaired else []
    positions: dict[Role, int] = {}
    if _undecided(seen, mine.members):
        findings.append(_unpaired(files, mine.members))
    else:
        sorted_ = sort_roles([seen[at] for at in mine.members])
        findings += sorted_.findings
        positions = {r: mine.members[k] for k, r in enumerate(sorted_.roles) if r in (Role.SCAN, Role.ELECTRONIC)}
    concerned = narrowed(mail, files, mine.members)
    return Part(concerned, _names(mail, files, mine.members, others), positions, mine.body, tuple(findings))


def narrowed(mail: Mail, files: Sequence[Attachment], members: Sequence[int]) -> Mail:
    """The message without the messages in it that hold other files only, and with the texts of those that hold these.

    A forwarded message without any file stays: it may be about all of them.
    """
    mine = [files[at].path for at in members]
    foreign = [
        w
        for w in mail.within
        if any(w.holds(f.path) for f in files) and not any(w.holds(path) for path in mine)
    ]
    kept = [w for w in mail.within if w not in foreign]
    body = _without(mail.body, foreign)
    # What is kept may hold some of the others, and its text theirs
    kept = [replace(w, text=_without(w.text, [each for each in foreign if w.holds(each.path)])) for w in kept]
    body = "\n\n".join([body, *(w.text for w in kept if w.text not in body)]).strip()
    left = [(w.sender, w.subject) for w in foreign]
    return replace(mail, body=body, forwarded=[said for said in mail.forwarded if said not in left], within=kept)


def _without(text: str, messages: Sequence[Forwarded]) -> str:
    for each in filter(None, (w.text for w in messages)):
        text = text.replace(each, "", 1)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _names(
    mail: Mail, files: Sequence[Attachment], mine: Sequence[int], others: Sequence[int] | set[int]
) -> tuple[str, ...]:
    """Names of files and of the archives around them, without those that hold nothing but other forms' files."""
    foreign = [files[at] for at in others]
    own = [files[at] for at in mine]
    top = [
        a.name
        for a in mail.attachments
        if not any(_under(a.path, f.path) for f in foreign) or any(_under(a.path, f.path) for f in own)
    ]
    return tuple(dict.fromkeys([*top, *(f.name for at, f in enumerate(files) if at not in set(others))]))


def _under(around: str, path: str) -> bool:
    return path == around or path.startswith(f"{around}/")


def _undecided(seen: Sequence[Seen], members: Sequence[int]) -> bool:
    """Whether there are several scans and several electronic copies, so that a best guess would be a wild one."""
    if len(members) > MOST_COPIES:
        return True
    return sum(seen[at].sure_scan for at in members) > 1 and sum(seen[at].sure_electronic for at in members) > 1


def _unpaired(files: Sequence[Attachment], members: Sequence[int]) -> Finding:
    return Finding("documents-unpaired", Severity.ERROR, {"names": listed([files[at].name for at in members])})


def _unpaired_role(seen: Seen) -> Role:
    return Role.SCAN if seen.fit.scan > seen.fit.electronic else Role.ELECTRONIC
