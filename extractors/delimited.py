"""Tables as text (.csv, .tsv) in any Chinese charset, parted by commas, tabs or semicolons."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path

from extractors.charsets import GB, decode, ordinary
from extractors.errors import UnreadableFileError
from extractors.sheets import ERRORS, MOST_CELLS, Sheet, document
from extractors.sniff import unmarked_utf16
from extractors.tables import Document, Notice

DELIMITERS = ",\t;"
SHEET = "Sheet1"
"""The sheet that a program makes of such a file."""
LARGEST = 100 << 20
"""Bytes; a form of a thousand rows has 300,000."""
PROBED = 400
"""Rows that tell the delimiter."""
LEAST_ALIKE = 0.6
"""Share of the filled rows that must have two fields and more in a table."""
CLOSE = 0.1
"""Two charsets whose texts are so nearly as ordinary can't be told apart (see `charsets.ordinary`)."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_AS_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_APOSTROPHE = re.compile(r"['‘’](?=\d)")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+1[1-9]|\d(?:\.\d+)?E\+[2-9]\d", re.IGNORECASE)


def read(path: Path) -> Document:
    """One table named ``Sheet1``; all cells are texts, as the file writes them.

    ``="007"`` and an apostrophe before digits, which keep Excel from making numbers of codes, are taken off.

    Raises:
        UnreadableFileError: file-too-large, file-type-unsupported (the text is no table).
    """
    if path.stat().st_size > LARGEST:
        raise UnreadableFileError("file-too-large", name=path.name, size=f"{path.stat().st_size >> 20} MB")
    text, notices = _decoded(path.read_bytes())
    marked = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    delimiter = marked[1] if marked else _delimiter(text)
    if delimiter is None:
        raise UnreadableFileError("file-type-unsupported", name=path.name, kind="text")
    sheet = Sheet(SHEET)
    for row, line in enumerate(csv.reader(io.StringIO(text[marked.end() :] if marked else text), delimiter=delimiter)):
        for column, raw in enumerate(line):
            shown = plain(raw)
            if shown:
                sheet.cells[row, column] = None, shown
                if shown in ERRORS:
                    sheet.tell("formula-error", (row, column))
                if _SCIENTIFIC.fullmatch(shown):
                    sheet.tell("digits-lost", (row, column))
        if len(sheet.cells) > MOST_CELLS:
            raise UnreadableFileError("file-too-large", name=path.name, size=f"> {MOST_CELLS}")
    return document("csv", [sheet], path.name, notices)


def plain(text: str) -> str:
    """The text of a field without the signs that only keep it a text."""
    text = text.strip().replace("\0", "")
    formula = _AS_FORMULA.fullmatch(text)
    return _APOSTROPHE.sub("", formula[1].replace('""', '"') if formula else text, count=1 if not formula else 0)


def _decoded(data: bytes) -> tuple[str, list[Notice]]:
    for mark, charset in _MARKS:
        if data.startswith(mark):
            text = data.decode(charset, "replace")
            return text, _doubt("\ufffd" in text)
    wide = unmarked_utf16(data)
    if wide is not None:
        return data.decode(wide, "replace"), []
    found = decode(data)
    rival = "big5hkscs" if found.charset == GB else GB if found.charset == "big5hkscs" else None
    close = False
    if rival is not None:
        try:
            close = ordinary(found.text) - ordinary(data.decode(rival)) < CLOSE
        except UnicodeDecodeError:
            close = False
    return found.text, _doubt(close or not found.whole)


def _doubt(doubtful: bool) -> list[Notice]:
    return [Notice("charset-doubtful", "warning")] if doubtful else []


def _delimiter(text: str) -> str | None:
    """The sign that parts most rows into the same number of fields; None where none does."""
    best, found = 0, None
    for delimiter in DELIMITERS:
        counts = Counter[int]()
        try:
            for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
                if number >= PROBED:
                    break
                if any(field.strip() for field in row):
                    counts[len(row)] += 1
        except csv.Error:
            continue
        several = sum(n for fields, n in counts.items() if fields > 1)
        usual = max((fields for fields in counts if fields > 1), key=lambda fields: counts[fields], default=1)
        if several >= max(2, LEAST_ALIKE * sum(counts.values())) and counts[usual] >= several / 2:
            score = counts[usual] * usual
            if score > best:
                best, found = score, delimiter
    return found
