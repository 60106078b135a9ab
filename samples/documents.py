"""Writes Word files: a copy of the form, and the cover letter (函) in front of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from samples.clothing import Value
from samples.forms import OPEN, TITLE, Form, Style
from samples.stamps import settle

SUMMARY_MM = 45
"""Width of a column of the small table above the form."""
PAPER_MM = {"A4": (210, 297), "A3": (297, 420)}
RED = RGBColor(0xD0, 0x10, 0x10)


@dataclass(frozen=True)
class CoverLetter:
    """What the letter says."""

    department: str
    number: str
    """Such as ``苏工信函〔2024〕12号``; may be empty."""
    date: str
    body: str
    """The sentence with the number of platforms, as it stands in the letter."""
    red_head: bool
    """Whether the sender's name stands above in red, with a red line below."""
    font: str


def write_document(form: Form, path: Path) -> None:
    """Writes `form` to a .docx file as one table."""
    document = docx.Document()
    style = form.style
    _set_page(document, style.paper, style.landscape, 1.5)
    if style.annex_line:
        _paragraph(document, "附件3", style, style.size + 1)
    _paragraph(document, TITLE, style, 18, bold=True, centred=True)
    _paragraph(document, f"填报单位（盖章）：{form.department}    填报日期：{form.date}", style, style.size)
    if form.summary:
        _write_summary(document, form)
    if form.apart:
        starts = sorted(form.sections)
        for first, end in zip(starts, [*starts[1:], len(form.rows)], strict=True):
            _paragraph(document, form.sections[first], style, style.size, bold=True)
            _write_table(document, replace(form, rows=form.rows[first:end], sections={}))
    else:
        _write_table(document, form)
    if style.contact_line:
        _paragraph(document, style.contact_line, style, style.size)
    document.save(str(path))
    settle(path)


def _write_summary(document: Document, form: Form) -> None:
    """The small table above the form."""
    table = document.add_table(len(form.summary), len(form.summary[0]))
    table.style = "Table Grid"
    table.autofit = False
    for row, texts in zip(table.rows, form.summary, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.width = Mm(SUMMARY_MM)
            _fill(cell, text, form.style)
    _paragraph(document, "", form.style, form.style.size)


def _write_table(document: Document, form: Form) -> None:
    style = form.style
    heads = 2 if form.groups else 1
    total = heads + len(form.rows) + len(form.sections) + style.blank_rows
    table = document.add_table(total, len(form.headers))
    if style.rules not in OPEN:
        table.style = "Table Grid"
    table.autofit = False
    grid = [list(row.cells) for row in table.rows]
    _set_widths(form, table, grid)
    _fill_headers(form, grid)
    line = heads
    lines: list[int] = []
    runs = form.merged_runs()
    covered = {(i, column) for column, first, last in runs for i in range(first + 1, last + 1)}
    for i, row in enumerate(form.rows):
        if i in form.sections:
            _fill(grid[line][0].merge(grid[line][-1]), form.sections[i], style, bold=True, left=True)
            line += 1
        for column, (cell, value) in enumerate(zip(grid[line], row, strict=True)):
            if (i, column) not in covered:
                _fill(cell, _shown(value), style)
        lines.append(line)
        line += 1
    for column, first, last in runs:
        grid[lines[first]][column].merge(grid[lines[last]][column])
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        if not style.split_rows:
            properties.append(OxmlElement("w:cantSplit"))
        row.height = Pt(style.row_height)
        if number < heads and style.repeat_header:
            properties.append(OxmlElement("w:tblHeader"))
    if style.rules == "three-line":
        for number in (0, heads - 1, total - 1):
            for cell in grid[number]:
                _rule(cell, "top" if number == 0 and heads > 1 else "bottom")
        for cell in grid[0]:
            _rule(cell, "top")


def write_letter(letter: CoverLetter, path: Path) -> None:
    """Writes a cover letter of one page to a .docx file."""
    document = docx.Document()
    _set_page(document, "A4", landscape=False, margin_cm=2.8)
    style = Style(letter.font, letter.font, 16, "A4", False, "grid", False, False, False, "", 0)
    if letter.red_head:
        _paragraph(document, letter.department, style, 30, bold=True, centred=True, colour=RED)
        _line_below(_paragraph(document, letter.number, style, 16, centred=True))
    elif letter.number:
        _paragraph(document, letter.number, style, 16, right=True)
    heading = "" if letter.red_head else letter.department + "\n"
    _paragraph(document, heading + "关于报送制造业中试平台名录及储备建设情况的函", style, 20, bold=True, centred=True)
    _paragraph(document, "工业和信息化部科技司：", style, 16)
    _paragraph(document, letter.body, style, 16, indent=True)
    _paragraph(document, f"附件：{TITLE}", style, 16, indent=True)
    for _ in range(3):
        _paragraph(document, "", style, 16)
    _paragraph(document, letter.department, style, 16, right=True)
    _paragraph(document, letter.date, style, 16, right=True)
    document.save(str(path))
    settle(path)


def _set_page(document: Document, paper: str, landscape: bool, margin_cm: float) -> None:
    section = document.sections[0]
    short, long = PAPER_MM[paper]
    section.page_width, section.page_height = (Mm(long), Mm(short)) if landscape else (Mm(short), Mm(long))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(margin_cm)


def _set_widths(form: Form, table: Table, grid: list[list[_Cell]]) -> None:
    short, long = PAPER_MM[form.style.paper]
    usable = (long if form.style.landscape else short) - 30
    widths = [1] * len(form.widths) if form.style.even_columns else form.widths
    for i, width in enumerate(widths):
        table.columns[i].width = Mm(usable * width / sum(widths))
    for row in grid:
        for cell, width in zip(row, widths, strict=True):
            cell.width = Mm(usable * width / sum(widths))


def _fill_headers(form: Form, grid: list[list[_Cell]]) -> None:
    at, tall = 0, set()
    for text, span in form.groups:
        if text:
            _fill(grid[0][at].merge(grid[0][at + span - 1]), text, form.style, bold=True)
        else:
            tall.add(at)
        at += span
    for column, header in enumerate(form.headers):
        cell = grid[1][column] if form.groups else grid[0][column]
        _fill(grid[0][column].merge(cell) if column in tall else cell, header, form.style, bold=True)


def _shown(value: Value) -> str:
    return f"{value.year}年{value.month}月" if isinstance(value, datetime.datetime) else str(value)


def _run_fonts(
    paragraph: Paragraph, text: str, style: Style, size: float, bold: bool, colour: RGBColor | None = None
) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, style.latin
    if colour is not None:
        run.font.color.rgb = colour
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), style.font)


def _paragraph(
    document: Document,
    text: str,
    style: Style,
    size: float,
    bold: bool = False,
    centred: bool = False,
    right: bool = False,
    indent: bool = False,
    colour: RGBColor | None = None,
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(6)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    _run_fonts(paragraph, text, style, size, bold, colour)
    return paragraph


def _fill(cell: _Cell, text: str, style: Style, bold: bool = False, left: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER if style.centred else WD_ALIGN_VERTICAL.TOP
    if style.centred and not left:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run_fonts(paragraph, text, style, style.size, bold)


def _rule(cell: _Cell, edge: str) -> None:
    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    line = OxmlElement(f"w:{edge}")
    for key, value in (("val", "single"), ("sz", "12"), ("color", "000000")):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)


def _line_below(paragraph: Paragraph) -> None:
    properties = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "18"), ("color", "D01010"), ("space", "6")):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    properties.append(borders)
