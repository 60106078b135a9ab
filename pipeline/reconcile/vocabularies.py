"""Fields whose value comes from a list: the entry that the image supports best, where it is close enough."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from extractors.tables import Evidence
from pipeline.forms.form import Field
from pipeline.forms.text import fold

SLIP = 8.0
"""Nats by which an entry may stand below the free reading (省圾 for 省级 in a thin face: up to 7.8)."""
SLIP_OPEN = 3.0
"""The same where the list is open: what was read may be a value of its own."""
LEAD = 8.0
"""Nats by which it must stand above every other entry."""
FAR = 2
"""Least characters of an entry for each that may be read otherwise: one of two or three, two of four."""


@dataclass(frozen=True)
class Entry:
    """An entry of a vocabulary, as a reading."""

    text: str
    doubt: float
    """Nats of its lead over other entries, less what it lacks to the free reading."""


def read_entry(evidence: Evidence, field: Field | None, read: str) -> Entry | None:
    """The entry of the field's vocabulary that the image shows; None where none fits.

    Args:
        evidence: of the cell.
        field: the form's field.
        read: the free reading.
    """
    if field is None or len(field.values) < 2 or not read:
        return None
    near = fold(read)
    folded = [fold(value) for value in field.values]
    losses = evidence.loss([*field.values, read])
    ranked = sorted(range(len(folded)), key=lambda i: losses[i])
    best = ranked[0]
    slip = losses[best] - losses[-1]
    lead = losses[ranked[1]] - losses[best]
    allowed = max(len(folded[best]) // FAR, 1)
    if slip > (SLIP_OPEN if field.open else SLIP) or lead < LEAD or Levenshtein.distance(near, folded[best]) > allowed:
        return None
    return Entry(field.values[best], min(lead - max(slip, 0.0), LEAD))
