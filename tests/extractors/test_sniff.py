import zipfile

import docx
import openpyxl
import pytest
from made_files import compound_file, pdf

from extractors.errors import UnreadableFileError, UsageError
from extractors.sniff import kind_of, ole_is_whole


def written(path, data):
    path.write_bytes(data)
    return path


def package(path, *names):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return path


def test_office_files_are_known_by_what_they_hold_not_by_their_names(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.doc")
    docx.Document().save(str(tmp_path / "b.xls"))
    assert kind_of(tmp_path / "a.doc") == "xlsx"
    assert kind_of(tmp_path / "b.xls") == "docx"
    assert kind_of(pdf(tmp_path / "c.xlsx", "")) == "pdf"


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        ("Workbook", "xls"),
        ("Book", "xls"),
        ("WordDocument", "doc"),
        ("EncryptedPackage", "encrypted"),
        ("PowerPoint Document", "ppt"),
        ("__properties_version1.0", "msg"),
        ("Something", "ole2"),
    ],
)
def test_a_compound_file_is_known_by_its_streams(tmp_path, stream, kind):
    assert kind_of(compound_file(tmp_path / "a.xls", "\x05SummaryInformation", "One", "Two", "Three", stream)) == kind


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (["附件3.xlsx"], "zip"),
        (["OFD.xml", "Doc_0/Document.xml"], "ofd"),
        (["xl/workbook.bin"], "xlsb"),
        (["ppt/presentation.xml"], "pptx"),
    ],
)
def test_a_zip_is_known_by_its_parts(tmp_path, parts, kind):
    assert kind_of(package(tmp_path / "a", *parts)) == kind


def test_an_open_document_is_known_by_its_media_type(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert kind_of(tmp_path / "a.ods") == "ods"


def test_an_office_package_cut_short_is_still_known(tmp_path):
    openpyxl.Workbook().save(tmp_path / "whole.xlsx")
    data = (tmp_path / "whole.xlsx").read_bytes()
    assert kind_of(written(tmp_path / "half.xlsx", data[: len(data) // 2])) == "xlsx"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Rar!\x1a\x07\x01\x00", "rar"),
        (b"7z\xbc\xaf\x27\x1c\x00", "7z"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"{\\rtf1", "rtf"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "html"),
        (b"<table><tr><td>1</td></tr></table>", "html"),
        (b'<?xml version="1.0"?><a/>', "xml"),
        (b"Received: from a\r\n by b\r\nFrom: a@example.gov.cn\r\nSubject: x\r\n\r\ntext", "eml"),
        ("序号,平台名称\r\n1,甲".encode("gb18030"), "text"),
        (b"\x00\x01\x02\x03" * 40, "unknown"),
    ],
)
def test_other_files_are_known_by_their_first_bytes(tmp_path, data, kind):
    assert kind_of(written(tmp_path / "a", data)) == kind


def test_a_broken_compound_file_raises_nothing(tmp_path):
    data = compound_file(tmp_path / "a.xls", "Workbook").read_bytes()
    for length in (8, 30, 80, 512, 600, 1030):
        assert kind_of(written(tmp_path / "b.xls", data[:length])) in {"ole2", "xls"}


def test_a_compound_file_cut_short_is_not_whole(tmp_path):
    data = compound_file(tmp_path / "a.xls", "Workbook", "One", "Two", "Three", "Four").read_bytes()
    assert ole_is_whole(data)
    assert not any(ole_is_whole(data[:length]) for length in (8, 40, 600, 1100, len(data) - 512))


def test_an_empty_file_and_a_missing_one_say_so(tmp_path):
    with pytest.raises(UnreadableFileError) as empty:
        kind_of(written(tmp_path / "空.pdf", b""))
    assert empty.value.code == "file-empty" and "空.pdf" in empty.value.message
    with pytest.raises(UsageError) as missing:
        kind_of(tmp_path / "none.pdf")
    assert missing.value.code == "file-missing"
