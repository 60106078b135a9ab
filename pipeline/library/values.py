"""What of a record goes into the library: the values on which the two copies agree, and where each comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.calls.catalogue import all_fields
from pipeline.forms.kinds import NUMERIC, Kind, normal_form
from pipeline.forms.numbers import unit_of_header, units_named
from pipeline.forms.text import fold
from pipeline.library.decision import identity
from pipeline.model import RecordResult, Verdict

LINE_BREAKS = {ord("\r"): None, ord("\n"): None}


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


def _row_numbers() -> frozenset[str]:
    """Fields that number the rows: they say nothing of a platform, and change when a row above goes."""
    return frozenset(field.id for field in all_fields().values() if field.kind == Kind.ROW_NUMBER)


def platform_of(record: RecordResult, submission_id: int, result: Mapping[str, Any]) -> Platform:
    """The platform that a record of a stored result describes."""
    values: dict[str, str] = {}
    provenance: dict[str, object] = {}
    for field in record.fields:
        if field.verdict is not Verdict.MATCH or field.field in _row_numbers():
            continue
        key = field.field or field.header
        values[key] = _with_unit(key, on_one_line(field.electronic), field.header)
        provenance[key] = {
            "submission": submission_id,
            "header": field.header,
            "electronic": {"sha256": result["electronic"]["sha256"], "place": field.where.electronic},
            "scan": {"sha256": result["scan"]["sha256"], **(field.where.to_json()["scan"] or {})},
            "verdict": field.verdict.value,
        }
    return Platform(identity(record), values.get("name") or on_one_line(record.key), values, provenance)


def _with_unit(key: str, text: str, header: str) -> str:
    """A number with its unit where the sender's column has another than the form's: 100 under （元） is no 100 万元."""
    field, unit = all_fields().get(key), unit_of_header(header)
    if field is None or field.kind not in NUMERIC or field.unit is None or unit is None or not text:
        return text
    same = units_named(None, header) & units_named(field.unit, "")
    return text if same or text.endswith(unit) else text + unit


def on_one_line(text: str) -> str:
    """The text without the line breaks that a narrow cell gave it; between words of Latin script a space stays."""
    return re.sub(r"(?<=[!-~])\s*[\r\n]+\s*(?=[!-~])", " ", text.strip()).translate(LINE_BREAKS)


def said(key: str, text: str, header: str) -> tuple[str, frozenset[str]]:
    """What a value says, for comparing two versions: its canonical text, and of a number also the unit.

    A sender may write 元 where the form has 万元, so an equal number under another header is another value.
    """
    field = all_fields().get(key)
    if field is None:
        return fold(text), frozenset()
    units = units_named(field.unit, header) if field.kind in NUMERIC else frozenset()
    return normal_form(text, field.kind, field.unit, header), units
