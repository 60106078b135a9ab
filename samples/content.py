"""From a plan to what the two copies and the letter say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from samples import differences, forms, layouts, letters, rows
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
    page_order: tuple[int, ...] = ()
    """The form's pages as they lie in the scan, where that is not their own order."""


def make_content(plan: Plan) -> Content:
    """Rows, differences and the two forms of a plan.

    Each part has a stream of random numbers of its own, so that two plans that differ in one part agree in the others.
    """

    def stream(part: str) -> random.Random:
        return random.Random(f"{plan.seed}/{part}")

    rng = stream("rows")
    arrangement = layouts.arrangement(plan.layout)
    layout = arrangement.base
    fewest, most = arrangement.columns
    columns = _for_layout(rows.choose_columns(rng, fewest, min(most, plan.most_columns)), layout)
    headers = tuple(rows.choose_headers(rng, columns))
    department = plan.department
    if arrangement.places:
        department = replace(department, places=department.places[: arrangement.places])
    base = forms.order_for(layout, rows.make_rows(rng, department, columns, plan.row_count))
    # What the print doesn't say in a column can't differ there.
    shown = [i for i, c in enumerate(columns) if c.id not in arrangement.without]
    said = [columns[i] for i in shown], [headers[i] for i in shown]
    copies = differences.make_copies(stream("differences"), base, *said, plan.kinds, plan.changed_copy)
    rng = stream("style")
    date = f"2024年10月{rng.randrange(8, 15)}日"
    printed = Form(
        department=plan.department.name,
        date=date,
        headers=headers,
        widths=tuple(c.width for c in columns),
        groups=forms.groups_for(rng, columns) if layout == "twolevel" else (),
        rows=tuple(tuple(printed_value(c, row[c.id], plan.print_style) for c in columns) for row in copies.scan),
        sections=forms.sections_for(base, copies.scan_origin) if layout == "sections" else {},
        merged_columns=tuple(i for i, c in enumerate(columns) if c.id == "place")
        if layout == "mergeddown"
        else (),
        style=_style(rng, plan, arrangement, len(columns), len(base)),
    )
    rng = stream("electronic")
    electronic = replace(
        printed,
        rows=tuple(tuple(_typed(rng, plan, c, row[c.id]) for c in columns) for row in copies.electronic),
        sections=forms.sections_for(base, copies.electronic_origin) if layout == "sections" else {},
        style=replace(
            printed.style, rules="grid", blank_rows=0, contact_line=rng.choice(("", printed.style.contact_line))
        ),
    )
    printed, electronic = _arranged(stream("layout"), arrangement, printed, electronic, shown)
    if plan.layout == "extra":
        if rng.random() < 0.5:
            printed = _with_remarks(rng, printed)
        else:
            electronic = _with_remarks(rng, electronic)
    page_order: list[int] = []
    if arrangement.pages == "shuffled":
        page_order = layouts.page_order(stream("pages"), -(-len(copies.scan) // arrangement.rows_per_page))
        copies = layouts.as_scanned(copies, arrangement.rows_per_page, page_order)
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
        tuple(page_order),
    )


def _for_layout(columns: list[Column], layout: str) -> list[Column]:
    """The columns, with the one that the layout lives on."""
    needed = {"sections": "category", "mergeddown": "place"}.get(layout)
    return [c for c in all_columns() if c in columns or c.id == needed]


def _style(
    rng: random.Random, plan: Plan, arrangement: layouts.Arrangement, columns: int, row_count: int
) -> forms.Style:
    style = forms.choose_style(rng, arrangement.base, plan.font, columns, row_count)
    contact = rows.make_rows(rng, plan.department, [c for c in all_columns() if c.id in ("contact", "phone")], 1)[0]
    fixed: dict[str, Any] = {**arrangement.style, **dict(plan.style)}
    return replace(style, **{"contact_line": style.contact_line.format(**contact), **fixed})


def _typed(rng: random.Random, plan: Plan, column: Column, text: str) -> Value:
    return text if plan.tidy else electronic_value(rng, column, text, typed=plan.electronic != "docx")


def _with_remarks(rng: random.Random, form: Form, at: int | None = None) -> Form:
    """The form with a column that the other copy hasn't, at its end or before another column."""
    remarks = [rng.choice(words()["names"]["remarks"]) for _ in form.rows]
    at = len(form.headers) if at is None else at
    return replace(
        form,
        headers=(*form.headers[:at], REMARKS, *form.headers[at:]),
        widths=(*form.widths[:at], 14, *form.widths[at:]),
        rows=tuple((*row[:at], remark, *row[at:]) for row, remark in zip(form.rows, remarks, strict=True)),
    )


def _arranged(
    rng: random.Random, arrangement: layouts.Arrangement, printed: Form, electronic: Form, shown: Sequence[int]
) -> tuple[Form, Form]:
    """The two forms with the columns, tables and sections that the layout gives them."""
    if arrangement.without:
        printed = _with_columns(printed, shown)
    if arrangement.columns_moved:
        moved = list(range(1, len(electronic.headers)))
        rng.shuffle(moved)
        electronic = _with_columns(electronic, [0, *moved])
        at = rng.randrange(2, len(electronic.headers))
        if rng.random() < 0.5:
            printed = _with_remarks(rng, printed, at)
        else:
            electronic = _with_remarks(rng, electronic, at)
    summary = (("类别", "数量（个）"), ("省级或重点培育", str(len(printed.rows))), ("储备建设", "0"))
    return (
        replace(printed, apart=arrangement.apart, summary=summary if arrangement.summary else ()),
        # Only a copy without a column for it has section rows in its stead.
        replace(electronic, sections={}) if arrangement.without else electronic,
    )


def _with_columns(form: Form, order: Sequence[int]) -> Form:
    """The form with only these columns, in this order."""
    return replace(
        form,
        headers=tuple(form.headers[i] for i in order),
        widths=tuple(form.widths[i] for i in order),
        rows=tuple(tuple(row[i] for i in order) for row in form.rows),
    )


def _by_header(side: Sequence[rows.Row], columns: Sequence[Column], headers: Sequence[str]) -> tuple[rows.Row, ...]:
    return tuple({h: row[c.id] for c, h in zip(columns, headers, strict=True)} for row in side)
