"""The numbers that Word puts before the paragraphs of a list: they stand in no text, and 序号 is often made so.

Counting follows ECMA-376 part 1, 17.9: lists that share an abstract definition go on counting together, a level starts
again when one above it counts on, and an override starts its list anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from extractors.word_styles import Styles, value_of

LEVELS = 9
_DIGITS = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"


@dataclass(frozen=True)
class Label:
    """What stands before a paragraph."""

    text: str
    """With the space or tab behind it, as a space."""
    unknown: str = ""
    """The format of its numbers, where it is one that isn't known here and digits stand in its place."""


@dataclass(frozen=True)
class _Level:
    start: int
    format: str
    text: str
    follows: str
    restarts: bool
    legal: bool


@dataclass(frozen=True)
class _List:
    abstract: str
    levels: dict[int, _Level]
    anew: frozenset[int]
    """Levels that an override starts again."""


class Numbers:
    """Counts the paragraphs of a document, which must be asked for in their order."""

    def __init__(self, numbering: Any | None, styles: Styles) -> None:
        """`numbering` is the root of numbering.xml, None where there is none."""
        self._styles = styles
        self._abstracts = _by_id(numbering, "w:abstractNum", "w:abstractNumId")
        self._numbers = _by_id(numbering, "w:num", "w:numId")
        self._lists: dict[str, _List | None] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, paragraph: Any) -> Label:
        """The label of the next paragraph; empty for one of no list, and for bullets."""
        number, depth = self._styles.numbering(paragraph)
        found = self._list(number) if number not in ("", "0") else None
        level = found.levels.get(depth) if found else None
        if found is None or level is None:
            return Label("")
        counts = self._count(number, found, depth)
        if level.format == "bullet" or not level.text:
            return Label("")
        text, unknown = level.text, ""
        for k in range(LEVELS):
            if f"%{k + 1}" in text:
                part = found.levels.get(k, level)
                shown = "decimal" if level.legal else part.format
                unknown = unknown or ("" if shown in _FORMATS else shown)
                count = counts[k] if counts[k] is not None else part.start
                text = text.replace(f"%{k + 1}", _FORMATS.get(shown, str)(count or 0))
        return Label(text + level.follows, unknown)

    def _count(self, number: str, found: _List, depth: int) -> list[int | None]:
        counts = self._counts.setdefault(found.abstract, [None] * LEVELS)
        anew = depth in found.anew and (number, depth) not in self._begun
        self._begun.add((number, depth))
        before = counts[depth]
        counts[depth] = found.levels[depth].start if anew or before is None else before + 1
        for k in range(depth + 1, LEVELS):
            if k not in found.levels or found.levels[k].restarts:
                counts[k] = None
        for k in range(depth):
            if counts[k] is None and k in found.levels:
                counts[k] = found.levels[k].start
        return counts

    def _list(self, number: str) -> _List | None:
        if number not in self._lists:
            self._lists[number] = self._read(number, frozenset())
        return self._lists[number]

    def _read(self, number: str, seen: frozenset[str]) -> _List | None:
        element = self._numbers.get(number)
        link = None if element is None else element.find(qn("w:abstractNumId"))
        abstract = self._abstracts.get(value_of(link))
        if element is None or abstract is None or number in seen:
            return None
        linked = abstract.find(qn("w:numStyleLink"))
        if linked is not None:
            return self._read(self._styles.number_of(value_of(linked)), seen | {number})
        levels = {_depth(e): _level(e) for e in abstract.findall(qn("w:lvl"))}
        anew = set()
        for override in element.findall(qn("w:lvlOverride")):
            depth, own, start = _depth(override), override.find(qn("w:lvl")), override.find(qn("w:startOverride"))
            if own is not None:
                levels[depth] = _level(own)
            if start is not None and depth in levels:
                old = levels[depth]
                levels[depth] = _Level(
                    _whole(value_of(start), 1), old.format, old.text, old.follows, old.restarts, old.legal
                )
                anew.add(depth)
        return _List(value_of(link), levels, frozenset(anew))


def _by_id(root: Any | None, tag: str, name: str) -> dict[str, Any]:
    return {} if root is None else {e.get(qn(name), ""): e for e in root.findall(qn(tag))}


def _depth(element: Any) -> int:
    return min(_whole(element.get(qn("w:ilvl")), 0), LEVELS - 1)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else otherwise


def _level(element: Any) -> _Level:
    def value(tag: str, otherwise: str) -> str:
        found = element.find(qn(tag))
        return otherwise if found is None else value_of(found)

    behind = {"nothing": ""}.get(value("w:suff", "tab"), " ")
    legal = element.find(qn("w:isLgl")) is not None
    restarts = value("w:lvlRestart", "") != "0"
    start = _whole(value("w:start", "0"), 0)
    return _Level(start, value("w:numFmt", "decimal"), value("w:lvlText", ""), behind, restarts, legal)


def chinese(number: int, digits: str = _DIGITS, units: str = "十百千万") -> str:
    """12 → 十二, 105 → 一百零五, below 100,000."""
    if not 0 < number < 100_000:
        return digits[0] if number == 0 else str(number)
    text, gap = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += (digits[0] if gap else "") + digits[digit] + (units[place - 1] if place else "")
        gap = False
    return text[1:] if digits is _DIGITS and text.startswith("一十") else text


def _roman(number: int) -> str:
    text = ""
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        count, number = divmod(number, value)
        text += sign * count
    return text


def _letter(number: int) -> str:
    """1 → A, 27 → AA, as Word repeats a letter."""
    return chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""


def _from(first: str, most: int) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if 0 < number <= most else str(number)


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)] if number > 0 else ""


def _circled(number: int) -> str:
    start = {0: "①", 1: "㉑", 2: "㊱"}[0 if number <= 20 else 1 if number <= 35 else 2]
    offset = number - (1 if number <= 20 else 21 if number <= 35 else 36)
    return chr(ord(start) + offset) if 0 < number <= 50 else str(number)


def _digit_by_digit(number: int) -> str:
    return "".join("○一二三四五六七八九"[int(d)] for d in str(number))


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "none": lambda _: "",
    "decimalZero": lambda n: f"{n:02}",
    "decimalFullWidth": lambda n: "".join(chr(ord(d) + 0xFEE0) for d in str(n)),
    "decimalHalfWidth": str,
    "numberInDash": lambda n: f"- {n} -",
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda n: _letter(n).lower(),
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "chineseLegalSimplified": lambda n: chinese(n, _LEGAL, "拾佰仟万"),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "ideographEnclosedCircle": _from("㊀", 10),
    "ideographTraditional": _one_of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _one_of("子丑寅卯辰巳午未申酉戌亥"),
}
"""Of ECMA-376 part 1, 17.18.59, those that Chinese and English documents have."""
