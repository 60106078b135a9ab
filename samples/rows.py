"""Random but plausible rows: invented platforms of one reporting body, in canonical text.

Canonical means: no thousands separators, dates as ``2021年6月``, full-width brackets in names. How a copy clothes a
value is `samples.clothing`'s affair. Codes are valid by GB 32100-2015 (the whole code) and GB 11714-1997 (the check
character of the body within it).
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from samples.vocabulary import Column, Department, columns, words

CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
MOBILE_PREFIXES = ("133", "135", "138", "139", "150", "158", "159", "177", "180", "186", "189", "198")
Row = dict[str, str]
"""Column id to canonical text."""


def check_character(first_seventeen: str) -> str:
    """The 18th character of a unified social credit code, by GB 32100-2015: modulo 31, weights 3^(i-1) mod 31."""
    total = sum(CODE_ALPHABET.index(c) * w for c, w in zip(first_seventeen, CODE_WEIGHTS, strict=True))
    return CODE_ALPHABET[(31 - total % 31) % 31]


def body_check_character(first_eight: str) -> str:
    """The 9th character of an organisation code, by GB 11714-1997: modulo 11, letters as 10 to 35, ``X`` for ten."""
    rest = 11 - sum(int(c, 36) * w for c, w in zip(first_eight, BODY_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else "0" if rest == 11 else str(rest)


def credit_code(rng: random.Random, department: Department, institution: bool = False) -> str:
    """A valid code of an invented enterprise (91) or public institution (12) in the department's region."""
    # Codes given since 2015 begin their body with MA and mix in letters; older ones are eight digits.
    if rng.random() < 0.6 and not institution:
        body = "MA" + "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(6))
    else:
        body = "".join(rng.choice("0123456789") for _ in range(8))
    division = department.code[:2] + "".join(rng.choice("012") + rng.choice("0123456789") for _ in range(2))
    first = ("12" if institution else "91") + division + body + body_check_character(body)
    return first + check_character(first)


def choose_columns(rng: random.Random, fewest: int = 8, most: int = 16) -> list[Column]:
    """The columns of one form, in the order of print."""
    chosen = [c for c in columns() if rng.random() < c.chance]
    spare = [c for c in columns() if c not in chosen and c.chance >= 0.5]
    while len(chosen) < fewest:
        chosen.append(spare.pop(rng.randrange(len(spare))))
    while len(chosen) > most:
        chosen.remove(rng.choice([c for c in chosen if c.chance < 1.0]))
    return [c for c in columns() if c in chosen]


def choose_headers(rng: random.Random, chosen: Sequence[Column]) -> list[str]:
    """One printed header per column."""
    return [rng.choice(c.headers) for c in chosen]


def make_rows(rng: random.Random, department: Department, chosen: Sequence[Column], count: int) -> list[Row]:
    """Rows with distinct platform names. `number` counts from 1."""
    names: set[str] = set()
    operators: list[Row] = []
    rows: list[Row] = []
    while len(rows) < count:
        full = _platform(rng, department, operators)
        if full["name"] in names:
            continue
        names.add(full["name"])
        operators.append(full)
        full["number"] = str(len(rows) + 1)
        rows.append({c.id: full[c.id] for c in chosen})
    return rows


def _platform(rng: random.Random, department: Department, earlier: Sequence[Row]) -> Row:
    vocabulary, names = words(), words()["names"]
    place = rng.choice(department.places)
    city = _city(place)
    industry = rng.choice(vocabulary["enumerations"]["industry"])
    technology = rng.choice(vocabulary["technologies"][industry])
    stage = rng.choices(vocabulary["enumerations"]["stage"], (7, 2, 1))[0]
    row = {
        "name": rng.choice((city, city, "", department.region if rng.random() < 0.3 else "", city.removesuffix("市")))
        + technology
        + rng.choice(names["platform_suffixes"]),
        "place": place,
        "industry": industry,
        "category": rng.choice(vocabulary["enumerations"]["category"]),
        "mode": rng.choice(vocabulary["enumerations"]["mode"]),
        "stage": stage,
        "investment": _amount(rng, 300, 98_000),
        "area": str(rng.choice((rng.randrange(300, 60_000), rng.randrange(3, 600) * 100))),
        "equipment": str(rng.randrange(8, 480)),
        "staff": str(rng.randrange(9, 620)),
        "built": _month(rng, stage),
        "customers": str(rng.randrange(0, 260)),
        "income": _amount(rng, 20, 8600),
        "public": rng.choices(("是", "否"), (4, 1))[0],
        "services": rng.choice(names["services"]),
        "contact": rng.choice(names["surnames"]) + "".join(rng.sample(names["given"], rng.choice((1, 2, 2)))),
        "phone": _phone(rng, department),
    }
    if earlier and rng.random() < 0.08:
        # One body can run two platforms; pairing must not lean on the operator alone.
        other = rng.choice(earlier)
        return row | {"operator": other["operator"], "code": other["code"]}
    return row | _operator(rng, department, city)


def _operator(rng: random.Random, department: Department, city: str) -> Row:
    names = words()["names"]
    stem = city.removesuffix("市") + rng.choice(names["brands"])
    if rng.random() < 0.15:
        suffix = rng.choice(names["institution_suffixes"])
        return {"operator": stem + suffix, "code": credit_code(rng, department, institution=True)}
    field, suffix = rng.choice(names["fields"]), rng.choice(names["company_suffixes"])
    if field.endswith(("科技", "技术")):
        suffix = suffix.removeprefix("科技").removeprefix("技术")
    return {"operator": stem + field + suffix, "code": credit_code(rng, department)}


def _city(place: str) -> str:
    """``苏州市昆山市`` gives ``苏州市``, ``延边州敦化市`` gives ``延边``; a division of the corps gives its town."""
    if place.startswith("第"):
        return place[place.index("师") + 1 :]
    prefecture = re.match(r"(\w+?)州(?!市)", place)
    return prefecture[1] if prefecture else place[: place.index("市") + 1]


def _amount(rng: random.Random, low: int, high: int) -> str:
    """An amount with no, one or two decimals and no zero at the end."""
    whole = str(rng.randrange(low, high))
    decimals = rng.choice(("", "", "", "1", "2"))
    if not decimals:
        return whole
    head = str(rng.randrange(10)) if decimals == "2" else ""
    return f"{whole}.{head}{rng.randrange(1, 10)}"


def _month(rng: random.Random, stage: str) -> str:
    year = rng.randrange(2006, 2024) if stage == "已建成" else rng.randrange(2025, 2028)
    return f"{year}年{rng.randrange(1, 13)}月"


def _phone(rng: random.Random, department: Department) -> str:
    digits = "".join(rng.choice("0123456789") for _ in range(8))
    if rng.random() < 0.5:
        return rng.choice(MOBILE_PREFIXES) + digits
    return f"{department.area_code}-{rng.choice('235678')}{digits[1:]}"
