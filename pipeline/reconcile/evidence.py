"""All fields of a document judged together: doubtful cells get their second look in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from extractors.tables import Cell
from pipeline.model import Verdict
from pipeline.reconcile.calibration import TARGET, Legibility
from pipeline.reconcile.columns import ColumnPair
from pipeline.reconcile.systematic import Compared, Confusions, doubted, find_confusions
from pipeline.reconcile.verdicts import Judgement, Look, judge, judge_texts, look, needs_second_look

Task = tuple[ColumnPair, Cell, Cell]
"""The column, the electronic cell, the scan's cell."""
LEAST_LEGIBLE, FEWEST, USUAL = 10, 12, 6.0
"""Percentile of the fields that tells a document's legibility, how many fields that takes, and what is assumed of
documents with fewer (nats)."""
NOT_LEGIBLE = 0.0
"""Nats assumed where of many fields hardly any agrees: such print says nothing for certain."""
NOTHING_KNOWN = 0.5
"""That the copies say the same where a cell was changed by hand, or its page shows too little."""


def judge_all(tasks: Sequence[Task], target: float = TARGET) -> list[Judgement]:
    """A judgement for each field.

    Args:
        tasks: the fields.
        target: the share of differing fields that may come out as a match.
    """
    seen = look_at_all(tasks, target)
    alone = [judge_one(task, looks, seen.legibility, target) for task, looks in zip(tasks, seen.looks, strict=True)]
    known = confusions_of(tasks, alone)
    return [in_context(judgement, task, known) for judgement, task in zip(alone, tasks, strict=True)]


@dataclass(frozen=True)
class Seen:
    """What looking at all fields of a document gave."""

    looks: tuple[tuple[Look, ...], ...]
    """For each field: none where there is no image to look at, one, or several where one left a doubt."""
    legibility: Legibility


def look_at_all(tasks: Sequence[Task], target: float = TARGET) -> Seen:
    """Looks at each field's image, and again where that leaves a doubt."""
    looks = [first_looks(task) for task in tasks]
    legibility = legibility_of(tasks, looks)
    return Seen(tuple(look_again_where_doubtful(tasks, looks, legibility, target)), legibility)


def first_looks(task: Task) -> tuple[Look, ...]:
    """One look where there is an image to look at."""
    pair, mine, theirs = task
    return (look(theirs.evidence, mine, pair),) if theirs.evidence is not None and _shown(task) else ()


def legibility_of(tasks: Sequence[Task], looks: Sequence[Sequence[Look]]) -> Legibility:
    """How well the print of the document can be read, by the fields that agree at first sight."""
    doubts = [
        seen[0].doubt
        for task, seen in zip(tasks, looks, strict=True)
        if seen and seen[0].agrees and not _sealed(task)
    ]
    if len(doubts) >= FEWEST:
        return Legibility(float(np.percentile(doubts, LEAST_LEGIBLE)))
    free = sum(bool(seen) and not _sealed(task) for task, seen in zip(tasks, looks, strict=True))
    return Legibility(USUAL if free < 2 * FEWEST else NOT_LEGIBLE)


def look_again_where_doubtful(
    tasks: Sequence[Task], looks: Sequence[tuple[Look, ...]], legibility: Legibility, target: float = TARGET
) -> list[tuple[Look, ...]]:
    """The looks, and further ones at doubtful fields, all in one go."""
    out = list(looks)
    doubtful = [
        i for i, seen in enumerate(looks) if seen and needs_second_look(seen[0], _sealed(tasks[i]), legibility, target)
    ]
    for index, further in zip(doubtful, _further([tasks[i] for i in doubtful]), strict=True):
        out[index] = (*looks[index], *further)
    return out


def judge_one(task: Task, looks: Sequence[Look], legibility: Legibility, target: float = TARGET) -> Judgement:
    """The judgement on a field by itself."""
    pair, mine, theirs = task
    return judge(looks, mine, _sealed(task), legibility, target) if looks else judge_texts(mine, theirs, pair)


def confusions_of(tasks: Sequence[Task], judgements: Sequence[Judgement]) -> Confusions:
    """What the scan confuses all over the document."""
    return find_confusions(
        [
            _compared(task, judgement)
            for task, judgement in zip(tasks, judgements, strict=True)
            if _shown(task) and not _sealed(task)
        ]
    )


def in_context(judgement: Judgement, task: Task, known: Confusions) -> Judgement:
    """The judgement, unless the image can't bear it.

    What was changed by hand on paper never matches what was typed, however well the print under it can be read; a
    page that is too coarse or has lost a part bears no verdict at all; and what the scan confuses all over is open.
    """
    evidence = task[2].evidence
    if task[1].belied or task[2].belied:
        return replace(judgement, verdict=Verdict.UNSURE, probability=NOTHING_KNOWN)
    if evidence is None:
        return judgement
    if evidence.unclear or (evidence.altered and judgement.verdict is Verdict.MATCH):
        return replace(judgement, verdict=Verdict.UNSURE, probability=NOTHING_KNOWN)
    if _shown(task) and known.doubts(_compared(task, judgement)):
        verdict, probability = doubted(judgement.verdict, judgement.probability)
        return replace(judgement, verdict=verdict, probability=probability)
    return judgement


def _shown(task: Task) -> bool:
    """Whether there is, or may be, something on the image to be looked at."""
    _, mine, theirs = task
    return theirs.evidence is not None and bool(theirs.text or mine.text or theirs.evidence.sealed)


def _compared(task: Task, judgement: Judgement) -> Compared:
    return Compared(task[0].header, task[1].text, judgement.scan, judgement.verdict)


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
