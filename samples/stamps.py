"""Takes the hour of writing out of Office files, so that the same seed gives the same bytes."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

WRITTEN = (2024, 10, 8, 9, 0, 0)
WRITTEN_ISO = "2024-10-08T01:00:00Z"


def settle(path: Path) -> None:
    """Rewrites an .xlsx or .docx file with one fixed time for all its entries and properties."""
    with zipfile.ZipFile(path) as source:
        entries = [(name, source.read(name)) for name in source.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries:
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", WRITTEN_ISO.encode(), data)
            info = zipfile.ZipInfo(name, WRITTEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, data)
