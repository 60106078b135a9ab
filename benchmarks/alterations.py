"""How well changes by hand on the paper are seen, and how often a cell that nobody touched is taken for one.

python benchmarks/alterations.py [--count 27] [--untouched 18] [--seed 7401] [--jobs 1]

The altered cases have eight cells each that were struck out, overwritten or written beside, in black, blue or red,
and no other difference; the untouched cases have none. An altered cell that comes out as `match` is missed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    # Run as a file: the packages lie beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import results  # noqa: E402
from benchmarks.comparing import Compared, compare_all  # noqa: E402
from benchmarks.scoring import missed_rate_bound, squeezed  # noqa: E402

OUT = Path(__file__).resolve().parent.parent / "out" / "alterations"
HELD_OUT_SEED = 7401
"""Seeds below 7000 are for development."""
A_CASE = 8
"""Cells changed by hand in each case."""


@dataclass(frozen=True)
class Seen:
    """A cell that both copies have, and what came of it."""

    profile: str
    kind: str
    """Of the change; empty for a cell that nobody touched."""
    ink: str
    told: bool
    """Whether there is a finding that the cell was changed by hand."""
    verdict: str


def main() -> int:
    """Makes the cases, compares them, prints the tables and writes the section of RESULTS.md."""
    args = _arguments()
    altered = _compared(args, "altered", args.count, args.seed, A_CASE)
    untouched = _compared(args, "untouched", args.untouched, args.seed + 1, 0)
    text = "\n".join([results.heading("Changes by hand", _command(args)), report(altered, untouched)])
    print("\n" + text)
    if not args.dry:
        results.replace_section("alterations", text)
    return 0


def seen(one: Compared) -> Iterator[Seen]:
    """Every field of a comparison."""
    if one.result is None:
        return
    changed = {(a["scan_row"], squeezed(a["field"])): a for a in one.truth.get("altered", ())}
    # A finding stands where its field stands.
    told = {str(f["where"]) for f in one.result["findings"] if f["code"] == "cell-altered"}
    for record in one.result["records"]:
        for field in record["fields"]:
            change = changed.get((record["scan_row"], squeezed(field["header"])), {})
            kind, ink = change.get("kind", ""), change.get("ink", "")
            yield Seen(one.truth["profile"], kind, ink, str(field["where"]) in told, field["verdict"])


def report(altered: Sequence[Compared], untouched: Sequence[Compared]) -> str:
    """The tables: by kind of change, by ink, and of false alarms by profile of the scan."""
    cells = [c for one in altered for c in seen(one)]
    changed = [c for c in cells if c.kind]
    missed = sum(c.verdict == "match" for c in changed)
    made = sum(len(one.truth.get("altered", ())) for one in altered)
    lines = [
        _table("change", [(c.kind, c) for c in changed]),
        _table("ink", [(f"{c.ink}, {'colour' if _has_colour(c) else 'no colour'} scan", c) for c in changed]),
        _untouched([c for one in untouched for c in seen(one)]),
        f"In the altered cases {sum(c.told for c in cells if not c.kind)} of {sum(not c.kind for c in cells)} other "
        "cells were told of too; most of them hold what was written over the edge of their neighbour.",
        f"Missed (altered and called a match): {missed} of {len(changed)}; upper bound of the rate, one-sided 95 % "
        f"(Clopper–Pearson): {missed_rate_bound(missed, len(changed)):.2%}. Of {made} cells that were changed "
        f"{made - len(changed)} have no verdict: their row or their column was not paired.",
    ]
    return "\n\n".join(lines) + "\n"


def _has_colour(cell: Seen) -> bool:
    return cell.profile[:4] not in ("gray", "bw20")


def _table(name: str, cells: Sequence[tuple[str, Seen]]) -> str:
    groups = sorted({group for group, _ in cells})
    rows = []
    for group in [*groups, "all"]:
        inside = [c for g, c in cells if group in (g, "all")]
        verdicts = Counter(c.verdict for c in inside)
        told = sum(c.told for c in inside)
        rows.append([group, len(inside), told, verdicts["unsure"], verdicts["mismatch"], verdicts["match"]])
    return results.table([name, "cells", "told", "unsure", "mismatch", "missed"], rows)


def _untouched(cells: Sequence[Seen]) -> str:
    rows = []
    for profile in [*sorted({c.profile for c in cells}), "all"]:
        inside = [c for c in cells if profile in (c.profile, "all")]
        told = sum(c.told for c in inside)
        rows.append([profile, len(inside), told, f"{told / max(len(inside), 1):.2%}"])
    return results.table(["untouched cells", "cells", "told", "share"], rows)


def _compared(args: argparse.Namespace, name: str, count: int, seed: int, alterations: int) -> list[Compared]:
    """Makes cases afresh and compares them."""
    from samples import make

    folder = OUT / f"{name}-s{seed}-{count}"
    shutil.rmtree(folder, ignore_errors=True)
    given = ["cases", str(folder / "cases"), "--count", str(count), "--seed", str(seed)]
    make.run_cases(make.parser().parse_args([*given, "--alterations", str(alterations), "--kinds"]))
    folders = sorted(path.parent for path in folder.glob("cases/*/truth.json"))
    return compare_all(folders, folder / "results", args.jobs, lambda one: print(one.truth["id"], one.error or ""))


def _command(args: argparse.Namespace) -> str:
    return (
        f"python benchmarks/alterations.py --count {args.count} --untouched {args.untouched} --seed {args.seed} "
        f"--jobs {args.jobs}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=27, help="cases with changes by hand")
    parser.add_argument("--untouched", type=int, default=18, help="cases without")
    parser.add_argument("--seed", type=int, default=HELD_OUT_SEED, help="of the cases; held out from 7000 on")
    parser.add_argument("--jobs", type=int, default=2, help="processes, which share the cores")
    parser.add_argument("--dry", action="store_true", help="leave RESULTS.md as it is")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
