"""Scores a reconciliation (`Reconciliation.to_json`) against a case whose differences are known (truth.json).

The errors weigh differently. A *missed* cell differs and was called a match: nobody looks again. A *false flag* agrees
and was called a mismatch; *unsure* cells agree too, and are the reviewer's load.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

SCORED_FINDINGS = frozenset({"seal-missing", "seal-mismatch", "letter-count-mismatch"})
SERIAL_HEADER = "序号"
"""The running number: not compared, for a row left out shifts it in one copy."""


@dataclass(frozen=True)
class Judged:
    """What was said of one cell that both copies have."""

    probability: float
    """That the two copies say the same, as the program has it, 0 to 1."""
    agrees: bool
    """Whether they do."""


@dataclass(frozen=True)
class Figures:
    """Counts that add up over cases."""

    cases: int = 0
    pages: int = 0
    cells: int = 0
    """Cells that both copies have, in paired rows, the serial number apart."""
    unseen: int = 0
    """Cells for which the result has no verdict: row paired wrongly, column not found, file not read."""
    differing: int = 0
    missed: int = 0
    flagged: int = 0
    deferred: int = 0
    """Cells that differ and were called unsure: a person will see them."""
    false_flags: int = 0
    unsure: int = 0
    row_errors: int = 0
    """Pairs of rows that are wrong, invented or absent."""
    findings_missed: int = 0
    findings_false: int = 0
    seconds: float = 0.0
    """Wall time of the comparisons, each in one of the processes."""

    def __add__(self, other: Figures) -> Figures:
        """Both together."""
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True)
class Score:
    """What a case gives."""

    figures: Figures
    judged: tuple[Judged, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Each miss, false flag and wrong finding, as text."""


def score(truth: dict[str, Any], result: dict[str, Any] | None, seconds: float = 0.0) -> Score:
    """The figures of one case.

    Args:
        truth: as `samples.cases.make_truth` has it.
        result: as `pipeline.model.Reconciliation.to_json` has it; None where there is none.
        seconds: wall time of the comparison.
    """
    headers = [h for h in map(squeezed, truth["headers"]) if h != SERIAL_HEADER]
    differing = {(c["electronic_row"], squeezed(c["field"])) for c in truth["cells"]}
    pairs = {(e, s) for e, s in truth["pairs"]}
    expected = (
        pairs
        | {(row, None) for row in truth["missing_in_scan"]}
        | {(None, row) for row in truth["missing_in_electronic"]}
    )
    base = {"cases": 1, "pages": truth["pages"], "cells": len(pairs) * len(headers), "differing": len(differing)}
    if result is None:
        lost = Figures(**base, unseen=base["cells"], row_errors=len(expected), seconds=seconds)
        return Score(lost, notes=("no result",))
    given = {(r["electronic_row"], r["scan_row"]): r["fields"] for r in result["records"]}
    counts = dict.fromkeys(("unseen", "missed", "flagged", "deferred", "false_flags", "unsure"), 0)
    judged: list[Judged] = []
    notes: list[str] = []
    for pair in sorted(pairs):
        said = {squeezed(f["header"]): f for f in given.get(pair, ())}
        for header in headers:
            one = said.get(header)
            if one is None:
                counts["unseen"] += 1
                continue
            differs = (pair[0], header) in differing
            outcome = OUTCOMES[differs, one["verdict"]]
            judged.append(Judged(one["probability"], not differs))
            if outcome:
                counts[outcome] += 1
            if outcome in ("missed", "false_flags"):
                name = "MISSED" if differs else "false flag"
                notes.append(
                    f"{name}: row {pair[0]}, {header}: electronic {one['electronic']!r}, scan {one['scan']!r}, "
                    f"probability {one['probability']:.4f}"
                )
    absent, false = _findings(truth, result)
    notes += [f"finding missed: {code}" for code in absent] + [f"finding without cause: {code}" for code in false]
    rows = {"row_errors": len(expected ^ set(given)), "findings_missed": len(absent), "findings_false": len(false)}
    return Score(Figures(**base, **counts, **rows, seconds=seconds), tuple(judged), tuple(notes))


OUTCOMES = {
    (True, "match"): "missed",
    (True, "mismatch"): "flagged",
    (True, "unsure"): "deferred",
    (False, "match"): "",
    (False, "mismatch"): "false_flags",
    (False, "unsure"): "unsure",
}
"""By whether the cell differs, and the verdict."""


def squeezed(text: str) -> str:
    """The text in one width, without white space: headers are compared so."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def _findings(truth: dict[str, Any], result: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Codes of findings that should have come and didn't, and that came without cause."""
    wanted = {"missing": {"seal-missing"}, "other": {"seal-mismatch"}}.get(truth["seal"], set())
    if truth["letter"] and truth["letter_count"] != truth["scan_count"]:
        wanted = wanted | {"letter-count-mismatch"}
    given = {f["code"] for f in result["findings"]} & SCORED_FINDINGS
    return sorted(wanted - given), sorted(given - wanted)


def missed_rate_bound(missed: int, differing: int, confidence: float = 0.95) -> float:
    """The one-sided upper bound on the share of differing cells that are missed (Clopper and Pearson, 1934).

    With none missed of n it is 1 - 0.05^(1/n), near 3/n. Cells of one scan share its faults, so that the true bound
    is somewhat higher.
    """
    from scipy.stats import beta

    if differing == 0 or missed >= differing:
        return 1.0
    return float(beta.ppf(confidence, missed + 1, differing - missed))


@dataclass(frozen=True)
class Bin:
    """The cells whose probability lies within two bounds."""

    low: float
    high: float
    cells: int
    said: float
    """Mean of the probability."""
    agreeing: float
    """Share of the cells that really agree. Calibrated, it is what was said."""


BIN_EDGES = (0.0, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 1.0)


def reliability(judged: Iterable[Judged]) -> list[Bin]:
    """The cells by probability, empty bins left out; the last bin holds 1.0 too."""
    cells = list(judged)
    bins = []
    for low, high in zip(BIN_EDGES, BIN_EDGES[1:], strict=False):
        inside = [c for c in cells if low <= c.probability < high or (high == 1.0 == c.probability)]
        if inside:
            said = sum(c.probability for c in inside) / len(inside)
            bins.append(Bin(low, high, len(inside), said, sum(c.agrees for c in inside) / len(inside)))
    return bins
