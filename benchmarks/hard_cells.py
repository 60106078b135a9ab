"""Five hard cells: their pictures, what was decided, and why.

python benchmarks/hard_cells.py [CASES...] [--most 18]

CASES are folders of labelled cases, those of benchmarks/accuracy.py unless others are named. The pictures go to
benchmarks/pictures/, the texts to RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    # Run as a file: the packages lie beside this folder.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import accuracy, results  # noqa: E402
from benchmarks.probing import class_of, true_values  # noqa: E402
from extractors.scan.pages import crop_png  # noqa: E402
from extractors.tables import Cell  # noqa: E402
from pipeline.forms.kinds import normal_form  # noqa: E402
from pipeline.model import Verdict  # noqa: E402
from pipeline.reconcile.calibration import TARGET, Legibility, calibration  # noqa: E402
from pipeline.reconcile.evidence import confusions_of, in_context, judge_one, look_at_all  # noqa: E402
from pipeline.reconcile.reconcile import read_copies  # noqa: E402
from pipeline.reconcile.verdicts import Judgement, Look, score  # noqa: E402

PICTURES = Path(__file__).parent / "pictures"
MARGIN = 3.0
"""Points of page shown around a cell."""


@dataclass(frozen=True)
class Hard:
    """A cell as judged, with what is true of it."""

    case: dict[str, Any]
    scan: Path
    turn: int
    header: str
    typed: str
    printed: str
    cell: Cell
    looks: tuple[Look, ...]
    legibility: Legibility
    judgement: Judgement
    same: bool
    change: str
    """What was done to the cell, where the copies differ."""

    @property
    def score(self) -> float:
        """Nats for (above 0) or against the electronic value."""
        return score(self.looks, self.legibility)

    @property
    def sealed(self) -> bool:
        """Whether a seal that can't be told from print lies over it."""
        return self.cell.evidence is not None and bool(self.cell.evidence.sealed)


WANTED: tuple[tuple[str, Callable[[Hard], bool]], ...] = (
    ("A look-alike printed in the scan", lambda h: not h.same and h.change == "lookalike"),
    ("One digit printed otherwise", lambda h: not h.same and h.change in ("digit", "lookalike-sign", "point")),
    ("The same under a seal, called a match", lambda h: h.same and h.sealed and h.judgement.verdict is Verdict.MATCH),
    ("The same, left in doubt", lambda h: h.same and h.judgement.verdict is Verdict.UNSURE),
    ("A difference under a seal, or in poor print", lambda h: not h.same and (h.sealed or h.legibility.poor)),
)
"""What each of the five shows; of the cells that fit, the one whose score is nearest to none is taken."""


def main() -> int:
    """Judges, picks, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made = accuracy.OUT / f"s{accuracy.HELD_OUT_SEED}-{accuracy.COUNT}"
    parser.add_argument("cases", type=Path, nargs="*", default=[made / "cases", made / "dense"])
    parser.add_argument("--most", type=int, default=18, help="cases of each folder")
    args = parser.parse_args()
    folders = [p.parent for cases in args.cases for p in sorted(cases.glob("*/truth.json"))[: args.most]]
    cells = [hard for folder in folders for hard in judged(folder)]
    names = " ".join(path.name for path in args.cases)
    parts = [results.heading("Five hard cells", f"python benchmarks/hard_cells.py {names} --most {args.most}")]
    PICTURES.mkdir(exist_ok=True)
    taken: list[Hard] = []
    for number, (title, fits) in enumerate(WANTED, start=1):
        some = [h for h in cells if h.looks and fits(h) and h not in taken]
        if not some:
            continue
        hard = min(some, key=lambda h: abs(h.score))
        taken.append(hard)
        picture = PICTURES / f"hard-{number}.png"
        assert hard.cell.box is not None
        picture.write_bytes(crop_png(hard.scan, hard.cell.box, hard.turn, MARGIN))
        parts.append(told(title, hard, picture))
    text = "\n".join(parts)
    print(text)
    results.replace_section("hard cells", text)
    return 0


def judged(folder: Path) -> Iterator[Hard]:
    """The fields of a case that have an image, as judged."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    scan = folder / "scan.pdf"
    copies = read_copies(scan, folder / truth["electronic"])
    tasks = copies.paired.tasks()
    seen = look_at_all(tasks)
    alone = [judge_one(task, looks, seen.legibility) for task, looks in zip(tasks, seen.looks, strict=True)]
    known = confusions_of(tasks, alone)
    turns = {page.number: page.turn for page in copies.scan.pages}
    changes = {(c["electronic"], c["scan"]): c["change"] for c in truth["cells"]}
    for index, value in true_values(copies.paired, truth):
        (pair, mine, theirs), looks = tasks[index], seen.looks[index]
        if value is None or theirs.box is None or not looks:
            continue
        same = normal_form(mine.text, pair.kind, pair.unit, pair.header) == normal_form(
            value, pair.kind, pair.unit, pair.header
        )
        change = next((c for (_, printed), c in changes.items() if not same and printed == value), "")
        judgement = in_context(alone[index], tasks[index], known)
        yield Hard(truth, scan, turns[theirs.box.page], pair.header, mine.text, value, theirs, looks, seen.legibility,
                   judgement, same, change)  # fmt: skip


def told(title: str, hard: Hard, picture: Path) -> str:
    """A cell's picture and story, in Markdown."""
    evidence = class_of(hard.cell, hard.legibility)
    limit = calibration().match_from(hard.sealed, hard.legibility, TARGET)
    looks = "; ".join(_look(k, hard.legibility) for k in hard.looks)
    return (
        f"### {title}\n\n![{hard.printed}](pictures/{picture.name})\n\n"
        f"Case {hard.case['id']} ({hard.case['profile']}, {hard.case['font']}), column {hard.header}. Typed "
        f"`{' '.join(hard.typed.split())}`, printed `{hard.printed}`. Looks: {looks}. Score {hard.score:+.1f} nats; "
        f"a match needs {limit:.1f} in evidence of the class `{evidence}` (legibility {hard.legibility.nats:.1f}). "
        f"Decided: **{hard.judgement.verdict.value}**, probability of agreeing {hard.judgement.probability:.3f}.\n"
    )


def _look(look: Look, legibility: Legibility) -> str:
    if look.agrees:
        return f"`{look.text}`, agrees by {look.certainty(legibility):.1f}"
    return f"`{look.text}`, against by {look.gap:.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
