"""``zhongshi status``: the reporting bodies, who has reported, who is late, what is open."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from extractors.i18n import _
from flows.commands.ledger import ledger_of
from flows.commands.settings import settings_for
from flows.screen import is_wide, out, table
from flows.submission_table import SHORTEST_NAME, state_text
from pipeline.calls.call import CHINA, Call
from pipeline.calls.catalogue import call
from pipeline.database.jobs import BodyRow
from pipeline.database.states import State, name_of


def show_status(workspace: Path | None) -> int:
    """Prints the table and a closing line; returns the exit code."""
    from pipeline.database.overview import body_rows, passed_over, unassigned, unrelated_messages

    settings = settings_for(workspace=workspace)
    closing = []
    for id in settings.running:
        asked, rows = call(id), body_rows(ledger_of(settings), id)
        if len(settings.running) > 1:
            out().print(Text(f"{asked.title}（{asked.notice or asked.id}）", "bold"), soft_wrap=True)
        _print_table(rows)
        for lone in unassigned(ledger_of(settings), id):
            line = _("报送单位待定：{name}（{state}）").format(name=lone.message_name, state=name_of(lone.state))
            out().print(line, style="yellow", soft_wrap=True)
        closing.append((rows, asked))
    unrelated = len(unrelated_messages(ledger_of(settings)))
    if unrelated:
        out().print(_("与报送无关的邮件 {count} 封（清单见总览）。").format(count=unrelated), style="dim")
    skipped = passed_over(ledger_of(settings))
    if skipped:
        out().print(_("按邮箱规则未收的邮件 {count} 封。").format(count=skipped), style="dim")
    for rows, asked in closing:
        _print_closing(rows, asked, datetime.datetime.now(CHINA).date(), len(closing) > 1)
    return 0


def _print_table(rows: Sequence[BodyRow]) -> None:
    counted = (_("迟报"), _("待处理"), _("在库平台"))
    made = table(_("报送单位"), _("收到"), _("状态"), *counted, numbers=counted)
    made.columns[0].min_width = SHORTEST_NAME
    made.columns[2].no_wrap = True
    for row in rows:
        name = row.department if is_wide() else row.region
        received = "" if row.received_at is None else f"{row.received_at.astimezone(CHINA):%Y-%m-%d}"
        late = _("{days} 天").format(days=row.days_late) if row.days_late else ""
        state = Text(_("未报送"), "dim") if not row.reported else state_text(row.state or State.SUPERSEDED)
        made.add_row(
            Text(name, "" if row.reported else "dim"),
            received,
            state,
            Text(late, "red"),
            Text(str(row.open_findings or ""), "yellow"),
            str(row.platforms or ""),
        )
    out().print(made)


def _print_closing(rows: Sequence[BodyRow], asked: Call, today: datetime.date, several: bool) -> None:
    reported = sum(r.reported for r in rows)
    incomplete = sum(r.incomplete for r in rows)
    of_these = _("（其中材料不全 {count}）").format(count=incomplete) if incomplete else ""
    late = sum(r.days_late > 0 for r in rows)
    line = _("{total} 个报送单位：已报送 {reported}{of_these}，未报送 {missing}，迟报 {late}。").format(
        total=len(rows), reported=reported, of_these=of_these, missing=len(rows) - reported, late=late
    )
    overdue = (today - asked.deadline).days
    passed = _("（已过 {days} 天）").format(days=overdue) if overdue > 0 else ""
    whose = f"{asked.notice or asked.id}：" if several else ""
    out().print(whose + line + _("截止日期 {deadline}").format(deadline=asked.deadline) + passed + _("。"))
