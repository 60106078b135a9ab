"""Passwords of archives that the message itself gives: 解压密码为“Zs2024#”, password: abc."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice

LONGEST_TEXT = 100_000
"""Characters of each text that are looked at."""
QUOTES = {"“": "”", "‘": "’", '"': '"', "'": "'", "「": "」", "『": "』", "【": "】", "[": "]", "〔": "〕", "《": "》",
          "<": ">", "(": ")", "（": "）"}  # fmt: skip
SAID = re.compile(
    r"(?:密\s{0,2}码|口\s{0,2}令|解压码|passw(?:or)?d|passcode|\bpwd\b)"
    r"(?:\s{0,3}[（(][^（）()\n]{0,20}[）)])?"
    r"\s{0,3}(?:(?:请)?见(?:下方|下文|下|正文|文末|后)|如下|分别|统一|均|都|仍|已?设[置定]?)?(?:\s{0,3}(?:为|是|is\b|[:：=＝])){0,3}\s{0,5}(?:见(?:下方|下文|下|正文|文末|后)|如下)?[:：]?\s{0,5}",
    re.IGNORECASE,
)
VALUE = re.compile(r"[^\s，。；、！？“”‘’「」『』【】〔〕（）《》]{1,64}")
ASCII_RUN = re.compile(r"[!-~]{2,64}")
IN_BRACKETS = re.compile(r"[（(]\s?([!-'*-~]{3,20})\s?[）)]")
SUFFIX = re.compile(r"\.(?:zip|rar|7z|tar|gz|tgz|docx?|xlsx?|pdf|eml|msg)$", re.IGNORECASE)


def passwords_in(texts: Iterable[str], most: int) -> list[str]:
    """The passwords that texts give, likely ones first, `most` at the most; names of files count as texts."""
    found: dict[str, None] = {}
    for text in texts:
        for word in islice(_in_text(SUFFIX.sub("", text[:LONGEST_TEXT])), 4 * most):
            found.setdefault(word)
    # What holds Chinese is more often a sentence (密码另行通知) than a password
    return sorted(found, key=lambda word: not word.isascii())[:most]


def _in_text(text: str) -> Iterator[str]:
    for said in SAID.finditer(text):
        rest = text[said.end() : said.end() + 80]
        within = IN_BRACKETS.search(said[0])
        if within is not None:  # 解压密码（Abc123）
            yield from _forms(within[1])
        close = QUOTES.get(rest[:1])
        if close is not None and (end := rest.find(close, 1)) > 1:
            yield from _forms(rest[1:end].strip())
            continue
        if said[0].rstrip()[-1:] not in "为是:：=＝sS" and not rest[:1].isascii():
            continue  # 密码另行通知
        value = VALUE.match(rest)
        if value is None:
            continue
        plain = unicodedata.normalize("NFKC", value[0])
        for run in ASCII_RUN.findall(plain):  # 密码为abc123请查收, 密码为电话后四位1234
            yield from _forms(run)
        yield from _forms(value[0])


def _forms(word: str) -> Iterator[str]:
    """A password as written, without a full stop that ends the sentence, and in half-width characters."""
    for form in (word, unicodedata.normalize("NFKC", word)):
        if form:
            yield form
            if form[-1] in ".,;!)>\"'" and len(form) > 1:
                yield form.rstrip(".,;!)>\"'")
