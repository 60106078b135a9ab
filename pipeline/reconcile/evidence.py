"""All fields of a document judged together: doubtful cells get their second look in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.tables import Cell
from pipeline.model import Verdict
from pipeline.reconcile.columns import ColumnPair
from pipeline.reconcile.verdicts import Judgement, Look, judge, judge_texts, look, needs_second_look

Task = tuple[ColumnPair, Cell, Cell]
"""The column, the electronic cell, the scan's cell."""
NOTHING_KNOWN = 0.5
"""That the copies say the same where a cell was changed by hand, or its page shows too little."""


def judge_all(tasks: Sequence[Task]) -> list[Judgement]:
    """A judgement for each field."""
    out: list[Judgement | None] = [None] * len(tasks)
    looks: dict[int, list[Look]] = {}
    for index, (pair, mine, theirs) in enumerate(tasks):
        if theirs.evidence is None or not (theirs.text or mine.text or theirs.evidence.sealed):
            out[index] = judge_texts(mine, theirs, pair)
        else:
            looks[index] = [look(theirs.evidence, mine, pair)]
    doubtful = [i for i, seen in looks.items() if needs_second_look(seen[0], _sealed(tasks[i]))]
    for index, further in zip(doubtful, _further([tasks[i] for i in doubtful]), strict=True):
        looks[index] += further
    for index, seen in looks.items():
        out[index] = judge(seen, tasks[index][1], _sealed(tasks[index]))
    return [_believed(j, task) for j, task in zip(out, tasks, strict=True) if j is not None]


def _believed(judgement: Judgement, task: Task) -> Judgement:
    """The judgement, unless the image can't bear it.

    What was changed by hand on paper never matches what was typed, however well the print under it can be read; a
    page that is too coarse or has lost a part bears no verdict at all.
    """
    evidence = task[2].evidence
    if evidence is None or not (evidence.unclear or (evidence.altered and judgement.verdict is Verdict.MATCH)):
        return judgement
    return replace(judgement, verdict=Verdict.UNSURE, probability=NOTHING_KNOWN)


def _sealed(task: Task) -> float:
    evidence = task[2].evidence
    return evidence.sealed if evidence is not None else 0.0


def _further(tasks: Sequence[Task]) -> list[list[Look]]:
    from extractors.scan.cells import CellEvidence, look_again

    cells = [task[2].evidence for task in tasks]
    known = [cell for cell in cells if isinstance(cell, CellEvidence)]
    assert len(known) == len(cells)
    again = look_again(known)
    return [
        [look(each, mine, pair) for each in seen] for (pair, mine, _), seen in zip(tasks, again, strict=True)
    ]
