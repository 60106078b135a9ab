"""A look into sheets of every format finds the form's headers, wherever its cells stand."""

import io

import openpyxl
import pytest

from pipeline.intake.contents import FIRST_ROWS, look
from pipeline.intake.kinds import kind_of_bytes
from pipeline.intake.roles import Candidate, Role, see, sort_roles

HEADERS = ["序号", "平台名称", "建设运营单位", "统一社会信用代码"]


def workbook(**far):
    book = openpyxl.Workbook()
    book.active.append(HEADERS)
    book.active.append([1, "甲中试平台", "甲公司", "007"])
    for place, text in far.items():
        book.active[place] = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def page():
    cells = "".join(f"<td>{h}</td>" for h in HEADERS)
    return f"<html><meta charset=gbk><table><tr>{cells}</tr></table></html>".encode("gbk")


def xml_2003():
    cells = "".join(f'<Cell><Data ss:Type="String">{h}</Data></Cell>' for h in HEADERS)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    table = f'<Worksheet ss:Name="a"><Table><Row>{cells}</Row></Table></Worksheet>'
    return f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">{table}</Workbook>'.encode()


@pytest.mark.parametrize(
    "data",
    [
        workbook(),
        workbook(XFD1048576="远"),
        page(),
        xml_2003(),
        ",".join(HEADERS).encode("gb18030") + b"\r\n1,a,b,007\r\n",
        "\t".join(HEADERS).encode("utf-16") + "\r\n".encode("utf-16-le"),
    ],
    ids=["xlsx", "xlsx with a cell far off", "html", "xml of 2003", "csv", "tsv in UTF-16"],
)
def test_a_sheet_with_the_forms_headers_is_the_electronic_copy(data):
    seen = see(Candidate("名录.xls", data))
    assert seen.content.headers >= 3 and seen.sure_electronic
    assert sort_roles([seen]).roles == (Role.ELECTRONIC,)


def test_only_the_top_of_a_sheet_is_looked_at():
    content = look(workbook(**{f"B{FIRST_ROWS + 50}": "不看"}), "xlsx")
    assert content.readable and "甲中试平台" in content.text and "不看" not in content.text


def test_a_damaged_sheet_is_not_readable():
    data = workbook()
    assert kind_of_bytes(data[:2000]) == "xlsx" and not look(data[:2000], "xlsx").readable
