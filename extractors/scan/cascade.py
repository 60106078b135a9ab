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
"""Nats by which each character of a line, and the paper between, must stand above all rivals: of 4,323 lines
one that stood 3 above them was read otherwise by the exact network, none that stood 4 (benchmarks/cascade.py)."""


def recognise_lines(lines: Sequence[Gray]) -> list[Steps]:
    """The posteriors of each text line (grey, paper 255, print dark)."""
    recognise.quick()  # loaded before several threads want it
    return recognise.each_line(_recognise, lines)


def _recognise(line: Gray) -> Steps:
    (steps,) = recognise.recognise([line], in_eight_bits=True)
    return steps if is_clear(steps) else recognise.recognise([line])[0]


def is_clear(steps: Steps) -> bool:
    """Whether a line can't be read otherwise, as far as its posteriors tell."""
    return clearness(steps) >= CLEAR


def clearness(steps: Steps) -> float:
    """Nats by which the reading of a line stands above its nearest rival."""
    known = recognise.load()
    reading = read(restrict(steps, known.common), known.characters, look_alikes())
    # Rare characters count as well: a copy may hold one.
    every = read(steps, known.characters)
    return min(reading.doubt, reading.alike, every.doubt) if every.text == reading.text else 0.0


def text(steps: Steps) -> str:
    """The reading of a line, of the characters that cells commonly hold."""
    known = recognise.load()
    return read(restrict(steps, known.common), known.characters).text
