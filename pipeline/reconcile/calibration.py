"""From nats to probabilities and thresholds: what labelled scans say of a score.

The score of a field (`verdicts.score`) says by how many nats the image stands for the electronic value, or against it.
What that is worth was measured on labelled scans and lies in `calibration.json`, which `benchmarks/calibrate.py`
writes. Evidence under a seal that can't be told from print is worth less, and has a table of its own.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TARGET = 1e-4
"""The share of differing fields that may come out as a match, unless a setting says otherwise."""
LEAST = 1.0
"""Nats that a match always needs, however many missed differences are accepted: below, readings are about even."""
MOST = 13.0
"""Nats beyond which evidence isn't told apart: the floor of the posteriors is at 14."""


LEGIBLE, POOR = 6.5, 4.0
"""Nats. Documents whose print is clear have a legibility above the first; black-and-white scans of thin or small print
come down to 3."""
POOR_FROM = 5.5
"""Nats of legibility below which evidence is of the class `poor`."""
HARDLY = 3.0
"""Nats of legibility below which a free reading is wrong as often as right somewhere in a long text."""
LEAST_HANDICAP, MOST_HANDICAP = 1.5, 3.0
"""Nats that a reading must stand above characters that print alike, beyond what it must above others, in documents of
clear print and in such of poor print. Without any, one of 2,000 labelled differences was missed; with 5 nats
one field in ten of poor documents was left in doubt."""
MORE_SEALED = 5.0
"""A seal lies over a fifth of a document's fields at most, and over one in forty of all fields of grey and of
black-and-white samples. The target is for all fields together: those under seals may take so many times the rate."""


@dataclass(frozen=True)
class Legibility:
    """How well the print of a document can be read."""

    nats: float
    """A tenth of its fields that agree, no seal over them, stand less than this above their rivals at first sight."""

    @property
    def handicap(self) -> float:
        """Nats asked of a reading above characters that print alike."""
        share = min(max((LEGIBLE - self.nats) / (LEGIBLE - POOR), 0.0), 1.0)
        return LEAST_HANDICAP + share * (MOST_HANDICAP - LEAST_HANDICAP)

    @property
    def hardly(self) -> bool:
        """Whether the print can hardly be read, and a reading says little against a value."""
        return self.nats < HARDLY

    @property
    def poor(self) -> bool:
        """Whether the document's evidence is of the class `poor`."""
        return self.nats < POOR_FROM


@dataclass(frozen=True)
class Curve:
    """What was measured for one class of evidence."""

    knots: tuple[tuple[float, float], ...]
    """(score in nats, log odds that the copies say the same), ascending in both."""
    missed: float
    """Of differing fields, the share whose score is above zero."""
    scale: float
    """Nats over which that share falls by a factor of e."""

    def probability(self, score: float) -> float:
        """That the copies say the same; linear in log odds between the knots, level beyond them."""
        (left, low), (right, high) = self.knots[0], self.knots[-1]
        for (a, x), (b, y) in zip(self.knots, self.knots[1:], strict=False):
            if a <= score <= b:
                left, low, right, high = a, x, b, y
        share = min(max((score - left) / (right - left), 0.0), 1.0) if right > left else 0.0
        return 1.0 / (1.0 + math.exp(-(low + share * (high - low))))

    def match_from(self, target: float) -> float:
        """The least score at which no more than the target share of differing fields is called a match.

        The share above a score s falls as missed · exp(-s / scale): an exponential tail fitted to the labelled scans,
        since a rate of one in ten thousand is beyond counting.
        """
        return min(max(self.scale * math.log(self.missed / target), LEAST), MOST)


@dataclass(frozen=True)
class Calibration:
    """The curves of the classes of evidence."""

    clear: Curve
    poor: Curve
    """Where the print of the whole document is hard to read."""
    sealed: Curve
    """Where a seal that can't be told from print lies over the field."""

    def of(self, sealed: bool, legibility: Legibility) -> Curve:
        """The curve that holds for a field."""
        return self.sealed if sealed else self.poor if legibility.poor else self.clear

    def match_from(self, sealed: bool, legibility: Legibility, target: float) -> float:
        """The least score at which a field may be called a match, see `Curve.match_from`."""
        if sealed:
            return self.sealed.match_from(target * MORE_SEALED)
        # Tails of few scores may cross; poor print never needs less than clear print.
        least = self.clear.match_from(target)
        return max(self.poor.match_from(target), least) if legibility.poor else least


@cache
def calibration() -> Calibration:
    """The calibration that is shipped."""
    said = json.loads((Path(__file__).parent / "calibration.json").read_text(encoding="utf-8"))
    curves = {
        name: Curve(tuple((float(s), float(o)) for s, o in one["knots"]), one["missed"], one["scale"])
        for name, one in said["curves"].items()
    }
    return Calibration(curves["clear"], curves["poor"], curves["sealed"])
