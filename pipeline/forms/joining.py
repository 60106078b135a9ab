"""Cells that were cut in two: by a page break, or by a record that takes several rows of the grid."""

from __future__ import annotations

from dataclasses import replace

from extractors.tables import Cell, Evidence


def joined(first: Cell, second: Cell) -> Cell:
    """One cell that says both texts in order; the place and box are the first's, as that is where a reader looks."""
    belied = first.belied or second.belied
    if not second.text and second.evidence is None:
        return replace(first, belied=belied)
    if not first.text and first.evidence is None:
        return replace(second, belied=belied)
    evidence: Evidence | None = None
    if first.evidence is not None and second.evidence is not None:
        evidence = first.evidence.followed_by(second.evidence)
    if first.text and second.text:
        return replace(first, text=f"{first.text}\n{second.text}", value=None, evidence=evidence, belied=belied)
    said = first if first.text else second
    box = said.box or first.box
    return replace(first, text=said.text, value=said.value, evidence=evidence, box=box, belied=belied)
