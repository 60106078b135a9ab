"""Excel workbooks (.xlsx, .xlsm): what each cell shows, what it holds, and what hides.

openpyxl opens the workbook and its styles; the rows are read in one stream, see `extractors.xlsx_rows`. Macros are told
of and never run; what other workbooks hold is never fetched.
"""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path
from typing import IO, Any

from openpyxl.packaging.relationship import get_dependents, get_rels_path
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.constants import SHARED_STRINGS

from extractors import plain_sheets
from extractors.errors import UnreadableFileError
from extractors.ooxml import check_package
from extractors.sheets import Sheet, document
from extractors.tables import Document, Notice
from extractors.xlsx_rows import MOST_ROWS, Book, cell_place, read_sheet
from extractors.xlsx_styles import styles_of
from extractors.xml_stream import parse, read_strings, rich_text

COMMENTS = "/comments"
"""End of the type of the relation to a sheet's comments, in both editions of the standard."""


def read(path: Path) -> Document:
    """One table for each visible sheet that holds anything; cells carry the text shown, the value and the place.

    What hides is told of in notices, see `extractors.sheets`. A workbook that openpyxl can't open, mostly for its
    styles, is read without number formats, which is a notice too.

    Raises:
        UnreadableFileError: file-damaged, file-encrypted, file-too-large.
    """
    check_package(path)
    try:
        with zipfile.ZipFile(path) as package:
            notices = package_notices(package.namelist())
        with path.open("rb") as file:  # of a path openpyxl looks at the name's suffix
            found = sheets(file, path.name)
        if found:
            return document("xlsx", found, path.name, notices)
    except UnreadableFileError:
        raise
    except Exception as error:  # openpyxl raises whatever its descriptors meet: KeyError, TypeError, ValueError, …
        return _without_formats(path, error)
    return _without_formats(path, None)


def _without_formats(path: Path, error: Exception | None) -> Document:
    try:
        return plain_sheets.read_as("xlsx", path)
    except UnreadableFileError as again:
        raise again from error


def sheets(file: Path | IO[bytes], name: str, rows: int = MOST_ROWS) -> list[Sheet]:
    """The worksheets, of each the first `rows` rows.

    Raises:
        UnreadableFileError: file-too-large.
        Exception: any other, where the workbook is damaged; openpyxl translates none.
    """
    with warnings.catch_warnings():
        # openpyxl warns of extensions it drops (data validation, conditional formats); none bears on texts.
        warnings.simplefilter("ignore")
        reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
        with reader.archive as package:
            reader.read_manifest()
            reader.read_workbook()
            reader.read_theme()
            apply_stylesheet(package, reader.wb)
            book = Book(name, styles_of(reader.wb), _strings(reader), reader.wb.epoch)
            return [
                _sheet(package, description, relation.target, book, rows)
                for description, relation in reader.parser.find_sheets()
                if relation.Type.endswith("/worksheet") and relation.target in package.namelist()
            ]


def _strings(reader: Any) -> list[str]:
    part = reader.package.find(SHARED_STRINGS)
    if part is None:
        return []
    with reader.archive.open(part.PartName[1:]) as stream:
        return read_strings(stream)


def _sheet(package: zipfile.ZipFile, description: Any, part: str, book: Book, rows: int) -> Sheet:
    sheet = Sheet(description.name, visible=description.state == "visible")
    with package.open(part) as stream:
        read_sheet(stream, sheet, book, rows)
    relations = get_rels_path(part)
    if relations in package.namelist():
        for relation in get_dependents(package, relations):
            if relation.Type.endswith(COMMENTS) and relation.target in package.namelist():
                _comments(package, relation.target, sheet)
    return sheet


def _comments(package: zipfile.ZipFile, part: str, sheet: Sheet) -> None:
    with package.open(part) as stream:
        for _, element in parse(stream, ("comment",)):
            text = "".join(rich_text(t) for t in element.iterchildren("{*}text"))
            if text.strip():
                sheet.comments[cell_place(element.get("ref", ""))] = text


def package_notices(parts: list[str]) -> list[Notice]:
    """What the names of a package's parts tell: macros, links to other workbooks."""
    found = []
    if any(p.lower().endswith("vbaproject.bin") or p.startswith("xl/macrosheets/") for p in parts):
        found.append(Notice("macro-found", "warning"))
    links = sum(p.startswith("xl/externalLinks/") and p.endswith((".xml", ".bin")) for p in parts)
    if links:
        found.append(Notice("external-links", "info", {"count": str(links)}))
    return found
