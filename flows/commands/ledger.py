"""The ledger of a workspace that a run has made, for commands that only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from pipeline.settings import Settings


def ledger_of(settings: Settings) -> Engine:
    """Opens the ledger. A command that reads makes no workspace of its own.

    Raises:
        UsageError: workspace-missing.
        StorageError: database-unusable.
    """
    from pipeline.database.engine import open_ledger
    from pipeline.workspace import Workspace

    workspace = Workspace(settings.workspace)
    if settings.database_url is None and not workspace.database.is_file():
        raise UsageError("workspace-missing", name=str(settings.workspace))
    return open_ledger(settings.database_url or workspace.database_url)
