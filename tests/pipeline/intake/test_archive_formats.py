"""rar, 7z, tar and compressed files; in each other in any mix; passwords that the message gives."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_archives import (
    MODE_LINK,
    RESOURCES,
    deflate64_zip,
    locked_zip,
    old_locked_zip,
    plain_zip,
    rar4,
    rar5,
    raw_zip,
    seven_zip,
    tar,
)
from made_messages import COPY, SCAN, make_message, make_part, make_report, whole_copies

from pipeline.intake.mail import Attachment, Mail
from pipeline.intake.opening import open_mail
from pipeline.intake.reading import read_message
from pipeline.settings import Limits, Settings

NAME = "附件3 名录及储备建设情况(四川省).xlsx"


def open_one(
    data: bytes, name: str = "材料", limits: Limits | None = None, **mail: str
) -> tuple[list[Attachment], list[str]]:
    attachment = Attachment(name, b"", "ascii", True, data, "", "2")
    files, findings = open_mail(Mail(attachments=[attachment], **mail), "a.eml", limits or Limits())  # type: ignore[arg-type]
    for finding in findings:
        assert finding.message
    return files, [finding.code for finding in findings]


def contents(data: bytes, **how: str) -> dict[str, bytes]:
    files, codes = open_one(data, **how)
    assert codes == []
    return {file.name: file.data for file in files}


MAKERS: dict[str, Callable[[str, bytes], bytes]] = {
    "zip": lambda name, data: plain_zip((name, data)),
    "rar5": lambda name, data: rar5((name, data)),
    "rar4": lambda name, data: rar4((name.encode("gbk"), data)),
    "7z": lambda name, data: seven_zip((name, data)),
    "tar": lambda name, data: tar((name, data)),
    "tar.gz": lambda name, data: tar((name, data), mode="w:gz"),
    "tar.bz2": lambda name, data: tar((name, data), mode="w:bz2"),
    "tar.xz": lambda name, data: tar((name, data), mode="w:xz"),
    "deflate64": deflate64_zip,
}


@pytest.mark.parametrize("form", MAKERS)
def test_every_format_gives_its_files(form: str) -> None:
    data = b"%PDF-1.4 " + bytes(range(256)) * 900
    files, codes = open_one(MAKERS[form]("报送/" + NAME, data))
    assert codes == []
    assert [(file.name, file.path, file.data == data) for file in files] == [(NAME, f"2/材料/报送/{NAME}", True)]


@pytest.mark.parametrize("outer", MAKERS)
@pytest.mark.parametrize("inner", MAKERS)
def test_archives_in_each_other(outer: str, inner: str) -> None:
    assert contents(MAKERS[outer]("内.bin", MAKERS[inner](NAME, b"%PDF-1.4"))) == {NAME: b"%PDF-1.4"}


@pytest.mark.parametrize("outer", MAKERS)
def test_a_message_in_an_archive_gives_its_attachments(outer: str) -> None:
    files, codes = open_one(MAKERS[outer]("转发.eml", make_report()))
    assert ([file.name for file in files], codes) == ([SCAN, COPY], [])


@pytest.mark.parametrize(
    ("pack", "suffix"), [(gzip.compress, ".gz"), (bz2.compress, ".bz2"), (lzma.compress, ".xz")]
)
def test_one_compressed_file_is_named_by_its_archive(pack: Callable[[bytes], bytes], suffix: str) -> None:
    assert contents(pack(b"%PDF-1.4"), name=NAME + suffix) == {NAME: b"%PDF-1.4"}


def test_a_gzip_file_that_keeps_a_name() -> None:
    out = io.BytesIO()
    with gzip.GzipFile("x", "wb", fileobj=out) as packed:
        packed.write(b"%PDF-1.4")
    data = out.getvalue().replace(b"x\0", "盖章件.pdf".encode("gbk") + b"\0", 1)
    files, _ = open_one(data, name="a.gz")
    assert (files[0].name, files[0].rule) == ("盖章件.pdf", "gz/gb18030")


def test_gzip_streams_in_a_row_are_one_file() -> None:
    assert contents(gzip.compress(b"%PDF-") + gzip.compress(b"1.4"), name="a.pdf.gz") == {"a.pdf": b"%PDF-1.4"}


def test_gbk_names_in_rar4_and_tar() -> None:
    for data, form in ((rar4((NAME.encode("gbk"), b"1")), "rar"), (tar((NAME.encode("gbk"), b"1")), "tar")):
        files, codes = open_one(data)
        assert ([(f.name, f.rule) for f in files], codes) == ([(NAME, f"{form}/gb18030")], [])


def test_names_of_pax_headers() -> None:
    files, _ = open_one(tar(("深" * 80 + ".pdf", b"1"), form=tarfile.PAX_FORMAT))
    assert (files[0].name, files[0].rule) == ("深" * 80 + ".pdf", "tar/pax/unicode")


def test_rar_of_real_programs() -> None:
    files, codes = open_one((RESOURCES / "rar3-subdirs.rar").read_bytes())
    assert ([f.path for f in files][2], codes) == ("2/材料/sub/üȵĩöḋè/file.txt", [])
    files, codes = open_one((RESOURCES / "rar5-dups.rar").read_bytes())
    assert (len(files), {file.data for file in files}, codes) == (9, {files[0].data}, [])


# Passwords


@pytest.mark.parametrize(
    "said",
    [
        "压缩包密码：Zs2024#a", "解压密码为Zs2024#a，请查收。", "解压密码为“Zs2024#a”", "口令: Zs2024#a",
        "密码（解压）：Zs2024#a", "password: Zs2024#a.", "密码是【Zs2024#a】", "附件已加密，密 码：Ｚｓ２０２４＃ａ", 
        "PASSWORD=Zs2024#a", "密码 Zs2024#a",
        "附件为加密压缩包，密码见下：Zs2024#a", "密码见正文：\nZs2024#a", "解压密码（Zs2024#a）",
        "密码为电话后四位Zs2024#a",
        "密码另行通知。更正：密码为Zs2024#a请查收", "密码统一为：Zs2024#a；如有疑问请电话联系",
    ],
)  # fmt: skip
def test_a_password_from_the_text(said: str) -> None:
    data = locked_zip(b"Zs2024#a", ("a.pdf", b"%PDF-1.4"))
    files, codes = open_one(data, body=said)
    assert ([f.data for f in files], codes) == ([b"%PDF-1.4"], ["archive-opened"])


LOCKED: dict[str, Callable[[str], bytes]] = {
    "zip, AES": lambda word: locked_zip(word.encode(), ("a.pdf", b"%PDF-1.4"), ("b.pdf", b"%PDF-1.5")),
    "zip, AES, password in GBK": lambda word: locked_zip(word.encode("gbk"), ("a.pdf", b"%PDF-1.4")),
    "zip, ZipCrypto": lambda word: old_locked_zip(word.encode("gbk"), "a.pdf", b"%PDF-1.4"),
    "rar": lambda word: rar5(("a.pdf", b"%PDF-1.4"), ("b.pdf", b"%PDF-1.5"), password=word),
    "7z": lambda word: seven_zip(("a.pdf", b"%PDF-1.4"), password=word),
    "7z, names too": lambda word: seven_zip(("a.pdf", b"%PDF-1.4"), password=word, hidden=True),
}


@pytest.mark.parametrize("form", LOCKED)
@pytest.mark.parametrize("word", ["Sc#2024", "中试平台"])
def test_locked_archives_of_every_kind(form: str, word: str) -> None:
    data = LOCKED[form](word)
    files, codes = open_one(data, body=f"密码：错的123\n密码：“{word}”")
    assert (files[0].data, codes) == (b"%PDF-1.4", ["archive-opened"])
    assert open_one(data, body="密码：错的") == ([], ["archive-encrypted"])
    assert open_one(data) == ([], ["archive-encrypted"])


@pytest.mark.parametrize("name", ["rar5-psw.rar", "rar5-hpsw.rar"])
def test_a_rar_with_a_password_from_the_text(name: str) -> None:
    data = (RESOURCES / name).read_bytes()
    files, codes = open_one(data, body="password: password")
    assert ([(f.name, len(f.data)) for f in files], codes) == (
        [("stest1.txt", 2048), ("stest2.txt", 2048)], ["archive-opened"]
    )  # fmt: skip
    assert open_one(data) == ([], ["archive-encrypted"])


def test_a_password_from_the_subject_a_file_name_and_a_forwarded_message() -> None:
    data = locked_zip(b"abc123", ("a.pdf", b"%PDF-1.4"))
    assert open_one(data, subject="报送材料（密码：abc123）")[1] == ["archive-opened"]
    assert open_one(data, name="报送材料（密码abc123）.zip")[1] == ["archive-opened"]
    inner = make_message(make_part("材料.zip", data), body="密码：abc123")
    read = read_message(make_message(make_part("转发.eml", inner), body="请见转发"), "a.eml", Settings())
    assert "archive-opened" in [f.code for f in read.submissions[0].findings]


def test_the_password_is_not_shown() -> None:
    attachment = Attachment("a.zip", b"", "ascii", True, locked_zip(b"abc123", ("a.pdf", b"%PDF")), "", "2")
    _, findings = open_mail(Mail(body="密码：abc123", attachments=[attachment]), "a.eml", Limits())
    assert "abc123" not in "".join(f.message for f in findings)


def test_a_zip_of_which_only_some_members_have_a_password() -> None:
    locked = old_locked_zip(b"abc", "b.pdf", b"%PDF-1.5")
    with zipfile.ZipFile(io.BytesIO(locked)) as archive:
        size = archive.infolist()[0].compress_size
    plain = (b"a.pdf", b"%PDF-1.4", 8, zlib.crc32(b"%PDF-1.4"), 0, 0)
    coded = (b"b.pdf", locked[35 : 35 + size], 8, zlib.crc32(b"%PDF-1.5"), 0, 1)
    files, codes = open_one(raw_zip([plain, coded]))
    assert ([f.name for f in files], codes) == (["a.pdf"], ["archive-encrypted"])
    files, codes = open_one(raw_zip([plain, coded]), body="密码：abc")
    assert ([f.name for f in files], codes) == (["a.pdf", "b.pdf"], ["archive-opened"])


# Names and members that lead elsewhere


@pytest.mark.parametrize("form", ["zip", "rar5", "rar4", "7z", "tar"])
@pytest.mark.parametrize("name", ["../../etc/附件.pdf", "/附件.pdf", "C:\\a\\附件.pdf", "a\x07/附件.pdf"])
def test_unsafe_names_are_told_and_the_content_is_kept(form: str, name: str) -> None:
    files, codes = open_one(MAKERS[form](name, b"%PDF-1.4"))
    assert [file.data for file in files] == [b"%PDF-1.4"]
    assert files[0].name.endswith("附件.pdf")
    assert files[0].path.isprintable()
    # UnRAR makes C:_a_附件.pdf of a backslash in RAR 5, which is safe
    assert codes == ([] if form == "rar5" and "\\" in name else ["member-name-unsafe"])


def test_a_name_with_a_nul() -> None:
    files, codes = open_one(raw_zip([(b"a\0.pdf", b"%PDF-1.4", 8, zlib.crc32(b"%PDF-1.4"), 0, 0)]))
    assert (files[0].name, files[0].data, codes) == ("a.pdf", b"%PDF-1.4", ["member-name-unsafe"])


def linked_tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"{kind!r}")
            info.type, info.linkname = kind, "/etc/passwd"
            packed.addfile(info)
        info = tarfile.TarInfo("e.pdf")
        info.size = 8
        packed.addfile(info, io.BytesIO(b"%PDF-1.4"))
    return out.getvalue()


def linked_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo("a")
        link.external_attr, link.create_system = MODE_LINK, 3
        packed.writestr(link, "/etc/passwd")
        packed.writestr("e.pdf", b"%PDF-1.4")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (linked_tar(), ["e.pdf"]),
        (linked_zip(), ["e.pdf"]),
        ((RESOURCES / "rar3-symlink-unix.rar").read_bytes(), ["data.txt"]),
        ((RESOURCES / "rar5-hlink.rar").read_bytes(), ["stest1.txt"]),
        ((RESOURCES / "rar5-evil-symlink-traversal.rar").read_bytes(), ["pwned.txt"]),
    ],
)
def test_links_and_devices_are_told_and_never_followed(data: bytes, kept: list[str]) -> None:
    files, codes = open_one(data)
    assert ([file.name for file in files], codes) == (kept, ["member-not-a-file"])


# Damage


@pytest.mark.parametrize("form", [form for form in MAKERS if form != "deflate64"])
@pytest.mark.parametrize("cut", [0.5, 0.8])
def test_archives_cut_short_are_damaged(form: str, cut: float) -> None:
    data = MAKERS[form](NAME, whole_copies()[0])
    files, codes = open_one(data[: int(len(data) * cut)])
    assert (files, codes) == ([], ["archive-damaged"])


@pytest.mark.parametrize("name", ["材料.7z.001", "材料.part1.rar", "材料.zip.001"])
def test_volumes_are_told(name: str) -> None:
    data = seven_zip((NAME, whole_copies()[0])) if ".7z" in name else plain_zip((NAME, whole_copies()[0]))
    assert open_one(data[:600], name=name)[1] == ["archive-volume"]


ALL = {form: make(NAME, b"%PDF-1.4" * 40) for form, make in MAKERS.items()}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(ALL)), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6))
def test_no_damage_makes_the_reader_fail(form: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(ALL[form])
    for at, byte in changes:
        data[at % len(data)] = byte
    open_one(bytes(data))
