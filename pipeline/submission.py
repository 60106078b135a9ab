"""The story of one submission, from its documents to its reports: `process` is the function to read first.

It runs in a process of its own, takes values and gives values. The ledger is the caller's: `write_down`, `give_up`.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.errors import StorageError, UnreadableFileError, ZhongshiError
from extractors.i18n import _
from extractors.tables import Document
from pipeline.calls.call import CHINA
from pipeline.calls.catalogue import call
from pipeline.database.jobs import Outcome, SubmissionJob
from pipeline.database.states import State
from pipeline.intake.authentication import Authentication
from pipeline.intake.evidence import BodyEvidence, department_of, is_supported
from pipeline.model import Finding, Letter, Reconciliation, Severity
from pipeline.particulars import info_of_job
from pipeline.sender import STRANGER, address_findings, kept_evidence, of_letter, sender_findings, with_papers
from pipeline.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True)
class Conditions:
    """What holds for every submission of a run. Can be pickled."""

    workspace: Workspace
    today: datetime.date
    """The date that letters bear, in China."""
    target_missed_rate: float
    """Of fields that differ, the share that may come out as a match."""
    answers_from: str = ""
    """Address that answers come from; empty: the call's mailbox."""


def process(job: SubmissionJob, conditions: Conditions) -> Outcome:
    """Compares the two copies of a submission, checks them, and writes the reports.

    What the sender has to mend is an outcome with findings, not an error.

    Raises:
        TransientError: trying again can help.
        StorageError: the workspace can't be written.
    """
    if job.scan is None or job.electronic is None:
        return give_back(job, conditions, ())
    from pipeline.reconcile.changes import change_findings

    try:
        letter, about_letter, evidence = read_letters(job)
        result = compare(job, letter, conditions.target_missed_rate)
    except UnreadableFileError as error:
        return give_back(job, conditions, (as_finding(error, job),))
    evidence = with_papers(evidence, result)
    department = department_of(evidence) or job.department
    about_sender = sender_findings(department, evidence, authentication_of(job), result.findings)
    more = (*about_sender, *not_asked(job.call, department), *change_findings(job))
    result = dataclasses.replace(result, findings=(*about_letter, *result.findings, *more))
    known = still_true(job, department, evidence, about_sender)
    write_result(conditions.workspace.result_file(job.submission_id), result)
    return Outcome(
        state=State.COMPARED,
        result=result.to_json(),
        findings=result.findings,
        department=department,
        reports=write_reports(
            job, conditions, department, result, known, state_to_be(known, department, result), evidence
        ),
        page_turns=result.page_turns,
        evidence=tuple(each.to_json() for each in evidence),
    )


def not_asked(call_id: str, department: str | None) -> tuple[Finding, ...]:
    """The finding that a reporting body isn't one of those that its call asks."""
    asked = call(call_id)
    if department is None or department in {body.name for body in asked.reporting_bodies()}:
        return ()
    params = {"department": department, "notice": asked.notice or asked.id}
    return (Finding("department-not-asked", Severity.WARNING, params),)


def give_back(job: SubmissionJob, conditions: Conditions, findings: tuple[Finding, ...]) -> Outcome:
    """The outcome where a half is missing or can't be read: the sender gets a letter that says what to send again."""
    findings = (*findings, *address_findings(job.department, authentication_of(job)))
    told = (*job.findings, *findings)
    evidence = kept_evidence(job.evidence)
    reports = write_reports(job, conditions, job.department, None, told, State.INCOMPLETE, evidence)
    return Outcome(State.INCOMPLETE, findings=findings, department=job.department, reports=reports)


def read_letters(job: SubmissionJob) -> tuple[Letter, tuple[Finding, ...], list[BodyEvidence]]:
    """What the cover letter says, filled up from the mail's text where it is silent; evidence of mail and letter.

    A letter that can't be read is a finding and no more: the two copies are what is compared.
    """
    from pipeline.letters import read_letter

    of_mail = read_letter(job.mail_text.splitlines())
    evidence = [*kept_evidence(job.evidence), *of_letter("mail-signature", of_mail)]
    if job.letter is None:
        return of_mail, (), evidence
    try:
        document = read_any(job.letter.path)
    except UnreadableFileError as error:
        return of_mail, (dataclasses.replace(as_finding(error, job), severity=Severity.WARNING),), evidence
    letter = read_letter([line.text for line in document.lines])
    said = {name: value for name, value in dataclasses.asdict(letter).items() if value is not None}
    return dataclasses.replace(of_mail, **said), (), [*evidence, *of_letter("letter", letter)]


def read_any(path: Path) -> Document:
    """A document of any readable kind; a PDF as a print or as a scan, whichever it is.

    Raises:
        UnreadableFileError: it can't be read.
    """
    from extractors import electronic, sealed

    return sealed.read(path) if path.suffix.lower() == ".pdf" else electronic.read(path)


def compare(job: SubmissionJob, letter: Letter, target_missed_rate: float) -> Reconciliation:
    """The comparison of the two copies, under the names that the sender gave them.

    Raises:
        UnreadableFileError: either copy can't be read.
    """
    from pipeline.reconcile.reconcile import reconcile

    assert job.scan is not None and job.electronic is not None
    return reconcile(
        job.scan.path,
        job.electronic.path,
        department=job.department,
        letter=letter,
        scan_name=job.scan.name,
        electronic_name=job.electronic.name,
        target_missed_rate=target_missed_rate,
        call_id=job.call,
        received=None if job.received_at is None else job.received_at.astimezone(CHINA).date(),
    )


def authentication_of(job: SubmissionJob) -> Authentication:
    """What is known of the sender's address."""
    return Authentication.from_json(job.authentication)


def still_true(
    job: SubmissionJob,
    department: str | None,
    evidence: Sequence[BodyEvidence],
    about_sender: Sequence[Finding],
) -> tuple[Finding, ...]:
    """What was found before, with what the comparison says of a correction: papers prove it, or nothing does."""
    own_scan = job.scan is not None and job.scan.sha256 in {file.sha256 for file in job.files}
    stranger = STRANGER.intersection(f.code for f in about_sender)
    proven = not stranger and is_supported(evidence, department, own_scan)
    found = tuple(f for f in job.findings if not (proven and f.code == "correction-unproven"))
    if job.corrected and (stranger or not is_supported(evidence, department)):
        names = "、".join(job.corrected)
        found += (Finding("correction-unproven", Severity.WARNING, {"names": names}),)
    return found


def state_to_be(known: Sequence[Finding], department: str | None, result: Reconciliation) -> State:
    """Where the ledger will put the submission, so that its reports can say it."""
    from pipeline.library.decision import needs_decision

    decision = needs_decision((*known, *result.findings), result.records)
    return State.WAITING if decision or department is None else State.LOADED


def write_result(path: Path, result: Reconciliation) -> None:
    """Keeps the object of RESULTS.md.

    Raises:
        StorageError: workspace-unusable.
    """
    from pipeline.reports.stable import write_whole

    text = json.dumps(result.to_json(), ensure_ascii=False, indent=1) + "\n"
    try:
        write_whole(path, text.encode())
    except OSError as theirs:
        raise StorageError("workspace-unusable", name=str(path)) from theirs


def write_reports(
    job: SubmissionJob,
    conditions: Conditions,
    department: str | None,
    result: Reconciliation | None,
    findings: tuple[Finding, ...],
    state: State,
    evidence: Sequence[BodyEvidence] = (),
) -> dict[str, str]:
    """Writes the letter, the list, the page and drafts of answers; kind to path relative to the workspace.

    Raises:
        StorageError: workspace-unusable.
    """
    from pipeline.answers.drafts import write_drafts
    from pipeline.answers.texts import Case
    from pipeline.reports.letter import write_letter
    from pipeline.reports.letter_text import compose
    from pipeline.reports.page import write_page
    from pipeline.reports.workbook import write_workbook

    info = info_of_job(job, department, state, findings, conditions.today, evidence)
    folder = conditions.workspace.report_folder(job.submission_id)
    paths = {"letter": folder / _("复函.docx"), "list": folder / _("核对清单.xlsx"), "page": folder / _("核对页.html")}
    scan = job.scan.path if job.scan is not None and result is not None else None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_letter(paths["letter"], info, result, scan)
        write_workbook(paths["list"], info, result, scan)
        write_page(paths["page"], info, result, scan)
        case = Case(job, info, result, compose(info, result), settled=state is State.LOADED)
        paths |= write_drafts(case, folder, paths["letter"], conditions.answers_from)
    except OSError as theirs:
        raise StorageError("workspace-unusable", name=str(folder)) from theirs
    return {kind: path.relative_to(conditions.workspace.root).as_posix() for kind, path in paths.items()}


def as_finding(error: ZhongshiError, job: SubmissionJob) -> Finding:
    """An error as a finding with the same code and text; a file under the name that the sender gave it."""
    names = {d.path.name: d.name for d in (job.scan, job.electronic, job.letter) if d is not None}
    params = {key: names.get(value, value) for key, value in error.params.items()}
    return Finding(error.code, Severity.ERROR, params)


def write_down(engine: Engine, job: SubmissionJob, outcome: Outcome) -> None:
    """Stores an outcome, and decides whether the submission waits for a person or is loaded.

    A stop in between loses nothing: the next run finds the result stored and settles it.

    Raises:
        StorageError: database-unusable.
        TransientError: database-busy.
    """
    from pipeline.database.ledger import save_outcome
    from pipeline.library.settle import settle

    save_outcome(engine, job.submission_id, outcome)
    if outcome.state is State.COMPARED:
        settle(engine, job.submission_id)


def give_up(engine: Engine, job: SubmissionJob, error: BaseException) -> None:
    """Writes down that a submission failed, so that the table tells and the next run tries again."""
    from pipeline.database.ledger import save_outcome

    finding = (
        as_finding(error, job)
        if isinstance(error, ZhongshiError)
        else Finding("processing-failed", Severity.ERROR, {"name": job.message_name})
    )
    # An incomplete one stays incomplete: as long as it has no reports, the next run takes it up again.
    state = State.FAILED if job.scan is not None and job.electronic is not None else State.INCOMPLETE
    save_outcome(engine, job.submission_id, Outcome(state, findings=(finding,)))
