"""A value from a list is read as the entry that the image shows, where it is close to what was read and to no other."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.scan import recognise
from extractors.scan.cells import CellEvidence
from extractors.scan.evidence import FLOOR, KEPT, Steps
from extractors.tables import Cell
from pipeline.forms.form import Field
from pipeline.forms.kinds import Kind
from pipeline.forms.records import Column
from pipeline.reconcile.columns import ColumnPair
from pipeline.reconcile.verdicts import look

LEVEL = Field(id="level", header="平台类别", kind=Kind.ENUMERATION, values=("省级", "重点培育", "储备"))


def seen(*places: tuple[str, float, str]) -> CellEvidence:
    """Evidence of one line: at each place the character read, how many nats it stands above another, and that one."""
    index = np.full((2 * len(places) + 1, KEPT), -1, np.int32)
    log = np.full(index.shape, FLOOR, np.float32)
    index[:, 0], log[:, 0] = 0, 0.0
    known = recognise.indices()
    for place, (read, nats, other) in enumerate(places):
        weights = np.array([0.0, -nats])
        index[2 * place + 1, :2] = known[read], known[other]
        log[2 * place + 1, :2] = weights - np.log(np.exp(weights).sum())
    return CellEvidence((Steps(index, log),))


def look_at(evidence: CellEvidence, typed: str, field: Field = LEVEL):
    column = Column(0, field.header, field, 100.0)
    return look(evidence, Cell(0, 0, typed), ColumnPair(column, column, field.kind, None))


def test_a_misread_entry_is_read_as_the_entry():
    found = look_at(seen(("省", 12, "眉"), ("圾", 3, "级")), "省级")
    assert (found.text, found.agrees) == ("省级", True)


def test_it_is_so_whatever_the_other_copy_says():
    found = look_at(seen(("省", 12, "眉"), ("圾", 3, "级")), "储备")
    assert (found.text, found.agrees) == ("省级", False)
    assert found.gap > 5


@pytest.mark.parametrize("field", [LEVEL, LEVEL.model_copy(update={"open": True})])
def test_what_stands_clearly_on_paper_is_not_read_as_an_entry(field):
    found = look_at(seen(("市", 12, "巾"), ("级", 12, "圾")), "省级", field)
    assert (found.text, found.agrees) == ("市级", False)


def test_an_open_list_takes_less_for_a_slip():
    evidence = seen(("省", 12, "眉"), ("圾", 6, "级"))
    assert look_at(evidence, "省级").agrees
    assert not look_at(evidence, "省级", LEVEL.model_copy(update={"open": True})).agrees


def test_a_text_alike_to_two_entries_is_neither():
    field = LEVEL.model_copy(update={"values": ("省级甲", "省级乙")})
    found = look_at(seen(("省", 12, "眉"), ("级", 12, "圾"), ("丙", 2, "甲")), "省级乙", field)
    assert not found.agrees
