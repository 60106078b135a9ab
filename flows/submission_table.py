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

SHORTEST_NAME = 12
"""Columns that a name keeps beside long headers: six Chinese characters."""
STATE_STYLES = {State.LOADED: "green", State.WAITING: "yellow", State.INCOMPLETE: "red", State.FAILED: "bold red"}
"""All others are dim."""


def submission_table(rows: Sequence[SubmissionRow]) -> Table:
    """One line per submission; names in full where the screen is wide, else the region."""
    counted = (_("文件数"), _("记录数"), _("一致"), _("不一致"), _("存疑"), _("问题数"))
    made = table(_("报送单位"), *counted, _("状态"), _("报告"), numbers=counted)
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
    """The reporting body, or the message's name where it isn't known."""
    known = row.department if is_wide() else row.region or row.department
    return Text(known) if known else Text(row.message_name, "dim")


def state_text(state: State) -> Text:
    """A state in its colour."""
    return Text(name_of(state), STATE_STYLES.get(state, "dim"))


def report_of(row: SubmissionRow) -> str:
    """The submission's page, relative to the workspace; on a narrow screen only its number, as the folder is named."""
    path = row.reports.get("page") or next(iter(row.reports.values()), "")
    return path if is_wide() else path.rpartition("/")[0].rpartition("/")[2]


def _number(count: int, style: str = "") -> Text:
    return Text(str(count), style) if count else Text("0", "dim")
