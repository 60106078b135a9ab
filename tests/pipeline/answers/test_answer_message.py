"""An answer as a message: whatever the original held, one plain message to one address comes of it."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made_answers import make_answer, read, text_of

from pipeline.answers.address import recipient
from pipeline.answers.message import draft, mail_id_of, to_send
from pipeline.calls.call import CHINA
from pipeline.intake.mime import parse
from pipeline.mail_addresses import MOST_REFERENCES
from pipeline.settings import Limits

HEADERS = {
    "message-id", "x-unsent", "content-type", "mime-version", "content-transfer-encoding", "from", "to", "subject",
    "in-reply-to", "references", "auto-submitted",
}  # fmt: skip


def test_a_word_file_under_a_chinese_name_that_every_program_shows() -> None:
    data = draft(make_answer(attachment=("复函.docx", b"PK word")))
    message = read(data)
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("复函.docx", b"PK word")
    assert b"filename*=utf-8''%E5%A4%8D%E5%87%BD.docx" in data  # RFC 2231
    assert b'name="=?utf-8?b?5aSN5Ye9LmRvY3g=?="' in data  # RFC 2047
    (ours,) = parse(data, "x.eml", Limits()).attachments
    assert (ours.name, ours.data) == ("复函.docx", b"PK word")
    assert text_of(message) == "收悉。\n"


def test_who_wrote_to_whom_is_shown_in_chinese() -> None:
    message = read(draft(make_answer(reply_to="calls@example.cn")))
    assert str(message["From"]) == "工业和信息化部科技司 <office@example.cn>"
    assert (message["To"], message["Reply-To"]) == ("clerk@example.cn", "calls@example.cn")
    assert (message["Auto-Submitted"], message["X-Unsent"]) == ("auto-replied", "1")


def test_the_thread_ends_with_the_message_that_is_answered() -> None:
    long = [f"<{'x' * 80}{number}@example.cn>" for number in range(30)]
    message = read(draft(make_answer(answers="<new@example.cn>", thread=" ".join(long))))
    assert message["In-Reply-To"] == "<new@example.cn>"
    assert str(message["References"]).split() == [*long[-MOST_REFERENCES + 1 :], "<new@example.cn>"]


def test_a_message_without_an_id_begins_no_thread() -> None:
    message = read(draft(make_answer(answers="", thread="<1@example.cn>")))
    assert message["In-Reply-To"] is message["References"] is None


def test_the_same_answer_has_the_same_bytes_and_the_same_id() -> None:
    answer = make_answer(attachment=("复函.docx", b"PK"))
    assert draft(answer) == draft(answer)
    assert mail_id_of(draft(answer)) != mail_id_of(draft(make_answer(attachment=("复函.docx", b"PL"))))
    assert mail_id_of(draft(answer)) != mail_id_of(draft(make_answer(recipient="other@example.cn")))


def test_a_draft_that_was_cut_short_or_changed_is_known() -> None:
    data = draft(make_answer())
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.cn>", mail_id_of(data) or "")
    for other in (data[:-5], data.replace(b"clerk@", b"thief@"), b"", b"Message-ID: <a@b>\r\n\r\n"):
        assert mail_id_of(other) is None


def test_what_is_sent_has_a_date_and_is_no_draft_any_more() -> None:
    data = draft(make_answer())
    sent = to_send(data, datetime.datetime(2024, 10, 16, 9, 30, tzinfo=CHINA))
    message = read(sent)
    assert (message["Date"], message["X-Unsent"]) == ("Wed, 16 Oct 2024 09:30:00 +0800", None)
    assert message["Message-ID"] == mail_id_of(data)
    assert read(data)["Date"] is None
    with pytest.raises(ValueError, match="not a draft"):
        to_send(sent, datetime.datetime(2024, 10, 16, tzinfo=CHINA))


@given(subject=st.text(), thread=st.text(), parent=st.text(), text=st.text())
@example("报送\r\nBcc: all@example.cn\r\n\r\nbody", "<a@b>\r\nBcc: x@y.cn", "<a@b\r\nBcc: x@y.cn>", "\r\n.\r\nQUIT")
@example("\udcff\x00\u202e", "<" * 2000, "<" + "x" * 5000 + ">", "\udcff")
def test_no_text_of_a_sender_makes_a_header(subject: str, thread: str, parent: str, text: str) -> None:
    data = draft(make_answer(subject=subject, thread=thread, answers=parent, text=text))
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"")
    message = read(data)
    names = [name.lower() for name in message]
    assert set(names) <= HEADERS and len(names) == len(set(names))
    assert message["To"].addresses[0].addr_spec == "clerk@example.cn"
    assert len(message["To"].addresses) == 1
    assert not any(c in str(message["Subject"]) for c in "\r\n\x00\u202e")
    assert not message.defects


@given(st.text() | st.from_regex(r"[a-z]+@[a-z.]+[\s,;<>]*[a-z@.]*", fullmatch=True))
@example("a@example.cn\r\nBcc: b@example.cn")
@example("a@example.cn, b@example.cn")
@example("a@example.cn\n")
@example('"a b"@example.cn')
@example("<a@example.cn>")
@example(f"{'a' * 64}@{'.'.join(['b' * 60] * 4)}")
def test_only_one_plain_address_is_answered(reply_to: str) -> None:
    found = recipient(reply_to, own=())
    plain = reply_to.isascii() and re.fullmatch(r"[^\s,;<>\"@]+@[^\s,;<>\"@]+", reply_to)
    assert found is None or (found == reply_to and plain)


@pytest.mark.parametrize(
    "reply_to",
    ["", "office@example.cn", "OFFICE@EXAMPLE.CN", "mailer-daemon@example.cn", "MAILER-DAEMON@qq.com",
     "postmaster@163.com", "no-reply@example.cn", "noreply@example.cn", "donotreply+7@example.cn", "张三@例子.中国"],
)  # fmt: skip
def test_nobody_else_is_answered(reply_to: str) -> None:
    assert recipient(reply_to, own=("office@example.cn",)) is None


def test_a_wrong_address_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="not an address"):
        draft(make_answer(recipient="a@example.cn\r\nBcc: b@example.cn"))
