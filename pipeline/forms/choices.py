"""Values from a vocabulary: whatever their case, brackets and separators, and several of them in one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.forms.marks import chosen
from pipeline.forms.text import fold

_BETWEEN = re.compile(r"[、,;/|+&]|(?<=[^\w])和|及")
_NUMBERED = re.compile(r"^(?:\(?\d{1,2}[).、]|[①-⑳])")


def parse_choices(text: str, values: Sequence[str]) -> tuple[str, ...] | None:
    """The entries of the vocabulary that a cell names, in its order; None where it names anything else or nothing."""
    marked = chosen(text, values)
    if marked:
        return marked
    known = _by_key(tuple(values))
    whole = known.get(_key(text))
    if whole is not None:
        return (whole,)
    found = [known.get(_key(part)) for part in _BETWEEN.split(fold(text)) if part]
    named = tuple(dict.fromkeys(entry for entry in found if entry is not None))
    return named if named and None not in found else None


def show_choices(values: Sequence[str]) -> str:
    """The entries as a form prints them."""
    return "、".join(values)


@lru_cache(maxsize=64)
def _by_key(values: tuple[str, ...]) -> dict[str, str]:
    return {_key(value): value for value in values}


def _key(text: str) -> str:
    """What two writings of one entry have alike: not its case, not brackets around it, not a number before it."""
    folded = _NUMBERED.sub("", fold(text)).casefold()
    inside = re.fullmatch(r"[(\[]([^()\[\]]*)[)\]]|\"([^\"]*)\"", folded)
    return (inside[1] or inside[2] or "") if inside else folded
