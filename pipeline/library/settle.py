"""From compared to waiting or loaded: the one place where that is decided."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, select

from pipeline.database.engine import writing
from pipeline.database.findings import finding_of
from pipeline.database.ledger import move_state, newest_result
from pipeline.database.shared import mark_shared
from pipeline.database.states import State
from pipeline.database.tables import FindingTable, SubmissionTable
from pipeline.library.decision import needs_decision, reason_text
from pipeline.library.load import LoadReport, load_submission
from pipeline.library.stored import records_of
from pipeline.model import Finding, Severity

__all__ = ["Settlement", "needs_decision", "settle"]


@dataclass(frozen=True)
class Settlement:
    """Where a submission stands after `settle`."""

    state: State
    reason: str = ""
    """Why it waits, in the language in use."""
    load: LoadReport | None = None
    """Only where this call loaded it."""


def settle(engine: Engine, submission_id: int) -> Settlement:
    """Loads a compared submission, or has it wait for a person. In any other state it stays as it is."""
    with writing(engine) as session:
        submission = session.get_one(SubmissionTable, submission_id)
        state = State(submission.state)
        if state is not State.COMPARED:
            return Settlement(state, reason_text(submission.reason or {}))
        mark_shared(session, submission.call)
        session.flush()
        rows = session.scalars(select(FindingTable).where(FindingTable.submission_id == submission_id))
        findings = [finding_of(row) for row in rows]
        if submission.department is None:
            findings.append(Finding("department-unknown", Severity.ERROR))
        result = newest_result(session, submission_id)
        decision = needs_decision(findings, records_of(result.result) if result is not None else ())
    if decision:
        move_state(engine, submission_id, State.WAITING, dict(decision.counts()))
        return Settlement(State.WAITING, decision.reason)
    return Settlement(State.LOADED, load=load_submission(engine, submission_id))
