"""The ledger: outcomes, states, and who has reported."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from extractors.tables import Box
from pipeline.database.engine import reading
from pipeline.database.jobs import Outcome
from pipeline.database.ledger import (
    finish_run,
    incomplete_without_reports,
    move_state,
    pending,
    result_hash,
    save_outcome,
    set_reports,
    start_run,
    unsettled,
)
from pipeline.database.overview import body_rows, last_run, submission_row, submission_rows
from pipeline.database.states import MOVES, ForbiddenMoveError, State, check, name_of
from pipeline.database.tables import ResultTable
from pipeline.intake.evidence import piece
from pipeline.intake.store import Store
from pipeline.model import Finding, Severity, Where

Submit = Callable[..., int]
SICHUAN, JIANGSU = "四川省经济和信息化厅", "江苏省工业和信息化厅"
RESULT: dict[str, Any] = {"records": [], "timing": {"read": 1.5}}
FINDING = Finding("seal-missing", Severity.ERROR, {}, Where("Sheet1!A1", Box(2, 1.25, 2, 3, 4)))


def results(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(ResultTable)) or 0


def test_an_outcome_moves_a_submission_and_keeps_findings_as_they_were(engine: Engine, submit: Submit) -> None:
    new = submit()
    assert save_outcome(engine, new, Outcome(State.COMPARED, RESULT, (FINDING,), reports={"page": "p.html"}))
    row = submission_row(engine, new)
    assert (row.state, row.findings, row.reports) == (State.COMPARED, (FINDING,), {"page": "p.html"})
    assert unsettled(engine) == [new]


def test_the_same_outcome_again_changes_nothing(engine: Engine, submit: Submit) -> None:
    new = submit()
    save_outcome(engine, new, Outcome(State.COMPARED, RESULT, (FINDING,)))
    slower = {**RESULT, "timing": {"read": 9.0}}
    assert not save_outcome(engine, new, Outcome(State.COMPARED, slower, (FINDING,)))
    assert results(engine) == 1


def test_another_result_is_kept_beside_the_first(engine: Engine, submit: Submit) -> None:
    new = submit()
    save_outcome(engine, new, Outcome(State.COMPARED, RESULT, (FINDING,)))
    assert save_outcome(engine, new, Outcome(State.COMPARED, {**RESULT, "letter": None}, ()))
    assert results(engine) == 2
    assert submission_row(engine, new).findings == ()


def test_only_the_timing_may_differ_between_equal_results() -> None:
    assert result_hash({"a": 1, "timing": {}}) == result_hash({"timing": {"x": 1}, "a": 1})
    assert result_hash({"a": 1}) != result_hash({"a": 2})


def test_an_outcome_of_a_submission_that_was_superseded_meanwhile(engine: Engine, submit: Submit) -> None:
    first = submit()
    submit(day=11, corrects=True)
    save_outcome(engine, first, Outcome(State.COMPARED, RESULT))
    assert submission_row(engine, first).state is State.SUPERSEDED


def test_a_body_that_the_seal_told_brings_submissions_together(engine: Engine, submit: Submit) -> None:
    first, correction = submit(), submit(department=None, day=11, corrects=True)
    assert submission_row(engine, first).state is State.RECEIVED
    seal = piece("seal", SICHUAN, SICHUAN).to_json()
    save_outcome(engine, correction, Outcome(State.COMPARED, RESULT, department=SICHUAN, evidence=(seal,)))
    assert submission_row(engine, first).superseded_by == correction


def test_what_failed_for_a_passing_fault_is_pending_again(engine: Engine, store: Store, submit: Submit) -> None:
    new = submit()
    save_outcome(engine, new, Outcome(State.FAILED))
    assert [job.submission_id for job in pending(engine, store)] == [new]
    save_outcome(engine, new, Outcome(State.COMPARED, RESULT))
    assert pending(engine, store) == []


def test_what_cannot_be_compared_waits_for_its_letter_once(engine: Engine, store: Store, submit: Submit) -> None:
    half = submit(scan=False)
    (job,) = incomplete_without_reports(engine, store)
    assert (job.submission_id, job.scan, [f.code for f in job.findings]) == (half, None, ["document-missing-scan"])
    set_reports(engine, half, {"letter": "a.docx"})
    assert incomplete_without_reports(engine, store) == []


def test_jobs_cross_process_borders(engine: Engine, store: Store, submit: Submit) -> None:
    submit(findings=(FINDING,))
    (job,) = pending(engine, store)
    assert pickle.loads(pickle.dumps(job)) == job
    assert job.findings == (FINDING,)


@pytest.mark.parametrize("old", list(State))
@pytest.mark.parametrize("new", list(State))
def test_moves_that_the_table_has_not_are_refused(old: State, new: State) -> None:
    if old is new:
        assert not check(old, new)
    elif new in MOVES[old]:
        assert check(old, new)
    else:
        with pytest.raises(ForbiddenMoveError):
            check(old, new)


def test_any_state_can_be_superseded_and_goes_back_only_to_where_it_is_decided_anew() -> None:
    ends = (State.SUPERSEDED, State.REPEATED)  # a repeat was never in force
    assert all(State.SUPERSEDED in MOVES[state] for state in State if state not in ends)
    assert MOVES[State.SUPERSEDED] == {State.RECEIVED, State.INCOMPLETE, State.COMPARED}


def test_a_stranger_s_correction_takes_nobody_s_place(engine: Engine, store: Store, submit: Submit) -> None:
    first, correction = submit(), submit(day=11, corrects=True)
    stranger = Finding("sender-unsupported", Severity.ERROR, {"claims": "", "body": SICHUAN})
    outcome = Outcome(State.COMPARED, RESULT, (stranger,), department=SICHUAN)
    assert save_outcome(engine, correction, outcome)
    assert submission_row(engine, first).state is State.RECEIVED
    assert [job.submission_id for job in pending(engine, store)] == [first]
    assert not save_outcome(engine, correction, outcome)
    submit(day=12)  # whatever comes later
    assert submission_row(engine, first).superseded_by is None


def test_what_a_correction_of_another_body_replaced_is_in_force_again(engine: Engine, submit: Submit) -> None:
    compared, untouched = submit(), submit(day=9)
    save_outcome(engine, compared, Outcome(State.COMPARED, RESULT))
    correction = submit(day=11, corrects=True)
    assert {submission_row(engine, each).superseded_by for each in (compared, untouched)} == {correction}
    save_outcome(engine, correction, Outcome(State.COMPARED, RESULT, department="浙江省经济和信息化厅"))
    rows = [submission_row(engine, each) for each in (compared, untouched)]
    assert [(row.state, row.superseded_by) for row in rows] == [(State.COMPARED, None), (State.RECEIVED, None)]


def test_a_refused_move_leaves_the_ledger_as_it_was(engine: Engine, submit: Submit) -> None:
    new = submit()
    with pytest.raises(ForbiddenMoveError):
        move_state(engine, new, State.LOADED)
    assert submission_row(engine, new).state is State.RECEIVED


def test_every_state_has_a_name() -> None:
    assert len({name_of(state) for state in State}) == len(State)


def test_all_37_bodies_are_listed(engine: Engine, submit: Submit) -> None:
    first = submit(findings=(FINDING, Finding("message-duplicate", Severity.INFO, {"of": "x"})), days_late=2)
    rows = {row.department: row for row in body_rows(engine, "2024")}
    assert len(rows) == 37
    sichuan = rows[SICHUAN]
    assert (sichuan.reported, sichuan.days_late, sichuan.state) == (True, 2, State.RECEIVED)
    assert (sichuan.open_findings, sichuan.submissions) == (1, (first,))
    assert (rows[JIANGSU].reported, rows[JIANGSU].state, rows[JIANGSU].submissions) == (False, None, ())


def test_the_correction_is_the_one_in_force(engine: Engine, submit: Submit) -> None:
    first, second = submit(day=9), submit(day=12, corrects=True)
    row = next(row for row in body_rows(engine, "2024") if row.department == SICHUAN)
    assert row.submissions == (first, second)
    assert row.received_at is not None
    assert row.received_at.day == 12


def test_a_mail_without_documents_is_no_report(engine: Engine, submit: Submit) -> None:
    submit(scan=False, electronic=False)
    row = next(row for row in body_rows(engine, "2024") if row.department == SICHUAN)
    assert (row.reported, row.state) == (False, State.INCOMPLETE)


@pytest.mark.parametrize("code", ["archive-encrypted", "message-exceeds-limits", "attachment-linked"])
def test_who_sent_what_cannot_be_used_has_reported_and_his_report_is_incomplete(
    engine: Engine, submit: Submit, code: str
) -> None:
    params = dict.fromkeys(("name", "seconds", "memory", "links"), "")
    empty = Finding("message-empty", Severity.ERROR, {"name": ""})
    submit(scan=False, electronic=False, findings=(Finding(code, Severity.ERROR, params), empty))
    row = next(row for row in body_rows(engine, "2024") if row.department == SICHUAN)
    assert (row.reported, row.state, row.incomplete, row.open_findings) == (True, State.INCOMPLETE, True, 2)


@pytest.mark.parametrize("code", ["message-empty", "message-without-files", "message-own-letter"])
def test_an_inquiry_without_files_is_no_report(engine: Engine, submit: Submit, code: str) -> None:
    submit(scan=False, electronic=False, findings=(Finding(code, Severity.ERROR, {"name": ""}),))
    row = next(row for row in body_rows(engine, "2024") if row.department == SICHUAN)
    assert (row.reported, row.incomplete) == (False, False)


def test_what_could_not_be_used_is_settled_by_a_report_that_comes_later(engine: Engine, submit: Submit) -> None:
    locked = (Finding("archive-encrypted", Severity.ERROR, {"name": ""}),)
    submit(scan=False, electronic=False, findings=locked)
    submit(day=11)
    body = next(row for row in body_rows(engine, "2024") if row.department == SICHUAN)
    assert (body.state, body.open_findings) == (State.RECEIVED, 0)
    submit(day=12, scan=False, electronic=False, findings=locked)
    body = next(row for row in body_rows(engine, "2024") if row.department == SICHUAN)
    assert (body.state, body.open_findings) == (State.INCOMPLETE, 1)


def test_an_empty_correction_corrects_nothing(engine: Engine, submit: Submit) -> None:
    submit()
    submit(day=12, corrects=True, scan=False, electronic=False)
    assert submission_rows(engine)[0].state is State.RECEIVED


def test_a_run_without_an_end_was_stopped(engine: Engine) -> None:
    run = start_run(engine, "mailbox")
    stopped = last_run(engine)
    assert stopped is not None
    assert stopped.ended_at is None
    finish_run(engine, run, {"new": 3})
    ended = last_run(engine)
    assert ended is not None
    assert ended.summary == {"new": 3}
