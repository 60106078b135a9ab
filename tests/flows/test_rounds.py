"""What the first round of a run makes due is worked through in the same run, under the same server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from command_line import ROOT, clean_environment, mailbox_of

PROGRAM = """
import datetime, sys
from pathlib import Path
from flows.work import Desk, work_through
from pipeline.database.engine import open_ledger
from pipeline.database.ledger import incomplete_without_reports
from pipeline.intake.intake import take_in
from pipeline.intake.sources import folder
from pipeline.intake.store import open_store
from pipeline.settings import load_settings
from pipeline.submission import Conditions
from pipeline.workspace import Workspace

if __name__ == "__main__":
    root = Path(sys.argv[2])
    settings, workspace = load_settings(workspace=root), Workspace(root).prepare()
    engine, store = open_ledger(workspace.database_url), open_store(settings, workspace)
    take_in(folder(Path(sys.argv[1])), store, engine, settings)
    first, second = incomplete_without_reports(engine, store)
    rounds, ended = [[second], []], []
    desk = Desk(engine, Conditions(workspace, datetime.date(2024, 10, 20), 1e-4), root / "log.jsonl", 2, 1)
    failed = work_through([first], desk, 1, "test", lambda: ended.append(1), lambda: rounds.pop(0))
    print(len(failed), len(ended), len(rounds), len(incomplete_without_reports(engine, store)))
"""


def test_a_second_round_in_the_same_run(tmp_path: Path) -> None:
    program = tmp_path / "two_rounds.py"
    program.write_text(PROGRAM, encoding="utf-8")
    mailbox = mailbox_of(tmp_path / "mailbox", "14")
    text = "From: a@163.com\nSubject: report\nContent-Type: text/plain; charset=utf-8\n\n云南省报送中试平台名录。\n"
    (mailbox / "15.eml").write_text(text, encoding="utf-8")  # two submissions that need answers and no comparison
    ran = subprocess.run(
        [sys.executable, program, mailbox, tmp_path / "workspace"],
        cwd=ROOT,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "0 2 0 0"
