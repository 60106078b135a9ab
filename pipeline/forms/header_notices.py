"""What there is to tell of a table's choice and of its headers: nothing is mapped or left out in silence."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.tables import Notice
from pipeline.forms.form import Form
from pipeline.forms.headers import Way
from pipeline.forms.parts import Choice
from pipeline.forms.record import Column, RecordTable


def choice_notices(choices: Sequence[Choice]) -> tuple[Notice, ...]:
    """Which of several tables was taken and how well each fits; nothing where there is only one."""
    if len(choices) < 2:
        return ()
    taken = [c for c in choices if c.taken]
    others = [c for c in choices if not c.taken]
    told = []
    if taken and others:
        params = {"taken": _names(taken), "others": _names(others)}
        told.append(Notice("table-chosen", "info", params))
    if len(taken) > 1:
        told.append(Notice("tables-joined", "info", {"names": _names(taken), "count": str(len(taken))}))
    return tuple(told)


def _names(choices: Sequence[Choice]) -> str:
    fits = (f"{c.fields}，{c.score:.0%}" if c.taken else str(c.fields) for c in choices)
    return "、".join(f"{c.name}（{fit}）" for c, fit in zip(choices, fits, strict=True))


def header_notices(table: RecordTable, form: Form) -> list[Notice]:
    """What is to be said of the headers of an electronic copy: likeness, ties, unknown ones, required ones missing."""
    told = [notice for column in table.columns if (notice := _of_column(column, table, form)) is not None]
    has = {column.field.id for column in table.columns if column.field is not None}
    missing = [field for field in form.fields if field.required and field.id not in has]
    return told + [Notice("header-missing", "warning", {"header": field.header}) for field in missing]


def _of_column(column: Column, table: RecordTable, form: Form) -> Notice | None:
    params = {"header": column.header, "score": f"{column.score:.0%}"}
    if column.way is Way.SIMILAR and column.field is not None:
        return Notice("header-similar", "info", {**params, "field": column.field.header})
    if not column.header or column.field is not None:
        return None
    near = [form.field(field_id).header for field_id, _ in column.near]
    if column.way is Way.TIE and len(near) > 1:
        return Notice("header-tie", "warning", {**params, "one": near[0], "other": near[1]})
    if column.way is Way.TAKEN:
        field_id = column.near[0][0]
        holder = table.column(field_id)
        other = "" if holder is None else holder.header
        return Notice("header-taken", "info", {**params, "field": near[0], "other": other})
    return Notice("header-unknown", "info", {"header": column.header})
