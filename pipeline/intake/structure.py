"""The parts of a raw message, within bounds of count and depth.

Python's e-mail package parses. Each part that is open costs it time for every line, and each level of nesting a level
of recursion, so parts that lie too deep are closed: their text isn't taken apart. Two methods of the package that
are not public are used for that, `_new_message` and the stack it keeps.
"""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesFeedParser

from pipeline.settings import Limits

FED = 1 << 20
"""Bytes that the parser is given at a time."""
END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")


class Part(Message):
    """A part of a message."""

    closed = False
    """It lies too deep; what is in it isn't taken apart."""

    def get_content_maintype(self) -> str:
        """The type, a plain one where the part is closed."""
        return "application" if self.closed else super().get_content_maintype()

    def get_content_type(self) -> str:
        """The same, with the subtype."""
        return "application/octet-stream" if self.closed else super().get_content_type()


@dataclass(frozen=True)
class Structure:
    """A message in its parts."""

    root: Message
    too_large: bool = False
    """Over the limit of size; only its headers were read."""
    too_many: bool = False
    """Over the limit of parts; those before it are there."""
    too_deep: bool = False
    """Some parts were closed."""


class _Enough(Exception):
    """There are too many parts."""


class _Parser(BytesFeedParser):
    def __init__(self, parts: int, depth: int) -> None:
        super().__init__(Part, policy=email.policy.compat32)
        self._left, self._depth = parts, depth

    def _new_message(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _Enough
        super()._new_message()  # type: ignore[misc]
        part, stack = self._cur, self._msgstack  # type: ignore[attr-defined]
        part.closed = len(stack) > self._depth

    def found(self) -> Message:
        """The message as far as it was parsed."""
        root: Message = self._msgstack[0]  # type: ignore[attr-defined]
        return root


def parse_structure(data: bytes, limits: Limits, parts: int) -> Structure:
    """Takes a raw message apart, into `parts` parts at the most. Never fails."""
    if len(data) > limits.message_mb << 20:
        return Structure(_headers(data, limits), too_large=True)
    parser = _Parser(parts, limits.mime_depth)
    try:
        for at in range(0, len(data), FED):
            parser.feed(data[at : at + FED])
        root: Message = parser.close()
    except _Enough:
        return Structure(parser.found(), too_many=True)
    return Structure(root, too_deep=any(getattr(part, "closed", False) for part in root.walk()))


def _headers(data: bytes, limits: Limits) -> Message:
    most = limits.header_kb << 10
    end = END_OF_HEADERS.search(data, 0, most)
    return email.message_from_bytes(data[: end.end() if end else most], policy=email.policy.compat32)
