"""Makes sample submissions: the committed mailbox, or labelled cases for benchmarks.

python samples/make.py cases OUT --count 24 --seed 1 [--profile gray200] [--font "AR PL KaitiM GB"] [--layout plain]
python samples/make.py mailbox OUT
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from pathlib import Path

if __package__ in (None, ""):
    # Run as a file: the packages lie beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from samples import degrade, differences, forms, layouts, mutations  # noqa: E402
from samples.cases import make_cases  # noqa: E402
from samples.plans import FONTS, Plan, make_plan  # noqa: E402

BATCH = 12
"""Cases printed in one start of LibreOffice; more would only hold more pages at once."""


def plan_cases(args: argparse.Namespace) -> list[Plan]:
    """The plans of the command `cases`: what is not fixed of profile, font and layout is spread evenly over them."""
    profiles = itertools.cycle([args.profile] if args.profile else list(degrade.PROFILES))
    fonts = itertools.cycle([args.font] if args.font else FONTS)
    groups = {None: ("plain", *forms.LAYOUTS), "more": tuple(layouts.MORE), "all": layouts.ALL}
    names = itertools.cycle(groups.get(args.layout, (args.layout,)))
    # Nine profiles, eight fonts; seven layouts, seventeen more, or 23: all combinations come up.
    plans = []
    for i in range(args.count):
        fixed: dict[str, object] = {"profile": next(profiles), "font": next(fonts), "layout": next(names)}
        if args.kinds is not None:
            fixed["kinds"] = tuple(args.kinds)
        if args.differences:
            fixed["kinds"] = many_differences(f"{args.seed}/{i}", args.differences)
        if args.changed_copy:
            fixed["changed_copy"] = args.changed_copy
        if args.alterations:
            fixed["alterations"] = args.alterations
        plans.append(make_plan(f"s{args.seed}-{i:03}", f"{args.seed}/{i}", **fixed))
    return plans


def many_differences(seed: str, count: int) -> tuple[str, ...]:
    """As many differences as asked for, half of them of the kinds that change the least ink."""
    rng = random.Random(f"{seed}/differences")
    easy = [kind for kind in mutations.CHANGES if kind not in mutations.HARD]
    return tuple(rng.choice((sorted(mutations.HARD), easy)[i % 2]) for i in range(count))


def run_cases(args: argparse.Namespace) -> None:
    """Writes labelled cases, a few at a time."""
    plans = plan_cases(args)
    start = time.monotonic()
    for at in range(0, len(plans), BATCH):
        make_cases(
            plans[at : at + BATCH],
            args.out,
            lambda case: print(f"{time.monotonic() - start:6.1f} s  {case}", flush=True),
        )


def run_mailbox(args: argparse.Namespace) -> None:
    """Writes the committed mailbox and its truth."""
    from samples.mailbox_plan import make_mailbox

    make_mailbox(args.out, lambda message: print(message, flush=True))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = top.add_subparsers(dest="command", required=True)
    cases = commands.add_parser("cases", help="labelled cases, one folder each")
    cases.add_argument("out", type=Path)
    cases.add_argument("--count", type=int, default=9)
    cases.add_argument("--seed", type=int, default=1)
    cases.add_argument("--profile", choices=list(degrade.PROFILES))
    cases.add_argument("--font", help="a font's family name, as fc-list gives it")
    cases.add_argument(
        "--layout", choices=[*layouts.ALL, "more", "all"], help="one, those outside the common ones, or all"
    )
    cases.add_argument(
        "--kinds", nargs="*", choices=differences.KINDS, help="the differences in each case; none for no difference"
    )
    cases.add_argument("--alterations", type=int, default=0, help="cells changed by hand in each case")
    cases.add_argument("--differences", type=int, help="how many cells differ in each case, half of them hard ones")
    cases.add_argument("--changed-copy", choices=("scan", "electronic"), help="the copy that all slips are in")
    cases.set_defaults(run=run_cases)
    mailbox = commands.add_parser("mailbox", help="the committed mailbox: OUT/mailbox/*.eml and OUT/truth/*.json")
    mailbox.add_argument("out", type=Path)
    mailbox.set_defaults(run=run_mailbox)
    return top


def main() -> int:
    """Runs the command line."""
    args = parser().parse_args()
    args.run(args)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
