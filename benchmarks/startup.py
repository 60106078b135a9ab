"""How long ``zhongshi reconcile`` takes for a pair of one page, from the start of the process to its end.

python benchmarks/startup.py [--runs 5]

The pairs are those of the sample mailbox with one page. Every run is a process of its own; the files may be in the
system's cache, as they are for anybody who compares two files.
"""

from __future__ import annotations

import argparse
import email
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

if __package__ in (None, ""):
    # Run as a file: the packages lie beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import results  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ("02-one-digit", "09-grey-scan", "12-word-copy")
"""A colour scan with .xlsx, a grey one, and one with .docx; each of one page."""
ACCEPTED = (0, 1)
"""Exit codes: no differences, differences."""


@dataclass(frozen=True)
class Run:
    """One run of the command."""

    wall: float
    """Seconds."""
    processor: float
    """Seconds of user and system time, all threads: less moved by what else the machine does."""
    steps: dict[str, float]
    """Seconds by step, as the result's ``timing`` has them."""

    @property
    def rest(self) -> float:
        """Seconds outside the steps: interpreter, imports, writing."""
        return self.wall - sum(self.steps.values())


def main() -> int:
    """Measures, prints, and writes the section of RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="of each pair")
    parser.add_argument("--dry", action="store_true", help="leave RESULTS.md as it is")
    args = parser.parse_args()
    runs: dict[str, list[Run]] = {}
    with tempfile.TemporaryDirectory(prefix="zhongshi-startup-") as name:
        pairs = {sample: unpack(sample, Path(name)) for sample in SAMPLES}
        # Round by round, so that a busy minute of the machine falls on all pairs alike.
        for _ in range(args.runs):
            for sample, (scan, electronic) in pairs.items():
                run = measure(scan, electronic, Path(name) / "result.json")
                runs.setdefault(sample, []).append(run)
                print(f"{sample:<14} {run.wall:6.2f} s", flush=True)
    text = "\n".join([results.heading("Start-up", f"python benchmarks/startup.py --runs {args.runs}"), report(runs)])
    print("\n" + text)
    if not args.dry:
        results.replace_section("startup", text)
    return 0


def unpack(sample: str, work: Path) -> tuple[Path, Path]:
    """Writes the two copies of a sample message: scan and electronic; ValueError where the scan isn't one page."""
    truth = json.loads((ROOT / "samples" / "truth" / f"{sample}.json").read_text(encoding="utf-8"))
    if truth["pages"] != 1:
        raise ValueError(f"{sample} has {truth['pages']} pages")
    named = {a["sha256"]: Path(a["name"]).suffix for a in truth["attachments"]}
    found = {}
    for data in _parts(ROOT / "samples" / "mailbox" / f"{sample}.eml"):
        suffix = named.get(hashlib.sha256(data).hexdigest())
        if suffix is not None:
            found[suffix] = work / f"{sample}{suffix}"
            found[suffix].write_bytes(data)
    scan = found.pop(".pdf")
    (electronic,) = found.values()
    return scan, electronic


def _parts(message: Path) -> Iterator[bytes]:
    for part in email.message_from_bytes(message.read_bytes()).walk():
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            yield data


def measure(scan: Path, electronic: Path, out: Path) -> Run:
    """Runs the command once; RuntimeError where it fails."""
    command = Path(sys.executable).parent / "zhongshi"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ZHONGSHI_")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [command, "reconcile", scan, electronic, "--json", out], env=environment, capture_output=True, text=True
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in ACCEPTED:
        raise RuntimeError(f"zhongshi reconcile ended with {done.returncode}: {done.stderr[-2000:]}")
    steps = json.loads(out.read_text(encoding="utf-8"))["timing"]
    return Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, steps)


def report(runs: dict[str, list[Run]]) -> str:
    """Seconds by pair: median, best and worst, and medians by step."""
    steps = list(dict.fromkeys(step for many in runs.values() for run in many for step in run.steps))
    rows = [
        [
            sample,
            len(many),
            *(f"{number(r.wall for r in many):.2f}" for number in (median, min, max)),
            f"{median(r.processor for r in many):.2f}",
            *(f"{median(r.steps.get(step, 0.0) for r in many):.2f}" for step in steps),
            f"{median(r.rest for r in many):.2f}",
        ]
        for sample, many in runs.items()
    ]
    head = ["pair", "runs", "median", "best", "worst", "processor", *steps, "rest"]
    return (
        "Seconds. `processor` is the median of user and system time over all threads; the steps are medians of what "
        "the result says, `rest` is interpreter, imports and output.\n\n" + results.table(head, rows) + "\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
