"""Rows of totals (合计, 小计): which rows each adds up, and whether it does."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from extractors.tables import Cell
from pipeline.forms.quantities import Quantity, parse_quantity
from pipeline.forms.record import Column, Record, RecordTable, Total

_OF_A_GROUP = ("小计",)
"""Words of a total that adds up the rows since the last section or total only; all others add up all rows."""


def trouble_of_total(total: Total, table: RecordTable, column: Column) -> Decimal | None:
    """What the rows of a total add up to, in the total's unit, where the total says something else.

    None where it is right, or where that can't be told: a value that isn't one exact number is a finding of its own. A
    spreadsheet adds up what is stored, not what is shown, so either sum is right when it is rounded as the total is.
    """
    cell = total.cells.get(column.index)
    said = None if cell is None else _number(cell.text, cell, column)
    records = _added_up(total, table)
    if said is None or not records:
        return None
    shown = [_amount(r.cells.get(column.index), column, stored=False) for r in records]
    stored = [_amount(r.cells.get(column.index), column, stored=True) for r in records]
    amounts = [a for a in shown if a is not None]
    if len(amounts) < len(shown):
        return None
    size = said.in_base()[1] / Fraction(said.low) if said.low else None
    if size is None:
        size = Quantity(Decimal(1), unit=said.unit).in_base()[1]
    step = Fraction(1, 10 ** _decimals(said.low)) * size
    wanted, sums = said.in_base()[1], [sum(amounts), sum(a for a in stored if a is not None)]
    if wanted == sums[0] or abs(wanted - sums[1]) <= step / 2:
        return None
    in_unit = Fraction(sums[0]) / size
    return Decimal(in_unit.numerator) / Decimal(in_unit.denominator)


def _added_up(total: Total, table: RecordTable) -> tuple[Record, ...]:
    if any(word in total.label for word in _OF_A_GROUP):
        return table.records[total.since : total.until]
    return table.records


def _amount(cell: Cell | None, column: Column, stored: bool) -> Fraction | None:
    """The number of a row in its base unit, 0 where the row says nothing, None where it says something else."""
    if cell is None or not cell.text.strip(" -—/、无"):
        return Fraction(0)
    number = _number(cell.text, cell, column)
    if number is None:
        return None
    if stored and isinstance(cell.value, int | float | Decimal) and not isinstance(cell.value, bool):
        exact = parse_quantity("", cell.value, column.field.unit if column.field else None, column.header)
        if exact is not None and exact.unit == number.unit:
            return exact.in_base()[1]
    return number.in_base()[1]


def _number(text: str, cell: Cell, column: Column) -> Quantity | None:
    number = parse_quantity(text, cell.value, column.field.unit if column.field else None, column.header)
    return number if number is not None and number.exact else None


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
