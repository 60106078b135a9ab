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

from extractors.errors import TransientError
from flows.work import Desk, work_through
from pipeline.calls import CHINA
from pipeline.database.engine import open_ledger
from pipeline.database.jobs import SubmissionRow
from pipeline.database.ledger import finish_run, incomplete_without_reports, pending, start_run, unsettled
from pipeline.database.overview import library_size, submission_rows
from pipeline.intake.intake import IntakeReport, take_in
from pipeline.intake.sources import count_messages, folder
from pipeline.intake.store import open_store
from pipeline.library.settle import settle
from pipeline.logs import new_log, open_log
from pipeline.run_overview import Run, write_run_overview
from pipeline.settings import Settings
from pipeline.submission import Conditions
from pipeline.workspace import Workspace

LOCK_FILE = ".run.lock"


class Watcher(Protocol):
    """Who is told how a run goes."""

    def messages(self, total: int) -> None:
        """So many messages are about to be taken in."""

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
    source: Path
    messages: int
    """How many the source holds."""
    processed: frozenset[int]
    """Submissions that this run compared or wrote reports for."""
    rows: tuple[SubmissionRow, ...]
    """All submissions of the ledger."""
    library_size: int
    """Platforms in the library."""
    overview: Path
    seconds: float
    failed: frozenset[int]
    """Those of the processed ones that a fault stopped; the next run tries them again."""


def run_mailbox(source: Path, settings: Settings, watcher: Watcher) -> RunSummary:
    """Runs the main job.

    Raises:
        UsageError: source-missing, or a setting that is wrong.
        StorageError: the workspace or the database can't be used.
        TransientError: workspace-busy, or Prefect's server can't be reached.
    """
    clock = time.monotonic()
    started = datetime.datetime.now(CHINA)
    messages, total = folder(source), count_messages(source)
    workspace = Workspace(settings.workspace).prepare()
    with alone_in(workspace):
        log = new_log(workspace.logs)
        open_log(log)
        engine = open_ledger(settings.database_url or workspace.database_url)
        store = open_store(settings, workspace)
        run_id = start_run(engine, str(source))

        watcher.messages(total)
        intake = take_in(messages, store, engine, settings, run_id, lambda message: watcher.message())
        for submission_id in unsettled(engine):  # a stop came between comparing and settling
            settle(engine, submission_id)

        jobs = [*pending(engine, store), *incomplete_without_reports(engine, store)]
        watcher.submissions(len(jobs))
        failed: frozenset[int] = frozenset()
        if jobs:
            conditions = Conditions(workspace, started.date(), settings.target_missed_rate)
            desk = Desk(engine, conditions, log, settings.workers, settings.retries)
            failed = work_through(jobs, desk, run_id, str(source), watcher.submission)

        rows = tuple(submission_rows(engine))
        run = Run(str(source), started, total, settings.call)
        overview = write_run_overview(workspace, run, rows)
        summary = RunSummary(
            intake=intake,
            source=source,
            messages=total,
            processed=frozenset(job.submission_id for job in jobs),
            rows=rows,
            library_size=library_size(engine),
            overview=overview,
            seconds=time.monotonic() - clock,
            failed=failed,
        )
        finish_run(engine, run_id, told(summary))
        return summary


@contextmanager
def alone_in(workspace: Workspace) -> Iterator[None]:
    """Keeps a second run out of the same workspace; the lock ends with the process, however it ends.

    Raises:
        TransientError: workspace-busy.
    """
    with (workspace.root / LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as theirs:
            raise TransientError("workspace-busy", name=str(workspace.root)) from theirs
        yield


def told(summary: RunSummary) -> dict[str, Any]:
    """What the ledger keeps of a run."""
    states = Counter(r.state.value for r in summary.rows if r.submission_id in summary.processed)
    return {
        "messages": summary.messages,
        "new": len(summary.intake.new),
        "known": summary.intake.known,
        "duplicates": summary.intake.duplicates,
        "damaged": summary.intake.damaged,
        "processed": len(summary.processed),
        "states": dict(states),
        "failed": len(summary.failed),
        "seconds": round(summary.seconds, 1),
    }
