"""What of a record goes into the library: the values on which the two copies agree, and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.forms.form import load_form
from pipeline.forms.kinds import Kind
from pipeline.library.decision import identity
from pipeline.model import RecordResult, Verdict


@dataclass(frozen=True)
class Platform:
    """A record as the library takes it."""

    identity: tuple[str, str]
    """See `decision.identity`."""
    name: str
    values: dict[str, str]
    """Field id, or header of a column that the form doesn't know, to the text of the electronic copy."""
    provenance: dict[str, object]
    """The same keys, to submission, documents, places and verdict."""


@cache
def _row_numbers() -> frozenset[str]:
    """Fields that number the rows: they say nothing of a platform, and change when a row above goes."""
    return frozenset(field.id for field in load_form().fields if field.kind == Kind.ROW_NUMBER)


def platform_of(record: RecordResult, submission_id: int, result: Mapping[str, Any]) -> Platform:
    """The platform that a record of a stored result describes."""
    values: dict[str, str] = {}
    provenance: dict[str, object] = {}
    for field in record.fields:
        if field.verdict is not Verdict.MATCH or field.field in _row_numbers():
            continue
        key = field.field or field.header
        values[key] = field.electronic
        provenance[key] = {
            "submission": submission_id,
            "electronic": {"sha256": result["electronic"]["sha256"], "place": field.where.electronic},
            "scan": {"sha256": result["scan"]["sha256"], **(field.where.to_json()["scan"] or {})},
            "verdict": field.verdict.value,
        }
    return Platform(identity(record), values.get("name") or record.key, values, provenance)
