"""A message's own words: what it quotes of others says nothing of it; what it sends on does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.clues import adds, corrects
from pipeline.intake.html import text_of_html
from pipeline.intake.mail import Forwarded, Mail
from pipeline.intake.quotes import own_texts, own_words

SAID = "此前材料作废，现重新报送，现补充一家平台。"
"""Corrects and adds; whoever says it."""
HEADER = "发件人：科技司 <a@miit.gov.cn>\n发送时间：2024年10月12日 10:00\n收件人：b@163.com\n主题：更正通知\n\n"
LETTER = """四川省经济和信息化厅：

你厅于2024年10月8日15:40发来的邮件（主题：关于报送中试平台名录）收悉，登记编号 00001。收到以下 2 个文件：
1. 附件3.pdf（盖章扫描件，172 KB）

经核对，有 1 处需请你厅核实更正或补充，详见附件《关于请更正中试平台报送材料的函》：
一、报送文件（1 处）
· 未收到电子版（Excel 或 Word）。请补发。

请你厅于 5 个工作日内将更正后的电子版和加盖公章的扫描件发送至 a@miit.gov.cn，并在邮件主题中注明“更正”。

工业和信息化部科技司

（本邮件由报送材料核对系统生成。）"""

QUOTED = {
    "marks": "> " + SAID,
    "wide marks": "　＞" + SAID,
    "QQ": "------------------&nbsp;原始邮件&nbsp;------------------\n".replace("&nbsp;", " ") + HEADER + SAID,
    "Coremail": '-----原始邮件-----\n发件人:"司" <a@miit.gov.cn>\n发送时间:2024-10-12 10:00:00 (星期六)\n' + SAID,
    "163": "---- 回复的原邮件 ----\n| 发件人 | a |\n| 日期 | 2024年10月12日 |\n" + SAID,
    "163 in English": "---- Replied Message ----\n| From | a |\n| Date | 10/12/2024 |\n" + SAID,
    "older 163": '在 2024-10-12 10:00:00，"司" <a@miit.gov.cn> 写道：\n' + SAID,
    "Gmail": "科技司 <a@miit.gov.cn> 于2024年10月12日周六 10:00写道：\n" + SAID,
    "Outlook": "-----邮件原件-----\n发件人: a\n" + SAID,
    "Outlook in English": "-----Original Message-----\nFrom: a\n" + SAID,
    "Foxmail": "\n发件人： a\n发送时间： 2024-10-12 10:00\n收件人： b\n主题： 更正\n" + SAID,
    "Apple": "On Oct 12, 2024, at 10:00, a <a@miit.gov.cn> wrote:\n\n" + SAID,
    "broken in two": "On Sat, Oct 12, 2024 at 10:00 AM Section <a@miit.gov.cn>\nwrote:\n" + SAID,
    "no mark at all": LETTER,
    "a letter's sentences alone": "\n".join(line for line in LETTER.splitlines() if "生成" not in line),
}


def says(mail: Mail) -> tuple[bool, bool]:
    return corrects(mail, []), adds(mail, [])


@pytest.mark.parametrize("program", QUOTED)
def test_what_an_answer_quotes_says_nothing_of_it(program: str) -> None:
    body = f"您好，请查收附件。\n\n张三\n\n{QUOTED[program]}"
    assert says(Mail(subject="回复：名录", body=body)) == (False, False)
    assert says(Mail(subject="回复：转发：名录", body=body)) == (False, False)


@pytest.mark.parametrize("program", QUOTED)
def test_what_stands_above_the_quote_counts(program: str) -> None:
    body = f"您好，更正后的材料见附件。\n\n{QUOTED[program]}"
    assert says(Mail(subject="回复：名录", body=body)) == (True, False)


@pytest.mark.parametrize("line", ["------------------ 原始邮件 ------------------", "-----转发邮件信息-----", ""])
@pytest.mark.parametrize("subject", ["转发：名录", "Fw: 名录", "转：名录"])
def test_what_is_sent_on_is_the_report(line: str, subject: str) -> None:
    assert says(Mail(subject=subject, body=f"请查收。\n{line}\n{HEADER}{SAID}")) == (True, True)


def test_what_is_sent_on_and_marked() -> None:
    body = "开始转发的邮件：\n\n> 发件人: a\n> 日期: 2024年10月12日\n> 主题: 名录\n>\n> " + SAID
    assert says(Mail(subject="转发：名录", body=body)) == (True, True)


def test_what_the_first_sender_quoted_is_quoted() -> None:
    body = f"-----原始邮件-----\n{HEADER}请查收。\n\n-----原始邮件-----\n{HEADER}{SAID}"
    assert says(Mail(subject="转发：回复：名录", body=body)) == (False, False)
    assert says(Mail(subject="转发：转发：名录", body=body)) == (True, True)


def test_a_forwarding_line_is_passed_over_whatever_the_subject() -> None:
    assert says(Mail(subject="名录", body=f"---------- Forwarded message ---------\n{HEADER}{SAID}")) == (True, True)


def test_the_text_of_an_attached_message_counts_behind_a_quote() -> None:
    mail = Mail(subject="回复：名录", body=f"请查收。\n-----原始邮件-----\n{LETTER}\n\n{SAID}")
    mail.within.append(Forwarded("1", "四川", "名录", SAID))
    assert says(mail) == (True, True)
    assert own_texts(mail) == ["请查收。", SAID]


def test_a_signature_is_no_quote() -> None:
    assert own_words("发件人：张三\n\n现更正如下。\n") == "发件人：张三\n\n现更正如下。"


@pytest.mark.parametrize(
    "quote",
    [
        f"<blockquote>{SAID}</blockquote>",
        f'<blockquote id="isReplyContent" style="border-left:#ccc 1px solid"><p>{SAID}</p></blockquote>',
        f'<div class="gmail_quote">a &lt;a@b.cn&gt; 于2024年10月12日写道：<br><blockquote class="gmail_quote">{SAID}',
        f"<blockquote type=cite><blockquote style='margin:0 0 0 40px;border:none'>{SAID}</blockquote></blockquote>",
        f"<div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>发件人:&nbsp;a</div><div>{SAID}</div>",
    ],
)
def test_a_quote_in_html(quote: str) -> None:
    body = text_of_html(f"<p>请查收。</p>{quote}")
    assert says(Mail(subject="回复：名录", body=body)) == (False, False)
    assert says(Mail(subject="回复：名录", body=text_of_html(f"<p>现更正如下。</p>{quote}"))) == (True, False)


def test_a_paragraph_that_is_set_in_is_no_quote() -> None:
    source = f'<blockquote style="margin: 0 0 0 40px; border: none; padding: 0px;">{SAID}</blockquote>'
    assert text_of_html(source) == SAID


def test_text_behind_a_quote_in_html_is_its_writer_s() -> None:
    assert text_of_html("<blockquote>a<p>b</blockquote>c") == "> a\n> b\nc"
    assert text_of_html("</blockquote>&#14;a") == "a"


@settings(max_examples=60, deadline=None)
@given(
    st.text("> ＞\n原始邮件-发件人：主题写道:wrote1@在on", max_size=200),
    st.sampled_from(["", "转发：x", "Fw: 转发：x"]),
)
def test_any_text_is_read(text: str, subject: str) -> None:
    own = own_words(text, subject)
    assert own_words(own) in own
