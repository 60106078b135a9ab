"""What a correction changes, and what an addition repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from pipeline.database.jobs import DocumentRef, EarlierCopy, SubmissionJob
from pipeline.model import Finding, Severity
from pipeline.reconcile.changes import MOST_CHANGES, change_findings

HEADERS = ["序号", "中试平台名称", "承担单位", "统一社会信用代码", "所在地", "所属行业", "投资总额（万元）"]
Rows = Sequence[Sequence[str]]


def platform(number: int, **other: str) -> list[str]:
    said = {
        "name": f"{'甲乙丙丁戊己庚辛'[number % 8]}{'新材料氢能装备芯片'[number % 9]}工艺{number}号中试平台",
        "unit": f"{'东西南北'[number % 4]}方第{number * 37}研究所有限公司",
        "code": f"9151050{number:03d}MA62A{number:03d}",
        "place": f"第{number}市", "industry": "新能源", "total": f"{number * 137}",
    }  # fmt: skip
    return [str(number), *(said | other).values()]


class Copies:
    """Writes electronic copies and makes the jobs that are held against them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def ref(self, rows: Rows | bytes, headers: Sequence[str] = HEADERS) -> DocumentRef:
        self.count += 1
        path = self.folder / f"{self.count}.xlsx"
        if isinstance(rows, bytes):
            path.write_bytes(rows)
        else:
            book = openpyxl.Workbook()
            for row in (headers, *rows):
                book.active.append(list(row))
            book.save(path)
        return DocumentRef(self.count, path.name, str(self.count), path)

    def job(self, after: DocumentRef, *earlier: DocumentRef, adds: bool = False) -> SubmissionJob:
        copies = tuple(EarlierCopy(f"{'abc'[at]}.eml", ref) for at, ref in enumerate(earlier))
        return SubmissionJob(
            1, "2024", None, "x.eml", "", "", "", "", "", None, None, after, None, (),
            replaced=() if adds else copies, beside=copies if adds else (),
        )  # fmt: skip


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    return Copies(tmp_path)


def told(findings: Sequence[Finding]) -> list[tuple[str, ...]]:
    names = ("row", "key", "header", "before", "after", "count")
    return [(f.code, *(f.params[n] for n in names if n in f.params)) for f in findings]


def test_a_changed_value_with_its_row_platform_and_column(copies: Copies) -> None:
    before = copies.ref([platform(1), platform(2)])
    found = change_findings(copies.job(copies.ref([platform(1), platform(2, total="999")]), before))
    key = platform(2)[1]
    assert told(found) == [("correction-field", "2", key, "投资总额（万元）", "274", "999")]
    assert found[0].severity is Severity.INFO
    assert found[0].where is not None
    assert found[0].where.electronic == "Sheet!G3"
    assert found[0].message == f"更正：第 2 行“{key}”的“投资总额（万元）”由“274”改为“999”（与“a.eml”相比）。"


def test_rows_added_and_dropped(copies: Copies) -> None:
    before = copies.ref([platform(1), platform(2), platform(3)])
    found = change_findings(copies.job(copies.ref([platform(3), platform(1), platform(4)]), before))
    assert told(found) == [
        ("correction-row-added", "3", platform(4)[1]), ("correction-row-dropped", "2", platform(2)[1]),
    ]  # fmt: skip


def test_another_batch_that_only_the_text_calls_a_correction(copies: Copies) -> None:
    job = copies.job(copies.ref([platform(4), platform(5), platform(1)]), copies.ref([platform(n) for n in (1, 2, 3)]))
    found = change_findings(replace(job, by_text_alone=True))
    assert found == (Finding("correction-unlike", Severity.ERROR, {"names": "a.eml"}),)
    assert "correction-unlike" not in {f.code for f in change_findings(job)}


@pytest.mark.parametrize("numbers", [(1, 2), (2,), (1, 2, 3, 4, 5, 6, 7)])
def test_a_correction_may_have_fewer_or_more_platforms(copies: Copies, numbers: tuple[int, ...]) -> None:
    job = copies.job(copies.ref([platform(n) for n in numbers]), copies.ref([platform(n) for n in (1, 2, 3)]))
    assert "correction-unlike" not in {f.code for f in change_findings(replace(job, by_text_alone=True))}


def test_a_column_added_and_one_dropped(copies: Copies) -> None:
    before = copies.ref([[*platform(1), "好"]], [*HEADERS, "甲类备注说明"])
    found = change_findings(copies.job(copies.ref([[*platform(1), "13800000000"]], [*HEADERS, "负责人微信号"]), before))
    assert [(f.code, f.params["header"]) for f in found] == [
        ("correction-column-added", "负责人微信号"), ("correction-column-dropped", "甲类备注说明"),
    ]  # fmt: skip


def test_another_way_to_write_the_same_is_no_change(copies: Copies) -> None:
    before = copies.ref([platform(1, total="1200"), platform(2)])
    found = change_findings(copies.job(copies.ref([platform(1, total="1,200.00"), platform(2)]), before))
    assert [(f.code, f.severity) for f in found] == [("correction-unchanged", Severity.WARNING)]


def test_another_unit_is_a_change(copies: Copies) -> None:
    headers = [*HEADERS[:-1], "投资总额（元）"]
    found = change_findings(copies.job(copies.ref([platform(1)], headers), copies.ref([platform(1)])))
    assert told(found) == [
        ("correction-field", "1", platform(1)[1], "投资总额（元）", "137（投资总额（万元））", "137（投资总额（元））")
    ]


def test_many_changes_are_counted(copies: Copies) -> None:
    numbers = range(1, 31)
    before = copies.ref([platform(n) for n in numbers])
    after = copies.ref([platform(n, total=f"{n}", industry="新材料") for n in numbers])
    found = change_findings(copies.job(after, before))
    assert len(found) == MOST_CHANGES + 1
    assert told(found)[-1] == ("correction-more", "10")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_an_earlier_copy_that_cannot_be_read_is_a_finding(copies: Copies, data: bytes) -> None:
    found = change_findings(copies.job(copies.ref([platform(1)]), copies.ref(data)))
    assert [(f.code, f.severity, f.params) for f in found] == [
        ("correction-not-compared", Severity.WARNING, {"of": "a.eml"})
    ]


def test_an_earlier_copy_without_the_form_is_a_finding(copies: Copies) -> None:
    found = change_findings(copies.job(copies.ref([platform(1)]), copies.ref([["1", "2"]], ["联系人", "备忘"])))
    assert [f.code for f in found] == ["correction-not-compared"]


def test_a_correction_of_a_report_and_its_addition_is_held_against_both(copies: Copies) -> None:
    first, second = copies.ref([platform(1), platform(2)]), copies.ref([platform(3)])
    after = copies.ref([platform(1), platform(2), platform(3, total="9")])
    found = change_findings(copies.job(after, first, second))
    assert [(f.code, f.params["of"]) for f in found] == [("correction-field", "b.eml")]


def test_an_addition_of_new_rows_says_nothing(copies: Copies) -> None:
    job = copies.job(copies.ref([platform(3)]), copies.ref([platform(1), platform(2)]), adds=True)
    assert change_findings(job) == ()


def test_rows_of_an_addition_that_were_reported_before(copies: Copies) -> None:
    before = copies.ref([platform(1), platform(2)])
    after = copies.ref([platform(3), platform(1), platform(2, total="9")])
    found = change_findings(copies.job(after, before, adds=True))
    assert told(found) == [
        ("addition-overlaps", "2", platform(1)[1]),
        ("addition-differs", "3", platform(2)[1], "投资总额（万元）", "274", "9"),
    ]
    assert [f.severity for f in found] == [Severity.WARNING, Severity.ERROR]


def test_neither_a_correction_nor_an_addition(copies: Copies) -> None:
    assert change_findings(copies.job(copies.ref([platform(1)]))) == ()
