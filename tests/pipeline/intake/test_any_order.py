"""In whatever order messages come, with stops anywhere: each is in the ledger once, and so is what it submits."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_messages import make_message, make_report, make_scan
from sqlalchemy import select

from pipeline.database.claims import Claims
from pipeline.database.engine import open_ledger, reading
from pipeline.database.mailboxes import MailboxItem, open_mailbox
from pipeline.database.tables import MailboxItemRow, MessageRow, SubmissionTable
from pipeline.database.taking import EMPTY
from pipeline.intake import intake
from pipeline.intake.intake import take_in
from pipeline.intake.sources import RawMessage
from pipeline.intake.store import Store
from pipeline.settings import Settings

MESSAGES = (
    make_report(),
    make_report(scan=make_scan(100), subject="江苏省工业和信息化厅报送", sender="江苏省工业和信息化厅"),
    make_message(subject="新闻简报", sender="资讯", body="本周要闻"),
    b"",
    make_report(scan=make_scan(120), body="更正，以此为准。"),
)
STEPS = ("record_message", "read_stored", "add_content")


class Stop(Exception):
    """Stands for a kill: nothing after it runs."""


# A mailbox: which message lies under each UID. Polls: of which UIDs, under which numbering, stopped at which step.
BOX = st.lists(st.integers(0, len(MESSAGES) - 1), min_size=1, max_size=6)
POLL = st.tuples(
    st.lists(st.integers(0, 5), max_size=6),
    st.integers(1, 2),
    st.one_of(st.none(), st.tuples(st.sampled_from(STEPS), st.integers(1, 3), st.booleans())),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BOX, st.lists(POLL, max_size=5))
def test_each_message_is_taken_once(
    empty_ledger: Path, box: list[int], polls: list[tuple[list[int], int, tuple[str, int, bool] | None]]
) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        _hold(folder, empty_ledger, box, polls)
    finally:
        shutil.rmtree(folder)


def _hold(
    folder: Path, empty_ledger: Path, box: list[int], polls: list[tuple[list[int], int, tuple[str, int, bool] | None]]
) -> None:
    shutil.copy(empty_ledger, folder / "ledger.sqlite")
    engine = open_ledger(f"sqlite:///{folder}/ledger.sqlite")
    store, wanted = Store(str(folder / "store"), folder / "views"), Settings(workspace=folder)
    everything = list(range(len(box)))
    # The last polls see everything, under the first numbering and under another
    for uids, validity, stop in [*polls, (everything, 1, None), (everything, 2, None)]:
        mailbox_id = open_mailbox(engine, "office", "INBOX", validity)
        raws = [
            RawMessage(
                identity=f"imap:office/INBOX/{validity}/{uid}",
                data=MESSAGES[box[uid]],
                name=f"INBOX {uid}",
                item=MailboxItem(mailbox_id, uid, "0" * 64),
            )
            for uid in uids
            if uid < len(box)
        ]
        undo = _stopping(*stop) if stop else dict[str, object]()
        try:
            take_in(raws, store, engine, wanted, claims=Claims(engine, f"office/{validity}/{len(raws)}", seconds=-1))
        except Stop:
            pass
        finally:
            for name, inner in undo.items():
                setattr(intake, name, inner)
    with reading(engine) as session:
        messages = session.scalars(select(MessageRow)).all()
        submissions = Counter(session.scalars(select(SubmissionTable.message_id)))
        items = session.scalars(select(MailboxItemRow)).all()
    originals = [m for m in messages if m.duplicate_of is None]
    whole = [m.sha256 for m in originals if m.sha256 != EMPTY]  # of nothing at all there may be several
    assert len(set(whole)) == len(whole)
    assert len({m.sha256 for m in originals}) == len(set(box))
    assert {m.state for m in originals} <= {"taken", "nothing"}
    assert {m.state for m in messages if m.duplicate_of is not None} <= {"duplicate"}
    assert all(submissions[m.id] == (m.state == "taken") for m in messages)
    assert {(item.mailbox_id, item.uid) for item in items if item.message_id is not None} >= {
        (open_mailbox(engine, "office", "INBOX", validity), uid) for validity in (1, 2) for uid in everything
    }
    assert [store.get(m.sha256) for m in originals]
    engine.dispose()


def _stopping(name: str, number: int, after: bool) -> dict[str, object]:
    """Makes a step of intake stop at one of its calls; what it was before."""
    inner = getattr(intake, name)
    calls = 0

    def stopped(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == number and not after:
            raise Stop
        value = inner(*arguments, **named)
        if calls == number:
            raise Stop
        return value

    setattr(intake, name, stopped)
    return {name: inner}
