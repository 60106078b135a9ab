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
            file-type-unsupported.
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
        case "html":
            from extractors import html_sheets

            return html_sheets.read(path)
        case "xmlss":
            from extractors import xml_sheets

            return xml_sheets.read(path)
        case "text":
            from extractors import delimited

            return delimited.read(path)
        case "docx":
            from extractors import word

            return word.read(path)
        case "pdf":
            from extractors import pdf_text

            return pdf_text.read(path)
        case "encrypted":
            raise UnreadableFileError("file-encrypted", name=path.name)
        case "unknown" | "ole2":
            raise UnreadableFileError("file-type-unknown", name=path.name)
        case _:
            raise UnreadableFileError("file-type-unsupported", name=path.name, kind=kind)
