"""The verdict on one field: what the image says for the electronic value, against its nearest rivals.

The independent first reading is always kept. The electronic value is then a hypothesis: it is scored against the
image by its CTC forward probability, in every form in which it may be printed, and held against the best reading.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.tables import Cell, Evidence
from pipeline.forms.kinds import NUMERIC, Kind, allowed_characters, normal_form, printed_forms
from pipeline.forms.text import fold, squeeze
from pipeline.model import Verdict
from pipeline.reconcile.columns import ColumnPair

CLEAR = 2.0
"""Nats by which a reading that agrees must stand above its nearest rival to be a match at first sight."""
AGAINST = 6.0
"""Nats by which the reading must stand above the electronic value to be a mismatch. In colour at 300 dpi the true
text stands at least 6 above every near miss (DESIGN.md)."""


DOUBTFUL_SAME = 0.85
"""Share of doubtful fields that say the same: 82 of 84 on labelled scans, where 1.5 % of all fields differ; told lower,
since offices err in other places than a generator. Of mismatches 11 of 187 were the same. `benchmarks/accuracy.py`
prints the table."""
BEYOND = 3.0
"""Nats by which a reading with characters that the field can't hold must stand above the electronic value to count."""
CODE_TWINS = str.maketrans("OIZSV|", "0125Y1")
"""Letters that no unified social credit code holds (GB 32100), to what they are misread from."""
FIGURE_TWINS = str.maketrans({**dict.fromkeys("OoDQ〇○", "0"), **dict.fromkeys("Il|i!", "1"), "Z": "2", "S": "5",
                              "B": "8", "g": "9", "q": "9", "b": "6", "—": "-", "_": "-"})  # fmt: skip
"""The same for figures."""


@dataclass(frozen=True)
class Look:
    """What one look at the image says of the electronic value."""

    text: str
    """The reading, restricted to what the field's kind can hold."""
    agrees: bool
    """Whether it says the same as the electronic value."""
    doubt: float
    """Nats by which the reading stands above its nearest rival."""
    gap: float
    """Nats by which the best text stands above the electronic value; 0 where the value is the best."""


@dataclass(frozen=True)
class Judgement:
    """The verdict on a field."""

    verdict: Verdict
    probability: float
    """That the copies say the same."""
    scan: str
    """The independent first reading."""


def look(evidence: Evidence, electronic: Cell, column: ColumnPair) -> Look:
    """One look at the image of a cell with the electronic value as hypothesis.

    The reading is restricted to what the field's kind can hold. What the print holds besides (a character behind a
    telephone number, a traditional form) must not vanish with that: the unrestricted reading is a rival like others.
    """
    kind, unit, header = column.kind, column.unit, column.header
    text, doubt = evidence.read(allowed_characters(kind, unit), also=electronic.text)
    free = evidence.unrestricted
    same = normal_form(electronic.text, kind, unit, header)
    forms = printed_forms(electronic.text, electronic.value, kind, unit, header)
    losses = evidence.loss([*forms, text, free])
    value = min(losses[:-2])
    agrees = normal_form(text, kind, unit, header) == same
    alike = normal_form(_as_kind(free, kind), kind, unit, header) == normal_form(text, kind, unit, header)
    beyond = 0.0 if alike else max(value - losses[-1], 0.0)
    if agrees and beyond >= BEYOND:
        return Look(free, False, min(doubt, beyond), beyond)
    return Look(text, agrees, doubt, max(value - losses[-2], 0.0 if agrees else beyond, 0.0))


def _as_kind(text: str, kind: Kind) -> str:
    """A reading with the letters and figures that a kind can't hold changed for those they are misread from."""
    if kind is Kind.CODE:
        return text.upper().translate(CODE_TWINS)
    if kind in NUMERIC or kind in (Kind.DATE, Kind.PHONE):
        return text.translate(FIGURE_TWINS)
    return text


def needs_second_look(first: Look, sealed: float) -> bool:
    """Whether the first look leaves a doubt."""
    return not (first.agrees and first.doubt >= CLEAR and not sealed)


def judge(looks: Sequence[Look], electronic: Cell, sealed: float) -> Judgement:
    """The verdict from all looks at a cell; the first is the independent reading."""
    first = looks[0]
    if sealed and not first.text:
        # No text under a seal may be text that the seal hides.
        return Judgement(Verdict.UNSURE, DOUBTFUL_SAME, "")
    if not needs_second_look(first, sealed):
        return Judgement(Verdict.MATCH, _sigmoid(2.0 + first.doubt), first.text)
    agreeing = [each for each in looks if each.agrees]
    gap = min(each.gap for each in looks)
    if first.agrees and len(agreeing) >= len(looks) - 1 and max(each.doubt for each in agreeing) >= CLEAR / 2:
        return Judgement(Verdict.MATCH, _sigmoid(max(each.doubt for each in agreeing)), first.text)
    if not agreeing and gap >= AGAINST and not (sealed and _may_be_the_seal(looks, electronic)):
        return Judgement(Verdict.MISMATCH, 0.03 + 0.06 * math.exp((AGAINST - gap) / 10.0), first.text)
    return Judgement(Verdict.UNSURE, DOUBTFUL_SAME, first.text)


def _may_be_the_seal(looks: Sequence[Look], electronic: Cell) -> bool:
    """Whether a reading under a seal that can't be told from print may owe its difference to the seal.

    A seal adds characters, hides some, or is read now so, now so; it doesn't change one character for another and
    leave the rest as clear as before.
    """
    texts = {each.text for each in looks}
    other_length = len(fold(looks[0].text)) != len(fold(electronic.text))
    return len(texts) > 1 or other_length or min(each.doubt for each in looks) < CLEAR


def judge_texts(electronic: Cell, scan: Cell, column: ColumnPair) -> Judgement:
    """The verdict where the scan's copy has text of its own (a born-digital PDF), or no ink at all."""
    kind, unit, header = column.kind, column.unit, column.header
    same = normal_form(electronic.text, kind, unit, header) == normal_form(scan.text, kind, unit, header)
    verdict = Verdict.MATCH if same else Verdict.MISMATCH
    return Judgement(verdict, 0.9995 if same else 0.0005, squeeze(scan.text))


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(value, -30.0), 30.0)))
