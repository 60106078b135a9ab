"""One labelled submission as files: scan.pdf, electronic.*, message.eml and truth.json, in a folder of its own."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from PIL import Image

from samples import alterations, degrade, layouts, printing, scans
from samples.content import Content, make_content
from samples.documents import write_document, write_letter
from samples.messages import Attachment, Envelope, write_message
from samples.plans import Plan
from samples.sheets import write_sheet

CHINA = timezone(timedelta(hours=8))
SHEET_NAMES = ("Sheet1", "附件3", "汇总表")


def make_cases(plans: Sequence[Plan], out: Path, report: Callable[[str], None] = lambda _: None) -> None:
    """Writes one folder per plan into `out`. `report` is told each finished case's id.

    Raises RuntimeError where LibreOffice or a font is not there to print.
    """
    printing.require_fonts(plan.font for plan in plans)
    with tempfile.TemporaryDirectory(prefix="samples-") as name:
        work = Path(name)
        contents = [make_content(plan) for plan in plans]
        prints: list[Path] = []
        sheets: list[Path] = []
        for plan, content in zip(plans, contents, strict=True):
            prints += _write_prints(plan, content, work)
            folder = out / plan.id
            folder.mkdir(parents=True, exist_ok=True)
            sheets += _write_electronic(plan, content, folder, work)
        printing.convert(prints, "pdf", work)
        for sheet in printing.convert(sheets, "xls", work / "xls"):
            sheet.replace(out / sheet.stem / "electronic.xls")
        for plan, content in zip(plans, contents, strict=True):
            _finish(plan, content, work, out / plan.id)
            report(plan.id)


def _write_prints(plan: Plan, content: Content, work: Path) -> list[Path]:
    """Writes what is to be printed: the letter, where there is one, and the form."""
    form = work / f"{plan.id}-form.{plan.printed_as}"
    if plan.printed_as == "docx":
        write_document(content.printed, form)
    else:
        write_sheet(content.printed, form, rows_per_page=layouts.arrangement(plan.layout).rows_per_page)
    if content.letter is None:
        return [form]
    letter = work / f"{plan.id}-letter.docx"
    write_letter(content.letter, letter)
    return [letter, form]


def _write_electronic(plan: Plan, content: Content, folder: Path, work: Path) -> list[Path]:
    """Writes the electronic copy; gives the sheet that LibreOffice has yet to turn into .xls, if any."""
    rng = random.Random(f"{plan.seed}/electronic")
    if plan.electronic == "docx":
        write_document(content.electronic, folder / "electronic.docx")
        return []
    if plan.electronic == "xlsx":
        write_sheet(content.electronic, folder / "electronic.xlsx", rng.choice(SHEET_NAMES))
        return []
    sheet = work / f"{plan.id}.xlsx"
    write_sheet(content.electronic, sheet, rng.choice(SHEET_NAMES))
    return [sheet]


def _finish(plan: Plan, content: Content, work: Path, folder: Path) -> None:
    form_pdf = work / f"{plan.id}-form.pdf"
    names = [str(row[content.headers[1]]) for row in content.scan_rows]
    pages = scan_pages(plan, content, work)
    scans.write_pdf(pages, folder / "scan.pdf")
    truth = make_truth(plan, content, len(pages), len(scans.table_pages(form_pdf, names)))
    if plan.alterations:
        truth["altered"] = [change.truth() for change in changes_by_hand(plan, content, work)]
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    attachments = name_attachments(plan, folder)
    message = write_message(default_envelope(plan), attachments, plan.names, plan.wrapping)
    (folder / "message.eml").write_bytes(message)


def scan_pages(plan: Plan, content: Content, work: Path) -> list[scans.ScannedPage]:
    """The printed pages, sealed and worn as the plan says."""
    rng = random.Random(f"{plan.seed}/scan")
    profile = degrade.PROFILES[plan.profile]
    wear = degrade.choose_wear(rng, profile, plan.light)
    clean = scans.render(work / f"{plan.id}-form.pdf", profile.dpi)
    clean = alterations.drawn(clean, changes_by_hand(plan, content, work), profile.dpi)
    if content.page_order and len(content.page_order) != len(clean):
        raise RuntimeError(f"{plan.id}: printed on {len(clean)} pages, not {len(content.page_order)}")
    if plan.sealer is not None:
        clean = scans.seal_form(rng, clean, plan.sealer, plan.seal_place, profile.dpi)
    letter: list[Image.Image] = []
    if content.letter is not None:
        letter = scans.render(work / f"{plan.id}-letter.pdf", profile.dpi)
        if plan.letter_sealed:
            letter[-1] = scans.seal_letter(rng, letter[-1], plan.sealer or plan.department.name, profile.dpi)
    happened = layouts.arrangement(plan.layout).pages
    clean = letter + scans.laid(clean, content.page_order, backs=happened == "backs")
    points = 72 / profile.dpi if plan.right_size else 0.75
    rotate = (360 - wear.turn) % 360 if plan.rotate_key else 0
    worn = [degrade.degrade(rng, page, profile, wear) for page in clean]
    if happened == "turned":
        at = random.Random(f"{plan.seed}/pages").randrange(len(letter), len(worn))
        worn[at] = worn[at].rotate(180)
    return [scans.ScannedPage(page, wear.jpeg_quality, points, rotate) for page in worn]


def changes_by_hand(plan: Plan, content: Content, work: Path) -> list[alterations.Change]:
    """What was changed by hand on the printed form, as the plan says."""
    if not plan.alterations:
        return []
    cells = alterations.printed_cells(work / f"{plan.id}-form.pdf", content.scan_rows)
    return alterations.choose(random.Random(f"{plan.seed}/alterations"), cells, plan.alterations)


def make_truth(plan: Plan, content: Content, pages: int, table_pages: int) -> dict[str, Any]:
    """What is true of the submission, in the keys of truth.json."""
    copies = content.copies
    return {
        "id": plan.id,
        "department": plan.department.name,
        "region": plan.department.region,
        "profile": plan.profile,
        "font": plan.font,
        "layout": plan.layout,
        "printed_as": plan.printed_as,
        "print_style": plan.print_style,
        "pages": pages,
        "table_pages": table_pages,
        "letter": plan.letter,
        "letter_count": content.letter_count,
        "letter_number": content.letter.number if content.letter else None,
        "scan_count": len(content.scan_rows),
        "electronic_count": len(content.electronic_rows),
        "seal": plan.seal,
        "sealer": plan.sealer,
        "seal_on_table": plan.seal != "missing" and plan.seal_place != "department",
        "seal_place": plan.seal_place if plan.seal != "missing" else None,
        "electronic": f"electronic.{plan.electronic}",
        "headers": list(content.headers),
        "pairs": [list(pair) for pair in copies.pairs],
        "missing_in_scan": copies.missing_in_scan,
        "missing_in_electronic": copies.missing_in_electronic,
        "cells": [asdict(cell) for cell in copies.cells],
        "scan_rows": list(content.scan_rows),
        "electronic_rows": list(content.electronic_rows),
    }


def name_attachments(plan: Plan, folder: Path) -> list[Attachment]:
    """The two copies under the names that senders give them."""
    region = plan.department.region
    scan = Attachment(f"附件3（盖章扫描件）-{region}.pdf", (folder / "scan.pdf").read_bytes())
    data = (folder / f"electronic.{plan.electronic}").read_bytes()
    electronic = Attachment(f"附件3 省级或重点培育中试平台名录及储备建设情况（{region}）.{plan.electronic}", data)
    return [scan, electronic]


def default_envelope(plan: Plan) -> Envelope:
    """Sender, subject and date as most messages have them."""
    rng = random.Random(f"{plan.seed}/message")
    department = plan.department
    sent = datetime(2024, 10, rng.randrange(8, 16), rng.randrange(8, 18), rng.randrange(60), tzinfo=CHINA)
    return Envelope(
        sender_name=f"{department.name}科技处",
        sender_address=f"kjc{department.code[:4]}@example.gov.cn",
        subject=f"{department.name}报送中试平台名录及储备建设情况",
        date=format_datetime(sent),
        message_id=f"{plan.id}.{department.code}@example.gov.cn",
        body=f"您好：\r\n现将我{department.own_word}中试平台名录及储备建设情况（电子版及盖章扫描件）报上，请查收。\r\n",
        charset=rng.choice(("utf-8", "utf-8", "gb2312")),
    )
