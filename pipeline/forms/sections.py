"""Section rows (一、省级……) in the place of a column: what they say of the rows below is those rows' value."""

from __future__ import annotations

from dataclasses import replace

from extractors.tables import Cell
from pipeline.forms.form import Form
from pipeline.forms.record import Column, RecordTable


def sections_as_columns(one: RecordTable, other: RecordTable, form: Form) -> tuple[RecordTable, RecordTable]:
    """The two copies; where one has the category's column and the other says it by section rows, that has it too."""
    if form.category_field is None:
        return one, other
    has = [table.column(form.category_field) is not None for table in (one, other)]
    if has == [True, False]:
        return one, _with_column(other, form, form.category_field)
    if has == [False, True]:
        return _with_column(one, form, form.category_field), other
    return one, other


def _with_column(table: RecordTable, form: Form, category: str) -> RecordTable:
    """The table with its sections as a column; the table as it is where a record stands under none."""
    said = [form.section_value(r.section) if r.section else None for r in table.records]
    if not said or None in said:
        return table
    field = form.field(category)
    column = Column(len(table.columns), field.header, field, 1.0)
    records = []
    for record, value in zip(table.records, said, strict=True):
        source = record.section_cell
        cell = Cell(0, 0, value or "")
        if source is not None:
            cell = replace(cell, place=source.place, box=source.box, belied=source.belied)
        records.append(replace(record, cells={**record.cells, column.index: cell}))
    return replace(table, columns=(*table.columns, column), records=tuple(records))
