"""Records out of a stored result (the object of RESULTS.md), as the types they came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.tables import Box
from pipeline.model import FieldResult, RecordResult, Verdict, Where


def records_of(result: Mapping[str, Any]) -> tuple[RecordResult, ...]:
    """The records of a result, in its order."""
    return tuple(
        RecordResult(
            electronic_row=record["electronic_row"],
            scan_row=record["scan_row"],
            key=record["key"],
            fields=tuple(_field(field) for field in record["fields"]),
        )
        for record in result["records"]
    )


def _field(field: Mapping[str, Any]) -> FieldResult:
    scan = field["where"]["scan"]
    return FieldResult(
        header=field["header"],
        field=field["field"],
        electronic=field["electronic"],
        scan=field["scan"],
        verdict=Verdict(field["verdict"]),
        probability=field["probability"],
        where=Where(field["where"]["electronic"], None if scan is None else Box(scan["page"], *scan["box"])),
    )
