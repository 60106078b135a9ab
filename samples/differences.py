"""Seeded differences between the two copies of one form, and the record of each.

A change is made on one side only, chosen at random: the scan or the electronic copy. Two canonical values that a change
leaves apart really say different things (another number, another month); to call them the same is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from samples.mutations import CHANGES
from samples.rows import Row
from samples.vocabulary import Column

ROW_CHANGES = ("row-missing-in-scan", "row-missing-in-electronic", "swapped")
KINDS = (*CHANGES, *ROW_CHANGES)


@dataclass(frozen=True)
class Cell:
    """One cell that differs; rows are 1-based numbers of data rows."""

    scan_row: int
    electronic_row: int
    field: str
    """The printed header."""
    kind: str
    scan: str
    electronic: str
    change: str
    """What was done, a key of `CHANGES`."""


@dataclass(frozen=True)
class Copies:
    """The two copies and how they hang together. The rows are canonical, `origin` names the row both came from."""

    scan: tuple[Row, ...]
    electronic: tuple[Row, ...]
    scan_origin: tuple[int, ...]
    electronic_origin: tuple[int, ...]
    cells: tuple[Cell, ...]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Electronic row and scan row of each record that both copies have, 1-based, in the electronic copy's order."""
        place = {origin: i for i, origin in enumerate(self.scan_origin, 1)}
        return [(i, place[origin]) for i, origin in enumerate(self.electronic_origin, 1) if origin in place]

    @property
    def missing_in_scan(self) -> list[int]:
        """Electronic rows that the scan hasn't, 1-based."""
        return [i for i, origin in enumerate(self.electronic_origin, 1) if origin not in self.scan_origin]

    @property
    def missing_in_electronic(self) -> list[int]:
        """Scan rows that the electronic copy hasn't, 1-based."""
        return [i for i, origin in enumerate(self.scan_origin, 1) if origin not in self.electronic_origin]


def make_copies(
    rng: random.Random,
    rows: Sequence[Row],
    columns: Sequence[Column],
    headers: Sequence[str],
    kinds: Sequence[str],
    changed_copy: str = "",
) -> Copies:
    """The two copies of `rows`, with one difference for each entry of `kinds` (entries of `KINDS`, may repeat).

    A kind that the form's columns can't suffer is left out, except that every row change is made. Changed cells are in
    `changed_copy` (``scan`` or ``electronic``), or in a copy that chance picks.
    """
    changes: dict[tuple[int, str], tuple[str, str, str]] = {}
    orders = [list(range(len(rows))), list(range(len(rows)))]
    dropped = rng.sample(range(len(rows)), len([k for k in kinds if k.startswith("row-missing")]))
    for kind, row in zip([k for k in kinds if k.startswith("row-missing")], dropped, strict=True):
        orders[kind == "row-missing-in-electronic"].remove(row)
    for _ in range(list(kinds).count("swapped")):
        order = rng.choice(orders)
        at = rng.randrange(len(order) - 1)
        order[at], order[at + 1] = order[at + 1], order[at]
    common = [i for i in range(len(rows)) if i not in dropped]
    for kind in kinds:
        if kind in CHANGES:
            _change_one(rng, rows, columns, common, kind, changes, changed_copy)
    sides: list[list[Row]] = []
    for side, order in enumerate(orders):
        copy = [dict(rows[i]) for i in order]
        for number, (origin, values) in enumerate(zip(order, copy, strict=True), 1):
            values["number"] = str(number)
            values.update({column: change[side] for (i, column), change in changes.items() if i == origin})
        sides.append(copy)
    # A telephone number is to be compared sign by sign, as a code is.
    cells = [
        Cell(
            orders[0].index(i) + 1,
            orders[1].index(i) + 1,
            header,
            "code" if column.kind == "phone" else column.kind,
            *changes[i, column.id],
        )
        for i in common
        for column, header in zip(columns, headers, strict=True)
        if (i, column.id) in changes
    ]
    return Copies(tuple(sides[0]), tuple(sides[1]), tuple(orders[0]), tuple(orders[1]), tuple(cells))


def _change_one(
    rng: random.Random,
    rows: Sequence[Row],
    columns: Sequence[Column],
    common: Sequence[int],
    kind: str,
    changes: dict[tuple[int, str], tuple[str, str, str]],
    changed_copy: str,
) -> None:
    mutate, suffering = CHANGES[kind]
    places = [(i, c.id) for i in common for c in columns if c.kind in suffering and (i, c.id) not in changes]
    rng.shuffle(places)
    for i, column in places:
        value = rows[i][column]
        try:
            other = mutate(rng, value)
        except (IndexError, ValueError):
            continue  # the value has no such character, the next place may
        # Nobody types a number with a zero in front, telephone numbers apart.
        typable = kind not in ("digit", "transposed", "point") or other[0] != "0" or value[0] == "0"
        if other not in ("", value) and typable and not _same_number(value, other):
            in_electronic = rng.random() < 0.5 if not changed_copy else changed_copy == "electronic"
            pair = (value, other) if in_electronic else (other, value)
            changes[i, column] = (*pair, kind)
            return


def _same_number(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return False
