"""The words, places and departments that samples are made of, from `samples/data` and the pipeline's departments."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
DEPARTMENTS = Path(__file__).parent.parent / "pipeline" / "data" / "departments.csv"


@dataclass(frozen=True)
class Department:
    """One of the 37 reporting bodies."""

    code: str
    """Six digits, GB/T 2260."""
    region: str
    name: str
    short: str
    """One character for document numbers, such as ``苏``."""
    area_code: str
    """Of the telephone network, such as ``025``."""
    places: tuple[str, ...]
    """City and district, such as ``苏州市昆山市``."""

    @property
    def own_word(self) -> str:
        """What it calls itself after 我: 厅, 局 or 委."""
        return "委" if self.name.endswith("委员会") else self.name[-1]


@dataclass(frozen=True)
class Column:
    """One column that a form can have."""

    id: str
    kind: str
    """``serial``, ``text``, ``code``, ``enum``, ``number``, ``int``, ``date``, ``bool`` or ``phone``."""
    headers: tuple[str, ...]
    """The ways in which forms print it."""
    chance: float
    """How often a form has the column, 0 to 1."""
    width: int
    """Of a column in a sheet, in characters."""


@cache
def words() -> dict[str, Any]:
    """The vocabulary file as it stands."""
    return tomllib.loads((DATA / "vocabulary.toml").read_text(encoding="utf-8"))


@cache
def columns() -> tuple[Column, ...]:
    """All columns, in the order in which forms print them."""
    return tuple(Column(**{**c, "headers": tuple(c["headers"])}) for c in words()["columns"])


@cache
def departments() -> tuple[Department, ...]:
    """The 37 reporting bodies with their places; KeyError where a department has none."""
    with (DATA / "places.csv").open(encoding="utf-8", newline="") as file:
        places = {row["code"]: row for row in csv.DictReader(file)}
    with DEPARTMENTS.open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            Department(
                row["code"],
                row["region"],
                row["department"],
                places[row["code"]]["short"],
                places[row["code"]]["area"],
                tuple(places[row["code"]]["places"].split("|")),
            )
            for row in csv.DictReader(file)
        )


def department_named(region: str) -> Department:
    """The department of a region such as ``江苏省``; StopIteration where there is none."""
    return next(d for d in departments() if d.region == region)
