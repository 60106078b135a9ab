"""Warm processes: the side of benchmarks/speed.py."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).resolve().parent
FREE = ("ZHONGSHI_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""A setting of these would hold one tool back and not the other."""


class Tool:
    """A warm process that answers jobs; see `benchmarks.tools.serve`."""

    def __init__(self, script: str, python: Path) -> None:
        """Starts it."""
        environment = {k: v for k, v in os.environ.items() if k not in FREE}
        self._process = subprocess.Popen(
            [python, TOOLS / script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment, text=True, encoding="utf-8",
        )  # fmt: skip

    def ask(self, **job: Any) -> dict[str, Any]:
        """The answer to a job; RuntimeError where it ended or failed."""
        assert self._process.stdin and self._process.stdout
        print(json.dumps(job), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the process ended"}
        if "error" in answer:
            raise RuntimeError(f"{self._process.args[1]}: {answer['error']}")  # type: ignore[index]
        return answer

    def close(self) -> None:
        """Ends it."""
        self._process.communicate()
