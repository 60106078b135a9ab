"""The calls that reports answer to: notice and deadline, from data/calls.toml."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractors.errors import UsageError

CALLS_FILE = Path(__file__).parent / "data" / "calls.toml"
CHINA = datetime.timezone(datetime.timedelta(hours=8), "UTC+8")
"""China has one time zone and no summer time (since 1992)."""


@dataclass(frozen=True)
class Call:
    """One call for reports."""

    id: str
    notice: str
    """Document number of the notice."""
    deadline: datetime.date
    """Last day on which a report is in time, China time."""
    title: str
    """The notice's title."""
    form: str
    """What the form is called in letters."""
    office: str
    """Who signs the letters."""
    mailbox: str
    """Where reports and corrections go to: an e-mail address."""
    answer_days: int
    """Working days a sender has for corrections."""

    def days_late(self, received: datetime.datetime) -> int:
        """Whole calendar days after the deadline's day, 0 if in time. `received` must know its time zone."""
        return max(0, (received.astimezone(CHINA).date() - self.deadline).days)


@cache
def _calls() -> dict[str, Call]:
    table = tomllib.loads(CALLS_FILE.read_text(encoding="utf-8"))
    return {key: Call(id=key, **entry) for key, entry in table.items()}


def call(id: str) -> Call:
    """The call with this id.

    Raises:
        UsageError: setting-wrong, if there is none.
    """
    if id not in _calls():
        raise UsageError("setting-wrong", reason=f"call: {id}（{'、'.join(_calls())}）")
    return _calls()[id]
