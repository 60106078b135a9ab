"""The evidence of one cell, as the rest of the system sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from extractors.scan import evidence, recognise


@dataclass(frozen=True)
class CellEvidence:
    """Image evidence of a cell: the steps of its text lines. Implements `extractors.tables.Evidence`."""

    lines: tuple[evidence.Steps, ...]
    sealed: float = 0.0
    """The share of the cell's lines that seal ink touches, 0 to 1: readings here are worth less."""

    @cached_property
    def steps(self) -> evidence.Steps:
        """The steps of all lines as one."""
        return evidence.join(self.lines)

    @cached_property
    def reading(self) -> evidence.Reading:
        """The best path."""
        return evidence.read(self.steps, recognise.load().characters)

    @property
    def text(self) -> str:
        """The independent first reading."""
        return self.reading.text

    def reading_of(self, allowed: frozenset[str]) -> evidence.Reading:
        """The best path when only some characters are possible."""
        known = recognise.load().characters
        mask = np.array([c in allowed or i == 0 for i, c in enumerate(known)])
        return evidence.read(evidence.restrict(self.steps, mask), known)

    def loss(self, hypotheses: Sequence[str]) -> list[float]:
        """For each text the CTC negative log probability in nats; texts are folded to the recogniser's alphabet."""
        index = recognise.indices()
        coded = [[index.get(c, -1) for c in recognise.fold(h)] for h in hypotheses]
        return [float(v) for v in evidence.losses(self.steps, coded)]
