"""The committed mailbox: which messages there are, what each shows, and what has to be found in it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from samples.cases import CHINA, make_cases, name_attachments
from samples.messages import Attachment, Envelope, write_message
from samples.mutations import CHANGES
from samples.plans import Plan, make_plan
from samples.vocabulary import department_named

NOTHING: dict[str, Any] = {"missing_in_scan": [], "missing_in_electronic": [], "pairs": [], "cells": []}
"""What can be said of two copies of which one can't be read."""


@dataclass(frozen=True)
class Shown:
    """One message of the mailbox."""

    id: str
    region: str
    sent: str
    """ISO date and time, in China."""
    shows: str
    findings: tuple[str, ...]
    """Codes of `pipeline.findings` that have to come of it."""
    plan: dict[str, object]
    """Fields of `Plan` that make it so."""
    change: str = ""
    """What is done to the finished files: ``no-electronic``, ``cut-scan`` or ``scan-of:<id>``."""
    subject: str = "{department}关于报送中试平台名录及储备建设情况"
    body: str = (
        "工业和信息化部科技司：\r\n    现将我{unit}中试平台名录及储备建设情况电子版及盖章扫描件报上，请查收。\r\n"
    )
    mailbox: str = "example.gov.cn"
    charset: str = "utf-8"


SHOWN = (
    Shown(
        "01-all-well", "江苏省", "2024-10-08 09:12", "两份材料完全一致，印章、来函均无问题", (),
        {"letter": True, "profile": "color200", "font": "Noto Serif CJK SC"},
    ),
    Shown(
        "02-one-digit", "浙江省", "2024-10-08 15:40", "一个数字不同", ("field-mismatch",),
        {"kinds": ("digit",), "profile": "color200", "font": "AR PL SungtiL GB", "names": "rfc2231-split"},
        mailbox="163.example.com",
    ),
    Shown(
        "03-look-alike", "山东省", "2024-10-09 10:05", "一个形近字不同", ("field-mismatch",),
        {"kinds": ("lookalike",), "profile": "color200", "font": "AR PL KaitiM GB", "names": "rfc2047"},
    ),
    Shown(
        "04-rows-missing", "四川省", "2024-10-09 11:31", "两份材料各缺一行",
        ("row-missing-in-scan", "row-missing-in-electronic"),
        {"kinds": ("row-missing-in-scan", "row-missing-in-electronic"), "profile": "color200", "names": "raw-gbk"},
        charset="gbk",
    ),
    Shown(
        "05-swapped-rows", "湖北省", "2024-10-09 16:20", "两行次序互换，内容一致", (),
        {"kinds": ("swapped",), "profile": "color200", "font": "AR PL UMing CN", "names": "rfc2047-cut"},
    ),
    Shown(
        "06-no-seal", "陕西省", "2024-10-10 08:50", "扫描件没有盖章", ("seal-missing",),
        {"seal": "missing", "profile": "color200", "font": "WenQuanYi Zen Hei"},
    ),
    Shown(
        "07-other-seal", "宁波市", "2024-10-10 09:33", "盖的是另一单位的印章", ("seal-mismatch",),
        {"seal": "other", "sealer": "浙江省经济和信息化厅", "profile": "color200", "seal_place": "end"},
        mailbox="126.example.com",
    ),
    Shown(
        "08-letter-count", "安徽省", "2024-10-10 14:02", "来函所称数量与表格不符", ("letter-count-mismatch",),
        {"letter": True, "letter_error": 2, "profile": "color200", "font": "Noto Sans CJK SC"},
    ),
    Shown(
        "09-grey-scan", "辽宁省", "2024-10-11 10:10", "灰度扫描，分节表格，内容一致", (),
        {"profile": "gray200", "layout": "sections", "font": "AR PL SungtiL GB", "names": "rfc2047-gb2312"},
        charset="gb2312",
    ),
    Shown(
        "10-sideways", "福建省", "2024-10-11 11:47", "扫描页横放，一处日期不同", ("field-mismatch",),
        {"profile": "sideways", "kinds": ("date",), "font": "Noto Serif CJK SC", "rotate_key": False},
    ),
    Shown(
        "11-three-pages", "广东省", "2024-10-12 09:25", "三页表格，一处小数点移位", ("field-mismatch",),
        {"profile": "color200", "kinds": ("point",), "row_count": 42, "font": "Noto Serif CJK SC", "most_columns": 9,
         "printed_as": "xlsx", "seal_place": "riding", "style": (("repeat_header", True), ("row_height", 30.0))},
    ),
    Shown(
        "12-word-copy", "湖南省", "2024-10-12 15:15", "电子版为 Word，表头两级，一处数字颠倒", ("field-mismatch",),
        {"electronic": "docx", "kinds": ("transposed",), "profile": "color200", "layout": "twolevel",
         "font": "AR PL KaitiM GB"},
    ),
    Shown(
        "13-zip-gbk", "重庆市", "2024-10-13 20:41", "压缩包，文件名为 GBK 编码，一处选项不同", ("field-mismatch",),
        {"kinds": ("enum",), "wrapping": "zip-gbk", "profile": "gray150", "font": "Noto Sans CJK SC"},
        mailbox="163.example.com",
    ),
    Shown(
        "14-no-electronic", "贵州省", "2024-10-14 09:08", "没有附电子版", ("document-missing-electronic",),
        {"profile": "color200", "font": "AR PL SungtiL GB"},
        change="no-electronic",
        body="您好：\r\n    现报上盖章扫描件，请查收。\r\n",
    ),
    Shown(
        "15-damaged-pdf", "甘肃省", "2024-10-14 10:37", "扫描件传输中被截断，无法打开", ("file-damaged",),
        {"profile": "color200", "font": "Noto Serif CJK SC"},
        change="cut-scan",
    ),
    Shown(
        "16-before-correction", "河南省", "2024-10-14 11:02", "首次报送，电子版一个数字有误", ("field-mismatch",),
        {"kinds": ("digit",), "changed_copy": "electronic", "profile": "color200", "font": "WenQuanYi Micro Hei"},
    ),
    Shown(
        "17-correction", "河南省", "2024-10-15 16:55", "更正报送，以此为准，内容一致", (),
        {"profile": "color200", "font": "WenQuanYi Micro Hei"},
        change="scan-of:16-before-correction",
        subject="更正：{department}关于报送中试平台名录及储备建设情况",
        body="您好：\r\n    我厅10月14日报送的电子版有一处填写错误，现予更正，请以此为准，前次电子版作废。\r\n",
    ),
    Shown(
        "18-late", "新疆生产建设兵团", "2024-10-18 17:30", "逾期三天，内容一致", ("message-late",),
        {"profile": "color150", "font": "AR PL UMing CN", "letter": True},
        subject="{department}报送中试平台有关情况",
    ),
    Shown(
        "19-forwarded", "厦门市", "2024-10-15 09:19", "转发的邮件（原邮件为附件），手机拍照，内容一致", (),
        {"profile": "phone", "wrapping": "forwarded", "font": "Noto Serif CJK SC", "right_size": True},
    ),
)  # fmt: skip


def plan_of(shown: Shown) -> Plan:
    """The plan of a message: small and quiet unless the message wants otherwise."""
    # A correction repeats the rows of what it corrects, and so shares its seed.
    origin = shown.change.removeprefix("scan-of:") if shown.change.startswith("scan-of:") else shown.id
    usual: dict[str, object] = {
        "department": department_named(shown.region),
        "layout": "plain",
        "kinds": (),
        "row_count": 6 + int(origin[:2]) % 4,
        "printed_as": "xlsx",
        "electronic": "xlsx",
        "seal": "right",
        "seal_place": "table",
        "letter": False,
        "letter_error": 0,
        "letter_sealed": True,
        "print_style": "plain",
        "names": "rfc2231",
        "wrapping": "none",
        "light": True,
        "right_size": True,
        "most_columns": 12,
        "style": (("paper", "A4"), ("landscape", True), ("row_height", 26.0), ("blank_rows", 0)),
    }
    style = dict(usual["style"]) | dict(shown.plan.get("style", ()))  # type: ignore[call-overload]
    return make_plan(shown.id, "mailbox/" + origin, **{**usual, **shown.plan, "style": tuple(style.items())})


def make_mailbox(out: Path, report: Callable[[str], None] = lambda _: None) -> None:
    """Writes ``out/mailbox/<id>.eml`` and ``out/truth/<id>.json``.

    Raises RuntimeError where LibreOffice is missing, or a message does not show what it is there to show.
    """
    (out / "mailbox").mkdir(parents=True, exist_ok=True)
    (out / "truth").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="samples-mailbox-") as name:
        work = Path(name)
        make_cases([plan_of(shown) for shown in SHOWN], work, report)
        for shown in SHOWN:
            _write(shown, work, out)


def _write(shown: Shown, work: Path, out: Path) -> None:
    plan = plan_of(shown)
    folder = work / shown.id
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    if len(truth["cells"]) != len([kind for kind in plan.kinds if kind in CHANGES]):
        raise RuntimeError(f"{shown.id} lacks a difference: no column of its form can suffer {plan.kinds}")
    if shown.change.startswith("scan-of:"):
        (folder / "scan.pdf").write_bytes((work / shown.change.removeprefix("scan-of:") / "scan.pdf").read_bytes())
    scan, electronic = name_attachments(plan, folder)
    attachments = [scan, electronic]
    if shown.change == "no-electronic":
        attachments = [scan]
        truth |= NOTHING | {"electronic": None, "electronic_count": 0, "electronic_rows": []}
    elif shown.change == "cut-scan":
        attachments = [Attachment(scan.name, scan.data[: len(scan.data) * 2 // 5]), electronic]
        truth |= NOTHING | {"pages": 0, "table_pages": 0, "scan_count": 0, "scan_rows": []}
    file = f"{shown.id}.eml"
    (out / "mailbox" / file).write_bytes(write_message(_envelope(shown, plan), attachments, plan.names, plan.wrapping))
    truth |= {
        "message": file,
        "shows": shown.shows,
        "findings": list(shown.findings),
        "corrects": shown.change.removeprefix("scan-of:") if shown.change.startswith("scan-of:") else None,
        "attachments": _attachments(attachments),
    }
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (out / "truth" / f"{shown.id}.json").write_text(text + "\n", encoding="utf-8")


def _attachments(attachments: Sequence[Attachment]) -> list[dict[str, str]]:
    return [{"name": a.name, "sha256": hashlib.sha256(a.data).hexdigest()} for a in attachments]


def _envelope(shown: Shown, plan: Plan) -> Envelope:
    department = plan.department
    sent = datetime.fromisoformat(shown.sent).replace(tzinfo=CHINA)
    return Envelope(
        sender_name=f"{department.name}科技处",
        sender_address=f"gxt_{department.code}@{shown.mailbox}",
        subject=shown.subject.format(department=department.name),
        date=format_datetime(sent),
        message_id=f"{sent:%Y%m%d%H%M}.{department.code}@{shown.mailbox}",
        body=shown.body.format(unit=department.own_word),
        charset=shown.charset,
    )
