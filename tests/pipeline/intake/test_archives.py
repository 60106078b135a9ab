"""Archives: names, limits, and what can't be opened."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from made_messages import make_docx, make_scan, make_xlsx, make_zip

from pipeline.intake.archives.zips import member_name
from pipeline.intake.mail import Attachment, Mail
from pipeline.intake.opening import open_mail
from pipeline.settings import Limits

NAME = "附件3 名录及储备建设情况(四川省).xlsx"


def archive(data: bytes, limits: Limits | None = None) -> tuple[list[Attachment], list[str]]:
    attachment = Attachment("材料.zip", b"", "ascii", True, data, "application/zip", "2")
    files, findings = open_mail(Mail(attachments=[attachment]), "a.eml", limits or Limits())
    return files, [finding.code for finding in findings]


def names(data: bytes) -> list[str]:
    return [file.name for file in archive(data)[0]]


def plain_zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return out.getvalue()


def test_gbk_names_without_the_utf8_flag() -> None:
    assert names(make_zip([(NAME.encode("gbk"), b"1"), ("盖章件.pdf".encode("gbk"), b"2")])) == [NAME, "盖章件.pdf"]


def test_utf8_names_without_the_flag() -> None:
    assert names(make_zip([(NAME.encode(), b"1")])) == [NAME]


def test_utf8_names_with_the_flag() -> None:
    assert names(make_zip([(NAME.encode(), b"1")], utf8_flag=True)) == [NAME]


def test_gbk_names_read_as_code_page_437_and_stored_as_utf8() -> None:
    twice = NAME.encode("gbk").decode("cp437").encode()
    files, _ = archive(make_zip([(twice, b"1")], utf8_flag=True))
    assert (files[0].name, files[0].rule) == (NAME, "zip/cp437-twice/gb18030")


def test_a_latin_name_with_the_flag_is_left_alone() -> None:
    assert names(make_zip([("Überblick é.pdf".encode(), b"1")], utf8_flag=True)) == ["Überblick é.pdf"]


def test_the_name_in_the_unicode_extra_field() -> None:
    member = zipfile.ZipInfo()
    plain = "╕╜".encode("cp437")
    member.orig_filename, member.flag_bits = "╕╜", 0
    body = b"\x01" + struct.pack("<L", zlib.crc32(plain)) + "附件".encode()
    member.extra = struct.pack("<HH", 0x7075, len(body)) + body
    assert member_name(member).text == "附件"


def test_only_base_names_are_kept_and_the_path_is_remembered() -> None:
    files, _ = archive(plain_zip(**{"../../etc/附件.pdf": b"1", "报送/表.xlsx": b"2"}))
    assert [file.name for file in files] == ["附件.pdf", "表.xlsx"]
    assert files[1].path == "2/材料.zip/报送/表.xlsx"


def test_zips_within_zips() -> None:
    files, codes = archive(plain_zip(inner=plain_zip(scan=make_scan()), letter=b"x"))
    assert ([file.name for file in files], codes) == (["scan", "letter"], [])


def test_office_files_are_no_archives() -> None:
    for data in (make_xlsx(), make_docx("x")):
        files, codes = archive(data)
        assert ([file.data for file in files], codes) == ([data], [])


def test_a_zip_that_stores_a_pdf_uncompressed_is_an_archive() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("a.pdf", make_scan())
    assert names(out.getvalue()) == ["a.pdf"]


def test_nesting_beyond_the_limit() -> None:
    data = b"x"
    for _ in range(5):
        data = plain_zip(inner=data)
    assert archive(data)[1] == ["archive-too-deep"]


def test_too_many_files() -> None:
    files, codes = archive(plain_zip(**{f"{n}": b"x" for n in range(20)}), Limits(archive_files=10))
    assert (len(files), codes) == (10, ["archive-too-large"])


def test_a_bomb_stops_before_it_unfolds() -> None:
    assert archive(plain_zip(bomb=bytes(40 << 20)), Limits(archive_mb=30))[1] == ["archive-too-large"]
    assert archive(plain_zip(bomb=bytes(40 << 20)), Limits(attachment_mb=20))[1] == ["archive-too-large"]
    assert archive(plain_zip(bomb=bytes(40 << 20)))[1] == ["archive-too-large"]  # by its ratio


def test_a_password() -> None:
    packed = bytearray(plain_zip(secret=b"x" * 100))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + at] |= 1
    assert archive(bytes(packed)) == ([], ["archive-encrypted"])


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_zip_cut_short(cut: float) -> None:
    packed = plain_zip(a=make_scan(), b=make_xlsx())
    assert archive(packed[: int(len(packed) * cut)]) == ([], ["archive-damaged"])


def test_a_damaged_member_leaves_the_others() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("a.txt", b"A" * 1000)
        packed.writestr("b.txt", b"B" * 1000)
    files, codes = archive(out.getvalue().replace(b"A" * 1000, b"A" * 999 + b"C"))
    assert ([file.name for file in files], codes) == (["b.txt"], ["archive-damaged"])


def test_a_member_with_broken_lzma_is_damaged() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("a.txt", b"hello" * 500)
    data = bytearray(out.getvalue())
    for at in range(44, 70):
        data[at] ^= 0x5A
    assert archive(bytes(data)) == ([], ["archive-damaged"])


