"""What hides in a Word document is used right or told, with its place."""

import io
import zipfile

import openpyxl
import pytest
from word_files import MACROS, NUMBERING, R, cell, document, numbered, paragraph, row, run, table

from extractors import electronic, word
from extractors.errors import UnreadableFileError
from extractors.word_numbers import chinese
from pipeline.findings import of_notice

HERE = "table 1, row 1, column 1"
DELETED, INSERTED = '<w:del w:author="李"/>', '<w:ins w:author="李"/>'


def texts(found, number=0):
    return {(c.row, c.column): c.text for c in found.tables[number].cells}


def read_cell(tmp_path, *blocks, properties="", **parts):
    """The text of the only cell of a document, and what is told of it."""
    found = word.read(document(tmp_path / "a.docx", table(row(cell(*blocks, properties=properties))), **parts))
    assert all(of_notice(n).message for n in found.notices)
    return texts(found)[0, 0], [(n.code, n.place, n.params.get("text", "")) for n in found.notices]


def change(kind, text):
    written = f"<w:r><w:delText>{text}</w:delText></w:r>" if kind == "del" else run(text)
    return f'<w:{kind} w:author="李">{written}</w:{kind}>'


def test_of_a_tracked_change_the_accepted_state_counts_and_the_other_is_told(tmp_path):
    path = document(tmp_path / "a.docx", table(row(cell(paragraph("1", change("del", "2850"), change("ins", "3000"))))))
    found = word.read(path)
    assert texts(found)[0, 0] == "13000"
    (told,) = found.notices
    assert (told.code, told.place) == ("change-tracked", HERE)
    assert (told.params["before"], told.params["after"]) == ("12850", "13000")
    assert "表 1 第 1 行第 1 列" in of_notice(told).message


def test_what_was_moved_stands_where_it_was_moved_to(tmp_path):
    moved = [cell(paragraph(f"<w:{kind}>{run('甲')}</w:{kind}>")) for kind in ("moveFrom", "moveTo")]
    found = word.read(document(tmp_path / "a.docx", table(row(*moved))))
    assert texts(found) == {(0, 0): "", (0, 1): "甲"}
    assert [(n.params["before"], n.params["after"]) for n in found.notices] == [("甲", ""), ("", "甲")]


def test_a_deleted_paragraph_mark_joins_two_lines(tmp_path):
    first = paragraph("轻合金", properties=f"<w:rPr>{DELETED}</w:rPr>")
    text, told = read_cell(tmp_path, first, paragraph("中试平台"))
    assert text == "轻合金中试平台" and told[0][0] == "change-tracked"


def test_a_row_deleted_with_tracking_is_no_row_and_an_inserted_one_is(tmp_path):
    rows = [row("序号", "名称"), row("1", "甲", properties=DELETED), row("2", "乙", properties=INSERTED)]
    found = word.read(document(tmp_path / "a.docx", table(*rows)))
    assert (found.tables[0].rows, texts(found)[1, 1]) == (2, "乙")
    assert [(n.code, n.place, n.params["text"]) for n in found.notices] == [
        ("row-deleted-tracked", "table 1, row 2", "1 甲"),
        ("row-inserted-tracked", "table 1, row 2", "2 乙"),
    ]


@pytest.mark.parametrize(
    ("properties", "text", "code"),
    [
        ("<w:vanish/>", "甲", "text-hidden"),
        ('<w:vanish w:val="0"/>', "甲乙", None),
        ('<w:color w:val="FFFFFF"/>', "甲乙", "text-unseen"),
        ('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864"/>', "甲乙", None),
        ('<w:color w:val="FF0000"/>', "甲乙", None),
        ('<w:sz w:val="2"/>', "甲乙", "text-unseen"),
        ("<w:strike/>", "甲乙", "text-struck"),
    ],
    ids=["hidden", "not hidden", "white", "white on dark", "red", "tiny", "struck"],
)
def test_text_that_a_print_does_not_show_as_it_stands_is_told(tmp_path, properties, text, code):
    found, told = read_cell(tmp_path, paragraph("甲", run("乙", properties)))
    assert found == text
    assert told == ([(code, HERE, "乙")] if code else [])


def test_white_text_in_a_dark_cell_is_a_header(tmp_path):
    shading = '<w:shd w:val="clear" w:fill="1F3864"/>'
    assert read_cell(tmp_path, paragraph(run("序号", '<w:color w:val="FFFFFF"/>')), properties=shading) == ("序号", [])


def test_a_style_can_hide_text(tmp_path):
    styles = '<w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
    hidden = run("乙", '<w:rStyle w:val="h"/>')
    text, told = read_cell(tmp_path, paragraph("甲", hidden), parts={"styles": styles})
    assert (text, told) == ("甲", [("text-hidden", HERE, "乙")])


def test_a_hidden_row_is_left_out_and_told(tmp_path):
    found = word.read(document(tmp_path / "a.docx", table(row("1"), row("2", properties="<w:hidden/>"), row("3"))))
    assert texts(found) == {(0, 0): "1", (1, 0): "3"}
    assert [(n.code, n.params["text"]) for n in found.notices] == [("text-hidden", "2")]


def test_comments_and_footnotes_are_told_and_are_no_text(tmp_path):
    marks = '<w:r><w:commentReference w:id="7"/></w:r><w:r><w:footnoteReference w:id="3"/></w:r>'
    comment = f'<w:comment w:id="7" w:author="张三">{paragraph("请核实")}</w:comment>'
    footnote = f'<w:footnote w:id="3">{paragraph("含配套资金")}</w:footnote>'
    text, told = read_cell(tmp_path, paragraph("12850", marks), parts={"comments": comment, "footnotes": footnote})
    assert text == "12850"
    assert told == [("comment-found", HERE, "请核实"), ("footnote-in-cell", HERE, "含配套资金")]


def test_a_comment_on_no_text_is_told_all_the_same(tmp_path):
    comment = f'<w:comment w:id="7" w:author="张三">{paragraph("请核实")}</w:comment>'
    assert read_cell(tmp_path, "甲", parts={"comments": comment})[1] == [("comment-found", "", "请核实")]


def field(code, result):
    def mark(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    shown = f"{mark('separate')}{run(result)}" if result is not None else ""
    return f"{mark('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{shown}{mark('end')}"


def test_of_a_field_the_result_is_read_and_its_lack_told(tmp_path):
    assert read_cell(tmp_path, paragraph(field(" =SUM(ABOVE) ", "12850"))) == ("12850", [])
    assert read_cell(tmp_path, paragraph(field(" =SUM(ABOVE) ", None))) == ("", [("formula-without-value", HERE, "")])
    inner = field("REF a", "")
    nested = field(f" IF {inner.replace(run(''), run('藏'))} ", "3")
    assert read_cell(tmp_path, paragraph(nested))[0] == "3"
    simple = f'<w:fldSimple w:instr="REF x">{run("甲")}</w:fldSimple>'
    assert read_cell(tmp_path, paragraph(simple)) == ("甲", [])


def test_old_form_fields_show_their_boxes_and_lists(tmp_path):
    box = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{}</w:checkBox></w:ffData></w:fldChar></w:r>'
    end = '<w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    entries = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="在建"/><w:listEntry w:val="已建成"/></w:ddList>'
    choice = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{entries}</w:ffData></w:fldChar></w:r>{end}'
    checked = box.format('<w:checked w:val="1"/>') + end
    empty = box.format('<w:default w:val="0"/>') + end
    text, told = read_cell(tmp_path, paragraph(checked, "是", empty, "否 ", choice))
    assert (text, told) == ("☒是☐否 已建成", [])


def test_symbols_of_symbol_fonts_are_read_or_told(tmp_path):
    checked = '<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>'
    odd = '<w:r><w:sym w:font="Webdings" w:char="F0FF"/></w:r>'
    assert read_cell(tmp_path, paragraph(checked, "是")) == ("☑是", [])
    assert [t[0] for t in read_cell(tmp_path, paragraph(odd))[1]] == ["symbol-unknown"]


def test_row_numbers_made_by_a_list_are_text(tmp_path):
    rows = [row("序号", "名称"), *(row(cell(numbered(1)), name) for name in "甲乙丙")]
    found = word.read(document(tmp_path / "a.docx", table(*rows), parts={"numbering": NUMBERING}))
    assert [texts(found)[r, 0] for r in range(4)] == ["序号", "1", "2", "3"]


def test_lists_count_by_levels_and_start_again_where_they_say_so(tmp_path):
    items = [numbered(1), numbered(1, 1, "甲"), numbered(1, 1), numbered(1), numbered(1, 1), numbered(2), numbered(2)]
    items += [numbered(3), numbered(1)]
    found = word.read(
        document(tmp_path / "a.docx", table(*(row(cell(i)) for i in items)), parts={"numbering": NUMBERING})
    )
    assert [c.text for c in found.tables[0].cells] == ["1", "1.1 甲", "1.2", "2", "2.1", "（一）", "（二）", "5", "6"]


def test_a_deleted_row_takes_no_number(tmp_path):
    rows = [row(cell(numbered(1))), row(cell(numbered(1)), properties=DELETED), row(cell(numbered(1)))]
    found = word.read(document(tmp_path / "a.docx", table(*rows), parts={"numbering": NUMBERING}))
    assert [c.text for c in found.tables[0].cells] == ["1", "2"]


def test_a_number_format_that_is_not_known_is_told(tmp_path):
    odd = NUMBERING.replace("chineseCountingThousand", "thaiCounting")
    text, told = read_cell(tmp_path, numbered(2), parts={"numbering": odd})
    assert (text, told[0][0]) == ("（1）", "numbering-unknown")


def test_breaks_hyphens_and_tabs_are_as_printed(tmp_path):
    parts = "<w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/><w:t>c\u00ad</w:t><w:tab/><w:t>d</w:t><w:br/>"
    parts = f"<w:r>{parts}<w:t>e</w:t></w:r>"
    assert read_cell(tmp_path, paragraph(parts)) == ("a-bc\td\ne", [])


def test_content_controls_may_stand_around_rows_and_cells(tmp_path):
    def control(inner, properties=""):
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    empty = control(run("单击输入"), "<w:showingPlcHdr/>")
    rows = row("序号", control(cell("名称"))) + control(row("1", cell(paragraph(empty))))
    found = word.read(document(tmp_path / "a.docx", control(table(rows))))
    assert texts(found) == {(0, 0): "序号", (0, 1): "名称", (1, 0): "1", (1, 1): "单击输入"}
    assert [(n.code, n.place) for n in found.notices] == [("placeholder-text", "table 1, row 2, column 2")]


def test_merges_of_old_documents_and_rows_that_begin_later(tmp_path):
    merged = row(cell("甲", properties='<w:hMerge w:val="restart"/>'), cell("", properties="<w:hMerge/>"), "乙")
    late = row("丙", properties='<w:gridBefore w:val="2"/>')
    found = word.read(document(tmp_path / "a.docx", table(merged, late))).tables[0]
    assert [(c.row, c.column, c.column_span, c.text) for c in found.cells] == [
        (0, 0, 2, "甲"), (0, 2, 1, "乙"), (1, 2, 1, "丙"),
    ]  # fmt: skip


BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent>'
    "</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict>"
    "</mc:Fallback></mc:AlternateContent></w:r>"
)


def test_a_text_box_in_a_cell_is_read_once_and_told(tmp_path):
    text, told = read_cell(tmp_path, paragraph("甲", BOX.format(paragraph("补充"))))
    assert (text, told) == ("甲\n补充", [("text-box", HERE, "补充")])


def test_a_table_in_a_text_box_is_a_table(tmp_path):
    found = word.read(document(tmp_path / "a.docx", paragraph("前", BOX.format(table(row("序号", "名称"))))))
    assert [line.text for line in found.lines] == ["前"]
    assert texts(found) == {(0, 0): "序号", (0, 1): "名称"}


def test_pictures_of_tables_and_in_cells_are_told(tmp_path):
    def picture(width, height):
        return (
            f'<w:r><w:drawing><wp:inline><wp:extent cx="{width}" cy="{height}"/><a:blip r:embed="x"/></wp:inline>'
            "</w:drawing></w:r>"
        )

    large, logo = paragraph(picture(5_000_000, 3_000_000)), paragraph(picture(500_000, 500_000))
    found = word.read(document(tmp_path / "a.docx", logo, large, table(row(cell(logo)))))
    assert [(n.code, n.place) for n in found.notices] == [("picture-unread", "paragraph 2"), ("picture-unread", HERE)]


def test_a_mathematical_formula_is_told(tmp_path):
    base, exponent = (f"<m:r><m:t>{n}</m:t></m:r>" for n in (10, 6))
    power = f"<m:oMath><m:sSup><m:e>{base}</m:e><m:sup>{exponent}</m:sup></m:sSup></m:oMath>"
    assert read_cell(tmp_path, paragraph(power)) == ("106", [("equation-flattened", HERE, "106")])


def test_other_files_shown_in_a_document_and_tables_in_headers_are_told(tmp_path):
    header = table(row("序号"))
    path = document(tmp_path / "a.docx", '<w:altChunk r:id="x"/>', table(row("1")), parts={"header": header})
    assert [(n.code, n.place) for n in word.read(path).notices] == [
        ("content-unread", "paragraph 1"), ("content-unread", "header"),
    ]  # fmt: skip


def workbook():
    book = openpyxl.Workbook()
    book.active.title = "名录"
    book.active.append(["序号", "平台名称"])
    book.active.append([1, "甲"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def embedded(tmp_path, data, kind="Embed", name="b.xlsx"):
    relation = f'<Relationship Id="o1" Type="{R}/package" Target="embeddings/{name}"/>'
    thing = f'<w:r><w:object><o:OLEObject Type="{kind}" ProgID="Excel.Sheet.12" r:id="o1"/></w:object></w:r>'
    files = {f"word/embeddings/{name}": data}
    return document(tmp_path / "a.docx", table(row(cell(paragraph(thing)))), relations=relation, files=files)


def test_the_tables_of_an_embedded_workbook_are_read_with_a_place_that_says_so(tmp_path):
    found = word.read(embedded(tmp_path, workbook()))
    assert [t.name for t in found.tables] == ["table 1", "object 1: 名录"]
    assert {c.place: c.text for c in found.tables[1].cells}["object 1: 名录!B2"] == "甲"
    assert [(n.code, n.place, n.params["kind"]) for n in found.notices] == [("object-read", HERE, "Excel.Sheet.12")]


def test_an_old_workbook_embedded_as_it_was_is_read(tmp_path):
    from test_spreadsheets import RESOURCES

    found = word.read(embedded(tmp_path, (RESOURCES / "form.xls").read_bytes(), name="oleObject1.bin"))
    assert found.tables[1].name.startswith("object 1: ") and found.tables[1].rows > 2


def test_linked_damaged_and_other_objects_are_told(tmp_path):
    for path in (embedded(tmp_path, workbook(), "Link"), embedded(tmp_path, b"\xd0\xcf\x11\xe0", name="x.bin")):
        found = word.read(path)
        assert [t.name for t in found.tables] == ["table 1"]
        assert [n.code for n in found.notices] == ["object-unread"]


def test_a_document_with_macros_is_read_and_told(tmp_path):
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    relation = f'<Relationship Id="v" Type="{kind}" Target="vbaProject.bin"/>'
    files = {"word/vbaProject.bin": b"\xd0\xcf"}
    path = document(tmp_path / "a.docm", table(row("甲")), relations=relation, main=MACROS, files=files)
    found = electronic.read(path)
    assert texts(found)[0, 0] == "甲" and [n.code for n in found.notices] == ["macro-found"]


def test_a_template_on_another_machine_is_told_and_one_of_the_sender_is_not(tmp_path):
    def with_template(target):
        relation = f'<Relationship Id="t" Type="{R}/attachedTemplate" Target="{target}" TargetMode="External"/>'
        return word.read(document(tmp_path / "a.docx", table(row("甲")), relations=relation)).notices

    assert [(n.code, n.params["target"]) for n in with_template("http://127.0.0.1:9/x.dotm")] == [
        ("content-remote", "http://127.0.0.1:9/x.dotm")
    ]
    assert with_template("file:///C:\\Users\\li\\Normal.dotm") == ()


def test_the_strict_form_of_the_standard_is_read(tmp_path):
    usual = document(tmp_path / "a.docx", table(row("序号", "名称")))
    strict = tmp_path / "b.docx"
    with zipfile.ZipFile(usual) as old, zipfile.ZipFile(strict, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            for part in ("officeDocument", "wordprocessingml"):
                data = data.replace(
                    f"schemas.openxmlformats.org/{part}/2006/".encode(), f"purl.oclc.org/ooxml/{part}/".encode()
                )
            new.writestr(name, data)
    assert texts(word.read(strict)) == {(0, 0): "序号", (0, 1): "名称"}


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"])
def test_entities_are_refused_in_every_part(tmp_path, part):
    whole = document(tmp_path / "a.docx", table(row("甲")))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/hostname">]><'
    with pytest.raises(UnreadableFileError) as caught:
        word.read(_bombed(whole, part, bomb))
    assert caught.value.code == "file-damaged"


def _bombed(whole, part, bomb):
    path = whole.with_name("b.docx")
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, bomb[:-1] + data if name == part else data)
    return path


def test_a_part_that_is_missing_or_broken_is_damage(tmp_path):
    path = document(tmp_path / "a.docx", table(row("甲")), parts={"styles": "<w:style"})
    with pytest.raises(UnreadableFileError) as caught:
        word.read(path)
    assert caught.value.code == "file-damaged"


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (101, "一百零一"), (110, "一百一十"), (1010, "一千零一十")],
)
def test_chinese_numbers_of_lists(number, text):
    assert chinese(number) == text
