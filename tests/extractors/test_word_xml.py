"""Word's one-file XML, as export buttons make it, is read like the .docx it would be."""

import zipfile
from xml.sax.saxutils import quoteattr

import pytest
from word_files import NUMBERING, cell, document, numbered, row, table

from extractors import electronic
from extractors.errors import UnreadableFileError

WORD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>'
NAMES = (
    'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
    'xmlns:aml="http://schemas.microsoft.com/aml/2001/core" '
    'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" '
    'xmlns:st1="urn:schemas-microsoft-com:office:smarttags"'
)


LISTS = """<w:lists><w:listDef w:listDefId="4"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="37"/>
<w:lvlText w:val="%1、"/></w:lvl></w:listDef><w:list w:ilfo="2"><w:ilst w:val="4"/></w:list></w:lists>"""


def old(path, *rows, root=""):
    lines = "".join(f"<w:tr>{''.join(f'<w:tc><w:tcPr/>{c}</w:tc>' for c in cells)}</w:tr>" for cells in rows)
    body = f"<w:body><wx:sect><w:tbl><w:tblPr/>{lines}</w:tbl><w:p/></wx:sect></w:body>"
    path.write_text(f"{WORD}<w:wordDocument {NAMES} {root}>{LISTS}{body}</w:wordDocument>", encoding="utf-8")
    return path


def change(kind, content):
    content = f"<aml:content>{content}</aml:content>"
    return f'<aml:annotation aml:id="0" w:type="{kind}" aml:author="李">{content}</aml:annotation>'


def run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def texts(found):
    return [c.text for c in found.tables[0].cells]


def told(found):
    return [(n.code, n.params.get("text") or n.params.get("before")) for n in found.notices]


def test_a_document_of_2003_is_read_with_its_changes_and_what_it_hides(tmp_path):
    deleted = change("Word.Deletion", "<w:r><w:delText>2850</w:delText></w:r>")
    amount = f"<w:p>{run('1')}{deleted}{change('Word.Insertion', run('3000'))}</w:p>"
    comment = f"<w:r>{change('Word.Comment', f'<w:p>{run(chr(26680))}</w:p>')}</w:r>"
    name = f"<w:p><st1:chsdate><w:smartTagPr/>{run('甲')}</st1:chsdate>{run('隐', '<w:vanish/>')}{comment}</w:p>"
    item = '<w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="2"/><wx:t wx:val="9、"/></w:listPr>'
    number = f"<w:p><w:pPr>{item}</w:pPr></w:p>"
    note = f"<w:p>{run('乙')}<w:r><w:footnote><w:p>{run('注')}</w:p></w:footnote></w:r></w:p>"
    found = electronic.read(old(tmp_path / "a.doc", [number, name], [amount, note], root='w:macrosPresent="yes"'))
    assert found.kind == "word-xml" and texts(found) == ["一、", "甲", "13000", "乙"]
    assert told(found) == [
        ("macro-found", None), ("text-hidden", "隐"), ("comment-found", chr(26680)), ("change-tracked", "12850"),
        ("footnote-in-cell", "注"),
    ]  # fmt: skip


def test_merges_of_2003_have_their_spans(tmp_path):
    path = old(tmp_path / "a.doc", ["<w:p/>"])
    merged = '<w:tr><w:tc><w:tcPr><w:vmerge w:val="restart"/></w:tcPr><w:p/></w:tc></w:tr>'
    below = "<w:tr><w:tc><w:tcPr><w:vmerge/></w:tcPr><w:p/></w:tc></w:tr>"
    path.write_text(path.read_text().replace("<w:tr>", f"{merged}{below}<w:tr>", 1))
    assert [(c.row, c.row_span) for c in electronic.read(path).tables[0].cells] == [(0, 2), (2, 1)]


def flat(path, whole):
    with zipfile.ZipFile(whole) as package:
        parts = "".join(
            f'<pkg:part pkg:name="/{n}" pkg:contentType={quoteattr(TYPES.get(n.rsplit("/", 1)[-1], RELATIONS))}>'
            f"<pkg:xmlData>{package.read(n).decode()}</pkg:xmlData></pkg:part>"
            for n in package.namelist()
            if n != "[Content_Types].xml"
        )
    name = "http://schemas.microsoft.com/office/2006/xmlPackage"
    path.write_text(f'{WORD}<pkg:package xmlns:pkg="{name}">{parts}</pkg:package>', encoding="utf-8")
    return path


RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
TYPES = {
    "document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "numbering.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml",
}


def test_a_flat_package_is_read_as_the_document_it_is(tmp_path):
    whole = document(tmp_path / "a.docx", table(row(cell(numbered(1)), "甲")), parts={"numbering": NUMBERING})
    found = electronic.read(flat(tmp_path / "b.doc", whole))
    assert found.kind == "word-xml" and texts(found) == ["1", "甲"]


@pytest.mark.parametrize(
    "change", [("<w:wordDocument", "<!DOCTYPE a [<!ENTITY b 'c'>]><w:wordDocument"), ("</w:body>", "")]
)
def test_entities_and_damage_are_refused(tmp_path, change):
    path = old(tmp_path / "a.doc", ["<w:p/>"])
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(UnreadableFileError) as caught:
        electronic.read(path)
    assert caught.value.code == "file-damaged"
