"""Messages that no mail program writes: each a finding, and what can be read is read."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from made_archives import plain_zip
from made_messages import make_message, make_part, make_report

from pipeline.intake.html import text_of_html
from pipeline.intake.kinds import kind_of_bytes
from pipeline.intake.mime import parse
from pipeline.intake.reading import ReadMessage, read_message
from pipeline.settings import Limits, Settings


def read(data: bytes, **limits: int) -> ReadMessage:
    result = read_message(data, "a.eml", Settings(limits=Limits(**limits)))
    for submission in result.submissions:
        assert all(finding.message for finding in submission.findings)
    return result


def codes(result: ReadMessage) -> list[str]:
    return [finding.code for submission in result.submissions for finding in submission.findings]


def nested(depth: int, inner: bytes) -> bytes:
    head = b"From: a@example.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    for n in range(depth):
        inner = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n%s\r\n--b%d--\r\n' % (n, n, inner, n)
    return head + inner


@pytest.mark.parametrize("depth", [40, 500, 3000])
def test_mime_nested_without_end(depth: int) -> None:
    assert "message-too-deep" in codes(read(nested(depth, make_part("a.pdf", b"%PDF-1.4"))))


def test_mime_nested_as_mail_programs_do() -> None:
    result = read(nested(8, make_part("a.pdf", b"%PDF-1.4")))
    assert [d.attachment.name for d in result.documents] == ["a.pdf"]
    assert "message-too-deep" not in codes(result)


def test_messages_within_messages_five_hundred_deep() -> None:
    data = make_message(make_part("a.pdf", b"%PDF-1.4"))
    data = b"".join(b"From: a@example.cn\r\nContent-Type: message/rfc822\r\n\r\n" for _ in range(500)) + data
    assert "message-too-deep" in codes(read(data))


def test_ten_thousand_attachments() -> None:
    parts = [make_part(f"{n}.txt", b"x") for n in range(10_000)]
    result = read(make_message(*parts))
    assert "message-parts-too-many" in codes(result)
    assert 1900 < len(result.documents) <= 2000
    assert result.documents[0].attachment.name == "0.txt"
    raised = {"message_parts": 20_000, "message_files": 20_000}
    assert len(read(make_message(*parts), **raised).documents) == 10_000
    assert "message-files-too-many" in codes(read(make_message(*parts), message_parts=20_000))


def test_a_scan_among_the_first_of_too_many_is_read() -> None:
    data = make_report().replace(b"--b--\r\n", b"--b\r\nContent-Type: text/x\r\n\r\nx\r\n" * 3000 + b"--b--\r\n")
    result = read(data)
    assert (result.submissions[0].scan, result.submissions[0].electronic) == (0, 1)
    assert "message-parts-too-many" in codes(result)


@pytest.mark.parametrize(
    "extra",
    [
        b"X-A: " + b"a" * 1_000_000 + b"\r\n",
        b"X-A: b\r\n" * 120_000,
        b"References: " + b"<" * 1_000_000 + b"\r\n",
        b"Received: " + b"; " * 500_000 + b"\r\n",
    ],
)
def test_headers_of_a_megabyte(extra: bytes) -> None:
    result = read(make_report(extra=extra))
    assert "header-too-large" in codes(result)
    assert (result.submissions[0].scan, result.submissions[0].electronic) == (0, 1)
    assert result.subject.startswith("四川省")


def test_a_subject_of_a_megabyte() -> None:
    result = read(make_report(subject="报送" * 200_000))
    assert "header-too-large" in codes(result)
    assert result.subject.startswith("报送报送")


def test_a_name_of_a_megabyte() -> None:
    name = b'attachment; filename="' + b"=?gbk?B?" + base64.b64encode("长".encode("gbk") * 200_000) + b'?="'
    result = read(make_message(make_part(None, b"%PDF-1.4", name)))
    assert "header-too-large" in codes(result)
    assert len(result.documents[0].attachment.name) <= 200


def test_a_message_that_is_too_large() -> None:
    result = read(make_message(make_part("a.pdf", b"%PDF-" + b"x" * (2 << 20))), message_mb=1)
    assert codes(result)[0] == "message-too-large"
    assert "message-damaged" not in codes(result)
    assert (result.subject[:3], result.documents) == ("四川省", ())


def test_a_text_that_is_too_long() -> None:
    result = read(make_report(body="报送" * 100_000))
    assert "text-too-long" in codes(result)
    assert len(result.body) <= 100_000


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"--b\r\n", b"--c\r\n"),
        lambda data: data.replace(b'boundary="b"', b""),
        lambda data: data.replace(b"--b--\r\n", b""),
        lambda data: data[: data.rindex(b"--b\r\n") + 200],
    ],
)
def test_malformed_boundaries(change: object) -> None:
    assert "message-damaged" in codes(read(change(make_report())))  # type: ignore[operator]


@pytest.mark.parametrize("rubbish", [b"!!!!", b"\x00\x01\xff", "汉字".encode("gbk"), b"====", b"-\r\n-"])
def test_base64_with_rubbish(rubbish: bytes) -> None:
    part = make_part("a.pdf", b"%PDF-1.4 " + b"x" * 300)
    at = part.index(b"\r\n\r\n") + 80
    result = read(make_message(part[:at] + rubbish + part[at:]))
    assert "message-damaged" in codes(result)
    assert result.documents[0].attachment.data.startswith(b"%PDF-1.4")


@pytest.mark.parametrize("data", [b"", b"\r\n", b"\r\n\r\n\r\n", b"\x00" * 100])
def test_empty_messages(data: bytes) -> None:
    assert codes(read(data)) == ["message-damaged", "message-empty"]


def test_a_message_without_anything_to_read_is_not_fine() -> None:
    assert codes(read(make_message())) == ["message-without-files"]


@pytest.mark.parametrize(
    "piece",
    ["<", "<a", "<!--", "</", "<a href='", "&#", "<script>", "<style", "<![CDATA[", '<a b="', "&amp", "<p>x", "\n "],
)
def test_html_that_is_hostile_is_read_in_time_that_grows_with_its_length(piece: str) -> None:
    text_of_html(piece * (1_000_000 // len(piece)))  # with the square of the length it would take many minutes


@pytest.mark.parametrize("piece", ["密码：", "http://", "提取码", "更正", "https://mail.163.com/", "以此", "四川省"])
def test_texts_that_are_hostile(piece: str) -> None:
    read(make_message(body=piece * (1_000_000 // len(piece))))


def test_many_texts_are_made_one_in_time_that_grows_with_their_count() -> None:
    text = b"Content-Type: text/plain\r\n\r\n"
    parts = [text + (f"{n} " * 20_000).encode() for n in range(100)]
    assert len(read(make_message(*parts)).body) <= 100_000


def test_kinds_are_told_from_bytes_without_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    assert kind_of_bytes(b"%PDF-1.4") == "pdf"


def test_a_part_that_says_it_is_text_and_is_a_pdf() -> None:
    part = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"%PDF-1.4")
    mail = parse(make_message(part), "a.eml", Limits())
    assert [(a.name, a.data) for a in mail.attachments] == [("未命名附件1.pdf", b"%PDF-1.4")]


@pytest.mark.parametrize("disposition", [b'inline; filename="a.pdf"', b"inline"])
def test_documents_within_the_text_count_as_attachments(disposition: bytes) -> None:
    for data in (b"%PDF-1.4", b"PK\x05\x06" + bytes(18)):
        part = b"Content-ID: <a@b>\r\n" + make_part(None, data, disposition)
        assert [a.inline for a in parse(make_message(part), "a.eml", Limits()).attachments] == [False]
    picture = b"Content-ID: <a@b>\r\n" + make_part(None, b"\x89PNG\r\n\x1a\n", disposition)
    assert [a.inline for a in parse(make_message(picture), "a.eml", Limits()).attachments] == [True]


@pytest.mark.parametrize("piece", [b"<w:tc>", b"<w:t", b"<w:t x", b"</w:tc>"])
def test_word_files_that_are_hostile(piece: bytes) -> None:
    read(make_message(make_part("a.docx", plain_zip(("word/document.xml", piece * 300_000)))))


def test_a_text_that_begins_like_a_picture_is_a_text() -> None:
    assert read(make_report(body="BMS 报送名录")).body == "BMS 报送名录"
