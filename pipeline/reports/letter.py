"""The letter to the sender as a Word file."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

from docx.enum.text import WD_ALIGN_PARAGRAPH

from extractors.i18n import _
from extractors.tables import Box
from pipeline.model import Reconciliation
from pipeline.reports import gb9704
from pipeline.reports.info import SubmissionInfo
from pipeline.reports.letter_text import LetterText, compose
from pipeline.reports.pictures import CROP_MARGIN, Scan, size_of
from pipeline.reports.stable import steady_zip, write_whole

ENLARGED = 1.6
"""A crop is shown larger than life, so that small print can be read in a print of the letter."""
WIDEST_MM = 140.0
HIGHEST_MM = 40.0
MM_PER_POINT = 25.4 / 72


def write_letter(
    path: Path, info: SubmissionInfo, reconciliation: Reconciliation | None, scan_path: Path | None
) -> None:
    """Writes the letter (docx) that this outcome calls for: corrections, an acknowledgement, or a receipt.

    Args:
        path: where to; an older letter there is replaced.
        info: the submission and the call.
        reconciliation: None where there was nothing to compare.
        scan_path: the PDF that the crops are cut from; None for a letter without crops.
    """
    turns = reconciliation.page_turns if reconciliation else {}
    with Scan(scan_path, turns) as scan:
        write_whole(path, _docx(compose(info, reconciliation), info.made, scan))


def _docx(text: LetterText, made: datetime.date, scan: Scan) -> bytes:
    document = gb9704.new_document()
    midnight = datetime.datetime(made.year, made.month, made.day)
    properties = document.core_properties
    properties.title, properties.author = text.title, text.signature
    properties.comments = ""
    properties.created = properties.modified = midnight
    gb9704.add_head(document, text.signature)
    number = gb9704.add_paragraph(document, _("〔{year}〕　　　号").format(year=made.year), indent=False)
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    gb9704.add_title(document, text.title)
    gb9704.add_paragraph(document, text.addressee, indent=False)
    gb9704.add_paragraph(document, text.opening)
    count = 0
    for group in text.groups:
        heading = gb9704.add_paragraph(document, group.heading, face=gb9704.HEADING_FACE)
        heading.paragraph_format.keep_with_next = True
        for point in group.points:
            count += 1
            paragraph = gb9704.add_paragraph(document, _("{number}. {text}").format(number=count, text=point.text))
            data = scan.crop(point.box)
            if data is not None and point.box is not None:
                paragraph.paragraph_format.keep_with_next = True
                gb9704.add_picture(document, data, _width(data, point.box, scan.turn(point.box.page)))
    for closing in text.closing:
        last = gb9704.add_paragraph(document, closing)
    # The signature never stands on a page without text above it.
    last.paragraph_format.keep_with_next = True
    document.add_paragraph().paragraph_format.keep_with_next = True
    gb9704.add_signature(document, text.signature, text.date)
    gb9704.add_paragraph(document, text.contact)
    buffer = io.BytesIO()
    document.save(buffer)
    return steady_zip(buffer.getvalue(), made)


def _width(data: bytes, box: Box, turn: int) -> float:
    """Millimetres a crop is shown wide: enlarged, but within the type area and not too high."""
    across, down = size_of(data)
    sideways = turn % 180 == 90
    points = (box.y1 - box.y0 if sideways else box.x1 - box.x0) + 2 * CROP_MARGIN
    return min(points * MM_PER_POINT * ENLARGED, WIDEST_MM, HIGHEST_MM * across / max(down, 1))
