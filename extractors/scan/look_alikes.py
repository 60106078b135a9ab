"""Characters that print alike, such as 天 and 夭; `tools/look_alikes.py` wrote the list beside this file."""

from __future__ import annotations

import functools
from pathlib import Path

from extractors.scan import recognise


@functools.cache
def look_alikes() -> dict[int, frozenset[int]]:
    """Characters to those that print alike, both ways, as indices of the recogniser."""
    index = recognise.indices()
    found: dict[int, set[int]] = {}
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split():
        known = [index[c] for c in line if c in index]
        if line[0] not in index:
            continue
        for other in known[1:]:
            found.setdefault(known[0], set()).add(other)
            found.setdefault(other, set()).add(known[0])
    return {one: frozenset(others) for one, others in found.items()}
