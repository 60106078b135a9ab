"""Times that senders and programs give, as the ledger keeps them."""

from __future__ import annotations

import datetime

from pipeline.calls.call import CHINA

FIRST, LAST = 1990, 2200
"""Years within which a message can have been sent; others come from broken clocks and null values."""


def plausible(time: datetime.datetime | None) -> datetime.datetime | None:
    """The time with its zone (China's where it has none, for senders are there), None where it can't be one."""
    if time is None or not FIRST <= time.year < LAST:
        return None
    return time if time.tzinfo else time.replace(tzinfo=CHINA)
