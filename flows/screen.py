"""What the commands have in common on the screen: the consoles, and tables that fit Chinese at any width."""

from __future__ import annotations

import os
import re
from functools import cache

from rich import box
from rich.console import Console
from rich.table import Table

from extractors.i18n import _
from pipeline.model import Severity, Verdict

WIDE = 110
"""Columns from which full names fit beside the numbers."""

SEVERITY_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
VERDICT_STYLES = {Verdict.MATCH: "green", Verdict.MISMATCH: "red", Verdict.UNSURE: "yellow"}


_THIN_SPACE = re.compile(r"(?<=[\u3000-\u9fff]) (?=\w)|(?<=\w) (?=[\u3000-\u9fff])")


def unbroken(text: str) -> str:
    """Chinese without the spaces around figures: Rich breaks lines at spaces only, and leaves the rest of one empty."""
    return _THIN_SPACE.sub("", text)


@cache
def out() -> Console:
    """Standard output. Where nothing says how wide it is, 100 columns, as Rich's 80 break long paths."""
    return _console(stderr=False)


@cache
def err() -> Console:
    """Standard error."""
    return _console(stderr=True)


def _console(stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False, markup=False)  # senders' texts hold brackets
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = 100
    return console


def is_wide() -> bool:
    """Whether full names fit."""
    return out().width >= WIDE


def table(*headers: str, numbers: tuple[str, ...] = ()) -> Table:
    """A table without outer frame; the columns in `numbers` stand to the right and never break."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for header in headers:
        if header in numbers:
            made.add_column(header, justify="right", no_wrap=True)
        else:
            made.add_column(header, overflow="fold")
    return made


def severity_name(severity: Severity) -> str:
    """The severity in the language in use."""
    return {Severity.ERROR: _("错误"), Severity.WARNING: _("注意"), Severity.INFO: _("提示")}[severity]


def verdict_name(verdict: Verdict) -> str:
    """The verdict in the language in use."""
    return {Verdict.MATCH: _("一致"), Verdict.MISMATCH: _("不一致"), Verdict.UNSURE: _("存疑")}[verdict]
