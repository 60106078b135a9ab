"""OFD documents give the tables that their pages show; what isn't shown or isn't read is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ofd_files import NAMESPACE, SIZE, document, grid, line, path, text

from extractors import electronic, ofd
from extractors.errors import UnreadableFileError
from extractors.ofd_objects import deltas
from pipeline.findings import of_notice

ROWS = [["序号", "中试平台名称", "投资总额"], ["1", "轻合金中试平台", "12850.5"], ["2", "制药中试基地", ""]]


def texts(table):
    return [[table.at()[r, c].text for c in range(table.columns)] for r in range(table.rows)]


def told(found):
    assert all(of_notice(n).message for n in found.notices)
    return [(n.code, n.place) for n in found.notices]


def test_ruled_lines_and_texts_are_a_table_with_places_and_boxes(tmp_path):
    found = electronic.read(document(tmp_path / "a.docx", text("附件3", 20, 20) + grid(ROWS)))
    (table,) = found.tables
    assert found.kind == "ofd" and texts(table) == ROWS and told(found) == []
    cell = table.at()[1, 1]
    assert cell.place == "page 1, table 1, row 2, column 2"
    assert [round(v) for v in cell.box.as_list()] == [198, 142, 340, 170]
    assert [t.text for t in found.lines] == ["附件3"]
    assert (round(found.pages[0].width), round(found.pages[0].height)) == (595, 842)


def test_pages_each_have_their_tables(tmp_path):
    found = ofd.read(document(tmp_path / "a.ofd", grid(ROWS), grid([ROWS[0], ["3", "丙", "7"]])))
    assert [t.name for t in found.tables] == ["page 1, table 1", "page 2, table 1"]
    assert texts(found.tables[1])[1] == ["3", "丙", "7"]


def test_merged_cells_have_their_spans(tmp_path):
    lines = [line(20, 40, 120, 40), line(20, 60, 120, 60), line(20, 40, 20, 60), line(120, 40, 120, 60)]
    lines += [line(70, 40, 70, 60), line(70, 50, 120, 50), text("序号", 22, 48), text("甲", 72, 43), text("乙", 72, 53)]
    (table,) = ofd.read(document(tmp_path / "a.ofd", "".join(lines))).tables
    assert [(c.text, c.row_span) for c in table.cells] == [("序号", 2), ("甲", 1), ("乙", 1)]


def test_lines_may_be_rectangles_thin_fillings_or_moved_by_a_matrix(tmp_path):
    frame = path("M 0 0 L 100 0 L 100 20 L 0 20 C", boundary="20 40 100 20")
    middle = path("M 0 0 L 0.2 0 L 0.2 20 L 0 20 C", boundary="70 40 1 20", attributes='Stroke="false" Fill="true"')
    across = path("M 0 0 L 50 0", boundary="20 50 100 1", attributes='CTM="2 0 0 2 0 0"')
    (table,) = ofd.read(document(tmp_path / "a.ofd", frame + middle + across + text("甲", 72, 53))).tables
    assert texts(table) == [["", ""], ["", "甲"]]


def test_text_is_placed_by_its_matrix_and_its_steps(tmp_path):
    half = text("甲乙", 30, 33, attributes='CTM="0.5 0 0 0.5 0 0"')
    lines = grid([["", ""]], left=20, top=30)
    wide = text("12", 22, 33, steps='DeltaX="52"')
    (table,) = ofd.read(document(tmp_path / "a.ofd", lines + wide)).tables
    assert texts(table) == [["1", "2"]]
    (table,) = ofd.read(document(tmp_path / "b.ofd", lines + half)).tables
    assert texts(table) == [["甲乙", ""]]
    upright = text("中试", 25, 41, steps='DeltaY="5"')
    (table,) = ofd.read(document(tmp_path / "c.ofd", grid([["", ""]], top=40, height=30) + upright)).tables
    assert texts(table) == [["中\n试", ""]]


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 900).map(lambda n: n / 8))))
def test_steps_may_be_written_one_by_one_or_repeated(runs):
    short = " ".join(f"g {count} {step}" for count, step in runs)
    long = " ".join(str(step) for count, step in runs for _ in range(count))
    assert deltas(short) == deltas(long)


def test_a_template_stands_behind_its_pages(tmp_path):
    found = ofd.read(
        document(tmp_path / "a.ofd", text("甲", 22, 43), text("乙", 22, 43), template=grid([["", "固定"]]))
    )
    assert [texts(t) for t in found.tables] == [[["甲", "固定"]], [["乙", "固定"]]]


WHITE = '<ofd:FillColor Value="255 255 255"/>'
COVER = path("M 0 0 L 20 0 L 20 8 L 0 8 C", boundary="71 51 20 8", attributes='Stroke="false" Fill="true"', inner=WHITE)


@pytest.mark.parametrize(
    ("objects", "unseen"),
    [
        (grid(ROWS) + COVER, ["中试平台名称"]),
        (COVER + grid(ROWS), []),
        (grid([["", "x"]]) + text("12", 22, 43, inner=WHITE), ["12"]),
        (grid([["", "x"]]) + text("12", 22, 43, attributes='Visible="false"'), ["12"]),
        (grid([["", "x"]]) + text("12", 22, 43, inner='<ofd:FillColor Value="0 0 0"/>'), []),
    ],
    ids=["covered", "filled ground", "white", "invisible", "black"],
)
def test_text_that_the_page_does_not_show_is_told(tmp_path, objects, unseen):
    objects = objects.replace('"71 51 20 8"', '"71 41 20 8"')
    found = ofd.read(document(tmp_path / "a.ofd", objects))
    assert [n.params["text"] for n in found.notices if n.code == "text-unseen"] == unseen
    assert [c.text for t in found.tables for c in t.cells if c.belied] == unseen


def test_seals_annotations_pictures_attachments_and_composite_objects_are_told(tmp_path):
    picture = '<ofd:ImageObject ID="4" ResourceID="5" Boundary="10 100 150 100"/>'
    composite = '<ofd:CompositeObject ID="6" ResourceID="7" Boundary="0 0 9 9"/>'
    files = {
        "Doc_0/Annots/A.xml": f'<ofd:Annotations {NAMESPACE}><ofd:Page PageID="0"><ofd:FileLoc>P.xml</ofd:FileLoc>'
        "</ofd:Page></ofd:Annotations>",
        "Doc_0/Annots/P.xml": f'<ofd:PageAnnot {NAMESPACE}><ofd:Annot Type="Highlight" Creator="李">'
        "<ofd:Remark>请核</ofd:Remark></ofd:Annot></ofd:PageAnnot>",
        "Doc_0/Signs/S.xml": f'<ofd:Signatures {NAMESPACE}><ofd:Signature ID="1" Type="Seal" '
        'BaseLoc="/Doc_0/Signs/1/X.xml"/></ofd:Signatures>',
        "Doc_0/Signs/1/X.xml": f'<ofd:Signature {NAMESPACE}><ofd:SignedInfo><ofd:Provider ProviderName="某电子印章"/>'
        "<ofd:SignatureDateTime>20241009120000Z</ofd:SignatureDateTime></ofd:SignedInfo></ofd:Signature>",
    }
    extra = "<ofd:Annotations>Annots/A.xml</ofd:Annotations><ofd:Attachments>x.xml</ofd:Attachments>"
    body = "<ofd:Signatures>/Doc_0/Signs/S.xml</ofd:Signatures>"
    found = ofd.read(
        document(tmp_path / "a.ofd", grid(ROWS) + picture + composite, extra=extra, body=body, files=files)
    )
    assert told(found) == [
        ("picture-unread", "page 1"), ("content-unread", "page 1"), ("comment-found", "page 1"),
        ("content-unread", ""), ("ofd-signature", ""),
    ]  # fmt: skip
    assert found.notices[-1].params["provider"] == "某电子印章"


def code_of(file):
    with pytest.raises(UnreadableFileError) as caught:
        electronic.read(file)
    return caught.value.code


def test_damaged_encrypted_and_hostile_files_are_refused(tmp_path):
    whole = document(tmp_path / "a.ofd", grid(ROWS))
    cut = tmp_path / "cut.ofd"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert code_of(cut) in ("file-damaged", "file-type-unsupported")
    assert code_of(document(tmp_path / "b.ofd", "<unclosed>")) == "file-damaged"
    assert code_of(document(tmp_path / "c.ofd", text("12", 1, 1, steps='DeltaX="g 999999999 1"'))) == "file-damaged"
    assert code_of(document(tmp_path / "d.ofd")) == "file-damaged"
    assert code_of(document(tmp_path / "e.ofd", "", files={"Encryptions.xml": "<a/>"})) == "file-encrypted"
    bomb = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'
    assert code_of(document(tmp_path / "f.ofd", "", files={"Doc_0/x.xml": bomb})) == "file-damaged"


def test_an_object_without_a_place_is_damage(tmp_path):
    bad = text("12", 1, 1).replace(f'Size="{SIZE}"', 'Size="nan"')
    assert code_of(document(tmp_path / "a.ofd", bad)) == "file-damaged"
