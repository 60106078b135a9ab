"""Claims: nothing is worked on twice at the same time, and a dead worker keeps nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select

from pipeline.database.claims import Claims, holding, is_gone, this_process
from pipeline.database.engine import open_ledger, reading, writing
from pipeline.database.tables import ClaimRow

KEYS = ["message:1", "message:2", "message:3"]


def test_what_one_holds_another_does_not_get(engine: Engine) -> None:
    first, second = Claims(engine, "elsewhere/1/0"), Claims(engine, "elsewhere/2/0")
    assert first.take(KEYS[:2]) == set(KEYS[:2])
    assert second.take(KEYS) == {KEYS[2]}
    first.drop(KEYS)
    assert second.take(KEYS) == set(KEYS)


def test_the_same_owner_may_take_again(engine: Engine) -> None:
    claims = Claims(engine)
    assert claims.take(KEYS) == claims.take(KEYS) == set(KEYS)


def test_nobody_sets_free_what_another_holds(engine: Engine) -> None:
    first, second = Claims(engine, "elsewhere/1/0"), Claims(engine, "elsewhere/2/0")
    first.take(KEYS)
    second.drop(KEYS)
    assert second.take(KEYS) == set()


def test_a_lease_that_has_ended_is_void(engine: Engine) -> None:
    Claims(engine, "elsewhere/1/0", seconds=-1).take(KEYS)
    assert Claims(engine, "elsewhere/2/0").take(KEYS) == set(KEYS)


def test_a_lease_is_renewed_in_the_background(engine: Engine) -> None:
    other = Claims(engine, "elsewhere/2/0")
    with holding(engine, seconds=0.3) as claims:
        claims.take(KEYS)
        threading.Event().wait(1.0)
        assert other.take(KEYS) == set()
    assert other.take(KEYS) == set(KEYS)


def test_what_a_killed_process_of_this_machine_held_is_free_at_once(engine: Engine, tmp_path: Path) -> None:
    program = f"""
import os
from pipeline.database.claims import Claims
from pipeline.database.engine import open_ledger
Claims(open_ledger({str(engine.url)!r})).take({KEYS!r})
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    assert Claims(engine).take(KEYS) == set(KEYS)


def test_a_living_process_is_not_gone_and_one_of_another_machine_is_not_known() -> None:
    assert not is_gone(this_process())
    assert not is_gone("another-machine/1/0")
    assert is_gone(this_process().rpartition("/")[0] + "/1.00")


def test_what_dead_processes_left_is_swept_up(engine: Engine) -> None:
    gone = this_process().rpartition("/")[0] + "/1.00"
    Claims(engine, gone).take(KEYS[:1])
    Claims(engine, "elsewhere/1/0", seconds=-1).take(KEYS[1:2])
    Claims(engine, "elsewhere/2/0").take(KEYS[2:])
    with holding(engine), reading(engine) as session:
        assert list(session.scalars(select(ClaimRow.key))) == KEYS[2:]


def test_of_many_at_the_same_time_each_key_has_one_holder(engine: Engine) -> None:
    won: list[set[str]] = []
    keys = [f"message:{n}" for n in range(40)]
    workers = [Claims(engine, f"elsewhere/{n}/0") for n in range(6)]
    threads = [threading.Thread(target=lambda w=w: won.extend(w.take([key]) for key in keys)) for w in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key for each in won for key in each) == sorted(keys)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_ledger(f"sqlite:///{tmp_path_factory.mktemp('claims')}/ledger.sqlite")


STEPS = st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.sets(st.sampled_from("12345"))), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(STEPS)
def test_whatever_is_taken_and_dropped_no_key_has_two_holders(
    shared: Engine, steps: list[tuple[str, bool, set[str]]]
) -> None:
    with writing(shared) as session:
        session.execute(delete(ClaimRow))
    workers = {name: Claims(shared, f"elsewhere/{name}/0") for name in "abc"}
    held: dict[str, set[str]] = {name: set() for name in "abc"}
    for name, takes, keys in steps:
        if takes:
            won = workers[name].take(keys)
            assert won == keys - set().union(*(held[n] for n in "abc" if n != name))
            held[name] |= won
        else:
            workers[name].drop(keys)
            held[name] -= keys
