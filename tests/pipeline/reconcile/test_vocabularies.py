"""A reading close to an entry of a list is in doubt: the reading may have slipped, or the paper may hold a misprint."""

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
from pipeline.model import Verdict
from pipeline.reconcile.calibration import Legibility
from pipeline.reconcile.columns import ColumnPair
from pipeline.reconcile.verdicts import judge, look

LEVEL = Field(id="level", header="平台类别", kind=Kind.ENUMERATION, values=("省级", "重点培育", "储备"))
STAGE = LEVEL.model_copy(update={"values": ("规划", "在建", "已建成")})


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


def verdict(evidence: CellEvidence, typed: str, field: Field = LEVEL) -> Verdict:
    return judge([look_at(evidence, typed, field)], Cell(0, 0, typed), 0.0, Legibility(9.0)).verdict


def test_a_slip_of_the_reading_is_in_doubt_and_shown_as_read():
    evidence = seen(("省", 12, "眉"), ("圾", 7, "级"))
    assert look_at(evidence, "省级").text == "省圾"
    assert verdict(evidence, "省级") is Verdict.UNSURE


@pytest.mark.parametrize("nats", [1, 3, 7, 12])
def test_what_no_list_holds_is_never_a_match(nats):
    assert verdict(seen(("己", nats, "已"), ("建", 12, "律"), ("成", 12, "戍")), "已建成", STAGE) is not Verdict.MATCH


def test_another_entry_is_a_difference():
    assert verdict(seen(("储", 12, "诸"), ("备", 12, "各")), "省级") is Verdict.MISMATCH


def test_an_open_list_takes_less_for_a_slip():
    evidence = seen(("省", 12, "眉"), ("圾", 7, "级"))
    assert verdict(evidence, "省级", LEVEL.model_copy(update={"open": True})) is Verdict.MISMATCH


def test_a_text_alike_to_two_entries_is_neither():
    field = LEVEL.model_copy(update={"values": ("省级甲", "省级乙")})
    evidence = seen(("省", 12, "眉"), ("级", 12, "圾"), ("丙", 7, "甲"))
    assert verdict(evidence, "省级乙", field) is Verdict.MISMATCH
