"""One way in for every kind of electronic copy: the reader is chosen by the file's content."""

from __future__ import annotations

from pathlib import Path

from extractors.errors import UnreadableFileError
from extractors.sniff import kind_of
from extractors.tables import Document


def read(path: Path) -> Document:
    """The tables and lines of an electronic copy.

    Raises:
        UsageError: file-missing.
        UnreadableFileError: file-empty, file-damaged, file-encrypted, file-too-large, file-type-unknown,
            file-type-unsupported, office-missing, office-too-slow.
    """
    kind = kind_of(path)
    # The readers bring heavy packages with them: each is imported only when a file needs it.
    match kind:
        case "xlsx":
            from extractors import xlsx

            return xlsx.read(path)
        case "xls":
            from extractors import xls

            return xls.read(path)
        case "ods":
            from extractors import ods

            return ods.read(path)
        case "xlsb":
            from extractors import xlsb

            return xlsb.read(path)
        case "xmlss":
            from extractors import xml_sheets

            return xml_sheets.read(path)
        case "text":
            from extractors import delimited

            return delimited.read(path)
        case "docx":
            from extractors import word

            return word.read(path)
        case "word-xml":
            from extractors import word_xml

            return word_xml.read(path)
        case "doc" | "rtf" | "odt":
            from extractors import word_old

            return word_old.read(path, kind)
        case "html" | "mht":
            from extractors import html_sheets, webpage

            is_sheet = kind == "html" and html_sheets.is_of_excel(path)
            return html_sheets.read(path) if is_sheet else webpage.read(path, kind)
        case "ofd":
            from extractors import ofd

            return ofd.read(path)
        case "pdf":
            from extractors import pdf_text, pdf_unruled

            document = pdf_text.read(path)
            return document if document.tables else pdf_unruled.with_tables(path, document)
        case "encrypted":
            raise UnreadableFileError("file-encrypted", name=path.name)
        case "unknown" | "ole2":
            raise UnreadableFileError("file-type-unknown", name=path.name)
        case _:
            raise UnreadableFileError("file-type-unsupported", name=path.name, kind=kind)
