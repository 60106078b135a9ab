"""Archives made to fill the disk, the memory or the day: each ends at a limit, with a finding that says so."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache

import py7zr
import pytest
from made_archives import deflate64_zip, plain_zip, rar5, raw_zip, seven_zip, tar
from made_messages import make_message, make_part

from pipeline.intake.mail import Attachment, Mail
from pipeline.intake.opening import open_mail
from pipeline.model import Severity
from pipeline.settings import Limits

ZEROS = bytes(16 << 20)


def open_one(data: bytes, limits: Limits | None = None, copies: int = 1) -> tuple[list[Attachment], list[str]]:
    attachments = [Attachment("材料", b"", "ascii", True, data, "", str(n)) for n in range(copies)]
    files, findings = open_mail(Mail(attachments=attachments), "a.eml", limits or Limits())
    assert all(finding.message and finding.severity is Severity.ERROR for finding in findings)
    return files, [finding.code for finding in findings]


BOMBS: dict[str, Callable[[], bytes]] = {
    "zip": lambda: plain_zip(("a", ZEROS)),
    "deflate64": lambda: deflate64_zip("a", ZEROS),
    "7z": lambda: seven_zip(("a", ZEROS)),
    "tar.gz": lambda: tar(("a", ZEROS), mode="w:gz"),
    "tar.bz2": lambda: tar(("a", ZEROS), mode="w:bz2"),
    "tar.xz": lambda: tar(("a", ZEROS), mode="w:xz"),
    "gz": lambda: gzip.compress(ZEROS),
    "bz2": lambda: bz2.compress(ZEROS),
    "xz": lambda: lzma.compress(ZEROS),
}


@cache
def made(form: str) -> bytes:
    return BOMBS[form]()


@pytest.mark.parametrize("form", BOMBS)
@pytest.mark.parametrize("limit", [{"archive_mb": 8}, {"attachment_mb": 8}, {}])
def test_a_bomb_stops_before_it_unfolds(form: str, limit: dict[str, int]) -> None:
    assert open_one(made(form), Limits(**limit)) == ([], ["archive-too-large"])


@pytest.mark.parametrize("form", ["zip", "tar.gz", "xz"])
def test_a_bomb_costs_no_more_memory_than_the_limit(form: str) -> None:
    data = made(form)
    tracemalloc.start()
    open_one(data, Limits(attachment_mb=2, archive_mb=4))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 << 20


def test_a_stored_rar_that_is_larger_than_the_limit() -> None:
    assert open_one(rar5(("a", bytes(3 << 20))), Limits(attachment_mb=2)) == ([], ["archive-too-large"])


@pytest.mark.parametrize("form", ["zip", "rar", "7z", "tar"])
def test_too_many_files_keep_those_before(form: str) -> None:
    members = [(f"{n}.txt", b"x") for n in range(20)]
    data = {"zip": plain_zip, "rar": rar5, "7z": seven_zip, "tar": tar}[form](*members)
    files, codes = open_one(data, Limits(archive_files=10))
    assert ([file.name for file in files], codes) == ([f"{n}.txt" for n in range(10)], ["archive-too-large"])


def test_folders_without_end() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        for n in range(300):
            info = tarfile.TarInfo(str(n))
            info.type = tarfile.DIRTYPE
            packed.addfile(info)
    assert open_one(out.getvalue(), Limits(archive_files=10)) == ([], ["archive-too-large"])


def test_entries_that_all_show_the_same_bytes() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(1 << 20)) + packer.flush()
    entry = (packed, 1 << 20, zlib.crc32(bytes(1 << 20)), 8, 0)
    data = raw_zip([(f"{n}".encode(), *entry) for n in range(2000)], overlap=True)
    files, codes = open_one(data, Limits(archive_mb=20))
    assert sum(len(file.data) for file in files) <= 20 << 20
    assert set(codes) <= {"archive-damaged", "archive-too-large"}
    assert codes


def test_archives_in_archives_sixteen_to_each() -> None:
    """As 42.zip: sixteen archives in each of sixteen, five deep, each of the innermost some megabytes of nothing."""
    data = bytes(4 << 20)
    for level in range(5):
        data = plain_zip(*((f"{level}-{n}.zip", data) for n in range(16)))
    assert open_one(data) == ([], ["archive-too-deep"])
    files, codes = open_one(data, Limits(archive_depth=6, archive_mb=40, archive_ratio=10_000))
    assert (sum(len(file.data) for file in files) <= 40 << 20, codes) == (True, ["archive-too-large"])


def test_an_archive_that_holds_itself() -> None:
    data = plain_zip(("r.zip", b"x" * 99))
    for _ in range(10):
        data = plain_zip(("r.zip", data))
    assert open_one(data) == ([], ["archive-too-deep"])


def test_a_directory_of_a_hundred_thousand_entries() -> None:
    data = raw_zip([(b"a", b"x", 1, zlib.crc32(b"x"), 0, 0)] * 100_000, overlap=True)
    assert open_one(data) == ([], ["archive-too-large"])


def test_archives_that_ask_for_much_memory() -> None:
    out = io.BytesIO()
    filters = [{"id": py7zr.FILTER_LZMA2, "dict_size": 64 << 20}]
    with py7zr.SevenZipFile(out, "w", filters=filters) as packed:
        packed.writestr(b"x", "a")
    for data in (out.getvalue(), rar5(("a", b"x"), dictionary=9)):
        assert open_one(data, Limits(dictionary_mb=32)) == ([], ["archive-too-large"])
        assert open_one(data)[1] == []


def test_all_archives_of_a_message_together() -> None:
    data = plain_zip(("a.txt", b"x"), ("b.txt", bytes(3 << 20)))
    files, codes = open_one(data, Limits(unpacked_mb=10), copies=8)  # three of 3 MB and a byte
    assert (len(files), codes) == (7, ["message-files-too-many"])
    files, codes = open_one(data, Limits(message_files=7), copies=8)
    assert (len(files), codes) == (7, ["message-files-too-many"])


def test_a_message_in_an_archive_in_a_message_and_so_on_ends() -> None:
    data = make_message(make_part("a.pdf", b"%PDF-1.4"))
    for _ in range(10):
        data = make_message(make_part("材料.zip", plain_zip(("转发.eml", data))))
    files, codes = open_one(data)
    assert (files, len(codes)) == ([], 1)
    assert codes[0] in ("message-too-deep", "archive-too-deep")


def test_a_million_empty_streams_in_a_row() -> None:
    assert open_one(gzip.compress(b"") * 1_000_000) == ([], ["archive-too-large"])
