"""Web pages that go by the name of an Office document."""

import pytest

from extractors import electronic
from extractors.errors import UnreadableFileError


def page(path, body, encoding="gb18030", head='<meta charset="gb2312">'):
    path.write_bytes(f"<html><head>{head}</head><body>{body}</body></html>".encode(encoding))
    return path


def texts(found):
    return {(c.row, c.column): c.text for c in found.tables[0].cells}


def test_cells_have_their_spans_lines_and_places(tmp_path):
    rows = "<tr><td rowspan=2>序号<td colspan=2>平台<br>名称<tr><td>甲<td><p>乙</p><p>丙&nbsp;丁</p>"
    found = electronic.read(page(tmp_path / "a.doc", f"<p>附件3</p><table>{rows}</table>"))
    assert texts(found) == {(0, 0): "序号", (0, 1): "平台\n名称", (1, 1): "甲", (1, 2): "乙\n丙 丁"}
    assert found.tables[0].cells[0].row_span == 2 and found.tables[0].cells[1].column_span == 2
    assert found.tables[0].cells[-1].place == "table 1, row 2, column 3"
    assert [line.text for line in found.lines] == ["附件3"]


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", '<meta charset="utf-8">'),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("gb18030", ""),
        ("gb18030", '<meta charset="gb2312">'),
    ],
)
def test_the_encoding_is_the_one_that_it_has(tmp_path, encoding, head):
    assert (
        texts(electronic.read(page(tmp_path / "a.xls", "<table><tr><td>镕㙍</table>", encoding, head)))[0, 0] == "镕㙍"
    )


def test_what_is_not_shown_is_told_and_scripts_are_no_text(tmp_path):
    rows = '<tr><td>1<script>x()</script><td style="display:none">2<tr hidden><td>3'
    found = electronic.read(page(tmp_path / "a.doc", f"<table>{rows}</table>"))
    assert texts(found) == {(0, 0): "1", (0, 1): ""}
    assert [(n.code, n.place, n.params["text"]) for n in found.notices] == [
        ("text-hidden", "table 1, row 1, column 2", "2"), ("text-hidden", "table 1, row 2", "3"),
    ]  # fmt: skip


@pytest.mark.parametrize("body", ["<div>" * 50_000, "<table><tr>" + "<td rowspan=1000 colspan=1000>x" * 9 + "</table>"])
def test_a_page_that_would_take_all_memory_is_refused(tmp_path, body):
    with pytest.raises(UnreadableFileError) as caught:
        electronic.read(page(tmp_path / "a.doc", body + "<table><tr><td>1</table>"))
    assert caught.value.code == "file-damaged"


def test_a_table_within_many_elements_is_read(tmp_path):
    body = "<div>" * 300 + "<table><tr><td>1</table>"
    assert texts(electronic.read(page(tmp_path / "a.doc", body))) == {(0, 0): "1"}


def test_a_web_archive_is_no_mail_and_a_mail_is_no_web_archive(tmp_path):
    archive = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n{}\r\n--b\r\n"
    content = "Content-Type: text/html\r\n\r\n<html><table><tr><td>1</td></tr></table></html>\r\n--b--\r\n"
    (tmp_path / "a.doc").write_text(archive.format("") + content)
    (tmp_path / "b.eml").write_text(archive.format("From: a@example.com\r\nTo: b@example.com\r\n") + content)
    assert electronic.read(tmp_path / "a.doc").kind == "mht"
    with pytest.raises(UnreadableFileError) as caught:
        electronic.read(tmp_path / "b.eml")
    assert caught.value.code == "file-type-unsupported"
