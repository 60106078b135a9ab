"""Works through the submissions that are due: our processes compare, Prefect's tasks decide when, the ledger keeps."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.headstart import head_start
from flows.pool import Pool
from flows.server import NAMED_SECONDS, STARTUP_SECONDS, server, starts_here, wait_until_ready
from pipeline.database.jobs import Outcome, SubmissionJob
from pipeline.database.states import name_of
from pipeline.submission import Conditions, give_up, process, write_down

if TYPE_CHECKING:
    from sqlalchemy import Engine

SERVER_LOG = "prefect-server.log"


@dataclass(frozen=True)
class Desk:
    """Where a run works: the ledger, the workspace's conditions, the log, and how much at the same time."""

    engine: Engine
    conditions: Conditions
    log: Path
    workers: int
    retries: int


def work_through(
    jobs: Sequence[SubmissionJob],
    desk: Desk,
    run_id: int,
    source: str,
    ended: Callable[[], None],
    more: Callable[[], Sequence[SubmissionJob]] = tuple,
) -> frozenset[int]:
    """Compares every submission and writes its outcome down; the ids of those that failed, when all have ended.

    A submission that fails is written down as failed and leaves the others alone.

    Args:
        jobs: In the order in which they are to be done.
        desk: Where.
        run_id: Of the ledger.
        source: Where the messages came from.
        ended: Called after each submission, from any thread.
        more: Asked when all have ended for others that this made due; those are worked through too, then it is asked
            again. Here and not by another call, for Prefect reads its server's address once in a process.

    Raises:
        TransientError: orchestrator-unreachable.
        StorageError: the ledger or the workspace can't be written.
    """
    by_id = {job.submission_id: job for job in jobs}
    workspace = desk.conditions.workspace
    failed: set[int] = set()

    def compare(submission_id: int) -> Outcome:
        job = by_id[submission_id]
        return pool.run(job.message_name, process, job, desk.conditions)

    def finish(submission_id: int) -> None:
        write_down(desk.engine, by_id[submission_id], ahead.take(submission_id))
        ended()

    def fail(submission_id: int, error: BaseException) -> None:
        give_up(desk.engine, by_id[submission_id], error)
        failed.add(submission_id)
        ended()

    early, patience = (list(by_id), STARTUP_SECONDS) if starts_here() else ([], NAMED_SECONDS)
    with (
        server(workspace.root / "prefect", workspace.logs / SERVER_LOG),
        Pool(desk.workers, desk.log) as pool,
        head_start(compare, early, desk.workers) as ahead,
        at_interrupt(pool.stop),
    ):
        from flows.mailbox import run_flow

        wait_until_ready(patience)
        ahead.stop()
        due: Sequence[SubmissionJob] = jobs
        while due:
            by_id.update({job.submission_id: job for job in due})
            run_flow(
                source,
                run_id,
                submission_ids=[job.submission_id for job in due],
                process=finish,
                give_up=fail,
                rows=lambda: _rows(desk.engine, by_id),
                workers=desk.workers,
                retries=desk.retries,
            )
            due = more()
    return frozenset(failed)


@contextmanager
def at_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """On Ctrl-C calls `stop` first: Prefect's tasks are threads, and it waits for them before it gives up."""

    def interrupted(number: int, frame: object) -> None:
        stop()
        if callable(before):
            before(number, frame)  # raises it, and remembers
        raise KeyboardInterrupt

    before: Any = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _rows(engine: Engine, by_id: dict[int, SubmissionJob]) -> list[dict[str, Any]]:
    """The artifact's table: numbers, state and place, no documents."""
    from pipeline.database.overview import submission_rows

    return [
        {
            "id": row.submission_id,
            "department": row.department or "",
            "documents": row.documents,
            "records": row.records,
            "match": row.match,
            "mismatch": row.mismatch,
            "unsure": row.unsure,
            "findings": len(row.findings),
            "state": name_of(row.state),
            "report": row.reports.get("page", ""),
        }
        for row in submission_rows(engine)
        if row.submission_id in by_id
    ]
