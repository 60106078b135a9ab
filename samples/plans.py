"""What is decided about a submission before it is made; the same plan gives the same submission."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from samples import degrade, differences, forms, layouts, messages, scans
from samples.clothing import PRINT_STYLES
from samples.mutations import CHANGES
from samples.vocabulary import Department, departments

FONTS = (
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
    "AR PL SungtiL GB",
    "AR PL KaitiM GB",
    "AR PL UMing CN",
    "AR PL UKai CN",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)


MOST_ROWS_OF_MERGED = 12


@dataclass(frozen=True)
class Plan:
    """All that is decided about a submission before it is made. The same plan gives the same submission."""

    id: str
    seed: str
    department: Department
    profile: str
    font: str
    layout: str
    kinds: tuple[str, ...]
    """The differences, entries of `differences.KINDS`."""
    row_count: int
    printed_as: str
    """``xlsx`` or ``docx``: what the print was made from."""
    electronic: str
    """``xlsx``, ``xls`` or ``docx``."""
    seal: str
    """``right``, ``missing`` or ``other``."""
    sealer: str | None
    seal_place: str
    letter: bool
    letter_error: int
    """How many platforms the letter counts too many."""
    letter_sealed: bool
    print_style: str
    names: str
    wrapping: str
    changed_copy: str = ""
    """``scan`` or ``electronic`` where all changes are made in one copy; empty where chance picks."""
    alterations: int = 0
    """Cells changed by hand on the paper."""
    light: bool = False
    """Little noise, small files."""
    right_size: bool = False
    """Whether the PDF's pages have the paper's size; else each image is taken for 96 dpi."""
    rotate_key: bool = False
    """Whether a turned page says so in its /Rotate, so that a viewer shows it upright."""
    tidy: bool = False
    """Whether the electronic copy is typed without stray spaces and odd notations."""
    most_columns: int = 16
    style: tuple[tuple[str, object], ...] = ()
    """Fields of `forms.Style` to fix."""


def make_plan(case_id: str, seed: str, **fixed: object) -> Plan:
    """A random plan; `fixed` sets fields of `Plan`."""
    rng = random.Random(f"{seed}/plan")
    department = rng.choice(departments())
    layout = rng.choices(forms.LAYOUTS, (6, 2, 2, 2, 2, 1))[0]
    seal = rng.choices(("right", "missing", "other"), (8, 1, 1))[0]
    plan = Plan(
        id=case_id,
        seed=seed,
        department=department,
        profile=rng.choice(list(degrade.PROFILES)),
        font=rng.choice(FONTS),
        layout=layout,
        kinds=tuple(_choose_kinds(rng)),
        row_count=rng.choice((rng.randrange(4, 13), rng.randrange(6, 20), rng.randrange(16, 34))),
        printed_as=rng.choice(("xlsx", "docx")),
        electronic=rng.choices(("xlsx", "docx", "xls"), (6, 3, 1))[0],
        seal=seal,
        sealer=None,
        seal_place=rng.choices(scans.SEAL_PLACES, (5, 2, 2, 2))[0],
        letter=rng.random() < 0.45,
        letter_error=rng.choice((-2, -1, 1, 1, 3)) if rng.random() < 0.2 else 0,
        letter_sealed=seal != "missing" or rng.random() < 0.4,
        print_style=rng.choices(PRINT_STYLES, (7, 1, 1, 1))[0],
        names=rng.choice(messages.NAME_STYLES),
        wrapping=rng.choices(messages.WRAPPINGS, (6, 1, 1, 1, 1))[0],
        right_size=rng.random() < 0.5,
        rotate_key=rng.random() < 0.25,
    )
    plan = replace(plan, **fixed)  # type: ignore[arg-type]
    plan = _as_the_layout_needs(plan, fixed)
    if plan.layout == "mergeddown" and "row_count" not in fixed:
        # A merged cell that a page break cuts shows its text on one page only: what the other should say is unclear.
        plan = replace(plan, row_count=min(plan.row_count, MOST_ROWS_OF_MERGED))
    return replace(plan, sealer=_choose_sealer(rng, plan)) if plan.sealer is None else plan


def _as_the_layout_needs(plan: Plan, fixed: Mapping[str, object]) -> Plan:
    """The plan with what a layout outside `forms.LAYOUTS` fixes, and the caller doesn't."""
    if plan.layout not in layouts.MORE:
        return plan
    arrangement = layouts.MORE[plan.layout]
    rng = random.Random(f"{plan.seed}/layout")
    needs: dict[str, object] = {"row_count": rng.randrange(*arrangement.rows)}
    if arrangement.printed_as:
        needs["printed_as"] = arrangement.printed_as
    return replace(plan, **{name: value for name, value in needs.items() if name not in fixed})  # type: ignore[arg-type]


def _choose_kinds(rng: random.Random) -> list[str]:
    if rng.random() < 0.15:
        return []
    kinds = rng.choices(list(CHANGES), k=rng.randrange(1, 7))
    return kinds + [kind for kind in differences.ROW_CHANGES if rng.random() < 0.2]


def _choose_sealer(rng: random.Random, plan: Plan) -> str | None:
    if plan.seal == "missing":
        return None
    if plan.seal == "right":
        return plan.department.name
    # Another office of the same region is the likely mix-up, and the harder one to see.
    neighbours = [plan.department.region + office for office in ("科学技术厅", "发展和改革委员会")]
    return rng.choice(neighbours + [d.name for d in rng.sample(departments(), 3) if d != plan.department])
