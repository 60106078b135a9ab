"""What a message says in its own words: without what it quotes of the messages that it answers, our letters first.

Mail programs put the message that is answered below the answer: marked with ``>``, behind a line (原始邮件), or behind
its header (发件人：… 发送时间：…). In a message that is sent on (转发) the same line stands above what is reported, so
there the first one is passed over; what stands behind a second one was quoted by the first sender.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from pipeline.intake.mail import Forwarded, Mail

FORWARDS = re.compile(r"^\W*(?:转发?|轉發|fwd?|fw)\s*[:：]|^\W*转发", re.IGNORECASE)
"""A subject of a message that was sent on; of 回复：转发：x the answer counts."""
QUOTED = re.compile(r"^[ \t\u3000]*[>＞]")
_ANSWERED = r"原始邮件|邮件原件|邮件原文|原邮件|回复的原邮件|回复邮件|original\s+message|replied\s+message"
_SENT_ON = r"转发的?(?:邮件|消息|信息|邮件信息)|(?:begin\s+)?forwarded\s+message|(?:开始|下面是被|以下是)转发的邮件"
LINE = re.compile(rf"^\W*(?P<line>{_ANSWERED}|{_SENT_ON})\W*$", re.IGNORECASE)
"""QQ, Exmail: ``------------------ 原始邮件 ------------------``; Coremail: ``-----原始邮件-----``; Outlook:
``-----邮件原件-----``; 163: ``---- 回复的原邮件 ----``; Gmail: ``---------- Forwarded message ---------``."""
SENT_ON = re.compile(rf"^\W*(?:{_SENT_ON})\W*$", re.IGNORECASE)
WROTE = re.compile(r"(?:wrote|写道|寫道)\s*[:：]\s*$", re.IGNORECASE)
WHEN_OR_WHO = re.compile(r"\d|@")
BROKEN = re.compile(r"\W*(?:on|at|在|于)\b", re.IGNORECASE)
"""在 2024-10-12 10:00:00，"张三" <a@163.com> 写道：; On Sat, Oct 12, 2024, x <a@b> wrote: (often broken in two)."""
HEADER = re.compile(
    r"^[\s*|]*(?P<name>发\s*件\s*人|寄件人|发送时间|发送日期|日\s*期|时\s*间|收\s*件\s*人|抄\s*送|主\s*题|"
    r"from|sent|date|to|cc|subject)[\s*|]*[:：|]",
    re.IGNORECASE,
)
FROM = re.compile(r"^[\s*|]*(?:发\s*件\s*人|寄件人|from)", re.IGNORECASE)
HEADER_LINES = 6
"""Lines within which a second one of a header must follow the sender's; else 发件人：张三 is a signature."""
FIRST_OF_OURS = re.compile(r"收悉，登记编号\s*\d+")
LAST_OF_OURS = re.compile(r"本邮件由报送材料核对系统生成")
OURS = re.compile(
    r"核实更正或补充，详见附件《|并在邮件主题中注明“更正”|将另行发送《|如需补充或更正，.{1,6}将另行函告"
    r"|请核实以哪份为准并更正|发送至\s*\S+@\S+，可直接回复本邮件|所列文件如有遗漏或与发送的不符|关于请更正中试平台报送材料的函"
    r"|^\s*·.*(?:请补发|截图附后|请.{0,12}(?:核实|更正))"
)
"""Sentences of our letters (`answers.texts`), for programs that quote without any mark."""
LONGEST_LINE = 600
"""Characters of a line that are searched for signs of a quote: such lines are short."""


def own_texts(mail: Mail) -> list[str]:
    """The texts of a message and of those within it, each without what it quotes. Our own letters give none.

    Args:
        mail: Read, with the texts of the messages within it in its body.
    """
    outer = _without(mail.body, mail.within)
    inner = [(_without(w.text, [o for o in mail.within if o is not w and w.holds(o.path)]), w) for w in mail.within]
    return [own_words(outer, mail.subject), *(own_words(text, w.subject) for text, w in inner)]


def own_words(text: str, subject: str = "") -> str:
    """A text without what it quotes.

    Args:
        text: Of one message; quoted parts of HTML begin with ``>`` (see `html`).
        subject: Tells whether it was sent on; then the message that was sent on counts.
    """
    lines = text.splitlines()
    sent_on = FORWARDS.search(subject)
    kept: list[str] = []
    for at, line in enumerate(lines):
        if _starts_a_quote(lines, at):
            if sent_on is None and not SENT_ON.match(_words(line)):
                break
            # What was sent on is all that comes now; some programs mark it with > too
            rest = "\n".join(_unmarked(_behind_header(lines, at)))
            return f"{_without_ours(kept)}\n{own_words(rest, FORWARDS.sub('', subject, count=1))}".strip()
        if not QUOTED.match(line):
            kept.append(line)
    return _without_ours(kept)


def _starts_a_quote(lines: list[str], at: int) -> bool:
    line = _words(lines[at])
    if LINE.match(line) or _wrote(line):
        return True
    if BROKEN.match(line) and at + 1 < len(lines) and _wrote(f"{line} {_words(lines[at + 1])}"):
        return True
    return bool(FROM.match(line)) and sum(map(_header, lines[at : at + HEADER_LINES])) > 1


def _wrote(line: str) -> bool:
    return bool(WROTE.search(line) and WHEN_OR_WHO.search(line))


def _header(line: str) -> bool:
    return bool(HEADER.match(_words(line)))


def _behind_header(lines: list[str], at: int) -> list[str]:
    """What follows the line and the header of a message that was sent on."""
    at += 1
    while at < len(lines) and (not _words(lines[at]) or _header(lines[at])):
        at += 1
    return lines[at:]


def _words(line: str) -> str:
    return QUOTED.sub("", line, count=1)[:LONGEST_LINE].strip()


def _unmarked(lines: list[str]) -> list[str]:
    """One level of ``>`` less, where the message that was sent on is marked with it."""
    first = next((line for line in lines if line.strip()), "")
    return [QUOTED.sub("", line, count=1) for line in lines] if QUOTED.match(first) else lines


def _without_ours(lines: list[str]) -> str:
    """Without our letters, from the sentence that names the number to the one that ends them; and their sentences."""
    ends = [at for at, line in enumerate(lines) if LAST_OF_OURS.search(line)]
    kept: list[str] = []
    behind = 0  # the first line that no letter which began before covers
    for at, line in enumerate(lines):
        begins = bool(FIRST_OF_OURS.search(line))
        if begins and (next_end := bisect_left(ends, at)) < len(ends):
            behind = max(behind, ends[next_end] + 1)
        if at >= behind and not begins and not OURS.search(line):
            kept.append(line)
    return "\n".join(kept).strip()


def _without(text: str, messages: list[Forwarded]) -> str:
    for each in sorted((w.text for w in messages if w.text), key=len, reverse=True):
        text = text.replace(each, "", 1)
    return text
