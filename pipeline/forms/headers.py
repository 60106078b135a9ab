"""From a table's headers to the form's fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cdist

from pipeline.forms.form import Field, Form
from pipeline.forms.text import fold

CERTAIN = 80.0
"""Least likeness of a header to a synonym (rapidfuzz ratio, 0 to 100): one wrong character in five passes. At 75,
one in four, 建设规模 would pass for 建设模式."""
CERTAIN_ON_SCANS = 74.0
"""The same for a header that was read from an image, where one character in four may be misread."""
MARGIN = 8.0
"""How much more like a field a header must be than like the next field."""

_YEAR = re.compile(r"^(?:(?:19|20)\d\d(?:年度?)?|上年度?|近三年|\d{4}-\d{4}年)|[(（]?(?:19|20)\d\d年度?[)）]?")


@dataclass(frozen=True)
class HeaderMatch:
    """What one header was taken for."""

    header: str
    field: Field | None
    score: float
    """Likeness, 0 to 1; 1 for a synonym."""


def bare(header: str) -> str:
    """A header without what changes from sender to sender: white space, width, the year, brackets at its end."""
    text = _YEAR.sub("", fold(header), count=1)
    text = re.sub(r"^[*※#]+|[*:]+$", "", text)
    shorter = re.sub(r"[(\[][^()\[\]]*[)\]]$", "", text)
    return shorter or text


@cache
def _known(form_id: str, names: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    known: dict[str, str] = {}
    for field_id, headers in names:
        for header in headers:
            known[fold(header)] = field_id
    for field_id, headers in names:
        for header in headers:
            known.setdefault(bare(header), field_id)
    return known


def known_headers(form: Form) -> dict[str, str]:
    """Every folded and bare header the form knows, to its field's id."""
    return _known(form.id, tuple((f.id, (f.header, *f.synonyms)) for f in form.fields))


def scores(header: str, form: Form) -> dict[str, float]:
    """The likeness of a header to each field, 0 to 100; 100 for a synonym alone."""
    folded, stem = fold(header), bare(header)
    if not folded:
        return {}
    names = known_headers(form)
    for exact in (folded, stem):
        if exact in names:
            return {names[exact]: 100.0}
    best: dict[str, float] = {}
    # A unit in common makes unlike headers alike (投资总额（万元）, 资产总额（万元）): only stems are compared.
    for field_id, likeness in zip(names.values(), cdist([stem], list(names), scorer=ratio)[0].tolist(), strict=True):
        best[field_id] = max(best.get(field_id, 0.0), min(likeness, 99.0))
    return best


def map_headers(headers: Sequence[str], form: Form, certain: float = CERTAIN) -> list[HeaderMatch]:
    """Each header's field: synonyms first, then likeness where it is certain; no field is given twice.

    Of two headers that would be the same field the more alike has it, at a tie the first; the other stays unknown.
    """
    likeness = [scores(header, form) for header in headers]
    wanted = sorted(
        (
            (score, -i, field_id)
            for i, each in enumerate(likeness)
            for field_id, score in each.items()
            if score >= certain
        ),
        reverse=True,
    )
    given: dict[int, tuple[str, float]] = {}
    taken: set[str] = set()
    for score, minus, field_id in wanted:
        i = -minus
        rivals = [s for f, s in likeness[i].items() if f != field_id and f not in taken]
        clear = score == 100.0 or score - max(rivals, default=0.0) >= MARGIN
        if i not in given and field_id not in taken and clear:
            given[i] = (field_id, score)
            taken.add(field_id)
    return [
        HeaderMatch(header, form.field(given[i][0]), given[i][1] / 100)
        if i in given
        else HeaderMatch(header, None, max(likeness[i].values(), default=0.0) / 100)
        for i, header in enumerate(headers)
    ]
