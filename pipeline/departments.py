"""The 37 reporting bodies, and which of them a text names: a letter, a file's name, a sender, a seal read badly."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz.fuzz import partial_ratio, ratio

from pipeline.forms.text import fold

DEPARTMENTS_FILE = Path(__file__).parent / "data" / "departments.csv"

LEAST_LIKENESS = 0.6
"""Below this a text is not a department's name, however far behind the next one is."""
CLEAR_MARGIN = 0.08
"""How much more like one name than the next a text must be to be sure. 山东省… and 山西省… differ by 0.1."""
LONGEST_SEAL = 40
"""Chinese characters; a longer text isn't what was read along a seal's arc."""
STRAY = 0.97
"""What a name with other characters around it counts, of one that stands alone."""
LONGEST_TITLE = 60
"""Characters of a subject or a file's name, where a region's short name (江苏) speaks of the sender."""


@dataclass(frozen=True)
class Department:
    """One reporting body."""

    code: str
    """Administrative code of GB/T 2260; 660000 for the corps, by custom."""
    region: str
    name: str
    """In full, as on its seal."""
    kind: str
    """省级, 计划单列市 or 兵团."""
    domain: str
    """Of its web site; empty where unknown."""

    @property
    def short_region(self) -> str:
        """江苏, 广西, 新疆, 大连, 兵团."""
        if self.kind == "兵团":
            return "兵团"
        return re.sub(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区)$", "", self.region)


@cache
def departments() -> tuple[Department, ...]:
    """All 37, provinces first."""
    with DEPARTMENTS_FILE.open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            Department(row["code"], row["region"], row["department"], row["kind"], row["web_domain"])
            for row in csv.DictReader(file)
        )


def department_named(name: str) -> Department | None:
    """The department of this full name."""
    return next((d for d in departments() if d.name == name), None)


def aliases(department: Department) -> tuple[str, ...]:
    """The ways it is called: in full, by the usual short forms (江苏省工信厅, 上海市经信委), by names it had."""
    body = department.name.removeprefix(department.region)
    office = body[-1] if body[-1] in "厅局" else "委"
    shorts = [f"工信{office}", f"经信{office}", "工业和信息化主管部门"]
    # Provinces renamed theirs in 2018 and again in 2024, so both names are met.
    longs = [f"工业和信息化{office}", f"经济和信息化{office}", "经济和信息化委员会", "经信委", "工信委"]
    regions = (department.region, department.short_region)
    return tuple(dict.fromkeys([department.name, *(r + b for r in regions for b in (body, *shorts, *longs))]))


def match_department(text: str) -> tuple[Department | None, float]:
    """The department that a text names, and how sure that is, 0 to 1.

    In this order: a full name (1.0), a usual short name (0.95), its mail domain (0.9), its region (0.8), its region's
    short name in a title (0.6), and last the likeness to a name, from any starting point around a seal's arc. None
    where nothing fits or two fit alike; the number is then the likeness of the best. Not for seals: another office of
    the same province would pass by its region, see `match_seal`.
    """
    folded = fold(text)
    for found, probability in _by_words(folded):
        if found:
            named = _one_of(found)
            return named, probability if named is not None else 0.5
    return _by_likeness(_chinese(folded))


def match_seal(text: str) -> tuple[Department | None, float]:
    """The department whose seal reads as `text`, and how sure that is, 0 to 1.

    The text is what was read along the arc, from any starting point, with wrong and missing characters. Only the whole
    name counts: the seal of 山东省科学技术厅 is not that of 山东省工业和信息化厅.
    """
    characters = _chinese(fold(text))
    whole = Counter({d: n for d in departments() if (n := (characters * 2).count(d.name))})
    if len(whole) == 1:
        return next(iter(whole)), 1.0
    return _by_likeness(characters, _arc_likeness)


def seal_likeness(name: str, text: str) -> float:
    """How alike a body's name and the name read along a seal's arc are, from any starting point, 0 to 1."""
    characters = _chinese(fold(text))
    return _arc_likeness(name, characters) if characters else 0.0


def _chinese(text: str) -> str:
    return "".join(re.findall(r"[\u4e00-\u9fff]", text))


def _by_words(folded: str) -> Iterator[tuple[Counter[Department], float]]:
    """What a text names, surest kind of name first."""
    yield Counter({d: n for d in departments() if (n := folded.count(d.name))}), 1.0
    yield Counter({d: 1 for d in departments() if any(a in folded for a in aliases(d))}), 0.95
    lower = folded.lower()
    yield Counter({d: 1 for d in departments() if d.domain and re.search(rf"[@./]{re.escape(d.domain)}\b", lower)}), 0.9
    yield Counter({d: 1 for d in departments() if d.region in folded}), 0.8
    if len(folded) <= LONGEST_TITLE:
        yield Counter({d: 1 for d in departments() if d.short_region in folded}), 0.6


def _one_of(found: Counter[Department]) -> Department | None:
    """The one that is named most; a city that reports on its own before its province, the corps before its region."""
    most = max(found.values())
    best = [d for d, n in found.items() if n == most]
    if len(best) > 1:
        inner = [d for d in best if d.kind != "省级"]
        outer = {d.code[:2] for d in best if d.kind == "省级"}
        around = {"65"} if inner and inner[0].kind == "兵团" else {d.code[:2] for d in inner}
        best = inner if len(inner) == 1 and outer <= around else best
    return best[0] if len(best) == 1 else None


def _by_likeness(
    characters: str, likeness_of: Callable[[str, str], float] | None = None
) -> tuple[Department | None, float]:
    if not characters:
        return None, 0.0
    like = likeness_of or _likeness
    likeness = sorted(((like(d.name, characters), d) for d in departments()), key=lambda pair: -pair[0])
    (best, department), (second, _) = likeness[0], likeness[1]
    if best < LEAST_LIKENESS or best - second < CLEAR_MARGIN / 4:
        return None, best
    return department, best * min(1.0, (best - second) / CLEAR_MARGIN)


def _likeness(name: str, characters: str) -> float:
    if len(characters) > LONGEST_SEAL:
        return partial_ratio(name, characters) / 100
    turns = (characters[k:] + characters[:k] for k in range(len(characters)))
    return max(ratio(name, turned) for turned in turns) / 100


def _arc_likeness(name: str, characters: str) -> float:
    """The same for what was read along an arc, where print under the seal can stand before and after the name."""
    whole, size = _likeness(name, characters), len(name) + 1
    if not size < len(characters) <= LONGEST_SEAL:
        return whole
    around = characters * 2
    return max(whole, STRAY * max(ratio(name, around[k : k + size]) for k in range(len(characters))) / 100)
