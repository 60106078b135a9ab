"""How well a filled file fits a form: each header with its field and score, what is missing, which table was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from extractors.errors import UnreadableFileError
from extractors.tables import Document
from pipeline.forms.form import Field, Form
from pipeline.forms.headers import Way
from pipeline.forms.parts import Choice, find_parts
from pipeline.forms.record import Column
from pipeline.forms.records import read_records

DOUBTFUL = frozenset({Way.TIE, Way.TAKEN, Way.UNKNOWN})
"""Ways in which a header is left without a field."""


@dataclass(frozen=True)
class Fit:
    """A file held against a form."""

    form: Form
    tables: tuple[Choice, ...]
    columns: tuple[Column, ...]
    records: int
    missing: tuple[Field, ...]
    """Fields that no header names, the required ones first."""

    @property
    def found(self) -> bool:
        """Whether any table holds the form."""
        return bool(self.columns)

    @property
    def named(self) -> int:
        """Columns that have a field."""
        return sum(c.field is not None for c in self.columns)

    @property
    def score(self) -> float:
        """The mean of the columns' scores, 0 to 1, unknown ones at 0."""
        return sum(c.score for c in self.columns if c.field is not None) / max(len(self.columns), 1)

    @property
    def settled(self) -> bool:
        """Whether nobody needs to look: every header has a field, and no required one is missing."""
        return self.found and self.named == len(self.columns) and not any(f.required for f in self.missing)


def fit(document: Document, form: Form, name: str) -> Fit:
    """Holds a document against a form; `name` is the file's."""
    try:
        table = read_records(document, form, name)
    except UnreadableFileError:
        _, _, choices = find_parts(document, form)
        return Fit(form, choices, (), 0, tuple(_required_first(form.fields)))
    has = {c.field.id for c in table.columns if c.field is not None}
    missing = _required_first(f for f in form.fields if f.id not in has)
    return Fit(form, table.tables, table.columns, len(table.records), tuple(missing))


def better(chosen: Fit, document: Document, forms: Iterable[Form], name: str) -> Fit | None:
    """The form that names more of the headers than the chosen one, or as many more surely; None where none does."""
    fits = [fit(document, form, name) for form in forms if form.id != chosen.form.id]
    best = max(fits, key=_rank, default=chosen)
    return best if _rank(best) > _rank(chosen) else None


def _rank(one: Fit) -> tuple[int, float]:
    return one.named, round(one.score, 3)


def _required_first(fields: Iterable[Field]) -> list[Field]:
    return sorted(fields, key=lambda field: not field.required)
