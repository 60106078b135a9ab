"""The verdict on one field: what the image says for the electronic value, against its nearest rivals.

The independent first reading is always kept. The electronic value is then a hypothesis: it is scored against the
image by its CTC forward probability, in every form in which it may be printed, and held against the best reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.tables import Cell, Evidence
from pipeline.forms.codes import code_check_ok, normal_code
from pipeline.forms.kinds import NUMERIC, Kind, allowed_characters, normal_form, printed_forms
from pipeline.forms.numbers import with_separators
from pipeline.forms.text import fold, squeeze
from pipeline.model import Verdict
from pipeline.reconcile.calibration import MOST, TARGET, Legibility, calibration
from pipeline.reconcile.columns import ColumnPair
from pipeline.reconcile.vocabularies import nearest_entry

CLEAR = 2.0
"""Nats by which a reading that agrees must stand above its nearest rival to be a match at first sight."""
AGAINST = 6.0
"""Nats by which the reading must stand above the electronic value to be a mismatch. In colour at 300 dpi the true
text stands at least 6 above every near miss (DESIGN.md)."""
AGAINST_HARDLY = 13.0
"""The same where the print can hardly be read: there the true text stood up to 12.6 below false readings."""
FEWEST_AGAINST = 5.0
"""Nats given to a reading that differs in rare characters only (學 for 学): free decoding invents them (DESIGN.md)."""
UNSTEADY = 3
"""Different texts of the looks at one field from which they are no reading."""
MOST_SAME = 0.5
"""A field that more probably says the same than not is no mismatch."""
UNREAD = 0.9
"""That the copies say the same where a seal hides all: as often as not under a seal, less what isn't known."""
CHECK_ODDS = 3.4
"""Nats by which a code whose check character fits is more likely than a reading whose doesn't: one in 31 fits by
chance (GB 32100), and offices seldom print a wrong one."""
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
    alike: float = MOST + 1
    """Nats by which the characters of the reading stand above others that print alike."""

    def certainty(self, legibility: Legibility) -> float:
        """Nats by which the reading stands above its rivals, less for those that print alike."""
        return min(self.doubt, self.alike - legibility.handicap, MOST + 1)


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
    text, doubt, alike = evidence.read(allowed_characters(kind, unit), also=electronic.text)
    same = normal_form(electronic.text, kind, unit, header)
    agrees = normal_form(text, kind, unit, header) == same
    free = evidence.unrestricted
    forms = printed_forms(electronic.text, electronic.value, kind, unit, header)
    losses = evidence.loss([*forms, text, free])
    value = min(losses[:-2])
    within = normal_form(_as_kind(free, kind), kind, unit, header) == normal_form(text, kind, unit, header)
    beyond = 0.0 if within else max(value - losses[-1], 0.0)
    if len(free) == len(text) and allowed_characters(kind, unit) is None:
        beyond = min(beyond, FEWEST_AGAINST)
    if agrees and beyond >= BEYOND:
        return Look(free, False, min(doubt, beyond), beyond, alike)
    gap = max(value - losses[-2], 0.0 if agrees else beyond, 0.0)
    if kind is Kind.CODE and not agrees and code_check_ok(same) and not code_check_ok(normal_code(text)):
        gap = max(gap - CHECK_ODDS, 0.0)
    if kind is Kind.ENUMERATION and not agrees:
        entry = nearest_entry(evidence, column.field, text)
        # A slip of the reading is likelier than a value that no list holds; but paper can hold one. So: in doubt.
        gap = min(gap, FEWEST_AGAINST) if entry and normal_form(entry, kind) == same else gap
    if kind in NUMERIC and not agrees and normal_form(with_separators(text), kind, unit, header) == same:
        # No number has two points: a comma misread, or a misprint. So: in doubt.
        gap = min(gap, FEWEST_AGAINST)
    return Look(text, agrees, doubt, gap, alike)


def _as_kind(text: str, kind: Kind) -> str:
    """A reading with the letters and figures that a kind can't hold changed for those they are misread from."""
    if kind is Kind.CODE:
        return text.upper().translate(CODE_TWINS)
    if kind in NUMERIC or kind in (Kind.DATE, Kind.PHONE):
        return text.translate(FIGURE_TWINS)
    return text


def needs_second_look(first: Look, sealed: float, legibility: Legibility, target: float = TARGET) -> bool:
    """Whether the first look leaves a doubt."""
    enough = max(CLEAR, calibration().match_from(bool(sealed), legibility, target))
    return bool(sealed) or not first.agrees or first.certainty(legibility) < enough


def score(looks: Sequence[Look], legibility: Legibility) -> float:
    """Nats by which the image stands for the electronic value (above 0) or against it, the mean of all looks."""
    each = [k.certainty(legibility) if k.agrees else -min(k.gap, MOST + 1) for k in looks]
    return sum(each) / len(each)


def judge(
    looks: Sequence[Look], electronic: Cell, sealed: float, legibility: Legibility, target: float = TARGET
) -> Judgement:
    """The verdict from all looks at a cell; the first is the independent reading.

    Args:
        looks: at least one.
        electronic: the electronic cell.
        sealed: the share of the cell's lines under a seal that can't be told from print.
        legibility: of the document's print.
        target: the share of differing fields that may come out as a match.
    """
    first = looks[0]
    curve = calibration().of(bool(sealed), legibility)
    total = score(looks, legibility)
    same = curve.probability(total)
    if sealed and not first.text:
        # No text under a seal may be text that the seal hides.
        return Judgement(Verdict.UNSURE, UNREAD, "")
    enough = calibration().match_from(bool(sealed), legibility, target)
    if first.agrees and total >= enough and sum(k.agrees for k in looks) >= len(looks) - 1:
        return Judgement(Verdict.MATCH, same, first.text)
    needed = AGAINST_HARDLY if legibility.hardly else AGAINST
    against = not any(k.agrees for k in looks) and min(k.gap for k in looks) >= needed and same < MOST_SAME
    if against and not _is_unsteady(looks) and not (sealed and _may_be_the_seal(looks, electronic)):
        return Judgement(Verdict.MISMATCH, same, first.text)
    return Judgement(Verdict.UNSURE, same, first.text)


def _is_unsteady(looks: Sequence[Look]) -> bool:
    """Whether the ink can't be read: nearly every look gives another text, and none stands clear."""
    return len({each.text for each in looks}) >= UNSTEADY and max(each.doubt for each in looks) < CLEAR


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
