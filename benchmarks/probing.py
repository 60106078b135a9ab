"""Probes: differences seeded by the thousand, one field at a time, into copies that are read once.

Reading a scan costs seconds, judging a field a millisecond. So each field that agrees is judged again with values that
an office could have typed in its place: the truth with one slip. What was read, the second looks, and what the document
as a whole says of the scan are those of the honest comparison. A probe whose first look disagrees can't become a match,
and needs no second look.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.scoring import squeezed
from extractors.tables import Cell
from pipeline.forms.kinds import Kind, normal_form
from pipeline.model import Verdict
from pipeline.reconcile.calibration import Legibility
from pipeline.reconcile.evidence import (
    Task,
    confusions_of,
    first_looks,
    in_context,
    judge_one,
    look_again_where_doubtful,
    look_at_all,
)
from pipeline.reconcile.records import Paired
from pipeline.reconcile.verdicts import Look, score
from samples.mutations import CHANGES, HARD

SAMPLE_KINDS = {
    Kind.INTEGER: "int", Kind.DECIMAL: "number", Kind.DATE: "date", Kind.CODE: "code", Kind.ENUMERATION: "enum",
    Kind.YESNO: "bool", Kind.PHONE: "phone", Kind.TEXT: "text", Kind.ORGANISATION: "text", Kind.PLACE: "text",
}  # fmt: skip
"""A field's kind to the kind under which the samples know it."""
TRIES = 6


@dataclass(frozen=True)
class Field:
    """A field as judged: the honest one, or a probe."""

    profile: str
    change: str
    """A key of `samples.mutations.CHANGES`; empty for the honest field."""
    evidence: str
    """The class of the evidence, an attribute of `pipeline.reconcile.calibration.Calibration`."""
    same: bool
    """Whether the copies really say the same."""
    score: float
    """See `pipeline.reconcile.verdicts.score`; of a probe that the first look denies, of that look."""
    verdict: str
    probability: float
    note: str = ""

    @property
    def hard(self) -> bool:
        """Whether the slip is one of those that are hard to see."""
        return self.evidence == "sealed" or self.change in HARD


def probe(paired: Paired, truth: dict[str, Any], a_field: int, target: float, rng: random.Random) -> list[Field]:
    """Each field of a case that has image evidence, and its probes.

    Args:
        paired: the two copies.
        truth: as `samples.cases.make_truth` has it.
        a_field: how many probes of each field that agrees; half of them hard, where the field's kind has hard slips.
        target: the target rate of missed differences.
        rng: picks the slips.
    """
    tasks = paired.tasks()
    all_seen = look_at_all(tasks, target)
    looks, legibility = all_seen.looks, all_seen.legibility
    alone = [judge_one(task, seen, legibility, target) for task, seen in zip(tasks, looks, strict=True)]
    known = confusions_of(tasks, alone)
    out: list[Field] = []
    wanted: list[tuple[int, str, Task]] = []
    for index, value in true_values(paired, truth):
        task, seen = tasks[index], looks[index]
        pair, mine, theirs = task
        if not seen or theirs.evidence is None or value is None or pair.kind not in SAMPLE_KINDS:
            continue
        kind, unit, header = pair.kind, pair.unit, pair.header
        true = normal_form(value, kind, unit, header)
        same = normal_form(mine.text, kind, unit, header) == true
        judgement = in_context(alone[index], task, known)
        out.append(
            Field(truth["profile"], "", class_of(theirs, legibility), same, score(seen, legibility), judgement.verdict,
                  judgement.probability)  # fmt: skip
        )
        if same:
            wanted += [
                (index, change, (pair, replace(mine, text=other, value=None), theirs))
                for change, other in _slips(rng, value, SAMPLE_KINDS[kind], a_field, bool(theirs.evidence.sealed))
                if normal_form(other, kind, unit, header) != true
            ]
    probe_looks = _probe_looks([w[2] for w in wanted], legibility, target)
    for (_index, change, task), seen in zip(wanted, probe_looks, strict=True):
        pair, mine, theirs = task
        assert theirs.evidence is not None
        judgement = in_context(judge_one(task, seen, legibility, target), task, known)
        note = f"{truth['id']}, {header_of(task)}: typed {mine.text!r}, read {[k.text for k in seen]}"
        out.append(
            Field(truth["profile"], change, class_of(theirs, legibility), False, score(seen, legibility),
                  judgement.verdict, judgement.probability, note if judgement.verdict == Verdict.MATCH else "")
        )  # fmt: skip
    return out


def class_of(cell: Cell, legibility: Legibility) -> str:
    """The class of a cell's evidence."""
    sealed = cell.evidence is not None and cell.evidence.sealed
    return "sealed" if sealed else "poor" if legibility.poor else "clear"


def header_of(task: Task) -> str:
    """The header of a field's column."""
    return task[0].header


def true_values(paired: Paired, truth: dict[str, Any]) -> Iterator[tuple[int, str | None]]:
    """Each task's place, and what the paper really says; only of rows that are paired rightly."""
    pairs = {tuple(p) for p in truth["pairs"]}
    rows = [{squeezed(k): v for k, v in row.items()} for row in truth["scan_rows"]]
    index = 0
    for a, b in paired.rows.pairs:
        mine, theirs = paired.left.records[a].row, paired.right.records[b].row
        for pair in paired.columns.pairs:
            if (mine, theirs) in pairs:
                yield index, rows[theirs - 1].get(squeezed(pair.header))
            index += 1


def _slips(rng: random.Random, value: str, kind: str, count: int, sealed: bool) -> list[tuple[str, str]]:
    """(change, value) of some slips, hard and easy ones in turn."""
    fitting = [name for name, (_, kinds) in CHANGES.items() if kind in kinds]
    hard, easy = [n for n in fitting if n in HARD or sealed], [n for n in fitting if n not in HARD]
    out: list[tuple[str, str]] = []
    for turn in range(count):
        names = (hard, easy)[turn % 2] or fitting
        for _ in range(TRIES):
            name = rng.choice(names)
            try:
                other = CHANGES[name][0](rng, value)
            except (IndexError, ValueError):
                continue  # the value has nothing that could suffer it
            if other and other != value and all(other != o for _, o in out):
                out.append((name, other))
                break
    return out


def _probe_looks(tasks: Sequence[Task], legibility: Legibility, target: float) -> list[tuple[Look, ...]]:
    """One look at each probe; the further ones where the first agrees."""
    looks = [first_looks(task) for task in tasks]
    again = [i for i, seen in enumerate(looks) if seen and seen[0].agrees]
    further = look_again_where_doubtful([tasks[i] for i in again], [looks[i] for i in again], legibility, target)
    for index, seen in zip(again, further, strict=True):
        looks[index] = seen
    return looks
