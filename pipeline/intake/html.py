"""The text of an HTML mail, for mails that have no plain text.

By hand: the parser of Python's library takes time that grows with the square of the length on hostile input.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

RAW = frozenset({"script", "style", "title"})
"""Elements whose content is no markup and isn't shown; all ends with their end tag."""
BREAKS = frozenset({"p", "div", "br", "tr", "li", "table", "h1", "h2", "h3", "h4", "blockquote"})
TAG = re.compile(r"/?([A-Za-z][A-Za-z0-9:-]{0,30})")


def text_of_html(source: str) -> str:
    """The visible text, a line for each block. Never fails: HTML of mails is seldom valid. Linear in its length."""
    pieces = "".join(_pieces(source))
    lines = [line.strip() for line in pieces.split("\n")]
    return "\n".join(line for line in lines if line)


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
        elif name in BREAKS:
            yield "\n"
        elif name in RAW and not ends:
            end_tag = re.compile(f"</{name}", re.IGNORECASE).search(source, at)
            if end_tag is None:
                return
            at = end_tag.start()
    if not hidden:
        yield _shown(source[at:])


def _shown(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(text))
