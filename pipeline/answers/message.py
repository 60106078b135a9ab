"""An answer as a message (RFC 5322): the same answer, the same bytes; nothing in it asks a clock or draws lots.

A draft begins with its Message-ID, the hash of all that follows, and with ``X-Unsent``, which has Outlook open it for
editing. `to_send` takes that out and puts in the date. Whatever a sender wrote (subject, Message-IDs, address) is
checked or encoded before it stands in a header, so no text of his can add one.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from pipeline.answers.address import address
from pipeline.mail_addresses import MAIL_ID, MOST_REFERENCES

LONGEST_SUBJECT = 200
"""Characters that are kept of the original's subject."""
DOCX = "vnd.openxmlformats-officedocument.wordprocessingml.document"
FROM = re.compile(rb"(?<=\r\nFrom: )((?:[^\r\n<]|\r\n[ \t])*)<([^<>\r\n]+)>(?=\r\n)")
REPLY_TO = re.compile(rb"\r\nReply-To: ([^\r\n]+)")
"""Both as `draft` writes them."""
UNSENT = b"X-Unsent: 1\r\n"
LAYOUT = compat32.clone(linesep="\r\n", max_line_length=998)
"""Headers are folded here, where it is known what may be cut; 998 is the limit of RFC 5322, 2.1.1."""


@dataclass(frozen=True)
class Answer:
    """What a draft says."""

    sender: str
    """Address."""
    sender_name: str
    reply_to: str
    """Address that answers to this answer go to, where it isn't the sender; else empty."""
    recipient: str
    """Address."""
    subject: str
    answers: str
    """Message-ID of the message that is answered; empty where it has none."""
    thread: str
    """Message-IDs before that one, with spaces between."""
    text: str
    attachment: tuple[str, bytes] | None = None
    """Name and bytes of a Word file."""


def draft(answer: Answer) -> bytes:
    """The answer as a draft, all of it ASCII.

    Raises:
        ValueError: sender, recipient or reply_to is no plain address: a mistake of the program.
    """
    message = _body(answer)
    message["From"] = f"{_encoded(one_line(answer.sender_name))} <{_checked(answer.sender)}>"
    message["To"] = _checked(answer.recipient)
    if answer.reply_to:
        message["Reply-To"] = _checked(answer.reply_to)
    message["Subject"] = _encoded(one_line(answer.subject))
    parent = MAIL_ID.findall(answer.answers)[:1]
    if parent:
        message["In-Reply-To"] = parent[0]
        before = [each for each in MAIL_ID.findall(answer.thread) if each != parent[0]]
        message["References"] = "\r\n ".join([*before, *parent][-MOST_REFERENCES:])
    message["Auto-Submitted"] = "auto-replied"  # RFC 3834, 5: keeps other programs from answering this
    rest = UNSENT + message.as_bytes(policy=LAYOUT)
    return _mail_id_line(rest, answer.sender.rpartition("@")[2]) + rest


def mail_id_of(data: bytes) -> str | None:
    """The Message-ID of a draft, None where it isn't as `draft` made it: cut short or changed by hand."""
    line, _, rest = data.partition(b"\r\n")
    domain = line.rpartition(b"@")[2].rstrip(b">").decode("ascii", "replace")
    if not rest.startswith(UNSENT) or _mail_id_line(rest, domain) != line + b"\r\n":
        return None
    return line.removeprefix(b"Message-ID: ").decode("ascii")


def to_send(data: bytes, moment: datetime.datetime, sender: str = "") -> bytes:
    """A draft as it is sent.

    Args:
        data: The draft.
        moment: A time with its zone.
        sender: Address that it comes from now, whatever it was when it was drafted; empty: the call's mailbox.

    Raises:
        ValueError: it isn't a draft, or the sender is no plain address.
    """
    line, unsent, rest = data.partition(UNSENT)
    if not unsent:
        raise ValueError("not a draft")
    head, end, body = rest.partition(b"\r\n\r\n")
    head = _from(b"\r\n" + head + b"\r\n", sender)[2:-2]
    return line + f"Date: {format_datetime(moment)}\r\n".encode("ascii") + head + end + body


def one_line(text: str) -> str:
    """Text without line ends, control and invisible characters, and not too long."""
    seen = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    short = " ".join(seen.split())
    return short if len(short) <= LONGEST_SUBJECT else short[: LONGEST_SUBJECT - 1] + "…"


def _from(head: bytes, sender: str) -> bytes:
    """The head with this sender; where it isn't the call's mailbox, answers to it go there (see `drafts`)."""
    found, reply_to = FROM.search(head), REPLY_TO.search(head)
    if found is None:
        raise ValueError("not a draft")
    mailbox = reply_to[1] if reply_to else found[2]
    address_now = _checked(sender).encode("ascii") if sender else mailbox
    head = REPLY_TO.sub(b"", head)
    more = b"" if address_now == mailbox else b"\r\nReply-To: " + mailbox
    return FROM.sub(lambda was: was[1] + b"<" + address_now + b">" + more, head)


def _body(answer: Answer) -> Message:
    # RFC 2045, 6.8: lines of a text end in CRLF before it is encoded. Surrogates come from broken mail.
    lines = answer.text.encode("utf-8", "replace").decode("utf-8").splitlines()
    text = MIMEText("".join(f"{line}\r\n" for line in lines), "plain", "utf-8")
    if answer.attachment is None:
        return text
    name, data = answer.attachment
    file = MIMEApplication(data, DOCX)
    # Old Outlook and some webmail read only the first (RFC 2047 in a parameter), others only the second (RFC 2231).
    file.set_param("name", Header(name, "utf-8").encode(maxlinelen=0))
    file.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    boundary = "=_" + hashlib.sha256(data + answer.text.encode("utf-8", "replace")).hexdigest()[:32]
    message = MIMEMultipart("mixed", boundary=boundary)  # neither "_" nor "=" within a line occurs in base64
    message.attach(text)
    message.attach(file)
    return message


def _encoded(text: str) -> str:
    return Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _checked(text: str) -> str:
    if address(text) is None:
        raise ValueError(f"not an address: {text!r}")
    return text


def _mail_id_line(rest: bytes, domain: str) -> bytes:
    return f"Message-ID: <{hashlib.sha256(rest).hexdigest()[:40]}@{domain}>\r\n".encode("ascii", "replace")
