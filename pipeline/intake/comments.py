"""Comments and quoted texts in structured headers (RFC 5322, 3.2)."""

from __future__ import annotations

import re

QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')


def without_comments(text: str) -> str:
    """The text without comments (RFC 5322, 3.2.2); what follows a comment that never ends is part of it.

    A quoted text in a comment is passed over as a whole, which the RFC doesn't ask for: servers quote the sender's
    address in comments, and he must not be able to end one.
    """
    kept: list[str] = []
    depth, at = 0, 0
    while at < len(text):
        sign = text[at]
        quoted = QUOTED.match(text, at) if sign == '"' else None
        if quoted is not None:
            kept += [] if depth else [quoted[0]]
            at = quoted.end()
            continue
        if sign == "\\":
            kept += [] if depth else [text[at : at + 2]]
            at += 2
            continue
        depth += sign == "("
        if not depth:
            kept.append(sign)
        depth -= sign == ")" and depth > 0
        at += 1
    return "".join(kept)
