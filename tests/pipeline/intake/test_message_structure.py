"""Messages to texts and attachments."""

from __future__ import annotations

import base64
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_messages import make_message, make_part, make_report

from pipeline.intake.html import text_of_html
from pipeline.intake.mail import Mail
from pipeline.intake.mime import parse
from pipeline.settings import Limits

LIMITS = Limits()


def read(data: bytes) -> Mail:
    return parse(data, "a.eml", LIMITS)


def codes(mail: Mail) -> list[str]:
    return [finding.code for finding in mail.findings]


def test_a_plain_report() -> None:
    mail = read(make_report())
    assert mail.sender == "四川省经济和信息化厅科技处 <kjc@example.cn>"
    assert mail.subject == "四川省经济和信息化厅报送中试平台名录及储备建设情况"
    assert mail.body == "您好：现将我单位中试平台名录报上，请查收。"
    assert [a.name for a in mail.attachments] == ["附件3（盖章扫描件）.pdf", "附件3 名录.xlsx"]
    assert [a.path for a in mail.attachments] == ["2", "3"]
    assert not mail.findings


def test_raw_gbk_in_all_headers() -> None:
    raw = (
        "From: 四川省经信厅 <a@example.cn>\r\nSubject: 报送中试平台名录\r\n".encode("gbk")
        + b"Content-Type: application/pdf; name=\"" + "盖章件.pdf".encode("gbk") + b"\"\r\n"
        + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"%PDF-1.4")
    )  # fmt: skip
    mail = read(raw)
    assert (mail.sender, mail.subject) == ("四川省经信厅 <a@example.cn>", "报送中试平台名录")
    assert [(a.name, a.rule, a.data) for a in mail.attachments] == [("盖章件.pdf", "raw/gb18030", b"%PDF-1.4")]


def test_an_attachment_without_a_name_is_named_by_its_type() -> None:
    part = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"%PDF-")
    mail = read(make_message(part))
    assert [(a.name, a.rule) for a in mail.attachments] == [("未命名附件1.pdf", "content-type")]


def test_a_name_that_cannot_be_decoded_is_a_finding_and_the_bytes_stay() -> None:
    header = b'attachment; filename="=?gbk?B?' + base64.b64encode("附件材料".encode("gbk")[:-1]) + b'?="'
    mail = read(make_message(make_part(None, b"data", header)))
    assert codes(mail) == ["name-undecodable"]
    assert mail.attachments[0].data == b"data"


def test_a_forwarded_message_gives_its_attachments_and_its_texts() -> None:
    inner = make_report(sender="江苏省工业和信息化厅", subject="江苏报送", body="内层正文")
    outer = make_message(
        b"Content-Type: message/rfc822\r\n\r\n" + inner, sender="张三", subject="转发", body="请见转发邮件"
    )
    mail = read(outer)
    assert [a.name for a in mail.attachments] == ["附件3（盖章扫描件）.pdf", "附件3 名录.xlsx"]
    assert mail.subject == "转发"
    assert mail.body == "请见转发邮件\n\n内层正文"
    assert mail.forwarded == [("江苏省工业和信息化厅 <kjc@example.cn>", "江苏报送")]


def test_a_forwarded_message_that_was_sent_as_base64() -> None:
    coded = base64.encodebytes(make_report(subject="内层"))
    part = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + coded
    mail = read(make_message(part))
    assert len(mail.attachments) == 2
    assert mail.forwarded[0][1] == "内层"


def test_a_forwarded_message_attached_as_a_file() -> None:
    mail = read(make_message(make_part("转发.eml", make_report(subject="内层"))))
    assert len(mail.attachments) == 2


def test_forwarding_within_forwarding_ends_somewhere() -> None:
    message = make_report()
    for _ in range(8):
        message = make_message(make_part("转发.eml", message))
    mail = read(message)
    assert "message-too-deep" in codes(mail)


def test_html_without_plain_text() -> None:
    html = "<html><head><style>p{}</style></head><body><p>现将&nbsp;名录</p><div>报上<br>请查收</div></body></html>"
    part = b"Content-Type: text/html; charset=gb2312\r\n\r\n" + html.encode("gbk")
    mail = read(make_message(part, body=""))
    assert mail.body.split() == ["现将", "名录", "报上", "请查收"]


def test_alternatives_are_not_said_twice() -> None:
    part = (
        b"Content-Type: text/html; charset=utf-8\r\n\r\n" + "<p>您好：现将我单位中试平台名录报上，请查收。</p>".encode()
    )
    assert read(make_message(part)).body == "您好：现将我单位中试平台名录报上，请查收。"


def test_a_body_with_a_wrong_charset_label() -> None:
    raw = b"From: a@example.cn\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n" + "报送名录".encode("gbk")
    assert read(raw).body == "报送名录"


def test_the_server_s_time_goes_before_the_sender_s() -> None:
    extra = b"Received: from a by b; Wed, 16 Oct 2024 01:00:00 +0800\r\n"
    extra += b"Received: from c; Mon, 1 Jan 2024 00:00:00 +0000\r\n"
    assert read(make_report(extra=extra)).received_at == datetime.datetime(2024, 10, 15, 17, tzinfo=datetime.UTC)


@pytest.mark.parametrize("date", ["garbage", "", "Mon, 99 Foo 2024"])
def test_a_date_that_cannot_be_read(date: str) -> None:
    assert read(make_report(date=date)).received_at is None


def test_a_time_without_zone_is_china_s() -> None:
    time = read(make_report(date="Sat, 12 Oct 2024 08:00:00 -0000")).received_at
    assert time is not None
    assert time.utcoffset() == datetime.timedelta(hours=8)


def test_a_message_cut_short_is_damaged_and_what_there_is_is_read() -> None:
    whole = make_report()
    mail = read(whole[: len(whole) - 200])
    assert codes(mail) == ["message-damaged"]
    assert mail.subject.startswith("四川省")


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02" * 50, b"hello", "只有文字".encode("gbk")])
def test_bytes_that_are_no_message_are_damaged(data: bytes) -> None:
    assert codes(read(data)) == ["message-damaged"]


def test_broken_base64_is_damaged() -> None:
    part = make_part("a.pdf", b"%PDF-1.4 something").replace(b"JVBER", b"JVB*ER=", 1)
    assert "message-damaged" in codes(read(make_message(part)))


def test_an_attachment_over_the_limit_is_a_finding() -> None:
    mail = parse(make_report(), "a.eml", Limits(attachment_mb=1))
    assert not mail.findings
    mail = parse(make_message(make_part("大.pdf", b"%PDF-" + b"x" * 2**20)), "a.eml", Limits(attachment_mb=1))
    assert codes(mail) == ["file-too-large"]
    assert not mail.attachments


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    read(data)
    read(make_message(data))


@given(st.text(max_size=200))
def test_no_html_makes_the_reader_fail(source: str) -> None:
    text_of_html(source)
