"""The body that the mail names and the one that signs the letter must be one."""

from __future__ import annotations

import pytest

from pipeline.model import Letter
from pipeline.reconcile.overall import department_findings

JIANGSU, ZHEJIANG = "江苏省工业和信息化厅", "浙江省经济和信息化厅"


def test_a_letter_of_another_body_is_an_error() -> None:
    (finding,) = department_findings(JIANGSU, Letter(department=ZHEJIANG))
    assert (finding.code, finding.severity) == ("department-conflict", "error")


@pytest.mark.parametrize(
    ("mail", "letter"),
    [(JIANGSU, Letter(department=JIANGSU)), (None, Letter(department=JIANGSU)), (JIANGSU, Letter()), (JIANGSU, None)],
)
def test_where_one_is_silent_or_both_agree_there_is_none(mail: str | None, letter: Letter | None) -> None:
    assert department_findings(mail, letter) == []
