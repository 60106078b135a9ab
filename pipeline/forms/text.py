"""Folding of texts: what of a text is only its clothes (white space, width, variants of one sign)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Compatibility characters of these classes mean something else than the plain character: 10² is not 102.
_KEPT_TAGS = ("<super>", "<sub>", "<fraction>", "<circle>")

_VARIANTS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣─━", "-"),
        **dict.fromkeys("～〜∼∽", "~"),
        **dict.fromkeys("“”„‟〝〞″", '"'),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("•‧∙⋅・●∘", "·"),
        **dict.fromkeys("〔【〖", "["),
        **dict.fromkeys("〕】〗", "]"),
        **dict.fromkeys("✓✔☑", "√"),
        **dict.fromkeys("✕✖✗✘╳", "×"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    }
)

_SHORT = 64
"""Characters of a text that is worth remembering."""
_WIDE = str.maketrans("(),:;%?!", "（），：；％？！")


def squeeze(text: str) -> str:
    """The text without any white space, line breaks and invisible characters; nothing else is changed."""
    return re.sub(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]+", "", text)


def _narrow(character: str) -> str:
    tag = unicodedata.decomposition(character).split(" ")[0]
    return character if tag in _KEPT_TAGS else unicodedata.normalize("NFKC", character)


def fold(text: str) -> str:
    """The text with everything removed that is only its clothes.

    White space goes; full and half width, brackets, dashes, quotes and dots of one meaning become one sign. Two
    different characters never become one: look-alikes (未 and 末), cases (a and A) and, unlike NFKC, superscripts and
    circled figures stay apart. Only the ² of an m² is the 2 of ``㎡`` and ``m2``.
    """
    return _fold_short(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    narrowed = "".join(c if c.isascii() else _narrow(c) for c in squeeze(text))
    narrowed = re.sub(r"(?<=m)²", "2", narrowed)
    narrowed = re.sub(r"(?<=m)³", "3", narrowed)
    return squeeze(narrowed.translate(_VARIANTS))


_fold_short = lru_cache(maxsize=1 << 16)(_fold)
"""Values of a form come again and again: in every row, and from every check of a row."""


def widen(text: str) -> str:
    """The text with its brackets and punctuation in full width, as Chinese typesetting has them."""
    return text.translate(_WIDE)
