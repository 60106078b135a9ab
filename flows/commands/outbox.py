"""``zhongshi outbox``: the answers to senders, and what a person decides of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from extractors.errors import UsageError
from extractors.i18n import N_, _
from flows.commands.ledger import ledger_of
from flows.commands.settings import settings_for
from flows.screen import is_wide, out, table, unbroken
from pipeline.calls.call import CHINA
from pipeline.database.outbox import KINDS, WHY_WITHDRAWN, OutboxItem, Stage, name_of
from pipeline.departments import departments

if TYPE_CHECKING:
    from pipeline.answers.sending import SendReport

STYLES = {
    Stage.DRAFT: "cyan",
    Stage.QUEUED: "yellow",
    Stage.SENT: "green",
    Stage.FAILED: "red",
    Stage.UNCERTAIN: "bold red",
}
"""All others are dim."""
DONE = {
    "queue": N_("编号 {id}：已放行，待发送。"),
    "retry": N_("编号 {id}：将重新发送。"),
    "sent": N_("编号 {id}：已记为已发送。"),
    "withdraw": N_("编号 {id}：已撤回，不再发送。"),
}
SHORTEST_REMARK = 24
"""Columns that a remark keeps beside long names and addresses."""
UNDONE = 1
"""Exit code: an answer could not be moved, or not everything went out."""


def list_outbox(workspace: Path | None, everything: bool) -> int:
    """Prints the answers; those that are withdrawn only where everything is asked for."""
    from pipeline.database.outbox import items

    settings = settings_for(workspace=workspace)
    shown = [stage for stage in Stage if everything or stage is not Stage.WITHDRAWN]
    found = items(ledger_of(settings), shown)
    numbers, wide = (_("编号"), _("报送")), is_wide()
    headers = [_("报送单位"), _("种类"), *([_("收件人")] if wide else []), _("状态")]
    made = table(*numbers, *headers, _("说明"), numbers=numbers)
    for column in made.columns[:-1]:
        column.no_wrap = column.header != _("收件人")
    made.columns[-1].min_width = SHORTEST_REMARK
    reasons = _shared_reasons(found)
    for item in found:
        made.add_row(
            str(item.id),
            f"{item.submission_id:05d}",
            Text(_body(item)),
            Text(_(KINDS[item.kind])),
            *([Text(item.recipient)] if wide else []),
            Text(name_of(item.stage), STYLES.get(item.stage, "dim")),
            Text(unbroken(_remark(item, reasons))),
        )
    if found:
        out().print(made)
    for reason, short in reasons.items():
        out().print(_("{short}：{reason}").format(short=short, reason=reason), soft_wrap=True, markup=False)
    out().print(_count(found))
    if any(item.stage is Stage.DRAFT for item in found):
        path = settings.workspace / "reports" / _("〈报送〉") / "*.eml"
        out().print(_("草稿文件：{path}").format(path=path), soft_wrap=True)
    _say_uncertain([item.id for item in found if item.stage is Stage.UNCERTAIN])
    _say_forbidden(settings.answers.send, sum(item.stage is Stage.QUEUED for item in found))
    return 0


def send_outbox(workspace: Path | None) -> int:
    """Sends what is queued, and tells what came of it.

    Raises:
        UsageError: workspace-missing.
        StorageError: the workspace or the database can't be used.
        TransientError: database-busy, store-unreachable.
    """
    from pipeline.answers.sending import answer
    from pipeline.database.outbox import items
    from pipeline.intake.store import open_store
    from pipeline.logs import new_log, open_log
    from pipeline.workspace import Workspace

    settings = settings_for(workspace=workspace)
    engine = ledger_of(settings)
    place = Workspace(settings.workspace).prepare()
    open_log(new_log(place.logs))
    report = answer(engine, open_store(settings, place), settings)
    show_report(report)
    if settings.answers.send == "never" and not report.forbidden:
        out().print(_("设置 answers.send 为 never：不发送任何邮件，草稿可用邮件程序打开后自行发送。"))
    elif not (report.forbidden or report.sent or report.postponed or report.failed or report.trouble):
        out().print(_("没有到时间发送的邮件。"))
        drafts = len(items(engine, (Stage.DRAFT,)))
        if drafts:
            text = _("有 {count} 封草稿未放行。放行请运行 zhongshi outbox queue 编号，全部放行用 queue --all。")
            out().print(text.format(count=drafts), soft_wrap=True)
    return UNDONE if report.needs_a_person or report.postponed or report.forbidden else 0


def show_report(report: SendReport) -> None:
    """Prints what came of a round of sending; nothing where there is nothing to tell. For runs, too."""
    if report.sent:
        _say(_("已发送 {count} 封。").format(count=len(report.sent)), "green")
    if report.trouble:
        _say(_("发送服务器无法使用：{reason}").format(reason=report.trouble), "red")
    if report.postponed:
        _say(_("有 {count} 封暂未发出，稍后会再试。").format(count=len(report.postponed)), "yellow")
    if report.failed:
        text = _("有 {count} 封被拒收，原因见 zhongshi outbox list；改正后运行 zhongshi outbox retry {ids}。")
        _say(text.format(count=len(report.failed), ids=_ids(report.failed)), "red")
    for name in report.unusable:
        _say(_("草稿 {name} 不完整或已被改动，未列入发送，请自行发送。").format(name=name), "yellow")
    _say_uncertain(report.uncertain)
    _say_forbidden("never", report.forbidden)


def act_on(workspace: Path | None, action: str, ids: Sequence[int], drafts: bool = False) -> int:
    """Does what a person says of some answers, those that it can be done of; with `drafts` of all drafts, too.

    Raises:
        UsageError: answer-missing, before anything is done.
    """
    from pipeline.database.outbox import act, items

    settings = settings_for(workspace=workspace)
    engine = ledger_of(settings)
    there = {item.id: item for item in items(engine)}
    if drafts:
        ids = [*ids, *(item.id for item in there.values() if item.stage is Stage.DRAFT)]
        if not ids:
            out().print(_("没有草稿。"))
    for each in ids:
        if each not in there:
            raise UsageError("answer-missing", name=str(each))
    refused = 0
    for each in dict.fromkeys(ids):
        stage = act(engine, action, each)
        if stage is None:
            out().print(_(DONE[action]).format(id=each))
            continue
        refused += 1
        text = _("编号 {id}：现为“{stage}”，不能这样处理。").format(id=each, stage=name_of(stage))
        why = there[each].why_withdrawn
        _say(text + (why + _("。") if why else ""), "yellow")
    if action in ("queue", "retry"):
        _say_forbidden(settings.answers.send, len(ids) - refused)
    return UNDONE if refused else 0


def _body(item: OutboxItem) -> str:
    """The reporting body: in full where there is room, else its region; the address where it isn't known."""
    if is_wide() or item.department is None:
        return item.department or item.recipient
    return next((d.region for d in departments() if d.name == item.department), item.department)


def _shared_reasons(found: Sequence[OutboxItem]) -> dict[str, str]:
    """Reasons that several answers have, which are told once below the table; each with what stands for it there."""
    counts = Counter(item.error for item in found if item.error and item.error not in WHY_WITHDRAWN)
    return {
        reason: _("原因 {number}").format(number=number)
        for number, reason in enumerate((each for each, count in counts.items() if count > 1), 1)
    }


def _remark(item: OutboxItem, reasons: Mapping[str, str]) -> str:
    """Whether it came back, when it went out, what the server said, when it is tried again, why it is a draft."""
    if item.returned:
        return _("被退回，对方没有收到（退信：{name}）").format(name=item.returned)
    error = reasons.get(item.error, item.error)
    if item.stage is Stage.SENT and item.sent_at is not None:
        return f"{item.sent_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if item.why_withdrawn:
        return item.why_withdrawn
    if item.stage is Stage.DRAFT and item.forwarded:
        return _("来信是转发的，将发给转发人 {address}，请核对").format(address=item.recipient)
    if item.stage is Stage.QUEUED and item.next_at is not None and not item.attempts:
        return _("等待另一半材料，{time} 后发送").format(time=f"{item.next_at.astimezone(CHINA):%m-%d %H:%M}")
    if item.stage is Stage.QUEUED and item.next_at is not None:
        again = _("第 {count} 次未发出，{time} 后再试：").format(
            count=item.attempts, time=f"{item.next_at.astimezone(CHINA):%m-%d %H:%M}"
        )
        return again + error
    return error or (_("交付时中断") if item.stage is Stage.UNCERTAIN else "")


def _count(found: Sequence[OutboxItem]) -> str:
    counts = {stage: sum(item.stage is stage for item in found) for stage in Stage}
    parts = [
        _("{stage} {count} 封").format(stage=name_of(stage), count=count) for stage, count in counts.items() if count
    ]
    return _("，").join(parts) + _("。") if parts else _("没有邮件。")


def _say_uncertain(ids: Sequence[int]) -> None:
    if ids:
        text = _(
            "编号 {ids} 可能已经发出，也可能没有（发送时中断）。请在邮件服务器的“已发送”或向收件人核实："
            "已发出的运行 zhongshi outbox sent 编号，没有发出的运行 zhongshi outbox retry 编号。"
        )
        _say(text.format(ids=_ids(ids)), "bold red")


def _say_forbidden(send: str, queued: int) -> None:
    if send == "never" and queued:
        text = _("有 {count} 封待发送，但设置 answers.send 为 never，不会发送。要发送，请先修改设置。")
        _say(text.format(count=queued), "yellow")


def _ids(ids: Sequence[int]) -> str:
    return " ".join(map(str, ids))


def _say(text: str, style: str) -> None:
    """Prints a line whole: the commands in it are to be copied."""
    out().print(text, style=style, soft_wrap=True)
