"""The text of an HTML mail, for mails that have no plain text.

By hand: the parser of Python's library takes time that grows with the square of the length on hostile input.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

RAW = frozenset({"script", "style", "title"})
"""Elements whose content is no markup and isn't shown; all ends with their end tag."""
BREAKS = frozenset({"p", "div", "br", "tr", "li", "table", "h1", "h2", "h3", "h4"})
TAG = re.compile(r"/?([A-Za-z][A-Za-z0-9:-]{0,30})")
QUOTE, INDENT, END = "\x0e", "\x0f", "\x10"
"""Stand for the beginning of a quoted and of an indented block, and for the end of either; no text has them."""
SET_IN = re.compile(r"border(?:-left)?:\s*(?:none|0)|margin(?:-left)?:\s*(?:0\w*\s+0\w*\s+0\w*\s+)?40px", re.IGNORECASE)
CITES = re.compile(r"\b(?:type|cite|class|id)\s*=", re.IGNORECASE)
"""Of a blockquote: that it only sets a paragraph in, as the editors of Gmail and QQ write it, and that it quotes."""
LONGEST_TAG = 1000
"""Characters of a tag that are searched for these."""
MARK = "> "


def text_of_html(source: str) -> str:
    """The visible text, a line for each block, with ``> `` before each line of a quoted block (see `quotes`).

    Never fails: HTML of mails is seldom valid. Linear in its length.
    """
    lines: list[str] = []
    blocks: list[str] = []
    quotes = 0
    for line in "".join(_pieces(source)).split("\n"):
        if line in (QUOTE, INDENT):
            blocks.append(line)
            quotes += line == QUOTE
        elif line == END:
            quotes -= blocks.pop() == QUOTE if blocks else 0
        elif line.strip():
            lines.append((MARK if quotes else "") + line.strip())
    return "\n".join(lines)


def _pieces(source: str) -> Iterator[str]:
    at, hidden = 0, False
    while (opened := source.find("<", at)) >= 0:
        if not hidden:
            yield _shown(source[at:opened])
        if source.startswith("<!--", opened):
            end = source.find("-->", opened + 4)
            if end < 0:
                return
            at = end + 3
            continue
        if not source[opened + 1 : opened + 2].isalpha() and source[opened + 1 : opened + 2] not in ("/", "!", "?"):
            yield "" if hidden else "<"
            at = opened + 1
            continue
        closed = source.find(">", opened)
        if closed < 0:
            return
        at = closed + 1
        name = (found[1].lower() if (found := TAG.match(source, opened + 1)) else "")
        ends = source[opened + 1] == "/"
        if name == "head":
            hidden = not ends
        elif name == "body":
            hidden = False
        elif name == "blockquote" and not hidden:
            yield f"\n{END if ends else _block(source[opened:closed])}\n"
        elif name in BREAKS:
            yield "\n"
        elif name in RAW and not ends:
            end_tag = re.compile(f"</{name}", re.IGNORECASE).search(source, at)
            if end_tag is None:
                return
            at = end_tag.start()
    if not hidden:
        yield _shown(source[at:])


def _block(tag: str) -> str:
    tag = tag[:LONGEST_TAG]
    return INDENT if SET_IN.search(tag) and not CITES.search(tag) else QUOTE


def _shown(text: str) -> str:
    return re.sub(rf"[\s{QUOTE}{INDENT}{END}]+", " ", html.unescape(text))
