"""Fields whose value comes from a list: the entry that the image supports best, where it is close enough.

A reading close to an entry may be a slip of the reading, or a misprint on paper. So it is no mismatch for certain, and
never a match: 己建成 printed for 已建成 is a difference that an office wants to see.
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from extractors.tables import Evidence
from pipeline.forms.form import Field
from pipeline.forms.text import fold

SLIP = 8.0
"""Nats by which an entry may stand below the free reading (省圾 for 省级 in a thin face: up to 7.8)."""
SLIP_OPEN = 3.0
"""The same where the list is open: what was read may be a value of its own."""
LEAD = 8.0
"""Nats by which it must stand above every other entry: as much as an entry may lack."""
CHARACTERS_A_SLIP = 2
"""An entry has so many characters for each that may be read otherwise: one of two or three, two of four."""


def nearest_entry(evidence: Evidence, field: Field | None, read: str) -> str:
    """The entry of the field's vocabulary that the image shows; empty where none fits.

    Args:
        evidence: of the cell.
        field: the form's field.
        read: the free reading.
    """
    if field is None or len(field.values) < 2 or not read:
        return ""
    folded = [fold(value) for value in field.values]
    losses = evidence.loss([*field.values, read])
    ranked = sorted(range(len(folded)), key=lambda i: losses[i])
    best = ranked[0]
    slip = losses[best] - losses[-1]
    lead = losses[ranked[1]] - losses[best]
    allowed = max(len(folded[best]) // CHARACTERS_A_SLIP, 1)
    far = Levenshtein.distance(fold(read), folded[best]) > allowed
    if far or slip > (SLIP_OPEN if field.open else SLIP) or lead < LEAD:
        return ""
    return field.values[best]
