"""Golden files: electronic copies as offices make them, each with what its reader gives as JSON beside it.

From the root of the project:

    python tests/extractors/golden/make.py expected [NAME …] [--overwrite]   write what the readers give
    python tests/extractors/golden/make.py diff [NAME …]                     show how that differs from what is kept
    python tests/extractors/golden/make.py documents [NAME …] [--overwrite]  make the documents themselves

Nothing that is there is written over without ``--overwrite``. Read the differences before you use it: the expected
output is what a clerk would say that the document holds, and not what the program happens to give.
"""

from __future__ import annotations

import argparse
import datetime
import difflib
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent, HERE.parents[1], HERE.parents[2]):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from extractors import electronic  # noqa: E402
from extractors.errors import ZhongshiError  # noqa: E402
from extractors.tables import Cell, Document, Table, Value  # noqa: E402

LARGEST = 40 << 10
"""Bytes of a document that is kept."""


def documents() -> list[Path]:
    """The documents that are kept, by name."""
    return sorted(p for p in HERE.iterdir() if p.suffix not in (".py", ".json", ".md") and p.is_file())


def expected(document: Path) -> Path:
    """Where the expected output of a document is."""
    return document.with_name(f"{document.name}.json")


def given(document: Path) -> str:
    """What the reader gives for a document, as it is kept: one line a cell."""
    try:
        content = as_json(electronic.read(document))
    except ZhongshiError as error:
        content = {"error": error.code}
    return _printed(content) + "\n"


def as_json(document: Document) -> dict[str, Any]:
    """A document; cells with no text and no span are left out."""
    return {
        "kind": document.kind,
        "pages": [[round(p.width), round(p.height)] for p in document.pages],
        "tables": [_table(t) for t in document.tables],
        "lines": [line.text for line in document.lines],
        "notices": [{"code": n.code, "severity": n.severity, "place": n.place, **n.params} for n in document.notices],
    }


def _table(table: Table) -> dict[str, Any]:
    cells = [_cell(c) for c in table.cells if c.text or c.row_span > 1 or c.column_span > 1]
    return {"name": table.name, "rows": table.rows, "columns": table.columns, "cells": cells}


def _cell(cell: Cell) -> dict[str, Any]:
    shown: dict[str, Any] = {"at": [cell.row, cell.column], "place": cell.place, "text": cell.text}
    if (cell.row_span, cell.column_span) != (1, 1):
        shown["span"] = [cell.row_span, cell.column_span]
    if cell.value is not None and cell.value != cell.text:
        shown["value"] = _value(cell.value)
    if cell.box is not None:
        shown["box"] = [round(v) for v in (cell.box.x0, cell.box.y0, cell.box.x1, cell.box.y1)]
    if cell.belied:
        shown["belied"] = True
    return shown


def _value(value: Value) -> Any:
    return str(value) if isinstance(value, Decimal | datetime.date) else value


def _printed(content: Any, deep: int = 0) -> str:
    """JSON with lists of things on lines of their own, and each cell, notice or text on one."""
    if deep < 3 and isinstance(content, dict) and any(isinstance(v, list) and v for v in content.values()):
        parts = [f"{json.dumps(k)}: {_printed(v, deep + 1)}" for k, v in content.items()]
        return "{\n" + ",\n".join(" " * (deep + 1) + p for p in parts) + "\n" + " " * deep + "}"
    if isinstance(content, list) and any(isinstance(v, dict | str) for v in content):
        parts = [" " * (deep + 1) + _printed(v, deep + 1) for v in content]
        return "[\n" + ",\n".join(parts) + "\n" + " " * deep + "]"
    return json.dumps(content, ensure_ascii=False)


def write_expected(chosen: list[Path], overwrite: bool) -> int:
    """Writes what is missing, and what has changed where that is allowed; gives the number of those left alone."""
    left = 0
    for document in chosen:
        path, new = expected(document), given(document)
        if path.exists() and path.read_text(encoding="utf-8") == new:
            continue
        if path.exists() and not overwrite:
            print(f"{path.name}: differs, not written (--overwrite)")
            left += 1
            continue
        path.write_text(new, encoding="utf-8")
        print(f"{path.name}: written")
    return left


def show_differences(chosen: list[Path]) -> int:
    """Prints a unified diff of each document whose reader gives something else; gives their number."""
    count = 0
    for document in chosen:
        path, new = expected(document), given(document)
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old != new:
            count += 1
            lines = difflib.unified_diff(old.splitlines(), new.splitlines(), path.name, "given", lineterm="", n=1)
            print("\n".join(lines))
    return count


def make_documents(names: list[str], overwrite: bool) -> int:
    """Makes documents anew (all that have none, or those named); gives the number of those left alone."""
    import pages
    import sheets
    import words

    left = 0
    made = {name: make for module in (sheets, words, pages) for name, make in module.DOCUMENTS.items()}
    for name in names or list(made):
        path = HERE / name
        if path.exists() and not overwrite:
            left += bool(names)
            continue
        path.unlink(missing_ok=True)
        try:
            made[name](path)
        except BaseException:
            path.unlink(missing_ok=True)  # no half a document is kept
            raise
        print(f"{name}: {path.stat().st_size} bytes")
        if path.stat().st_size > LARGEST:
            raise SystemExit(f"{name} is too large")
    return left


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("expected", "diff", "documents"))
    parser.add_argument("names", nargs="*", help="names of documents; all by default")
    parser.add_argument("--overwrite", action="store_true", help="write over what is there")
    asked = parser.parse_args()
    if asked.what == "documents":
        return int(make_documents(asked.names, asked.overwrite) > 0)
    chosen = [HERE / name for name in asked.names] or documents()
    missing = [p.name for p in chosen if not p.is_file()]
    if missing:
        parser.error(f"no such document: {', '.join(missing)}")
    if asked.what == "expected":
        return int(write_expected(chosen, asked.overwrite) > 0)
    return int(show_differences(chosen) > 0)


if __name__ == "__main__":
    raise SystemExit(main())
