"""The protocol of the workers: a job a line on standard input, its answer a line on standard output, both JSON.

Imported by a worker of another environment too, so it needs nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Job = dict[str, Any]


def serve(work: Callable[[Job], Job]) -> None:
    """Answers jobs until the input ends. What a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer = work(job)
        except Exception as error:  # the benchmark shows what a tool could not do, and goes on
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer, ensure_ascii=False), file=answers, flush=True)


class Timed:
    """Wall and processor seconds of a block (all threads)."""

    wall = 0.0
    processor = 0.0

    def __enter__(self) -> Timed:
        """Starts both clocks."""
        self._start = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        """Adds what they show."""
        self.wall += time.perf_counter() - self._start[0]
        self.processor += time.process_time() - self._start[1]

    def as_json(self) -> Job:
        """The two as part of an answer."""
        return {"wall": self.wall, "processor": self.processor}
