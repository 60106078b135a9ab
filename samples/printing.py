"""Turns sheets and documents into PDFs (sheets into .xls too) with LibreOffice, many at a time: its start is slow."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

TIMEOUT_SECONDS = 600


def require_fonts(families: Iterable[str]) -> None:
    """Raises RuntimeError where a font isn't installed: LibreOffice would take another and say nothing."""
    absent = [
        family
        for family in sorted(set(families))
        if subprocess.run(["fc-list", "-q", f":family={family}"], check=False).returncode != 0
    ]
    if absent:
        raise RuntimeError(f"fonts not installed: {', '.join(absent)}; samples/README.md names their Debian packages")


def convert(files: Sequence[Path], target: str, folder: Path) -> list[Path]:
    """Converts `files` to `target` (``pdf`` or ``xls``) into `folder`; gives the new paths in the same order.

    Raises RuntimeError where LibreOffice is not installed or leaves a file out.
    """
    if not files:
        return []
    office = shutil.which("soffice")
    if office is None:
        raise RuntimeError(
            "LibreOffice is needed to print samples: apt-get install libreoffice-calc libreoffice-writer"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="samples-office-") as profile:
        # A profile of its own: two runs side by side would otherwise hand their work to one process.
        command = [
            office,
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--convert-to",
            target,
            "--outdir",
            str(folder),
            *map(str, files),
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            env={**os.environ, "SAL_USE_VCLPLUGIN": "svp", "SOURCE_DATE_EPOCH": "1728432000"},
        )
    made = [folder / f"{path.stem}.{target}" for path in files]
    absent = [path.name for path in made if not path.exists()]
    if absent:
        raise RuntimeError(f"LibreOffice made no {', '.join(absent)}: {done.stderr[-500:]}")
    return made
