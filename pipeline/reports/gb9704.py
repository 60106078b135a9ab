"""The typography of official documents after GB/T 9704-2012, for python-docx.

Type area 156 mm × 225 mm on A4 (margins 37, 35, 28, 26 mm); title in small standard Song, 22 pt (二号); body in
imitation Song, 16 pt (三号), 28 pt from line to line, first line indented by two characters; first-level headings in
Hei; page numbers in 14 pt (四号) between dashes, outer side, not on the first page of a letter (信函格式).
"""

from __future__ import annotations

import io
import unicodedata

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TITLE_FACE = "方正小标宋简体"
BODY_FACE = "仿宋_GB2312"
HEADING_FACE = "黑体"
LATIN_FACE = "Times New Roman"
FALLBACKS: dict[str, str] = {
    TITLE_FACE: "FZXiaoBiaoSong-B05S",
    BODY_FACE: "FangSong",
    HEADING_FACE: "SimHei",
}
"""The name under which the font table asks for a face where a machine doesn't have the first one."""

TITLE_SIZE = 22.0
BODY_SIZE = 16.0
"""Points; also the width of a Chinese character of the body."""
PAGE_NUMBER_SIZE = 14.0
LINE = 28.0
"""Points from line to line."""
MARGINS_MM = {"top": 37, "bottom": 35, "left": 28, "right": 26}
RED = RGBColor(0xD7, 0x00, 0x0F)


def new_document() -> DocumentType:
    """An empty A4 document with the margins, the body style, the font table and the page numbers set."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(MARGINS_MM["top"]), Mm(MARGINS_MM["bottom"])
    section.left_margin, section.right_margin = Mm(MARGINS_MM["left"]), Mm(MARGINS_MM["right"])
    section.footer_distance = Mm(MARGINS_MM["bottom"] - 7 - 5)  # 7 mm below the type area, and the number's height
    _body_style(document)
    _font_table(document)
    _page_numbers(document)
    return document


def _body_style(document: DocumentType) -> None:
    normal = document.styles["Normal"]
    normal.font.size = Pt(BODY_SIZE)
    normal.font.name = LATIN_FACE
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for old in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[old]
    fonts.set(qn("w:eastAsia"), BODY_FACE)
    fonts.set(qn("w:cs"), LATIN_FACE)
    shape = normal.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE)


def _font_table(document: DocumentType) -> None:
    """Names the faces and what may stand in for them."""
    fonts = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{"modern" if face == HEADING_FACE else "roman"}"/><w:pitch w:val="variable"/></w:font>'
        for face, other in FALLBACKS.items()
    )
    table = next(r.target_part for r in document.part.rels.values() if r.reltype == RELATIONSHIP_TYPE.FONT_TABLE)
    blob = bytes(table.blob)
    table._blob = blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")


def _page_numbers(document: DocumentType) -> None:
    """Dashes and the number at the outer side, one character in; none on the first page."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        shape = paragraph.paragraph_format
        shape.left_indent = shape.right_indent = Pt(PAGE_NUMBER_SIZE)
        add_run(paragraph, "— ", size=PAGE_NUMBER_SIZE, face="宋体")
        field = add_run(paragraph, "", size=PAGE_NUMBER_SIZE, face="宋体")
        for kind in ("begin", None, "end"):
            field._r.append(_field_part(kind))
        add_run(paragraph, " —", size=PAGE_NUMBER_SIZE, face="宋体")


def _field_part(kind: str | None) -> BaseOxmlElement:
    if kind is None:
        return parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> PAGE </w:instrText>')
    return parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>')


def add_run(
    paragraph: Paragraph, text: str, *, size: float = BODY_SIZE, face: str = BODY_FACE, color: RGBColor | None = None
) -> Run:
    """A run in a Chinese face; signs that both scripts have, such as quotation marks, take the Chinese face too."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = LATIN_FACE
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), face)
    fonts.set(qn("w:hint"), "eastAsia")
    if color is not None:
        run.font.color.rgb = color
    return run


def add_paragraph(document: DocumentType, text: str = "", *, indent: bool = True, face: str = BODY_FACE) -> Paragraph:
    """A paragraph of the body."""
    paragraph = document.add_paragraph()
    # Not justified: a number that does not fit at a line's end would tear the line apart.
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    if indent:
        indent_characters(paragraph, 2)
    if text:
        add_run(paragraph, text, face=face)
    return paragraph


def indent_characters(paragraph: Paragraph, characters: int) -> None:
    """Indents the first line, in characters for Word and in points for readers that know only these."""
    paragraph.paragraph_format.first_line_indent = Pt(characters * BODY_SIZE)
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(100 * characters))


def add_head(document: DocumentType, office: str) -> None:
    """The office's name in red over a double red line, as a letter (信函格式) opens."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.paragraph_format
    shape.line_spacing = 1.0
    shape.space_after = Pt(4)
    add_run(paragraph, office, size=30, face=TITLE_FACE, color=RED)
    rule = (
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="thickThinSmallGap" w:sz="24" w:space="6" w:color="D7000F"/></w:pBdr>'
    )
    # The schema wants the border before spacing and alignment.
    paragraph._p.get_or_add_pPr().insert_element_before(parse_xml(rule), "w:spacing", "w:ind", "w:jc", "w:rPr")


def add_title(document: DocumentType, text: str) -> None:
    """The title, centred, with a line of air on each side."""
    document.add_paragraph()
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing = Pt(LINE + 4)
    add_run(paragraph, text, size=TITLE_SIZE, face=TITLE_FACE)
    document.add_paragraph()


def add_picture(document: DocumentType, data: bytes, width_mm: float) -> None:
    """A picture in its own centred paragraph with a hairline around it; the line must not be of fixed height."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.paragraph_format
    shape.line_spacing = 1.0
    shape.space_before, shape.space_after = Pt(4), Pt(8)
    inline = paragraph.add_run().add_picture(io.BytesIO(data), width=Emu(int(width_mm * 36000)))
    properties = inline._inline.graphic.graphicData.pic.spPr
    properties.append(
        parse_xml(f'<a:ln {nsdecls("a")} w="6350"><a:solidFill><a:srgbClr val="8C96A0"/></a:solidFill></a:ln>')
    )


def add_signature(document: DocumentType, signature: str, date: str) -> None:
    """Date four characters from the right edge, the signature above it, both about one axis."""
    date_indent = 4 * BODY_SIZE
    axis = date_indent + text_width(date) / 2
    for text, indent in ((signature, max(axis - text_width(signature) / 2, 0.0)), (date, date_indent)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(indent)
        paragraph.paragraph_format.keep_together = True
        paragraph.paragraph_format.keep_with_next = text == signature
        add_run(paragraph, text)


def text_width(text: str) -> float:
    """About how wide a text is in the body's size, in points: a Latin letter takes half a Chinese character."""
    return sum(BODY_SIZE if unicodedata.east_asian_width(c) in "WF" else BODY_SIZE / 2 for c in text)
