"""The flow with a real Prefect server, each in a process of its own: Prefect reads its settings once."""

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import json, sys, threading
from pathlib import Path
from extractors.errors import TransientError, UnreadableFileError
from flows.server import STARTUP_SECONDS, server, wait_until_ready
from pipeline.logs import open_log

home = Path(sys.argv[1])
open_log(home / "run.jsonl")
calls, failed, lock = [], {}, threading.Lock()

def process(submission_id):
    with lock:
        calls.append(submission_id)
        times = calls.count(submission_id)
    if submission_id == 2 and times < 3:
        raise TransientError("worker-lost", name="2")
    if submission_id == 3:
        raise UnreadableFileError("file-damaged", name="3")
    if submission_id == 4:
        raise ValueError("a mistake")
    if submission_id == 5:
        raise TransientError("worker-lost", name="5")

def give_up(submission_id, error):
    failed[submission_id] = repr(error)

with server(home / "prefect", home / "server.log"):
    wait_until_ready(STARTUP_SECONDS)
    from flows.mailbox import run_flow
    run_flow("邮箱", 7, [1, 2, 3, 4, 5, 6], process, give_up, lambda: [{"id": 1, "state": "已入库"}], 2, 2)
    from prefect.client.orchestration import get_client
    with get_client(sync_client=True) as client:
        flows = [[run.name, run.state_name, run.parameters] for run in client.read_flow_runs()]
        artifacts = [[a.key, a.data] for a in client.read_artifacts()]
print(json.dumps({"calls": calls, "failed": failed, "flows": flows, "artifacts": artifacts}))
"""


def run(home: Path, environment: dict[str, str] | None = None) -> tuple[dict[str, object], str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(home)],
        env={**clean, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout), ended.stderr


def test_a_first_start_is_quiet_retries_what_is_transient_only_and_leaves_a_table(tmp_path: Path) -> None:
    told, screen = run(tmp_path)
    calls = told["calls"]
    assert isinstance(calls, list)
    assert {i: calls.count(i) for i in range(1, 7)} == {1: 1, 2: 3, 3: 1, 4: 1, 5: 3, 6: 1}
    failed = told["failed"]
    assert isinstance(failed, dict)
    assert sorted(failed) == ["3", "4", "5"]
    assert "worker-lost" in failed["5"]
    assert told["flows"] == [["mailbox-run-7", "Completed", {"source": "邮箱", "run_id": 7}]]
    artifacts = told["artifacts"]
    assert isinstance(artifacts, list)
    assert [key for key, _ in artifacts] == ["mailbox-run"]
    assert json.loads(artifacts[0][1]) == [{"id": 1, "state": "已入库"}]
    assert screen == ""
    assert (tmp_path / "server.log").read_text() == ""
    assert (tmp_path / "prefect" / "prefect.db").is_file()
    log = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text().splitlines()]
    assert any("Retries are exhausted" in entry["event"] for entry in log)
