"""Which of several calls a report answers: by the notice's number, by words, by the form, by the date.

What says it most plainly decides, and each kind of sign is asked of the nearest text first: a letter often cites an
older notice beside its own. Where no sign tells, or signs of one kind tell of two calls, that is said and not guessed.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.calls.call import CHINA, Call
from pipeline.forms.text import fold
from pipeline.model import Finding, Severity


@dataclass(frozen=True)
class Signs:
    """What there is of a report to tell its call by."""

    titles: tuple[str, ...]
    """Subject, names of files."""
    texts: tuple[str, ...]
    """The message's text and what stands in its files."""
    forms: frozenset[str] = frozenset()
    """Forms whose headers its tables have, and no other form's as many; empty where that doesn't tell."""
    received: datetime.datetime | None = None


@dataclass(frozen=True)
class Assignment:
    """The call of a report."""

    call: str
    told: bool
    """False where nothing told, and the usual call was taken."""


def assign(signs: Signs, running: Sequence[Call]) -> Assignment:
    """The call that a report answers, of those that run; the first of them where nothing tells which.

    In this order: the notice's number, the call's words (both in titles, then in texts), the form, the date.
    """
    usual = running[0].id
    if len(running) == 1:
        return Assignment(usual, True)
    titles, texts = (tuple(map(fold, part)) for part in (signs.titles, signs.texts))
    tests: list[Callable[[Call], bool]] = [
        lambda call: _cites(call, titles),
        lambda call: _cites(call, texts),
        lambda call: _has_words(call, titles),
        lambda call: _has_words(call, texts),
        lambda call: call.form in signs.forms,
    ]
    for test in tests:
        named = [call for call in running if test(call)]
        if len(named) == 1:
            return Assignment(named[0].id, True)
        if named and len(named) < len(running):
            running = named  # the others are out of question
    expected = [call for call in running if _is_expected(call, signs.received)]
    return Assignment(expected[0].id, True) if len(expected) == 1 else Assignment(usual, False)


def unassigned(taken: Call, running: Sequence[Call]) -> Finding:
    """The finding that nothing told a report's call, and which was taken."""
    others = "、".join(call.notice or call.id for call in running if call.id != taken.id)
    return Finding("call-unknown", Severity.WARNING, {"taken": taken.notice or taken.id, "others": others})


def _cites(call: Call, texts: Sequence[str]) -> bool:
    number = fold(call.notice)
    return bool(number) and any(number in text for text in texts)


def _has_words(call: Call, texts: Sequence[str]) -> bool:
    words = [fold(word) for word in call.match.words]
    return any(word in text for word in words for text in texts)


def _is_expected(call: Call, received: datetime.datetime | None) -> bool:
    """Whether a report of the call can come in on that day. A mail without any date can be any call's."""
    if received is None:
        return True
    day = received.astimezone(CHINA).date()
    since, until = call.match.since, call.match.until
    return (since is None or since <= day) and (until is None or day <= until)
