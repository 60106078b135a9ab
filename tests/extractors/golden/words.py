"""How the golden Word documents are made: by python-docx, by LibreOffice from those, or by hand in the XML."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import sheets
import word_files as w
from docx.shared import Pt

from extractors import office

HEADER = ["序号", "中试平台名称", "建设运营单位", "投资总额（万元）", "建成时间"]
ROWS = [
    ["1", "轻合金中试平台", "山西轻合金研究院有限公司", "12850.5", "2021年6月"],
    ["2", "细胞治疗制剂\n中试熟化基地", "四川康源生物（集团）有限公司", "39491.56", "2019年11月"],
    ["3", "环保催化剂中试平台", "成都市环科中试中心", "7630", ""],
]
Fill = Callable[[Any, Any], None]
TRACK = "w:id='1' w:author='李四' w:date='2024-10-09T00:00:00Z'"


def form(path: Path, fill: Fill | None = None) -> None:
    """A title, the form, a date below it."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(10)
    document.add_paragraph(sheets.TITLE)
    table = document.add_table(1 + len(ROWS), len(HEADER))
    table.style = "Table Grid"
    for r, row in enumerate([HEADER, *ROWS]):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    document.add_paragraph("填报日期：2024年10月9日")
    if fill is not None:
        fill(document, table)
    # Word's own template has a picture of itself and 30 kB of styles.
    document.save(str(path))


def filled(fill: Fill) -> Callable[[Path], None]:
    return lambda path: form(path, fill)


def merged(document: Any, table: Any) -> None:
    table.add_row()
    table.cell(4, 0).merge(table.cell(4, 2)).text = "合计"
    table.cell(4, 3).text = "59972.06"
    table.cell(2, 2).text = table.cell(3, 2).text = ""
    table.cell(2, 2).merge(table.cell(3, 2)).text = "成都市环科中试中心"


def split_tables(document: Any, table: Any) -> None:
    """A list of contacts, then the rest of the form without its header."""
    contacts = document.add_table(2, 2)
    for cell, text in zip(contacts._cells, ["联系人", "电话", "李四", "010-66010000"], strict=True):
        cell.text = text
    document.add_paragraph()
    more = document.add_table(1, 5)
    for cell, text in zip(more._cells, ["4", "稀土材料中试平台", "包头稀土研究院", "5600", "2022年1月"], strict=True):
        cell.text = text
    document.add_paragraph()


def nested(document: Any, table: Any) -> None:
    inner = table.cell(3, 4).add_table(2, 2)
    for cell, text in zip(inner._cells, ["一期", "2020年5月", "二期", "在建"], strict=True):
        cell.text = text


def by_office(to: str, make: Callable[[Path], None] = form) -> Callable[[Path], None]:
    """The same document, saved by LibreOffice in another format."""

    def save(path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "form.docx"
            make(source)
            with office.convert(source, to) as made:
                path.write_bytes(made.read_bytes())

    return save


def rows(*changed: str) -> str:
    """The form as XML, with some of its records written otherwise, and the empty paragraph that Word has below it."""
    plain = [w.row(*row) for row in [HEADER, *ROWS]]
    return w.table(*(changed[i] if i < len(changed) and changed[i] else row for i, row in enumerate(plain))) + "<w:p/>"


def tracked(path: Path) -> None:
    amount = w.paragraph(
        "1",
        f"<w:del {TRACK}><w:r><w:delText>2850.5</w:delText></w:r></w:del>",
        f"<w:ins {TRACK}>{w.run('3000')}</w:ins>",
    )
    first = w.row(*ROWS[0][:3], w.cell(amount), ROWS[0][4])
    gone = w.row(*ROWS[1], properties=f"<w:del {TRACK}/>")
    added = w.row("3", "新增中试平台", "甲公司", "10", "2024年", properties=f"<w:ins {TRACK}/>")
    w.document(path, rows("", first, gone, added))


def numbered(path: Path) -> None:
    records = [w.row(w.cell(w.numbered(1)), *row[1:]) for row in ROWS]
    heading = w.numbered(2, 0, "省级中试平台")
    w.document(path, heading, rows("", *records), w.numbered(2, 0, "说明"), parts={"numbering": w.NUMBERING})


def hiding(path: Path) -> None:
    """Hidden, white, tiny and struck text, a comment, a footnote, a text box, a field without result."""
    white, dark = '<w:color w:val="FFFFFF"/>', '<w:shd w:val="clear" w:fill="203864"/>'
    header = w.row(*(w.cell(w.paragraph(w.run(h, white)), properties=dark) for h in HEADER))
    first = w.row(
        "1",
        w.cell(w.paragraph("轻合金中试平台", w.run("（草稿）", "<w:vanish/>"))),
        w.cell(w.paragraph("山西轻合金研究院", w.run("有限公司", white))),
        w.cell(w.paragraph("12850.5", '<w:r><w:commentReference w:id="7"/><w:footnoteReference w:id="3"/></w:r>')),
        w.cell(w.paragraph(w.run("2020年", "<w:strike/>"), "2021年6月", w.run("暂定", '<w:sz w:val="2"/>'))),
    )
    marks = (f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "end"))
    field = f"<w:r>{'<w:instrText>=SUM(ABOVE)</w:instrText>'.join(marks)}</w:r>"
    total = w.row("合计", "", "", w.cell(w.paragraph(field)), "")
    parts = {
        "comments": f'<w:comment w:id="7" w:author="张三">{w.paragraph("财务口径")}</w:comment>',
        "footnotes": f'<w:footnote w:id="3">{w.paragraph("含设备")}</w:footnote>',
    }
    w.document(path, rows(header, first, "", total), parts=parts)


def controls(path: Path) -> None:
    def control(inner: str, properties: str = "") -> str:
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    empty = control(w.run("单击此处输入日期。"), "<w:showingPlcHdr/>")
    first = control(w.row("1", control(w.cell(ROWS[0][1])), *ROWS[0][2:4], w.cell(w.paragraph(empty))))
    box = '<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>'
    second = w.row("2", w.cell(w.paragraph(box, "细胞治疗")), *ROWS[1][2:])
    w.document(path, control(rows("", first, second)))


def embedded(path: Path) -> None:
    workbook = io.BytesIO()
    sheets.book(workbook)  # type: ignore[arg-type]  # openpyxl writes to either
    relation = f'<Relationship Id="o1" Type="{w.R}/package" Target="embeddings/a.xlsx"/>'
    thing = '<w:r><w:object><o:OLEObject Type="Embed" ProgID="Excel.Sheet.12" r:id="o1"/></w:object></w:r>'
    files = {"word/embeddings/a.xlsx": workbook.getvalue()}
    w.document(path, w.paragraph("附件3"), w.paragraph(thing), relations=relation, files=files)


def macros(path: Path) -> None:
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    relation = f'<Relationship Id="v" Type="{kind}" Target="vbaProject.bin"/>'
    afar = (
        f'<Relationship Id="t" Type="{w.R}/attachedTemplate" Target="http://192.0.2.1/t.dotm" TargetMode="External"/>'
    )
    w.document(path, rows(), relations=relation + afar, main=w.MACROS, files={"word/vbaProject.bin": b"\xd0\xcf"})


def strict(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        usual = w.document(Path(folder) / "a.docx", rows())
        with zipfile.ZipFile(usual) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                text = old.read(name).decode("utf-8")
                for part in ("officeDocument", "wordprocessingml"):
                    text = text.replace(f"schemas.openxmlformats.org/{part}/2006/", f"purl.oclc.org/ooxml/{part}/")
                new.writestr(name, text)


def page() -> str:
    cells = [[text.replace("\n", "<br>") for text in row] for row in [HEADER, *ROWS]]
    lines = "".join("<tr>" + "".join(f"<td><p>{text}</p></td>" for text in row) + "</tr>" for row in cells)
    hidden = '<tr style="display:none"><td>9</td><td>隐藏</td></tr>'
    charset = '<meta http-equiv=Content-Type content="text/html; charset=gb2312">'
    word = 'xmlns:w="urn:schemas-microsoft-com:office:word"'
    return f"<html {word}><head>{charset}</head><body><p>附件3</p><table>{lines}{hidden}</table></body></html>"


def web_archive(path: Path) -> None:
    import quopri

    body = quopri.encodestring(page().encode("gb18030")).decode("ascii").replace("\n", "\r\n")
    path.write_bytes(
        (
            'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="--=_A"\r\n\r\n----=_A\r\n'
            "Content-Location: file:///C:/a.htm\r\nContent-Transfer-Encoding: quoted-printable\r\n"
            f'Content-Type: text/html; charset="gb2312"\r\n\r\n{body}\r\n----=_A--\r\n'
        ).encode("ascii")
    )


def broken(path: Path) -> None:
    form(path)
    path.write_bytes(path.read_bytes()[:9000])


def entities(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = w.document(Path(folder) / "a.docx", rows())
        with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                bomb = (
                    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
                    if name.endswith("document.xml")
                    else b""
                )
                new.writestr(name, bomb + old.read(name))


DOCUMENTS: dict[str, Callable[[Path], None]] = {
    "plain.docx": form,
    "merged.docx": filled(merged),
    "several-tables.docx": filled(split_tables),
    "nested.docx": filled(nested),
    "tracked.docx": tracked,
    "numbered.docx": numbered,
    "hiding.docx": hiding,
    "controls.docx": controls,
    "embedded-workbook.docx": embedded,
    "macros.docm": macros,
    "strict.docx": strict,
    "broken.docx": broken,
    "entities.docx": entities,
    "merged-97.doc": by_office("doc", filled(merged)),
    "tracked-97.wps": by_office("doc", tracked),
    "rtf-named.doc": by_office("rtf"),
    "numbered.odt": by_office("odt", numbered),
    "word-2003-xml.doc": by_office("xml:MS Word 2003 XML", numbered),
    "web-page.doc": lambda path: path.write_bytes(page().encode("gb18030")) and None,
    "web-archive.doc": web_archive,
}
