"""How well the comparison tells equal cells from differing ones, on labelled cases that nothing was tuned on.

python benchmarks/accuracy.py [--count 36] [--seed 7001] [--jobs 2] [--profile bw200] [--layout unruled]
python benchmarks/accuracy.py --cases DIR
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

if __package__ in (None, ""):
    # Run as a file: the packages lie beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import results  # noqa: E402
from benchmarks.comparing import Compared, compare_all  # noqa: E402
from benchmarks.scoring import Figures, Score, missed_rate_bound, reliability, score  # noqa: E402

OUT = Path(__file__).resolve().parent.parent / "out" / "accuracy"
HELD_OUT_SEED = 7001
"""Seeds below 7000 are for development: thresholds may have been chosen on their cases."""
MOST_NOTES = 200


def main() -> int:
    """Makes or takes the cases, compares, scores, prints, and writes the section of RESULTS.md."""
    args = _arguments()
    cases, out = args.cases, OUT / (args.cases.name if args.cases else f"s{args.seed}-{args.count}")
    if cases is None:
        cases = out / "cases"
        _make(args, cases)
    folders = sorted(path.parent for path in cases.glob("*/truth.json"))
    if not folders:
        print(f"no */truth.json under {cases}", file=sys.stderr)
        return 2
    compared = compare_all(folders, out / "results", args.jobs, _progress)
    scores = [score(c.truth, c.result, c.seconds) for c in compared]
    text = "\n".join([results.heading("Accuracy", _command(args)), report(compared, scores)])
    print("\n" + text)
    if not args.dry:
        results.replace_section("accuracy", text)
    return 0


def report(compared: Sequence[Compared], scores: Sequence[Score]) -> str:
    """The tables, and each miss and false flag."""
    total = sum((s.figures for s in scores), Figures())
    bound = missed_rate_bound(total.missed, total.differing)
    parts = [
        profile_table(compared, scores),
        f"Missed: {total.missed} of {total.differing} differing cells; upper bound of the rate, one-sided 95 % "
        f"(Clopper–Pearson): {bound:.2%}. False flags: {_share(total.false_flags, total.cells - total.differing)} of "
        f"the cells that agree, unsure: {_share(total.unsure, total.cells - total.differing)}.",
        "Of the cells with a probability of agreeing between the bounds, the share that really agree:",
        reliability_table(scores),
    ]
    notes = [
        f"- {c.truth['id']} ({c.truth['profile']}, {c.truth.get('layout', 'plain')}): {note}"
        for c, s in zip(compared, scores, strict=True)
        for note in ((c.error,) if c.error else s.notes)
    ]
    left = [f"- … and {len(notes) - MOST_NOTES} more"] if len(notes) > MOST_NOTES else []
    return (
        "\n\n".join([*parts, "\n".join(notes[:MOST_NOTES] + left) or "No miss, no false flag, no wrong finding."])
        + "\n"
    )


def profile_table(compared: Sequence[Compared], scores: Sequence[Score]) -> str:
    """The figures by profile of the scan, and of all."""
    groups: dict[str, Figures] = {}
    for one, scored in zip(compared, scores, strict=True):
        profile = one.truth["profile"]
        groups[profile] = groups.get(profile, Figures()) + scored.figures
    ordered = dict(sorted(groups.items())) | {"all": sum(groups.values(), Figures())}
    names = [f.name for f in fields(Figures) if f.name != "seconds"]
    rows = [
        [
            name,
            *(getattr(group, n) for n in names),
            f"{group.seconds:.0f}",
            f"{group.seconds / max(group.pages, 1):.1f}",
        ]
        for name, group in ordered.items()
    ]
    return results.table(["profile", *(n.replace("_", " ") for n in names), "seconds", "a page"], rows)


def reliability_table(scores: Sequence[Score]) -> str:
    """What was said against what is so."""
    bins = reliability(cell for s in scores for cell in s.judged)
    rows = [[f"{b.low:g} to {b.high:g}", b.cells, f"{b.said:.4f}", f"{b.agreeing:.4f}"] for b in bins]
    return results.table(["probability", "cells", "mean", "agree"], rows)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "none"


def _make(args: argparse.Namespace, cases: Path) -> None:
    """Makes the cases afresh; what an earlier run left there goes."""
    import shutil

    from samples import make

    shutil.rmtree(cases, ignore_errors=True)
    given = ["cases", str(cases), "--count", str(args.count), "--seed", str(args.seed)]
    for name in ("profile", "layout"):
        given += [f"--{name}", getattr(args, name)] if getattr(args, name) else []
    make.run_cases(make.parser().parse_args(given))


def _progress(one: Compared) -> None:
    timing = json.dumps({k: round(v, 1) for k, v in one.result["timing"].items()}) if one.result else one.error
    print(f"{one.truth['id']}  {one.truth['profile']:<9} {one.seconds:6.1f} s  {timing}", flush=True)


def _command(args: argparse.Namespace) -> str:
    """The command that does this again. A folder is named without its way: it's not the same elsewhere."""
    words = ["python benchmarks/accuracy.py"]
    if args.cases:
        words.append(f"--cases {args.cases.name}")
    else:
        words.append(f"--count {args.count} --seed {args.seed}")
        words += [f"--{name} {getattr(args, name)}" for name in ("profile", "layout") if getattr(args, name)]
    return " ".join([*words, f"--jobs {args.jobs}"])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, help="folder of cases, each with a truth.json, instead of made ones")
    parser.add_argument("--count", type=int, default=36, help="cases to make")
    parser.add_argument("--seed", type=int, default=HELD_OUT_SEED, help="of the cases; held out from 7000 on")
    parser.add_argument("--profile", help="make only scans of this profile")
    parser.add_argument("--layout", help="make only forms of this layout")
    parser.add_argument("--jobs", type=int, default=2, help="processes, which share the cores")
    parser.add_argument("--dry", action="store_true", help="leave RESULTS.md as it is")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
