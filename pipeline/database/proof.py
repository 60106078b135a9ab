"""Whether a later submission may take an earlier one's place: what its own message and papers show decides.

That nothing was found wrong is no proof. A correction or a half may replace an earlier submission

1. where it comes from the very address that sent the earlier one, or answers it or our letter about it: what a
   genuine office does whose address nobody can verify (163, QQ). Such an address can be forged, so it supports no
   load: it only says which of two submissions is the newer;
2. or where its address is verified, or the seal or signature on its *own* scan reads as the body's.

Findings that say that it may be another's (`STRANGER`) outweigh both.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.database.tables import FindingTable, MessageRow, OutboxRow, SubmissionTable
from pipeline.intake.evidence import BodyEvidence, display_and_address, is_supported
from pipeline.sender import STRANGER


def may_replace(session: Session, later: SubmissionTable, earlier: SubmissionTable) -> bool:
    """Whether one may take the place of another that came before it."""
    return not is_stranger(session, later) and (is_known(session, later, earlier) or supported(later))


def is_stranger(session: Session, submission: SubmissionTable) -> bool:
    """Whether a finding says that it may be from somebody else."""
    mine = (FindingTable.submission_id == submission.id, FindingTable.code.in_(STRANGER))
    return session.scalar(select(FindingTable.id).where(*mine).limit(1)) is not None


def is_known(session: Session, later: SubmissionTable, earlier: SubmissionTable) -> bool:
    """Whether one comes from the address of another, which no check denies, or answers it.

    An earlier one that seems to answer the later shows nothing: anybody can give his message the id of our notice.
    """
    address = address_of(later.message)
    same = bool(address) and address == address_of(earlier.message)
    if same and not later.message.authentication.get("failed"):
        return True
    return bool(mail_ids(session, earlier).intersection(later.message.references.split()))


def supported(submission: SubmissionTable) -> bool:
    """Whether its own evidence supports its reporting body; a seal on a scan that another message brought doesn't."""
    scan = submission.scan
    own_scan = scan is not None and scan.message_id == submission.message_id
    return is_supported(_evidence(submission), submission.department, own_scan)


def half_is_unproven(session: Session, joined: SubmissionTable) -> bool:
    """Whether a submission of two messages has its electronic copy from an address that neither half speaks for."""
    if joined.joined_with is None or joined.electronic is None:
        return False
    other = session.get_one(SubmissionTable, joined.joined_with)
    of_copy = joined if joined.electronic.message_id == joined.message_id else other
    verified = is_supported(_evidence(of_copy), joined.department, own_scan=False)
    return not verified and not is_known(session, joined, other)


def mail_ids(session: Session, submission: SubmissionTable) -> set[str]:
    """What an answer to a submission, or to our letters about it, refers to (RFC 5322, 3.6.4)."""
    ours = select(OutboxRow.mail_id).where(OutboxRow.submission_id == submission.id)
    return {submission.message.mail_id, *session.scalars(ours)} - {""}


def address_of(message: MessageRow) -> str:
    """The address that answers go to, else that of the sender; in lower case, empty where there is none."""
    return (message.reply_to or display_and_address(message.sender)[1]).strip().lower()


def _evidence(submission: SubmissionTable) -> list[BodyEvidence]:
    return [BodyEvidence.from_json(kept) for kept in submission.evidence]
