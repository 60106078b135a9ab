"""The role of each document, from its content and its name."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from made_messages import HEADERS, ROW, make_docx, make_scan, make_text_pdf, make_xlsx
from PIL import Image

from pipeline.intake.kinds import kind_of_bytes
from pipeline.intake.roles import Candidate, Sorted, see, sort_roles

GOLDEN = Path(__file__).parents[2] / "extractors" / "golden"
LETTER = "关于报送中试平台名录的函 现将有关材料报送你司，请予审阅。"


def sorted_of(*files: Candidate) -> Sorted:
    return sort_roles([see(file) for file in files])


def roles(*files: tuple[str, bytes], inline: bool = False) -> tuple[str, ...]:
    return tuple(r.value for r in sorted_of(*(Candidate(name, data, inline) for name, data in files)).roles)


def codes(*files: tuple[str, bytes]) -> list[str]:
    return [f.code for f in sorted_of(*(Candidate(name, data) for name, data in files)).findings]


def test_a_scan_and_a_workbook() -> None:
    assert roles(("1.pdf", make_scan()), ("2.xlsx", make_xlsx())) == ("scan", "electronic")


def test_names_that_say_nothing_or_lie_about_the_type() -> None:
    assert roles(("a.dat", make_xlsx()), ("b.doc", make_scan())) == ("electronic", "scan")


def test_a_word_file_with_the_form_s_table() -> None:
    assert roles(("a.docx", make_docx("附件3", [HEADERS, ROW])), ("b.pdf", make_scan())) == ("electronic", "scan")


def test_a_word_file_without_the_form_s_table_is_the_letter() -> None:
    files = (("a.docx", make_docx(LETTER)), ("b.pdf", make_scan()), ("c.xlsx", make_xlsx()))
    assert roles(*files) == ("letter", "scan", "electronic")


def test_a_letter_with_a_small_table_of_its_own() -> None:
    letter = make_docx(LETTER, [["联系人", "电话"], ["张三", "010-1"]])
    assert roles(("关于报送的函.docx", letter), ("c.xlsx", make_xlsx())) == ("letter", "electronic")


def test_a_print_of_the_form_in_pdf_is_a_scan() -> None:
    assert roles(("a.pdf", make_text_pdf(HEADERS)), ("c.xlsx", make_xlsx())) == ("scan", "electronic")


def test_a_print_beside_a_scan_is_the_electronic_copy_where_there_is_no_other() -> None:
    assert roles(("a.pdf", make_text_pdf(HEADERS)), ("b.pdf", make_scan())) == ("electronic", "scan")


def test_an_ofd_with_the_form_is_the_electronic_copy_beside_a_scan() -> None:
    ofd = (GOLDEN / "plain.ofd").read_bytes()
    assert roles(("a.ofd", ofd), ("b.pdf", make_scan())) == ("electronic", "scan")
    assert roles(("a.ofd", ofd), ("b.xlsx", make_xlsx())) == ("scan", "electronic")


def test_a_letter_in_pdf() -> None:
    files = (("a.pdf", make_text_pdf([LETTER])), ("b.pdf", make_scan()), ("c.xlsx", make_xlsx()))
    assert roles(*files) == ("letter", "scan", "electronic")


def test_of_two_scans_the_one_called_a_letter_is_the_letter() -> None:
    files = (("关于报送名录的函.pdf", make_scan(240)), ("附件3盖章扫描件.pdf", make_scan()), ("c.xlsx", make_xlsx()))
    assert roles(*files) == ("letter", "scan", "electronic")
    assert codes(*files) == []


def test_a_lone_scan_called_a_letter_is_the_scan() -> None:
    assert roles(("报送函.pdf", make_scan()), ("c.xlsx", make_xlsx())) == ("scan", "electronic")


def test_two_scans_that_nothing_tells_apart_are_a_finding() -> None:
    files = (("1.pdf", make_scan(240)), ("2.pdf", make_scan()), ("c.xlsx", make_xlsx()))
    assert codes(*files) == ["document-ambiguous"]
    assert roles(*files)[0] == "scan"


def test_the_same_file_twice_is_not_ambiguous() -> None:
    assert codes(("1.pdf", make_scan()), ("2.pdf", make_scan()), ("c.xlsx", make_xlsx())) == []


def test_of_two_workbooks_the_one_with_the_form_s_headers() -> None:
    other = make_xlsx([["联系人", "电话"], ["张三", "010-1"]])
    assert roles(("a.xlsx", other), ("b.xlsx", make_xlsx())) == ("other", "electronic")


def test_a_header_below_a_title() -> None:
    book = make_xlsx([["附件3"], ["省级或重点培育中试平台名录"], HEADERS, ROW])
    assert roles(("a.xlsx", book), ("b.xlsx", make_xlsx([["a", "b"]]))) == ("electronic", "other")


def test_an_empty_workbook_is_nothing() -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    assert roles(("a.xlsx", out.getvalue())) == ("other",)


def picture(side: int, form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side * 2), "white").save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_photographed_page_is_a_scan_and_a_logo_is_not(form: str) -> None:
    assert roles(("a", picture(1200, form)), ("b", picture(90, form)), ("c.xlsx", make_xlsx())) == (
        "scan",
        "other",
        "electronic",
    )
    assert roles(("a", picture(1200, form)), inline=True) == ("other",)


def test_a_damaged_pdf_is_still_the_scan() -> None:
    assert roles(("a.pdf", make_scan()[:200]), ("c.xlsx", make_xlsx())) == ("scan", "electronic")


def test_a_damaged_workbook_is_still_the_electronic_copy() -> None:
    data = make_xlsx()
    assert roles(("a.xlsx", data[: len(data) // 2] + b"\0" * 10), ("b.pdf", make_scan()))[1] == "scan"


def test_lock_files_and_empty_files_are_nothing() -> None:
    assert roles(("~$名录.xlsx", make_xlsx()), ("空.pdf", b"")) == ("other", "other")


def test_old_word_files_and_files_with_a_password_are_copies_that_their_reader_refuses() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert roles(("名录.doc", ole), ("b.pdf", make_scan())) == ("electronic", "scan")
    assert roles(("关于报送的函.doc", ole), ("b.xlsx", make_xlsx())) == ("letter", "electronic")


@pytest.mark.parametrize(("data", "kind"), [(b"", "empty"), (b"hello", "text"), (b"\r\n%PDF-1.7", "pdf")])
def test_kinds_by_first_bytes(data: bytes, kind: str) -> None:
    assert kind_of_bytes(data) == kind


def test_a_second_form_is_not_passed_over_whatever_its_name_says() -> None:
    other = make_xlsx([["序号", "平台名称", "建设单位", "统一社会信用代码"], ["1", "乙", "丙", "丁"]])
    files = [Candidate("附件3（电子版）.xlsx", make_xlsx()), Candidate("第二批.xlsx", other)]
    found = sorted_of(*files, Candidate("盖章扫描件.pdf", make_scan()))
    assert [role.value for role in found.roles] == ["electronic", "other", "scan"]
    assert [finding.code for finding in found.findings] == ["document-ambiguous"]
