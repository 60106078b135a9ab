import datetime
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from extractors.errors import TransientError, UnreadableFileError
from flows.pool import Pool, threads_per_worker
from pipeline.calls.call import Changes
from pipeline.calls.catalogue import OwnCalls, call, use


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(marker: str) -> str:
    """Dies at the first call, answers at the second."""
    path = Path(marker)
    if not path.exists():
        path.touch()
        die()
    return "done"


def slow(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def refuse() -> None:
    raise UnreadableFileError("file-damaged", name="a.pdf")


def deadline() -> str:
    return call("2024").deadline.isoformat()


def threads() -> str:
    return os.environ["ZHONGSHI_THREADS"]


def test_a_worker_knows_the_offices_own_calls() -> None:
    use(OwnCalls(None, {"2024": Changes(deadline=datetime.date(2024, 10, 31))}))
    try:
        with Pool(1) as pool:
            assert pool.run("a", deadline) == "2024-10-31"
    finally:
        use(OwnCalls())


def test_a_killed_worker_is_a_passing_fault_and_the_next_job_gets_a_new_one(tmp_path: Path) -> None:
    with Pool(1) as pool:
        with pytest.raises(TransientError) as caught:
            pool.run("江苏省", die_once, str(tmp_path / "marker"))
        assert caught.value.code == "worker-lost"
        assert "江苏省" in caught.value.message
        assert pool.run("江苏省", die_once, str(tmp_path / "marker")) == "done"


def test_a_killed_worker_leaves_its_neighbour_alone() -> None:
    with Pool(2) as pool:
        answers: list[int] = []
        neighbour = threading.Thread(target=lambda: answers.append(pool.run("慢", slow, 1.5)))
        neighbour.start()
        with pytest.raises(TransientError):
            pool.run("坏", die)
        neighbour.join()
        assert len(answers) == 1


def test_a_job_that_hangs_is_ended() -> None:
    with Pool(1, job_seconds=1.5) as pool:
        start = time.monotonic()
        with pytest.raises(TransientError):
            pool.run("挂起", slow, 60)
        assert time.monotonic() - start < 10
        assert pool.run("快", slow, 0) > 0


def test_our_errors_come_through_with_their_code() -> None:
    with Pool(1) as pool, pytest.raises(UnreadableFileError, match="a.pdf") as caught:
        pool.run("江苏省", refuse)
    assert caught.value.code == "file-damaged"


def test_cores_are_shared_out() -> None:
    assert threads_per_worker(1000) == 1
    with Pool(1000) as pool:  # places cost nothing until a job needs them
        assert pool.run("线程", threads) == "1"
