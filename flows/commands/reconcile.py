"""``zhongshi reconcile``: compares two files, without mailbox, database or Prefect."""

from __future__ import annotations

import json
from pathlib import Path

from rich.text import Text

from extractors.errors import StorageError, UsageError
from extractors.i18n import _
from extractors.tables import ACROSS_PAGES
from flows.screen import SEVERITY_STYLES, VERDICT_STYLES, is_wide, out, severity_name, table, unbroken, verdict_name
from pipeline.model import Finding, Reconciliation, Severity, Verdict

DIFFERENCES = 1
"""Exit code: there is something to look at."""
SHOWN_BY_FIELD = frozenset({"field-mismatch"})
"""Findings that repeat a field's verdict; the table of fields shows them already."""


def reconcile_files(
    scan: Path,
    electronic: Path,
    department: str | None,
    json_out: Path | None,
    html_out: Path | None,
    call_id: str | None = None,
) -> int:
    """Compares, prints, writes; returns the exit code.

    Raises:
        UsageError: file-missing, setting-wrong.
        UnreadableFileError: either file can't be read.
        StorageError: an output can't be written.
    """
    for path in (scan, electronic):
        if not path.is_file():
            raise UsageError("file-missing", name=str(path))
    from flows.commands.settings import settings_for
    from pipeline.logs import quiet
    from pipeline.reconcile.reconcile import reconcile

    quiet()
    settings = settings_for(call=call_id)
    target = settings.target_missed_rate
    result = reconcile(scan, electronic, department=department, target_missed_rate=target, call_id=settings.call)
    if json_out is not None:
        text = json.dumps(result.to_json(), ensure_ascii=False, indent=1) + "\n"
        _write(json_out, text)
    if html_out is not None:
        _write_page(html_out, result, scan)
    show(result)
    for written in (json_out, html_out):
        if written is not None:
            out().print(_("已写入 {path}").format(path=written), soft_wrap=True)
    return DIFFERENCES if needs_somebody(result) else 0


def needs_somebody(result: Reconciliation) -> bool:
    """Whether any field differs or is in doubt, or any finding is more than a hint."""
    doubtful = result.count(Verdict.MISMATCH) + result.count(Verdict.UNSURE)
    return doubtful > 0 or any(f.severity is not Severity.INFO for f in result.findings)


def show(result: Reconciliation) -> None:
    """Prints a summary, each mismatch and doubt with both values, findings, seals and the letter."""
    pages = _("（{pages} 页）").format(pages=result.scan.pages) if result.scan.pages else ""
    out().print(Text(_("盖章扫描件：")) + result.scan.name + pages, soft_wrap=True)
    out().print(Text(_("电子版：")) + result.electronic.name, soft_wrap=True)
    _show_counts(result)
    _show_fields(result)
    _show_findings([f for f in result.findings if f.code not in SHOWN_BY_FIELD])
    _show_seals_and_letter(result)


def _show_counts(result: Reconciliation) -> None:
    fields = sum(len(r.fields) for r in result.records)
    line = Text(_("平台 {records} 个，字段 {fields} 个：").format(records=len(result.records), fields=fields))
    for verdict in Verdict:
        count = result.count(verdict)
        line.append(f"{verdict_name(verdict)} {count}  ", VERDICT_STYLES[verdict] if count else "dim")
    out().print(line)


def _show_fields(result: Reconciliation) -> None:
    open_fields = [(r, f) for r in result.records for f in r.fields if f.verdict is not Verdict.MATCH]
    if not open_fields:
        return
    head = (_("结论"), _("行"), _("平台"), _("栏目"), _("电子版"), _("盖章扫描件"))
    made = table(*head, numbers=(_("行"),))
    made.columns[0].no_wrap = True
    made.columns[2].max_width = 40 if is_wide() else 16
    for record, field in open_fields:
        row = record.electronic_row or record.scan_row or ""
        verdict = Text(verdict_name(field.verdict), VERDICT_STYLES[field.verdict])
        made.add_row(verdict, str(row), Text(record.key), Text(field.header), Text(field.electronic), Text(field.scan))
    out().print(made)


def _show_findings(findings: list[Finding]) -> None:
    if not findings:
        return
    made = table(_("程度"), _("问题"))
    made.columns[0].no_wrap = True
    for finding in sorted(findings, key=lambda f: list(Severity).index(f.severity)):
        severity = Text(severity_name(finding.severity), SEVERITY_STYLES[finding.severity])
        made.add_row(severity, Text(unbroken(finding.message)))
    out().print(made)


def _show_seals_and_letter(result: Reconciliation) -> None:
    for seal in result.seals:
        owner = seal.department or _("未能辨认单位")
        line = _("印章：第 {page} 页，{owner}，把握 {share}")
        if seal.kind == ACROSS_PAGES:
            line = _("骑缝章：第 {page} 页，{owner}，把握 {share}")
        text = line.format(page=seal.box.page, owner=owner, share=f"{seal.probability:.0%}")
        out().print(text, soft_wrap=True)
    if result.letter is not None:
        letter = result.letter
        count = "" if letter.count is None else _("{count} 个平台").format(count=letter.count)
        said = [part for part in (letter.department, letter.number, letter.date, count) if part]
        if said:
            out().print(_("来函：") + _("，").join(said), soft_wrap=True)


def _write_page(path: Path, result: Reconciliation, scan: Path) -> None:
    from pipeline.reports.page import write_page

    try:
        write_page(path, None, result, scan)
    except OSError as theirs:
        raise StorageError("output-unwritable", name=str(path), reason=theirs.strerror or str(theirs)) from theirs


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as theirs:
        raise StorageError("output-unwritable", name=str(path), reason=theirs.strerror or str(theirs)) from theirs
