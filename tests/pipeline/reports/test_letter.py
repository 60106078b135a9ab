"""The letter tells the sender each thing to correct, and nothing that the office has to settle itself."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from docx import Document

from extractors.errors import TEXTS
from pipeline.findings import CODES, text_of
from pipeline.model import Finding, Reconciliation, RecordResult, Severity
from pipeline.reports.info import SubmissionInfo
from pipeline.reports.letter import write_letter
from pipeline.reports.letter_phrases import PHRASES
from pipeline.reports.points import FIELD_CODES, GROUP_OF

FIELD_NAMES = re.compile(r"\{(\w+)\}")


def words(path: Path) -> str:
    return "\n".join(p.text for p in Document(str(path)).paragraphs)


def test_a_letter_asks_for_each_correction_with_both_values(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, scan: Path
) -> None:
    write_letter(tmp_path / "letter.docx", info, reconciliation, scan)
    text = words(tmp_path / "letter.docx")
    assert "关于请更正中试平台报送材料的函" in text
    assert "四川省经济和信息化厅：" in text
    assert "（工信厅科函〔2024〕346号）要求，你厅于2024年10月12日报送的" in text
    assert (
        "第3行“绵阳市细胞治疗制剂中试熟化基地”的“投资总额（万元）”：电子版为“39491.56”，盖章扫描件识读为“89491.56”"
        in text
    )
    assert "电子版为“成都市环保催化济中试平台”，盖章扫描件识读为“成都市环保催化剂中试平台”" in text
    assert "电子版为“（空）”，盖章扫描件识读为“76”" in text
    assert "电子版第6行“攀枝花钒钛新材料中试平台”在盖章扫描件中没有" in text
    assert "来函所称平台数为7个，盖章表中为6个" in text
    assert "文件“佐证材料.zip”设有密码" in text
    assert "有以下8处" in text
    assert "8. " in text and "9. " not in text
    assert "工业和信息化部科技司" in text and "2024年10月16日" in text


def test_a_letter_holds_a_crop_for_each_mismatch(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, scan: Path
) -> None:
    write_letter(tmp_path / "letter.docx", info, reconciliation, scan)
    assert len(Document(str(tmp_path / "letter.docx")).inline_shapes) == 5  # 3 fields, a row of the scan, a code


def test_doubts_are_not_put_to_the_sender(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, scan: Path
) -> None:
    write_letter(tmp_path / "letter.docx", info, reconciliation, scan)
    text = words(tmp_path / "letter.docx")
    assert "0831-2341852" not in text
    assert "表格线" not in text and "解码" not in text
    assert "另有2处内容我司正在人工核对" in text


def test_copies_that_agree_get_an_acknowledgement(
    tmp_path: Path, info: SubmissionInfo, agreeing: Reconciliation, scan: Path
) -> None:
    write_letter(tmp_path / "letter.docx", dataclasses.replace(info, findings=()), agreeing, scan)
    text = words(tmp_path / "letter.docx")
    assert "关于中试平台报送材料收悉的函" in text
    assert "所列1个平台的内容一致，无需更正" in text


def test_agreement_is_not_certified_while_the_office_has_doubts(
    tmp_path: Path, info: SubmissionInfo, agreeing: Reconciliation, scan: Path
) -> None:
    doubt = Finding("seal-unreadable", Severity.WARNING, {"page": "1", "department": info.department})
    write_letter(tmp_path / "letter.docx", dataclasses.replace(info, findings=(doubt,)), agreeing, scan)
    text = words(tmp_path / "letter.docx")
    assert "内容一致" not in text
    assert "材料正在核对" in text


def test_a_missing_copy_is_asked_for_without_a_comparison(tmp_path: Path, info: SubmissionInfo) -> None:
    missing = Finding("document-missing-electronic", Severity.ERROR)
    write_letter(tmp_path / "letter.docx", dataclasses.replace(info, findings=(missing,)), None, None)
    assert "未收到电子版（Excel 或 Word）。请补发。" in words(tmp_path / "letter.docx")


def test_control_characters_in_a_name_do_not_stop_a_letter(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation
) -> None:
    strange = dataclasses.replace(reconciliation, records=(RecordResult(1, None, "平\x00台\udcff"),), findings=())
    write_letter(tmp_path / "letter.docx", dataclasses.replace(info, subject="\x0b主题"), strange, None)
    assert "平\ufffd台\ufffd" in words(tmp_path / "letter.docx")


def test_a_letter_made_twice_has_the_same_bytes(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, scan: Path
) -> None:
    write_letter(tmp_path / "a.docx", info, reconciliation, scan)
    write_letter(tmp_path / "b.docx", info, reconciliation, scan)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def test_whatever_asks_only_the_sender_is_put_to_the_sender() -> None:
    asks = [code for code in {**CODES, **TEXTS} if "请报送单位" in text_of(code) and code not in FIELD_CODES]
    office_first = [code for code in asks if "请人工" in text_of(code) or "必要时" in text_of(code)]
    assert [code for code in asks if code not in GROUP_OF and code not in office_first] == []


def test_a_letter_has_its_own_words_for_each_finding_and_the_same_values() -> None:
    assert set(PHRASES) == set(GROUP_OF)
    for code, phrase in PHRASES.items():
        assert set(FIELD_NAMES.findall(phrase)) <= set(FIELD_NAMES.findall(text_of(code))), code
        assert "报送单位核" not in phrase and "请报送单位" not in phrase
