"""The Prefect flow over the submissions that a mailbox brought: one task per submission, and a table at the end.

No rule lives here: what a submission goes through is `pipeline.submission`, whether there is anything to do is the
ledger's. Tasks are threads that hand the work to our own processes; on two cores this took 17.5 s where Prefect's
process runner took 30 s for the same six half-second jobs, because each of its processes imports Prefect again.

Import this module only within `flows.server.server`: Prefect reads its settings once, when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State as RunState
from prefect.client.schemas.objects import TaskRun
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import Task

from extractors.errors import TransientError

RETRY_SECONDS = 1.0
"""A lost process or a busy database has passed by then."""
ARTIFACT_KEY = "mailbox-run"


def _is_transient(task: Task[..., Any], run: TaskRun, state: RunState) -> bool:
    """Trying again can help only a passing fault."""
    return isinstance(state.data, TransientError)


def run_flow(
    source: str,
    run_id: int,
    submission_ids: Sequence[int],
    process: Callable[[int], None],
    give_up: Callable[[int, BaseException], None],
    rows: Callable[[], list[dict[str, Any]]],
    workers: int,
    retries: int,
) -> None:
    """Runs the flow and returns when every submission has ended.

    Args:
        source: Where the messages came from; with `run_id`, all that Prefect is told of the run.
        run_id: Of the ledger.
        submission_ids: What to process, in this order.
        process: Compares a submission and writes its outcome down. Called from a thread.
        give_up: Writes down that a submission failed. Called from the flow's thread.
        rows: The table for the artifact.
        workers: How many submissions at the same time.
        retries: How often a passing fault is tried again.
    """

    @task(
        task_run_name="submission-{submission_id}",
        retries=retries,
        retry_delay_seconds=RETRY_SECONDS,
        retry_condition_fn=_is_transient,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    def process_submission(submission_id: int) -> None:
        process(submission_id)

    # A thread runner's futures are narrower than `flow` declares.
    runner = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=workers))

    @flow(
        name="mailbox",
        flow_run_name="mailbox-run-{run_id}",
        task_runner=runner,
        persist_result=False,
        validate_parameters=False,
    )
    def mailbox(source: str, run_id: int) -> None:
        futures = {i: process_submission.submit(i) for i in submission_ids}
        for submission_id, future in futures.items():
            future.wait()
            try:
                future.result()
            except Exception as error:
                give_up(submission_id, error)
        create_table_artifact(key=ARTIFACT_KEY, table=rows(), description=f"{source}, run {run_id}")

    mailbox(source, run_id)
