"""What a sheet hides is used as it prints, or told of."""

import datetime
from pathlib import Path

import openpyxl
import pytest
from made_files import changed_package
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from extractors import electronic, xlsx
from extractors.sheets import MOST_PLACES

RESOURCES = Path(__file__).parent / "resources"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(path):
    """As hiding.xls and its like were made."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "附件3"
    sheet.append(["省级或重点培育中试平台名录"])
    sheet.merge_cells("A1:E1")
    sheet.append(["序号", "平台名称", "建设运营单位", "投资总额（万元）", "建成时间"])
    sheet.append([1, " 甲中试\n平台", "甲公司", 12850.567, datetime.date(2021, 6, 15)])
    sheet["D3"].number_format, sheet["E3"].number_format = "#,##0.0", 'yyyy"年"m"月"'
    sheet.append([2, "乙", "乙公司", 200, 44348])
    sheet["B4"].font = Font(color="FFFFFFFF")
    sheet.append([3, "丙", "丙公司", "=1/0", "007"])
    sheet["C5"].fill = PatternFill("solid", fgColor="FF000000")
    sheet["B3"].comment, sheet["B5"].comment = Comment("甲注", "x"), Comment("请再核实", "x")
    sheet.append([4, "丁", "丁公司", 5, 33])
    sheet["E6"].number_format = ";;;"
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["C"].hidden = True
    old = book.create_sheet("旧表")
    old.append(["旧"])
    old.sheet_state = "veryHidden"
    book.save(path)
    return path


def made(path, fill):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "附件3"
    fill(sheet)
    book.save(path)
    return path


def read(path):
    document = xlsx.read(path)
    cells = {c.place.partition("!")[2]: c for table in document.tables for c in table.cells}
    return cells, {n.code: n.params for n in document.notices}


def by_code(document):
    return {n.code: n.params for n in document.notices}


def test_everything_that_a_workbook_hides_is_told_with_its_place(tmp_path):
    document = electronic.read(workbook(tmp_path / "a.xlsx"))
    assert by_code(document) == {
        "lines-hidden": {"name": "附件3", "places": "6、C"},
        "numbers-rounded": {"name": "附件3", "count": "1", "places": "D3（12850.567 → 12,850.6）"},
        "text-invisible": {"name": "附件3", "count": "3", "places": "B4、C5、E6"},
        "formula-without-value": {"place": "附件3!D5"},
        "comments-present": {"name": "附件3", "count": "2", "comments": "B3：甲注；B5：请再核实"},
        "sheet-hidden": {"name": "旧表"},
    }


@pytest.mark.parametrize("name", ["hiding.xls", "hiding.ods"])
def test_other_formats_of_the_same_sheet_tell_the_same(tmp_path, name):
    ours, theirs = electronic.read(workbook(tmp_path / "a.xlsx")), electronic.read(RESOURCES / name)
    # LibreOffice worked the formula out.
    expected = by_code(ours) | {"formula-error": {"name": "附件3", "count": "1", "places": "D5（#DIV/0!）"}}
    del expected["formula-without-value"]
    assert by_code(theirs) == expected
    texts = [{c.place: (c.text, c.value, c.column_span) for c in d.tables[0].cells} for d in (ours, theirs)]
    assert texts[0] | {"附件3!D5": ("#DIV/0!", "#DIV/0!", 1)} == texts[1]


def test_a_web_page_of_the_same_sheet_tells_what_it_still_holds():
    document = electronic.read(RESOURCES / "hiding.html")
    codes = by_code(document)
    assert document.kind == "html" and set(codes) == {
        "numbers-rounded", "text-invisible", "formula-error", "comments-present"
    }  # fmt: skip
    cells = {c.place: c for c in document.tables[0].cells}
    assert cells["Sheet1!B3"].text == "甲中试\n平台" and cells["Sheet1!C3"].value == 12850.567
    assert cells["Sheet1!D3"].value == datetime.datetime(2021, 6, 15) and cells["Sheet1!D5"].text == "007"


def test_a_row_or_column_without_height_or_width_is_hidden(tmp_path):
    def fill(sheet):
        for row in range(1, 5):
            sheet.append([row, "甲", "乙"])
        sheet.row_dimensions[2].height = 0.5
        sheet.column_dimensions["B"].width = 0.1
        sheet.row_dimensions.group(3, 4, hidden=True)

    _, codes = read(made(tmp_path / "a.xlsx", fill))
    assert codes == {"lines-hidden": {"name": "附件3", "places": "2–4、B"}}


def test_hidden_rows_and_columns_that_hold_nothing_are_no_matter(tmp_path):
    def fill(sheet):
        sheet["A1"], sheet["A5"] = "甲", "乙"
        sheet.row_dimensions[3].hidden = sheet.row_dimensions[900].hidden = True
        sheet.column_dimensions["C"].hidden = True

    assert read(made(tmp_path / "a.xlsx", fill))[1] == {}


def test_filtered_rows_are_told_of_as_such(tmp_path):
    def fill(sheet):
        for row in ["序号", 1, 2, 3]:
            sheet.append([row, "甲"])
        sheet.auto_filter.ref = "A1:B4"
        sheet.auto_filter.add_filter_column(0, ["1"])
        sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True

    _, codes = read(made(tmp_path / "a.xlsx", fill))
    assert codes == {"rows-filtered": {"name": "附件3", "count": "2", "places": "3–4"}}


def test_many_places_are_one_notice_with_their_number(tmp_path):
    def fill(sheet):
        for row in range(1, 41):
            sheet.cell(row, 1, row)
            sheet.row_dimensions[row].hidden = row % 2 == 0
            sheet.cell(row, 2, "=A1")

    _, codes = read(made(tmp_path / "a.xlsx", fill))
    assert codes["lines-hidden"]["places"].count("、") == MOST_PLACES - 1
    assert codes["lines-hidden"]["places"].endswith("24……")
    assert codes["formula-without-value"]["place"].startswith("附件3!B1、B2、")


def test_a_theme_colour_and_its_tint_can_hide_a_text(tmp_path):
    def fill(sheet):
        sheet["A1"], sheet["A2"], sheet["A3"], sheet["A4"] = "白", "灰", "黑", "白底白字"
        sheet["A1"].font = Font(color=openpyxl.styles.colors.Color(theme=0))
        sheet["A2"].font = Font(color=openpyxl.styles.colors.Color(theme=0, tint=-0.5))
        sheet["A3"].font = Font(color=openpyxl.styles.colors.Color(theme=1))
        sheet["A4"].font = Font(color="FFFFFFFF")
        sheet["A4"].fill = PatternFill("solid", fgColor="FF1F4E79")

    cells, codes = read(made(tmp_path / "a.xlsx", fill))
    assert codes == {"text-invisible": {"name": "附件3", "count": "1", "places": "A1"}}
    assert cells["A1"].text == "白"


def test_what_stands_under_a_merged_cell_is_told_of_and_left_out(tmp_path):
    path = made(tmp_path / "a.xlsx", lambda sheet: [sheet.append(["甲", "乙", "甲"]), sheet.append([1, 2, 3])])
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>'
    cells, codes = read(changed_package(path, tmp_path / "b.xlsx", {SHEET: (b"</sheetData>", merge)}))
    assert codes == {"merge-covers": {"name": "附件3", "count": "1", "places": "B1"}}
    assert (cells["A1"].text, cells["A1"].column_span, "B1" in cells) == ("甲", 3, False)


def test_a_formula_that_gave_the_empty_text_has_a_value(tmp_path):
    path = made(tmp_path / "a.xlsx", lambda sheet: sheet.append(["甲", '=IF(A1="","",1)']))
    for stored, codes in ((b'<c r="B1" t="str"><f>x</f><v></v></c>', set()), (None, {"formula-without-value"})):
        old = b'<c r="B1"><f>IF(A1="","",1)</f><v></v></c>'
        changed = changed_package(path, tmp_path / "b.xlsx", {SHEET: (old, stored or old)})
        assert set(read(changed)[1]) == codes


def test_a_formula_whose_result_is_an_error_is_told_of(tmp_path):
    path = made(tmp_path / "a.xlsx", lambda sheet: sheet.append(["甲", "=A2"]))
    error = b'<c r="B1" t="e"><f>#REF!</f><v>#REF!</v></c>'
    changes = {SHEET: (b'<c r="B1"><f>A2</f><v></v></c>', error)}
    cells, codes = read(changed_package(path, tmp_path / "b.xlsx", changes))
    assert codes == {"formula-error": {"name": "附件3", "count": "1", "places": "B1（#REF!）"}}
    assert cells["B1"].text == "#REF!"


def test_zeros_that_a_sheet_does_not_show_are_blank(tmp_path):
    def fill(sheet):
        sheet.append([0, 5, 0.0])
        sheet["C1"].number_format = "0.00"
        sheet.sheet_view.showZeros = False

    cells, _ = read(made(tmp_path / "a.xlsx", fill))
    assert [(cells[p].text, cells[p].value) for p in ("A1", "B1", "C1")] == [("", 0), ("5", 5), ("", 0)]


def test_numbers_too_wide_for_their_column_may_print_as_signs(tmp_path):
    def fill(sheet):
        sheet.append([12345678.25, 12345678.25, 13812345678, "一段很长的文字", 12.5])
        for name in "ABCDE":
            sheet.column_dimensions[name].width = 7
            sheet[f"{name}1"].number_format = "#,##0.00"
        sheet["B1"].alignment = Alignment(shrink_to_fit=True)
        sheet["C1"].number_format = "General"

    cells, codes = read(made(tmp_path / "a.xlsx", fill))
    assert codes == {"numbers-cramped": {"name": "附件3", "count": "2", "places": "A1、C1"}}
    assert (cells["A1"].text, cells["A1"].value) == ("12,345,678.25", 12345678.25)


def test_a_long_code_typed_as_a_number_has_lost_its_digits(tmp_path):
    _, codes = read(made(tmp_path / "a.xlsx", lambda sheet: sheet.append([110101199003070000, "110101199003071234"])))
    assert codes["digits-lost"] == {"name": "附件3", "count": "1", "places": "A1（110101199003070000）"}


def test_texts_that_look_like_numbers_stay_as_they_are(tmp_path):
    texts = ["007", "２００", "12.50 ", "1,200", "2021年6月", "2021-06-15", "=1+1"]

    def fill(sheet):
        sheet.append(texts)
        sheet["A1"].quotePrefix = True
        sheet["G1"].data_type = "s"

    cells, codes = read(made(tmp_path / "a.xlsx", fill))
    assert [c.text for c in cells.values()] == texts == [c.value for c in cells.values()]
    assert codes == {}


def test_dates_count_from_1900_or_1904_as_the_workbook_says(tmp_path):
    for epoch in (None, CALENDAR_MAC_1904):
        book = openpyxl.Workbook()
        if epoch is not None:
            book.epoch = epoch
        book.active.append([datetime.date(2021, 6, 15)])
        book.active["A1"].number_format = "yyyy/m/d"
        book.save(tmp_path / "a.xlsx")
        cells, codes = read(tmp_path / "a.xlsx")
        assert (cells["A1"].text, cells["A1"].value) == ("2021/6/15", datetime.datetime(2021, 6, 15))
        assert codes == {}


def test_a_serial_number_without_a_date_format_prints_as_a_number(tmp_path):
    cells, _ = read(made(tmp_path / "a.xlsx", lambda sheet: sheet.append([44348])))
    assert (cells["A1"].text, cells["A1"].value) == ("44348", 44348)


@pytest.mark.parametrize("number", [-3, 99999999])
def test_a_date_that_cannot_be_is_told_of(tmp_path, number):
    def fill(sheet):
        sheet.append([number])
        sheet["A1"].number_format = "yyyy/m/d"

    cells, codes = read(made(tmp_path / "a.xlsx", fill))
    assert codes == {"date-unreal": {"name": "附件3", "count": "1", "places": "A1"}}
    assert cells["A1"].value == number


def test_a_format_that_is_not_known_here_is_told_of(tmp_path):
    def fill(sheet):
        sheet.append([12345, 0.5])
        sheet["A1"].number_format, sheet["B1"].number_format = "[DBNum2]General", "# ?/?"

    _, codes = read(made(tmp_path / "a.xlsx", fill))
    assert codes["format-unshown"] == {"name": "附件3", "count": "2", "places": "A1（12345）、B1（0.5）"}
