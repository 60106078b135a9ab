"""Zhongshi: one job is a comparison, from two files to all verdicts."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

from benchmarks.tools.serve import Job, Timed, serve  # noqa: E402


def work(job: Job) -> Job:
    """Compares ``scan`` and ``electronic``; the verdicts, and the most memory that the process ever held (MB)."""
    from pipeline.reconcile.reconcile import reconcile

    with Timed() as timed:
        result = reconcile(Path(job["scan"]), Path(job["electronic"]))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"result": result.to_json(), "memory": most, **timed.as_json()}


if __name__ == "__main__":
    serve(work)
