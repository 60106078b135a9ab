"""Answers made by hand, and the submissions that they answer."""

from __future__ import annotations

import datetime
import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from pipeline.answers.message import Answer
from pipeline.calls.call import CHINA
from pipeline.database.jobs import ReceivedFile, SubmissionJob
from pipeline.model import FieldResult, FileInfo, Finding, Reconciliation, RecordResult, Verdict, Where

SICHUAN = "四川省经济和信息化厅"


def make_answer(**other: object) -> Answer:
    """An answer to a clerk."""
    given: dict[str, Any] = {
        "sender": "office@example.cn",
        "sender_name": "工业和信息化部科技司",
        "reply_to": "",
        "recipient": "clerk@example.cn",
        "subject": "回复：报送材料",
        "answers": "<1@example.cn>",
        "thread": "",
        "text": "收悉。",
    }
    return Answer(**{**given, **other})


def make_job(**other: object) -> SubmissionJob:
    """A submission of two files, by a clerk who is to be answered."""
    given: dict[str, Any] = {
        "submission_id": 7,
        "call": "2024",
        "department": SICHUAN,
        "message_name": "7.eml",
        "subject": "四川省报送材料",
        "mail_text": "",
        "mail_id": "<2@sc.example.cn>",
        "references": "<1@sc.example.cn>",
        "reply_to": "clerk@sc.example.cn",
        "received_at": datetime.datetime(2024, 10, 12, 16, 42, tzinfo=CHINA),
        "scan": None,
        "electronic": None,
        "letter": None,
        "findings": (),
        "files": (
            ReceivedFile("盖章扫描件.pdf", 5_400_000, "5c" * 32, "scan"),
            ReceivedFile("附件3.xlsx", 9_000, "a1" * 32, "electronic"),
        ),
    }
    return SubmissionJob(**{**given, **other})


def make_result(*verdicts: Verdict, findings: tuple[Finding, ...] = ()) -> Reconciliation:
    """A comparison of one field for each verdict."""
    fields = tuple(FieldResult("投资总额（万元）", None, "1", "2", each, 0.5, Where("A1")) for each in verdicts)
    scan, electronic = FileInfo("盖章扫描件.pdf", "5c" * 32, 1), FileInfo("附件3.xlsx", "a1" * 32)
    return Reconciliation(scan, electronic, (RecordResult(1, 1, "氢能中试平台", fields),), findings, (), None, {})


def read(draft: bytes | Path) -> EmailMessage:
    """A message as mail programs read it."""
    data = draft.read_bytes() if isinstance(draft, Path) else draft
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    """The text of its body."""
    body = message.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
