"""Sheets in formats besides xlsx, each told from its content."""

import datetime
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_files import changed_package

from extractors import electronic
from extractors.errors import UnreadableFileError
from extractors.sniff import kind_of

RESOURCES = Path(__file__).parent / "resources"
ROWS = [["序号", "平台名称", "投资总额（万元）"], ["1", "甲中试平台", "12,850.50"], ["2", "乙中试平台", "007"]]
XML_2003 = """<?xml version="1.0" encoding="{charset}"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles>
<Style ss:ID="Default"/><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style>
<Style ss:ID="n"><NumberFormat ss:Format="Standard"/></Style>
<Style ss:ID="w"><Font ss:Color="#FFFFFF"/></Style></Styles>
<Worksheet ss:Name="附件3"><Table>
<Column ss:Index="3" ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">名录</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="Number">1</Data></Cell>
<Cell ss:StyleID="d"><Data ss:Type="DateTime">2021-06-15T00:00:00.000</Data></Cell>
<Cell ss:StyleID="n"><Data ss:Type="Number">12850.567</Data><Comment><ss:Data>注</ss:Data></Comment></Cell></Row>
<Row ss:Hidden="1"><Cell ss:Index="2" ss:StyleID="w"><Data ss:Type="String">白</Data></Cell>
<Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="旧表"><Table><Row><Cell><Data ss:Type="String">旧</Data></Cell></Row></Table>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>
</Worksheet></Workbook>"""


def written(path, data):
    path.write_bytes(data)
    return path


def texts(path):
    document = electronic.read(path)
    return {c.place: c.text for table in document.tables for c in table.cells if c.text}


def codes(path):
    return {n.code: n.params for n in electronic.read(path).notices}


def code_of(path):
    with pytest.raises(UnreadableFileError) as caught:
        electronic.read(path)
    return caught.value.code


def grid(path):
    (table,) = electronic.read(path).tables
    at = table.at()
    return [[at[r, c].text for c in range(table.columns)] for r in range(table.rows)]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "big5hkscs", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_as_text_is_read_in_any_charset(tmp_path, charset, delimiter):
    rows = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in ROWS]
    text = "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"
    if charset == "big5hkscs":
        text = text.replace("序号", "序號").replace("台名称", "臺名稱").replace("总额", "總額").replace("万", "萬")
        text = text.replace("中试平台", "中試平臺").replace("投资", "投資")
    path = written(tmp_path / "附件3.xls", text.encode(charset))
    assert kind_of(path) == "text"
    found = grid(path)
    assert [len(row) for row in found] == [3, 3, 3] and found[1][2] == "12,850.50" and found[2][2] == "007"
    assert found[0][0] == ("序號" if charset == "big5hkscs" else "序号")
    assert codes(path) == {}


def test_signs_that_keep_a_code_a_text_are_no_part_of_it(tmp_path):
    path = written(tmp_path / "a.csv", '编号,代码,年\r\n="007",\'0071,\t2021\r\n"=""00""","甲\r\n乙",5\r\n'.encode())
    assert grid(path)[1:] == [["007", "0071", "2021"], ["00", "甲\r\n乙", "5"]]


def test_a_code_that_a_program_wrote_with_an_exponent_has_lost_its_digits(tmp_path):
    path = written(tmp_path / "a.csv", "名称,代码\n甲,1.10101E+17\n乙,2\n".encode())
    assert codes(path) == {"digits-lost": {"name": "Sheet1", "count": "1", "places": "B2（1.10101E+17）"}}


def test_a_text_that_is_no_table_is_no_electronic_copy(tmp_path):
    path = written(tmp_path / "a.csv", "现将材料报上，请审阅。\n联系人：张三\n".encode())
    assert code_of(path) == "file-type-unsupported"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text("甲乙a1,;\"' \n\t", max_size=5), min_size=2, max_size=4), min_size=2, max_size=6))
def test_a_csv_of_anything_is_read_or_refused(tmp_path, rows):
    import csv
    import io

    made = io.StringIO()
    csv.writer(made).writerows(rows)
    path = written(tmp_path / "a.csv", made.getvalue().encode() or b"\n")
    try:
        electronic.read(path)
    except UnreadableFileError as error:
        assert error.code in ("file-type-unsupported", "file-type-unknown")


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "gb18030"])
def test_excels_xml_of_2003_is_read_under_any_name(tmp_path, charset):
    path = written(tmp_path / "附件3.xls", XML_2003.format(charset=charset).encode(charset))
    assert kind_of(path) == "xmlss"
    assert texts(path) == {
        "附件3!A1": "名录", "附件3!A3": "1", "附件3!B3": "2021/6/15", "附件3!C3": "12,850.57", "附件3!B4": "白",
        "附件3!C4": "#DIV/0!",
    }  # fmt: skip
    cells = {c.place: c for c in electronic.read(path).tables[0].cells}
    assert cells["附件3!B3"].value == datetime.datetime(2021, 6, 15) and cells["附件3!A1"].column_span == 3
    assert {c: p.get("places") for c, p in codes(path).items()} == {
        "lines-hidden": "4、C", "numbers-rounded": "C3（12850.567 → 12,850.57）", "text-invisible": "B4",
        "formula-error": "C4（#DIV/0!）", "comments-present": None, "sheet-hidden": None,
    }  # fmt: skip


def test_a_web_page_under_the_name_xls_is_read(tmp_path):
    page = """<html><head><meta charset="gbk"><style>.g {display:none} .w{color:#fff}</style></head><body>
    <table><tr><td colspan=3>名录</td></tr><tr><td rowspan=2>1</td><td>甲<br>中试&nbsp;平台</td>
    <td style='mso-number-format:"\\@"'>007</td></tr><tr class=g><td>乙</td><td class=w>白</td></tr>
    <tr><td><span style="display:none">99</span>2</td><td><table><tr><td>内</td></tr></table></td></tr></table>"""
    path = written(tmp_path / "附件3.xls", page.encode("gbk"))
    assert texts(path) == {
        "Sheet1!A1": "名录", "Sheet1!A2": "1", "Sheet1!B2": "甲\n中试\xa0平台", "Sheet1!C2": "007", "Sheet1!B3": "乙",
        "Sheet1!C3": "白", "Sheet1!A4": "2", "Sheet2!A1": "内",
    }  # fmt: skip
    cells = {c.place: c for c in electronic.read(path).tables[0].cells}
    assert cells["Sheet1!A2"].row_span == 2 and cells["Sheet1!A1"].column_span == 3
    assert {c: p["places"] for c, p in codes(path).items()} == {"lines-hidden": "3", "text-invisible": "C3、A4"}


def test_a_web_page_without_a_table_holds_none(tmp_path):
    found = electronic.read(written(tmp_path / "a.xls", b"<html><body><p>hello</p></body></html>"))
    assert (found.tables, [line.text for line in found.lines]) == ((), ["hello"])


def test_files_of_wps_are_read_as_what_they_are(tmp_path):
    old = shutil.copy(RESOURCES / "form.xls", tmp_path / "a.et")
    openpyxl.Workbook().save(tmp_path / "b.xlsx")
    new = (tmp_path / "b.xlsx").rename(tmp_path / "b.et")
    assert (electronic.read(old).kind, electronic.read(new).kind) == ("xls", "xlsx")


def test_a_binary_workbook_is_read_with_its_formats():
    document = electronic.read(RESOURCES / "form.xlsb")
    cells = {c.place: (c.text, c.value) for c in document.tables[0].cells}
    assert cells["附件3!E2"] == ("2021-06-01", datetime.datetime(2021, 6, 1))
    assert cells["附件3!D3"] == ("200.25", 200.25) and cells["附件3!D4"] == ("TRUE", True)
    assert cells["附件3!E4"] == ("２００", "２００")
    assert [(n.code, n.params) for n in document.notices] == [("sheet-hidden", {"name": "旧表"})]


def test_hidden_lines_of_a_binary_workbook_are_told(tmp_path):
    sheet = "xl/worksheets/sheet1.bin"
    row = bytes.fromhex("02000000000000002c01000000010000000000000004000000")
    column = bytes.fromhex("0200000002000000000b0000000000000200")
    hidden = row[:11] + b"\x10" + row[12:]
    path = changed_package(RESOURCES / "form.xlsb", tmp_path / "a.xlsb", {sheet: (row, hidden)})
    path = changed_package(path, tmp_path / "b.xlsb", {sheet: (column, column[:16] + b"\x03" + column[17:])})
    assert codes(path)["lines-hidden"] == {"name": "附件3", "places": "3、C"}


def test_a_binary_workbook_whose_records_break_off_is_read_plainly_or_refused(tmp_path):
    sheet = "xl/worksheets/sheet1.bin"
    with zipfile.ZipFile(RESOURCES / "form.xlsb") as package:
        data = package.read(sheet)
    path = changed_package(RESOURCES / "form.xlsb", tmp_path / "a.xlsb", {sheet: (data, data[: len(data) // 2])})
    try:
        assert "read-plainly" in codes(path)
    except UnreadableFileError as error:
        assert error.code == "file-damaged"


def test_an_old_workbook_that_its_reader_cannot_open_is_read_plainly(tmp_path):
    data = (RESOURCES / "form.xls").read_bytes()
    # The first record of a font (0031h) cut to nothing: the styles can't be read any more.
    at = data.index(b"\x31\x00", 512)
    length = int.from_bytes(data[at + 2 : at + 4], "little")
    broken = data[: at + 4] + b"\xff" * length + data[at + 4 + length :]
    path = written(tmp_path / "a.xls", broken)
    assert electronic.read(path).tables[0].name


def test_several_tables_far_apart_on_a_sheet_are_tables_of_their_own(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "附件3"
    book.active.append(["甲", "乙"])
    book.active["B1048576"] = "远"
    book.active["XFD1"] = "右"
    book.save(tmp_path / "a.xlsx")
    tables = electronic.read(tmp_path / "a.xlsx").tables
    assert [(t.name, t.rows, t.columns) for t in tables] == [
        ("附件3", 1, 2), ("附件3!XFD1", 1, 1), ("附件3!A1048576", 1, 2)
    ]  # fmt: skip
    assert tables[2].cells[1].place == "附件3!B1048576"


def test_blank_rows_and_columns_stay_where_they_are(tmp_path):
    book = openpyxl.Workbook()
    book.active["B3"], book.active["D5"] = "甲", "乙"
    book.active["F9"] = "  "
    book.save(tmp_path / "a.xlsx")
    (table,) = electronic.read(tmp_path / "a.xlsx").tables
    assert (table.rows, table.columns, table.at()[4, 3].text, table.at()[3, 3].text) == (5, 4, "乙", "")
