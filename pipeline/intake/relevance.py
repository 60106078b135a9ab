"""Whether a message has anything to do with the reports that are asked for: a mailbox also gets other mail.

The two errors are not equal. A newsletter that is taken for a report is one more line that a clerk puts aside; a
report that is taken for a newsletter is a province that seems not to have reported. So a message is passed over only
where nothing at all in it points to a report; whatever can't be read or opened counts as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.departments import match_department
from pipeline.forms.text import fold
from pipeline.intake.kinds import EMPTY, PICTURES
from pipeline.intake.mail import Mail
from pipeline.intake.roles import Seen
from pipeline.model import Finding, Severity

REPORT_WORDS = re.compile(
    r"中试|平台名录|培育平台|附件[3三]|工信厅科函|346号"
    r"|(?:报送|上报|补报|报上|更正|补充).{0,20}(?:名录|平台|附件|材料|扫描件|电子版)"
    r"|(?:名录|平台|扫描件|电子版|材料).{0,20}(?:报送|上报|补报|报上|更正|补充)|盖章(?:件|版|扫描)|储备建设"
)
"""In a text without white space. Words of a report, and of the notice that asks for it."""
FORM_WORDS = re.compile(r"名录|报送|上报|盖章|签章|汇总表|情况表|扫描件|工信|经信")
"""With a scan or a file that can't be looked into, these are enough."""
OTHER_BUSINESS = re.compile(
    r"发票|invoice|账单|对账|行程单|订单|快递|物流|电子回单|报价|采购|会议邀请|培训|优惠|促销|订阅|退订|unsubscribe|"
    r"验证码|面试|简历|招聘|newsletter",
    re.IGNORECASE,
)
"""What other mail says of itself. Only ever weighed where nothing speaks of a report."""
WORDS_ONLY = frozenset({"text", "html", "xml", "eml", EMPTY})
"""Kinds that hold nothing but words (or nothing, which is a finding). All others but small pictures are documents."""
TABLES_AS_WORDS = (".csv", ".xls", ".xlsx", ".et", ".doc", ".docx", ".wps")
"""Endings that make such a file a document: programs save web pages and lists under them."""
SIGNATURES = (".p7s",)
"""Endings of signatures beside a mail that is read; what is wrapped in one (.p7m) can't be read."""
UNOPENED = ("message-", "archive-", "file-")
"""Beginnings of the codes of what could not be opened."""
UNREADABLE = re.compile(r"\ufffd|=\?[\w-]+\?[bq]\?", re.IGNORECASE)
"""Signs that no charset gives, and encoded words that could not be decoded."""
LITTLE = 60
"""Characters of subject and text: 请查收，谢谢 and a signature. Such a mail's files have to speak for themselves."""
NAMED = 0.9
"""How surely a sender or a text must name a reporting body: its full or usual short name, or its mail domain."""


def nothing_to_do(
    mail: Mail,
    files: Sequence[Seen],
    findings: Iterable[Finding],
    answers_us: bool = False,
    signs: Sequence[str] = (),
) -> str:
    """Why a message has nothing to do with any report, in English for the log; empty where it may be one.

    Args:
        mail: The message.
        files: Its files, archives opened, without those that came from us.
        findings: What went wrong in reading it.
        answers_us: It holds a letter of ours; a person who sends one back has something to ask.
        signs: Numbers of notices and words that only a report to one of the calls has.
    """
    documents = [f for f in files if is_document(f)]
    if any(f.has_form for f in files):
        return ""
    # An automatic reply quotes the mail that it answers, so its words say nothing
    codes = {f.code for f in findings if f.severity is not Severity.INFO} - {"name-undecodable"}
    if mail.machine and not documents and not any(code.startswith(UNOPENED) for code in codes):
        return mail.machine
    if codes or any(UNREADABLE.search(text) for text in (mail.subject, mail.body)):
        return ""
    if answers_us or _speaks_of_a_report(mail, files, signs):
        return ""
    if any(_may_be_a_form(mail, f) for f in documents):
        return ""
    return f"nothing of a report in subject, text or the names and contents of {len(files)} files"


def is_document(seen: Seen) -> bool:
    """Whether a file may be a copy of a form or a letter: not a text, a logo or a signature.

    A kind that nobody knows is one. So is a large picture within the text: some programs put all pictures there.
    """
    name = seen.file.name.lower()
    if seen.kind in PICTURES:
        return seen.content.large_picture
    if seen.kind in WORDS_ONLY:
        return seen.kind != EMPTY and name.endswith(TABLES_AS_WORDS)
    return not name.endswith(SIGNATURES)


def _speaks_of_a_report(mail: Mail, files: Sequence[Seen], signs: Sequence[str]) -> bool:
    forwarded = [text for pair in mail.forwarded for text in pair]
    titles = [mail.subject, *forwarded, mail.sender]
    names = [f.file.name for f in files] + [a.name for a in mail.attachments]
    texts = [mail.body, *(w.text for w in mail.within), *(f.content.text for f in files)]
    own = [fold(sign) for sign in signs]
    folded = [fold(text) for text in [*titles, *names, *texts]]
    if any(REPORT_WORDS.search(text) or any(sign in text for sign in own) for text in folded):
        return True
    return any(_names_a_body(text) for text in [*titles, *names, mail.body])


def _names_a_body(text: str) -> bool:
    department, probability = match_department(text) if text else (None, 0.0)
    return department is not None and probability >= NAMED


def _may_be_a_form(mail: Mail, seen: Seen) -> bool:
    """Whether a document in which no form was found may be one all the same.

    One in which nothing can be read (a scan, a picture, a kind that no reader knows, a page pasted into a Word file)
    may, whatever the mail says: a signature names a training centre, an invoice follows by post. Only a picture within
    the text of a mail to many may not, where that is clearly about something else. A document that was read may where
    the mail says next to nothing.
    """
    said = fold(mail.subject + mail.body)
    name = fold(seen.file.name)
    if not seen.content.text or not seen.content.readable or seen.content.image_pages:
        to_many = seen.kind in PICTURES and seen.file.inline and not mail.answerable
        return not to_many or bool(FORM_WORDS.search(name + said)) or not OTHER_BUSINESS.search(name + said)
    return len(said) <= LITTLE and not OTHER_BUSINESS.search(name + said + seen.content.text)
