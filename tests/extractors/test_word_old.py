"""Word's other formats are read as what they are, by LibreOffice; nothing is fetched or run meanwhile."""

import http.server
import os
import subprocess
import threading
import time
import zipfile

import pytest
from word_files import NUMBERING, cell, document, numbered, paragraph, row, run, table

from extractors import electronic, office, word_old
from extractors.errors import UnreadableFileError
from pipeline.findings import of_notice

TRACKED = "<w:del w:id='1' w:author='李' w:date='2024-10-09T00:00:00Z'><w:r><w:delText>5</w:delText></w:r></w:del>"
TRACKED += f"<w:ins w:id='2' w:author='李' w:date='2024-10-09T00:00:00Z'>{run('6')}</w:ins>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One document in each format, made in one start of LibreOffice a format."""
    base = tmp_path_factory.mktemp("old")
    merged = cell("1", properties='<w:vMerge w:val="restart"/>'), cell("", properties="<w:vMerge/>")
    rows = [
        row(cell("序号"), cell("平台", properties='<w:gridSpan w:val="2"/>')),
        row(merged[0], "甲中试平台", cell(paragraph("12", TRACKED))),
        row(merged[1], "乙", cell(paragraph("显", run("隐", "<w:vanish/>")))),
        row(cell(numbered(1)), "丙", ""),
    ]
    widths = '<w:tblGrid><w:gridCol w:w="1500"/><w:gridCol w:w="3000"/><w:gridCol w:w="1500"/></w:tblGrid>'
    xml = table(*rows).replace("<w:tblGrid/>", widths)
    source = document(base / "form.docx", xml, paragraph("2024年10月9日"), parts={"numbering": NUMBERING})
    for to in ("doc", "rtf"):
        with office.convert(source, to, "docx") as made:
            (base / f"form.{to}").write_bytes(made.read_bytes())
    return base


@pytest.mark.parametrize(("kind", "name"), [("doc", "form.wps"), ("rtf", "form.doc")])
def test_old_formats_are_told_by_their_content_and_read(folder, tmp_path, kind, name):
    path = tmp_path / name
    path.write_bytes((folder / f"form.{kind}").read_bytes())
    found = electronic.read(path)
    (form,) = found.tables
    assert found.kind == kind
    cells = {c.place: (c.text, c.row_span, c.column_span) for c in form.cells}
    assert cells["table 1, row 1, column 2"] == ("平台", 1, 2)
    assert cells["table 1, row 2, column 1"] == ("1", 2, 1)
    assert cells["table 1, row 2, column 3"] == ("126", 1, 1)
    assert cells["table 1, row 3, column 3"] == ("显", 1, 1)
    assert cells["table 1, row 4, column 1"] == ("1", 1, 1)
    assert [line.text for line in found.lines] == ["2024年10月9日"]
    assert all(of_notice(n).message for n in found.notices)
    codes = {n.code: n.place for n in found.notices}
    assert codes == {"change-tracked": "table 1, row 2, column 3", "text-hidden": "table 1, row 3, column 3"}


def code_of(path):
    with pytest.raises(UnreadableFileError) as caught:
        electronic.read(path)
    assert path.name in caught.value.message
    return caught.value.code


def test_a_password_and_damage_are_told(folder, tmp_path):
    data = bytearray((folder / "form.doc").read_bytes())
    at = data.index(b"\xec\xa5")
    data[at + 11] |= 1
    locked, cut = tmp_path / "locked.doc", tmp_path / "cut.doc"
    locked.write_bytes(data)
    cut.write_bytes(data[:4000])
    assert code_of(locked) == "file-encrypted"
    assert code_of(cut) in ("file-damaged", "file-type-unknown")


def test_where_libreoffice_is_absent_the_text_says_what_to_install(folder, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableFileError) as caught:
        word_old.read(folder / "form.doc", "doc")
    assert caught.value.code == "office-missing" and "apt install libreoffice-writer" in caught.value.message


def test_a_program_that_hangs_is_ended_with_all_that_it_started(folder, tmp_path, monkeypatch):
    mark = tmp_path / "child"
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {mark}\nwait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(office, "SECONDS", 1)
    with pytest.raises(UnreadableFileError) as caught, office.convert(folder / "form.doc", "docx"):
        pass
    assert caught.value.code == "office-too-slow"
    child = int(mark.read_text())
    for _ in range(100):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True).stdout.strip()
        if not state or state.startswith("Z"):
            return
        time.sleep(0.05)
    raise AssertionError(state)


def test_nothing_that_a_document_names_is_fetched(tmp_path):
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        rtf = (
            r"{\rtf1{\*\template "
            + address
            + r"/t.dot}{\field{\*\fldinst INCLUDEPICTURE \""
            + address
            + r"/a.png\" \\d}}"
            r"{\field{\*\fldinst INCLUDETEXT \"" + address + r"/b.rtf\"}}\trowd\cellx1000\intbl 1\cell\row\pard x\par}"
        )
        path = tmp_path / "a.doc"
        path.write_text(rtf.replace('\\"', '"'))
        found = electronic.read(path)
        server.shutdown()
    assert found.kind == "rtf" and asked == []


def test_an_encrypted_text_document_says_so(tmp_path):
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("META-INF/manifest.xml", "<manifest><encryption-data/></manifest>")
    assert code_of(path) == "file-encrypted"
