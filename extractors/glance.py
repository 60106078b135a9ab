"""A glance at the top of a workbook of any kind, enough to tell what it is about.

Python-calamine would do this too, but it makes room for every place between the first and the last cell: a text in
A1 and one in XFD1048576 end the process for want of memory.
"""

from __future__ import annotations

import io
import zipfile

from extractors.ooxml import check_package
from extractors.sheets import Sheet


def first_rows(kind: str, data: bytes, rows: int) -> list[Sheet]:
    """The sheets of an xlsx, xlsb, xls or ods file, of each the first `rows` rows; hidden sheets too.

    Raises:
        Exception: any, where the file is damaged or encrypted.
    """
    if kind == "xls":
        from extractors import xls

        return xls.sheets(data, rows)
    check_package(io.BytesIO(data))
    if kind == "xlsx":
        from extractors import xlsx

        return xlsx.sheets(io.BytesIO(data), "", rows)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if kind == "xlsb":
            from extractors import xlsb

            return xlsb.sheets(package, "", rows)
        from extractors import ods

        return ods.sheets(package, "", rows)
