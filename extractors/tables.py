"""The one table model that every reader fills: cells with text, typed value, place and spans."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

Value = str | int | float | Decimal | bool | datetime.date | datetime.datetime | None


@dataclass(frozen=True)
class Box:
    """A rectangle on a page of a PDF, in PDF points, origin at the top left of the page as a viewer shows it."""

    page: int
    """1-based page number."""
    x0: float
    y0: float
    x1: float
    y1: float

    def meets(self, other: Box) -> bool:
        """Whether the two have a part of a page in common."""
        across = min(self.x1, other.x1) > max(self.x0, other.x0)
        return self.page == other.page and across and min(self.y1, other.y1) > max(self.y0, other.y0)

    def as_list(self) -> list[float]:
        """The four coordinates, rounded to a tenth of a point, as RESULTS.md wants them."""
        return [round(v, 1) for v in (self.x0, self.y0, self.x1, self.y1)]


class Read(NamedTuple):
    """A reading of a cell's image, and how sure it is."""

    text: str
    doubt: float
    """Nats by which it stands above its nearest rival."""
    alike: float
    """Nats by which its characters stand above others that print alike (天 and 夭): a recogniser that knows the
    language prefers the usual one, so that these need a margin of their own."""


class Evidence(Protocol):
    """What the image of a cell says for and against a text."""

    @property
    def text(self) -> str:
        """The independent first reading."""
        ...

    @property
    def unrestricted(self) -> str:
        """The reading over every character that the recogniser knows."""
        ...

    @property
    def sealed(self) -> float:
        """The share of the cell's text lines over which a seal can't be told from print, 0 to 1."""
        ...

    @property
    def altered(self) -> bool:
        """Whether the cell looks changed by hand: a stroke through its print, or ink of another colour."""
        ...

    @property
    def unclear(self) -> bool:
        """Whether the page's image is too coarse for any verdict, or a part of it is lost."""
        ...

    def read(self, allowed: frozenset[str] | None = None, also: str = "") -> Read:
        """A reading where only some characters are possible.

        Args:
            allowed: the possible characters; by default those that Chinese forms commonly hold.
            also: a text whose rare characters (浉 of 浉河区) are possible too.
        """
        ...

    def loss(self, hypotheses: Sequence[str]) -> list[float]:
        """For each text, the CTC negative log probability (nats) of that text given the image."""
        ...

    def followed_by(self, other: Evidence) -> Evidence:
        """The evidence of a cell that a page break cut in two."""
        ...


@dataclass(frozen=True)
class Cell:
    """One cell of a table."""

    row: int
    """0-based row of the grid."""
    column: int
    """0-based column of the grid."""
    text: str
    """The text as written (or as printed, where the format knows how a value is shown)."""
    row_span: int = 1
    column_span: int = 1
    value: Value = None
    """The stored value where the format has types (xlsx), else None."""
    place: str = ""
    """Such as ``Sheet1!C7`` or ``table 1, row 5, column 3``; empty for a scan."""
    box: Box | None = None
    """Where the cell stands on its page; None for formats without pages."""
    evidence: Evidence | None = None
    """For a scan, the image evidence; None otherwise."""
    belied: bool = False
    """Whether its page shows something else than this text, see `extractors.pdf_shown`."""


@dataclass(frozen=True)
class Table:
    """A grid of cells. A merged cell stands once, at its top left, with its spans."""

    cells: tuple[Cell, ...]
    rows: int
    columns: int
    name: str = ""
    """The sheet's name, or ``table 1``; for a scan ``page 2``."""
    page: int | None = None
    """1-based page the table starts on, for paged formats."""

    def at(self) -> dict[tuple[int, int], Cell]:
        """Each grid position to the cell that covers it, spans filled in."""
        covered: dict[tuple[int, int], Cell] = {}
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    covered.setdefault((row, column), cell)
        return covered


@dataclass(frozen=True)
class TextLine:
    """A line or paragraph of text outside tables, in reading order."""

    text: str
    box: Box | None = None


FULL, ACROSS_PAGES = "full", "across-pages"
"""Kinds of seal. The second is a slice of one that is stamped over the fanned edges of all pages (骑缝章): it says that
they belong together, and not that the form is sealed."""


@dataclass(frozen=True)
class Seal:
    """A round seal found on a page of a scan."""

    box: Box
    text: str
    """What was read along the arc, as read; may be empty."""
    probability: float
    """That this is a seal, 0 to 1."""
    kind: str = FULL
    """`FULL` (if partly off the page) or `ACROSS_PAGES`."""
    ink: str = "red"
    """``red``, ``grey`` or ``black``."""
    clearness: float = 6.0
    """Nats by which the characters of the text stand above their rivals on average, 6 at most."""
    evidence: Evidence | None = field(default=None, compare=False)
    """What the image of the arc says for and against a name."""


class SignatureState(StrEnum):
    """What a file shows of one of its digital signatures; whether its certificate is to be trusted is not asked."""

    INTACT = "intact"
    """The file is as it was signed, further signatures and what archiving adds apart."""
    CHANGED = "changed"
    """Something was added or changed in a later part of the file: pages, texts, fields of a form."""
    BROKEN = "broken"
    """The bytes that were signed are no longer those, or the signature was made with another key."""
    UNREADABLE = "unreadable"
    """Damaged, or made in a way (an algorithm, a format) that can't be checked here."""


@dataclass(frozen=True)
class Signature:
    """A digital signature of a PDF."""

    signer: str
    """The certificate's common name, else its organisation; empty where it can't be read."""
    organisation: str
    time: str
    """ISO date and time with offset, as the signer's machine had it; empty where there is none."""
    state: SignatureState
    self_signed: bool = False
    """Whether the certificate's owner issued it himself."""


@dataclass(frozen=True)
class Page:
    """One page of a paged document."""

    number: int
    """1-based."""
    width: float
    """Points, as a viewer shows the page."""
    height: float
    turn: int = 0
    """Degrees clockwise (0, 90, 180, 270) by which the page must be turned to stand upright."""


@dataclass(frozen=True)
class Notice:
    """Something a reader saw and could not or should not swallow; becomes a finding."""

    code: str
    severity: str
    """``error``, ``warning`` or ``info``."""
    params: dict[str, str] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True)
class Document:
    """What a reader makes of one file."""

    kind: str
    """``xlsx``, ``xls``, ``docx``, ``pdf`` (born digital), ``scan``."""
    tables: tuple[Table, ...] = ()
    lines: tuple[TextLine, ...] = ()
    pages: tuple[Page, ...] = ()
    seals: tuple[Seal, ...] = ()
    notices: tuple[Notice, ...] = ()
    signatures: tuple[Signature, ...] = ()
