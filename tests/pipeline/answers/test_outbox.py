"""What is entered in the outbox, what may go out by itself, and what a person decides."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_answers import SICHUAN, make_answer
from sqlalchemy import Engine

from pipeline.answers.account import Answers, Smtp
from pipeline.answers.message import draft, mail_id_of
from pipeline.answers.outbox import NOT_BY_ITSELF, enter_drafts
from pipeline.database.engine import reading, writing
from pipeline.database.ledger import set_reports
from pipeline.database.outbox import (
    ACTIONS,
    COVERED,
    NOT_DUE,
    Stage,
    act,
    begin,
    due,
    items,
    mark_failed,
    mark_sent,
    mark_uncertain,
)
from pipeline.database.states import State
from pipeline.database.tables import SubmissionTable
from pipeline.findings import CODES
from pipeline.intake.store import Store
from pipeline.model import Finding, Severity
from pipeline.settings import Settings

Drafted = Callable[..., int]
SEAL = {"source": "seal", "says": SICHUAN, "department": SICHUAN, "weight": 0.95}
FORWARDED = {"source": "forwarded-sender", "says": SICHUAN, "department": SICHUAN, "weight": 0.25}
SMTP = Smtp(host="localhost", security="none")


def setting(tmp_path: Path, send: Any, **other: Any) -> Settings:
    return Settings(workspace=tmp_path, answers=Answers(send=send, smtp=SMTP, **other))


@pytest.fixture
def drafted(engine: Engine, submit: Callable[..., int], tmp_path: Path) -> Drafted:
    """A submission with drafts beside its reports; the id. Again with an id: its drafts are written anew."""

    def write(submission_id: int | None = None, ack: str = "收悉", correction: str = "", **other: Any) -> int:
        state = other.pop("state", State.WAITING)
        number = submission_id or submit(**{"evidence": (SEAL,), **other})
        reports = {}
        for kind, text in (("acknowledgement", ack), ("correction", correction)):
            if text:
                path = tmp_path / "reports" / f"{number}" / f"{kind}.eml"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(draft(make_answer(text=f"{number} {text}")))
                reports[kind] = path.relative_to(tmp_path).as_posix()
        set_reports(engine, number, reports)
        change(engine, number, state=state)
        return number

    return write


def change(engine: Engine, submission_id: int, **values: Any) -> None:
    with writing(engine) as session:
        row = session.get_one(SubmissionTable, submission_id)
        for name, value in values.items():
            setattr(row, name, value)


def stages(engine: Engine) -> list[tuple[str, str]]:
    return [(item.kind, item.stage.value) for item in items(engine)]


@pytest.mark.parametrize(
    ("send", "correction", "expected"),
    [
        ("never", "", [("acknowledgement", "draft")]),
        ("never", "请更正", [("acknowledgement", "draft"), ("correction", "draft")]),
        ("acknowledgements", "", [("acknowledgement", "queued")]),
        ("acknowledgements", "请更正", [("acknowledgement", "queued"), ("correction", "draft")]),
        ("all", "", [("acknowledgement", "queued")]),
        ("all", "请更正", [("correction", "queued")]),  # says what was received, too
    ],
)
def test_the_setting_says_what_goes_out_by_itself(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path, send: str, correction: str, expected: Any
) -> None:
    drafted(correction=correction)
    for _ in range(2):  # entering again changes nothing
        assert enter_drafts(engine, store, setting(tmp_path, send)) == []
        assert stages(engine) == expected


def test_the_bytes_are_in_the_store(engine: Engine, store: Store, drafted: Drafted, tmp_path: Path) -> None:
    drafted()
    enter_drafts(engine, store, Settings(workspace=tmp_path))
    (item,) = items(engine)
    data = store.get(item.sha256)
    assert (item.mail_id, item.recipient, item.subject) == (mail_id_of(data), "clerk@example.cn", "回复：报送材料")


def test_a_new_draft_withdraws_the_unsent_one(engine: Engine, store: Store, drafted: Drafted, tmp_path: Path) -> None:
    number = drafted(correction="请更正一")
    enter_drafts(engine, store, setting(tmp_path, "all"))
    drafted(number, correction="请更正二")
    enter_drafts(engine, store, setting(tmp_path, "all"))
    assert stages(engine) == [("correction", "withdrawn"), ("correction", "queued")]
    drafted(number, correction="请更正一")  # the first again
    enter_drafts(engine, store, setting(tmp_path, "all"))
    assert stages(engine) == [("correction", "queued"), ("correction", "withdrawn")]


def test_an_acknowledgement_goes_out_once(engine: Engine, store: Store, drafted: Drafted, tmp_path: Path) -> None:
    number = drafted()
    enter_drafts(engine, store, setting(tmp_path, "all"))
    (item,) = items(engine)
    assert begin(engine, item.id)
    for after in (lambda: None, lambda: mark_uncertain(engine, item.id), lambda: mark_sent(engine, item.id)):
        after()
        drafted(number, ack="收悉，第二次")
        enter_drafts(engine, store, setting(tmp_path, "all"))
        assert len(items(engine)) == 1


def test_a_second_correction_letter_needs_a_person(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path
) -> None:
    number = drafted(correction="请更正一")
    enter_drafts(engine, store, setting(tmp_path, "all"))
    (item,) = items(engine)
    assert begin(engine, item.id) and mark_sent(engine, item.id)
    drafted(number, correction="请更正二")
    enter_drafts(engine, store, setting(tmp_path, "all"))
    assert stages(engine) == [("correction", "sent"), ("correction", "draft")]


@pytest.mark.parametrize("column", ["state", "superseded_by", "repeats"])
def test_what_was_replaced_or_repeats_another_is_not_answered(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path, column: str
) -> None:
    first, second = drafted(), drafted(day=11)
    enter_drafts(engine, store, setting(tmp_path, "all"))
    change(engine, first, **{column: State.SUPERSEDED if column == "state" else second})
    enter_drafts(engine, store, setting(tmp_path, "all"))
    assert [(item.submission_id, item.stage.value) for item in items(engine)] == [
        (first, "withdrawn"),
        (second, "queued"),
    ]


def test_findings_that_hold_an_answer_back_are_findings() -> None:
    assert set(CODES) >= NOT_BY_ITSELF


@pytest.mark.parametrize("code", sorted(NOT_BY_ITSELF))
def test_where_the_sender_is_not_sure_a_person_has_to_release_it(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path, code: str
) -> None:
    drafted(correction="请更正", findings=(Finding(code, Severity.WARNING),))
    drafted(department=None)
    enter_drafts(engine, store, setting(tmp_path, "all"))
    assert stages(engine) == [("acknowledgement", "draft"), ("correction", "draft"), ("acknowledgement", "draft")]


def test_what_a_person_withdrew_does_not_go_out_by_itself_in_another_wording(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path
) -> None:
    number = drafted()
    enter_drafts(engine, store, setting(tmp_path, "all"))
    assert act(engine, "withdraw", items(engine)[0].id) is None
    enter_drafts(engine, store, setting(tmp_path, "all"))
    assert stages(engine) == [("acknowledgement", "withdrawn")]
    drafted(number, ack="收悉，第二次")
    enter_drafts(engine, store, setting(tmp_path, "all"))
    assert stages(engine) == [("acknowledgement", "withdrawn"), ("acknowledgement", "draft")]


def test_a_draft_that_is_gone_cut_short_or_edited_is_told(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path
) -> None:
    paths = [tmp_path / f"reports/{drafted(day=day)}/acknowledgement.eml" for day in (8, 9, 10)]
    paths[0].unlink()
    paths[1].write_bytes(paths[1].read_bytes()[:-3])
    paths[2].write_bytes(paths[2].read_bytes().replace(b"clerk@", b"other@"))
    told = enter_drafts(engine, store, setting(tmp_path, "all"))
    assert told == [path.relative_to(tmp_path).as_posix() for path in paths]
    assert items(engine) == []


def test_a_file_that_is_gone_or_edited_after_it_was_entered(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path
) -> None:
    paths = [tmp_path / f"reports/{drafted(day=day)}/acknowledgement.eml" for day in (8, 9, 10)]
    enter_drafts(engine, store, setting(tmp_path, "all"))
    third = items(engine)[2].id
    assert begin(engine, third) and mark_sent(engine, third)
    paths[0].unlink()
    for edited in paths[1:]:
        edited.write_bytes(edited.read_bytes().replace(b"Message-ID: <", b"Message-ID: <0"))
    told = enter_drafts(engine, store, setting(tmp_path, "all"))
    assert [item.stage.value for item in items(engine)] == ["queued", "withdrawn", "sent"]
    assert told == [paths[1].relative_to(tmp_path).as_posix()]  # its new wording has to be sent by hand


def test_what_is_not_settled_yet_waits(engine: Engine, store: Store, drafted: Drafted, tmp_path: Path) -> None:
    drafted(state=State.COMPARED)
    enter_drafts(engine, store, setting(tmp_path, "all"))
    assert items(engine) == []


@pytest.mark.parametrize("action", list(ACTIONS))
@pytest.mark.parametrize("stage", list(Stage))
def test_a_person_does_only_what_cannot_send_twice(
    engine: Engine, queued: Callable[..., int], action: str, stage: Stage
) -> None:
    number = queued(state=stage.value)
    refused = act(engine, action, number)
    possible, to = ACTIONS[action]
    (item,) = items(engine)
    assert (refused, item.stage) == ((None, to) if stage in possible else (stage, stage))
    if stage in (Stage.SENDING, Stage.SENT):
        assert item.stage is stage
    if action == "withdraw" and stage is Stage.UNCERTAIN:
        assert refused


def test_a_replaced_draft_is_not_released(engine: Engine, queued: Callable[..., int]) -> None:
    number = queued(state="withdrawn", error="replaced")
    assert act(engine, "queue", number) is act(engine, "retry", number) is Stage.WITHDRAWN


def test_trying_again_begins_to_count_anew(engine: Engine, queued: Callable[..., int]) -> None:
    number = queued(attempts=9)
    mark_failed(engine, number, "550 no")
    assert act(engine, "retry", number) is None
    (item,) = items(engine)
    assert (item.attempts, item.error, item.next_at) == (0, "", None)


def test_an_answer_that_is_not_there(engine: Engine) -> None:
    with pytest.raises(KeyError):
        act(engine, "sent", 7)


@pytest.mark.parametrize("hours", [0, 24])
def test_an_answer_to_a_half_waits_for_the_other_half(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path, hours: int
) -> None:
    missing = Finding("document-missing-electronic", Severity.ERROR)
    number = drafted(correction="请补发", electronic=False, findings=(missing,), state=State.INCOMPLETE)
    whole = drafted(day=11)
    enter_drafts(engine, store, setting(tmp_path, "all", wait_hours=hours))
    half, other = items(engine)
    with reading(engine) as session:
        taken = session.get_one(SubmissionTable, number).message.taken_at
    assert (half.next_at, other.next_at) == (taken + datetime.timedelta(hours=hours), None)
    assert half.submission_id not in {item.submission_id for item in due(engine, taken - datetime.timedelta(seconds=1))}
    assert half in due(engine, taken + datetime.timedelta(hours=hours))
    change(engine, number, superseded_by=whole)  # the other half came
    enter_drafts(engine, store, setting(tmp_path, "all", wait_hours=hours))
    assert [(item.stage, item.error) for item in items(engine)][0] == (Stage.WITHDRAWN, NOT_DUE)


def test_an_acknowledgement_that_the_correction_contains_says_so(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path
) -> None:
    number = drafted(correction="请更正")
    enter_drafts(engine, store, Settings(workspace=tmp_path))
    second = items(engine)[1].id
    assert act(engine, "queue", second) is None and begin(engine, second) and mark_sent(engine, second)
    enter_drafts(engine, store, Settings(workspace=tmp_path))
    acknowledgement = items(engine)[0]
    assert (acknowledgement.stage, acknowledgement.error) == (Stage.WITHDRAWN, COVERED)
    assert acknowledgement.why_withdrawn == "更正通知已说明收到的材料，不另发回执"
    assert act(engine, "queue", acknowledgement.id) is Stage.WITHDRAWN
    folder = tmp_path / "reports" / str(number)
    assert {path.name for path in folder.iterdir()} == {"已撤回-acknowledgement.eml", "correction.eml"}


def test_the_file_of_a_draft_that_is_not_due_any_more_says_so_and_gets_its_name_back(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path
) -> None:
    first, second = drafted(), drafted(day=11)
    path = tmp_path / f"reports/{first}/acknowledgement.eml"
    data = path.read_bytes()
    enter_drafts(engine, store, setting(tmp_path, "all"))
    change(engine, first, superseded_by=second)
    for _ in range(2):
        assert enter_drafts(engine, store, setting(tmp_path, "all")) == []
        assert [each.name for each in path.parent.iterdir()] == ["已撤回-acknowledgement.eml"]
    change(engine, first, superseded_by=None)
    assert enter_drafts(engine, store, setting(tmp_path, "all")) == []
    assert path.read_bytes() == data
    assert stages(engine) == [("acknowledgement", "queued"), ("acknowledgement", "queued")]


@pytest.mark.parametrize(
    ("evidence", "state", "stage"),
    [
        ((SEAL,), State.WAITING, Stage.QUEUED),
        ((), State.WAITING, Stage.DRAFT),
        ((SEAL | {"department": "江苏省工业和信息化厅"},), State.WAITING, Stage.DRAFT),
        ((), State.INCOMPLETE, Stage.QUEUED),  # nothing was compared
        ((SEAL, FORWARDED), State.WAITING, Stage.DRAFT),
        ((FORWARDED,), State.INCOMPLETE, Stage.DRAFT),
    ],
)
def test_without_support_or_to_the_one_who_forwarded_a_person_has_to_release_it(
    engine: Engine, store: Store, drafted: Drafted, tmp_path: Path, evidence: Any, state: State, stage: Stage
) -> None:
    drafted(evidence=evidence, state=state)
    enter_drafts(engine, store, setting(tmp_path, "all"))
    (item,) = items(engine)
    assert (item.stage, item.forwarded) == (stage, FORWARDED in evidence)
