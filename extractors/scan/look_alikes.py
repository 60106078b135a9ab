"""Characters that print alike, such as 天 and 夭; `tools/look_alikes.py` wrote the list beside this file."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.scan import recognise
from extractors.scan.evidence import NONE


@functools.cache
def look_alikes() -> NDArray[np.int32]:
    """By index of the recogniser, the indices of the characters that print alike, filled up with `NONE`."""
    index = recognise.indices()
    found: dict[int, set[int]] = {}
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split():
        known = [index[c] for c in line if c in index]
        if line[0] not in index:
            continue
        for other in known[1:]:
            found.setdefault(known[0], set()).add(other)
            found.setdefault(other, set()).add(known[0])
    table = np.full((len(index) + 1, max(len(others) for others in found.values())), NONE, np.int32)
    for one, others in found.items():
        table[one, : len(others)] = sorted(others)
    return table
