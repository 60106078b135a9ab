"""What a mail says about itself."""

from __future__ import annotations

import pytest

from pipeline.intake.clues import adds, corrects
from pipeline.intake.mime import Mail, parse
from pipeline.settings import Limits


def mail(text: str) -> Mail:
    raw = f"Subject: =?utf-8?q?report?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
    return parse(raw, "a.eml", Limits())


def says_it_corrects(text: str) -> bool:
    return corrects(mail(text), [])


def says_it_adds(text: str) -> bool:
    return adds(mail(text), [])


@pytest.mark.parametrize(
    "text",
    [
        "现将更正后的材料报上，以此为准。",
        "现将重新报送的材料发上，请查收。",
        "数据以本邮件附件为准。",
        "原表有误，现重新报送。",
        "上次报送的材料作废。",
        "表中联系电话有误，已更正。",
        "此前未报送投资总额，现予更正。",
        "例如第三行的单位名称，现更正如下。",
    ],
)
def test_a_correction(text: str) -> None:
    assert says_it_corrects(text)


@pytest.mark.parametrize(
    "text",
    [
        "电子版与盖章件不一致的，以本次盖章件为准。",
        "如有出入，请以本表盖章版为准。",
        "内容如需修改，我们将重新报送。",
        "请勿重新发送。",
        "如有问题，我们将重新提交。",
        "原报送的不作废，本次为补充。",
        "本次没有更正内容。",
        "本次报送无更正。",
        "与此前相比，未作更正。",
        "并无更正事项。",
        "本次不涉及更正。",
        "没有补充或更正的内容。",
        "如发现错误，我们将及时更正。",
        "一旦发现问题，我们将立即重新报送。",
        "如不符合要求，我单位另行重新报送。",
    ],
)
def test_a_case_that_may_come_or_a_rule_between_the_copies_corrects_nothing(text: str) -> None:
    assert not says_it_corrects(text)


@pytest.mark.parametrize(
    "text",
    [
        "补充报送两家平台。",
        "现补充材料如下，请查收。",
        "现将补充材料报上。",
        "因时间紧，上次遗漏一家，本次增补。",
        "附件未能一并发送，现补发。",
    ],
)
def test_an_addition(text: str) -> None:
    assert says_it_adds(text)


@pytest.mark.parametrize(
    "text",
    [
        "如需补充材料，请与我们联系。",
        "如有遗漏，我们将及时补充。",
        "若材料不全，请告知我们补充。",
        "如贵司认为材料不足，我厅再行补充报送。",
        "材料如不完整，请来电，我们尽快补报。",
        "本次没有补充材料。",
        "无补充。",
        "无需补充材料。",
        "本次未增补平台。",
    ],
)
def test_an_offer_to_add_or_a_word_that_there_is_nothing_to_add_adds_nothing(text: str) -> None:
    assert not says_it_adds(text)


def test_words_repeated_without_end_cost_no_time() -> None:
    assert not says_it_corrects("没有" + "需要" * 140 + "的更正" * 2 + "，" + "不" * 200)


@pytest.mark.parametrize(
    "text",
    [
        "更新后的表见附件，请使用此版本，旧版请忽略",
        "附件已更新，以新附件为准",
        "前一封邮件作废",
        "请忽略上一封邮件，以这封为准",
        "请以附件为准",
        "上一封邮件附件漏了，现重发如下",
        "已按要求更正，请查收",
        "根据贵司要求更正后的材料见附件",
        "更正后的附件请查收，如有问题请联系我。",
        "更正材料见附件",
        "现报送更正材料",
    ],
)
def test_a_statement_about_this_mail_corrects(text: str) -> None:
    assert says_it_corrects(text)


@pytest.mark.parametrize(
    "text",
    [
        "如对内容有更正，请联系我。",
        "如后期有更正将另行报送",
        "内容如变更，我厅将重新报送",
        "若有更正另行通知",
        "后续更正请联系张三",
        "更正联系人：张三 电话123",
        "联系人更正为张三",
        "表中“更正”列为空",
        "附：更正材料报送要求",
        "收到贵司要求更正的通知，正在核实",
        "已收到更正通知，我们将尽快修改",
        "更正后的材料将另行报送",
        "请问是否需要更正后的盖章件？",
        "具体内容以附件为准",
        "数据以盖章扫描件为准",
        "金额单位以万元为准",
        "最终以贵部意见为准",
        "我厅于10月8日报送的材料不再更正，特此说明",
    ],
)
def test_a_word_about_corrections_in_general_corrects_nothing(text: str) -> None:
    assert not says_it_corrects(text)


def test_a_bare_word_counts_in_a_subject_and_in_a_file_s_name() -> None:
    assert corrects(Mail(subject="四川省更正名录"), [])
    assert corrects(Mail(subject="名录"), ["附件3（更正）.xlsx"])
    assert not corrects(Mail(subject="名录", body="更正"), [])
