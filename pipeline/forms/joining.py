"""Cells that were cut in two: by a page break, or by a record that takes several rows of the grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.tables import Cell, Evidence


@dataclass(frozen=True)
class JoinedEvidence:
    """The evidence of a text that stands in two images, one part after the other."""

    first: Evidence
    second: Evidence

    @property
    def text(self) -> str:
        """Both readings, one after the other."""
        return self.first.text + self.second.text

    def loss(self, hypotheses: Sequence[str]) -> list[float]:
        """For each text, the loss (nats) where it is cut at the best place: the two parts are independent images."""
        cuts = [(h[:k], h[k:]) for h in hypotheses for k in range(len(h) + 1)]
        heads, tails = self.first.loss([c[0] for c in cuts]), self.second.loss([c[1] for c in cuts])
        sums, losses = [a + b for a, b in zip(heads, tails, strict=True)], []
        for hypothesis in hypotheses:
            count = len(hypothesis) + 1
            losses.append(min(sums[:count]))
            sums = sums[count:]
        return losses


def joined(first: Cell, second: Cell) -> Cell:
    """One cell that says both texts in order; the place and box are the first's, as that is where a reader looks."""
    if not second.text and second.evidence is None:
        return first
    if not first.text and first.evidence is None:
        return second
    evidence: Evidence | None = None
    if first.evidence is not None and second.evidence is not None:
        evidence = JoinedEvidence(first.evidence, second.evidence)
    if first.text and second.text:
        return replace(first, text=f"{first.text}\n{second.text}", value=None, evidence=evidence)
    said = first if first.text else second
    return replace(first, text=said.text, value=said.value, evidence=evidence, box=said.box or first.box)
