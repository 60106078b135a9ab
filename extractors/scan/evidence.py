"""What the image of a cell says for and against a text: CTC posteriors, kept small.

Full posteriors are megabytes a line; the best sixteen characters of each step and a floor for all others are enough
to score a text (DESIGN.md, *What was measured*). The lines of a cell are joined by a certain blank, so that a text
is scored over the cell as a whole, wherever it was broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLANK = "\0"
"""The CTC blank, index 0."""
KEPT = 16
"""Characters kept at each step."""
NONE = -2
"""Stands for no character where there are fewer than there is room for."""
FLOOR = -14.0
"""Natural log of the probability given to a character that wasn't kept."""


@dataclass(frozen=True)
class Steps:
    """Sparse posteriors: for each step the best characters, best first."""

    index: NDArray[np.int32]
    """T × KEPT indices into the recogniser's characters."""
    log: NDArray[np.float32]
    """T × KEPT natural log probabilities."""


CERTAIN_BLANK = 9.2
"""Steps at which the blank stands so many nats above every character (two thirds of all; it has a probability of 0.9999
then) say nothing else and aren't searched."""
STRIDE = 64
"""Characters come in multiples of this, so that the best of every 64 can be found first."""
NEGLIGIBLE = -14.0
"""Nats below the best from which all other groups together are less than a hundredth."""


def sparse(rows: NDArray[np.float32], places: NDArray[np.int64], count: int) -> Steps:
    """Keeps the best of full posteriors, made to sum to one over what a form can hold.

    Args:
        rows: logits of the steps that say anything × characters; these a multiple of `STRIDE`, `KEPT` times at least.
        places: the step of each row; all other steps are blank.
        count: how many steps there are.
    """
    index = np.full((count, KEPT), -1, np.int32)
    log = np.full((count, KEPT), FLOOR, np.float32)
    index[:, 0], log[:, 0] = 0, 0.0
    if len(rows) == 0:
        return Steps(index, log)
    at = np.arange(len(rows))[:, None]
    groups = rows.reshape(len(rows), STRIDE, -1)
    # The sixteen best characters stand in the sixteen groups whose best are the best.
    best = groups.max(axis=1)
    chosen = np.argpartition(best, -KEPT, axis=1)[:, -KEPT:]
    values = groups[at, :, chosen].reshape(len(rows), -1)
    among = np.argpartition(values, -KEPT, axis=1)[:, -KEPT:]
    among = np.take_along_axis(among, np.argsort(-values[at, among], axis=1), axis=1)
    character = among % STRIDE * best.shape[1] + chosen[at, among // STRIDE]
    most = values[at, among[:, :1]]
    total = np.exp(values - most).sum(axis=1, keepdims=True)
    flat = best[at, chosen].min(axis=1) > most[:, 0] + NEGLIGIBLE
    total[flat] = np.exp(rows[flat] - most[flat]).sum(axis=1, keepdims=True)
    index[places] = character
    log[places] = np.maximum(values[at, among] - most - np.log(total), FLOOR)
    return Steps(index, log)


def join(lines: Sequence[Steps]) -> Steps:
    """The steps of several lines, one after the other, with a certain blank between."""
    blank_index = np.zeros((1, KEPT), np.int32)
    blank_index[0, 1:] = -1
    blank_log = np.full((1, KEPT), FLOOR, np.float32)
    blank_log[0, 0] = 0.0
    index, log = [blank_index], [blank_log]
    for line in lines:
        index += [line.index, blank_index]
        log += [line.log, blank_log]
    return _shortened(Steps(np.concatenate(index), np.concatenate(log)))


def _shortened(steps: Steps) -> Steps:
    """The steps with one of each run of certain blanks, which are two thirds of all and say nothing one doesn't."""
    certain = steps.index[:, 1] < 0
    keep = ~(certain & np.append(False, certain[:-1]))
    return Steps(steps.index[keep], steps.log[keep])


def restrict(steps: Steps, allowed: NDArray[np.bool_]) -> Steps:
    """The steps with only some characters (by index) possible, made to sum to one again."""
    possible = np.where(steps.index >= 0, allowed[steps.index], False)
    log = np.where(possible, steps.log, -np.inf)
    order = np.argsort(-log, axis=1, kind="stable")
    log, index = np.take_along_axis(log, order, axis=1), np.take_along_axis(steps.index, order, axis=1)
    # Nothing that was kept is possible: the step says nothing.
    silent = np.isneginf(log[:, 0])
    index[silent, 0], log[silent, 0] = 0, 0.0
    total = np.log(np.exp(log).sum(axis=1, keepdims=True))
    index = np.where(np.isneginf(log), -1, index)
    return Steps(index.astype(np.int32), np.maximum(log - total, FLOOR).astype(np.float32))


@dataclass(frozen=True)
class Reading:
    """The best path through the steps."""

    text: str
    margins: tuple[float, ...]
    """For each character, how many nats it stands above its best rival at its clearest step."""
    doubt: float
    """The smallest margin of any step, those where nothing was read included: a character may hide there."""
    alike: float = -FLOOR
    """The smallest margin of any character above one that prints alike, at its clearest step."""


def read(steps: Steps, characters: str, look_alikes: NDArray[np.int32] | None = None) -> Reading:
    """Greedy CTC decoding (Graves et al. 2006, section 3.2) with the margin of each character.

    Args:
        steps: the evidence.
        characters: by index.
        look_alikes: by index, those that print alike, filled up with `NONE`.
    """
    best = steps.index[:, 0]
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    runs = best[starts] != 0
    margin = _margins(steps)
    apart = np.full(len(best), -FLOOR)
    if look_alikes is not None:
        apart = _above(steps, look_alikes[best])
    # Of a character its clearest step counts; of the paper between, the least clear: a character may hide there.
    margins = np.maximum.reduceat(margin, starts)[runs]
    alike = np.maximum.reduceat(apart, starts)[runs]
    doubt = min([-FLOOR, *margin[best == 0], *margins])
    text = "".join(characters[i] for i in best[starts][runs])
    return Reading(text, tuple(float(m) for m in margins), float(doubt), float(min([-FLOOR, *alike])))


def _margins(steps: Steps) -> NDArray[np.float32]:
    """Nats by which the best of each step stands above its rivals.

    At the edge of a character its rival is the blank, or the blank's rival is the character: no doubt there.
    """
    best = steps.index[:, 0]
    around = np.stack([np.append(0, best[:-1]), best, np.append(best[1:], 0)], axis=1)
    rival = (steps.index[:, 1:, None] != around[:, None, :]).all(axis=2)
    margin: NDArray[np.float32] = steps.log[:, 0] - np.where(rival, steps.log[:, 1:], -np.inf).max(axis=1)
    lone = ~rival.any(axis=1)
    margin[lone] = steps.log[lone, 0] - FLOOR
    return margin


def _above(steps: Steps, others: NDArray[np.int32]) -> NDArray[np.float32]:
    """Nats by which the best of each step stands above the best of some others, -`FLOOR` where none was kept."""
    among = (steps.index[:, 1:, None] == others[:, None, :]).any(axis=2)
    above = steps.log[:, 0] - np.where(among, steps.log[:, 1:], -np.inf).max(axis=1)
    return np.where(among.any(axis=1), above, np.float32(-FLOOR))


def losses(steps: Steps, hypotheses: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """CTC negative log probability (nats) of each hypothesis, by the forward algorithm (Graves et al. 2006, 4.1).

    Args:
        steps: T steps.
        hypotheses: character indices; -1 for a character that the recogniser doesn't know.
    """
    count, longest = len(hypotheses), max((len(h) for h in hypotheses), default=0)
    states = 2 * longest + 1
    labels = np.zeros((count, states), np.int32)
    for row, hypothesis in enumerate(hypotheses):
        labels[row, 1 : 2 * len(hypothesis) : 2] = hypothesis
    used = np.unique(labels)
    emission = np.full((len(steps.index), len(used)), FLOOR)
    for place, label in enumerate(used):
        if label >= 0:
            emission[:, place] = np.where(steps.index == label, steps.log, FLOOR).max(axis=1)
    columns = np.searchsorted(used, labels)
    skip = np.zeros((count, states), bool)
    skip[:, 3::2] = labels[:, 3::2] != labels[:, 1:-2:2]
    alpha = np.full((count, states), -np.inf)
    alpha[:, 0] = emission[0, columns[:, 0]]
    if states > 1:
        alpha[:, 1] = emission[0, columns[:, 1]]
    step = np.full((count, states), -np.inf)
    jump = np.full((count, states), -np.inf)
    for t in range(1, len(steps.index)):
        step[:, 1:] = alpha[:, :-1]
        jump[:, 2:] = np.where(skip[:, 2:], alpha[:, :-2], -np.inf)
        alpha = np.logaddexp(np.logaddexp(alpha, step), jump) + emission[t, columns]
    ends = np.array([2 * len(h) for h in hypotheses])
    rows = np.arange(count)
    last = alpha[rows, ends]
    before = np.where(ends > 0, alpha[rows, np.maximum(ends - 1, 0)], -np.inf)
    total: NDArray[np.float64] = -np.logaddexp(last, before)
    return total
