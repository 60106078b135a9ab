"""Structured logs: JSON lines in a file of the workspace, never on the screen.

Our own events come through structlog; what libraries say through `logging` or `warnings` ends in the same file.
Several processes append to it: a line is one write to a file opened for appending, so lines don't mix.
"""

from __future__ import annotations

import datetime
import logging
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.errors import StorageError

if TYPE_CHECKING:
    from structlog.typing import Processor

LIBRARY_LEVEL = logging.WARNING
"""What libraries say below this is not kept."""

_path: Path | None = None


class AppendHandler(logging.Handler):
    """Writes each record with a single write to a file that it opens anew.

    It keeps no descriptor: `logging.config` (Prefect calls it) closes handlers that are in use, and a number that was
    closed may by then be somebody's socket. Its name starts with no underscore: Prefect replaces root handlers whose
    class does by one for the screen.
    """

    def __init__(self, path: Path) -> None:
        """Tries the file at once, so that a folder that can't be written shows before the work starts."""
        super().__init__()
        self._path = path.resolve()
        self._write(b"")

    def emit(self, record: logging.LogRecord) -> None:
        """Appends one line."""
        try:
            self._write((self.format(record) + "\n").encode("utf-8", "backslashreplace"))
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """A full disk must not end the run by way of its log; the line is lost."""

    def _write(self, line: bytes) -> None:
        with self._path.open("ab", buffering=0) as file:
            file.write(line)


def quiet() -> None:
    """Keeps libraries' log lines and warnings off the screen, for commands that have no workspace."""
    logging.captureWarnings(True)
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


def new_log(folder: Path) -> Path:
    """A name for the log of a run that starts now, in `folder`."""
    now = datetime.datetime.now(datetime.UTC)
    return folder / f"{now:%Y%m%d-%H%M%S}-{os.getpid()}.jsonl"


def open_log(path: Path) -> None:
    """Sends everything that this process logs to `path`.

    Raises:
        StorageError: workspace-unusable, if the file can't be opened.
    """
    import structlog

    global _path
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    try:
        handler = AppendHandler(path)
    except OSError as theirs:
        raise StorageError("workspace-unusable", name=str(path)) from theirs
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    logging.captureWarnings(True)
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(LIBRARY_LEVEL)
    for ours in ("extractors", "pipeline", "flows"):
        logging.getLogger(ours).setLevel(logging.INFO)
    _path = path


def current() -> Path | None:
    """The log of this process, None if none is open."""
    return _path


def keep_traceback(error: BaseException) -> Path:
    """Writes an unexpected error with its traceback to the log; returns where it is to be found.

    Without an open log it goes to a file of its own in the folder for temporary files.
    """
    if _path is not None:
        logging.getLogger("flows").error("unexpected", exc_info=error)
        return _path
    text = "".join([f"{sys.argv}\n", *traceback.format_exception(error)])
    descriptor, name = tempfile.mkstemp(prefix="zhongshi-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return Path(name)
