"""Telling a mailbox that messages are safe in the ledger. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from imapclient import FLAGGED, SEEN, IMAPClient

from pipeline.mailbox.accounts import Mark

log = structlog.get_logger("pipeline.mailbox")

ANY_KEYWORD = b"\\*"
"""Among PERMANENTFLAGS: the server keeps keywords of one's own (RFC 3501, 7.1)."""


def set_marks(client: IMAPClient, uids: Sequence[int], mark: Mark, permanent: Sequence[bytes]) -> None:
    """Marks messages of the selected folder.

    Where the server can't do what is asked for (no MOVE of RFC 6851, no keywords), the flag (star) is set instead and
    the log says so: moving without MOVE would mean to copy and delete.

    Args:
        client: With the folder selected for writing.
        uids: Of the messages; those that are gone meanwhile are left out by the server.
        mark: What to do.
        permanent: PERMANENTFLAGS, as the server gave them.

    Raises:
        IMAPClientError: The server refuses, as where the folder to move to isn't there.
    """
    if not uids or mark.kind == "none":
        return
    if mark.kind == "move" and client.has_capability("MOVE"):
        if not client.folder_exists(mark.to):
            client.create_folder(mark.to)
        client.move(uids, mark.to)
    elif mark.kind == "label" and client.has_capability("X-GM-EXT-1"):
        client.add_gmail_labels(uids, [mark.to], silent=True)
    elif mark.kind == "label" and ANY_KEYWORD in permanent:
        client.add_flags(uids, [mark.to], silent=True)
    elif mark.kind == "seen":
        client.add_flags(uids, [SEEN], silent=True)
    else:
        if mark.kind != "flag":
            log.warning("mark-not-possible", kind=mark.kind, to=mark.to)
        client.add_flags(uids, [FLAGGED], silent=True)
