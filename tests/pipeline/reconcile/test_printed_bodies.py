"""The reporting body as the form prints it."""

from __future__ import annotations

import pytest

from extractors.tables import Box, Cell, Document, Table, TextLine
from pipeline.reconcile.printed import printed_bodies

JIANGSU = "江苏省工业和信息化厅"


def sheet(*rows: tuple[str, ...]) -> Document:
    cells = tuple(Cell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row) if text)
    return Document("xlsx", (Table(cells, len(rows), max(map(len, rows))),))


def bodies(document: Document) -> list[str]:
    return [printed.department for printed in printed_bodies(document, "electronic")]


@pytest.mark.parametrize(
    "row",
    [
        (f"填报单位（盖章）：{JIANGSU}    填报日期：2024年10月8日",),
        ("填报单位：江苏省工信厅",),
        ("报送单位", JIANGSU),
        ("江苏省省级或重点培育中试平台名录及储备建设情况",),
    ],
)
def test_a_label_or_a_title_above_the_table_names_it(row: tuple[str, ...]) -> None:
    assert bodies(sheet(row, ("序号", "中试平台名称"))) == [JIANGSU]


@pytest.mark.parametrize(
    "row",
    [
        ("省级或重点培育中试平台名录及储备建设情况",),
        ("1", "浙江省新材料中试平台", "江苏省某公司"),
        ("联系单位", JIANGSU),
        ("填报单位：某某研究院",),
        ("填报单位：" + "甲" * 80 + JIANGSU,),
    ],
)
def test_other_cells_name_nobody(row: tuple[str, ...]) -> None:
    assert bodies(sheet(row)) == []


def test_lines_of_a_scan_count_on_the_forms_pages_only() -> None:
    lines = tuple(TextLine(f"填报单位：{JIANGSU}", Box(page, 0, 0, 9, 9)) for page in (1, 2))
    (printed,) = printed_bodies(Document("scan", (Table((), 0, 0, page=2),), lines), "scan")
    assert (printed.paper, printed.department, printed.probability) == ("scan", JIANGSU, 1.0)
    assert printed_bodies(Document("scan", (Table((), 0, 0, page=3),), lines), "scan") == ()
