"""Which characters two values differ in, for the eye: marks for the page."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from itertools import zip_longest

LEAST_ALIKE = 0.3
"""Below this share of common characters two values are simply different: marking scattered common ones helps nobody."""


_DATE = re.compile(r"\s*\d{4}\s*[年./-]\s*\d{1,2}\s*(?:月|[./-]\s*\d{1,2}|月\s*\d{1,2}\s*日?)?\s*")


@dataclass(frozen=True)
class Piece:
    """A run of characters, marked where the other value has something else."""

    text: str
    marked: bool


def marked(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both values in pieces, with the differing characters marked.

    White space, separators of thousands and the width of characters are clothes (RESULTS.md): they are shown but
    never marked.
    """
    if _DATE.fullmatch(left) and _DATE.fullmatch(right):
        return _marked_dates(left, right)
    left_places, left_plain = _plain(left)
    right_places, right_plain = _plain(right)
    matcher = difflib.SequenceMatcher(None, left_plain, right_plain, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return _pieces(left, set(left_places)), _pieces(right, set(right_places))
    left_marks: set[int] = set()
    right_marks: set[int] = set()
    for tag, l0, l1, r0, r1 in matcher.get_opcodes():
        if tag != "equal":
            left_marks.update(left_places[l0:l1])
            right_marks.update(right_places[r0:r1])
    return _pieces(left, left_marks), _pieces(right, right_marks)


def _marked_dates(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Dates number by number: how they are written is clothes, and the 4 of 2014 is not the 4 of April."""
    left_groups, right_groups = list(re.finditer(r"\d+", left)), list(re.finditer(r"\d+", right))
    left_marks: set[int] = set()
    right_marks: set[int] = set()
    for one, other in zip_longest(left_groups, right_groups):
        if one and other and int(one.group()) == int(other.group()):
            continue
        left_marks.update(range(*one.span()) if one else ())
        right_marks.update(range(*other.span()) if other else ())
    return _pieces(left, left_marks), _pieces(right, right_marks)


def _plain(text: str) -> tuple[list[int], list[str]]:
    """Places and plain forms of the characters that count."""
    places, plain = [], []
    for place, character in enumerate(text):
        form = unicodedata.normalize("NFKC", character)
        if form.isspace() or form == ",":
            continue
        places.append(place)
        plain.append(form)
    return places, plain


def _pieces(text: str, marks: set[int]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for place, character in enumerate(text):
        is_marked = place in marks
        if pieces and pieces[-1].marked == is_marked:
            pieces[-1] = Piece(pieces[-1].text + character, is_marked)
        else:
            pieces.append(Piece(character, is_marked))
    return tuple(pieces)
