"""The XML of spreadsheets read in a stream: element by element, each freed once it was read; and texts of Excel's."""

from __future__ import annotations

import re
from typing import IO, Any

from lxml import etree  # type: ignore[import-untyped]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def parse(stream: IO[bytes], tags: tuple[str, ...]) -> Any:
    """Elements of these names as they end; no entity is expanded, nothing fetched."""
    names = [f"{{*}}{tag}" for tag in tags]
    return etree.iterparse(
        stream, events=("end",), tag=names, resolve_entities=False, no_network=True, load_dtd=False
    )


def drop(element: Any) -> None:
    """Frees an element that was read, and what stands before it."""
    element.clear()
    before = element.getprevious()
    if before is not None:
        element.getparent().remove(before)


def read_strings(stream: IO[bytes]) -> list[str]:
    """The shared strings, phonetic readings left out."""
    found = []
    for _, element in parse(stream, ("si",)):
        found.append(rich_text(element))
        drop(element)
    return found


def rich_text(element: Any) -> str:
    """The text of a string of one or several runs."""
    if len(element) == 1 and (element[0].tag == "t" or element[0].tag.endswith("}t")):
        return unescaped(element[0].text or "")
    text = ""
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            text += child.text or ""
        elif name == "r":
            text += "".join(t.text or "" for t in child.iterchildren("{*}t"))
    return unescaped(text)


def unescaped(text: str) -> str:
    """_x000D_ and the like as the character that it stands for (22.9.2.19)."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # halves of a rare character meet
