"""Work done in another thread than that of whoever needs it: one step ahead, or aside of other steps."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from extractors.scan.recognise import threads

T = TypeVar("T")


def one_ahead(values: Iterator[T]) -> Generator[T, None, None]:
    """The values in turn; while one is used, the next is made in a thread (always the same one)."""
    with ThreadPoolExecutor(1, "ahead") as thread:
        coming = thread.submit(next, values, None)
        while (value := coming.result()) is not None:
            coming = thread.submit(next, values, None)
            yield value


def aside(work: Callable[[], T]) -> Future[T]:
    """Starts some work in a thread beside the caller's; steps on a page's pixels leave Python free for others.

    Where the process has one core for itself, the work is done at once.
    """
    if threads() > 1:
        return _aside().submit(work)
    done: Future[T] = Future()
    done.set_result(work())
    return done


@functools.cache
def _aside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "aside")
