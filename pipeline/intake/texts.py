"""The parts of a message that are its text, made one, and what they give away: links to files that lie elsewhere."""

from __future__ import annotations

from extractors.charsets import decode
from pipeline.intake.html import text_of_html
from pipeline.intake.links import MOST_LINKS, findings_of, linked_files
from pipeline.intake.mail import Mail
from pipeline.model import Finding, Severity

LONGEST_PART = 4 << 20
"""Bytes of one text that are read. Pictures within HTML as data: URLs take most of what is long."""
LONGEST_BODY = 100_000
"""Characters that are kept of all texts together. Mails of this kind have some hundred."""


def add_text(mail: Mail, content: bytes, label: str | None, is_html: bool) -> None:
    """Adds a text in the charset that `label` names, if it isn't there yet."""
    source = decode(content[:LONGEST_PART], label).text.replace("\r\n", "\n")
    add_decoded(mail, source, is_html, cut=len(content) > LONGEST_PART)


def add_decoded(mail: Mail, source: str, is_html: bool, cut: bool = False) -> None:
    """Adds a text or HTML that is decoded; `cut`: there was more of it."""
    told = [f for f in mail.findings if f.code == "attachment-linked"]
    if len(told) < MOST_LINKS:
        mail.findings += [f for f in findings_of(linked_files(source)) if f not in told]
    left = LONGEST_BODY - len(mail.body)
    if left > 0:
        text = (text_of_html(source) if is_html else source).strip()
        # multipart/alternative says the same twice; the plain form comes first
        if text and _bare(text[:left]) not in _bare(mail.body):
            mail.body = f"{mail.body}\n\n{text[:left]}".strip()[:LONGEST_BODY]
            cut |= len(text) > left
    else:
        cut |= bool(source.strip())
    if cut and not any(f.code == "text-too-long" for f in mail.findings):
        mail.findings.append(Finding("text-too-long", Severity.WARNING, {"most": str(LONGEST_BODY)}))


def _bare(text: str) -> str:
    """Without white space and the marks of quoted lines: the two forms of a text differ in both."""
    return "".join(text.split()).replace(">", "")
