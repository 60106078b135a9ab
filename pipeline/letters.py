"""What a cover letter, or the text of a mail, says: who sends it, under which number, when, how many platforms.

spaCy marks the departments, numbers, dates and counts (a blank Chinese pipeline: one token a character, no model);
which of them is meant follows from where it stands. It is fed lines as a scan gives them: a sentence runs over several,
signs may be misread, and the cited notice bears a number and a date of its own.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.departments import aliases, department_named, departments, match_department
from pipeline.forms.dates import parse_date
from pipeline.forms.text import fold
from pipeline.letter_counts import count_claimed
from pipeline.model import Letter

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher

_REGION_SIGNS = "京津冀晋蒙内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀黔贵滇云藏陕秦甘陇青宁新兵连甬厦深"
"""How document numbers name the province or city that issues them (苏工信函〔2024〕12号)."""
_OWN_PREFIX = re.compile(rf"[{_REGION_SIGNS}]{{1,2}}市?(?:工|经|信|科|政|办|发|函)\S*$")
_MINISTRY = re.compile(r"^(?:工信部?|工信厅|工厅|工信斤|国办|国发|国务院|信部)")
_DATE_LEAD = re.compile(r"^(?:日期|时间|发文日期|成文日期|印发日期)?:?$")
_NUMBERED_YEAR = re.compile(r"[\u4e00-\u9fff][\[({<「lI|](20\d\d)[\])}>」lI|]\d+号")
_YEAR_ALONE = re.compile(r"20\d\d年$")
_RUINED_DATE = re.compile(r"\S{0,2}\d\S{0,4}年\S{1,3}月\S{0,3}[日曰号]?")
"""A date of which a sign was misread (2024年1O月8日)."""
_CITES = re.compile(r"(?:[于在自至到为前]|截至|截止)$")
_GOES_ON = re.compile(r"[前起止]|之[前后]|以[前后]|发布|印发|召开")
_NAME = r"[\u4e00-\u9fff]{2,4}"
_PHONE = r"(?:\(?0\d{2,3}\)?-?)?\d{7,8}(?:-\d{1,5})?|1[3-9]\d{9}"
_CONTACT = re.compile(
    rf"(?:联系人|联络人|经办人)(?:及(?:联系)?(?:电话|方式))?:(?P<name>{_NAME}?)(?=$|[,;。、()]|联系|电话|手机|\d|:)"
)
_CALL = re.compile(
    rf"(?:联系)?(?:电话|方式|手机)(?:号码)?:(?P<phone>{_PHONE})|(?<=[\u4e00-\u9fff,、:(])(?P<bare>{_PHONE})(?!\d)"
)

_Token = dict[str, Any]
_DIGIT: _Token = {"TEXT": {"REGEX": r"^\d$"}}
_CHINESE: _Token = {"TEXT": {"REGEX": r"^[\u4e00-\u9fff]$"}}
_NUMERAL: _Token = {"TEXT": {"REGEX": "^[〇零○一二三四五六七八九十]$"}}
# 〔 is read as many things by a recogniser, and now and then not at all.
_OPENING: _Token = {"TEXT": {"REGEX": r"^[\[({<「lI|]$"}, "OP": "?"}
_CLOSING: _Token = {"TEXT": {"REGEX": r"^[\])}>」lI|]$"}, "OP": "?"}
_YEAR: list[_Token] = [{"TEXT": "2"}, {"TEXT": "0"}, _DIGIT, _DIGIT]
_SERIAL: list[_Token] = [{"TEXT": "第", "OP": "?"}, {**_DIGIT, "OP": "{1,5}"}, {"TEXT": "号"}]
_NUMBER: list[_Token] = [{**_CHINESE, "OP": "{2,12}"}, _OPENING, *_YEAR, _CLOSING, *_SERIAL]
_DAY: _Token = {**_DIGIT, "OP": "{1,2}"}
_SIGN: _Token = {"TEXT": {"IN": ["-", ".", "/"]}}
_DATE: list[_Token] = [*_YEAR, {"TEXT": "年"}, _DAY, {"TEXT": "月"}, _DAY, {"TEXT": {"IN": ["日", "号", "曰"]}}]
_DATE_IN_SIGNS: list[_Token] = [*_YEAR, _SIGN, _DAY, _SIGN, _DAY]
_DATE_IN_CHINESE: list[_Token] = [
    *({**_NUMERAL, "OP": "{4}"}, {"TEXT": "年"}),
    *({**_NUMERAL, "OP": "{1,2}"}, {"TEXT": "月"}),
    *({**_NUMERAL, "OP": "{1,3}"}, {"TEXT": "日"}),
]


def read_letter(lines: Sequence[str]) -> Letter:
    """What a letter says, from its lines in reading order; None for what it doesn't say.

    The department is the full name of one of the 37; the date is that of the signature, as an ISO date; the count is
    the number of platforms that the letter claims to report.
    """
    folded = [f for f in (fold(line) for line in lines) if f]
    nlp, matcher = _tools()
    documents = list(nlp.pipe(folded))
    marked = [{nlp.vocab.strings[label]: doc[a:b].text for label, a, b in matcher(doc)} for doc in documents]
    number = _number(folded, [m.get("NUMBER") for m in marked])
    return Letter(
        department=_department(documents, folded),
        number=number,
        date=_plausible(_date(folded, documents, [m.get("DATE") for m in marked]), number, "".join(folded)),
        count=count_claimed(nlp, folded),
        contact=_contact("".join(folded)),
    )


@cache
def _tools() -> tuple[Language, Matcher]:
    """The pipeline and the matcher for numbers and dates; spaCy takes a second to import, so only where it's used."""
    import spacy
    from spacy.matcher import Matcher

    nlp = spacy.blank("zh")
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [{"label": "DEPARTMENT", "pattern": alias, "id": d.name} for d in departments() for alias in aliases(d)]
    )
    matcher = Matcher(nlp.vocab)
    matcher.add("NUMBER", [_NUMBER], greedy="LONGEST")
    matcher.add("DATE", [_DATE, _DATE_IN_SIGNS, _DATE_IN_CHINESE], greedy="LONGEST")
    return nlp, matcher


def _department(documents: Sequence[Any], lines: Sequence[str]) -> str | None:
    """The signature's department, or the title's, else the one named most; the addressee, a ministry, is no entity."""
    named = [(i, str(e.ent_id_), e.text == lines[i]) for i, doc in enumerate(documents) for e in doc.ents if e.ent_id_]
    alone = [name for _, name, is_alone in named if is_alone]
    if alone:
        return alone[-1]
    if named:
        names = [name for _, name, _ in named]
        return max(dict.fromkeys(names), key=names.count)
    # A misread or split name: short lines, and pairs of lines in a letterhead.
    likely: dict[str, float] = {}
    for text in [*lines, *(a + b for a, b in zip(lines, lines[1:], strict=False))]:
        if 6 <= len(text) <= 20 and not text.startswith("工业和信息化部"):
            department, probability = match_department(text)
            if department is not None and probability >= 0.75:
                likely[department.name] = max(probability, likely.get(department.name, 0.0))
    return max(likely, key=lambda name: likely[name]) if likely else None


def _number(lines: Sequence[str], found: Sequence[str | None]) -> str | None:
    """The letter's own number: in a line of its own near the top, and never a ministry's or one cited in brackets."""
    for line, text in zip(lines, found, strict=True):
        if text is None:
            continue
        match = re.fullmatch(
            r"(?P<prefix>[\u4e00-\u9fff]+)\W?[lI|]?(?P<year>20\d\d)\W?[lI|]?第?(?P<serial>\d+)号", text
        )
        if match is None:
            continue
        before, after = line[: line.index(text)], line[line.index(text) + len(text) :]
        if before + after == "()":
            before = after = ""
        if before.endswith(("(", "》", "《")) or after.startswith((")", "》", "要求", "文件")):
            continue
        prefix = match["prefix"].removeprefix("发文字号").removeprefix("文号").removeprefix("编号")
        own = _OWN_PREFIX.search(prefix)
        if own is None and (_MINISTRY.match(prefix) or len(prefix) < 3):
            continue
        return f"{own[0] if own else prefix}〔{match['year']}〕{int(match['serial'])}号"
    return None


def _date(lines: Sequence[str], documents: Sequence[Any], found: Sequence[str | None]) -> str | None:
    """The signature's date: the last that stands alone on its line, or behind nothing but the department's name.

    Where that one can't be, or was misread: None, and not an earlier one.
    """
    for i in reversed(range(len(lines))):
        line, text = _stripped(lines[i]), found[i]
        if text is None:
            # A wide gap parts a line in two: 2024年 and 10月8日.
            text = line if re.fullmatch(r"\d{1,2}月\d{1,2}[日号曰]", line) else None
            text = _stripped(lines[i - 1]) + text if text and i and _YEAR_ALONE.match(_stripped(lines[i - 1])) else None
            line = text or line
        if text is None:
            if _RUINED_DATE.fullmatch(line):
                return None
            continue
        before = line[: -len(text)] if line.endswith(text) else None
        if before is None or (i and _CITES.search(lines[i - 1])) or _GOES_ON.match("".join(lines[i + 1 : i + 2])):
            continue
        signed = any(e.ent_id_ and e.text == before for e in documents[i].ents)
        if _DATE_LEAD.match(before) or signed or department_named(before):
            return _iso(text)
    return None


def _plausible(date: str | None, number: str | None, text: str) -> str | None:
    """The date, if its year fits the letter's own number and the notices it cites: else a digit was misread."""
    if date is None:
        return None
    year = int(date[:4])
    if number is not None:
        return date if 0 <= year - int(number.partition("〔")[2][:4]) <= 1 else None
    return date if all(0 <= year - int(cited) <= 10 for cited in _NUMBERED_YEAR.findall(text)) else None


def _stripped(line: str) -> str:
    """The line without marks that a scan adds at its ends."""
    return line.strip("_.,'`|~^*·-—\"")


def _iso(text: str) -> str | None:
    """A whole date as ISO; parse_date alone would drop the first of a month to the month."""
    date = parse_date(text.replace("曰", "日"))
    if date is None or date.month is None or date.day is None:
        return None
    return datetime.date(date.year, date.month, date.day).isoformat()


def _contact(text: str) -> str | None:
    """Name and telephone, a space between; either alone where the other isn't said."""
    name = _CONTACT.search(text)
    # With one character before it, for a bare number is known by what it follows.
    rest = text[name.end() - 1 :] if name else text
    phone = _CALL.search(rest)
    near = phone if phone and (phone["phone"] or (name and phone.start() <= 20)) else None
    said = [name["name"] if name else "", (near["phone"] or near["bare"]) if near else ""]
    return " ".join(s for s in said if s) or None
