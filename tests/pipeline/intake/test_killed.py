"""A process that is killed between two steps of taking in, and the run after it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from made_messages import make_report, make_scan
from sqlalchemy import Engine

from pipeline.database.overview import submission_rows
from pipeline.database.states import State
from pipeline.intake.intake import IntakeReport, take_in
from pipeline.intake.sources import folder
from pipeline.intake.store import Store
from pipeline.settings import Settings

KILLED = """
import os, sys
from pathlib import Path
import pipeline.intake.intake as intake
from pipeline.database.engine import open_ledger
from pipeline.intake.sources import folder
from pipeline.intake.store import Store
from pipeline.settings import Settings

step, mailbox, root = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
inner, calls = getattr(intake, step), 0

def killed(*args):
    global calls
    calls += 1
    if calls == 2:
        os._exit(9)
    return inner(*args)

setattr(intake, step, killed)
store = Store(str(root / "store"), root / "views")
intake.take_in(folder(mailbox), store, open_ledger(f"sqlite:///{root}/ledger.sqlite"), Settings(workspace=root))
"""


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("record_message", IntakeReport(new=(2, 3), messages=2, known=1)),  # bytes stored, no row
        ("read_message", IntakeReport(new=(2, 3), messages=2, known=2)),  # row committed, not taken apart
        ("add_content", IntakeReport(new=(2, 3), messages=2, known=2)),  # documents stored, no submission
    ],
)
def test_the_run_after_a_kill_loses_and_doubles_nothing(
    step: str,
    expected: IntakeReport,
    mailbox: Callable[..., Path],
    store: Store,
    engine: Engine,
    settings: Settings,
    tmp_path: Path,
) -> None:
    bodies = ("江苏省工业和信息化厅", "浙江省经济和信息化厅", "四川省经济和信息化厅")
    reports = [make_report(scan=make_scan(200 + at), sender=body, subject="报送") for at, body in enumerate(bodies)]
    source = mailbox(a=reports[0], b=reports[1], c=reports[2])
    command = [sys.executable, "-c", KILLED, step, str(source), str(tmp_path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 9
    assert take_in(folder(source), store, engine, settings) == expected
    assert [(row.department, row.state) for row in submission_rows(engine)] == [(b, State.RECEIVED) for b in bodies]
