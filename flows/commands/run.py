"""``zhongshi run``: the main job, with a progress bar while it works and a table at the end."""

from __future__ import annotations

from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from extractors.i18n import _
from flows.commands.outbox import show_report
from flows.commands.settings import settings_for
from flows.run import IMAP, RunSummary, run_mailbox
from flows.screen import err, out
from flows.submission_table import submission_table
from pipeline.model import Severity

FAILED = 5
"""Exit code: a passing fault outlasted the retries; the next run tries again."""


def run_source(source: str, workspace: Path | None, workers: int | None) -> int:
    """Runs, prints, returns the exit code."""
    settings = settings_for(workspace=workspace, workers=workers)
    with _Bar() as bar:
        summary = run_mailbox(source, settings, bar)
    show(summary, settings.workspace)
    return FAILED if summary.failed or summary.unread else 0


def show(summary: RunSummary, workspace: Path) -> None:
    """Prints what was taken in, the table, what the sender has to mend, and where the overview is."""
    intake = summary.intake
    for error in summary.unread:
        out().print(Text(error.message, "red"), soft_wrap=True)
    rows = summary.rows_of_run()
    if rows:
        out().print(submission_table(rows))
        _show_unusable(summary)
    elif not summary.messages and summary.source != IMAP:
        out().print(_("“{name}”中没有邮件。请检查路径。").format(name=summary.source), style="yellow")
    elif summary.source == IMAP:
        if not summary.unread:
            out().print(_("邮箱中没有新的报送。"))
    else:
        out().print(_("没有新的报送：{known} 封邮件此前均已处理，未重复比对，未重复入库。").format(known=intake.known))
    parts = [_("收到新邮件 {count} 封").format(count=intake.messages + intake.duplicates)]
    if intake.unrelated:
        parts.append(_("与报送无关 {count} 封").format(count=intake.unrelated))
    if intake.known:
        parts.append(_("此前已处理 {count} 封").format(count=intake.known))
    if intake.duplicates:
        parts.append(_("重复 {count} 封").format(count=intake.duplicates))
    if intake.damaged:
        parts.append(_("有损坏 {count} 封").format(count=intake.damaged))
    parts.append(_("培育库现有平台 {count} 个").format(count=summary.library_size))
    parts.append(_("用时 {seconds} 秒").format(seconds=f"{summary.seconds:.0f}"))
    out().print(_("，").join(parts) + _("。"))
    show_report(summary.answers)
    if summary.failed:
        out().print(_("有 {count} 件未能处理，下次运行会重试。").format(count=len(summary.failed)), style="red")
    out().print(_("报告：{path}").format(path=workspace / "reports" / _("〈编号〉") / _("核对页.html")), soft_wrap=True)
    for overview in summary.overviews:
        out().print(_("总览：{path}").format(path=overview), soft_wrap=True)


def _show_unusable(summary: RunSummary) -> None:
    """Files and messages that couldn't be read, each with what to ask of the sender."""
    for row in summary.rows:
        if row.submission_id not in summary.processed or row.state.value not in ("incomplete", "failed"):
            continue
        name = row.message_name if row.region is None or row.part is not None else row.region
        for finding in row.findings:
            if finding.severity is Severity.ERROR:
                out().print(Text.assemble((f"{name}：", "bold"), finding.message))


class _Bar:
    """Two bars, one after the other: messages taken in, submissions compared."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=err(),
            transient=True,
            disable=not err().is_terminal,
        )
        self._messages: TaskID | None = None
        self._expected = 0
        self._submissions: TaskID | None = None

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def messages(self, total: int) -> None:
        if self._messages is None:
            self._messages = self._progress.add_task(_("收取邮件"), total=0)
        self._expected += total
        self._progress.update(self._messages, total=self._expected)

    def message(self) -> None:
        if self._messages is not None:
            self._progress.advance(self._messages)

    def submissions(self, total: int) -> None:
        if total:
            self._submissions = self._progress.add_task(_("比对材料"), total=total)

    def submission(self) -> None:
        if self._submissions is not None:
            self._progress.advance(self._submissions)
