"""Rows that are no records (totals, remarks, names without the rest): not compared field by field, and not lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rapidfuzz.fuzz import ratio

from pipeline.forms.rows import is_boilerplate
from pipeline.forms.text import fold
from pipeline.model import Finding, Severity

LIKE = 50.0
"""Least likeness (rapidfuzz ratio, 0 to 100) of two rows that are each other's, such as two totals."""


def note_findings(electronic: Sequence[str], scan: Sequence[str]) -> list[Finding]:
    """Tells of such rows that the two copies don't have alike."""
    left, right = _only_first(electronic, scan), _only_first(scan, electronic)
    found = []
    for text in left:
        score, other = max(((ratio(fold(text), fold(each)), each) for each in right), default=(0.0, ""))
        if score >= LIKE:
            right.remove(other)
            params = {"electronic": text, "scan": other}
            found.append(Finding("other-row-differs", Severity.WARNING, params))
        else:
            found.append(Finding("other-row-only-in-electronic", Severity.WARNING, {"text": text}))
    return [*found, *(Finding("other-row-only-in-scan", Severity.WARNING, {"text": text}) for text in right)]


def _only_first(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """The rows of the first copy that the second doesn't have, what only says who filled in the form left out."""
    spare = Counter(fold(text) for text in second)
    out = []
    for text in first:
        if spare[fold(text)]:
            spare[fold(text)] -= 1
        elif fold(text) and not is_boilerplate(text):
            out.append(text)
    return out
