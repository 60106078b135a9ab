"""How long a comparison takes against the bare recogniser, RapidOCR and img2table, and what it needs of memory.

python benchmarks/speed.py [--count 6] [--seed 7301] [--rounds 3] [--rows 10 100 1000]
python benchmarks/speed.py --cases DIR

Every tool is a warm process, and all take their turns on each scan, so that a busy minute of the machine falls on all
alike. Ours is timed from the two files to all verdicts; of the bare recogniser only the network, in its best batch, on
the text lines that ours reads; of the other tools only the tool, on page images that lie ready, upright and straight.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

if __package__ in (None, ""):
    # Run as a file: the packages lie beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import results  # noqa: E402
from benchmarks.other_tools import boxes_of, from_boxes, from_tables, judged, straight_pages  # noqa: E402
from benchmarks.scoring import Figures, score  # noqa: E402
from benchmarks.tools.warm import Tool  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out" / "speed"
BATCHES = (1, 2, 4, 8)
"""Lines that the bare recogniser gets at a time; the best one counts."""
GOALS = {"bare": 1.2, "rapidocr": 0.25, "img2table": 0.2}
"""Ours is to take at most so much of their time."""
MOST_MEMORY = 700
"""MB a process."""

@dataclass
class Measured:
    """One scan."""

    truth: dict[str, Any]
    pages: int
    size: str
    """Pixels of its largest page."""
    lines: int = 0
    pixels: int = 0
    """Width of all lines at the recogniser's height."""
    wall: dict[str, list[float]] = field(default_factory=dict)
    """Seconds by tool, a number a round."""
    processor: dict[str, list[float]] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)

    def note(self, tool: str, answer: dict[str, Any]) -> None:
        """Adds what a job took."""
        self.wall.setdefault(tool, []).append(answer["wall"])
        self.processor.setdefault(tool, []).append(answer["processor"])

    def seconds(self, tool: str) -> float:
        """The median of the rounds."""
        return median(self.wall[tool])


def main() -> int:
    """Makes or takes the cases, measures, prints, and writes the section of RESULTS.md."""
    args = _arguments()
    cases = args.cases or _made(args)
    folders = sorted(path.parent for path in cases.glob("*/truth.json"))
    ours = Path(sys.executable)
    tools = {
        "ours": Tool("ours.py", ours),
        "bare": Tool("bare.py", ours),
        "rapidocr": Tool("rapid.py", ours),
        "img2table": Tool("tables.py", _img2table()),
    }
    measured = [measure(folder, tools, args.rounds) for folder in folders]
    for tool in tools.values():
        tool.close()
    grown = [grow(rows, args.seed) for rows in args.rows]
    text = "\n".join([results.heading("Speed", _command(args)), report(measured), growth_report(folders, grown)])
    print("\n" + text)
    if not args.dry:
        results.replace_section("speed", text)
    return 0


def measure(folder: Path, tools: dict[str, Tool], rounds: int) -> Measured:
    """All tools on one scan, in turns; the first turn warms up and isn't counted."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    scan, electronic = folder / "scan.pdf", folder / truth["electronic"]
    pages = straight_pages(scan, OUT / "pages" / folder.name)
    images = [str(page.image) for page in pages]
    one = Measured(truth, len(pages), _size(images))
    files = {"scan": str(scan), "electronic": str(electronic)}
    answer = tools["ours"].ask(**files)
    one.figures["ours"] = score(truth, answer["result"]).figures
    batch = min(BATCHES, key=lambda size: tools["bare"].ask(scan=str(scan), batch=size)["wall"])
    for turn in range(rounds):
        one.note("ours", tools["ours"].ask(**files))
        answer = tools["bare"].ask(scan=str(scan), batch=batch)
        one.note("bare", answer)
        one.lines, one.pixels = answer["lines"], answer["pixels"]
        if turn and rounds > 1 and turn < rounds - 1:
            continue  # they take ten times as long: the first and the last round are enough
        for name in ("rapidocr", "img2table"):
            answer = tools[name].ask(images=images)
            one.note(name, answer)
            boxes = answer["pages"]
            if name == "img2table":
                read = judged_or_none(from_tables(boxes), electronic)
                one.figures["img2table, its own tables"] = score(truth, read).figures
                boxes = [boxes_of(tables) for tables in boxes]
            one.figures[name] = score(truth, judged_or_none(from_boxes(pages, boxes), electronic)).figures
    print(f"{truth['id']} {truth['profile']:<9} {' '.join(f'{n} {one.seconds(n):.2f}' for n in tools)}", flush=True)
    return one


def judged_or_none(read: Any, electronic: Path) -> dict[str, Any] | None:
    """The result, or none where the tool read nothing that could be compared."""
    from extractors.errors import ZhongshiError

    try:
        return judged(read, electronic)
    except ZhongshiError:
        return None


def _size(images: Sequence[str]) -> str:
    from PIL import Image

    width, height = max((Image.open(path).size for path in images), key=lambda size: size[0] * size[1])
    return f"{width} × {height}"


@dataclass(frozen=True)
class Grown:
    """A comparison in a process of its own."""

    name: str
    pages: int
    cells: int
    wall: float
    processor: float
    memory: float
    """MB, the most it ever held."""


def grow(rows: int, seed: int) -> Grown:
    """Compares a form of so many rows, made for it."""
    from samples.cases import make_cases
    from samples.plans import make_plan

    out = OUT / "rows"
    plan = make_plan(
        f"rows-{rows}", f"{seed}/rows", row_count=rows, profile="color200", layout="plain", letter=False, kinds=()
    )
    if not (out / plan.id / "truth.json").exists():
        make_cases([plan], out)
    return alone(out / plan.id)


def alone(folder: Path) -> Grown:
    """One comparison in a fresh process. The time of its first page holds the loading of the model."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    tool = Tool("ours.py", Path(sys.executable))
    answer = tool.ask(scan=str(folder / "scan.pdf"), electronic=str(folder / truth["electronic"]))
    tool.close()
    cells = score(truth, answer["result"]).figures.cells
    return Grown(folder.name, truth["pages"], cells, answer["wall"], answer["processor"], answer["memory"])


def report(measured: Sequence[Measured]) -> str:
    """Seconds by scan, ratios of the medians, and accuracies."""
    names = ("bare", "rapidocr", "img2table")
    head = ["scan", "profile", "pages", "size", "lines", "px", "ours", *names, *(f"ours / {n}" for n in names)]
    rows = [
        [
            m.truth["id"], m.truth["profile"], m.pages, m.size, m.lines, m.pixels, f"{m.seconds('ours'):.2f}",
            *(f"{m.seconds(n):.2f}" for n in names), *(f"{m.seconds('ours') / m.seconds(n):.2f}" for n in names),
        ]
        for m in measured
    ]  # fmt: skip
    middle = {name: median(m.seconds(name) for m in measured) for name in ("ours", *names)}
    work = {name: median(median(m.processor[name]) for m in measured) for name in ("ours", *names)}
    ratios = [
        [n, f"{middle['ours'] / middle[n]:.2f}", f"{GOALS[n]:.2f}", f"{work['ours'] / work[n]:.2f}",
         f"{middle[n] / middle['ours']:.1f}"]
        for n in names
    ]  # fmt: skip
    return "\n\n".join(
        [
            "Wall seconds of a scan, medians of the rounds. `px` is the width of all lines at the 48 pixels of height "
            "that the recogniser takes.",
            results.table(head, rows),
            "Ratios of the medians over the scans. `processor` is the ratio of user and system time of all threads, "
            "which other work on the machine moves less.",
            results.table(["ours against", "wall", "goal", "processor", "times as fast"], ratios),
            "What the tools read, compared and scored alike. Their boxes are put into the cells that zhongshi found; "
            "img2table's tables are scored as they are, too.",
            accuracy_table(measured),
        ]
    )


def accuracy_table(measured: Sequence[Measured]) -> str:
    """The figures of each tool over all scans."""
    names = ("cells", "unseen", "differing", "missed", "flagged", "deferred", "false_flags", "unsure", "row_errors")
    rows = []
    for tool in ("ours", "rapidocr", "img2table", "img2table, its own tables"):
        total = sum((m.figures[tool] for m in measured), Figures())
        rows.append([tool, *(getattr(total, name) for name in names)])
    return results.table(["tool", *(n.replace("_", " ") for n in names)], rows)


def growth_report(folders: Sequence[Path], grown: Sequence[Grown]) -> str:
    """Time and memory by the size of the form, each in a process of its own."""
    all_of = [*grown, *(alone(folder) for folder in folders if _profile(folder) == "color300")]
    rows = [
        [
            g.name, g.pages, g.cells, f"{g.wall:.1f}", f"{g.processor:.1f}", f"{1000 * g.wall / max(g.cells, 1):.1f}",
            f"{g.memory:.0f}",
        ]
        for g in all_of
    ]  # fmt: skip
    return (
        "\nA process of its own for each form: seconds with the loading of the model, and the most memory it held "
        f"(MB; the bound is {MOST_MEMORY}). The last rows are the scans in colour at 300 dpi.\n\n"
        + results.table(["form", "pages", "cells", "wall", "processor", "ms a cell", "memory"], rows)
        + "\n"
    )


def _profile(folder: Path) -> str:
    return str(json.loads((folder / "truth.json").read_text(encoding="utf-8"))["profile"])


def _made(args: argparse.Namespace) -> Path:
    """The cases, made where they aren't yet: one a profile, the slowest first."""
    from samples.cases import make_cases
    from samples.plans import make_plan

    cases = OUT / f"s{args.seed}-{args.count}"
    profiles = ("color300", "color200", "gray200", "phone", "bw200", "color150", "gray150", "upside", "sideways")
    plans = [
        make_plan(f"s{args.seed}-{i:03}", f"{args.seed}/{i}", profile=profiles[i % len(profiles)], layout="plain")
        for i in range(args.count)
    ]
    missing = [plan for plan in plans if not (cases / plan.id / "truth.json").exists()]
    if missing:
        make_cases(missing, cases)
    return cases


def _img2table() -> Path:
    """The interpreter of img2table's environment, made where it isn't yet."""
    folder, wanted = OUT / "img2table", ROOT / "benchmarks" / "img2table-requirements.txt"
    python = folder / "bin" / "python"
    done = folder / "requirements.txt"
    if not done.exists() or done.read_text(encoding="utf-8") != wanted.read_text(encoding="utf-8"):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", wanted], check=True)
        done.write_text(wanted.read_text(encoding="utf-8"), encoding="utf-8")
    return python


def _command(args: argparse.Namespace) -> str:
    """The command that does this again. A folder is named without its way: it's not the same elsewhere."""
    chosen = f"--cases {args.cases.name}" if args.cases else f"--count {args.count} --seed {args.seed}"
    rows = " ".join(str(n) for n in args.rows)
    return f"python benchmarks/speed.py {chosen} --rounds {args.rounds} --rows {rows}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, help="folder of cases, each with a truth.json, instead of made ones")
    parser.add_argument("--count", type=int, default=6, help="cases to make, a profile each")
    parser.add_argument("--seed", type=int, default=7301, help="of the cases; held out from 7000 on")
    parser.add_argument("--rounds", type=int, default=3, help="of ours and the bare recogniser; of the others two")
    parser.add_argument("--rows", type=int, nargs="*", default=[10, 100, 1000], help="sizes of forms to show growth on")
    parser.add_argument("--dry", action="store_true", help="leave RESULTS.md as it is")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
