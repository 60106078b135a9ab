"""Fields whose two values differ and yet are no plain difference: one rounded, or one amount in two units.

Neither becomes a match. What is rounded stays the difference it is, under a code of its own; an amount written in other
units (0.5亿元 and 5000 under （万元）) is left to a person, with both values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.i18n import N_, _
from extractors.tables import Cell
from pipeline.forms.kinds import Kind
from pipeline.forms.numbers import canonical
from pipeline.forms.quantities import Quantity, last_figure, parse_quantity, rounded
from pipeline.forms.values import Column, Likeness, compare
from pipeline.model import Verdict
from pipeline.reconcile.columns import ColumnPair
from pipeline.reconcile.verdicts import Judgement

NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL})
OTHERWISE = NUMBERS | {Kind.PHONE}
"""Kinds whose values have several writings by rule; in names, places and entries a missing character differs."""
STORED = N_("电子版存储的值")
SHOWN = N_("电子版显示的值")
PRINTED = N_("盖章件的值")
SPREADSHEET_DIGITS = 15
"""Significant digits that a spreadsheet keeps; what a double has behind them is noise (12850.500000000002)."""


@dataclass(frozen=True)
class Rounding:
    """Two numbers of which one is the other rounded."""

    exact: str
    exact_in: str
    """Where that stands, a key for ``_()``."""
    rounded: str
    rounded_in: str

    @property
    def params(self) -> dict[str, str]:
        """For the finding `rounded`."""
        return {
            "exact": self.exact,
            "exact_in": _(self.exact_in),
            "rounded": self.rounded,
            "rounded_in": _(self.rounded_in),
        }


def likeness(pair: ColumnPair, mine: Cell, judgement: Judgement) -> Likeness:
    """How a value that is a mismatch differs from the print."""
    if judgement.verdict is not Verdict.MISMATCH or pair.kind not in OTHERWISE:
        return Likeness.DIFFERENT
    column = Column(pair.kind, pair.unit, pair.electronic.header)
    return compare(mine.text, judgement.scan, column, other_header=pair.scan.header)


def in_doubt(judgement: Judgement) -> Judgement:
    """The judgement on values that are written otherwise and mean the same."""
    return replace(judgement, verdict=Verdict.UNSURE, probability=0.5)


def rounding_of(pair: ColumnPair, mine: Cell, judgement: Judgement, like: Likeness) -> Rounding | None:
    """The rounding between two copies that differ, else the one between what the electronic copy stores and shows."""
    if pair.kind not in NUMBERS:
        return None
    shown = parse_quantity(mine.text, None, pair.unit, pair.electronic.header)
    if like is Likeness.ROUNDED and shown is not None:
        printed = parse_quantity(judgement.scan, None, pair.unit, pair.scan.header)
        if printed is not None and last_figure(shown) < last_figure(printed):
            return Rounding(mine.text, SHOWN, judgement.scan, PRINTED)
        return Rounding(judgement.scan, PRINTED, mine.text, SHOWN)
    stored = _stored(mine)
    if shown is None or stored is None or not rounded(Quantity(stored, unit=shown.unit), shown):
        return None
    return Rounding(canonical(stored), STORED, mine.text, SHOWN)


def _stored(cell: Cell) -> Decimal | None:
    """The number that the cell keeps, without a double's noise; None where it keeps none."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        return None
    return Decimal(f"{value:.{SPREADSHEET_DIGITS}g}") if isinstance(value, float) else Decimal(value)
