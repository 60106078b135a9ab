"""How far the quick reading of a line can be trusted: against the exact one, by how clear it is.

python benchmarks/cascade.py [CASES...] [--most 18]

CASES are folders of cases; the first of those that calibration makes, unless others are named. `CLEAR` of
extractors/scan/cascade.py follows from this table.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    # Run as a file: the packages lie beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import calibrate, results  # noqa: E402
from extractors.scan import cascade, recognise  # noqa: E402
from extractors.scan.evidence import Steps  # noqa: E402
from extractors.scan.ink import Gray  # noqa: E402
from extractors.scan.layout import lay_out  # noqa: E402
from extractors.scan.pages import page_images  # noqa: E402

LIMITS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
"""Nats."""


@dataclass(frozen=True)
class Read:
    """A line read both ways."""

    clearness: float
    """Of the quick reading, nats."""
    same: bool
    """Whether both say the same text."""
    width: float
    """In heights of the line, to which its price is proportional."""


def main() -> int:
    """Reads, counts, prints, and writes the section of RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="*", help="folders of cases, each with a truth.json")
    parser.add_argument("--most", type=int, default=18, help="cases of each folder")
    args = parser.parse_args()
    cases = args.cases or [calibrate.made("s301")]
    scans = [p for folder in cases for p in sorted(folder.glob("*/scan.pdf"))[: args.most]]
    read: list[Read] = []
    spent = [0.0, 0.0]
    for scan in scans:
        lines = [job.crop for image in page_images(scan) for job in lay_out(image).jobs]
        quick, exact = (_timed(lines, place, spent) for place in range(2))
        read += [
            Read(cascade.clearness(q), cascade.text(q) == cascade.text(e), line.shape[1] / line.shape[0])
            for q, e, line in zip(quick, exact, lines, strict=True)
        ]
    names = " ".join(path.name for path in args.cases)
    command = " ".join(f"python benchmarks/cascade.py {names} --most {args.most}".split())
    text = "\n".join([results.heading("Quick and exact reading", command), report(read, spent)])
    print(text)
    results.replace_section("cascade", text)
    return 0


def _timed(lines: Sequence[Gray], place: int, spent: list[float]) -> list[Steps]:
    """Reads quickly (place 0) or exactly (1), and adds the processor's time to that spent."""
    recognise.quick()
    start = time.process_time()
    steps = recognise.recognise(lines, in_eight_bits=place == 0)
    spent[place] += time.process_time() - start
    return steps


def report(read: Sequence[Read], spent: Sequence[float]) -> str:
    """By clearness: what is read again below it, and what differs at it or above."""
    whole = sum(r.width for r in read)
    rows = [
        [
            f"{limit:g}",
            sum(r.clearness >= limit for r in read),
            sum(r.clearness >= limit and not r.same for r in read),
            f"{sum(r.width for r in read if r.clearness < limit) / whole:.1%}",
        ]
        for limit in LIMITS
    ]
    head = ["clear from (nats)", "lines", "differ", "width read again"]
    return (
        f"{len(read)} lines. The quick reading takes {spent[0] / spent[1]:.2f} of the exact one's processor time. "
        "`differ`: lines that are as clear and say another text than the exact reading. Lines that stand "
        f"{cascade.CLEAR:g} nats above all rivals are not read again.\n\n"
        + results.table(head, rows)
    )


if __name__ == "__main__":
    raise SystemExit(main())
