"""Compares the cases of a folder in several processes, and keeps each result as a file."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.probing import Field, probe
from pipeline.reconcile.calibration import TARGET


@dataclass(frozen=True)
class Compared:
    """One case and what came of it."""

    truth: dict[str, Any]
    result: dict[str, Any] | None
    seconds: float
    """Wall time of the comparison, without the start of the process."""
    error: str | None = None
    fields: tuple[Field, ...] = ()
    """The fields as judged, and the probes of them, where probes were asked for."""


def compare_all(
    folders: Sequence[Path], out: Path, jobs: int, report: Callable[[Compared], None], probes: int = 0
) -> list[Compared]:
    """Compares the cases in `folders` and writes ``out/<case>.json``; in the order of `folders`.

    `probes` is how many differences are seeded into each field that agrees, see `benchmarks.probing`.

    The processes share the cores: each has cores // jobs threads. A case that can't be compared has no result, as
    the score counts it, and its error as text.
    """
    out.mkdir(parents=True, exist_ok=True)
    threads = str(max(1, len(os.sched_getaffinity(0)) // jobs))
    # Spawned processes inherit the environment, and read these when they import the libraries.
    os.environ |= dict.fromkeys(("ZHONGSHI_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(compare, folder, out, probes): folder for folder in folders}
        done = {}
        for future in as_completed(futures):
            done[futures[future]] = future.result()
            report(future.result())
    return [done[folder] for folder in folders]


def compare(folder: Path, out: Path, probes: int = 0) -> Compared:
    """Compares one case, in this process."""
    import cv2

    from pipeline.reconcile.reconcile import conclude, read_copies

    cv2.setNumThreads(int(os.environ.get("ZHONGSHI_THREADS", "1")))
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    path = out / f"{truth['id']}.json"
    path.unlink(missing_ok=True)
    start = time.perf_counter()
    try:
        copies = read_copies(folder / "scan.pdf", folder / truth["electronic"])
        result = conclude(copies).to_json()
    except Exception as error:  # a measurement goes on, and shows what it lost
        return Compared(truth, None, time.perf_counter() - start, f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - start
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fields = probe(copies.paired, truth, probes, TARGET, random.Random(truth["id"])) if probes else []
    return Compared(truth, result, seconds, fields=tuple(fields))
