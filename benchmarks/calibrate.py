"""What a score is worth, fitted on labelled scans and written to pipeline/reconcile/calibration.json.

python benchmarks/calibrate.py [CASES...] [--probes 2] [--jobs 2] [--check] [--dry]

CASES are folders of cases with seeds below 7000 (``python samples/make.py cases OUT --seed 301``): what accuracy is
measured on must not be what the thresholds were fitted to. Without any they are made: `SETS`. Half of the cases check
the curves fitted to the other half. With --check the curves that are shipped stay as they are.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    # Run as a file: the packages lie beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import results  # noqa: E402
from benchmarks.comparing import compare_all  # noqa: E402
from benchmarks.probing import Field  # noqa: E402
from benchmarks.scoring import Judged, reliability  # noqa: E402
from pipeline.reconcile import calibration  # noqa: E402
from pipeline.reconcile.calibration import Calibration, Curve  # noqa: E402

OUT = Path(__file__).resolve().parent.parent / "out" / "calibration"
SETS: dict[str, tuple[str, ...]] = {
    "s301": ("--seed", "301", "--count", "45"),
    "s302-gray200": ("--seed", "302", "--count", "10", "--profile", "gray200"),
    "s302-gray150": ("--seed", "302", "--count", "10", "--profile", "gray150"),
    "s302-bw200": ("--seed", "302", "--count", "10", "--profile", "bw200"),
    "s303-dense": ("--seed", "303", "--count", "18", "--differences", "60", "--changed-copy", "scan"),
}
"""Folders of cases to what `samples/make.py` makes them with; more of the scans whose print is hard to read."""
EDGES = (-14.0, -10.0, -8.0, -6.0, -4.0, -2.0, 0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 14.0)
"""Nats; between two of them scores are counted together."""
DIFFERING = 0.02
"""Share of fields that differ, for the odds before any evidence: in the samples 1.5 to 2 %."""
CLASSES = tuple(c.name for c in dataclasses.fields(Calibration))
TAIL_FROM = -4.0
"""Nats; scores of differing fields above it are the tail that is fitted."""
MOST_OF_AN_OFFICE = 12
"""Differing cells of a case; cases with more say nothing of how many fields of such a score usually agree."""
USUAL_SCALE, USUAL_WEIGHT = 2.0, 3.0
"""Nats over which a tail falls by a factor of e, and how many scores that belief weighs, for tails of few scores."""
UNSEEN = 0.5
"""Added to every count: what was not seen may still be."""


def fit(fields: Sequence[Field], evidence: str) -> Curve:
    """The curve of one class of evidence.

    Log odds that the copies say the same are the log ratio of the shares of equal and of differing fields with such a
    score, plus the odds before any evidence (Bayes); made monotone by pooling neighbours that are out of order (Ayer et
    al. 1955). The tail of differing fields is exponential: its scale is the mean excess over `TAIL_FROM`.
    """
    same = [f.score for f in fields if f.evidence == evidence and f.same and not f.change]
    differing = [f.score for f in fields if f.evidence == evidence and not f.same]
    before = math.log((1 - DIFFERING) / DIFFERING)
    blocks: list[list[float]] = []
    for low, high in zip(EDGES, EDGES[1:], strict=False):
        counted = [float(sum(low <= s < high or s >= high == EDGES[-1] or s < low == EDGES[0] for s in group))
                   for group in (same, differing)]  # fmt: skip
        blocks.append([(low + high) / 2, (low + high) / 2, *counted])
        while len(blocks) > 1 and _odds(blocks[-1], same, differing) < _odds(blocks[-2], same, differing):
            last = blocks.pop()
            blocks[-1] = [blocks[-1][0], last[1], blocks[-1][2] + last[2], blocks[-1][3] + last[3]]
    knots = [
        (at, round(before + _odds(block, same, differing), 3))
        for block in blocks
        for at in sorted({block[0], block[1]})
    ]
    excess = [s - TAIL_FROM for s in differing if s > TAIL_FROM]
    scale = (sum(excess) + USUAL_SCALE * USUAL_WEIGHT) / (len(excess) + USUAL_WEIGHT)
    missed = (len(excess) + 1) / (len(differing) + 1) * math.exp(TAIL_FROM / scale)
    return Curve(tuple(knots), missed, round(scale, 3))


def _odds(block: Sequence[float], same: Sequence[float], differing: Sequence[float]) -> float:
    return math.log((block[2] + UNSEEN) / (len(same) + 1)) - math.log((block[3] + UNSEEN) / (len(differing) + 1))


def main() -> int:
    """Compares, fits, checks, writes."""
    args = _arguments()
    args.cases = args.cases or [made(name) for name in SETS]
    folders = sorted(path.parent for cases in args.cases for path in cases.glob("*/truth.json"))
    if not folders:
        print("no */truth.json", file=sys.stderr)
        return 2
    compared = compare_all(
        folders, OUT, args.jobs, lambda c: print(c.truth["id"], f"{c.seconds:.1f} s", c.error or "", flush=True),
        args.probes,
    )  # fmt: skip
    fields = [f for c in compared for f in c.fields]
    halves = [[f for c in compared[start::2] for f in c.fields] for start in (0, 1)]
    curves = {name: fit(fields, name) for name in CLASSES}
    curves_of = [{name: fit(half, name) for name in CLASSES} for half in halves]
    judged = [
        Judged(curves_of[1 - half][f.evidence].probability(f.score), f.same)
        for half in (0, 1)
        for c in compared[half::2]
        if len(c.truth["cells"]) <= MOST_OF_AN_OFFICE
        for f in c.fields
        if not f.change
    ]
    text = "\n".join([results.heading("Calibration", _command(args)), report(fields, curves, judged)])
    print(text)
    if not args.dry:
        said = {"made": f"{date.today()}", "command": _command(args), "cases": len(folders), "curves": _as_json(curves)}
        if not args.check:
            target = Path(calibration.__file__).with_name("calibration.json")
            target.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
        results.replace_section("calibration", text)
    return 0


def report(fields: Sequence[Field], curves: dict[str, Curve], judged: Sequence[Judged]) -> str:
    """The thresholds that follow, and how far probabilities hold on cases they were not fitted to."""
    targets = (1e-2, 1e-3, 1e-4, 1e-5)
    rows = []
    for name, curve in curves.items():
        of_class = [f for f in fields if f.evidence == name]
        same = sum(f.same for f in of_class)
        limits = [f"{curve.match_from(t):.1f}" for t in targets]
        rows.append([name, same, len(of_class) - same, f"{curve.missed:.1e}", f"{curve.scale:.1f}", *limits])
    bins = [[f"{b.low:g} to {b.high:g}", b.cells, f"{b.said:.4f}", f"{b.agreeing:.4f}"] for b in reliability(judged)]
    return "\n\n".join(
        [
            "Scores are nats by which the image stands for the electronic value. `above 0` is the share of differing "
            "fields (those of the cases, and probes) whose score is above zero by the fitted tail, `scale` the nats "
            "over which it falls by a factor of e; then the score from which a field is a match, by target rate of "
            "missed differences.",
            results.table(
                ["evidence", "equal", "differing", "above 0", "scale", *(f"{t:g}" for t in targets)], rows
            ),
            "Probabilities, each from the half of the cases that the field is not in:",
            results.table(["probability", "cells", "mean", "agree"], bins),
        ]
    )


def _as_json(curves: dict[str, Curve]) -> dict[str, Any]:
    return {name: {"knots": c.knots, "missed": c.missed, "scale": c.scale} for name, c in curves.items()}


def made(name: str) -> Path:
    """A folder of `SETS`, made where it isn't yet."""
    from samples import make

    options = SETS[name]
    cases, count = OUT / "cases" / name, int(options[options.index("--count") + 1])
    if len(list(cases.glob("*/truth.json"))) != count:
        make.run_cases(make.parser().parse_args(["cases", str(cases), *options]))
    return cases


def _command(args: argparse.Namespace) -> str:
    names = [path.name for path in args.cases if path.name not in SETS]
    words = ["python benchmarks/calibrate.py", *names, f"--probes {args.probes} --jobs {args.jobs}"]
    return " ".join([*words, *(["--check"] if args.check else [])])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="*", help="folders of cases, each with a truth.json")
    parser.add_argument("--probes", type=int, default=2, help="differences seeded into each field that agrees")
    parser.add_argument("--jobs", type=int, default=2, help="processes, which share the cores")
    parser.add_argument("--check", action="store_true", help="leave the curves that are shipped as they are")
    parser.add_argument("--dry", action="store_true", help="leave RESULTS.md as it is, too")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
