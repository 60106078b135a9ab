"""Zhongshi: one job is a comparison, from two files to all verdicts."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

from benchmarks.tools.serve import Job, Timed, serve  # noqa: E402


def work(job: Job) -> Job:
    """Compares ``scan`` and ``electronic``; the verdicts, and the most memory that the process ever held (MB)."""
    from pipeline.reconcile.reconcile import reconcile

    with Timed() as timed:
        result = reconcile(Path(job["scan"]), Path(job["electronic"]))
    return {"result": result.to_json(), "memory": most_memory(), **timed.as_json()}


def most_memory() -> float:
    """The most memory that the process ever held, MB; Linux's `ru_maxrss` begins with that of the parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    serve(work)
