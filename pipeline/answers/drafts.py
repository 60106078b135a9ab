"""The drafts of a submission, as files beside its reports."""

from __future__ import annotations

from pathlib import Path

from extractors.i18n import _
from pipeline.answers import texts
from pipeline.answers.address import recipient
from pipeline.answers.message import Answer, draft
from pipeline.answers.texts import Case
from pipeline.database.outbox import ACKNOWLEDGEMENT, CORRECTION
from pipeline.reports.stable import write_whole


def write_drafts(case: Case, folder: Path, letter: Path, sender: str) -> dict[str, Path]:
    """Writes an acknowledgement, and a correction letter where there is something to correct; kind to path.

    Nothing is written where nobody is to be answered. What an earlier comparison left and this one doesn't call for is
    taken away.

    Args:
        case: The submission.
        folder: Of its reports.
        letter: The Word letter, written already.
        sender: Address that answers come from; empty: the call's mailbox.

    Raises:
        OSError: a file can't be written.
    """
    paths = {ACKNOWLEDGEMENT: folder / _("回执.eml"), CORRECTION: folder / _("更正通知.eml")}
    made = _drafts(case, letter, sender or case.info.call.mailbox)
    for kind, path in paths.items():
        if kind in made:
            write_whole(path, made[kind])
        else:
            path.unlink(missing_ok=True)
    return {kind: path for kind, path in paths.items() if kind in made}


def _drafts(case: Case, letter: Path, sender: str) -> dict[str, bytes]:
    mailbox = case.info.call.mailbox
    to = recipient(case.job.reply_to, own=(sender, mailbox))
    if to is None:
        return {}

    def made(subject: str, text: str, attachment: tuple[str, bytes] | None = None) -> bytes:
        return draft(
            Answer(
                sender=sender,
                sender_name=case.info.call.office,
                reply_to="" if sender == mailbox else mailbox,
                recipient=to,
                subject=subject,
                answers=case.job.mail_id,
                thread=case.job.references,
                text=text,
                attachment=attachment,
            )
        )

    drafts = {ACKNOWLEDGEMENT: made(texts.subject(case), texts.acknowledgement(case))}
    if case.letter.groups:
        attachment = (letter.name, letter.read_bytes())
        drafts[CORRECTION] = made(texts.correction_subject(case), texts.correction(case), attachment)
    return drafts
