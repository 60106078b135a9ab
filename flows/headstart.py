"""Work that goes ahead while Prefect's server starts.

On its first start the server migrates a database for ten seconds, with one core to spare. Until it answers, the
first submissions are compared already; their tasks then find them done, or wait for them. Where a server is running
already nothing goes ahead of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class HeadStart(Generic[T]):
    """Starts `work` on `keys` one after the other until told to stop; hands out what it began."""

    def __init__(self, work: Callable[[int], T], keys: Sequence[int], threads: int) -> None:
        """Args: `work` blocks; `threads` of it run at the same time."""
        self._work = work
        self._waiting = iter(keys)
        self._begun: dict[int, Future[T]] = {}
        self._lock = threading.Lock()
        self._stopped = False
        self._executor = ThreadPoolExecutor(threads, "head-start")
        for _ in range(threads):
            self._executor.submit(self._go)

    def stop(self) -> None:
        """Nothing new is begun from now on."""
        with self._lock:
            self._stopped = True

    def take(self, key: int) -> T:
        """The value of `key`: from the work that was begun on it (waits for it), else from work done now.

        Raises:
            Exception: Whatever `work` raises. The next `take` of the same key works anew.
        """
        with self._lock:
            begun = self._begun.pop(key, None)
        return self._work(key) if begun is None else begun.result()

    def _go(self) -> None:
        while True:
            with self._lock:
                key = None if self._stopped else next(self._waiting, None)
                if key is None:
                    return
                future = self._begun[key] = Future()
            try:
                future.set_result(self._work(key))
            except BaseException as error:
                future.set_exception(error)

    def _end(self) -> None:
        self.stop()
        self._executor.shutdown(wait=False)


@contextmanager
def head_start(work: Callable[[int], T], keys: Sequence[int], threads: int) -> Iterator[HeadStart[T]]:
    """A head start that ends with the block."""
    started = HeadStart(work, keys, threads)
    try:
        yield started
    finally:
        started._end()
