"""RESULTS.md: a section per program, between marks, replaced by the program's next run."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
HEAD = "# Results of the benchmarks\n\nEach section is written by the program it names; `make bench` runs them all.\n"


def replace_section(name: str, text: str, path: Path = RESULTS) -> None:
    """Writes the section `name`, in place of an earlier one or at the end; other sections stay as they are."""
    old = path.read_text(encoding="utf-8") if path.exists() else HEAD
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    section = f"{begin}\n{text.strip()}\n{end}"
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    new = found.sub(lambda _: section, old) if found.search(old) else f"{old.rstrip()}\n\n{section}\n"
    path.write_text(new, encoding="utf-8")


def heading(title: str, command: str) -> str:
    """Title, date, command and machine: what a reader needs to run it again and compare."""
    cores = len(os.sched_getaffinity(0))
    machine = f"{cores} cores ({platform.machine()}), Python {platform.python_version()}"
    load = f"load average {os.getloadavg()[2]:.1f} over the last 15 minutes"
    return f"## {title}\n\n{datetime.now():%Y-%m-%d %H:%M}, {machine}, {load}\n\n    {command}\n"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table, padded so that it is a table on a terminal too; the first column to the left."""
    cells = [[str(c) for c in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = [
        "| "
        + " | ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        + " |"
        for row in cells
    ]
    rule = "|" + "|".join(["-" * (widths[0] + 2), *("-" * (w + 1) + ":" for w in widths[1:])]) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
