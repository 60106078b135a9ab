"""The outbox in the ledger: which answer stands where. Each function is one transaction.

draft → queued → sending → sent. From `sending` there is no way back by itself: whoever stops there may have handed
the message over. It becomes `uncertain`, and a person says whether it went out.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from extractors.i18n import N_, _
from pipeline.database.engine import reading, writing
from pipeline.database.tables import FindingTable, OutboxRow, SubmissionTable

ACKNOWLEDGEMENT, CORRECTION = "acknowledgement", "correction"
KINDS = {ACKNOWLEDGEMENT: N_("回执"), CORRECTION: N_("更正通知")}


class Stage(StrEnum):
    """Where an answer stands."""

    DRAFT = "draft"
    """A person has to release it."""
    QUEUED = "queued"
    """It is sent when its time has come."""
    SENDING = "sending"
    """It is being handed over; after a crash nobody knows how far it came."""
    SENT = "sent"
    FAILED = "failed"
    """The server refused it for good, or too often."""
    UNCERTAIN = "uncertain"
    """It may have gone out; a person has to find out."""
    WITHDRAWN = "withdrawn"


NAMES: dict[Stage, str] = {
    Stage.DRAFT: N_("草稿"),
    Stage.QUEUED: N_("待发送"),
    Stage.SENDING: N_("发送中"),
    Stage.SENT: N_("已发送"),
    Stage.FAILED: N_("发送失败"),
    Stage.UNCERTAIN: N_("去向不明"),
    Stage.WITHDRAWN: N_("已撤回"),
}
GONE_OUT = (Stage.SENDING, Stage.SENT, Stage.UNCERTAIN)
"""The sender has it, or may have it."""
UNSENT = (Stage.DRAFT, Stage.QUEUED, Stage.FAILED)
REPLACED, COVERED, NOT_DUE = "replaced", "covered", "not-due"
"""In the place of an error, why the program withdrew it: another draft took its place; the correction letter says what
was received, too; none is due any more."""
WHY_WITHDRAWN: dict[str, str] = {
    REPLACED: N_("已有新的草稿代替它"),
    COVERED: N_("更正通知已说明收到的材料，不另发回执"),
    NOT_DUE: N_("该报送已被替代、属重复报送或已答复，不再需要"),
}
RETURNED = "answer-undelivered"
"""The finding that a bounce brought a letter back, on the submission that the letter answers."""
FORWARDED = frozenset({"forwarded-sender", "forwarded-subject"})
"""Evidence (see `intake.evidence`) from a forwarded message: the body wrote to a colleague, who sent it on."""

ACTIONS: dict[str, tuple[frozenset[Stage], Stage]] = {
    "queue": (frozenset({Stage.DRAFT, Stage.WITHDRAWN}), Stage.QUEUED),
    "retry": (frozenset({Stage.FAILED, Stage.UNCERTAIN, Stage.QUEUED, Stage.WITHDRAWN}), Stage.QUEUED),
    "sent": (frozenset({Stage.UNCERTAIN, Stage.DRAFT, Stage.QUEUED, Stage.FAILED}), Stage.SENT),
    "withdraw": (frozenset(UNSENT), Stage.WITHDRAWN),
}
"""What a person can do: from where, to where. A draft sent by hand with a mail program is marked as sent. What may
have gone out can't be withdrawn."""


@dataclass(frozen=True)
class NewDraft:
    """A draft whose bytes are in the store."""

    kind: str
    sha256: str
    mail_id: str
    recipient: str
    subject: str


@dataclass(frozen=True)
class OutboxItem:
    """An answer as the outbox has it."""

    id: int
    submission_id: int
    department: str | None
    kind: str
    sha256: str
    mail_id: str
    recipient: str
    subject: str
    stage: Stage
    attempts: int
    next_at: datetime.datetime | None
    error: str
    made_at: datetime.datetime
    sent_at: datetime.datetime | None
    forwarded: bool
    """It goes to the one who forwarded the body's message."""
    returned: str = ""
    """The name of the bounce that brought it back; empty where none did."""

    @property
    def why_withdrawn(self) -> str:
        """Why the program withdrew it, in the language in use; empty where it didn't."""
        return _(WHY_WITHDRAWN[self.error]) if self.error in WHY_WITHDRAWN else ""


def is_forwarded(submission: SubmissionTable) -> bool:
    """Whether a forwarded message tells its reporting body."""
    return any(each["source"] in FORWARDED for each in submission.evidence)


def now() -> datetime.datetime:
    """The time, with its zone."""
    return datetime.datetime.now(datetime.UTC)


def name_of(stage: Stage) -> str:
    """The stage in the language in use."""
    return _(NAMES[stage])


def enter(
    engine: Engine,
    submission_id: int,
    drafts: Sequence[NewDraft],
    to_queue: Collection[str],
    not_before: datetime.datetime | None = None,
    edited: Collection[str] = (),
) -> None:
    """Makes the outbox hold these drafts of a submission; doing it again changes nothing.

    Unsent ones that aren't among them are withdrawn. An acknowledgement isn't drafted once one has gone out, nor
    where a correction letter has or is to go out by itself; and nothing is queued of a kind of which one has gone out
    before, or was withdrawn by a person.

    Args:
        engine: The ledger.
        submission_id: Whose.
        drafts: One of a kind at most.
        to_queue: The kinds that go out by themselves.
        not_before: When they may go out at the earliest.
        edited: Kinds whose draft was changed by hand, and so has to be sent by hand.
    """
    with writing(engine) as session:
        rows = session.scalars(
            select(OutboxRow).where(OutboxRow.submission_id == submission_id).with_for_update()
        ).all()
        gone = {row.kind for row in rows if row.state in GONE_OUT}
        by_hand = gone | {row.kind for row in rows if row.state == Stage.WITHDRAWN and row.error not in WHY_WITHDRAWN}
        covered = CORRECTION in gone or (CORRECTION in to_queue and CORRECTION not in by_hand)
        due = {each.kind: each for each in drafts if not (each.kind == ACKNOWLEDGEMENT and (gone or covered))}
        _withdraw_others(rows, due, covered, edited)
        for kind, new in due.items():
            stage = Stage.QUEUED if kind in to_queue and kind not in by_hand else Stage.DRAFT
            next_at = not_before if stage is Stage.QUEUED else None
            same = next((row for row in rows if row.kind == kind and row.sha256 == new.sha256), None)
            if same is None:
                session.add(
                    OutboxRow(
                        submission_id=submission_id, kind=kind, sha256=new.sha256, mail_id=new.mail_id,
                        recipient=new.recipient, subject=new.subject, state=stage, made_at=now(),
                        next_at=next_at,
                    )
                )  # fmt: skip
            elif same.state == Stage.WITHDRAWN and same.error in WHY_WITHDRAWN:
                same.state, same.error, same.attempts, same.next_at = stage, "", 0, next_at


def _withdraw_others(
    rows: Sequence[OutboxRow], due: Mapping[str, NewDraft], covered: bool, edited: Collection[str]
) -> None:
    for row in rows:
        new = due.get(row.kind)
        if row.state in UNSENT and (new is None or new.sha256 != row.sha256):
            row.state, row.error, row.next_at = Stage.WITHDRAWN, NOT_DUE, None
            if new is not None or row.kind in edited:
                row.error = REPLACED
            elif covered and row.kind == ACKNOWLEDGEMENT:
                row.error = COVERED


def items(engine: Engine, stages: Collection[Stage] = tuple(Stage)) -> list[OutboxItem]:
    """The answers at these stages, in the order in which they were drafted."""
    return _items(engine, OutboxRow.state.in_(stages))


def due(engine: Engine, moment: datetime.datetime) -> list[OutboxItem]:
    """The answers whose time to be sent has come, oldest first."""
    waited = or_(OutboxRow.next_at.is_(None), OutboxRow.next_at <= moment)
    return _items(engine, OutboxRow.state == Stage.QUEUED, waited)


def begin(engine: Engine, item_id: int) -> bool:
    """Queued to sending, just before the message is handed over. False where it isn't queued any more."""
    return _move(engine, item_id, (Stage.QUEUED,), Stage.SENDING, OutboxRow.attempts + 1, error="", next_at=None)


def mark_sent(engine: Engine, item_id: int) -> bool:
    """The server has taken it."""
    return _move(engine, item_id, (Stage.SENDING, Stage.UNCERTAIN), Stage.SENT, error="", sent_at=now())


def mark_uncertain(engine: Engine, item_id: int, error: str = "") -> bool:
    """Nobody knows whether the server has taken it."""
    return _move(engine, item_id, (Stage.SENDING,), Stage.UNCERTAIN, error=error)


def mark_failed(engine: Engine, item_id: int, error: str) -> bool:
    """The server hasn't taken it, and won't."""
    return _move(engine, item_id, (Stage.QUEUED, Stage.SENDING), Stage.FAILED, error=error, next_at=None)


def postpone(engine: Engine, item_id: int, error: str, until: datetime.datetime, attempts: int) -> bool:
    """The server hasn't taken it this time; `attempts` is how many there have been."""
    stages = (Stage.QUEUED, Stage.SENDING)
    return _move(engine, item_id, stages, Stage.QUEUED, attempts, error=error, next_at=until)


def act(engine: Engine, action: str, item_id: int) -> Stage | None:
    """Does what a person says; a key of `ACTIONS`. The stage where that can't be done, None where it was done.

    Raises:
        KeyError: there is no such answer.
    """
    stages, to = ACTIONS[action]
    with writing(engine) as session:
        row = session.get(OutboxRow, item_id, with_for_update=True)
        if row is None:
            raise KeyError(item_id)
        stage = Stage(row.state)
        if stage not in stages or (stage is Stage.WITHDRAWN and row.error in WHY_WITHDRAWN):
            return stage
        row.state, row.error, row.next_at = to, "", None
        row.attempts = 0 if to is Stage.QUEUED else row.attempts
        row.sent_at = now() if to is Stage.SENT else row.sent_at
        return None


def _move(
    engine: Engine, item_id: int, stages: Collection[Stage], to: Stage, attempts: object = None, **values: object
) -> bool:
    """A move in one step, which only one of several can make."""
    if attempts is not None:
        values["attempts"] = attempts
    with writing(engine) as session:
        done = session.execute(
            update(OutboxRow).where(OutboxRow.id == item_id, OutboxRow.state.in_(stages)).values(state=to, **values)
        )
        assert isinstance(done, CursorResult)
        return done.rowcount == 1


def _items(engine: Engine, *conditions: ColumnElement[bool]) -> list[OutboxItem]:
    with reading(engine) as session:
        rows = session.scalars(select(OutboxRow).where(*conditions).order_by(OutboxRow.id))
        returned = _returned(session)
        return [_item(session, row, returned.get(row.mail_id, "")) for row in rows]


def _returned(session: Session) -> dict[str, str]:
    """Message-IDs of letters that came back, to the names of the newest bounces."""
    found = session.scalars(select(FindingTable).where(FindingTable.code == RETURNED).order_by(FindingTable.id))
    return {str(row.params["id"]): str(row.params["name"]) for row in found}


def _item(session: Session, row: OutboxRow, returned: str) -> OutboxItem:
    submission = session.get_one(SubmissionTable, row.submission_id)
    return OutboxItem(
        id=row.id,
        submission_id=row.submission_id,
        department=submission.department,
        kind=row.kind,
        sha256=row.sha256,
        mail_id=row.mail_id,
        recipient=row.recipient,
        subject=row.subject,
        stage=Stage(row.state),
        attempts=row.attempts,
        next_at=row.next_at,
        error=row.error,
        made_at=row.made_at,
        sent_at=row.sent_at,
        forwarded=is_forwarded(submission),
        returned=returned,
    )
