"""Sending what is queued, each answer once at most, whatever happens in between.

For each: recipient accepted → ledger says *sending* → message handed over → ledger says *sent*. A stop before the
second step leaves it queued. A stop after it leaves *sending*, which nobody sends again: the next run calls it
*uncertain*, and a person decides. Of two runs only one can take the second step.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.parser import BytesHeaderParser
from email.utils import parseaddr

import structlog
from pydantic import SecretStr
from sqlalchemy import Engine

from extractors.errors import StorageError, UsageError
from pipeline.answers.account import Answers
from pipeline.answers.message import to_send
from pipeline.answers.outbox import enter_drafts
from pipeline.answers.smtp import Line, Lost, Refused, Unknown, Unreachable
from pipeline.calls.call import CHINA
from pipeline.database import outbox
from pipeline.database.claims import Claims, holding
from pipeline.database.outbox import OutboxItem, Stage
from pipeline.intake.store import Store
from pipeline.secrets import secret
from pipeline.settings import Settings

log = structlog.get_logger("pipeline.answers")

PASSWORD_VARIABLE = "ZHONGSHI_SMTP_PASSWORD"
FIRST_WAIT, LONGEST_WAIT = datetime.timedelta(minutes=1), datetime.timedelta(hours=6)
"""Before the second attempt; it doubles with each one up to the longest."""


@dataclass(frozen=True)
class SendReport:
    """What came of a round of sending. The fields hold ids of the outbox."""

    sent: tuple[int, ...] = ()
    postponed: tuple[int, ...] = ()
    """Refused for the moment, or no connection."""
    failed: tuple[int, ...] = ()
    """Refused for good, or too often."""
    uncertain: tuple[int, ...] = ()
    """All that a person has to decide, those of earlier rounds too."""
    forbidden: int = 0
    """How many are queued and stay so, as the setting ``answers.send`` is ``never``."""
    unusable: tuple[str, ...] = ()
    """Drafts that can't be entered; see `enter_drafts`."""
    trouble: str = ""
    """Why the server can't be used; empty where it can."""

    @property
    def needs_a_person(self) -> bool:
        """Whether a run should tell of it."""
        return bool(self.failed or self.uncertain or self.unusable or self.trouble)


def answer(engine: Engine, store: Store, settings: Settings) -> SendReport:
    """The end of a run: the drafts of all submissions into the outbox, and out what the settings let out.

    Raises:
        StorageError: the ledger or the store can't be used.
        TransientError: database-busy, store-unreachable.
    """
    unusable = enter_drafts(engine, store, settings)
    report = send_queued(engine, store, settings)
    return replace(report, unusable=tuple(unusable))


def send_queued(
    engine: Engine, store: Store, settings: Settings, moment: datetime.datetime | None = None
) -> SendReport:
    """Sends the answers whose time has come at `moment` (now, if not given).

    Raises:
        StorageError: the ledger or the store can't be used.
        TransientError: database-busy, store-unreachable.
    """
    moment = moment or outbox.now()
    ended: dict[Stage, list[int]] = {stage: [] for stage in Stage}
    trouble, forbidden = "", 0
    with holding(engine) as claims:
        for item in _claimed(claims, outbox.items(engine, (Stage.SENDING,))):
            # Whoever handed it over is gone
            if outbox.mark_uncertain(engine, item.id):
                log.warning("answer-uncertain", id=item.id, mail_id=item.mail_id)
        if settings.answers.send == "never" or settings.answers.smtp is None:
            forbidden = len(outbox.items(engine, (Stage.QUEUED,)))
        else:
            mine = {item.id for item in _claimed(claims, outbox.due(engine, moment))}
            # Asked again: another run may have sent some of them before they were claimed
            queue = [item for item in outbox.due(engine, moment) if item.id in mine]
            trouble = _send_all(queue, _Office(engine, store, settings.answers, moment), ended)
    return SendReport(
        sent=tuple(ended[Stage.SENT]),
        postponed=tuple(ended[Stage.QUEUED]),
        failed=tuple(ended[Stage.FAILED]),
        uncertain=tuple(item.id for item in outbox.items(engine, (Stage.UNCERTAIN,))),
        forbidden=forbidden,
        trouble=trouble,
    )


@dataclass(frozen=True)
class _Office:
    engine: Engine
    store: Store
    answers: Answers
    moment: datetime.datetime


def _claimed(claims: Claims, items: Sequence[OutboxItem]) -> list[OutboxItem]:
    keys = {f"outbox:{item.id}": item for item in items}
    return [keys[key] for key in sorted(claims.take(keys), key=lambda key: keys[key].id)]


def _send_all(queue: Sequence[OutboxItem], office: _Office, ended: dict[Stage, list[int]]) -> str:
    """Sends one after the other; why the server can't be used, empty where it can."""
    assert office.answers.smtp is not None
    if not queue:
        return ""
    try:
        line = Line(office.answers.smtp, _password(office.answers))
    except UsageError as error:
        return error.message
    try:
        for at, item in enumerate(queue):
            try:
                stage = _send(item, line, office)
            except Unreachable as error:
                for each in queue[at:]:
                    ended[_postpone(each, str(error), office)].append(each.id)
                return str(error)
            if stage is not None:
                ended[stage].append(item.id)
    finally:
        line.quit()
    return ""


def _password(answers: Answers) -> SecretStr | None:
    assert answers.smtp is not None
    return secret(PASSWORD_VARIABLE, answers.smtp.password_file) if answers.smtp.user else None


def _send(item: OutboxItem, line: Line, office: _Office) -> Stage | None:
    """Sends one answer; where it stands then, None where another run has taken it."""
    engine = office.engine
    try:
        data = to_send(office.store.get(item.sha256), office.moment.astimezone(CHINA), office.answers.sender)
    except StorageError as error:  # of this draft alone: the others can go out
        outbox.mark_failed(engine, item.id, error.message)
        return Stage.FAILED
    try:
        line.offer(_sender_of(data), item.recipient)
        if not outbox.begin(engine, item.id):
            line.take_back()
            return None
        line.deliver(data)
    except Refused as error:
        if not error.permanent:
            return _postpone(item, str(error), office)
        log.warning("answer-refused", id=item.id, reason=str(error))
        outbox.mark_failed(engine, item.id, str(error))
        return Stage.FAILED
    except Lost as error:
        return _postpone(item, str(error), office)
    except Unknown as error:
        log.warning("answer-uncertain", id=item.id, mail_id=item.mail_id, reason=str(error))
        outbox.mark_uncertain(engine, item.id, str(error))
        return Stage.UNCERTAIN
    outbox.mark_sent(engine, item.id)
    log.info("answer-sent", id=item.id, mail_id=item.mail_id)
    return Stage.SENT


def _postpone(item: OutboxItem, reason: str, office: _Office) -> Stage:
    attempts = item.attempts + 1
    if attempts >= office.answers.attempts:
        outbox.mark_failed(office.engine, item.id, reason)
        return Stage.FAILED
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    outbox.postpone(office.engine, item.id, reason, office.moment + wait, attempts)
    return Stage.QUEUED


def _sender_of(data: bytes) -> str:
    """The address in From: answers are sent in the name that they bear."""
    return parseaddr(str(BytesHeaderParser().parsebytes(data)["From"]))[1]
