"""The same data, the same bytes: Office files without the clock in them, written in one move.

A zip keeps the time of each entry, and openpyxl stamps the time of saving into `docProps/core.xml`. Both are set to
the date that the report bears, so that a report made twice can be compared by its hash.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path

_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
FIRST_ZIP_YEAR = 1980


def steady_zip(data: bytes, made: datetime.date) -> bytes:
    """An Office file with all times in it set to midnight of `made`."""
    moment = (max(made.year, FIRST_ZIP_YEAR), made.month, made.day, 0, 0, 0)
    stamp = f"{made.isoformat()}T00:00:00Z".encode()
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>" + stamp + rb"\g<3>", content)
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            new.writestr(entry, content)
    return target.getvalue()


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file so that a reader sees the old one or the whole new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
