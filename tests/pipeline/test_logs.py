import json
import logging
import logging.config
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import structlog

from extractors.errors import StorageError
from pipeline.logs import keep_traceback, new_log, open_log


@pytest.fixture(autouse=True)
def _restore_logging():  # type: ignore[no-untyped-def]
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(False)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_our_events_and_those_of_libraries_are_lines_of_json_in_one_file(tmp_path: Path) -> None:
    path = new_log(tmp_path)
    open_log(path)
    structlog.get_logger("pipeline.intake").info("收件", new=3)
    logging.getLogger("pdfminer").warning("a\nb")
    logging.getLogger("pdfminer").info("not kept")
    warnings.warn("library", stacklevel=1)
    events = lines(path)
    assert [e["event"] for e in events[:2]] == ["收件", "a\nb"]
    assert events[0]["new"] == 3
    assert len(events) == 3
    assert "library" in str(events[2]["event"])


def test_an_error_is_kept_with_its_traceback(tmp_path: Path) -> None:
    open_log(tmp_path / "log.jsonl")
    try:
        raise ValueError("坏")
    except ValueError as error:
        assert keep_traceback(error) == tmp_path / "log.jsonl"
    assert "Traceback" in str(lines(tmp_path / "log.jsonl")[0]["exception"])


def test_a_log_that_another_closes_never_writes_into_a_descriptor_that_was_reused(tmp_path: Path) -> None:
    open_log(tmp_path / "log.jsonl")
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})  # closes every handler there is
    reader, writer = os.pipe()  # takes the lowest free numbers
    logging.getLogger("flows").error("after")
    os.close(writer)
    assert os.read(reader, 100) == b""
    os.close(reader)
    assert [e["event"] for e in lines(tmp_path / "log.jsonl")] == ["after"]


def test_a_log_that_cannot_be_opened_is_an_error_with_a_code(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        open_log(tmp_path / "missing" / "log.jsonl")
    assert caught.value.code == "workspace-unusable"


def test_many_processes_write_one_log_without_mixing_lines(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    code = (
        "import sys, logging; from pathlib import Path\n"
        "from pipeline.logs import open_log; open_log(Path(sys.argv[1]))\n"
        "for i in range(200): logging.getLogger('flows').error('x' * 20000)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(2)]
    assert [w.wait() for w in writers] == [0, 0]
    assert len(lines(path)) == 400
