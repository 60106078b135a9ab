"""What the seals on a scan say: whose they are, and whether the form carries the reporting body's."""

from __future__ import annotations

import math
from collections.abc import Sequence

from extractors.i18n import _
from extractors.tables import ACROSS_PAGES, FULL, Document, Evidence, Seal
from pipeline.departments import department_named, departments, match_seal, seal_likeness
from pipeline.model import Finding, SealResult, Severity, Where
from pipeline.reconcile.signatures import standing_for_seal

NAMED = 0.6
"""Least certainty (see `match_seal`) at which the name along an arc is taken for a reporting body's."""
OURS = 0.72
"""Likeness from which a name is the reporting body's own, if no other body's is more alike."""
FOREIGN = 0.62
"""Likeness up to which a name is another body's; in between it is not legible enough to say."""
BETTER = 0.04
"""How much more alike another body's name must be: 山西省… and 陕西省… differ in one character of ten."""
AHEAD = 0.01
"""How much more alike our own name must be than all others: …工业和信息化厅, the rest off the page, is anybody's."""
CLEAR = 3.5
"""Nats (see `Seal.clearness`) from which a name can be held against the reporting body: of names read off black and
grey seals over print, those with wrong characters were at 1.2 to 3.9, those read right at 4.8 to 6."""
SHARED_RUN = 4
"""Characters in a row of the body's own office (…息化委员会) that are no chance: the rest is print under the seal."""
AS_WELL, ODDS = 8.0, 4.0
"""Nats: what a name may lose against the best reading (a misread character, not three that are off the page), and what
other bodies' names must lose more: odds of 55 to 1."""
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
    return SealResult(seal.box, seal.text, known, seal.probability, seal.kind, seal.ink, seal.clearness, seal.evidence)


def seal_findings(scan: Document, seals: Sequence[SealResult], department: str | None) -> list[Finding]:
    """The findings on the form's seal; seals on pages without a table (the letter) don't count for it."""
    return [*_form_findings(scan, seals, department), *_across_findings(seals, department)]


def _form_findings(scan: Document, seals: Sequence[SealResult], department: str | None) -> list[Finding]:
    pages = {t.page for t in scan.tables}
    on_form = [s for s in seals if s.box.page in pages and s.kind == FULL]
    if not on_form:
        signature = standing_for_seal(scan.signatures, department)
        if signature is None:
            return [Finding("seal-missing", Severity.ERROR)]
        return [Finding("signature-as-seal", Severity.INFO, {"signer": signature.signer})]
    if department is None or any(is_of(s.text, department, s.evidence) for s in on_form):
        return []
    # The name is read off the clearest of the form's seals; one cut by the page's edge says less than a whole one.
    clearest = max(on_form, key=lambda s: (len(s.text), s.probability))
    where = Where(scan=clearest.box)
    if clearest.clearness >= CLEAR and is_foreign(clearest.text, department):
        params = {"text": clearest.text, "department": department}
        return [Finding("seal-mismatch", Severity.ERROR, params, where)]
    params = {"page": str(clearest.box.page), "department": department}
    return [Finding("seal-unreadable", Severity.WARNING, params, where)]


def _across_findings(seals: Sequence[SealResult], department: str | None) -> list[Finding]:
    """What the seal over the pages' edges says: that the pages belong together, and which of them has no slice."""
    slices = [s for s in seals if s.kind == ACROSS_PAGES]
    if not slices:
        return []
    pages = sorted({s.box.page for s in slices})
    text = max((s.text for s in slices), key=len)
    where = Where(scan=slices[0].box)
    params = {"pages": _listed(pages), "text": text or _("未能辨认")}
    found = [Finding("seal-across-pages", Severity.INFO, params, where)]
    if department is not None and not is_of(text, department) and is_foreign(text, department):
        other = params | {"department": department}
        found = [Finding("seal-across-pages-other", Severity.WARNING, other, where)]
    absent = sorted(set(range(pages[0], pages[-1] + 1)) - set(pages))
    if absent:
        found.append(Finding("seal-across-pages-gap", Severity.WARNING, {"pages": _listed(absent)}))
    return found


def _listed(pages: Sequence[int]) -> str:
    return "、".join(map(str, pages))


def is_of(text: str, department: str, evidence: Evidence | None = None) -> bool:
    """Whether the name along an arc is this body's: alike, and more so than any other's.

    Where a misread character leaves it open (候西省… may be 陕西省…, 山西省…, 江西省…), the image of the arc decides.
    """
    ours, others = _likenesses(text, department)
    if ours < OURS or others > ours + BETTER:
        return False
    return ours > others + AHEAD or (evidence is not None and _image_says(evidence, text, department, ours))


def _image_says(evidence: Evidence, text: str, department: str, likeness: float) -> bool:
    """Whether the image of the arc bears the name about as well as what was read, and far better than other names."""
    rivals = [d.name for d in departments() if d.name != department]
    rivals = [name for name in rivals if seal_likeness(name, text) >= likeness - BETTER]
    named, *others = (min(evidence.loss(_turned(name))) for name in (department, *rivals))
    return named - evidence.loss([text])[0] <= AS_WELL and named + ODDS <= min(others, default=math.inf)


def _turned(name: str) -> list[str]:
    """The name from every starting point."""
    return [name[k:] + name[:k] for k in range(len(name))]


def is_foreign(text: str, department: str) -> bool:
    """Whether the name along an arc is legible and not this body's: another of the 37, or an office of any kind."""
    ours, others = _likenesses(text, department)
    chinese = sum("\u4e00" <= c <= "\u9fff" for c in text)
    if chinese < LEGIBLE or len(text) - chinese > NOISE * len(text):
        return False
    return (ours <= FOREIGN and not _shares_office(text, department)) or (
        others >= NAMED_OTHER and others > ours + BETTER
    )


def _shares_office(text: str, department: str) -> bool:
    """Whether the name, from any starting point, has a part of the body's name behind its region."""
    known = department_named(department)
    office = department.removeprefix(known.region) if known is not None else department
    around = text + text
    return any(office[i : i + SHARED_RUN] in around for i in range(len(office) - SHARED_RUN + 1))


def _likenesses(text: str, department: str) -> tuple[float, float]:
    ours = seal_likeness(department, text)
    return ours, max(seal_likeness(d.name, text) for d in departments() if d.name != department)
