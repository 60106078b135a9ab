"""How the golden sheets are made: by openpyxl, by LibreOffice from one of openpyxl's, or by hand in the XML."""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from extractors import office

Fill = Callable[[Any, Any], None]
HEADER = ["序号", "中试平台名称", "建设运营单位", "统一社会信用代码", "投资总额（万元）", "建成时间", "联系电话"]
_JINYUAN = ["山西轻合金研究院有限公司", "91140100MA0GT1AK0P", 12850.5, datetime.date(2021, 6, 1), "0351-2341852"]
_KANGYUAN = ["四川康源生物（集团）有限公司", "91510100MA61W6QR4C", 39491.56, datetime.date(2019, 11, 15), "13800138000"]
_HUANKE = ["成都市环科中试中心", "12510100450719532B", 7630, None, "028-61234567 "]
ROWS: list[list[Any]] = [
    [1, "轻合金中试平台", *_JINYUAN],
    [2, "细胞治疗制剂\n中试熟化基地", *_KANGYUAN],
    [3, "环保催化剂中试平台", *_HUANKE],
]
TITLE = "省级或重点培育中试平台名录及储备建设情况"
NOTE = "注：1.投资总额指已到位资金。2.本表须加盖公章。"


def book(path: Path, fill: Fill | None = None, rows: list[list[Any]] | None = None) -> None:
    """The plain form: a title over the whole width, one header row, records, a total and a note."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "附件3"
    sheet.append([TITLE])
    sheet.merge_cells("A1:G1")
    sheet.append(HEADER)
    for row in ROWS if rows is None else rows:
        sheet.append(row)
    for (cell,) in sheet.iter_rows(3, sheet.max_row, 6, 6):
        cell.number_format = 'yyyy"年"m"月"'
    sheet.append(["合计", None, None, None, 59972.06])
    sheet.append([NOTE])
    if fill is not None:
        fill(workbook, sheet)
    # Merged last: what openpyxl inserts leaves merged cells where they are.
    sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=7)
    workbook.save(path)


def filled(fill: Fill) -> Callable[[Path], None]:
    return lambda path: book(path, fill)


def by_office(to: str, make: Callable[[Path], None] = book) -> Callable[[Path], None]:
    """The same workbook, saved by LibreOffice in another format."""

    def save(path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "form.xlsx"
            make(source)
            with office.convert(source, to) as made:
                path.write_bytes(made.read_bytes())

    return save


def edited(
    make: Callable[[Path], None], changes: dict[str, tuple[str, str]], more: dict[str, bytes]
) -> Callable[[Path], None]:
    """A workbook with texts of its parts replaced, and parts added."""

    def save(path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "form.xlsx"
            make(source)
            with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
                for name in old.namelist():
                    data = old.read(name).decode("utf-8")
                    if name in changes:
                        assert changes[name][0] in data, name
                        data = data.replace(*changes[name])
                    new.writestr(name, data)
                for name, content in more.items():
                    new.writestr(name, content)

    return save


def two_level(_: Any, sheet: Any) -> None:
    sheet.insert_rows(3)
    sheet.insert_cols(6)
    for column in "ABCDGH":
        sheet.merge_cells(f"{column}2:{column}3")
    sheet["E2"], sheet["E3"] = "资金情况", "投资总额（万元）"
    sheet["F3"], sheet["F4"] = "其中：财政资金", 1200
    sheet.merge_cells("E2:F2")


def sections(_: Any, sheet: Any) -> None:
    sheet.insert_rows(3)
    sheet["A3"] = "一、省级中试平台"
    sheet.merge_cells("A3:G3")
    sheet.insert_rows(5)
    sheet["A5"] = "二、重点培育中试平台"
    sheet.merge_cells("A5:G5")


def hidden_lines(_: Any, sheet: Any) -> None:
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["D"].hidden = True


def hidden_sheets(workbook: Any, _: Any) -> None:
    for name, state in (("草稿", "hidden"), ("旧表", "veryHidden")):
        sheet = workbook.create_sheet(name)
        sheet.append(["序号", "名称"])
        sheet.sheet_state = state


def filtered(_: Any, sheet: Any) -> None:
    sheet.auto_filter.ref = "A2:G5"
    sheet.auto_filter.add_filter_column(4, ["7630"])
    for row in (3, 4):
        sheet.row_dimensions[row].hidden = True


def white_and_commented(_: Any, sheet: Any) -> None:
    sheet["B3"].font = Font(color="FFFFFFFF")
    sheet["E3"].comment = Comment("财务口径，含设备", "张三")


def formulas(_: Any, sheet: Any) -> None:
    sheet["E6"] = "=SUM(E3:E5)"
    sheet["B6"] = '=COUNTA(B3:B5)&"个平台"'


def dates(workbook: Any, sheet: Any) -> None:
    for row, (value, shape) in enumerate(
        [
            (datetime.date(2021, 6, 1), "yyyy-mm-dd"),
            (44348, "General"),
            ("2021.6", "@"),
            (datetime.date(2021, 6, 5), "m/d/yy"),
        ],
        start=3,
    ):
        sheet.cell(row, 6).value = value
        sheet.cell(row, 6).number_format = shape


def mac_dates(workbook: Any, sheet: Any) -> None:
    workbook.epoch = CALENDAR_MAC_1904
    dates(workbook, sheet)


def rounded(_: Any, sheet: Any) -> None:
    for row, (value, shape) in enumerate([(12850.456, "0.0"), (1234567.891, "#,##0.00"), (0.9855, "0.0%")], start=3):
        sheet.cell(row, 5).value = value
        sheet.cell(row, 5).number_format = shape


def like_numbers(_: Any, sheet: Any) -> None:
    for row, value in enumerate(["0012850.50", "１２３４５．６ ", " 7,630"], start=3):
        sheet.cell(row, 5).value = value
    sheet["G3"] = 13800138000
    sheet["D3"] = 123456789012345678


def several_sheets(workbook: Any, _: Any) -> None:
    contacts = workbook.create_sheet("联系人", 0)
    contacts.append(["姓名", "电话"])
    contacts.append(["李四", "010-66010000"])
    workbook.create_sheet("Sheet3")


def blanks(_: Any, sheet: Any) -> None:
    sheet.insert_rows(4)
    sheet.insert_rows(2)
    sheet.insert_cols(3)


def merged_down(_: Any, sheet: Any) -> None:
    sheet["C4"] = None
    sheet.merge_cells("C3:C4")


def rich(_: Any, sheet: Any) -> None:
    sheet["B3"] = CellRichText(
        "轻合金", TextBlock(InlineFont(b=True), "中试"), TextBlock(InlineFont(strike=True), "旧"), "平台"
    )


def separated(encoding: str, delimiter: str = ",") -> Callable[[Path], None]:
    """Written with the csv module, as programs export it."""

    def save(path: Path) -> None:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter)
        writer.writerow([TITLE])
        writer.writerow(HEADER)
        for row in ROWS:
            writer.writerow([v.isoformat() if isinstance(v, datetime.date) else v for v in row])
        path.write_bytes(out.getvalue().encode(encoding))

    return save


def page(path: Path) -> None:
    """A web page of an export button, named as a workbook."""
    cells = "".join(f"<th>{h}</th>" for h in HEADER)
    rows = "".join("<tr>" + "".join(f"<td>{'' if v is None else v}</td>" for v in row) + "</tr>" for row in ROWS)
    text = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" '
        f'content="text/html; charset=gb2312"></head><body><table border=1><tr><td colspan=7>{TITLE}</td></tr>'
        f"<tr>{cells}</tr>{rows}</table></body></html>"
    )
    path.write_bytes(text.replace("\n", "<br>").encode("gb18030"))


WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
INLINE = '<c r="B6" t="inlineStr"><is><r><t xml:space="preserve"> 内联 </t></r><r><t>文字</t></r></is></c><c r="E6"'
DOCUMENTS: dict[str, Callable[[Path], None]] = {
    "plain.xlsx": book,
    "two-level-header.xlsx": filled(two_level),
    "sections.xlsx": filled(sections),
    "hidden-lines.xlsx": filled(hidden_lines),
    "hidden-sheets.xlsx": filled(hidden_sheets),
    "filtered.xlsx": filled(filtered),
    "white-commented.xlsx": filled(white_and_commented),
    "formulas-without-values.xlsx": filled(formulas),
    "formulas-with-values.xlsx": by_office("xlsx", filled(formulas)),
    "dates-1900.xlsx": filled(dates),
    "dates-1904.xlsx": filled(mac_dates),
    "rounded.xlsx": filled(rounded),
    "like-numbers.xlsx": filled(like_numbers),
    "several-sheets.xlsx": filled(several_sheets),
    "blank-lines.xlsx": filled(blanks),
    "merged-down.xlsx": filled(merged_down),
    "rich-text.xlsx": filled(rich),
    "inline-string.xlsx": edited(book, {"xl/worksheets/sheet1.xml": ('<c r="E6"', INLINE)}, {}),
    "macros.xlsm": edited(
        book,
        {"[Content_Types].xml": (WORKBOOK_TYPE, MACRO_TYPE)},
        {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
    ),
    "xlsx-named.xls": book,
    "plain.xls": by_office("xls"),
    "hidden.xls": by_office("xls", filled(hidden_lines)),
    "dates.xls": by_office("xls", filled(dates)),
    "rounded.xls": by_office("xls", filled(rounded)),
    "two-level-header.et": by_office("xls", filled(two_level)),
    "plain.ods": by_office("ods"),
    "hidden.ods": by_office("ods", filled(hidden_lines)),
    "by-libreoffice.csv": by_office("csv:Text - txt - csv (StarCalc):44,34,76"),
    "utf-8.csv": separated("utf-8-sig"),
    "gbk.csv": separated("gb18030"),
    "utf-16.tsv": separated("utf-16", "\t"),
    "web-page.xls": page,
    "web-page-by-libreoffice.xls": by_office("html"),
}
