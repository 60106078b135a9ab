"""The reviewer's page: every mismatch and doubt with the crop of the scan beside the electronic value.

One HTML file that needs nothing else: no script, no address outside, pictures as data URIs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extractors.i18n import _
from extractors.tables import Box
from pipeline.model import Finding, Letter, Reconciliation, SealResult, Verdict
from pipeline.places import electronic_place
from pipeline.reports.difference import Piece, marked
from pipeline.reports.info import DocumentInfo, SubmissionInfo
from pipeline.reports.pictures import PagePicture, Scan
from pipeline.reports.points import FieldPoint, field_points, findings_beside_fields, for_sender
from pipeline.reports.records_table import RecordsTable, records_table
from pipeline.reports.rendering import render
from pipeline.reports.stable import write_whole
from pipeline.reports.text import place_text, scan_place, severity_text, shown

MOST_PAGES = 40
"""Pages of the scan that are shown whole; a form of this call has one to five."""
SEAL_MARGIN = 8.0
"""Points around a seal's crop."""


@dataclass(frozen=True)
class Card:
    """One field to look at."""

    anchor: str
    number: int
    row: int
    key: str
    header: str
    electronic: tuple[Piece, ...]
    scan: tuple[Piece, ...]
    picture: bytes | None
    probability: float
    electronic_place: str
    scan_place: str


@dataclass(frozen=True)
class FindingLine:
    """One finding beside the fields."""

    severity: str
    severity_text: str
    message: str
    place: str
    sender: bool
    code: str
    picture: bytes | None


@dataclass(frozen=True)
class SealView:
    """One seal with its picture."""

    text: str
    department: str | None
    page: int
    probability: float
    picture: bytes | None


@dataclass(frozen=True)
class Mark:
    """A rectangle on the picture of a page, in percent of it, that leads to a card."""

    left: float
    top: float
    width: float
    height: float
    kind: str
    anchor: str
    title: str


@dataclass(frozen=True)
class PageView:
    """A page of the scan with its marks."""

    number: int
    picture: bytes
    sideways: bool
    marks: tuple[Mark, ...]


def write_page(
    path: Path, info: SubmissionInfo | None, reconciliation: Reconciliation | None, scan_path: Path | None
) -> None:
    """Writes the reviewer's page (HTML).

    Args:
        path: where to; an older page there is replaced.
        info: the submission; None where two files are compared by themselves.
        reconciliation: None where there was nothing to compare.
        scan_path: the PDF that the pictures are cut from; None for a page without pictures.
    """
    with Scan(scan_path, reconciliation.page_turns if reconciliation else {}) as scan:
        write_whole(path, _html(info, reconciliation, scan))


def _html(info: SubmissionInfo | None, reconciliation: Reconciliation | None, scan: Scan) -> bytes:
    cards = {
        verdict.value: [_card(n, p, verdict, scan) for n, p in enumerate(field_points(reconciliation, verdict), 1)]
        for verdict in (Verdict.MISMATCH, Verdict.UNSURE)
    }
    table: RecordsTable | None = records_table(reconciliation) if reconciliation else None
    return render(
        "page.html",
        info=info,
        reconciliation=reconciliation,
        title=_title(info, reconciliation),
        documents=_documents(info, reconciliation),
        letter=_letter(reconciliation),
        matches=reconciliation.count(Verdict.MATCH) if reconciliation else 0,
        cards=cards,
        findings=[_finding(f, scan) for f in findings_beside_fields(info, reconciliation)],
        seals=[_seal(s, scan) for s in (reconciliation.seals if reconciliation else ())],
        pages=_pages(reconciliation, scan) if reconciliation else [],
        table=table,
    )


def _title(info: SubmissionInfo | None, reconciliation: Reconciliation | None) -> str:
    if info and info.department:
        return info.department
    letter = reconciliation.letter if reconciliation else None
    if letter and letter.department:
        return letter.department
    seals = [s.department for s in reconciliation.seals if s.department] if reconciliation else []
    if seals:
        return seals[0]
    return _("（报送单位待确认）") if info else _("两份材料的比对")


def _documents(info: SubmissionInfo | None, reconciliation: Reconciliation | None) -> list[DocumentInfo]:
    if info and info.documents:
        return list(info.documents)
    if reconciliation is None:
        return []
    scan, electronic = reconciliation.scan, reconciliation.electronic
    return [
        DocumentInfo(scan.name, scan.sha256, "scan"),
        DocumentInfo(electronic.name, electronic.sha256, "electronic"),
    ]


def _letter(reconciliation: Reconciliation | None) -> Letter | None:
    """What the cover letter says, None where it says nothing."""
    letter = reconciliation.letter if reconciliation else None
    return None if letter == Letter() else letter


def _card(number: int, point: FieldPoint, verdict: Verdict, scan: Scan) -> Card:
    field = point.field
    left, right = marked(field.electronic, field.scan)
    return Card(
        anchor=f"{verdict.value}-{number}",
        number=number,
        row=point.row,
        key=point.record.key,
        header=field.header,
        electronic=left or (Piece(shown(""), True),),
        scan=right or (Piece(shown(""), True),),
        picture=scan.crop(field.where.scan),
        probability=field.probability,
        electronic_place=electronic_place(field.where.electronic),
        scan_place=scan_place(field.where.scan),
    )


def _finding(finding: Finding, scan: Scan) -> FindingLine:
    return FindingLine(
        severity=finding.severity.value,
        severity_text=severity_text(finding.severity),
        message=finding.message,
        place=place_text(finding.where),
        sender=for_sender(finding),
        code=finding.code,
        picture=scan.crop(finding.where.scan) if finding.where else None,
    )


def _seal(seal: SealResult, scan: Scan) -> SealView:
    picture = scan.crop(seal.box, SEAL_MARGIN)
    return SealView(seal.text, seal.department, seal.box.page, seal.probability, picture)


def _pages(reconciliation: Reconciliation, scan: Scan) -> list[PageView]:
    boxes: list[tuple[Box, str, str, str]] = []
    for verdict in (Verdict.UNSURE, Verdict.MISMATCH):
        for number, point in enumerate(field_points(reconciliation, verdict), 1):
            if point.field.where.scan:
                title = f"{point.record.key} · {point.field.header}"
                boxes.append((point.field.where.scan, verdict.value, f"{verdict.value}-{number}", title))
    boxes += [(s.box, "seal", "seals", s.department or s.text) for s in reconciliation.seals]
    return [_page(p, boxes) for p in scan.pages(MOST_PAGES)]


def _page(picture: PagePicture, boxes: list[tuple[Box, str, str, str]]) -> PageView:
    marks = tuple(
        Mark(*picture.place(box), kind, anchor, title)
        for box, kind, anchor, title in boxes
        if box.page == picture.number
    )
    across, down = picture.width, picture.height
    if picture.turn % 180:
        across, down = down, across
    return PageView(picture.number, picture.jpeg, across > down, marks)
