"""Waiting for a server to say that something came (IDLE, RFC 2177). A hint and no more: servers forget to tell."""

from __future__ import annotations

import time

from pipeline.mailbox.accounts import Account
from pipeline.mailbox.connection import connected

LONGEST_IDLE = 600.0
"""Seconds until a connection is made anew: routers drop silent ones, and servers after 29 minutes (RFC 2177)."""


def await_news(name: str, account: Account, seconds: float = LONGEST_IDLE) -> bool:
    """Waits until the account's first folder gets a message; True then, False after `seconds`, or without IDLE.

    Raises:
        UsageError: secret-missing, secret-exposed, mailbox-login-refused.
        TransientError: mailbox-unreachable.
    """
    deadline = time.monotonic() + seconds
    with connected(name, account) as client:
        if not client.has_capability("IDLE"):
            return False
        client.select_folder(account.folders[0], readonly=True)
        client.idle()
        while (left := deadline - time.monotonic()) > 0:
            if any(len(told) > 1 and told[1] == b"EXISTS" for told in client.idle_check(timeout=left)):
                return True
        return False
