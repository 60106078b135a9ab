"""Works one step ahead of whoever takes the values."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def one_ahead(values: Iterator[T]) -> Generator[T, None, None]:
    """The values in turn; while one is used, the next is made in a thread (always the same one)."""
    with ThreadPoolExecutor(1, "ahead") as thread:
        coming = thread.submit(next, values, None)
        while (value := coming.result()) is not None:
            coming = thread.submit(next, values, None)
            yield value
