"""What the seals on a scan say: whose they are, and whether the form carries the reporting body's."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.tables import Document, Seal
from pipeline.departments import departments, match_seal, seal_likeness
from pipeline.model import Finding, SealResult, Severity, Where

NAMED = 0.6
"""Least certainty (see `match_seal`) at which the name along an arc is taken for a reporting body's."""
OURS = 0.72
"""Likeness from which a name is the reporting body's own, if no other body's is more alike."""
FOREIGN = 0.62
"""Likeness up to which a name is another body's; in between it is not legible enough to say."""
BETTER = 0.04
"""How much more alike another body's name must be: 山西省… and 陕西省… differ in one character of ten."""
NAMED_OTHER = 0.8
"""Likeness from which a name is another reporting body's."""
LEGIBLE = 6
"""Fewest characters of a name that can be held against the reporting body: the shortest names have eight."""
NOISE = 0.1
"""Most figures and letters in a name, as a share: names along an arc have none, strokes of print under it read so."""


def seal_results(seals: Sequence[Seal]) -> tuple[SealResult, ...]:
    """Each seal with the reporting body that its text names, if any."""
    return tuple(_result(seal) for seal in seals)


def _result(seal: Seal) -> SealResult:
    department, score = match_seal(seal.text)
    known = department.name if department is not None and score >= NAMED else None
    return SealResult(seal.box, seal.text, known, seal.probability)


def seal_findings(scan: Document, seals: Sequence[SealResult], department: str | None) -> list[Finding]:
    """The findings on the form's seal; seals on pages without a table (the letter) don't count for it."""
    pages = {t.page for t in scan.tables}
    on_form = [s for s in seals if s.box.page in pages]
    if not on_form:
        return [Finding("seal-missing", Severity.ERROR)]
    if department is None or any(is_of(s.text, department) for s in on_form):
        return []
    # The name is read off the clearest of the form's seals; one cut by the page's edge says less than a whole one.
    clearest = max(on_form, key=lambda s: (len(s.text), s.probability))
    where = Where(scan=clearest.box)
    if is_foreign(clearest.text, department):
        params = {"text": clearest.text, "department": department}
        return [Finding("seal-mismatch", Severity.ERROR, params, where)]
    params = {"page": str(clearest.box.page), "department": department}
    return [Finding("seal-unreadable", Severity.WARNING, params, where)]


def is_of(text: str, department: str) -> bool:
    """Whether the name along an arc is this body's: alike, and no other body's is clearly more so."""
    ours, others = _likenesses(text, department)
    return ours >= OURS and ours >= others - BETTER


def is_foreign(text: str, department: str) -> bool:
    """Whether the name along an arc is legible and not this body's: another of the 37, or an office of any kind."""
    ours, others = _likenesses(text, department)
    chinese = sum("\u4e00" <= c <= "\u9fff" for c in text)
    legible = chinese >= LEGIBLE and len(text) - chinese <= NOISE * len(text)
    return legible and (ours <= FOREIGN or (others >= NAMED_OTHER and others > ours + BETTER))


def _likenesses(text: str, department: str) -> tuple[float, float]:
    ours = seal_likeness(department, text)
    return ours, max(seal_likeness(d.name, text) for d in departments() if d.name != department)
