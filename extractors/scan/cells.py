"""The evidence of one cell, as the rest of the system sees it, and second looks at doubtful cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from extractors.scan import evidence, recognise
from extractors.scan.ink import Gray
from extractors.scan.lines import Line
from extractors.scan.look_alikes import look_alikes
from extractors.tables import Evidence, Read, Table


@dataclass(frozen=True)
class ReadLine:
    """A text line of a cell: where, its image, and what the recogniser says of it."""

    line: Line
    crop: Gray
    steps: evidence.Steps


@dataclass(frozen=True)
class CellEvidence:
    """Image evidence of a cell: the steps of its text lines. Implements `extractors.tables.Evidence`."""

    lines: tuple[evidence.Steps, ...]
    crops: tuple[Gray, ...] = ()
    """The image of each line, for a second look."""
    sealed: float = 0.0
    altered: bool = False
    """See `extractors.tables.Evidence`."""
    unclear: bool = False
    """See `extractors.tables.Evidence`."""

    @cached_property
    def steps(self) -> evidence.Steps:
        """The steps of all lines as one."""
        return evidence.join(self.lines)

    @cached_property
    def text(self) -> str:
        """The independent first reading."""
        return self.read().text

    @cached_property
    def unrestricted(self) -> str:
        """The best path over all characters that the recogniser knows, rare and traditional ones included."""
        return evidence.read(self.steps, recognise.load().characters).text

    def read(self, allowed: frozenset[str] | None = None, also: str = "") -> Read:
        """See `extractors.tables.Evidence`."""
        known = recognise.load()
        possible = known.common if allowed is None else recognise.possible(allowed)
        wanted = (recognise.indices().get(c, 0) for c in recognise.fold(also))
        rare = [i for i in wanted if not known.common[i]]
        if rare:
            possible = possible.copy()
            possible[rare] = True
        reading = evidence.read(evidence.restrict(self.steps, possible), known.characters, look_alikes())
        return Read(reading.text, reading.doubt, reading.alike)

    def loss(self, hypotheses: Sequence[str]) -> list[float]:
        """See `extractors.tables.Evidence`; texts are folded to the recogniser's alphabet."""
        index = recognise.indices()
        coded = [[index.get(c, -1) for c in recognise.fold(h)] for h in hypotheses]
        return [float(v) for v in evidence.losses(self.steps, coded)]

    def followed_by(self, other: Evidence) -> CellEvidence:
        """See `extractors.tables.Evidence`."""
        assert isinstance(other, CellEvidence)
        share = self.sealed * len(self.lines) + other.sealed * len(other.lines)
        lines = self.lines + other.lines
        by_hand, unclear = self.altered or other.altered, self.unclear or other.unclear
        return CellEvidence(lines, self.crops + other.crops, share / max(len(lines), 1), by_hand, unclear)


def doubted(tables: Sequence[Table]) -> list[Table]:
    """The tables of a page whose image shows too little for any verdict, each cell's evidence marked so."""
    return [
        replace(
            table,
            cells=tuple(
                replace(c, evidence=replace(c.evidence, unclear=True)) if isinstance(c.evidence, CellEvidence) else c
                for c in table.cells
            ),
        )
        for table in tables
    ]


def look_again(cells: Sequence[CellEvidence]) -> list[tuple[CellEvidence, ...]]:
    """Further evidence of doubtful cells, from other renderings of the same pixels.

    A reading that depends on how the line was scaled or how dark it was is no reading: what the paper shows stays
    through all of them.
    """
    flat = [crop for cell in cells for crop in cell.crops]
    steps = recognise.recognise([render(crop) for render in RENDERINGS for crop in flat])
    looks = [steps[start : start + len(flat)] for start in range(0, len(steps), max(len(flat), 1))]
    out, at = [], 0
    for cell in cells:
        count = len(cell.crops)
        out.append(tuple(replace(cell, lines=tuple(look[at : at + count])) for look in looks))
        at += count
    return out


def _smaller(crop: Gray) -> Gray:
    """More paper around the line, so that it reaches the recogniser smaller."""
    pad = max(round(0.18 * crop.shape[0]), 2)
    out: Gray = cv2.copyMakeBorder(crop, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=255)
    return out


def _darker(crop: Gray) -> Gray:
    """Contrast stretched around the print: pale ink (a seal in grey) goes, thin strokes get dark."""
    dark = float(np.percentile(crop, 2))
    light = min(dark + 130.0, 250.0)
    stretched = np.clip((crop.astype(np.float32) - dark) * 255.0 / max(light - dark, 1.0), 0, 255)
    out: Gray = stretched.astype(np.uint8)
    return out


def _sharper(crop: Gray) -> Gray:
    """Unsharp mask; brings out strokes that a low resolution ran together."""
    blurred = cv2.GaussianBlur(crop, (0, 0), 1.5)
    out: Gray = cv2.addWeighted(crop, 1.8, blurred, -0.8, 0)
    return out


RENDERINGS: tuple[Callable[[Gray], Gray], ...] = (_smaller, _darker, _sharper)
