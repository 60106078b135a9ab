"""The reporting body as the form itself prints it: 填报单位：… above the table, or a region in its title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.tables import Document
from pipeline.departments import match_department
from pipeline.forms.text import squeeze
from pipeline.model import PrintedBody

LABEL = re.compile(r"^\W{0,2}(?:填报|报送|上报|填表|申报|推荐)(?:单位|部门|机关)(?:[（(][^）)]*[）)])?[:：]?")
TITLE = re.compile(r"中试平台.{0,20}(?:名录|名单|汇总表|情况|清单)")
HEAD = 12
"""Rows of a table in which what stands above its header is looked for: title, unit, notes."""
LONGEST = 80
"""Characters of such a line; a sentence that is longer speaks of something."""
SURE = 0.8
"""Certainty from which a name counts (see `match_department`): its full or usual name, or its region."""


def printed_bodies(document: Document, copy: str) -> tuple[PrintedBody, ...]:
    """What a copy of the form says of who filled it in, each body once.

    Args:
        document: the copy as it was read.
        copy: ``scan`` or ``electronic``.
    """
    found: dict[str, PrintedBody] = {}
    for line in _lines(document):
        label = LABEL.match(line)
        if label is None and TITLE.search(line) is None:
            continue
        body, probability = match_department(line[label.end() :] if label else line)
        if body is not None and probability >= SURE:
            found.setdefault(body.name, PrintedBody(copy, line, body.name, probability))
    return tuple(found.values())


def _lines(document: Document) -> Iterator[str]:
    """Lines outside tables, then cells above their headers; a label alone in its cell goes with the cell behind it."""
    form_pages = {table.page for table in document.tables}
    for line in document.lines:
        text = squeeze(line.text)
        if len(text) <= LONGEST and (line.box is None or line.box.page in form_pages):
            yield text
    for table in document.tables:
        before = ""
        for cell in (cell for cell in table.cells if cell.row < HEAD):
            text = squeeze(cell.text)
            if text and len(before + text) <= LONGEST:
                yield before + text
            label = LABEL.match(text)
            before = text if label is not None and label.end() == len(text) else ""
