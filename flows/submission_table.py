"""The table of submissions: one line each, from 80 columns up."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from extractors.i18n import _
from flows.screen import is_wide, table
from pipeline.database.jobs import SubmissionRow
from pipeline.database.states import State, name_of
from pipeline.model import Severity
from pipeline.reports.overview import short_region

SHORTEST_NAME = 12
"""Columns that a name keeps beside long headers: six Chinese characters."""
STATE_STYLES = {State.LOADED: "green", State.WAITING: "yellow", State.INCOMPLETE: "red", State.FAILED: "bold red"}
"""All others are dim."""


def submission_table(rows: Sequence[SubmissionRow]) -> Table:
    """One line per submission; names and paths in full where the screen is wide, else the region and the number."""
    counted = (_("文件数"), _("记录数"), _("一致"), _("不一致"), _("存疑"), _("问题数"))
    made = table(_("报送单位"), *counted, _("状态"), _("报告") if is_wide() else _("编号"), numbers=counted)
    made.columns[0].min_width = SHORTEST_NAME
    made.columns[-1].no_wrap = made.columns[-2].no_wrap = True
    for row in rows:
        made.add_row(
            body_name(row),
            str(row.documents),
            _number(row.records),
            _number(row.match),
            _number(row.mismatch, "red"),
            _number(row.unsure, "yellow"),
            _number(sum(f.severity is not Severity.INFO for f in row.findings), "yellow"),
            state_text(row.state),
            Text(report_of(row)),
        )
    return made


def body_name(row: SubmissionRow) -> Text:
    """The reporting body, with a number where a message submits several forms."""
    known = row.department if is_wide() else row.region or row.department
    if known and row.part is not None and not is_wide():
        known = short_region(known)  # a whole region's name and the number don't fit
    name = Text(known) if known else Text(_("报送单位待定"), "dim")
    return name if row.part is None else name.append(f"（{row.part}）", "dim")


def state_text(state: State) -> Text:
    """A state in its colour."""
    return Text(name_of(state), STATE_STYLES.get(state, "dim"))


def report_of(row: SubmissionRow) -> str:
    """The submission's page, relative to the workspace; its number where it has none or the screen is narrow."""
    path = row.reports.get("page") or next(iter(row.reports.values()), "")
    return path if path and is_wide() else f"{row.submission_id:05d}"


def _number(count: int, style: str = "") -> Text:
    return Text(str(count), style) if count else Text("0", "dim")
