"""A run over a mailbox: take in, compare what is due, settle, report. The order of things, no rule of them."""

from __future__ import annotations

import datetime
import fcntl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine

from extractors.errors import TransientError, UsageError
from flows.reading import reader
from flows.work import Desk, work_through
from pipeline.answers.sending import SendReport, answer
from pipeline.calls.call import CHINA
from pipeline.calls.catalogue import form_of
from pipeline.database.claims import Claims, holding
from pipeline.database.engine import open_ledger
from pipeline.database.jobs import SubmissionJob, SubmissionRow
from pipeline.database.ledger import finish_run, incomplete_without_reports, pending, start_run, unsettled
from pipeline.database.overview import body_rows, library_size, submission_rows, unrelated_messages
from pipeline.intake.intake import IntakeReport, take_in
from pipeline.intake.sources import count_messages, folder
from pipeline.intake.store import Store, open_store
from pipeline.library.settle import settle
from pipeline.logs import new_log, open_log
from pipeline.mailbox.poll import Post, new_messages
from pipeline.run_overview import Run, write_run_overview
from pipeline.settings import Settings
from pipeline.submission import Conditions
from pipeline.workspace import Workspace

LOCK_FILE = ".run.lock"
IMAP = "imap"
"""The source that stands for the mailboxes of the settings; a folder of this name is given as ``./imap``."""


class Watcher(Protocol):
    """Who is told how a run goes."""

    def messages(self, total: int) -> None:
        """So many messages more are about to be taken in."""

    def message(self) -> None:
        """One of them has been."""

    def submissions(self, total: int) -> None:
        """So many submissions are about to be compared."""

    def submission(self) -> None:
        """One of them has ended. Called from any thread."""


@dataclass(frozen=True)
class RunSummary:
    """What came of a run."""

    intake: IntakeReport
    source: str
    messages: int
    """How many the source holds; of mailboxes, how many are new."""
    processed: frozenset[int]
    """Submissions that this run compared or wrote reports for."""
    rows: tuple[SubmissionRow, ...]
    """All submissions of the ledger."""
    library_size: int
    """Platforms in the library."""
    overviews: tuple[Path, ...]
    """One for each call that runs, the usual one's first."""
    seconds: float
    failed: frozenset[int]
    """Those of the processed ones that a fault stopped; the next run tries them again."""
    unread: tuple[TransientError | UsageError, ...]
    """Why mailboxes couldn't be read; the others were."""
    answers: SendReport
    """What became of the answers to senders."""

    def rows_of_run(self) -> list[SubmissionRow]:
        """Those that this run took in, compared, wrote reports for, or put others in the place of."""
        mine = {*self.processed, *self.intake.new}
        return [row for row in self.rows if row.submission_id in mine or row.superseded_by in mine]


def run_mailbox(source: str, settings: Settings, watcher: Watcher) -> RunSummary:
    """Runs the main job over a file or folder, or over the mailboxes of the settings (`IMAP`).

    Raises:
        UsageError: source-missing, mailbox-unset, or a setting, form or call that is wrong.
        StorageError: the workspace or the database can't be used.
        TransientError: workspace-busy, or Prefect's server can't be reached.
    """
    clock = time.monotonic()
    for id in settings.running:
        form_of(id)  # a wrong file is told before any message is taken
    started = datetime.datetime.now(CHINA)
    if source == IMAP and not settings.imap:
        raise UsageError("mailbox-unset")
    total = 0 if source == IMAP else count_messages(Path(source))
    workspace = Workspace(settings.workspace).prepare()
    with alone_in(workspace):
        log = new_log(workspace.logs)
        open_log(log)
        engine = open_ledger(settings.database_url or workspace.database_url)
        store = open_store(settings, workspace)
        run_id = start_run(engine, source)
        unread: list[TransientError | UsageError] = []

        def found(messages: int) -> None:
            nonlocal total
            total += messages
            watcher.messages(messages)

        with holding(engine) as claims:
            if source == IMAP:
                messages = new_messages(settings.imap, Post(engine, claims, settings.limits, found, unread))
            else:
                watcher.messages(total)
                messages = folder(Path(source))
            with reader(store, settings, log) as read:
                intake = take_in(
                    messages, store, engine, settings, run_id, lambda message: watcher.message(), read, claims
                )
            conditions = Conditions(workspace, started.date(), settings.target_missed_rate, settings.answers.sender)
            desk = Desk(engine, conditions, log, settings.workers, settings.retries)
            failed: frozenset[int] = frozenset()
            processed: set[int] = set()

            def next_round() -> list[SubmissionJob]:
                """What is due now; after the first round what a correction set free that proved nothing."""
                for submission_id in unsettled(engine):
                    settle(engine, submission_id)
                jobs = [job for job in due(engine, store, claims) if job.submission_id not in processed]
                processed.update(job.submission_id for job in jobs)
                watcher.submissions(len(jobs))
                return jobs

            if jobs := next_round():
                failed = work_through(jobs, desk, run_id, source, watcher.submission, next_round)
        answers = answer(engine, store, settings)
        rows = tuple(submission_rows(engine))
        messages_taken = intake.messages + intake.duplicates
        overviews = tuple(
            _overview(workspace, engine, Run(source, started, messages_taken, id, id != settings.call), rows, settings)
            for id in settings.running
        )
        summary = RunSummary(
            intake=intake,
            source=source,
            messages=total,
            processed=frozenset(processed),
            rows=rows,
            library_size=library_size(engine),
            overviews=overviews,
            seconds=time.monotonic() - clock,
            failed=failed,
            unread=tuple(unread),
            answers=answers,
        )
        finish_run(engine, run_id, told(summary))
        return summary


def _overview(
    workspace: Workspace, engine: Engine, run: Run, rows: tuple[SubmissionRow, ...], settings: Settings
) -> Path:
    """Writes a call's overview; where only one runs, submissions of calls that are over are in it too."""
    mine = rows if len(settings.running) == 1 else [row for row in rows if row.call == run.call]
    return write_run_overview(workspace, run, mine, body_rows(engine, run.call), unrelated_messages(engine))


def due(engine: Engine, store: Store, claims: Claims) -> list[SubmissionJob]:
    """The submissions that this run is to compare or answer, and that no other run works on."""

    def all_due() -> list[SubmissionJob]:
        return [*pending(engine, store), *incomplete_without_reports(engine, store)]

    mine = claims.take(f"submission:{job.submission_id}" for job in all_due())
    # Asked again: another run may have ended with some of them before they were claimed
    return [job for job in all_due() if f"submission:{job.submission_id}" in mine]


@contextmanager
def alone_in(workspace: Workspace, name: str = LOCK_FILE, busy: str = "workspace-busy") -> Iterator[None]:
    """Keeps a second run out of the same workspace; the lock ends with the process, however it ends.

    Raises:
        TransientError: `busy`.
    """
    with (workspace.root / name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as theirs:
            raise TransientError(busy, name=str(workspace.root)) from theirs
        yield


def told(summary: RunSummary) -> dict[str, Any]:
    """What the ledger keeps of a run."""
    states = Counter(r.state.value for r in summary.rows if r.submission_id in summary.processed)
    return {
        "messages": summary.messages,
        "new": len(summary.intake.new),
        "unrelated": summary.intake.unrelated,
        "unread": len(summary.unread),
        "known": summary.intake.known,
        "duplicates": summary.intake.duplicates,
        "damaged": summary.intake.damaged,
        "processed": len(summary.processed),
        "states": dict(states),
        "failed": len(summary.failed),
        "seconds": round(summary.seconds, 1),
    }
