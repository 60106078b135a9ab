"""Our own letters where they come back: in a bounce, in an answer, from a folder of sent mail. They are no reports."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from pipeline.calls.catalogue import call
from pipeline.intake.mail import Attachment, Forwarded, Mail
from pipeline.intake.roles import Seen
from pipeline.mail_addresses import ADDRESS
from pipeline.settings import Settings

OUR_LETTER = re.compile(
    r"(?<!《)关于请更正中试平台报送材料的函.*于收到本函后\d+个工作日内|(?<!《)关于中试平台报送材料收悉的函.*专此函复"
)
"""In a Word file without white space: title and closing of what `reports.letter_text` writes. A letter of a reporting
body may name ours, with 《》 around its title. By its words and not by its hash, for programs save it anew."""


def own_addresses(settings: Settings) -> frozenset[str]:
    """The addresses that our letters come from, in lower case."""
    mailboxes = (call(id).mailbox for id in settings.running)
    return frozenset(each.lower() for each in (*mailboxes, settings.answers.sender) if each)


def is_our_letter(seen: Seen) -> bool:
    """Whether a file is the Word letter that we attach to a correction letter."""
    return seen.kind == "docx" and bool(OUR_LETTER.search(seen.content.text))


def our_files(mail: Mail, files: Sequence[Attachment], seen: Sequence[Seen], own: Collection[str]) -> frozenset[int]:
    """Positions of the files that are our letter, or stand in a message of ours that came back with this one."""
    return frozenset(
        at
        for at, (file, look) in enumerate(zip(files, seen, strict=True))
        if is_our_letter(look) or _is_ours(_around(mail, file.path), own)
    )


def sent_by_us(mail: Mail, others: int, own: Collection[str]) -> bool:
    """Whether a message is one that we sent, found in a folder of sent mail or by a copy to ourselves.

    A clerk of ours may send a report that reached him on to the mailbox: so not one to ourselves that has documents.

    Args:
        mail: The message.
        others: How many documents of it are not our letters.
        own: Our addresses, in lower case.
    """
    if not addresses_in([mail.sender]) & set(own):
        return False
    return not (others and addresses_in([mail.recipients]) & set(own))


def addresses_in(texts: Iterable[str]) -> set[str]:
    """All addresses in some headers, in lower case."""
    return {found.lower() for text in texts for found in ADDRESS.findall(text)}


def _around(mail: Mail, path: str) -> Forwarded | None:
    """The innermost message within the message that holds a file."""
    return max((w for w in mail.within if w.holds(path)), key=lambda w: len(w.path), default=None)


def _is_ours(within: Forwarded | None, own: Collection[str]) -> bool:
    return within is not None and bool(addresses_in([within.sender]) & set(own))
