"""A message that answers a letter of ours: the letter tells what it is about, no words are needed."""

from __future__ import annotations

import datetime

import pytest
from sent import OFFICE, RESULT, SICHUAN, Send, codes, row, states
from sqlalchemy import Engine

from pipeline.database.engine import writing
from pipeline.database.jobs import Outcome
from pipeline.database.ledger import pending, save_outcome
from pipeline.database.states import State
from pipeline.database.tables import OutboxRow
from pipeline.intake.evidence import piece
from pipeline.intake.store import Store
from pipeline.model import Finding, Severity

UNLIKE = Finding("correction-unlike", Severity.ERROR, {"names": "a.eml"})


def letter(engine: Engine, about: int, mail_id: str = "<ours@x>", kind: str = "correction") -> None:
    with writing(engine) as session:
        session.add(
            OutboxRow(
                submission_id=about, kind=kind, sha256=mail_id, mail_id=mail_id, recipient=OFFICE, subject="更正通知",
                state="sent", made_at=datetime.datetime.now(datetime.UTC),
            )
        )  # fmt: skip


@pytest.mark.parametrize("adds", [False, True])
@pytest.mark.parametrize("corrects", [False, True])
def test_an_answer_to_a_correction_letter_corrects(engine: Engine, send: Send, adds: bool, corrects: bool) -> None:
    (first,) = send("a", ("A", "A"))
    letter(engine, first)
    send("b", ("B", "B"), day=12, references="<0@x> <ours@x>", adds=adds, corrects=corrects)
    assert states(engine) == {"a": "superseded", "b": "received"}
    assert codes(row(engine, "b")) == []


@pytest.mark.parametrize("adds", [False, True])
@pytest.mark.parametrize("about_the_half", [False, True])
def test_the_half_that_a_letter_asked_for_is_joined(
    engine: Engine, send: Send, adds: bool, about_the_half: bool
) -> None:
    (first,) = send("a", ("A", None))
    if about_the_half:
        letter(engine, first)
    send("b", (None, "B"), day=12, references="<ours@x>", adds=adds, corrects=True)
    assert states(engine) == {"a": "superseded", "b": "received"}
    assert codes(row(engine, "b")) == ["submission-joined"]


def test_an_answer_to_an_acknowledgement_corrects_nothing_by_itself(engine: Engine, send: Send) -> None:
    (first,) = send("a", ("A", "A"))
    letter(engine, first, kind="acknowledgement")
    send("b", ("B", "B"), day=12, references="<ours@x>")
    assert states(engine) == {"a": "received", "b": "received"}
    assert codes(row(engine, "b")) == ["submission-repeated"]


def test_an_addition_stays_where_a_letter_about_the_first_is_answered(engine: Engine, send: Send) -> None:
    (first,) = send("a", ("A", "A"))
    send("more", ("M", "M"), day=11, adds=True)
    letter(engine, first)
    send("b", ("B", "B"), day=12, references="<ours@x>")
    assert states(engine) == {"a": "superseded", "more": "received", "b": "received"}


def test_a_letter_about_one_of_several_forms(engine: Engine, send: Send) -> None:
    ids = send("a", ("A", "A"), ("B", "B"))
    letter(engine, ids[1])
    (later,) = send("c", ("C", "C"), day=12, references="<ours@x>")
    assert [row(engine, "a", part).superseded_by for part in (1, 2)] == [None, later]
    assert codes(row(engine, "c")) == []


def test_an_answer_with_several_forms_goes_by_their_names(engine: Engine, send: Send) -> None:
    ids = send("a", ("甲/1", "甲/1"), ("乙/1", "乙/1"))
    letter(engine, ids[0])
    later = send("c", ("乙/2", "乙/2"), ("甲/2", "甲/2"), day=12, references="<ours@x>")
    assert [row(engine, "a", part).superseded_by for part in (1, 2)] == [later[1], later[0]]


def test_two_halves_that_answer_one_letter_are_joined(engine: Engine, send: Send) -> None:
    (first,) = send("a", ("A", "A"))
    letter(engine, first)
    send("b", (None, "B"), day=12, references="<ours@x>")
    send("c", ("C", None), day=13, references="<ours@x>")
    assert states(engine) == {"a": "superseded", "b": "superseded", "c": "received"}


def test_the_newest_letter_of_a_thread_counts(engine: Engine, send: Send) -> None:
    (first,) = send("a", ("A", "A"))
    letter(engine, first, "<1@x>")
    (second,) = send("b", ("B", "B"), day=12, references="<1@x>")
    letter(engine, second, "<2@x>")
    send("c", ("C", "C"), day=13, references="<1@x> <2@x>")
    assert states(engine) == {"a": "superseded", "b": "superseded", "c": "received"}


def test_an_answer_to_a_letter_about_what_was_replaced_since(engine: Engine, send: Send) -> None:
    (first,) = send("a", ("A", "A"))
    letter(engine, first)
    send("b", ("B", "B"), day=12, corrects=True)
    send("c", ("C", "C"), day=13, references="<ours@x>")
    assert states(engine) == {"a": "superseded", "b": "superseded", "c": "received"}


def test_an_answer_without_documents_corrects_nothing(engine: Engine, send: Send) -> None:
    (first,) = send("a", ("A", "A"))
    letter(engine, first)
    send("b", (None, None), day=12, references="<ours@x>")
    assert states(engine)["a"] == "received"


def test_a_correction_by_words_alone_with_other_platforms_takes_no_place(
    engine: Engine, store: Store, send: Send
) -> None:
    (first,) = send("a", ("A", "A"))
    (second,) = send("b", ("B", "B"), day=12, corrects=True)
    assert states(engine)["a"] == "superseded"
    assert [job.by_text_alone for job in pending(engine, store)] == [True]
    seal = (piece("seal", SICHUAN, SICHUAN).to_json(),)
    for _ in range(2):
        save_outcome(engine, second, Outcome(State.COMPARED, RESULT, (UNLIKE,), SICHUAN, evidence=seal))
        assert states(engine) == {"a": "received", "b": "compared"}
        assert codes(row(engine, "b")) == ["correction-unlike"]
    (job,) = pending(engine, store)
    assert job.submission_id == first
    # The form was understood better since.
    save_outcome(engine, second, Outcome(State.COMPARED, RESULT, (), SICHUAN, evidence=seal))
    assert states(engine)["a"] == "superseded"


@pytest.mark.parametrize(("name", "references"), [("附件3（更正）", ""), ("B", "<ours@x>")])
def test_a_title_or_the_thread_are_more_than_words_in_the_text(
    engine: Engine, store: Store, send: Send, name: str, references: str
) -> None:
    (first,) = send("a", ("A", "A"))
    letter(engine, first)
    send("b", (name, name), day=12, corrects=True, references=references)
    assert [job.by_text_alone for job in pending(engine, store)] == [False]
