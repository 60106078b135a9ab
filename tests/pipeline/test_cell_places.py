"""Places of the electronic copy are said as people say them."""

import pytest

from extractors.tables import Notice
from pipeline.findings import of_notice
from pipeline.places import electronic_place


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("附件3!C7", "附件3!C7"),
        ("table 1, row 5, column 3", "表 1 第 5 行第 3 列"),
        ("table 2, row 5", "表 2 第 5 行"),
        ("table 2", "表 2"),
        ("page 2, table 1, row 5, column 3", "第 2 页表 1 第 5 行第 3 列"),
        ("page 4", "第 4 页"),
        ("paragraph 12", "第 12 段"),
        ("object 1: 名录!B2", "对象 1 的 名录!B2"),
        ("header", "页眉或页脚"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_place_is_said_in_words(place: str | None, said: str) -> None:
    assert electronic_place(place) == said


def test_a_finding_says_its_place_in_words() -> None:
    place = "table 1, row 2, column 3"
    finding = of_notice(Notice("text-hidden", "warning", {"place": place, "text": "旧"}, place))
    assert "电子版 表 1 第 2 行第 3 列 有隐藏的文字“旧”" in finding.message
    assert finding.params["place"] == place
