"""Sheets that are locked, damaged or made to harm: a finding or a refusal, in bounded time."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_files import changed_package, compound_file

from extractors import electronic, ooxml
from extractors.errors import UnreadableFileError

RESOURCES = Path(__file__).parent / "resources"
SHEET = "xl/worksheets/sheet1.xml"
BOMB = b"""<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>"""
EXTERNAL = b"""<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>"""


def form(path):
    book = openpyxl.Workbook()
    book.active.title = "附件3"
    book.active.append(["序号", "平台名称"])
    book.active.append([1, "甲中试平台"])
    book.save(path)
    return path


def added(path, target, *names):
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        for name in names:
            new.writestr(name, "x")
    return target


def code_of(path):
    with pytest.raises(UnreadableFileError) as caught:
        electronic.read(path)
    return caught.value.code


def codes(path):
    return {n.code: n.params for n in electronic.read(path).notices}


@pytest.mark.parametrize("doctype", [BOMB, EXTERNAL])
@pytest.mark.parametrize(
    ("part", "start"),
    [
        (SHEET, b"<worksheet"),
        ("xl/workbook.xml", b"<workbook"),
        ("xl/styles.xml", b"<styleSheet"),
        ("[Content_Types].xml", b"<Types"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships"),
    ],
)
def test_a_part_that_declares_entities_is_refused(tmp_path, doctype, part, start):
    changed = changed_package(form(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", {part: (start, doctype + start)})
    assert code_of(changed) == "file-damaged"


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-16"])
def test_entities_in_another_charset_are_refused_too(tmp_path, charset):
    with zipfile.ZipFile(form(tmp_path / "a.xlsx")) as package:
        data = package.read(SHEET)
    bomb = data.replace(b"<worksheet", BOMB + b"<worksheet").decode().encode(charset)
    changed = changed_package(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {SHEET: (data, bomb)})
    assert code_of(changed) == "file-damaged"


@pytest.mark.parametrize("doctype", [BOMB, EXTERNAL])
def test_entities_in_other_formats_are_refused_or_stay_empty(tmp_path, doctype):
    flat = b'<?xml version="1.0"?>' + doctype + b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    (tmp_path / "a.xls").write_bytes(flat)
    assert code_of(tmp_path / "a.xls") == "file-damaged"
    changes = {"content.xml": (b"<office:document-content", doctype + b"<office:document-content")}
    assert code_of(changed_package(RESOURCES / "hiding.ods", tmp_path / "a.ods", changes)) == "file-damaged"
    page = b"<html>" + doctype + b"<table><tr><td>&b;x</td></tr></table></html>"
    (tmp_path / "b.xls").write_bytes(page)
    assert "root:" not in electronic.read(tmp_path / "b.xls").tables[0].cells[0].text


def test_what_unpacks_to_gigabytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(ooxml, "MOST_BYTES", 1 << 20)
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(form(tmp_path / "a.xlsx")) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/media/a.bin", bytes(2 << 20))
    assert code_of(path) == "file-too-large"


def test_a_part_that_is_larger_than_it_says_is_damaged(tmp_path):
    data = bytearray(form(tmp_path / "a.xlsx").read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        size = package.getinfo(SHEET).file_size
    at = data.index(b"PK\x01\x02")
    while SHEET.encode() != data[at + 46 : at + 46 + len(SHEET)]:
        at = data.index(b"PK\x01\x02", at + 1)
    data[at + 24 : at + 28] = (size // 2).to_bytes(4, "little")
    (tmp_path / "b.xlsx").write_bytes(data)
    assert code_of(tmp_path / "b.xlsx") == "file-damaged"


def test_a_million_rows_and_all_columns_of_nothing_are_read_at_once(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["序号", "平台名称"])
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        data = package.read(SHEET)
    rows = b"".join(b'<row r="%d" ht="15"/>' % r for r in range(2, 100_001))
    last = b'<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    cols = b'<cols><col min="1" max="16384" width="9" hidden="1"/></cols><sheetData>'
    full = data.replace(b"</sheetData>", rows + last + b"</sheetData>").replace(b"<sheetData>", cols)
    merges = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    full = full.replace(b"</sheetData>", merges)
    document = electronic.read(changed_package(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {SHEET: (data, full)}))
    (table,) = document.tables
    assert (table.rows, table.columns) == (1, 1)
    assert {n.code for n in document.notices} == {"lines-hidden", "merge-covers"}


def test_merged_cells_over_each_other_without_end_are_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["CV1000"] = "甲", "乙"
    book.save(tmp_path / "a.xlsx")
    merges = b"".join(b'<mergeCell ref="A%d:CV1000"/>' % r for r in range(1, 200))
    changes = {SHEET: (b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>")}
    assert code_of(changed_package(tmp_path / "a.xlsx", tmp_path / "b.xlsx", changes)) == "file-damaged"


@pytest.mark.parametrize("place", ["XFE1", "AAAA1", "1", "A0", "A1048577", "甲1", "A-1"])
def test_a_cell_at_an_impossible_place_is_not_put_elsewhere(tmp_path, place):
    path = form(tmp_path / "a.xlsx")
    changes = {SHEET: (b'r="A2"', f'r="{place}"'.encode())}
    changed = changed_package(path, tmp_path / "b.xlsx", changes)
    try:
        document = electronic.read(changed)
    except UnreadableFileError as error:
        assert error.code == "file-damaged"
    else:
        assert document.tables[0].rows == 2


def test_an_encrypted_old_workbook_says_so(tmp_path):
    data = (RESOURCES / "form.xls").read_bytes()
    at = data.index(bytes.fromhex("e1000200"))  # INTERFACEHDR becomes FILEPASS
    (tmp_path / "a.xls").write_bytes(data[:at] + b"\x2f" + data[at + 1 :])
    assert code_of(tmp_path / "a.xls") == "file-encrypted"


def test_an_encrypted_open_document_says_so(tmp_path):
    changes = {"META-INF/manifest.xml": (b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>")}
    path = changed_package(RESOURCES / "hiding.ods", tmp_path / "a.ods", changes)
    assert code_of(path) == "file-encrypted"


def test_macros_and_links_are_told_of(tmp_path):
    path = added(
        form(tmp_path / "a.xlsx"), tmp_path / "b.xlsm", "xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"
    )
    assert codes(path) == {"macro-found": {}, "external-links": {"count": "1"}}
    assert (
        codes(added(RESOURCES / "hiding.ods", tmp_path / "a.ods", "Basic/Standard/Module1.xml"))["macro-found"] == {}
    )
    assert "macro-found" in codes(added(RESOURCES / "form.xlsb", tmp_path / "a.xlsb", "xl/vbaProject.bin"))


def test_a_compound_file_with_nothing_of_a_workbook_is_damaged(tmp_path):
    assert code_of(compound_file(tmp_path / "a.xls", "Workbook")) == "file-damaged"


@pytest.mark.parametrize("name", ["form.xls", "hiding.xls", "hiding.ods", "form.xlsb", "hiding.html"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1, exclude_max=True), new=st.binary(min_size=1, max_size=6))
def test_a_file_with_changed_bytes_is_read_or_refused(tmp_path, name, at, new):
    data = (RESOURCES / name).read_bytes()
    start = int(at * len(data))
    path = tmp_path / name
    path.write_bytes(data[:start] + new + data[start + len(new) :])
    try:
        electronic.read(path)
    except UnreadableFileError as error:
        assert error.message


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.floats(0, 1, exclude_max=True),
    new=st.binary(min_size=1, max_size=6),
    part=st.sampled_from([SHEET, "xl/styles.xml", "xl/workbook.xml"]),
)
def test_a_workbook_with_changed_bytes_in_a_part_is_read_or_refused(tmp_path, at, new, part):
    with zipfile.ZipFile(form(tmp_path / "a.xlsx")) as package:
        data = package.read(part)
    start = int(at * len(data))
    changed = data[:start] + new + data[start + len(new) :]
    path = changed_package(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {part: (data, changed)})
    try:
        electronic.read(path)
    except UnreadableFileError as error:
        assert error.message
