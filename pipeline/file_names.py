"""What of a file's name is its own, once the words that half of all senders put into it are taken away."""

from __future__ import annotations

import re

from pipeline.forms.text import fold

SUFFIX = re.compile(r"\.[a-z0-9]{1,5}$")
DATES = re.compile(r"(?:20\d{2}[年./_-]?)?\d{1,2}月\d{1,2}[日号]?|20\d{2}[./_-]?[01]\d[./_-]?[0-3]\d|20\d{2}年?")
WORDS = re.compile(
    r"省级(?:或|和|及|、)?重点培育|储备建设情况|中试(?:验证)?平台|附[件表]\s*[0-9一二三]?|名录|汇总表|情况表|清单|统计表"
    r"|(?:已|未|加)?盖(?:公)?章|扫描|签章|用印|红章|签字|电子(?:表格?|文档|档)?|可编辑|最终|终稿|定稿|正式|最新"
    r"|(?:关于)?报送|上报|更正|修订|补充|重新|材料|表格|文件|副本|复件|[版稿件表档的]"
    r"|pdf|excel|word|xlsx?|docx?|wps|scan(?:ned)?|final|copy"
)
SIGNS = re.compile(r"[^\w]|_")
NAMES_SHOWN = 10
"""Names in one text; more are counted."""


def own_name(name: str) -> str:
    """What tells a file from others of its kind, such as 江苏省 of 附件3（盖章扫描件）-江苏省.pdf; may be empty."""
    text = SUFFIX.sub("", fold(name).lower())
    return SIGNS.sub("", WORDS.sub("", DATES.sub("", text)))


def listed(names: list[str]) -> str:
    """Names in one line."""
    more = len(names) - NAMES_SHOWN
    return "、".join(names[:NAMES_SHOWN]) + (f" …（+{more}）" if more > 0 else "")
