"""Sheets of 20,000 rows: how fast an electronic copy is read, with all that hides in it, and in how much memory.

python benchmarks/electronic.py [--rows 20000] [--columns 12]

The same rows as xlsx with inline strings and as csv; as xlsx with shared strings, as xls and ods where LibreOffice is
there to make them. Every tenth row is hidden, there are comments, formulas without a value (which LibreOffice works
out), dates and rounded numbers. Each file is read in a process of its own.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if __package__ in (None, ""):
    # Run as a file: the packages lie beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
ROOT = Path(__file__).resolve().parent.parent

from benchmarks import results  # noqa: E402

GOAL_ROWS = 5000
"""A second."""
MONTH = 'yyyy"年"m"月"'
CONVERSION_SECONDS = 600


def main() -> int:
    """Measures, prints, and writes the section of RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--columns", type=int, default=12)
    parser.add_argument("--dry", action="store_true", help="leave RESULTS.md as it is")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read is not None:
        read(given.read)
        return 0
    rows: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        for title, path in make(Path(folder), given.rows, given.columns):
            took = measured(path)
            speed = given.rows / took["seconds"]
            rows.append((title, f"{took['seconds']:.1f}", f"{speed:,.0f}", f"{took['peak']:.0f}", took["notices"]))
            print(*rows[-1], sep="\t", flush=True)
    text = section(given, rows)
    if not given.dry:
        results.replace_section("electronic", text)
    return 0


def make(folder: Path, rows: int, columns: int) -> list[tuple[str, Path]]:
    """Writes the files, always with the same content; their titles and paths."""
    import openpyxl
    from openpyxl.comments import Comment

    lines = [line(number, columns) for number in range(1, rows + 1)]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "附件3"
    sheet.append([f"第{c}列" for c in range(columns)])
    for number, values in enumerate(lines, 2):
        sheet.append(values)
        for column, value in enumerate(values, 1):
            if isinstance(value, datetime.date):
                sheet.cell(number, column).number_format = MONTH
            elif isinstance(value, float):
                sheet.cell(number, column).number_format = "#,##0.0"
        sheet.row_dimensions[number].hidden = number % 10 == 0
        if number % 100 == 0:
            sheet.cell(number, 2).comment = Comment("请核实", "x")
            sheet.cell(number, columns).value = "=1+1"
    inline = folder / "inline.xlsx"
    book.save(inline)
    text = folder / "a.csv"
    with text.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows(lines)
    made = [("xlsx, inline strings", inline), ("csv, GB 18030", text)]
    if shutil.which("soffice"):
        for title, kind in (("xlsx, shared strings", "xlsx"), ("xls", "xls"), ("ods", "ods")):
            out = folder / kind
            command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind]
            subprocess.run(
                [*command, "--outdir", str(out), str(inline)],
                check=True, capture_output=True, timeout=CONVERSION_SECONDS,
            )  # fmt: skip
            made.append((f"{title}, by LibreOffice", out / f"inline.{kind}"))
    return made


def line(number: int, columns: int) -> list[object]:
    """One row: numbers, names, amounts, words, dates."""
    chance = random.Random(number)
    kinds = (
        lambda: number,
        lambda: f"第{number}号先进材料中试平台",
        lambda: round(chance.random() * 20_000, 2),
        lambda: chance.choice(["是", "否", "已建成", "在建"]),
        lambda: datetime.date(2015, 1, 1) + datetime.timedelta(days=chance.randrange(3000)),
        lambda: chance.randrange(1000),
    )
    return [kinds[column % len(kinds)]() for column in range(columns)]


def measured(path: Path) -> dict[str, float]:
    """Seconds, peak memory and notices of reading a file in a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--read", str(path)], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def read(path: Path) -> None:
    """Reads a file and prints what it took; the imports count."""
    import resource

    begun = time.perf_counter()
    from extractors import electronic

    document = electronic.read(path)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "notices": len(document.notices)}))


def section(given: argparse.Namespace, rows: list[tuple[object, ...]]) -> str:
    """The section of RESULTS.md."""
    head = ("file", "seconds", "rows a second", "peak memory, MiB", "notices")
    return "\n".join(
        [
            results.heading("Electronic copies: large sheets", "python benchmarks/electronic.py"),
            f"{given.rows:,} rows of {given.columns} columns, with hidden rows, comments, formulas without a value, "
            f"dates and rounded numbers, all told of. Imports of libraries included. Goal: at least {GOAL_ROWS:,} rows "
            f"a second.\n",
            results.table(head, rows),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
