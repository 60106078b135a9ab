"""``zhongshi watch``: polls the mailboxes of the settings on a schedule, until it is stopped."""

from __future__ import annotations

from pathlib import Path

from extractors.i18n import _
from flows.commands.settings import settings_for
from flows.screen import out


def watch_mailboxes(workspace: Path | None, every: float | None) -> int:
    """Watches, prints what each run says, returns the exit code."""
    from flows.watch import watch

    settings = settings_for(workspace=workspace, watch_minutes=every)
    names = "、".join(f"{name}（{account.user}）" for name, account in settings.imap.items())
    if settings.imap:
        line = _("正在值守邮箱：{names}。每 {minutes} 分钟收取一次，按 Ctrl-C 停止。")
        out().print(line.format(names=names, minutes=f"{settings.watch_minutes:g}"), soft_wrap=True)
    watch(settings, lambda text: print(text, flush=True))
    return 0
