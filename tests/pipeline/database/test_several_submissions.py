"""Repeats, halves in two messages, and the forms of one message, in the light of what else came."""

from __future__ import annotations

import datetime
from itertools import permutations
from typing import Any

import pytest
from sent import JIANGSU, RESULT, SICHUAN, Send, codes, row, states
from sqlalchemy import Engine

from pipeline.database.engine import reading, writing
from pipeline.database.jobs import Outcome
from pipeline.database.ledger import move_state, pending, save_outcome
from pipeline.database.overview import body_rows, submission_row, submission_rows
from pipeline.database.states import State
from pipeline.database.supersede import resolve
from pipeline.database.tables import FindingTable, OutboxRow, SubmissionTable
from pipeline.intake.evidence import piece
from pipeline.intake.store import Store
from pipeline.model import Finding, Severity


def test_the_same_documents_in_a_new_message_are_a_repeat(engine: Engine, store: Store, send: Send) -> None:
    (first,), (again,) = send("a", ("A", "A")), send("b", ("A", "A"), day=12)
    found = submission_row(engine, again)
    assert (found.state, found.repeats, codes(found)) == (State.REPEATED, first, ["submission-same"])
    assert found.findings[0].params == {"of": "a.eml"}
    assert [job.submission_id for job in pending(engine, store)] == [first]
    assert submission_row(engine, first).state is State.RECEIVED


def test_whatever_the_order_in_which_they_are_read_the_later_is_the_repeat(engine: Engine, send: Send) -> None:
    send("b", ("A", "A"), day=12)
    send("a", ("A", "A"), day=10)
    assert states(engine) == {"a": "received", "b": "repeated"}


def test_what_is_compared_already_stays_and_the_one_read_late_is_the_repeat(engine: Engine, send: Send) -> None:
    (later,) = send("b", ("A", "A"), day=12)
    save_outcome(engine, later, Outcome(State.COMPARED, RESULT))
    send("a", ("A", "A"), day=10)
    assert states(engine) == {"a": "repeated", "b": "compared"}


def test_a_correction_that_holds_nothing_new(engine: Engine, send: Send) -> None:
    send("a", ("A", "A"))
    send("b", ("A", "A"), day=12, corrects=True)
    assert states(engine) == {"a": "received", "b": "repeated"}
    assert codes(row(engine, "b")) == ["submission-same", "correction-same"]


def test_one_document_again_is_a_repeat_of_the_whole(engine: Engine, send: Send) -> None:
    send("a", ("A", "A"))
    send("b", ("A", None), day=12)
    assert states(engine)["b"] == "repeated"


def test_a_scan_again_with_a_new_electronic_copy_is_no_repeat(engine: Engine, send: Send) -> None:
    send("a", ("A", "A"))
    send("b", ("A", "B"), day=12)
    assert states(engine) == {"a": "received", "b": "received"}


@pytest.mark.parametrize("corrects", [False, True])
def test_a_version_that_was_corrected_comes_again(engine: Engine, send: Send, corrects: bool) -> None:
    (first,) = send("a", ("A", "A"))
    send("b", ("B", "B"), day=11, corrects=True)
    send("c", ("A", "A"), day=12, corrects=corrects)
    assert states(engine) == {"a": "superseded", "b": "received", "c": "received"}
    found = row(engine, "c")
    assert (found.repeats, codes(found)) == (first, ["submission-reverted"])
    assert found.findings[0].params == {"of": "a.eml", "by": "b.eml"}


def test_a_repeat_that_came_before_the_correction(engine: Engine, send: Send) -> None:
    send("a", ("A", "A"))
    send("c", ("B", "B"), day=12, corrects=True)
    send("b", ("A", "A"), day=11)
    assert states(engine) == {"a": "superseded", "b": "repeated", "c": "received"}


def test_the_same_documents_under_another_body_s_name_are_no_repeat(engine: Engine, send: Send) -> None:
    send("a", ("A", "A"))
    send("b", ("A", "A"), day=12, departments=(JIANGSU,))
    assert states(engine) == {"a": "received", "b": "received"}


def test_a_repeat_is_its_body_s_and_not_the_one_in_force(engine: Engine, send: Send) -> None:
    send("a", ("A", "A"))
    send("b", ("A", "A"), day=12, departments=(None,))
    assert row(engine, "b").department == SICHUAN
    body = next(b for b in body_rows(engine, "2024") if b.department == SICHUAN)
    assert (body.state, len(body.submissions)) == (State.RECEIVED, 2)


def test_three_copies_of_one_report_in_any_order(engine: Engine, send: Send) -> None:
    for at, order in enumerate(permutations((1, 2, 3))):
        for day in order:
            send(f"{at}-{day}", (f"A{at}", f"A{at}"), day=day, departments=(None,))
    found = states(engine)
    assert [found[f"{at}-{day}"] for at in range(6) for day in (1, 2, 3)] == ["received", "repeated", "repeated"] * 6


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_halves_of_one_thread_are_joined(engine: Engine, send: Send, order: tuple[int, int]) -> None:
    halves: list[dict[str, Any]] = [
        {"name": "a", "forms": ("A", None), "mail_id": "<1@x>"},
        {"name": "b", "forms": (None, "A"), "references": "<0@x> <1@x>", "departments": (None,), "day": 30},
    ]
    for at in order:
        half = dict(halves[at])
        send(half.pop("name"), half.pop("forms"), **half)
    assert states(engine) == {"a": "superseded", "b": "received"}
    found = row(engine, "b")
    assert (found.department, codes(found)) == (SICHUAN, ["submission-joined"])
    assert found.findings[0].params == {"of": "a.eml"}


def test_a_half_that_answers_our_letter_is_joined(engine: Engine, send: Send) -> None:
    (first,) = send("a", ("A", None), departments=(None,))
    with writing(engine) as session:
        session.add(
            OutboxRow(
                submission_id=first, kind="correction", sha256="x", mail_id="<ours@x>", recipient="", subject="",
                state="sent", made_at=datetime.datetime.now(datetime.UTC),
            )
        )  # fmt: skip
    send("b", (None, "A"), day=20, departments=(None,), references="<ours@x>")
    assert states(engine) == {"a": "superseded", "b": "received"}


def test_halves_of_one_sender_within_a_week_are_joined(engine: Engine, send: Send) -> None:
    send("a", ("A", None), sender="kjc@163.example.com", departments=(None,))
    send("b", (None, "A"), sender="KJC@163.example.com", departments=(None,), day=17)
    assert states(engine) == {"a": "superseded", "b": "received"}


def test_after_a_week_they_are_not(engine: Engine, send: Send) -> None:
    send("a", ("A", None), sender="kjc@163.example.com", departments=(None,))
    send("b", (None, "A"), sender="kjc@163.example.com", departments=(None,), day=18)
    assert states(engine) == {"a": "incomplete", "b": "incomplete"}


def test_two_halves_that_may_be_the_other_one_are_a_finding(engine: Engine, send: Send) -> None:
    for name in ("a", "b"):
        send(name, (name, None), sender="kjc@163.example.com", departments=(None,))
    send("c", (None, "C"), sender="kjc@163.example.com", departments=(None,), day=12)
    assert set(states(engine).values()) == {"incomplete"}
    assert "halves-ambiguous" in codes(row(engine, "c"))
    assert [f.params["names"] for f in row(engine, "c").findings if f.code == "halves-ambiguous"] == ["a.eml、b.eml"]
    assert "halves-ambiguous" in codes(row(engine, "a"))


def test_a_notice_that_both_answer_is_no_thread(engine: Engine, send: Send) -> None:
    send("a", ("A", None), references="<notice@x>")
    send("b", (None, "B"), references="<notice@x>", sender="other@qq.example.com", departments=(None,))
    assert states(engine) == {"a": "incomplete", "b": "incomplete"}


def test_halves_of_two_bodies_are_not_joined_whatever_the_thread(engine: Engine, send: Send) -> None:
    send("a", ("A", None), mail_id="<1@x>", sender="s@x.cn")
    send("b", (None, "B"), references="<1@x>", sender="s@x.cn", departments=(JIANGSU,))
    assert states(engine) == {"a": "incomplete", "b": "incomplete"}


def test_halves_without_a_body_stay_joined_when_the_seal_tells_it(engine: Engine, send: Send) -> None:
    send("a", ("A", None), sender="s@x.cn", departments=(None,))
    (whole,) = send("b", (None, "A"), sender="s@x.cn", departments=(None,), day=12)
    save_outcome(engine, whole, Outcome(State.COMPARED, RESULT, department=SICHUAN))
    assert states(engine) == {"a": "superseded", "b": "compared"}


def test_the_forms_of_one_message_stand_beside_each_other(engine: Engine, send: Send) -> None:
    send("a", ("甲", "甲"), ("乙", "乙"), corrects=True)
    rows = submission_rows(engine)
    assert [(r.message_name, r.state, codes(r), r.documents) for r in rows] == [
        ("a.eml（1）", State.RECEIVED, [], 2), ("a.eml（2）", State.RECEIVED, [], 2),
    ]  # fmt: skip


def test_a_correction_of_two_forms_takes_each_one_s_place(engine: Engine, send: Send) -> None:
    first = send("a", ("甲", "甲"), ("乙", "乙"))
    second = send("b", ("乙/2", "乙/2"), ("甲/2", "甲/2"), day=12, corrects=True)
    assert [submission_row(engine, each).superseded_by for each in first] == [second[1], second[0]]
    assert codes(row(engine, "b", 1)) == codes(row(engine, "b", 2)) == []


def test_a_correction_of_one_of_two_forms_leaves_the_other(engine: Engine, send: Send) -> None:
    send("a", ("甲", "甲"), ("乙", "乙"))
    send("b", ("乙/2", "乙/2"), day=12, corrects=True)
    assert states(engine) == {"a.eml（1）": "received", "a.eml（2）": "superseded", "b": "received"}


def test_a_correction_of_nobody_knows_which_form_replaces_none(engine: Engine, send: Send) -> None:
    send("a", ("甲", "甲"), ("乙", "乙"))
    send("b", ("丙", "丙"), day=12, corrects=True)
    assert states(engine) == {"a.eml（1）": "received", "a.eml（2）": "received", "b": "received"}
    assert codes(row(engine, "b")) == ["correction-ambiguous"]
    assert row(engine, "b").findings[0].params["names"] == "a.eml（1）、a.eml（2）"


def test_forms_of_two_bodies_in_one_message(engine: Engine, send: Send) -> None:
    first = send("old", ("旧", "旧"), day=9)
    both = send("a", ("甲", "甲"), ("乙", "乙"), departments=(SICHUAN, JIANGSU), corrects=True)
    assert submission_row(engine, first[0]).superseded_by == both[0]
    assert codes(row(engine, "a", 2)) == []


def test_a_correction_whose_body_was_told_late_says_that_it_was_not_held_against_the_first(
    engine: Engine, send: Send
) -> None:
    send("a", ("A", "A"))
    (late,) = send("b", ("B", "B"), day=12, departments=(None,), corrects=True)
    seal = piece("seal", SICHUAN, SICHUAN).to_json()
    save_outcome(engine, late, Outcome(State.COMPARED, RESULT, department=SICHUAN, evidence=(seal,)))
    assert codes(row(engine, "b")) == ["correction-not-compared"]


def test_a_job_knows_the_copies_that_it_is_held_against(engine: Engine, store: Store, send: Send) -> None:
    send("a", ("A", "A"))
    send("b", ("B", "B"), day=12, corrects=True)
    send("c", ("C", "C"), day=13, adds=True)
    send("d", ("D", "B"), day=14, corrects=True)
    jobs = {job.message_name: job for job in pending(engine, store)}
    assert set(jobs) == {"d.eml"}
    assert [copy.name for copy in jobs["d.eml"].replaced] == ["c.eml"]  # b has the very same electronic copy


def test_an_addition_is_held_against_what_stands(engine: Engine, store: Store, send: Send) -> None:
    send("a", ("A", "A"))
    send("b", ("B", "B"), day=12, corrects=True)
    send("c", ("C", "C"), day=13, adds=True)
    job = next(job for job in pending(engine, store) if job.message_name == "c.eml")
    assert ([copy.name for copy in job.beside], job.replaced) == (["b.eml"], ())


@pytest.mark.parametrize(
    ("folders", "named"),
    [
        (("2/材料.zip/广西/南宁市", "2/材料.zip/广西/柳州市"), ("南宁市/盖章件", "柳州市/盖章件")),
        (("2/南宁.zip", "3/柳州.zip"), ("南宁.zip/盖章件", "柳州.zip/盖章件")),
        (("2/南宁.eml", "2/柳州.eml/3/材料.rar"), ("南宁.eml/盖章件", "柳州.eml/材料.rar/盖章件")),
        (("2/材料.zip", "2/材料.zip"), ("盖章件", "盖章件")),
    ],
)
def test_documents_of_several_forms_are_named_with_their_folders(
    engine: Engine, store: Store, send: Send, folders: tuple[str, ...], named: tuple[str, ...]
) -> None:
    send("a", ("盖章件/1", "盖章件/1"), ("盖章件/2", "盖章件/2"), folders=folders)
    jobs = pending(engine, store)
    assert [job.scan.name for job in jobs if job.scan] == [f"{name}.pdf" for name in named]
    assert [[file.name for file in job.files] for job in jobs] == [[f"{n}.pdf", f"{n}.xlsx"] for n in named]
    assert [row(engine, "a", part).form for part in (1, 2)] == [f"{name}.xlsx" for name in named]


def test_a_form_s_files_are_its_own_and_nobody_s(engine: Engine, store: Store, send: Send) -> None:
    folders = ("2/材料.zip/甲", "2/材料.zip/乙", "2/材料.zip/丙")
    ids = send("a", ("甲", "甲"), ("乙", "乙"), ("丙", None), folders=folders)
    with writing(engine) as session:
        session.get_one(SubmissionTable, ids[2]).scan_id = None  # its file belongs to no form now
    first, second = pending(engine, store)
    assert [file.name for file in first.files] == ["甲/甲.pdf", "甲/甲.xlsx", "丙/丙.pdf"]
    assert [file.name for file in second.files] == ["乙/乙.pdf", "乙/乙.xlsx", "丙/丙.pdf"]


def test_the_documents_of_one_form_keep_their_names(engine: Engine, store: Store, send: Send) -> None:
    send("a", ("盖章件", "电子版"), folders=("2/材料.zip/南宁市",))
    (job,) = pending(engine, store)
    assert [file.name for file in job.files] == ["盖章件.pdf", "电子版.xlsx"]
    assert (row(engine, "a").part, row(engine, "a").form) == (None, "")


def test_a_body_is_in_the_state_that_needs_most_attention(engine: Engine, send: Send) -> None:
    waits, loaded = send("a", ("甲", "甲"), ("乙", "乙"))
    doubt = Finding("seal-missing", Severity.ERROR)
    for each, state in ((waits, State.WAITING), (loaded, State.LOADED)):
        save_outcome(engine, each, Outcome(State.COMPARED, RESULT, (doubt,)))
        move_state(engine, each, state)
    (more,) = send("b", ("丙", "丙"), day=12, adds=True)
    save_outcome(engine, more, Outcome(State.COMPARED, RESULT, (doubt,)))
    body = next(b for b in body_rows(engine, "2024") if b.department == SICHUAN)
    assert (body.state, body.shown, body.open_findings) == (State.WAITING, waits, 2)


def test_resolving_again_changes_nothing(engine: Engine, send: Send) -> None:
    send("a", ("A", None), sender="s@x.cn", departments=(None,))
    send("b", (None, "A"), sender="s@x.cn", day=11)
    send("c", ("A", "A"), day=12)
    send("d", ("甲", "甲"), ("乙", "乙"), day=13, corrects=True)
    before = [(r.state, r.findings, r.superseded_by, r.repeats) for r in submission_rows(engine)]
    with reading(engine) as session:
        ids = [s.id for s in session.query(SubmissionTable)]
        kept = session.query(FindingTable).count()
    for each in ids:
        with writing(engine) as session:
            resolve(session, session.get_one(SubmissionTable, each))
    assert [(r.state, r.findings, r.superseded_by, r.repeats) for r in submission_rows(engine)] == before
    with reading(engine) as session:
        assert session.query(FindingTable).count() == kept
