import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from made_files import changed_package

from extractors import word
from extractors.errors import UnreadableFileError


def saved(document, path):
    document.save(str(path))
    return path


def grid(*rows):
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    return document, table


def test_cells_carry_their_place_and_paragraphs_stand_around_the_table(tmp_path):
    document, table = grid(["序号", "平台名称"], ["1", "甲中试\n平台"])
    table.cell(1, 1).add_paragraph("（二期）")
    document.add_paragraph("2024年10月9日")
    found = word.read(saved(document, tmp_path / "a.docx"))
    cells = {c.place: c.text for c in found.tables[0].cells}
    assert cells["table 1, row 2, column 2"] == "甲中试\n平台\n（二期）"
    assert (found.tables[0].rows, found.tables[0].columns) == (2, 2)
    assert [line.text for line in found.lines] == ["2024年10月9日"]


def test_merged_cells_stand_once_with_their_spans(tmp_path):
    document, table = grid(["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"])
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 2).merge(table.cell(2, 2))
    found = word.read(saved(document, tmp_path / "a.docx")).tables[0]
    at = found.at()
    assert (at[0, 0].column_span, at[0, 1]) == (2, at[0, 0])
    assert (at[1, 2].row_span, at[2, 2]) == (2, at[1, 2])
    assert len(found.cells) == 7


def test_two_merges_that_follow_each_other_stay_apart(tmp_path):
    document, table = grid(["a"], ["b"], ["c"], ["d"])
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 0).merge(table.cell(3, 0))
    found = word.read(saved(document, tmp_path / "a.docx")).tables[0]
    assert [(c.row, c.row_span) for c in found.cells] == [(0, 2), (2, 2)]


def test_what_is_printed_is_read_and_what_is_not_is_not(tmp_path):
    document, table = grid(["x"])
    w = nsdecls("w")
    paragraph = table.cell(0, 0).paragraphs[0]._p
    paragraph.append(parse_xml(f"<w:del {w}><w:r><w:delText>删</w:delText></w:r></w:del>"))
    paragraph.append(parse_xml(f"<w:ins {w}><w:r><w:t>增</w:t></w:r></w:ins>"))
    paragraph.append(parse_xml(f"<w:r {w}><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"))
    paragraph.append(parse_xml(f"<w:sdt {w}><w:sdtContent><w:r><w:t>控</w:t></w:r></w:sdtContent></w:sdt>"))
    paragraph.append(parse_xml(f"<w:r {w}><w:instrText>PAGE</w:instrText></w:r>"))
    assert word.read(saved(document, tmp_path / "a.docx")).tables[0].cells[0].text == "x增控"


def test_a_table_inside_a_cell_is_text_of_the_cell(tmp_path):
    document, table = grid(["甲", "乙"])
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "一", "二"
    found = word.read(saved(document, tmp_path / "a.docx"))
    assert len(found.tables) == 1
    assert found.tables[0].cells[1].text.split() == ["乙", "一", "二"]


def test_a_document_with_a_document_type_or_cut_short_is_damaged(tmp_path):
    document, _ = grid(["x"])
    whole = saved(document, tmp_path / "a.docx")
    changes = {"word/document.xml": (b"<w:document ", b"<!DOCTYPE a><w:document ")}
    cut = tmp_path / "cut.docx"
    cut.write_bytes(whole.read_bytes()[:9000])
    for path in (changed_package(whole, tmp_path / "b.docx", changes), cut):
        with pytest.raises(UnreadableFileError) as caught:
            word.read(path)
        assert caught.value.code == "file-damaged"


def test_a_document_whose_main_part_is_broken_is_damaged(tmp_path):
    document, _ = grid(["x"])
    whole = saved(document, tmp_path / "a.docx")
    with pytest.raises(UnreadableFileError) as caught:
        word.read(changed_package(whole, tmp_path / "b.docx", {"word/document.xml": (b"<w:body>", b"<w:body")}))
    assert caught.value.code == "file-damaged"
