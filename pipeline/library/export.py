"""The library as a file: Excel, CSV or JSON, by the name's suffix.

Values come from strangers. In Excel every cell is text, so a value such as ``=HYPERLINK(…)`` is shown and not run; in
CSV, where a cell has no type, such a value gets an apostrophe in front, which Excel and WPS take for "this is text".
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Engine

from extractors.errors import UsageError
from extractors.i18n import _
from pipeline.calls.catalogue import all_fields
from pipeline.library.query import Entry, list_entries

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet take a CSV value for a formula (OWASP, CSV Injection)."""


def export(
    engine: Engine,
    path: Path,
    region: str | None = None,
    department: str | None = None,
    text: str | None = None,
) -> int:
    """Writes the platforms that `list_entries` finds; how many. The file is whole or not there at all.

    Raises:
        UsageError: export-kind-unknown for another suffix than .xlsx, .csv, .json; export-unwritable.
    """
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise UsageError("export-kind-unknown", name=path.name)
    entries = list_entries(engine, region, department, text)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
        os.close(handle)
        try:
            write(Path(temporary), entries)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as theirs:
        raise UsageError("export-unwritable", name=str(path)) from theirs
    return len(entries)


def _columns(entries: Sequence[Entry]) -> dict[str, str]:
    """Keys of values to headers: the form's fields in its order, then columns that the form doesn't know."""
    present = dict.fromkeys(key for entry in entries for key in entry.values)
    form = {f.id: f.header + (f"（{f.unit}）" if f.unit else "") for f in all_fields().values()}
    return {k: form[k] for k in form if k in present} | {k: k for k in present if k not in form}


def _rows(entries: Sequence[Entry]) -> list[list[str]]:
    columns = _columns(entries)
    head = [_("编号"), _("地区"), _("报送单位"), *columns.values(), _("版本数")]
    return [head] + [
        [str(e.id), e.region, e.department, *(e.values.get(k, "") for k in columns), str(e.versions)] for e in entries
    ]


def _xlsx(path: Path, entries: Sequence[Entry]) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("培育库"))
    rows = _rows(entries)
    for at, column in enumerate(zip(*rows, strict=True), 1):
        # A Chinese character is two digits wide; 60 keeps a long remark from taking the whole screen
        widest = max(sum(1 + (ord(c) > 255) for c in value) for value in column)
        sheet.column_dimensions[get_column_letter(at)].width = min(60, widest + 2)
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
            cell.data_type = "s"  # openpyxl takes a text that begins with "=" for a formula
            cell.number_format = "@"  # stays text when someone edits it: credit codes, phone numbers
            cell.font = Font(bold=number == 0)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


def _csv(path: Path, entries: Sequence[Entry]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # Excel knows UTF-8 by the byte order mark only
        csv.writer(file).writerows([_plain(value) for value in row] for row in _rows(entries))


def _plain(value: str) -> str:
    harmless = not value.strip("-")  # dashes alone stand for "none"
    return f"'{value}" if value.startswith(FORMULA_STARTS) and not harmless else value


def _json(path: Path, entries: Sequence[Entry]) -> None:
    said = [
        {
            "id": e.id,
            "region": e.region,
            "department": e.department,
            "name": e.name,
            "values": e.values,
            "versions": e.versions,
            "submission": e.submission_id,
        }
        for e in entries
    ]
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


WRITERS: dict[str, Callable[[Path, Sequence[Entry]], None]] = {".xlsx": _xlsx, ".csv": _csv, ".json": _json}
