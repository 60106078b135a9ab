"""Whether a later submission may take an earlier one's place: what its own message and papers show decides.

That nothing was found wrong is no proof. A correction or a half may replace an earlier submission

1. where its address is verified, or the seal or signature on its *own* scan reads as the body's;
2. or, as long as the earlier one isn't loaded, where it comes from the very address in From that sent that one, or
   answers our letter about it: what a genuine office does whose address nobody can verify (163, QQ). Such an address
   can be forged, so it supports no load: it only says which of two submissions is the newer. Reply-To is never
   checked by anybody, so it proves nothing; nor does an answer to another message than our letters, since anybody can
   give his own message the id of a notice that all bodies answer.

A finding that says that it may be another's (`STRANGER`), or a comparison that found nothing that supports the body,
outweighs both.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.database.states import State
from pipeline.database.tables import FindingTable, MessageRow, OutboxRow, ResultTable, SubmissionTable
from pipeline.intake.evidence import BodyEvidence, display_and_address, is_supported
from pipeline.mail_addresses import ADDRESS
from pipeline.sender import STRANGER


def may_replace(session: Session, later: SubmissionTable, earlier: SubmissionTable) -> bool:
    """Whether one may take the place of another that came before it."""
    if is_stranger(session, later):
        return False
    loaded = State(earlier.state) is State.LOADED
    return supported(later) or (not loaded and is_known(session, later, earlier))


def is_stranger(session: Session, submission: SubmissionTable) -> bool:
    """Whether a finding says that it is from somebody else, or it was compared and nothing supports its body."""
    mine = (FindingTable.submission_id == submission.id, FindingTable.code.in_(STRANGER))
    if session.scalar(select(FindingTable.id).where(*mine).limit(1)) is not None:
        return True
    compared = select(ResultTable.id).where(ResultTable.submission_id == submission.id).limit(1)
    return session.scalar(compared) is not None and not is_supported(_evidence(submission), submission.department)


def is_known(session: Session, later: SubmissionTable, earlier: SubmissionTable) -> bool:
    """Whether one comes from the sender of another, or answers our letter about it."""
    return same_sender(later.message, earlier.message) or answers_our_letter(session, later, earlier)


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
    own_copy = joined.electronic.message_id == joined.message_id
    of_copy, of_scan = (joined, other) if own_copy else (other, joined)
    verified = is_supported(_evidence(of_copy), joined.department, own_scan=False)
    known = same_sender(of_copy.message, of_scan.message) or answers_our_letter(session, joined, other)
    return not verified and not known


def same_sender(claimed: MessageRow, known: MessageRow) -> bool:
    """Whether a message comes from the address in From of another, as far as can be told.

    Not where a check denies it, where answers shall go elsewhere, or where the address of the other was verified and
    its own isn't.
    """
    address = address_of(claimed)
    if not address or address != address_of(known) or claimed.authentication.get("failed"):
        return False
    if claimed.reply_to.lower() not in ("", address, known.reply_to.lower()):
        return False
    return bool(claimed.authentication.get("verified") or not known.authentication.get("verified"))


def answers_our_letter(session: Session, later: SubmissionTable, earlier: SubmissionTable) -> bool:
    """Whether one answers a letter of ours about another; nobody but its sender has the letter (RFC 5322, 3.6.4)."""
    return not our_letters(session, earlier).isdisjoint(later.message.references.split())


def our_letters(session: Session, submission: SubmissionTable) -> set[str]:
    """Message-IDs of our letters about a submission."""
    return set(session.scalars(select(OutboxRow.mail_id).where(OutboxRow.submission_id == submission.id))) - {""}


def address_of(message: MessageRow) -> str:
    """The address in From in lower case; empty where there is none, or more than one can be read in it."""
    address = display_and_address(message.sender)[1].lower()
    others = {found.strip("'") for found in ADDRESS.findall(message.sender.lower())} - {address}
    return "" if others else address


def _evidence(submission: SubmissionTable) -> list[BodyEvidence]:
    return [BodyEvidence.from_json(kept) for kept in submission.evidence]
