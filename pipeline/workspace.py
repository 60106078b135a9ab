"""The workspace: one folder that holds the store, the database, results, reports and logs."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from extractors.errors import StorageError


@dataclass(frozen=True)
class Workspace:
    """Where things lie under `root`; `prepare` makes the folders."""

    root: Path

    @property
    def store(self) -> Path:
        """Raw messages and documents by their hash."""
        return self.root / "store"

    @property
    def views(self) -> Path:
        """Documents of the store under names with a suffix, for readers that go by it; can be deleted any time."""
        return self.root / "views"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "zhongshi.sqlite"

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the SQLite file."""
        return f"sqlite:///{self.database.resolve()}"

    @property
    def reports(self) -> Path:
        """Letters, lists and pages, a folder per submission, and the overview."""
        return self.root / "reports"

    @property
    def results(self) -> Path:
        """One JSON per submission, as RESULTS.md describes it."""
        return self.root / "results"

    @property
    def logs(self) -> Path:
        """Structured logs, one file per run."""
        return self.root / "logs"

    def result_file(self, submission_id: int) -> Path:
        """The JSON of a submission."""
        return self.results / f"{submission_id:05d}.json"

    def report_folder(self, submission_id: int) -> Path:
        """The reports of a submission."""
        return self.reports / f"{submission_id:05d}"

    def prepare(self) -> Workspace:
        """Makes the folders and tries to write.

        Raises:
            StorageError: workspace-unusable.
        """
        try:
            for folder in (self.root, self.store, self.views, self.reports, self.results, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.root, prefix=".probe-") as probe:
                probe.write(b"x")
                probe.flush()
                os.fsync(probe.fileno())
        except OSError as theirs:
            raise StorageError("workspace-unusable", name=str(self.root)) from theirs
        return self
