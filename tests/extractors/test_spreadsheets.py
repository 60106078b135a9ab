import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest
from made_files import changed_package
from openpyxl.comments import Comment

from extractors import electronic, ooxml, xls, xlsx
from extractors.errors import UnreadableFileError

RESOURCES = Path(__file__).parent / "resources"


def form(path, fill=None):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "附件3"
    sheet.append(["省级或重点培育中试平台名录及储备建设情况"])
    sheet.merge_cells("A1:E1")
    sheet.append(["序号", "平台名称", "建设运营单位", "投资总额\n（万元）", "建成时间"])
    sheet.append([1, " 甲中试\n平台", "甲公司", 12850.500000000002, datetime.date(2021, 6, 1)])
    sheet["E3"].number_format = 'yyyy"年"m"月"'
    if fill is not None:
        fill(book, sheet)
    book.save(path)
    return path


def texts(document):
    return {c.place.partition("!")[2]: c.text for c in document.tables[0].cells}


def test_cells_carry_the_text_shown_the_value_and_the_place(tmp_path):
    document = xlsx.read(form(tmp_path / "a.xlsx"))
    cells = {c.place: c for c in document.tables[0].cells}
    assert document.kind == "xlsx" and document.tables[0].name == "附件3"
    assert cells["附件3!D3"].text == "12850.5"
    assert cells["附件3!E3"].text == "2021年6月"
    assert cells["附件3!E3"].value == datetime.datetime(2021, 6, 1)
    assert cells["附件3!B3"].text == " 甲中试\n平台"
    assert cells["附件3!A1"].column_span == 5 and "附件3!B1" not in cells


def test_numbers_stand_as_their_format_prints_them(tmp_path):
    def fill(book, sheet):
        sheet.append([2, None, None, 12850.5, 0.5])
        sheet["D4"].number_format, sheet["E4"].number_format = "#,##0.00", "0%"

    shown = texts(xlsx.read(form(tmp_path / "a.xlsx", fill)))
    assert (shown["D4"], shown["E4"], shown["B4"]) == ("12,850.50", "50%", "")


def test_a_date_in_a_chinese_built_in_format_is_a_date(tmp_path):
    whole = form(tmp_path / "a.xlsx")
    path = changed_package(
        whole, tmp_path / "b.xlsx", {"xl/styles.xml": (b'numFmtId="165" fontId', b'numFmtId="57" fontId')}
    )
    cell = next(c for c in xlsx.read(path).tables[0].cells if c.place == "附件3!E3")
    assert (cell.text, cell.value) == ("2021年6月", datetime.datetime(2021, 6, 1))


def test_a_merge_downwards_is_one_cell_with_its_span(tmp_path):
    def fill(book, sheet):
        sheet.append([2, "乙中试平台", None, 5, None])
        sheet.merge_cells("C3:C4")

    cells = {c.place: c for c in xlsx.read(form(tmp_path / "a.xlsx", fill)).tables[0].cells}
    assert cells["附件3!C3"].row_span == 2 and "附件3!C4" not in cells


def test_formats_far_below_the_data_make_no_rows(tmp_path):
    def fill(book, sheet):
        sheet["A1048576"].number_format = "0.00"
        sheet["A50"].comment = Comment("x", "y")

    assert xlsx.read(form(tmp_path / "a.xlsx", fill)).tables[0].rows == 3


def test_hidden_sheets_rows_and_columns_are_told_of(tmp_path):
    def fill(book, sheet):
        old = book.create_sheet("旧表")
        old.append(["旧"])
        old.sheet_state = "hidden"
        book.create_sheet("空表").sheet_state = "hidden"
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    document = xlsx.read(form(tmp_path / "a.xlsx", fill))
    assert len(document.tables) == 1
    assert [(n.code, n.params) for n in document.notices] == [
        ("lines-hidden", {"name": "附件3", "places": "3、C"}),
        ("sheet-hidden", {"name": "旧表"}),
    ]


def test_a_formula_without_a_stored_value_is_told_of(tmp_path):
    def fill(book, sheet):
        sheet["D4"] = "=SUM(D3:D3)"

    document = xlsx.read(form(tmp_path / "a.xlsx", fill))
    assert [(n.code, n.place) for n in document.notices] == [("formula-without-value", "附件3!D4")]


def test_an_old_workbook_is_read_like_a_new_one():
    document = electronic.read(RESOURCES / "form.xls")
    shown = texts(document)
    assert document.kind == "xls"
    assert shown["B4"] == "乙中试\n平台" and shown["D3"] == "12850.5" and shown["D4"] == "２００"
    assert (shown["E3"], shown["E4"]) == ("2021年6月", "2022/7/15")
    assert document.tables[0].cells[0].column_span == 5
    assert [n.code for n in document.notices] == ["sheet-hidden"]


def test_a_workbook_with_styles_that_cannot_be_read_is_read_without_them(tmp_path):
    path = changed_package(
        form(tmp_path / "a.xlsx"),
        tmp_path / "b.xlsx",
        {"xl/styles.xml": (b"<fills ", b"<fills><fill/></fills><broken ")},
    )
    assert texts(xlsx.read(path))["B3"] == " 甲中试\n平台"


def test_a_document_type_in_a_part_is_refused(tmp_path):
    changes = {"xl/worksheets/sheet1.xml": (b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet')}
    with pytest.raises(UnreadableFileError) as caught:
        xlsx.read(changed_package(form(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", changes))
    assert caught.value.code == "file-damaged"


def test_a_package_of_absurdly_many_parts_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for i in range(ooxml.MOST_PARTS + 1):
            package.writestr(f"xl/{i}", "")
    with pytest.raises(UnreadableFileError) as caught:
        xlsx.read(path)
    assert caught.value.code == "file-too-large"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_workbook_cut_short_is_damaged(tmp_path, share):
    data = form(tmp_path / "a.xlsx").read_bytes()
    path = tmp_path / "半.xlsx"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UnreadableFileError) as caught:
        electronic.read(path)
    assert caught.value.code == "file-damaged" and "半.xlsx" in caught.value.message


def test_an_old_workbook_cut_short_is_damaged(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes((RESOURCES / "form.xls").read_bytes()[:2000])
    with pytest.raises(UnreadableFileError) as caught:
        xls.read(path)
    assert caught.value.code == "file-damaged"
