"""Numbers with a counter in a cover letter (20个, 十二家), each with what its surroundings say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.letter_numerals import NUMERALS, value_of

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

_Token = dict[str, Any]
_COUNTERS = "个家项座"

THING = re.compile(r"中试(?:验证|熟化|服务)*中心|中试(?![\u4e00-\u9fff]{0,6}(?:项目|企业|线))|[平干][台合白]|试台|基地")
"""What is counted, also as scans are misread (平合, 干台)."""
_OTHER_PLATFORM = re.compile(r"(?:创新|服务|信息|检测|公共|技术|研发|科研|交易|管理|互联网)平台")
_OWNER = re.compile(r"(?:中试)?(?:平台|基地)的?(?:建设|运营|承担|牵头|依托|申报)+的?(?:单位|企业|主体)")
_PROJECT = re.compile(r"(?<=平台|基地)(?:建设)?项目")
_FOREIGN = re.compile(
    r"企业|单位|公司|行业|领域|方向|项目|设备|专利|人员|客户|成果|城市|附件|指标|材料|高校|院校|院所|机构|部门|工作日|"
    r"月|地市|盟市|市州|州市|区县|县区|地区|区域|旗县|批次|类别|方面|园区|开发区|集群|产业链|"
    r"环节|专家|小组|团队|实验室|中心|标准|产品|文件|问题|样品|订单|合同|产线|中试线|协会|学校|份|篇|批|季度|小时"
)
_REGIONS = re.compile(r"(?:省份?|市|县)(?=$|[,;、。的及和均都共])")
"""Counted only where the number stands before them (31个省), for 我省20个 counts platforms."""
_ASIDE = re.compile(r"由|依托|面向|围绕|服务|聚焦|涉及|覆盖|分布|涵盖|来自")
"""Before a noun: it isn't what is counted (20个由企业建设的中试平台)."""
_TAIL = re.compile(
    r"(?:共计|合计|总计|总数|总共|一共|共有|共|计|为|达|有|数量|数|名录|名单|清单|情况|项目|等|各|\(基地\)|[(:\"'])*$"
)

_STRONG = re.compile(r"报送|[上呈选汇]报|报[上来出请]|报[你贵]|推荐|提交|现报|随函|报部")
_MIDDLE = re.compile(r"[遴筛评优]选|择优|审[定核]|确定|认定|纳入|列入|入选|评审|形成")
_BEHIND_VERB = re.compile(
    rf"(?:{_STRONG.pattern}|{_MIDDLE.pattern})(?:了|出|为|共|计|合|其中|如下|:)*(?:\S{{0,6}}的)?$"
)
_WEAK = re.compile(r"申报|填报|汇总|梳理|流理|摸[底排]|统计|整理|组织")
_TOTAL = re.compile(r"(?<![公其])共(?![同享性建用青])|合计|总计|总数|总共|一共")
_POOL = re.compile(
    r"收到|受理|征集|现有|已有|共有|已建|建成|建有|拥有|累计|从|备选|淘汰|剔除|不符合|未通过|未予|退回|其余|另有|还有|"
    r"基础上(?:新增)?$|对$"
)
"""Before a number: platforms that there are or were, not the reported ones."""
_THERE_ARE = re.compile(r"现有|已有|共有|已建|建成|建有|拥有")
_PAST = re.compile(r"[上去]年|前期|前次|上次|此前|曾")
_GOAL = re.compile(r"计划|力争|目标|到20\d\d年|打造|争取")
_OTHERS = re.compile(
    r"(?:各[^,;]{1,8}|企业|地市|市州|盟市|区县|(?<!我)单位)(?:积极|踊跃|共|累计|合计|总计|组织)*(?:推荐|[申上填]报|报送|提交)(?P<rest>[^,;]*)$"
)
"""Somebody else than the department reports (各市共推荐45个)."""
_PART = re.compile(r"(?<!推荐)(?<!报送)(?<!遴选)(?<!上报)其中|(?<!包)含")
_REPORTED_PART = re.compile(r"(?:中试)?(?:平台)?(?:拟|予以)?(?:推荐|报送|上报)(?!为|国家)")
"""Behind a sub-count: it's the part that is reported (其中8个推荐至你司)."""
_ANEW = re.compile(r"[,;](?:现|本次|此次|拟|最终|最后|经[^,;]*,|择优|我[厅局委省市区会单])[^,;]*$")
"""A clause that returns from the parts to the whole (……,现推荐12个)."""
_NOW = re.compile(r"最终|最后|择优|现|本次|此次|拟")
_VAGUE_BEFORE = re.compile(
    r"(?:约|近|大约|超过?|逾|不少于|至少|最多|不超过|将近|[-~至到.·|丨/%*_?■□]|[A-Za-z]|"
    rf"[\d{NUMERALS}][、,]?|\d[^\d;。()年月日号第类批])$"
)
_VAGUE_AFTER = re.compile(r"以上|左右|以内|以下")
_KIND = re.compile(r"国家级|部级|省级|市级|重点培育|储备|已建成?|建成|在建|拟建|规划")
_PROGRESS = frozenset({"已建", "在建", "拟建", "规划"})
_KIND_AT_END = re.compile(rf"(?:{_KIND.pattern})(?:的|类|中试|平台|基地|项目|共|计|合)*$")
_TITLE = re.compile(
    r"《[^》]{0,80}》?|关于[^,;。()《》]{2,60}?的(?:通知|意见|办法|方案|公告|要点|指引)|[“\"][^”\",。]{1,20}[”\"](?=的?原则)"
)
_FORM = re.compile(r"(?:省级或)?(?:重点培育)?\S{0,8}名录及\S{0,6}[情青请]况")
_LIST = re.compile(r"(?:名录|名单|清单|汇总表|情况表)\(?(?:共计?|合计|总计)?$")


@dataclass(frozen=True)
class Mention:
    """A number with a counter."""

    number: int | None
    """None where it is unclear: misread signs beside it, about, or between."""
    start: int
    """Place in the text of the sentence, in characters."""
    end: int
    sentence: int
    thing: bool
    """It counts platforms by the noun before or behind it."""
    foreign: bool
    """It counts something else."""
    bare: bool
    """No noun: it stands behind a verb (共报送20个)."""
    verb: int
    """3 reported or recommended, 2 selected, 1 collected, 0 nothing of the kind."""
    total: bool
    part: bool
    """A sub-count (其中……) that need not add up to the whole."""
    pool: bool
    """Of another set than the reported one, likely a greater."""
    kind: str | None
    """The one category it counts (省级), None where none or several."""
    now: bool

    @property
    def dimension(self) -> str | None:
        """Of its category: the level or the progress of the platforms."""
        if self.kind is None:
            return None
        return "progress" if self.kind in _PROGRESS else "level"


def without_titles(text: str) -> str:
    """The text without the titles of notices, which speak of platforms and reporting too."""
    return _TITLE.sub("", text)


def kinds_in(text: str) -> set[str]:
    """The categories that a text names, apart from the form's title."""
    return {_same_kind(k) for k in _KIND.findall(_FORM.sub("", text))}


def _same_kind(kind: str) -> str:
    return "已建" if kind in ("已建成", "建成") else kind


def there_are(text: str) -> bool:
    """Whether the text speaks of what there is: 我省现有……."""
    return _THERE_ARE.search(text) is not None


def verbs_follow(text: str) -> bool:
    """Whether the text speaks of reporting."""
    return _STRONG.search(text) is not None


def mentions_in(sentence: Any, number: int) -> list[Mention]:
    """The mentions of a sentence (a spaCy document of folded text without titles), in order."""
    text = sentence.text
    spans = sorted((a, b) for _, a, b in _matcher(sentence.vocab)(sentence))
    # One token a character would make these offsets equal, but a blank pipeline keeps the right to merge.
    places = [(sentence[a].idx, sentence[b - 1].idx + 1) for a, b in spans]
    out: list[Mention] = []
    for i, (start, end) in enumerate(places):
        left = places[i - 1][1] if i else 0
        right = places[i + 1][0] if i + 1 < len(places) else len(text)
        out.append(_mention(text, start, end, left, right, number, out))
    return out


@cache
def _matcher(vocab: Vocab) -> Matcher:
    from spacy.matcher import Matcher

    matcher = Matcher(vocab)
    counter: _Token = {"TEXT": {"IN": list(_COUNTERS)}}
    digits: _Token = {"TEXT": {"REGEX": r"^\d$"}, "OP": "{1,4}"}
    numerals: _Token = {"TEXT": {"REGEX": f"^[{NUMERALS}]$"}, "OP": "{1,5}"}
    about: _Token = {"TEXT": {"IN": ["余", "多", "几", "来"]}, "OP": "?"}
    opening: _Token = {"TEXT": "("}
    closing: _Token = {"TEXT": ")"}
    # The number is misread or gone: 2O个, 平台个. Only before 个, for 家 and 项 end other words.
    gone: _Token = {"TEXT": {"REGEX": r"^[A-Za-z|?*■□_~·台地送报荐计共]$"}}
    patterns = [
        [digits, about, counter],
        [numerals, about, counter],
        [digits, opening, numerals, closing, counter],
        [numerals, opening, digits, closing, counter],
        [gone, {"TEXT": "个"}],
    ]
    matcher.add("COUNT", patterns, greedy="LONGEST")
    return matcher


def _mention(text: str, start: int, end: int, left: int, right: int, number: int, earlier: list[Mention]) -> Mention:
    before, after = text[:start], text[end:right]
    clause = re.split(r"[,;:]", before)[-1]
    # Behind an earlier number its own noun comes first (5个省级平台和7个储备平台).
    said = re.sub(r"\([^()\d]{0,12}\)", "", text[left:start])
    said = re.sub(rf"[\dA-Za-z{NUMERALS}|丨·.:-]+$", "", said)
    since = re.split(r"[,;:、)]|[和及与]" if left else r"[,;:、)]", said)[-1]
    if _KIND.match(since.rpartition("(")[2]):
        since = since.rpartition("(")[2]
    behind = re.split(r"[,;:()]", after)[0]
    written = text[start : end - 1]
    value = value_of(written)
    if _VAGUE_BEFORE.search(before) or _VAGUE_AFTER.match(after):
        value = None
    head = _head(since, behind)
    goal = _GOAL.search(clause)
    foreign = (
        head == "foreign"
        or before.endswith(("第", "每", "前", "各"))
        or behind.startswith(("数", "别", "性", "体", "人"))
        or (goal is not None and not _STRONG.search(clause[goal.end() :]))
    )
    near = clause + written + behind
    inside = "(" in before and ")" not in before[before.rindex("(") :] and start - before.rindex("(") < 40
    kind = _kind(since, behind)
    total = _TOTAL.search(since) is not None
    part = _is_part(text, start, left, earlier, inside) and (kind is not None or not total)
    part = part and not _REPORTED_PART.match(behind)
    return Mention(
        number=value,
        start=start,
        end=end,
        sentence=number,
        thing=head == "thing" and not foreign,
        foreign=foreign,
        bare=not head and (_BEHIND_VERB.search(since) or _REPORTED_PART.match(behind)) is not None,
        verb=_verb(near, text[end:], before),
        total=total,
        part=part,
        pool=_is_pool(text, start, left, earlier, behind),
        kind=kind,
        now=_NOW.search(clause) is not None,
    )


def _head(since: str, behind: str) -> str:
    """``thing``, ``foreign`` or nothing: the noun behind the number, else the nearest before it."""
    if not re.match(r"[、和及与]|报送|[上填]报|报上|提交|[现已均]", behind):
        if _REGIONS.match(behind):
            return "foreign"
        for place, name in _nouns(behind)[:2]:
            if name == "foreign" and _ASIDE.search(behind[:place]):
                continue
            return name
    nouns = _nouns(_TAIL.sub("", since))
    return nouns[-1][1] if nouns else ""


def _nouns(phrase: str) -> list[tuple[int, str]]:
    """The nouns of a phrase by place, as ``thing`` or ``foreign``."""
    phrase = _PROJECT.sub("", phrase)
    others = [(m.start(), m.end()) for m in _OWNER.finditer(phrase)]
    if "中试" not in phrase:
        others += [(m.start(), m.end()) for m in _OTHER_PLATFORM.finditer(phrase)]
    things = [(m.start(), m.end()) for m in THING.finditer(phrase)]
    found = [(a, "thing") for a, b in things if not any(c < b and a < d for c, d in others)]
    found += [(a, "foreign") for a, _ in others]
    places = [m.start() for m in _FOREIGN.finditer(phrase)]
    found += [(place, "foreign") for place in places if not any(a <= place < b for a, b in things)]
    return sorted(found)


def _verb(near: str, following: str, before: str) -> int:
    """How surely the number is one of things reported, by the verbs of its clause, else of those around it."""
    for rank, pattern in ((3, _STRONG), (2, _MIDDLE), (1, _WEAK)):
        if pattern.search(near):
            return rank
    if _STRONG.search(following) or _LIST.search(before):
        return 1
    return 0


def _kind(since: str, behind: str) -> str | None:
    """The category before the number, else the one behind it; None where several stand there (省级或重点培育)."""
    before = _KIND.findall(since)
    kinds = set(before) or set(_KIND.findall("" if behind.startswith("、") else behind))
    kinds = {_same_kind(k) for k in kinds}
    return next(iter(kinds)) if len(kinds) == 1 else None


def _is_pool(text: str, start: int, left: int, earlier: list[Mention], behind: str) -> bool:
    clause = re.split(r"[,;:]", text[:start])[-1]
    others = _OTHERS.search(clause)
    if others and not (_STRONG.search(others["rest"]) or _MIDDLE.search(others["rest"])):
        return True
    if re.match(r"[^,;、]{0,12}中(?:$|[,;择遴推选报])", behind):
        return True
    own = clause[-(start - left) :] if left else clause
    own = _KIND_AT_END.sub("", own)
    if _PAST.search(own):
        return True
    marks = list(_POOL.finditer(own))
    if marks:
        own = own[marks[-1].end() :]
    elif not (earlier and earlier[-1].pool and len(clause) > start - left):
        return False
    # A verb of reporting behind the mark takes the number to itself: 从中推荐12个.
    return not (_STRONG.search(own) or _MIDDLE.search(own))


def _is_part(text: str, start: int, left: int, earlier: list[Mention], inside: bool) -> bool:
    """A sub-count goes on from its mark to the end of the sentence or the brackets, or to a clause that starts anew."""
    between = text[left:start]
    marks = list(_PART.finditer(between))
    if marks:
        return not _ANEW.search(between[marks[-1].end() :])
    if not (earlier and earlier[-1].part) or _ANEW.search(between):
        return False
    return ")" not in between or inside
