"""Other mail gives no submission; nothing that may be a report is passed over."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_messages import (
    COPY,
    SCAN,
    make_docx,
    make_message,
    make_part,
    make_report,
    make_scan,
    make_text_pdf,
    make_xlsx,
)
from made_messages import make_zip as zip_of
from PIL import Image
from sqlalchemy import Engine

from pipeline.database.overview import submission_rows, unrelated_messages
from pipeline.intake.intake import take_in
from pipeline.intake.reading import read_message
from pipeline.intake.sources import folder
from pipeline.intake.store import Store
from pipeline.settings import Settings

FAPIAO = make_text_pdf(["电子发票（普通发票）", "发票号码：2444200000012345", "购买方：某公司", "价税合计 ￥100.00"])
PLAIN = {"sender": "张三", "subject": "", "body": "请查收，谢谢。"}
AUTO = b"Auto-Submitted: auto-replied\r\n"
BULK = b"List-Unsubscribe: <https://news.example.cn/u>\r\nPrecedence: bulk\r\n"
NEWS = "【行业周刊】本周新材料要闻：三家企业发布新品，价格走势平稳。点击阅读全文。如不想再收到本邮件，请退订。" * 3


def picture(width: int = 1240, height: int = 1754) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "JPEG")
    return out.getvalue()


def relevant(*parts: bytes, raw: bytes | None = None, **mail: object) -> bool:
    data = make_message(*parts, **{"sender": "张三", **mail}) if raw is None else raw  # type: ignore[arg-type]
    return bool(read_message(data, "a.eml", Settings()).submissions)


def bounce(original: bytes = b"") -> bytes:
    return (
        b"From: MAILER-DAEMON@mx.example.cn\r\nSubject: =?utf-8?B?6YCA5L+h?=\r\n"
        b"Date: Sat, 12 Oct 2024 18:57:00 +0800\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\r\n\r\n'
        b"--r\r\nContent-Type: text/plain\r\n\r\nDelivery failed: unknown user\r\n"
        b"--r\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n"
        b"--r\r\nContent-Type: message/rfc822\r\n\r\n" + original + b"\r\n--r--\r\n"
    )


def make_ofd(page: str) -> bytes:
    head = b"<ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016'/>"
    return zip_of([(b"OFD.xml", head), (b"Doc_0/Pages/Page_0/Content.xml", f"<ofd:Page>{page}</ofd:Page>".encode())])


OTHER_MAIL = {
    "a newsletter": make_message(sender="行业周刊", subject="本周要闻", body=NEWS, extra=BULK),
    "a newsletter with a large picture": make_message(
        make_part(None, picture(), b'inline; filename="banner.jpg"\r\nContent-ID: <b@x>'),
        sender="行业周刊", subject="本周要闻", body=NEWS, extra=BULK,
    ),
    "an invoice": make_message(
        make_part("dzfp_24442000000123456789.pdf", FAPIAO),
        sender="某电子发票平台", subject="您有一张电子发票", body="请查收发票。",
    ),
    "an invoice without a word": make_message(make_part("24442000000123456789.pdf", FAPIAO), **PLAIN),
    "an invoice as OFD": make_message(
        make_part("发票.ofd", make_ofd("<ofd:TextCode X='1'>电子发票</ofd:TextCode>")),
        sender="某电子发票平台", subject="电子发票", body="请查收发票。",
    ),
    "an offer": make_message(
        make_part("报价单.xlsx", make_xlsx([["货物", "单价"], ["显微镜", "9000"]])),
        sender="销售王经理", subject="显微镜报价", body="您好，附上最新报价单，欢迎采购。",
    ),
    "a verification code": make_message(sender="某网站", subject="验证码", body="您的验证码是 123456"),
    "English spam": make_message(sender="Prize", subject="You won", body="Click here to claim your prize now. " * 5),
    "an automatic reply": make_message(
        sender="李四", subject="自动回复：中试平台名录的更正要求", body="我在休假。", extra=AUTO
    ),
    "an automatic reply by its subject": make_message(
        sender="李四", subject="自动回复: Re: 附件3", body="我在休假。"
    ),
    "an automatic reply with a logo": make_message(
        make_part(None, picture(200, 90), b'inline; filename="logo.jpg"\r\nContent-ID: <l@x>'),
        sender="李四", subject="Automatic reply: 中试平台", body="我在休假。", extra=AUTO,
    ),
    "a bounce": bounce(make_message(subject="关于更正中试平台名录的复函", body="请更正")),
    "nothing at all": make_message(sender="", subject="", body=""),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_MAIL)
def test_other_mail_gives_no_submission(name: str) -> None:
    assert not relevant(raw=OTHER_MAIL[name])


REPORTS: dict[str, tuple[bytes, ...]] = {
    "a scan": (make_part("1.pdf", make_scan()),),
    "a photographed page": (make_part("微信图片_20241012.jpg", picture()),),
    "a workbook with the form": (make_part("a.xlsx", make_xlsx()),),
    "a workbook with other headers": (make_part("a.xlsx", make_xlsx([["名", "单位"], ["甲", "乙"]])),),
    "an old Word file": (make_part("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),),
    "a damaged PDF": (make_part("a.pdf", make_scan()[:200]),),
    "a damaged archive": (make_part("a.zip", zip_of([(b"1.pdf", make_scan())])[:300]),),
    "an archive that can't be opened": (make_part("a.rar", b"Rar!\x1a\x07\x00" + b"\0" * 90),),
    "an empty file": (make_part("a.pdf", b""),),
    "a letter": (make_part("a.docx", make_docx("现将我省中试平台名录报送你司。")),),
    "a file of an unknown kind": (make_part("附件.ceb", b"Founder CEB \0\1\2" + bytes(range(256)) * 9),),
    "a wrapped message": (make_part("smime.p7m", b"\x30\x82\x01\x00" + bytes(range(256)) * 9),),
    "slides": (make_part("a.pptx", zip_of([(b"ppt/presentation.xml", b"<p/>")])),),
    "a web page saved as a workbook": (make_part("a.xls", b"<html><body><table></table></body></html>"),),
    "a Word file without a word": (make_part("a.docx", make_docx("")),),
    "a picture within the text": (make_part(None, picture(), b'inline; filename="1.jpg"\r\nContent-ID: <i@x>'),),
}
READ = {"a workbook with the form", "a workbook with other headers", "a letter"}
POLITE = (
    "领导好：按照贵部通知要求，现将我省有关情况的材料发给您，已由厅领导审核同意。如有问题请随时与我联系，"
    "联系人张三，电话13900000000。谢谢您的支持，祝工作顺利，身体健康！"
)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_without_a_word_is_a_report(name: str) -> None:
    assert relevant(*REPORTS[name], subject="", body="请查收，谢谢。")


@pytest.mark.parametrize("name", sorted(REPORTS.keys() - READ))
def test_a_file_that_cannot_be_looked_into_may_be_a_report_however_much_the_mail_says(name: str) -> None:
    assert relevant(*REPORTS[name], subject="请查收", body=POLITE)
    assert relevant(*REPORTS[name], subject="请查收", body=POLITE + "纸质材料一式两份，已于今日快递寄出。")


def test_a_workbook_saved_by_another_program_that_cannot_be_read() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)
    assert relevant(make_part("表.xlsx", ole), subject="请查收", body=POLITE)


def test_a_photographed_form_within_the_text() -> None:
    photo = make_part(None, picture(), b'inline; filename="image001.jpg"\r\nContent-ID: <i@x>')
    assert relevant(photo, subject="请查收", body="附上我省盖章的情况表照片，请领导审阅。")


OTHER_WORDS = [
    ("材料", "您好，请查收。\n--\n省中小企业培训中心 张三"),
    ("表", "请查收。发票另寄"),
    ("转：会议邀请及表", "见附件"),
    ("无", "报价表已作废，附件是盖了章的表"),
    ("材料", "附件请查收，单号SF123，快递已发出"),
    ("培训通知", "请查收，谢谢。"),
]


@pytest.mark.parametrize(("subject", "body"), OTHER_WORDS)
@pytest.mark.parametrize(
    "part",
    [
        make_part("扫描0001.pdf", make_scan()),
        make_part("dzfp_2444.pdf", make_scan()),
        make_part("a.pdf", make_scan()[:200]),
        make_part("a.ofd", make_ofd("<ofd:ImageObject/>")),
        make_part("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        make_part("IMG_1.jpg", picture()),
        make_part(None, picture(), b'inline; filename="1.jpg"\r\nContent-ID: <i@x>'),
    ],
    ids=["scan", "scan called an invoice", "damaged PDF", "OFD of pictures", "old Word", "photo", "photo in the text"],
)
def test_what_cannot_be_read_is_not_set_aside_by_words_about_other_business(
    part: bytes, subject: str, body: str
) -> None:
    assert relevant(part, subject=subject, body=body)


def test_a_signature_beside_a_newsletter_is_no_document() -> None:
    signature = make_part("smime.p7s", b"\x30\x82\x01\x00" + bytes(range(256)) * 9)
    assert not relevant(signature, sender="行业周刊", subject="本周要闻", body="三家企业发布新品。")


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_in_an_automatic_mail_is_a_report(name: str) -> None:
    assert relevant(*REPORTS[name], extra=AUTO, subject="", body="本邮件由办公系统自动发出")


@pytest.mark.parametrize(
    "mail",
    [
        {"subject": "附件3", "body": "见云盘"},
        {"subject": "名录报送", "body": ""},
        {"subject": "回复：工信厅科函〔2024〕346号", "body": "材料稍后补发"},
        {"subject": "材料", "body": "见链接", "sender": "四川省经济和信息化厅科技处"},
        {"subject": "材料", "body": "见链接 此致 江苏省工信厅 科技处"},
        {"subject": "材料", "body": "盖章扫描件见链接，密码1234"},
    ],
)
def test_a_word_of_a_report_is_enough_without_any_file(mail: dict[str, str]) -> None:
    assert relevant(**mail)


def test_the_address_of_a_reporting_body_is_enough() -> None:
    raw = b"From: a <kjc@gxt.jiangsu.gov.cn>\r\nSubject: hello\r\nDate: Sat, 12 Oct 2024 18:57:00 +0800\r\n\r\nhi\r\n"
    assert relevant(raw=raw)


def test_a_scan_in_a_long_mail_that_speaks_of_reporting_is_a_report() -> None:
    assert relevant(make_part("1.pdf", make_scan()), subject="", body="现将盖章材料发上。" + "此邮件含保密提示。" * 20)


@pytest.mark.parametrize("data", [b"", b"\x00\xff garbage", make_report()[:900]])
def test_a_message_that_cannot_be_read_is_looked_at(data: bytes) -> None:
    assert relevant(raw=data)


def test_words_that_cannot_be_decoded_are_looked_at() -> None:
    assert relevant(raw=b"Subject: =?gb2312?B?!!!?=\r\n\r\n\xff\xfe not a report")


def test_a_report_that_came_back_is_looked_at() -> None:
    assert relevant(raw=bounce(make_report()))


@settings(max_examples=60, deadline=None)
@given(
    st.text("江苏省市工信厅关于的表格请查收谢谢好abc123 .", max_size=30),
    st.text("你好请查收附件谢谢abc\n", max_size=80),
    st.sampled_from([SCAN, "1.pdf", "扫描.pdf", "a.dat"]), st.sampled_from([COPY, "2.xlsx", "表.xlsx"]),
    st.booleans(), st.booleans(), st.sampled_from([b"", AUTO, BULK]),
)  # fmt: skip
def test_no_message_with_the_form_is_passed_over(
    subject: str, body: str, scan: str, copy: str, packed: bool, forwarded: bool, extra: bytes
) -> None:
    parts = [make_part(scan, make_scan()), make_part(copy, FORM)]
    if packed:
        parts = [make_part("a.zip", zip_of([(scan.encode("gbk"), make_scan()), (copy.encode("gbk"), FORM)]))]
    if forwarded:
        parts = [make_part("a.eml", make_message(*parts, sender="", subject="", body=""))]
    assert relevant(*parts, subject=subject, body=body, extra=extra)


FORM = make_xlsx()


def test_what_was_passed_over_is_kept_and_listed(
    mailbox: Callable[..., Path], store: Store, engine: Engine, settings: Settings
) -> None:
    source = mailbox(a=make_report(), news=OTHER_MAIL["a newsletter"], invoice=OTHER_MAIL["an invoice"])
    report = take_in(folder(source), store, engine, settings)
    assert (len(report.new), report.unrelated) == (1, 2)
    assert len(submission_rows(engine)) == 1
    assert {(m.name, m.subject) for m in unrelated_messages(engine)} == {
        ("news.eml", "本周要闻"), ("invoice.eml", "您有一张电子发票"),
    }  # fmt: skip
    again = take_in(folder(source), store, engine, settings)
    assert (again.known, again.unrelated) == (3, 0)
