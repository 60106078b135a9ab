"""Places by the divisions of GB/T 2260: which province, city and county a text begins with, and what stands behind.

Names are known with and without their ending (苏州, 苏州市; 凉山, 凉山州). A name without it counts only where
nothing or another division follows, for 中山路 is no place in 中山市. What isn't found is unknown, never wrong:
districts come and go, and 高新区 is no division.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pipeline.forms.text import fold

DIVISIONS_FILE = Path(__file__).parents[1] / "data" / "divisions.csv"
"""Codes and names; where they are from says divisions.txt beside it."""
_ZONE = re.compile(r"高新|经开|经济技术|经济开发|开发区|新区|自贸|工业园|产业园|科技园|综合保税")
_PEOPLES = re.compile(
    r"(?:(?:壮|回|维吾尔|藏|彝|苗|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|"
    r"布朗|撒拉|毛南|仡佬|锡伯|布依|朝鲜|满|蒙古|裕固|保安|鄂温克|鄂伦春|独龙|怒|普米|塔吉克|各)族?)+(?:自治[区州县旗]|联合)?$"
)
_SHORTEST = 2
_SHORTEST_ALONE = 3
"""Characters of a county's name that counts without its city: 郊区 and 城区 are words."""


@dataclass(frozen=True)
class Place:
    """A place as far as the divisions tell."""

    codes: tuple[str, ...]
    """Of the smallest division named, six digits; several where provinces have one of the same name (朝阳区)."""
    rest: str
    """What stands behind the divisions: a street, a park."""
    said: str = field(compare=False)
    """The divisions as written."""

    def show(self) -> str:
        """The normal print, from the province down; where several are possible, as written."""
        return (path_of(self.codes[0]) if len(self.codes) == 1 else self.said) + self.rest


@cache
def divisions() -> dict[str, str]:
    """Code to name. The 市 of a municipality between its districts and itself (110100) is left out."""
    with DIVISIONS_FILE.open(encoding="utf-8", newline="") as file:
        table = {row["code"]: row["name"] for row in csv.DictReader(file)}
    return {code: name for code, name in table.items() if code[2:] == "0000" or table.get(code[:2] + "0000") != name}


def path_of(code: str) -> str:
    """The full name of a division with those above it: 江苏省苏州市相城区."""
    above = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))
    return "".join(divisions()[each] for each in above if each in divisions())


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """Folded name, in full and short, to codes."""
    found: dict[str, list[str]] = {}
    for code, name in divisions().items():
        for each in dict.fromkeys((name, *_shorts(name))):
            found.setdefault(fold(each), []).append(code)
    return {name: tuple(codes) for name, codes in found.items()}


def _shorts(name: str) -> list[str]:
    """The names without their ending: 苏州 of 苏州市, 凉山 and 凉山州 of 凉山彝族自治州."""
    bare = _PEOPLES.sub("", name)
    shorts = [bare, *([bare + "州"] if name.endswith("自治州") else [])] if bare != name else []
    shorts.append(re.sub(r"(?:特别行政区|自治[区州县旗]|地区|[省市区县旗盟])$", "", name))
    return [s for s in shorts if len(s) >= _SHORTEST and s != name]


def parse_place(text: str) -> Place | None:
    """The divisions that a text begins with, None where it begins with none that is known."""
    folded = fold(text)
    best: tuple[int, frozenset[str]] | None = None
    for length, codes in _readings(folded, 0, None):
        if best is None or length > best[0]:
            best = length, codes
        elif length == best[0]:
            best = length, best[1] | codes
    if best is None:
        return None
    return Place(tuple(sorted(best[1])), folded[best[0] :], folded[: best[0]])


def _readings(text: str, start: int, above: str | None) -> list[tuple[int, frozenset[str]]]:
    """Every way to read divisions from `start` on, below the division `above`: where each ends, and its smallest."""
    found: list[tuple[int, frozenset[str]]] = []
    for end in range(start + _SHORTEST, min(len(text), start + 15) + 1):
        name = text[start:end]
        for code in _by_name().get(name, ()):
            if above is not None and not is_below(code, above):
                continue
            further = _readings(text, end, code) if code[4:] == "00" else []
            found += further
            full = name == fold(divisions()[code])
            if not further and _counts(text, end, full, above is not None, code):
                found.append((end, frozenset({code})))
    return found


def _counts(text: str, end: int, full: bool, has_parent: bool, code: str) -> bool:
    """Whether a division that no other follows may be meant."""
    rest = text[end:]
    if code[4:] != "00" and not has_parent:
        return full and len(divisions()[code]) >= _SHORTEST_ALONE
    return full or not rest or bool(_ZONE.match(rest))


def is_below(code: str, above: str) -> bool:
    """Whether a division is within another one, itself left out."""
    stem = above[:2] if above[2:] == "0000" else above[:4] if above[4:] == "00" else above
    return code != above and code.startswith(stem)


def is_outside(place: Place, region: str) -> bool:
    """Whether a place is certainly not in a region, given by its code (320000, 210200).

    A division around the region (辽宁省 for 大连市) may hold it, and so may any of several of one name. The corps
    (660000, no code of GB/T 2260) lies in Xinjiang.
    """
    home = "650000" if region == "660000" else region
    return not any(c == home or is_below(c, home) or is_below(home, c) for c in place.codes)
