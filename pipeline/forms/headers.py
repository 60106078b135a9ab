"""From a table's headers to the form's fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cdist

from pipeline.forms.form import Field, Form
from pipeline.forms.text import fold

CERTAIN = 80.0
"""What a form's `certain` is where it says nothing: the least likeness of a header to a synonym (rapidfuzz ratio, 0 to
100). One wrong character in five passes. At 75, one in four, 建设规模 would pass for 建设模式."""
MISREAD = 6.0
"""By how much less a header that was read from an image may be like it: one character in four may be misread."""
CERTAIN_ON_SCANS = CERTAIN - MISREAD
"""The same for scans, where the form says nothing."""

_YEAR = re.compile(r"^(?:(?:19|20)\d\d(?:年度?)?|上年度?|近三年|\d{4}-\d{4}年)|[(（]?(?:19|20)\d\d年度?[)）]?")


class Way(StrEnum):
    """How a header came to its field, or why it has none."""

    SYNONYM = "synonym"
    SIMILAR = "similar"
    COUNTED = "counted"
    """Its values count up: the row numbers, whose header can't be read."""
    TIE = "tie"
    """As like one field as another; none is guessed."""
    TAKEN = "taken"
    """Another column is that field already."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class HeaderMatch:
    """What one header was taken for."""

    header: str
    field: Field | None
    score: float
    """Likeness, 0 to 1; 1 for a synonym."""
    way: Way = Way.UNKNOWN
    near: tuple[tuple[str, float], ...] = ()
    """Ids of the fields that it is most like, with the likeness (0 to 1), of a header that has none: two at most."""


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


def map_headers(headers: Sequence[str], form: Form, certain: float | None = None) -> list[HeaderMatch]:
    """Each header's field: synonyms first, then likeness where it is certain; no field is given twice.

    Of two headers that would be the same field the more alike has it, at a tie the first; the other stays unknown. A
    header that is about as like two fields (within the form's `margin`) is neither. `certain` is the form's own unless
    given.
    """
    least = form.certain if certain is None else certain
    likeness = [scores(header, form) for header in headers]
    wanted = sorted(
        (
            (score, -i, field_id)
            for i, each in enumerate(likeness)
            for field_id, score in each.items()
            if score >= least
        ),
        reverse=True,
    )
    given: dict[int, tuple[str, float]] = {}
    taken: set[str] = set()
    for score, minus, field_id in wanted:
        i = -minus
        rivals = [s for f, s in likeness[i].items() if f != field_id and f not in taken]
        clear = score == 100.0 or score - max(rivals, default=0.0) >= form.margin
        if i not in given and field_id not in taken and clear:
            given[i] = (field_id, score)
            taken.add(field_id)
    return [
        _given(header, form.field(given[i][0]), given[i][1]) if i in given else _left(header, likeness[i], taken, least)
        for i, header in enumerate(headers)
    ]


def _given(header: str, field: Field, score: float) -> HeaderMatch:
    return HeaderMatch(header, field, score / 100, Way.SYNONYM if score == 100.0 else Way.SIMILAR)


def _left(header: str, likeness: dict[str, float], taken: set[str], least: float) -> HeaderMatch:
    """A header without a field, and why."""
    ranked = sorted(likeness.items(), key=lambda pair: -pair[1])[:2]
    near = tuple((field_id, score / 100) for field_id, score in ranked)
    best = max(likeness.values(), default=0.0)
    if best < least:
        return HeaderMatch(header, None, best / 100, Way.UNKNOWN, near)
    return HeaderMatch(header, None, best / 100, Way.TAKEN if ranked[0][0] in taken else Way.TIE, near)
