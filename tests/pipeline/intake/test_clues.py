"""What a mail says about itself."""

from __future__ import annotations

import pytest

from pipeline.intake.clues import corrects
from pipeline.intake.mime import parse
from pipeline.settings import Limits


def says_it_corrects(text: str) -> bool:
    raw = f"Subject: =?utf-8?q?report?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
    return corrects(parse(raw, "a.eml", Limits()), [])


@pytest.mark.parametrize(
    "text",
    [
        "现将更正后的材料报上，以此为准。",
        "现将重新报送的材料发上，请查收。",
        "数据以本邮件附件为准。",
        "原表有误，现重新报送。",
        "上次报送的材料作废。",
    ],
)
def test_a_correction(text: str) -> None:
    assert says_it_corrects(text)


@pytest.mark.parametrize(
    "text",
    [
        "电子版与盖章件不一致的，以本次盖章件为准。",
        "如有出入，请以本表盖章版为准。",
        "内容如需修改，我们将重新报送。",
        "请勿重新发送。",
        "如有问题，我们将重新提交。",
        "原报送的不作废，本次为补充。",
    ],
)
def test_a_case_that_may_come_or_a_rule_between_the_copies_corrects_nothing(text: str) -> None:
    assert not says_it_corrects(text)
