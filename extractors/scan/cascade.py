"""Text lines read quickly first, and exactly where that leaves any doubt.

The network in eight bits says of most lines what the exact one says, at little more than half the price; where it errs,
it stands close to what it should have said. So a line whose characters all stand far above their rivals is done, and
the others are read again exactly, which is what counts then.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractors.scan import recognise
from extractors.scan.evidence import Steps, read, restrict
from extractors.scan.ink import Gray
from extractors.scan.look_alikes import look_alikes

CLEAR = 4.0
"""Nats by which each character of a line, and the paper between, must stand above all rivals."""


def recognise_lines(lines: Sequence[Gray]) -> list[Steps]:
    """The posteriors of each text line (grey, paper 255, print dark)."""
    recognise.quick()  # loaded before several threads want it
    return recognise.each_line(_recognise, lines)


def _recognise(line: Gray) -> Steps:
    (steps,) = recognise.recognise([line], in_eight_bits=True)
    return steps if is_clear(steps) else recognise.recognise([line])[0]


def is_clear(steps: Steps) -> bool:
    """Whether a line can't be read otherwise, as far as its posteriors tell."""
    known = recognise.load()
    reading = read(restrict(steps, known.common), known.characters, look_alikes())
    if min(reading.doubt, reading.alike) < CLEAR:
        return False
    # Rare characters count as well: a copy may hold one.
    every = read(steps, known.characters)
    return every.text == reading.text and every.doubt >= CLEAR
