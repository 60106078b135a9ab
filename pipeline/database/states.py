"""The states of a submission, their names for people, and the moves that are allowed.

received → compared → waiting | loaded; received → incomplete | failed; failed → tried again;
incomplete → received, when the other half comes; any → superseded, and back where that was a mistake; received or
incomplete → repeated, where the very same documents came before.
"""

from __future__ import annotations

from enum import StrEnum

from extractors.i18n import N_, _


class State(StrEnum):
    """Where a submission stands."""

    RECEIVED = "received"
    """Its documents are in the store; not compared yet."""
    INCOMPLETE = "incomplete"
    """One half is missing or can't be read; the sender has to act."""
    COMPARED = "compared"
    """The result is stored; whether it is loaded or waits is not written down yet."""
    WAITING = "waiting"
    """A person has to decide."""
    LOADED = "loaded"
    """Its platforms are in the library."""
    SUPERSEDED = "superseded"
    """A later submission of the same reporting body took its place; kept."""
    REPEATED = "repeated"
    """An earlier submission has the very same documents; kept, not compared and not loaded again."""
    FAILED = "failed"
    """A passing fault outlasted the retries; the next run tries again."""


NAMES: dict[State, str] = {
    State.RECEIVED: N_("已收到"),
    State.INCOMPLETE: N_("材料不全"),
    State.COMPARED: N_("已比对"),
    State.WAITING: N_("待处理"),
    State.LOADED: N_("已入库"),
    State.SUPERSEDED: N_("已被替代"),
    State.REPEATED: N_("重复报送"),
    State.FAILED: N_("处理失败"),
}

MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset(
        {State.COMPARED, State.INCOMPLETE, State.FAILED, State.SUPERSEDED, State.REPEATED}
    ),
    State.INCOMPLETE: frozenset({State.RECEIVED, State.SUPERSEDED, State.REPEATED}),  # received: its other half came
    State.COMPARED: frozenset({State.WAITING, State.LOADED, State.SUPERSEDED}),
    State.WAITING: frozenset({State.LOADED, State.SUPERSEDED}),
    State.LOADED: frozenset({State.SUPERSEDED}),
    State.FAILED: frozenset({State.COMPARED, State.INCOMPLETE, State.SUPERSEDED}),
    State.REPEATED: frozenset(),
    # Only where what replaced it turns out to be another body's, see `supersede.release`.
    State.SUPERSEDED: frozenset({State.RECEIVED, State.INCOMPLETE, State.COMPARED}),
}


class ForbiddenMoveError(ValueError):
    """A mistake of the program: a move that `MOVES` doesn't have."""


def check(old: State, new: State) -> bool:
    """True if `new` is a move from `old`, False if it is the same state.

    Raises:
        ForbiddenMoveError: for any other pair.
    """
    if old is new:
        return False
    if new not in MOVES[old]:
        raise ForbiddenMoveError(f"{old.value} -> {new.value}")
    return True


def name_of(state: State) -> str:
    """The state in the language in use."""
    return _(NAMES[state])
