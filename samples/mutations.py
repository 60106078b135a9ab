"""What can happen to a value between two copies of it: one function a slip, from value to value.

Each raises IndexError or ValueError where the value has nothing that could suffer it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from samples.rows import CODE_ALPHABET
from samples.vocabulary import words

LOOKALIKE_HAN = [
    "未末",
    "己已",
    "土士",
    "千干",
    "日曰",
    "人入",
    "大太",
    "天夭",
    "王玉",
    "治冶",
    "徽微",
    "阳阴",
    "拓柘",
    "技枝",
    "析折",
    "柏拍",
    "钢纲",
    "陕峡",
    "州洲",
    "渭谓",
    "博搏",
    "恒桓",
    "科料",
    "研妍",
    "院阮",
    "医匠",
    "氢氧",
    "氮氟",
    "锂理",
    "钠纳",
    "膜模",
    "晴睛",
    "瑞端",
    "环坏",
    "铜钢",
    "九丸",
    "苏芬",
    "汉汊",
    "淀锭",
    "密蜜",
    "原厚",
    "场扬",
    "贝见",
    "云去",
    "电甩",
    "力刀",
    "化仁",
    "工王",
    "业亚",
    "杨扬",
    "李季",
    "陈阵",
    "宋宗",
    "郑邓",
    "于干",
    "徐除",
]
LOOKALIKE_SIGNS = {
    "0": "8D",
    "1": "7",
    "2": "7",
    "3": "8",
    "5": "6",
    "6": "58",
    "7": "1",
    "8": "3B0",
    "9": "0",
    "B": "8",
    "D": "0",
    "G": "6C",
    "C": "G",
    "P": "F",
    "F": "P",
    "U": "J",
    "Q": "0",
    "E": "F",
    "N": "M",
    "M": "N",
}
ADDED_HAN = "华东大新中市区和的一科技"

Mutation = Callable[[random.Random, str], str]


def _positions(value: str, alphabet: str) -> list[int]:
    return [i for i, c in enumerate(value) if c in alphabet]


def _with(value: str, at: int, new: str, length: int = 1) -> str:
    return value[:at] + new + value[at + length :]


def one_digit(rng: random.Random, value: str) -> str:
    """One digit becomes another."""
    at = rng.choice(_positions(value, "0123456789"))
    return _with(value, at, rng.choice([d for d in "0123456789"[at == 0 :] if d != value[at]]))


def transposed(rng: random.Random, value: str) -> str:
    """Two neighbouring digits change places."""
    at = rng.choice([i for i in range(len(value) - 1) if value[i : i + 2].isdigit() and value[i] != value[i + 1]])
    return _with(value, at, value[at + 1] + value[at], 2)


def moved_point(rng: random.Random, value: str) -> str:
    """The decimal point moves by one place, as does the amount by a factor of ten."""
    whole, _, decimals = value.partition(".")
    if decimals and rng.random() < 0.5:
        return f"{whole}{decimals[0]}.{decimals[1:]}".rstrip(".")
    return f"{whole[:-1]}.{whole[-1]}{decimals}".rstrip("0").rstrip(".") if len(whole) > 1 else f"{whole}{decimals}"


def lost_digit(rng: random.Random, value: str) -> str:
    """One digit is left out."""
    at = rng.choice([i for i in _positions(value, "0123456789") if i > 0])
    return _with(value, at, "")


def look_alike_sign(rng: random.Random, value: str) -> str:
    """A digit or letter becomes one of the same shape."""
    at = rng.choice(_positions(value, "".join(LOOKALIKE_SIGNS)))
    has_letters = any(c.isalpha() for c in value)  # a figure such as 535.50 takes digits only
    return _with(value, at, rng.choice([c for c in LOOKALIKE_SIGNS[value[at]] if c.isdigit() or has_letters]))


def look_alike_han(rng: random.Random, value: str) -> str:
    """A Chinese character becomes one of the same shape."""
    swaps = [(i, pair[1 - pair.index(c)]) for i, c in enumerate(value) for pair in LOOKALIKE_HAN if c in pair]
    at, new = rng.choice(swaps)
    return _with(value, at, new)


def lost_character(rng: random.Random, value: str) -> str:
    """One character is left out."""
    return _with(value, rng.randrange(1, len(value)), "") if len(value) > 2 else value


def added_character(rng: random.Random, value: str) -> str:
    """One character too many: its neighbour again, or a common one."""
    at = rng.randrange(1, len(value))
    return _with(value, at, rng.choice((value[at - 1], rng.choice(ADDED_HAN))), 0)


def other_choice(rng: random.Random, value: str) -> str:
    """Another entry of the list that the value comes from."""
    lists: list[list[str]] = [entries for entries in words()["enumerations"].values() if value in entries]
    return rng.choice([entry for entry in lists[0] if entry != value])


def other_month(rng: random.Random, value: str) -> str:
    """Another month or another year."""
    year, month = value.removesuffix("月").split("年")
    if rng.random() < 0.3:
        return f"{int(year) + rng.choice((-1, 1))}年{month}月"
    return f"{year}年{rng.choice([m for m in range(1, 13) if m != int(month)])}月"


def code_character(rng: random.Random, value: str) -> str:
    """One character of a code becomes any other."""
    at = rng.randrange(2, len(value))
    return _with(value, at, rng.choice([c for c in CODE_ALPHABET if c != value[at]]))


CHANGES: dict[str, tuple[Mutation, tuple[str, ...]]] = {
    "digit": (one_digit, ("number", "int", "phone")),
    "transposed": (transposed, ("number", "int", "phone")),
    "point": (moved_point, ("number",)),
    "lost-digit": (lost_digit, ("number", "int", "phone")),
    "lookalike-sign": (look_alike_sign, ("number", "int", "code", "phone")),
    "lookalike": (look_alike_han, ("text",)),
    "dropped": (lost_character, ("text",)),
    "added": (added_character, ("text",)),
    "code": (code_character, ("code",)),
    "enum": (other_choice, ("enum",)),
    "bool": (other_choice, ("bool",)),
    "date": (other_month, ("date",)),
}
"""What a cell can suffer, and the kinds of columns that can suffer it."""
HARD = frozenset({"digit", "point", "lookalike", "lookalike-sign", "dropped"})
"""Changes of the least ink."""
