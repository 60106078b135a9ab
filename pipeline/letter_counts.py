"""How many platforms a letter claims to report, among all the numbers it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.forms.dates import tens

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

_THING = re.compile(r"平台|基地")
_REPORTS = re.compile(r"报送|上报|推荐|申报|报上|报来|填报|汇总|遴选|择优|提交|报出")
_TOTAL = re.compile(r"(?<![公其])共(?![同享性建用青])|合计|总计|总数|总共")
_PART = re.compile(r"其中|分别|包括|含")
_CATEGORY = re.compile(r"省级|国家级|重点培育|储备|已建成?|在建|拟建|规划|市级")
_FOREIGN = re.compile(
    r"(?:企业|单位|行业|领域|方向|项目|设备|专利|人员|客户|成果|城市|地市|附件|材料|高校|院所)(?:共|共计|合计|总计)?$"
)
_FOREIGN_AFTER = re.compile(
    r"(?:重点)?(?:企业|单位|行业|领域|方向|项目|专利|人|客户|成果|城市|地市|市|附件|材料|高校|院所|部门|工作日|月|省)"
)
_TITLE = re.compile(r"《[^》]*》?")
LEAST = 2
"""Signs that a number counts the reported platforms: it names them, totals, reports. One alone could be anything."""


@dataclass(frozen=True)
class _Mention:
    number: int
    signs: int
    total: bool
    part: bool
    category: bool


def count_claimed(sentences: Sequence[Any]) -> int | None:
    """The number of platforms that a letter claims, from its sentences as spaCy documents; None where it says none.

    A total is taken before parts of it (其中省级3个); where only parts are said (省级5个、储备4个), they are added up.
    A lone total that names nothing (共计12家) counts where it is the only one and the letter speaks of platforms.
    """
    mentions = [m for sentence in sentences for m in _mentions(sentence)]
    claims = [m for m in mentions if m.signs >= LEAST and not m.part]
    totals = [m for m in claims if m.total]
    if totals:
        return max(totals, key=lambda m: m.signs).number
    parts = [m for m in mentions if m.category and not m.part]
    if len(parts) > 1 and any(m.signs >= LEAST for m in parts):
        return sum(m.number for m in parts)
    if claims:
        return max(claims, key=lambda m: m.signs).number
    lone = [m.number for m in mentions if m.total]
    return lone[0] if len(lone) == 1 and any(_THING.search(s.text) for s in sentences) else None


@cache
def _matcher(vocab: Vocab) -> Matcher:
    from spacy.matcher import Matcher

    matcher = Matcher(vocab)
    counter = {"TEXT": {"IN": ["个", "家", "项", "座"]}}
    digits = {"TEXT": {"REGEX": r"^\d$"}, "OP": "{1,4}"}
    numerals = {"TEXT": {"REGEX": "^[〇零一二两三四五六七八九十]$"}, "OP": "{1,3}"}
    matcher.add("COUNT", [[digits, counter], [numerals, counter]], greedy="LONGEST")
    return matcher


def _mentions(sentence: Any) -> list[_Mention]:
    """Each number with a counter in a sentence, with the signs that it counts platforms."""
    found = sorted((start, end) for _, start, end in _matcher(sentence.vocab)(sentence))
    mentions: list[_Mention] = []
    in_part = False
    for i, (start, end) in enumerate(found):
        until = found[i + 1][0] if i + 1 < len(found) else len(sentence)
        # A cited title speaks of reporting too (《关于报送……的通知》).
        before, after = _TITLE.sub("", sentence[:start].text), sentence[end:until].text
        clauses = re.split(r"[,;:]", before)
        since = re.split(r"[、()]", clauses[-1])[-1]
        own = since + re.split(r"[,;:、()]", after)[0]
        in_part = in_part or _PART.search(sentence[found[i - 1][1] if i else 0 : start].text) is not None
        bracketed = before.count("(") > before.count(")")
        number = sentence[start : end - 1].text
        if _FOREIGN.search(since) or _FOREIGN_AFTER.match(after) or before.endswith((".", "%", "第", "-")):
            continue
        total = _TOTAL.search(since) is not None
        reported = _REPORTS.search("".join(clauses[-2:])) is not None
        things = _THING.search(own) is not None
        signs = 2 * (things and (reported or total)) + (total and _THING.search(sentence.text) is not None) * 2
        signs += 2 * (_REPORTS.search(since) is not None and _THING.search(before) is not None)
        mentions.append(
            _Mention(
                number=int(number) if number.isdecimal() else tens(number.replace("两", "二")),
                signs=signs,
                total=total,
                part=(in_part or bracketed) and not total,
                category=_CATEGORY.search(own) is not None,
            )
        )
    return mentions
