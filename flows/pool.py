"""A pool of processes that compare submissions: a lost process costs its own job alone.

Each of the pool's places holds one process. `concurrent.futures` declares a whole executor broken when one of its
processes dies; with an executor per place, a file that kills its reader takes no neighbour with it. Jobs come from
threads (Prefect's tasks), which block until a place is free.

What stays open: a job is bounded in time and, where it is asked for, in memory, not in what it may open.
"""

from __future__ import annotations

import os
import queue
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, TypeVar

import structlog

from extractors import i18n
from extractors.errors import TransientError
from pipeline.calls.catalogue import OwnCalls, in_use, use

log = structlog.get_logger("flows.pool")

P = ParamSpec("P")
T = TypeVar("T")

JOB_SECONDS = 900.0
"""After this a job counts as hung: forty pages at 300 dpi take about two minutes on a slow machine."""
PARENT_CHECK_SECONDS = 1.0


@dataclass(frozen=True)
class WorkerSettings:
    """What a worker process has to know before its first job."""

    language: str
    threads: int
    """Threads of the recogniser within one process; processes × threads should not exceed the cores."""
    log: Path | None
    calls: OwnCalls
    """The office's own forms and calls."""
    memory_mb: int | None = None
    """Address space of a process in MiB; None: as much as there is."""


def threads_per_worker(workers: int) -> int:
    """The cores shared out evenly, at least one thread each."""
    return max(1, len(os.sched_getaffinity(0)) // workers)


class PoolStoppedError(RuntimeError):
    """The run is ending; the job was not done. Not worth a retry."""


class Pool:
    """`workers` processes; use as a context manager."""

    def __init__(
        self, workers: int, log: Path | None = None, job_seconds: float = JOB_SECONDS, memory_mb: int | None = None
    ) -> None:
        """Starts nothing yet: a process starts with the first job that needs it."""
        settings = WorkerSettings(i18n.language(), threads_per_worker(workers), log, in_use(), memory_mb)
        self._job_seconds = job_seconds
        self._stopped = False
        self._all = [_Place(settings) for _ in range(workers)]
        self._free: queue.LifoQueue[_Place] = queue.LifoQueue()
        for place in reversed(self._all):
            self._free.put(place)

    def run(self, name: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `function` in a process of its own and returns its value; blocks until a place is free.

        Args:
            name: What people call the job, for the error's text.
            function: Importable by name, as are its arguments' types.
            args: Picklable.
            kwargs: Picklable.

        Raises:
            TransientError: worker-lost, if the process dies; worker-too-slow, if it takes too long.
            PoolStoppedError: after `stop`.
            Exception: Whatever `function` raises.
        """
        place = self._free.get()
        try:
            if self._stopped:
                raise PoolStoppedError(name)
            return place.run(self._job_seconds, function, *args, **kwargs)
        except (BrokenProcessPool, TimeoutError) as theirs:
            if self._stopped:
                raise PoolStoppedError(name) from theirs
            place.close(at_once=True)
            log.warning("worker-lost", job=name, reason=type(theirs).__name__)
            if isinstance(theirs, TimeoutError):
                raise TransientError("worker-too-slow", name=name, seconds=f"{self._job_seconds:g}") from theirs
            raise TransientError("worker-lost", name=name) from theirs
        finally:
            self._free.put(place)

    def stop(self) -> None:
        """Kills every job at once and takes no other. Can be called from a signal handler."""
        self._stopped = True
        for place in self._all:
            place.kill()

    def __enter__(self) -> Pool:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        """Ends all processes; at once if an error or Ctrl-C ends the run."""
        for place in self._all:
            place.close(at_once=kind is not None)


class _Place:
    """One process, and the executor that talks with it."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._executor: ProcessPoolExecutor | None = None
        self._pid: Future[int] | None = None

    def _ready(self) -> ProcessPoolExecutor:
        if self._executor is None:
            start = (self._settings, os.getpid())
            self._executor = ProcessPoolExecutor(1, get_context("spawn"), _start_worker, start)
            self._pid = self._executor.submit(os.getpid)
        return self._executor

    def run(self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self._ready().submit(function, *args, **kwargs).result(seconds)

    def kill(self) -> None:
        """A hung process doesn't hear its executor."""
        if self._pid is not None and self._pid.done() and self._pid.exception() is None:
            for child in active_children():
                if child.pid == self._pid.result():
                    child.kill()

    def close(self, at_once: bool) -> None:
        if self._executor is None:
            return
        if at_once:
            self.kill()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = self._pid = None


def _start_worker(settings: WorkerSettings, parent: int) -> None:
    """Prepares a new process, before any heavy package is imported in it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    for name in ("ZHONGSHI_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(settings.threads)
    if settings.memory_mb is not None:
        resource.setrlimit(resource.RLIMIT_AS, (settings.memory_mb << 20, settings.memory_mb << 20))
    i18n.use(settings.language)
    use(settings.calls)
    if settings.log is not None:
        from pipeline.logs import open_log

        open_log(settings.log)


def _leave_with(parent: int) -> None:
    """Ends this process when its parent is gone: an executor's process would wait for work for ever."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(1)
