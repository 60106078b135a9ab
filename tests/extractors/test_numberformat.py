import datetime

import pytest

from extractors.numberformat import displayed, is_date_format

JUNE = datetime.datetime(2021, 6, 1)


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (12850.500000000002, "General", "12850.5"),
        (0.1 + 0.2, "General", "0.3"),
        (98647.0, "General", "98647"),
        (913701012345678912, "General", "913701012345678912"),
        (0.00001, "General", "0.00001"),
        (1e300, "General", "1" + "0" * 300),
        (67686, "#,##0", "67,686"),
        (12850.5, "#,##0.00", "12,850.50"),
        (12850.5, "0.00", "12850.50"),
        (12850.5, "0.0##", "12850.5"),
        (2.5, "0", "3"),
        (0.125, "0%", "13%"),
        (0.125, "0.0%", "12.5%"),
        (7, "000", "007"),
        (12850.5, '0.00"万元"', "12850.50万元"),
        (12850500, '#,##0.0,"千元"', "12,850.5千元"),
        (-5, "0.00;(0.00)", "(5.00)"),
        (-5, "#,##0", "-5"),
        (0, '0;-0;"—"', "—"),
        (1234.5, r"_(* #,##0.00_);_(* \(#,##0.00\);_(* \"-\"??_);_(@_)", "1,234.50"),
        (88, "[Red]0", "88"),
        (88, "[$￥-804]#,##0.00", "￥88.00"),
        (1.5, "# ?/?", "1.5"),
        (15000.0, "0.00E+00", "15000"),
        ("甲", "@", "甲"),
        ("甲", '0;0;0;@"公司"', "甲公司"),
        ("7630.00", "0.0", "7630.00"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        (JUNE, 'yyyy"年"m"月"', "2021年6月"),
        (JUNE, 'yyyy"年"mm"月"dd"日";@', "2021年06月01日"),
        (JUNE, "[$-804]yyyy/m/d;@", "2021/6/1"),
        (JUNE, r"yyyy\-mm", "2021-06"),
        (JUNE, "mmm-yy", "Jun-21"),
        (JUNE, '[DBNum1]yyyy"年"m"月"', "二〇二一年六月"),
        (datetime.datetime(2021, 6, 1, 14, 5, 9), "yyyy-mm-dd hh:mm:ss", "2021-06-01 14:05:09"),
        (datetime.datetime(2021, 6, 1, 14, 5), "h:mm AM/PM", "2:05 PM"),
        (datetime.time(8, 30), "h:mm", "8:30"),
        (datetime.timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
        (datetime.date(2021, 6, 1), "General", "2021/6/1"),
    ],
)
def test_a_cell_shows_what_the_print_shows(value, number_format, shown):
    assert displayed(value, number_format) == shown


def test_date_formats_are_told_from_number_formats():
    assert is_date_format('yyyy"年"m"月"')
    assert not is_date_format("General")
    assert not is_date_format('0.00"d"')
