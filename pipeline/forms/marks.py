"""Boxes and ticks beside printed options: ☑是□否, ■ 在建 □ 规划, 是（√）否（ ）."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.forms.text import fold, squeeze

ON = "☑☒✓✔√■●◉"
OFF = "☐□○◯〇×✕✖✗✘╳"
_ANY = frozenset(ON + OFF)
_MARK = rf"[(（\[【]?(?P<mark>[{ON}{OFF}])[)）\]】]?|(?P<empty>[(（\[【][)）\]】])"


def chosen(text: str, options: Sequence[str]) -> tuple[str, ...] | None:
    """The options that a cell marks, in its order; None where it isn't made of options with a mark each.

    Marks stand all before or all behind their options. ☑ is a tick and ☒ a cross in a box: both choose.
    """
    if not options or not _ANY.intersection(text):
        return None
    plain = _plain(text)
    for pattern in _patterns(tuple(options)):
        parts = [(m["option"], m["mark"] is not None and m["mark"] in ON, m.span()) for m in pattern.finditer(plain)]
        if parts and sum(end - start for _, _, (start, end) in parts) == len(re.sub(r"[、,;/]", "", plain)):
            by_name = {_plain(o): o for o in options}
            return tuple(by_name[option] for option, on, _ in parts if on)
    return None


@lru_cache(maxsize=64)
def _patterns(options: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Of an option behind its mark, and before it."""
    named = "|".join(sorted((re.escape(_plain(o)) for o in options), key=len, reverse=True))
    before, behind = rf"(?:{_MARK})(?P<option>{named})", rf"(?P<option>{named})(?:{_MARK})"
    return re.compile(before), re.compile(behind)


def _plain(text: str) -> str:
    """Folded character by character, the marks kept as they are: folding makes ● a middle dot."""
    return "".join(c if c in ON or c in OFF else fold(c) for c in squeeze(text))
