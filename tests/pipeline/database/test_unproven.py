"""Whose place a correction or a half may take: what it shows itself decides, not what nobody found wrong."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sent import JIANGSU, OFFICE, RESULT, SICHUAN, Send, codes, row, states
from sqlalchemy import Engine

from pipeline.database.engine import writing
from pipeline.database.jobs import Outcome
from pipeline.database.ledger import move_state, pending, save_outcome
from pipeline.database.overview import body_rows, submission_row
from pipeline.database.states import State
from pipeline.database.supersede import resolve
from pipeline.database.tables import OutboxRow, SubmissionTable
from pipeline.intake.evidence import BodyEvidence, piece
from pipeline.intake.store import Store
from pipeline.library.decision import needs_decision
from pipeline.library.settle import settle
from pipeline.model import Finding, Severity

STRANGER = "evil@qq.example.com"
OLD: dict[str, Any] = {"records": [], "timing": {}, "letter": "old"}
SEAL, SIGNATURE = piece("seal", SICHUAN, SICHUAN), piece("signature", SICHUAN, SICHUAN)
VERIFIED = piece("address-verified", "a@jxt.sc.gov.cn", SICHUAN)
UNCHANGED = Finding("correction-unchanged", Severity.WARNING, {"of": "genuine.eml"})
WORDS = piece("subject", "四川省经济和信息化厅 更正", SICHUAN)


def compared(*evidence: BodyEvidence, findings: tuple[Finding, ...] = (), department: str = SICHUAN) -> Outcome:
    kept = tuple(each.to_json() for each in evidence)
    return Outcome(State.COMPARED, RESULT, findings, department, evidence=kept)


def write_letter(engine: Engine, submission_id: int) -> None:
    """Our letter about a submission, with the id ``<ours@x>``."""
    with writing(engine) as session:
        session.add(
            OutboxRow(
                submission_id=submission_id, kind="correction", sha256="x", mail_id="<ours@x>", recipient="",
                subject="", state="sent", made_at=datetime.datetime.now(datetime.UTC),
            )
        )  # fmt: skip


def in_force(engine: Engine) -> list[tuple[State | None, int]]:
    return [(b.state, b.received_at.day) for b in body_rows(engine, "2024") if b.received_at is not None]


@pytest.mark.parametrize("code", ["seal-missing", "seal-mismatch", "seal-unreadable"])
def test_an_unsealed_correction_of_a_stranger_takes_nobody_s_place(engine: Engine, send: Send, code: str) -> None:
    (genuine,) = send("genuine", ("A", "A"))
    save_outcome(engine, genuine, Outcome(State.COMPARED, OLD))
    (stranger,) = send("stranger", ("B", "B"), day=12, sender=STRANGER, corrects=True, evidence=(WORDS,))
    save_outcome(engine, stranger, compared(WORDS, findings=(Finding(code, Severity.ERROR),)))
    assert states(engine) == {"genuine": "compared", "stranger": "compared"}
    found = row(engine, "stranger").findings
    assert [(f.params, f.severity) for f in found if f.code == "correction-unproven"] == [
        ({"names": "genuine.eml"}, Severity.WARNING)
    ]
    assert in_force(engine) == [(State.COMPARED, 10)]
    assert needs_decision(found, []).errors > 0


def test_files_that_cannot_be_read_take_nobody_s_place(engine: Engine, send: Send) -> None:
    (genuine,) = send("genuine", ("A", "A"))
    save_outcome(engine, genuine, Outcome(State.COMPARED, OLD))
    (stranger,) = send("stranger", ("B", "B"), day=12, sender=STRANGER, corrects=True)
    damaged = Finding("file-damaged", Severity.ERROR, {"name": "x"})
    save_outcome(engine, stranger, Outcome(State.INCOMPLETE, None, (damaged,), SICHUAN))
    assert states(engine) == {"genuine": "compared", "stranger": "incomplete"}
    assert "correction-unproven" in codes(row(engine, "stranger"))


def test_a_stranger_s_electronic_copy_is_not_supported_by_the_genuine_scan(engine: Engine, send: Send) -> None:
    (genuine,) = send("genuine", ("A", "A"))
    (stranger,) = send("stranger", (None, "B"), day=12, sender=STRANGER, corrects=True)
    assert states(engine) == {"genuine": "received", "stranger": "received"}  # compared, for a person to see
    save_outcome(engine, stranger, compared(WORDS, SEAL, SIGNATURE))
    save_outcome(engine, genuine, Outcome(State.COMPARED, OLD))
    assert states(engine) == {"genuine": "compared", "stranger": "compared"}
    assert {"submission-joined", "correction-unproven"} <= set(codes(row(engine, "stranger")))
    assert settle(engine, stranger).state is State.WAITING
    assert row(engine, "genuine").superseded_by is None


@pytest.mark.parametrize("support", [SEAL, SIGNATURE, VERIFIED])
def test_a_correction_from_another_address_that_its_own_papers_prove(
    engine: Engine, store: Store, send: Send, support: BodyEvidence
) -> None:
    (genuine,) = send("genuine", ("A", "A"))
    (later,) = send("later", ("B", "B"), day=12, sender="colleague@163.example.com", corrects=True, evidence=(WORDS,))
    job = next(job for job in pending(engine, store) if job.submission_id == later)
    assert [copy.name for copy in job.replaced] == ["genuine.eml"]  # its changes are told, proven or not
    assert (codes(row(engine, "later")), row(engine, "genuine").state) == (["correction-unproven"], State.RECEIVED)
    save_outcome(engine, later, compared(WORDS, support, findings=(UNCHANGED,)))
    assert states(engine) == {"genuine": "superseded", "later": "compared"}
    assert codes(row(engine, "later")) == ["correction-unchanged"]
    save_outcome(engine, genuine, Outcome(State.COMPARED, OLD))  # its comparison ended later
    assert submission_row(engine, genuine).superseded_by == later


@pytest.mark.parametrize(
    ("said", "replaces"),
    [
        pytest.param({"sender": OFFICE}, True, id="the very same address"),
        pytest.param({"sender": OFFICE.upper()}, True, id="in capitals"),
        pytest.param({"sender": STRANGER, "evidence": (VERIFIED,)}, True, id="a verified address"),
        pytest.param({"sender": STRANGER, "references": "<0@x> <ours@x>"}, True, id="an answer to our letter about it"),
        pytest.param({"sender": STRANGER, "references": "<0@x> <1@x>"}, False, id="an answer to it"),
        pytest.param({"sender": f"科技处 <{OFFICE}>", "reply_to": OFFICE}, True, id="with another name"),
        pytest.param({"sender": STRANGER, "reply_to": OFFICE}, False, id="another address, answers to the office"),
        pytest.param({"sender": OFFICE, "reply_to": STRANGER}, False, id="the same address, answers to another"),
        pytest.param({"sender": f"{STRANGER} <{OFFICE}>", "reply_to": OFFICE}, False, id="two addresses"),
        pytest.param({"sender": f'"{OFFICE}" <{STRANGER}>', "reply_to": OFFICE}, False, id="an address as a name"),
        pytest.param({"sender": f'"{OFFICE}" <{OFFICE}>', "reply_to": OFFICE}, True, id="its own address as a name"),
        pytest.param({"sender": STRANGER}, False, id="another address"),
        pytest.param({"sender": ""}, False, id="no address"),
        pytest.param({"sender": STRANGER, "mail_id": "<notice@x>"}, False, id="the id of our notice"),
        pytest.param({"sender": OFFICE, "authentication": {"failed": ["dmarc"]}}, False, id="a forged address"),
        pytest.param(
            {"sender": STRANGER, "evidence": (piece("address-verified", "a", JIANGSU),)}, False, id="another body's"
        ),
    ],
)
def test_what_lets_a_correction_take_a_place_at_once(
    engine: Engine, send: Send, said: dict[str, Any], replaces: bool
) -> None:
    (genuine,) = send("genuine", ("A", "A"), mail_id="<1@x>", references="<notice@x>")
    write_letter(engine, genuine)
    send("later", ("B", "B"), day=12, corrects=True, **said)
    assert states(engine)["genuine"] == ("superseded" if replaces else "received")
    assert codes(row(engine, "later")) == ([] if replaces else ["correction-unproven"])


@pytest.mark.parametrize(
    ("earlier", "later", "replaces"),
    [("dmarc", "dmarc", True), ("dmarc", "", False), ("own-dkim", "dkim", True), ("", "dmarc", True), ("", "", True)],
)
def test_an_address_that_was_verified_once_has_to_be_verified_again(
    engine: Engine, send: Send, earlier: str, later: str, replaces: bool
) -> None:
    send("genuine", ("A", "A"), authentication={"verified": earlier})
    send("later", ("B", "B"), day=12, corrects=True, authentication={"verified": later})
    assert states(engine)["genuine"] == ("superseded" if replaces else "received")


@pytest.mark.parametrize("evidence", [(WORDS,), (WORDS, piece("seal-doubtful", "四川省经济厅", SICHUAN))])
@pytest.mark.parametrize("code", ["seal-missing", "seal-unreadable", "sender-unsupported"])
def test_a_correction_that_nothing_supports_gives_back_the_place_that_its_address_took(
    engine: Engine, store: Store, send: Send, code: str, evidence: tuple[BodyEvidence, ...]
) -> None:
    (genuine,) = send("genuine", ("A", "A"))
    (forged,) = send("forged", ("B", "B"), day=12, corrects=True)
    assert states(engine)["genuine"] == "superseded"
    assert next(job.corrected for job in pending(engine, store)) == ("genuine.eml",)
    outcome = compared(*evidence, findings=(Finding(code, Severity.ERROR),))
    assert save_outcome(engine, forged, outcome)
    assert not save_outcome(engine, forged, outcome)
    assert states(engine) == {"genuine": "received", "forged": "compared"}
    assert [job.submission_id for job in pending(engine, store)] == [genuine]
    assert {"correction-unproven", code} == set(codes(row(engine, "forged")))
    assert settle(engine, forged).state is State.WAITING


@pytest.mark.parametrize(
    ("said", "papers", "replaces"),
    [
        pytest.param({}, (WORDS, SEAL), True, id="sealed"),
        pytest.param({}, (WORDS, SIGNATURE), True, id="signed"),
        pytest.param({"evidence": (VERIFIED,)}, (VERIFIED,), True, id="a verified address"),
        pytest.param({}, (WORDS,), False, id="the same address alone"),
        pytest.param({"references": "<ours@x>"}, (WORDS,), False, id="an answer to our letter alone"),
        pytest.param({"sender": STRANGER, "reply_to": OFFICE}, (WORDS,), False, id="answers to the office alone"),
    ],
)
def test_what_is_loaded_stays_until_papers_or_a_verified_address_prove_a_correction(
    engine: Engine, send: Send, said: dict[str, Any], papers: tuple[BodyEvidence, ...], replaces: bool
) -> None:
    (genuine,) = send("genuine", ("A", "A"))
    write_letter(engine, genuine)
    save_outcome(engine, genuine, compared(SEAL))
    move_state(engine, genuine, State.LOADED)
    (later,) = send("later", ("B", "B"), day=12, corrects=True, **said)
    if VERIFIED not in papers:
        assert (row(engine, "genuine").state, codes(row(engine, "later"))) == (State.LOADED, ["correction-unproven"])
    save_outcome(engine, later, compared(*papers, findings=(UNCHANGED,)))
    assert states(engine)["genuine"] == ("superseded" if replaces else "loaded")
    assert set(codes(row(engine, "later"))) - {UNCHANGED.code} == (set() if replaces else {"correction-unproven"})


def test_an_electronic_copy_alone_corrects_nothing_that_is_loaded(engine: Engine, send: Send) -> None:
    (genuine,) = send("genuine", ("A", "A"))
    save_outcome(engine, genuine, compared(SEAL))
    move_state(engine, genuine, State.LOADED)
    (later,) = send("later", (None, "B"), day=12, corrects=True)
    save_outcome(engine, later, compared(WORDS, SEAL))  # the genuine scan's
    assert states(engine) == {"genuine": "loaded", "later": "compared"}
    assert {"submission-joined", "correction-unproven"} <= set(codes(row(engine, "later")))
    assert settle(engine, later).state is State.WAITING


def test_two_messages_without_any_address_are_not_of_one_sender(engine: Engine, send: Send) -> None:
    send("genuine", ("A", "A"), sender="")
    send("later", ("B", "B"), day=12, sender="", corrects=True)
    assert states(engine)["genuine"] == "received"


def test_the_genuine_correction_after_a_stranger_s(engine: Engine, send: Send) -> None:
    send("genuine", ("A", "A"))
    send("stranger", ("B", "B"), day=11, sender=STRANGER, corrects=True)
    (correction,) = send("correction", ("C", "C"), day=12, corrects=True)
    assert row(engine, "genuine").superseded_by == correction
    save_outcome(engine, correction, compared(SEAL))
    assert states(engine) == {"genuine": "superseded", "stranger": "superseded", "correction": "compared"}


def test_what_a_stranger_sent_first_is_no_licence_to_replace_the_genuine(engine: Engine, send: Send) -> None:
    send("first", ("B", "B"), day=9, sender=STRANGER)
    send("genuine", ("A", "A"), corrects=True, evidence=(VERIFIED,))
    send("stranger", ("C", "C"), day=12, sender=STRANGER, corrects=True)
    assert states(engine) == {"first": "superseded", "genuine": "received", "stranger": "received"}


def test_what_is_released_is_decided_anew(engine: Engine, store: Store, send: Send) -> None:
    (genuine,), (other,) = send("genuine", ("A", "A")), send("other", ("甲", "甲"), day=11, adds=True)
    save_outcome(engine, genuine, Outcome(State.COMPARED, OLD))
    (forged,) = send("forged", ("B", "B"), day=12, corrects=True)
    assert states(engine) == {"genuine": "superseded", "other": "superseded", "forged": "received"}
    save_outcome(engine, forged, compared(WORDS, findings=(Finding("sender-unsupported", Severity.ERROR),)))
    assert states(engine) == {"genuine": "compared", "other": "received", "forged": "compared"}
    assert [job.submission_id for job in pending(engine, store)] == [other]
    assert "correction-unproven" in codes(row(engine, "forged"))
    assert settle(engine, genuine).state is State.WAITING  # nothing to load


# halves


def test_a_stranger_s_half_leaves_the_genuine_half_to_its_own_counterpart(engine: Engine, send: Send) -> None:
    send("scan", ("A", None))
    (stranger,) = send("stranger", (None, "B"), day=11, sender=STRANGER)
    assert states(engine) == {"scan": "incomplete", "stranger": "received"}
    assert codes(row(engine, "stranger")) == ["submission-joined", "half-unproven"]
    save_outcome(engine, stranger, compared(SEAL))
    assert settle(engine, stranger).state is State.WAITING
    send("copy", (None, "A"), day=12)
    assert states(engine) == {"scan": "superseded", "stranger": "waiting", "copy": "received"}
    found = row(engine, "copy")
    assert (found.findings[0].params, codes(found)) == ({"of": "scan.eml"}, ["submission-joined"])
    assert "half-unproven" in codes(row(engine, "stranger"))
    assert in_force(engine) == [(State.RECEIVED, 12)]


def test_a_scan_that_was_joined_with_a_stranger_s_copy_goes_to_its_own(engine: Engine, send: Send) -> None:
    send("stranger", (None, "B"), day=9, sender=STRANGER)
    (scan,) = send("scan", ("A", None))
    assert "half-unproven" in codes(row(engine, "scan"))
    save_outcome(engine, scan, compared(SEAL))
    assert settle(engine, scan).state is State.WAITING
    (copy,) = send("copy", (None, "A"), day=12)
    assert states(engine) == {"stranger": "superseded", "scan": "superseded", "copy": "received"}
    assert (row(engine, "scan").superseded_by, codes(row(engine, "copy"))) == (copy, ["submission-joined"])


@pytest.mark.parametrize("department", [SICHUAN, None])
def test_a_stranger_s_copy_with_the_id_of_a_notice_that_the_scan_answers(
    engine: Engine, send: Send, department: str | None
) -> None:
    send("stranger", (None, "B"), day=9, sender=STRANGER, mail_id="<notice@x>", departments=(department,))
    send("scan", ("A", None), references="<notice@x>")
    assert codes(row(engine, "scan")) == ["submission-joined", "half-unproven"]
    send("copy", (None, "A"), day=12, references="<notice@x>")
    found = row(engine, "copy")
    assert (found.findings[0].params, codes(found)) == ({"of": "scan.eml"}, ["submission-joined"])


def test_the_sender_s_own_half_comes_before_one_with_the_id_of_a_notice(engine: Engine, send: Send) -> None:
    send("stranger", (None, "B"), day=8, sender=STRANGER, mail_id="<notice@x>", departments=(None,))
    send("copy", (None, "A"), day=9, departments=(None,), references="<notice@x>")
    send("scan", ("A", None), references="<notice@x>")
    assert states(engine) == {"stranger": "incomplete", "copy": "superseded", "scan": "received"}
    assert codes(row(engine, "scan")) == ["submission-joined"]


@pytest.mark.parametrize("department", [SICHUAN, None])
def test_a_scan_waits_on_for_its_own_copy_though_a_stranger_s_without_a_body_was_put_to_it(
    engine: Engine, send: Send, department: str | None
) -> None:
    send("scan", ("A", None), references="<notice@x>")
    send("stranger", (None, "B"), day=11, sender=STRANGER, mail_id="<notice@x>", departments=(None,))
    assert states(engine) == {"scan": "incomplete", "stranger": "received"}
    assert codes(row(engine, "stranger")) == ["submission-joined", "half-unproven"]
    send("copy", (None, "A"), day=12, departments=(department,))
    assert states(engine) == {"scan": "superseded", "stranger": "received", "copy": "received"}
    found = row(engine, "copy")
    assert (found.findings[0].params, codes(found)) == ({"of": "scan.eml"}, ["submission-joined"])


def test_an_answer_to_our_letter_about_a_half_is_its_other_half(engine: Engine, send: Send) -> None:
    (scan,) = send("scan", ("A", None))
    write_letter(engine, scan)
    send("copy", (None, "A"), day=12, sender="colleague@163.example.com", references="<ours@x>")
    assert states(engine) == {"scan": "superseded", "copy": "received"}
    assert codes(row(engine, "copy")) == ["submission-joined"]


@pytest.mark.parametrize("copy_first", [True, False])
@pytest.mark.parametrize(
    "said", [{"reply_to": STRANGER}, {"authentication": {}}, {"authentication": {"failed": ["dmarc"]}}]
)
def test_a_copy_in_the_name_of_the_verified_sender_of_the_scan_is_unproven(
    engine: Engine, send: Send, copy_first: bool, said: dict[str, Any]
) -> None:
    verified = {"verified": "dmarc"}
    halves: list[tuple[str, tuple[str | None, str | None], dict[str, Any]]] = [
        ("copy", (None, "B"), {"authentication": verified} | said), ("scan", ("A", None), {"authentication": verified})
    ]  # fmt: skip
    for day, (name, form, more) in enumerate(halves if copy_first else halves[::-1], 10):
        send(name, form, day=day, **more)
    assert "half-unproven" in codes(row(engine, "scan" if copy_first else "copy"))


def test_halves_of_two_addresses_of_which_the_one_with_the_copy_is_verified(engine: Engine, send: Send) -> None:
    send("scan", ("A", None))
    send("copy", (None, "A"), day=11, sender="a@jxt.sc.gov.cn", evidence=(VERIFIED,))
    assert states(engine) == {"scan": "superseded", "copy": "received"}
    assert codes(row(engine, "copy")) == ["submission-joined"]


def test_a_half_that_waits_is_no_repeat_of_what_a_stranger_made_of_it(engine: Engine, send: Send) -> None:
    (scan,) = send("scan", ("A", None))
    (stranger,) = send("stranger", (None, "B"), day=11, sender=STRANGER)
    save_outcome(engine, stranger, compared(WORDS))
    for each in (scan, stranger):
        with writing(engine) as session:
            resolve(session, session.get_one(SubmissionTable, each))
    assert states(engine) == {"scan": "incomplete", "stranger": "compared"}


# several forms, corrections of additions


@pytest.mark.parametrize(
    ("forms", "correction"),
    [
        ([("四川/1", "四川/1"), ("四川/2", "四川/2")], [("四川/3", "四川/3")]),
        ([("2012所/1", "2012所/1"), ("2013所/2", "2013所/2")], [("2012所/3", "2012所/3")]),
        ([("甲/1", "甲/1"), ("乙/1", "乙/1")], [("甲/2", "甲/2"), ("甲/3", "甲/3")]),
    ],
)
def test_of_forms_that_are_named_alike_none_is_replaced(
    engine: Engine, send: Send, forms: list[tuple[str, str]], correction: list[tuple[str, str]]
) -> None:
    first = send("a", *forms)
    later = send("b", *correction, day=12, corrects=True)
    assert [submission_row(engine, each).superseded_by for each in first] == [None, None]
    assert {code for each in later for code in codes(submission_row(engine, each))} == {"correction-ambiguous"}


def test_a_second_correction_of_one_of_two_forms_leaves_the_other(engine: Engine, send: Send) -> None:
    send("a", ("甲/1", "甲/1"), ("乙/1", "乙/1"))
    (first,) = send("b", ("甲/2", "甲/2"), day=11, corrects=True)
    (second,) = send("c", ("甲/3", "甲/3"), day=12, corrects=True)
    assert [row(engine, "a", 1).superseded_by, row(engine, "a", 2).superseded_by] == [first, None]
    assert submission_row(engine, first).superseded_by == second


def test_a_correction_of_an_addition_leaves_the_report_that_it_adds_to(engine: Engine, send: Send) -> None:
    send("base", ("A", "A"))
    send("addition", ("B", "B"), day=11, adds=True)
    send("correction", ("C", "C"), day=12, corrects=True, adds=True)
    assert states(engine) == {"base": "received", "addition": "superseded", "correction": "received"}
    assert codes(row(engine, "correction")) == []


def test_a_correction_of_an_addition_that_never_came_replaces_nothing(engine: Engine, send: Send) -> None:
    send("base", ("A", "A"))
    send("correction", ("C", "C"), day=12, corrects=True, adds=True)
    assert states(engine) == {"base": "received", "correction": "received"}
    assert codes(row(engine, "correction")) == ["correction-ambiguous"]


@pytest.mark.parametrize("severity", list(Severity))
def test_a_platform_that_a_correction_drops_waits_for_a_person(severity: Severity) -> None:
    assert needs_decision([Finding("correction-row-dropped", severity)], []).errors == 1
