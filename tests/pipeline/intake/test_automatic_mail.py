"""Mail that a program sent by itself is taken in as any other, and is not answered."""

from __future__ import annotations

import pytest

from pipeline.intake.reading import read_message
from pipeline.settings import Settings


def reply_to(header: str) -> str:
    raw = f"From: =?utf-8?b?546L?= <wang@sc.example.cn>\r\n{header}\r\n\r\n材料见附件。\r\n"
    return read_message(raw.encode(), "x.eml", Settings()).reply_to


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "auto-submitted: Auto-Generated; owner-email=x",
        "Precedence: bulk",
        "Precedence: list",
        "Return-Path: <>",
        "List-Id: <all.example.cn>",
        "X-Auto-Response-Suppress: DR, All",
        "X-Autoreply: yes",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
        "Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSNOuaKpemAgQ==?=",  # 自动回复:报送
        "Subject: =?utf-8?b?57O757uf6YCA5L+h?=",  # 系统退信
        "Subject: Undeliverable: report",
    ],
)
def test_programs_are_not_answered(header: str) -> None:
    assert reply_to(header) == ""


@pytest.mark.parametrize(
    "header",
    [
        "Subject: x",
        "Auto-Submitted: no",
        "Precedence: normal",
        "Return-Path: <wang@sc.example.cn>",
        "X-Auto-Response-Suppress: DR, OOF",
        "Subject: =?utf-8?b?5YWz5LqO6Ieq5Yqo5Zue5aSN57O757uf55qE5oql6YCB?=",  # 关于自动回复系统的报送
    ],
)
def test_people_are_answered(header: str) -> None:
    assert reply_to(header) == "wang@sc.example.cn"


def test_answers_go_where_the_sender_wants_them() -> None:
    assert reply_to("Reply-To: office@sc.example.cn") == "office@sc.example.cn"
