"""Letters of ours that came back: a finding on the submission that they answer, shown beside them in the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.database.findings import row_of
from pipeline.database.outbox import KINDS, RETURNED, Stage
from pipeline.database.tables import FindingTable, MessageRow, OutboxRow
from pipeline.model import Finding, Severity


def remarks_of_bounce(session: Session, bounce: MessageRow, mail_ids: Sequence[str]) -> list[FindingTable]:
    """The findings that a bounce gives, one for each letter that came back.

    Args:
        session: Of the ledger.
        bounce: The message, with its content.
        mail_ids: Message-IDs of what came back. Where none of them is ours, a letter is known by its recipient and
            its subject in the bounce's text.
    """
    ids = {*mail_ids, *bounce.references.split()}
    letters = session.scalars(select(OutboxRow).where(OutboxRow.mail_id.in_(ids))).all() if ids else []
    if not letters:
        standing = select(OutboxRow).where(OutboxRow.state != Stage.WITHDRAWN).order_by(OutboxRow.id)
        text = "".join(f"{bounce.subject}{bounce.body}".split())
        letters = [row for row in session.scalars(standing) if _is_named(row, text)]
    found = []
    for letter in letters:
        params = {"recipient": letter.recipient, "kind": KINDS[letter.kind], "name": bounce.name, "id": letter.mail_id}
        finding = Finding(RETURNED, Severity.WARNING, params)
        found.append(row_of(finding, bounce.id, letter.submission_id, "intake"))
    return found


def _is_named(letter: OutboxRow, text: str) -> bool:
    return bool(letter.recipient and letter.subject) and letter.recipient in text and _bare(letter.subject) in text


def _bare(text: str) -> str:
    return "".join(text.split())
