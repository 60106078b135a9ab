"""How the golden PDFs and OFDs are made: printed by LibreOffice, drawn, or written as XML."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import docx
import ofd_files as ofd
import openpyxl
import sheets
import words
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement

from extractors import office

ROWS = [words.HEADER[:4], *(row[:4] for row in words.ROWS)]


def from_sheet(path: Path) -> None:
    """A sheet with two header rows and merges, printed on a landscape page."""

    def fill(workbook: openpyxl.Workbook, sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheets.two_level(workbook, sheet)
        # Few different characters: the fonts are what makes a PDF large.
        sheet["A1"], sheet[f"A{sheet.max_row}"] = "名称", "合计"
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 1
        sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
        side = openpyxl.styles.Side("thin")
        for row in sheet["A2:H6"]:
            for cell in row:
                cell.border = openpyxl.styles.Border(side, side, side, side)
                cell.alignment = openpyxl.styles.Alignment(wrap_text=True)
        sheet.row_dimensions[5].height = 32
        for column in "BCDEFGH":
            sheet.column_dimensions[column].width = 24

    sheets.by_office("pdf", lambda source: sheets.book(source, fill, sheets.ROWS[:2]))(path)


def over_pages(path: Path) -> None:
    """A table of two pages, whose header is printed on each."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, section.page_height, 4_200_000
    table = document.add_table(0, 4)
    table.style = "Table Grid"
    for row in [ROWS[0], *([str(n), f"第{n}中试平台", "甲公司", f"{n}00.5"] for n in range(1, 23))]:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph("填报日期：2024年10月9日")
    _printed(document, path)


def _printed(document: docx.document.Document, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "form.docx"
        document.save(str(source))
        with office.convert(source, "pdf") as made:
            path.write_bytes(made.read_bytes())


def rotated(path: Path) -> None:
    """A page that lies on its side, as /Rotate says."""
    from made_files import pdf

    text = "BT /F1 10 Tf 0 1 -1 0 {x} {y} Tm ({words}) Tj ET\n"
    lines = "1 w 100 100 60 400 re S 130 100 m 130 500 l S 100 300 m 160 300 l S\n"
    cells = [(120, 110, "No."), (120, 310, "Name"), (150, 110, "1"), (150, 310, "Alpha")]
    content = lines + "".join(text.format(x=x, y=y, words=words) for x, y, words in cells)
    pdf(path, content)
    path.write_bytes(path.read_bytes().replace(b"/MediaBox [0 0 595 842]", b"/Rotate 90/MediaBox[0 0 595 842]"))


def without_lines(path: Path) -> None:
    """A table without ruled lines."""
    document = docx.Document()
    document.add_paragraph(sheets.TITLE)
    table = document.add_table(0, 4)
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph("填报日期：2024年10月9日")
    _printed(document, path)


def plain_ofd(path: Path) -> None:
    ofd.document(path, ofd.text(sheets.TITLE[:10], 20, 20) + ofd.grid(ROWS, width=44))


def two_pages_of_ofd(path: Path) -> None:
    """Two pages over a template that holds their ruled lines and header."""
    frame = ofd.grid([ROWS[0], ["", "", "", ""]], width=44)
    pages = ["".join(ofd.text(t, 22 + 44 * c, 53) for c, t in enumerate(row) if t) for row in (ROWS[1], ROWS[3])]
    ofd.document(path, *pages, template=frame)


def covered_ofd(path: Path) -> None:
    """A white box over an amount, and a seal."""
    white = '<ofd:FillColor Value="255 255 255"/>'
    box = ofd.path(
        "M 0 0 L 30 0 L 30 6 L 0 6 C", boundary="153 52 30 6", attributes='Stroke="false" Fill="true"', inner=white
    )
    body = "<ofd:Signatures>/Doc_0/Signs/S.xml</ofd:Signatures>"
    signatures = f'<ofd:Signatures {ofd.NAMESPACE}><ofd:Signature ID="1" Type="Seal" BaseLoc="X.xml"/></ofd:Signatures>'
    ofd.document(path, ofd.grid(ROWS, width=44) + box, body=body, files={"Doc_0/Signs/S.xml": signatures})


DOCUMENTS: dict[str, Callable[[Path], None]] = {
    "sheet.pdf": from_sheet,
    "over-two-pages.pdf": over_pages,
    "rotated.pdf": rotated,
    "without-lines.pdf": without_lines,
    "plain.ofd": plain_ofd,
    "over-two-pages.ofd": two_pages_of_ofd,
    "covered.ofd": covered_ofd,
}
