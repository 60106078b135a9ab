"""Number formats of spreadsheets taken apart: their sections and tokens (ECMA-376 part 1, 18.8.31)."""

from __future__ import annotations

import re
from functools import lru_cache

FORMATS_KEPT = 1024
"""Formats that are kept taken apart; a workbook has some dozens."""
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_(?P<pad>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]|'
    r"(?P<noon>AM/PM|A/P|上午/下午)|(?P<date>y+|m+|d+|h+|s+|a{3,4}|e+|b+)|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?,*|\.[0#?]+,*)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)


@lru_cache(maxsize=FORMATS_KEPT)
def sections_of(number_format: str) -> tuple[str, ...]:
    """The parts of a format between its semicolons, empty ones too: an empty part shows nothing."""
    parts = [""]
    for piece in re.findall(r'"[^"]*"|\\.|\[[^\]]*\]|.', number_format, re.DOTALL):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(parts)


def literal(match: re.Match[str]) -> str:
    """What a token that is no digit shows; padding shows as nothing, a currency in brackets as its sign."""
    if match["quoted"] is not None:
        return match["quoted"]
    if match["escaped"] is not None:
        return match["escaped"]
    if match["bracket"] is not None:
        return match["bracket"][1:].split("-")[0] if match["bracket"].startswith("$") else ""
    if match["pad"] is not None or match["fill"] is not None:
        return ""
    return match["other"] or match["date"] or ""


def literals(section: str) -> str:
    """What a section shows of its own, digits and dates left out."""
    return "".join(literal(m) for m in TOKEN.finditer(section))
