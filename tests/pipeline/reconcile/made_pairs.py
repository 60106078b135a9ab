"""Two copies of a form, and how to find a field in their comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import drawn
from PIL import Image

from pipeline.model import FieldResult, Reconciliation, RecordResult

JIANGSU = "江苏省工业和信息化厅"
HEADERS = ("序号", "中试平台名称", "建设运营单位", "统一社会信用代码", "投资总额（万元）", "建成时间", "联系电话")
RECORDS = (
    ("1", "新型显示材料中试平台", "华星光电有限公司", "91320594MA1MK0XJ7E", "12850.5", "2021年6月", "0512-62881234"),
    ("2", "未来制药中试基地", "先声药业有限公司", "91320100171125671P", "8630", "2019年11月", "025-85566666"),
    ("3", "石墨烯应用中试平台", "常州碳材料研究院", "91320412MA6CF5QK3M", "4071.7", "2020年9月", "0519-86330901"),
    ("4", "高端轴承中试验证平台", "苏州轴承厂有限公司", "91320505MA2AJ4RK05", "15018", "2022年3月", "0512-66657251"),
)
"""Four platforms; the codes' check characters are right."""
SHARES = (0.5, 2.1, 2.0, 2.3, 1.7, 1.3, 1.7)
WIDTHS = (40, 130, 120, 140, 100, 80, 100)

Rows = Sequence[Sequence[str]]


Rows = drawn.Rows


def form(rows: Rows, headers: Sequence[str] = HEADERS, shares: Sequence[float] = SHARES) -> Image.Image:
    """The printed form, without a seal."""
    page = drawn.blank()
    drawn.write(page, "省级或重点培育中试平台名录及储备建设情况", (877, 80), 28, "mm")
    drawn.table(page, [headers, *rows], left=60, width=1640, row_height=84, shares=shares, size=24)
    return page


def changed(rows: Rows, changes: Mapping[tuple[int, str], str], headers: Sequence[str] = HEADERS) -> list[list[str]]:
    """The rows with some values changed: (1-based row, header) to the new value."""
    out = [list(row) for row in rows]
    for (row, header), value in changes.items():
        out[row - 1][list(headers).index(header)] = value
    return out


def record(result: Reconciliation, name: str) -> RecordResult:
    """The record of a platform."""
    (found,) = (r for r in result.records if r.key == name)
    return found


def field(record: RecordResult, header: str) -> FieldResult:
    """The field under a header of the electronic copy."""
    (found,) = (f for f in record.fields if f.header == header)
    return found


def codes(result: Reconciliation) -> list[str]:
    """The codes of the findings, in order."""
    return [finding.code for finding in result.findings]
