"""From a plan to what the two copies and the letter say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from samples import differences, forms, letters, rows
from samples.clothing import Value, electronic_value, printed_value
from samples.documents import CoverLetter
from samples.forms import Form
from samples.plans import Plan
from samples.vocabulary import Column, words
from samples.vocabulary import columns as all_columns

REMARKS = "备注"


@dataclass(frozen=True)
class Content:
    """What the two copies and the letter say."""

    headers: tuple[str, ...]
    copies: differences.Copies
    scan_rows: tuple[dict[str, str], ...]
    """Canonical values by printed header."""
    electronic_rows: tuple[dict[str, str], ...]
    printed: Form
    electronic: Form
    letter: CoverLetter | None
    letter_count: int | None
    date: str
    """On form and letter, such as ``2024年10月9日``."""


def make_content(plan: Plan) -> Content:
    """Rows, differences and the two forms of a plan.

    Each part has a stream of random numbers of its own, so that two plans that differ in one part agree in the others.
    """

    def stream(part: str) -> random.Random:
        return random.Random(f"{plan.seed}/{part}")

    rng = stream("rows")
    most = 10 if plan.layout in ("twolevel", "unruled") else plan.most_columns
    columns = _for_layout(rows.choose_columns(rng, most=most), plan.layout)
    headers = tuple(rows.choose_headers(rng, columns))
    base = forms.order_for(plan.layout, rows.make_rows(rng, plan.department, columns, plan.row_count))
    copies = differences.make_copies(stream("differences"), base, columns, headers, plan.kinds, plan.changed_copy)
    rng = stream("style")
    date = f"2024年10月{rng.randrange(8, 15)}日"
    printed = Form(
        department=plan.department.name,
        date=date,
        headers=headers,
        widths=tuple(c.width for c in columns),
        groups=forms.groups_for(rng, columns) if plan.layout == "twolevel" else (),
        rows=tuple(tuple(printed_value(c, row[c.id], plan.print_style) for c in columns) for row in copies.scan),
        sections=forms.sections_for(base, copies.scan_origin) if plan.layout == "sections" else {},
        merged_columns=tuple(i for i, c in enumerate(columns) if c.id == "place")
        if plan.layout == "mergeddown"
        else (),
        style=_style(rng, plan, len(columns), len(base)),
    )
    rng = stream("electronic")
    electronic = replace(
        printed,
        rows=tuple(tuple(_typed(rng, plan, c, row[c.id]) for c in columns) for row in copies.electronic),
        sections=forms.sections_for(base, copies.electronic_origin) if plan.layout == "sections" else {},
        style=replace(
            printed.style, rules="grid", blank_rows=0, contact_line=rng.choice(("", printed.style.contact_line))
        ),
    )
    if plan.layout == "extra":
        if rng.random() < 0.5:
            printed = _with_remarks(rng, printed)
        else:
            electronic = _with_remarks(rng, electronic)
    count = len(copies.scan) + plan.letter_error
    return Content(
        headers,
        copies,
        _by_header(copies.scan, columns, headers),
        _by_header(copies.electronic, columns, headers),
        printed,
        electronic,
        letters.make_letter(stream("letter"), plan.department, count, date, plan.font) if plan.letter else None,
        count if plan.letter else None,
        date,
    )


def _for_layout(columns: list[Column], layout: str) -> list[Column]:
    """The columns, with the one that the layout lives on."""
    needed = {"sections": "category", "mergeddown": "place"}.get(layout)
    return [c for c in all_columns() if c in columns or c.id == needed]


def _style(rng: random.Random, plan: Plan, columns: int, row_count: int) -> forms.Style:
    style = forms.choose_style(rng, plan.layout, plan.font, columns, row_count)
    contact = rows.make_rows(rng, plan.department, [c for c in all_columns() if c.id in ("contact", "phone")], 1)[0]
    fixed: dict[str, Any] = dict(plan.style)
    return replace(style, **{"contact_line": style.contact_line.format(**contact), **fixed})


def _typed(rng: random.Random, plan: Plan, column: Column, text: str) -> Value:
    return text if plan.tidy else electronic_value(rng, column, text, typed=plan.electronic != "docx")


def _with_remarks(rng: random.Random, form: Form) -> Form:
    """The form with a column at the end that the other copy hasn't."""
    remarks = [rng.choice(words()["names"]["remarks"]) for _ in form.rows]
    return replace(
        form,
        headers=(*form.headers, REMARKS),
        widths=(*form.widths, 14),
        rows=tuple((*row, remark) for row, remark in zip(form.rows, remarks, strict=True)),
    )


def _by_header(side: Sequence[rows.Row], columns: Sequence[Column], headers: Sequence[str]) -> tuple[rows.Row, ...]:
    return tuple({h: row[c.id] for c, h in zip(columns, headers, strict=True)} for row in side)
