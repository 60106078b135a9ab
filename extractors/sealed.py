"""Reads the sealed copy: a scan by its image, a PDF made from a document by its own text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from extractors import pdf_seals, pdf_shown, signatures
from extractors.errors import UnreadableFileError
from extractors.scan.pages import PASTED_SHARE, holds_scans
from extractors.sniff import kind_of
from extractors.tables import Document


def read(path: Path) -> Document:
    """Reads a PDF. A scanner's invisible text layer is not trusted: a page that is an image is read as one.

    Raises:
        UnreadableFileError: the file isn't a PDF or can't be opened, or a page can't be drawn.
        UsageError: file-missing.
    """
    kind = kind_of(path)
    if kind != "pdf":
        raise UnreadableFileError("scan-not-pdf", name=path.name, kind=kind)
    return replace(_read_pages(path), signatures=signatures.read(path))


def _read_pages(path: Path) -> Document:
    if not holds_scans(path) and pdf_shown.can_tell(path):
        from extractors.pdf_text import read as read_text

        seals = pdf_seals.find(path)
        document = read_text(path, seals)
        if document.tables or not holds_scans(path, PASTED_SHARE):
            return replace(document, seals=seals)
        # No table in the text, but pictures: a scan of the form pasted into a document.
    # So are pages on which it can't be told what lies over their text: their image can't deceive.
    from extractors.scan.read import read_scan

    return read_scan(path)
