"""Bytes of unknown or doubtful character set to Chinese text.

A label is a hint, not a fact: mail programs write ``gb2312`` over GBK and GB 18030, ``utf-8`` over GBK, or a name that
nobody knows. So every reading that is possible is scored by how ordinary its characters are, and a label is
overruled only where the text it gives is clearly worse. GB 2312 orders its characters by frequency (level 1: 3,755
common ones, level 2: 3,008 rarer ones), and so does Big5; text read with the wrong charset falls outside both.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache
from itertools import islice

GB = "gb18030"
"""Superset of GBK and GB 2312; what mail labels gb2312 often holds characters that GB 2312 lacks (镕, 喆)."""
LABELS = {
    **dict.fromkeys(
        ("gb2312", "gbk", "gb18030", "cp936", "ms936", "x-gbk", "csgb2312", "gb_2312-80", "euc-cn", "x-euc-cn"), GB
    ),
    **dict.fromkeys(("big5", "cp950", "x-x-big5", "cn-big5", "csbig5", "big5-hkscs", "big5hkscs"), "big5hkscs"),
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
}
UNMARKED = ("utf-8", GB, "big5hkscs")
"""Tried where no label helps; where two score alike, the earlier one is taken."""
LOST = "\ufffd"
SAMPLE = 5000
"""Characters of a text that are scored."""
LONGEST_CHARACTER = 4
"""Bytes of a character, in UTF-8 and GB 18030."""
CLEARLY_BETTER = 0.25
"""By how much another reading's score must exceed that of the labelled one. A right reading scores 0.7 to 1, a wrong
one under 0.5 as soon as it has more than two characters."""


@dataclass(frozen=True)
class Text:
    """Bytes as text."""

    text: str
    charset: str
    """Python's name of the charset that was used."""
    labelled: bool
    """The label's own charset was used."""
    whole: bool
    """Nothing was lost."""


def decode(data: bytes, label: str | None = None) -> Text:
    """The text of `data`; `label` is the charset that the sender named, if he named one."""
    charset = _known(label)
    readings: list[tuple[float, str, str]] = []
    for candidate in dict.fromkeys(([charset] if charset else []) + list(UNMARKED)):
        text = _read(data, candidate)
        if text is None:
            continue
        bonus = CLEARLY_BETTER if candidate == charset and charset in LABELS.values() else 0.0
        readings.append((ordinary(text.removesuffix(LOST)) + bonus - text.endswith(LOST) / 10, candidate, text))
    if not readings:
        rest = charset or UNMARKED[0]
        return Text(data.decode(rest, "replace"), rest, charset is not None, False)
    _, used, text = max(readings, key=lambda reading: reading[0])
    return Text(text, used, used == charset, LOST not in text and ordinary(text) > -1)


def _read(data: bytes, charset: str) -> str | None:
    """The text, None where the bytes can't be of this charset. A name cut within its last character ends in LOST."""
    try:
        return data.decode(charset)
    except UnicodeDecodeError as theirs:
        cut = len(data) - theirs.start < LONGEST_CHARACTER
        text = data[: theirs.start].decode(charset) if cut else ""
        # One or two characters that happen to be possible prove nothing
        return text + LOST if sum(ord(c) > 127 for c in text) > 2 else None


def ordinary(text: str) -> float:
    """How ordinary the characters of a Chinese text are: 1 for common ones, below 0 for what no name holds.

    Of a long text the first `SAMPLE` characters that are not ASCII's printable ones tell.
    """
    weights = [_weight(c) for c in islice((c for c in text if ord(c) > 126 or ord(c) < 32), SAMPLE)]
    return sum(weights) / len(weights) if weights else 1.0


@cache
def _weight(c: str) -> float:
    if c in "\t\r\n":
        return 1.0
    if ord(c) < 32 or 127 <= ord(c) < 160 or 0xE000 <= ord(c) < 0xF900 or c == LOST:
        return -2.0  # controls, private use
    try:
        lead = c.encode("gb2312")[0]
    except UnicodeEncodeError:
        return _weight_beyond(c)
    if lead < 0xAA:  # symbols: full-width forms are common, Greek and box drawing are what a wrong charset gives
        return 0.9 if lead in (0xA1, 0xA3) else 0.3
    return 1.0 if lead < 0xD8 else 0.7


def _weight_beyond(c: str) -> float:
    try:
        big5 = c.encode("big5")[0]
    except UnicodeEncodeError:
        return 0.4 if "\u4e00" <= c <= "\u9fff" or c in "—–·•“”‘’…〔〕" or ord(c) > 0xFFFF else 0.0
    return 0.75 if 0xA4 <= big5 < 0xC9 else 0.3


def _known(label: str | None) -> str | None:
    name = (label or "").strip().strip("\"'").lower().split("*")[0]  # RFC 2231 allows a language after a star
    if name in LABELS:
        return LABELS[name]
    try:
        found = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return None
    # A one-byte charset accepts every byte, so such a label says nothing about a Chinese text.
    # UTF-7 is no charset of mail any more, and turns ordinary text with a plus sign into other text.
    return found if found.startswith(("utf-8", "utf-16", "utf-32", "iso2022", "hz", "shift", "euc", "johab")) else None
