"""The office's workbook shows every value, and nothing that a sender wrote becomes a formula."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.model import FieldResult, Reconciliation, RecordResult, Verdict, Where
from pipeline.reports.info import EvidenceInfo, SubmissionInfo
from pipeline.reports.workbook import write_workbook


def test_a_workbook_has_its_sheets_ready_for_work_and_print(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, scan: Path
) -> None:
    write_workbook(tmp_path / "w.xlsx", info, reconciliation, scan)
    book = load_workbook(tmp_path / "w.xlsx")
    assert book.sheetnames == ["汇总", "不一致", "待人工确认", "问题清单", "全部比对"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes and sheet.auto_filter.ref
        assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$2"
    assert len(book["不一致"]._images) == 3
    assert len(book["待人工确认"]._images) == 2


def test_every_value_stands_beside_its_other(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation
) -> None:
    write_workbook(tmp_path / "w.xlsx", info, reconciliation, None)
    rows = list(load_workbook(tmp_path / "w.xlsx")["全部比对"].iter_rows(min_row=3, values_only=True))
    assert len(rows) == 55 + 2
    assert (3, 3, "绵阳市细胞治疗制剂中试熟化基地", "投资总额（万元）", "39491.56", "89491.56", "不一致") in [
        r[:7] for r in rows
    ]
    assert "仅扫描件有" in [r[6] for r in rows]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", '=HYPERLINK("x")'])
def test_no_text_of_a_sender_becomes_a_formula(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, text: str
) -> None:
    field = FieldResult(text, None, text, text + "1", Verdict.MISMATCH, 0.0, Where("S!A1"))
    records = (RecordResult(1, 1, text, (field,)), RecordResult(2, None, text))
    strange = dataclasses.replace(info, subject=text, department=text, message_id=text)
    write_workbook(tmp_path / "w.xlsx", strange, dataclasses.replace(reconciliation, records=records), None)
    found = 0
    for sheet in load_workbook(tmp_path / "w.xlsx").worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(text[0]):
                    assert cell.quotePrefix
                    found += 1
    assert found >= 10


def test_control_characters_do_not_stop_a_workbook(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation
) -> None:
    strange = dataclasses.replace(reconciliation, records=(RecordResult(1, None, "平\x00台\udcff" * 20000),))
    write_workbook(tmp_path / "w.xlsx", info, strange, None)
    assert load_workbook(tmp_path / "w.xlsx")["全部比对"]["C3"].value.startswith("平\ufffd台\ufffd")


def test_a_workbook_without_a_comparison_still_lists_what_is_missing(tmp_path: Path, info: SubmissionInfo) -> None:
    write_workbook(tmp_path / "w.xlsx", info, None, None)
    book = load_workbook(tmp_path / "w.xlsx")
    assert book["不一致"]["A3"].value == "（无）"
    assert "佐证材料.zip" in book["问题清单"]["C3"].value


def test_a_workbook_made_twice_has_the_same_bytes(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, scan: Path
) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, info, reconciliation, scan)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_summary_shows_what_the_body_was_told_from(tmp_path: Path, info: SubmissionInfo) -> None:
    told = dataclasses.replace(
        info,
        evidence=(EvidenceInfo("邮件主题", "=1+1", info.department, 0.35, False),),
        authentication=("不能确认发自 qq.com。",),
    )
    write_workbook(tmp_path / "w.xlsx", told, None, None)
    cells = [cell for row in load_workbook(tmp_path / "w.xlsx")["汇总"].iter_rows() for cell in row if cell.value]
    texts = [cell.value for cell in cells]
    assert {"报送单位依据", "邮件主题 · 0.35", info.department, "=1+1", "不能确认发自 qq.com。"} <= set(texts)
    assert all(cell.data_type != "f" for cell in cells)
