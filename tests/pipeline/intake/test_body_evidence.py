"""What speaks for which reporting body, and which body follows from it."""

from __future__ import annotations

import datetime

import pytest
from made_messages import make_report

from pipeline.intake.authentication import Authentication
from pipeline.intake.evidence import (
    NAMES,
    OF_MAIL,
    WEIGHTS,
    BodyEvidence,
    combined,
    department_of,
    display_and_address,
    of_mail,
    piece,
    quote,
)
from pipeline.intake.mail import Mail
from pipeline.intake.reading import read_message
from pipeline.intake.results_header import Result
from pipeline.settings import Settings

JIANGSU, ZHEJIANG = "江苏省工业和信息化厅", "浙江省经济和信息化厅"
VERIFIED = Authentication("gxt.jiangsu.gov.cn", "mx", True, dmarc=Result("pass", "gxt.jiangsu.gov.cn"))


def sources(*evidence: BodyEvidence) -> dict[str, str]:
    return {e.source: e.department for e in evidence}


def test_every_source_has_a_weight_and_a_name() -> None:
    assert set(WEIGHTS) == set(NAMES)
    assert all(0 < weight < 1 for weight in WEIGHTS.values())


def test_all_that_a_mail_says_is_kept_with_its_weight() -> None:
    mail = Mail(
        sender="江苏省工信厅 <zhang@gxt.jiangsu.gov.cn>",
        subject="江苏省报送中试平台名录",
        body="请查收。\n江苏省工业和信息化厅",
        forwarded=[("浙江省经信厅 <a@163.com>", "浙江省名录")],
    )
    evidence = of_mail(mail, ["附件3（盖章扫描件）-江苏省.pdf", "名录.xlsx"], VERIFIED)
    assert sources(*evidence) == {
        "subject": JIANGSU, "body-text": JIANGSU, "display-name": JIANGSU, "file-name": JIANGSU,
        "forwarded-sender": ZHEJIANG, "forwarded-subject": ZHEJIANG, "address-verified": JIANGSU,
    }  # fmt: skip
    assert {e.source for e in evidence} <= OF_MAIL
    assert [BodyEvidence.from_json(e.to_json()) for e in evidence] == evidence
    assert department_of(evidence) == JIANGSU


def test_an_address_that_nobody_verified_is_a_word_like_others() -> None:
    mail = Mail(sender="zhang@gxt.jiangsu.gov.cn")
    (address,) = of_mail(mail, [], Authentication("gxt.jiangsu.gov.cn"))
    assert (address.source, address.supports, address.says) == ("address", False, "zhang@gxt.jiangsu.gov.cn")
    assert of_mail(Mail(sender="zhang@163.com"), [], Authentication("163.com")) == []


def test_a_display_name_that_looks_like_an_address_is_no_address() -> None:
    mail = Mail(sender='"a@gxt.jiangsu.gov.cn" <b@163.com>')
    assert display_and_address(mail.sender) == ("a@gxt.jiangsu.gov.cn", "b@163.com")
    (found,) = of_mail(mail, [], Authentication("163.com"))
    assert (found.source, found.supports) == ("display-name", False)


def test_a_letter_outweighs_all_that_the_mail_itself_says() -> None:
    mail = [piece(source, "", JIANGSU) for source in (*OF_MAIL, "mail-signature")]
    assert department_of([*mail, piece("letter", "", ZHEJIANG)]) == ZHEJIANG


def test_words_say_who_is_named_and_support_does_not_change_it() -> None:
    assert department_of([piece("file-name", "", JIANGSU), piece("seal", "", ZHEJIANG)]) == JIANGSU
    assert department_of([piece("address", "", JIANGSU), piece("file-name", "", ZHEJIANG)]) == ZHEJIANG


def test_where_no_word_names_one_address_and_support_do() -> None:
    assert department_of([piece("address", "", JIANGSU)]) == JIANGSU
    assert department_of([piece("address", "", JIANGSU), piece("seal", "", ZHEJIANG)]) == ZHEJIANG


def test_where_two_weigh_alike_nobody_is_named() -> None:
    assert department_of([piece("subject", "", JIANGSU), piece("body-text", "", ZHEJIANG)]) is None
    many = [piece(s, "", d) for d in (JIANGSU, ZHEJIANG) for s in ("subject", "file-name", "display-name")]
    assert department_of([*many[:3], *reversed(many[3:])]) is None
    assert department_of([]) is None


def test_a_source_counts_once() -> None:
    files = [piece("file-name", f"{n}", JIANGSU) for n in range(100)]
    assert combined(files) == combined(files[:1])
    read_twice = [piece("body-text", "", JIANGSU), piece("mail-signature", "", JIANGSU)]
    assert combined(read_twice) == combined(read_twice[1:])
    printed_twice = [piece("form", "", JIANGSU), piece("form-scan", "", JIANGSU)]
    assert combined(printed_twice) == combined(printed_twice[1:])


@pytest.mark.parametrize("text", ["短", "甲" * 500, "甲" * 200 + JIANGSU + "乙" * 200, "\n a \t b "])
def test_a_quote_is_short_and_shows_the_name(text: str) -> None:
    quoted = quote(text, JIANGSU)
    assert len(quoted) <= 62
    assert (JIANGSU in quoted) == (JIANGSU in text)


def test_a_message_keeps_evidence_and_authentication(settings: Settings) -> None:
    read = read_message(make_report(), "a.eml", settings)
    assert {e["source"] for e in read.submissions[0].evidence} == {"subject", "display-name"}
    assert read.authentication["domain"] == "example.cn"
    assert (read.authentication["trusted"], read.authentication["verified"]) == (False, "")


def test_when_the_mailbox_took_it_outweighs_the_senders_clock(settings: Settings) -> None:
    arrived = datetime.datetime(2024, 10, 15, 16, 30, tzinfo=datetime.UTC)  # half past midnight of the 16th in China
    read = read_message(make_report(), "a.eml", settings, arrived)
    assert (read.received_at, read.submissions[0].days_late) == (arrived, 1)
    assert read_message(make_report(), "a.eml", settings).submissions[0].days_late == 0


def test_the_hop_that_our_own_server_wrote_tells_when_a_message_came(settings: Settings) -> None:
    late = b"Received: from a by mx.miit.gov.cn; Thu, 17 Oct 2024 00:10:00 +0800\r\n"
    early = b"Received: from b by mail.evil.example; Tue, 1 Oct 2024 00:00:00 +0800\r\n"
    read = read_message(make_report(extra=late + early), "a.eml", settings)
    assert read.submissions[0].days_late == 2
    (finding,) = [f for f in read.submissions[0].findings if f.code == "message-late"]
    assert finding.params == {"deadline": "2024-10-15", "days": "2"}
