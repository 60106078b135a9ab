"""Our own letters come back: in bounces, in answers, from the folder of sent mail. They are no reports."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from made_messages import make_docx, make_message, make_part, make_report, make_scan, make_xlsx
from sqlalchemy import Engine

from pipeline.answers.message import Answer, draft, to_send
from pipeline.calls.catalogue import call
from pipeline.database.engine import writing
from pipeline.database.outbox import items
from pipeline.database.overview import body_rows, submission_rows, unrelated_messages
from pipeline.database.states import State
from pipeline.database.tables import OutboxRow
from pipeline.intake.intake import take_in
from pipeline.intake.mime import parse
from pipeline.intake.reading import ReadMessage, read_message
from pipeline.intake.sources import folder
from pipeline.intake.store import Store
from pipeline.settings import Limits, Settings

OURS = call("2024").mailbox
LETTER = make_docx(
    "关于请更正中试平台报送材料的函 四川省经济和信息化厅：你厅报送的材料收悉。经核对，有以下 1 处需请你厅核实更正："
    "请你厅对照上述问题逐项核实，于收到本函后 5 个工作日内将更正后的电子版发送至邮箱。专此函告。"
)
SUBJECT = "更正通知：四川省经济和信息化厅报送中试平台名录（登记编号 00001）"


def sent(sender: str = OURS, recipient: str = "kjc@example.cn") -> bytes:
    """A correction letter as it went out."""
    answer = Answer(
        sender=sender, sender_name="科技司", reply_to="", recipient=recipient, subject=SUBJECT,
        answers="<1@example.cn>", thread="", text="经核对，有 1 处需请你厅核实更正或补充。",
        attachment=("关于请更正中试平台报送材料的函.docx", LETTER),
    )  # fmt: skip
    return to_send(draft(answer), datetime.datetime(2024, 10, 12, tzinfo=datetime.UTC))


def mail_id(letter: bytes) -> str:
    return parse(letter, "x", Limits()).mail_id


def report(*parts: bytes, text: str = "未送达", about: str = "delivery-status") -> bytes:
    kinds = b"".join(b"--r\r\n" + part + b"\r\n" for part in parts)
    return (
        b"From: MAILER-DAEMON@mx.example.cn\r\nTo: a@miit.gov.cn\r\nSubject: Undelivered\r\nMessage-ID: <b@mx>\r\n"
        b"Date: Sat, 12 Oct 2024 19:00:00 +0800\r\n"
        + f'Content-Type: multipart/report; report-type={about}; boundary="r"\r\n\r\n'.encode()
        + f"--r\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
        + kinds + b"--r--\r\n"
    )  # fmt: skip


def status(action: str) -> bytes:
    return (
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        b"Final-Recipient: rfc822; kjc@example.cn\r\nAction: " + action.encode() + b"\r\n"
    )


def whole(letter: bytes) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" + letter


def headers(letter: bytes) -> bytes:
    return b"Content-Type: text/rfc822-headers\r\n\r\n" + letter.partition(b"\r\n\r\n")[0] + b"\r\n"


def of_163(text: str, letter: bytes | None = None) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Postmaster@163.com", "系统退信"
    message.set_content(text)
    if letter is not None:
        message.add_attachment(letter, maintype="application", subtype="octet-stream", filename="原邮件.eml")
    return message.as_bytes()


def read(data: bytes) -> ReadMessage:
    return read_message(data, "a.eml", Settings())


def codes(read: ReadMessage) -> list[str]:
    return [f.code for f in read.findings]


BOUNCES = {
    "with the letter": report(status("failed"), whole(sent())),
    "with its headers": report(status("failed"), headers(sent())),
    "of 163 with the letter": of_163("抱歉，您的邮件被退回来了", sent()),
}


@pytest.mark.parametrize("bounce", BOUNCES)
def test_a_bounce_of_our_letter_is_no_report_and_tells_which_letter(bounce: str) -> None:
    found = read(BOUNCES[bounce])
    assert (found.submissions, codes(found)) == ((), ["message-undelivered"])
    assert found.undelivered is not None
    assert mail_id(sent()) in found.undelivered


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed (to a printer)"])
def test_a_report_of_delay_or_success_is_no_bounce(action: str) -> None:
    found = read(report(status(action), whole(sent())))
    assert (found.submissions, found.undelivered) == ((), None)


def test_a_note_that_our_letter_was_read_is_no_bounce() -> None:
    note = report(headers(sent()), about="disposition-notification")
    assert (read(note).submissions, read(note).undelivered) == ((), None)


def test_a_report_of_a_body_that_came_back_is_looked_at() -> None:
    assert read(report(status("failed"), whole(make_report()))).submissions


def test_our_letter_from_the_folder_of_sent_mail_is_no_report() -> None:
    found = read(sent())
    assert (found.submissions, codes(found)) == ((), ["message-from-us"])
    assert found.findings[0].params["address"] == OURS


def test_what_we_sent_with_a_blank_form_is_no_report() -> None:
    form = make_report().replace(b"kjc@example.cn", OURS.encode())
    assert read(form).submissions == ()
    own = Settings(answers={"sender": "office@miit.example.cn"})  # type: ignore[arg-type]
    assert read_message(make_report().replace(b"kjc@example.cn", b"Office@MIIT.example.cn"), "a", own).submissions == ()


def test_a_report_that_a_clerk_of_ours_sent_on_to_the_mailbox_is_one() -> None:
    sent_on = make_report().replace(b"kjc@example.cn", OURS.encode()).replace(b"a@example.cn", OURS.encode())
    assert read(sent_on).submissions


LETTER_BACK = make_part("关于请更正中试平台报送材料的函.docx", LETTER)


@pytest.mark.parametrize("subject", [f"回复：{SUBJECT}", "请问"])
@pytest.mark.parametrize("part", [LETTER_BACK, whole(sent())], ids=["the file", "the whole letter"])
def test_a_question_with_our_letter_is_shown_as_a_question(part: bytes, subject: str) -> None:
    found = read(make_message(part, sender="张三", subject=subject, body="请问何时提交？"))
    assert [f.code for s in found.submissions for f in s.findings] == ["message-own-letter"]
    assert [d.role.value for d in found.documents] == ["ours"]
    assert not found.submissions[0].corrects or found.submissions[0].electronic is None


def test_a_report_beside_our_letter_is_a_report() -> None:
    parts = [LETTER_BACK, make_part("盖章.pdf", make_scan()), make_part("附件3.xlsx", make_xlsx())]
    (submission,) = read(make_message(*parts, subject=f"回复：{SUBJECT}")).submissions
    assert (submission.scan, submission.electronic, submission.letter) == (1, 2, None)


def test_the_name_of_our_letter_says_nothing_of_a_mail_that_brings_it_back() -> None:
    parts = [LETTER_BACK, make_part("盖章.pdf", make_scan()), make_part("附件3.xlsx", make_xlsx())]
    (submission,) = read(make_message(*parts, body="第二批平台见附件。")).submissions
    assert not submission.corrects


def test_a_body_s_letter_about_ours_is_theirs() -> None:
    letter = make_docx("四川省经济和信息化厅：《关于请更正中试平台报送材料的函》收悉，现将更正材料报上。专此函复。")
    found = read(make_message(make_part("复函.docx", letter), subject="复函"))
    assert [d.role.value for d in found.documents] != ["ours"]


@pytest.mark.parametrize(
    "bounce",
    [*BOUNCES.values(), of_163(f"您发给 kjc@example.cn 的邮件未能送达，主题：{SUBJECT}"), report(status("failed"))],
    ids=[*BOUNCES, "of 163 in words", "that names nothing"],
)
def test_the_letter_s_outbox_item_and_submission_tell_of_the_bounce(
    mailbox: Callable[..., Path], store: Store, engine: Engine, settings: Settings, bounce: bytes
) -> None:
    (first,) = take_in(folder(mailbox(a=make_report())), store, engine, settings).new
    with writing(engine) as session:
        session.add(
            OutboxRow(
                submission_id=first, kind="correction", sha256="x", mail_id=mail_id(sent()),
                recipient="kjc@example.cn", subject=SUBJECT, state="sent", made_at=datetime.datetime.now(datetime.UTC),
            )
        )  # fmt: skip
    report_of = take_in(folder(mailbox(bounce=bounce)), store, engine, settings)
    assert (report_of.new, report_of.unrelated) == ((), 1)
    (row,) = submission_rows(engine)
    told = [f for f in row.findings if f.code == "answer-undelivered"]
    named = bounce != report(status("failed"))
    assert [item.returned for item in items(engine)] == (["bounce.eml"] if named else [""])
    assert [f.params["recipient"] for f in told] == (["kjc@example.cn"] if named else [])
    assert row.state is State.RECEIVED
    (unrelated,) = unrelated_messages(engine)
    assert "退信" in unrelated.reason


def test_a_letter_of_ours_from_another_address_is_known_by_its_id(
    mailbox: Callable[..., Path], store: Store, engine: Engine, settings: Settings
) -> None:
    (first,) = take_in(folder(mailbox(a=make_report())), store, engine, settings).new
    old = sent("old@miit.example.cn")
    with writing(engine) as session:
        session.add(
            OutboxRow(
                submission_id=first, kind="correction", sha256="x", mail_id=mail_id(old), recipient="", subject="",
                state="sent", made_at=datetime.datetime.now(datetime.UTC),
            )
        )  # fmt: skip
    assert take_in(folder(mailbox(b=old)), store, engine, settings).new == ()
    assert "我方" in unrelated_messages(engine)[0].reason


def test_a_question_is_no_report_of_its_body(
    mailbox: Callable[..., Path], store: Store, engine: Engine, settings: Settings
) -> None:
    asked = make_message(LETTER_BACK, subject=f"回复：{SUBJECT}", body="请问何时提交？")
    take_in(folder(mailbox(a=asked, b=make_message(body="请问何时提交？"))), store, engine, settings)
    assert not any(body.reported for body in body_rows(engine, "2024"))
