"""The commands with their arguments and help; what a command does is in the module of its name.

Annotations are texts until Typer reads them (``from __future__ import annotations``). That is after the language is
known, so the help in them is in the language in use, as it is in `assemble`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractors.i18n import _
from flows.commands.form_options import form_group
from flows.help_texts import Command, Group


def assemble() -> typer.Typer:
    """All commands, with help in the language in use."""
    contexts = {"help_option_names": ["-h", "--help"]}
    app = typer.Typer(
        name="zhongshi",
        cls=Group,
        help=_("核对中试平台报送材料：把盖章扫描件与电子版逐项比对，出具核对结果，维护培育库。"),
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings=contexts,
    )
    app.callback()(_options)
    app.command("run", cls=Command, help=_("处理一个邮箱：收件、比对、出具报告、入库。"))(run)
    app.command("watch", cls=Command, help=_("值守邮箱：按时收取设置中的邮箱并处理。"))(watch)
    app.command("reconcile", cls=Command, help=_("比对两个文件：盖章扫描件和电子版。"))(reconcile)
    app.command("status", cls=Command, help=_("列出 37 个报送单位的报送情况。"))(status)
    library = typer.Typer(name="library", cls=Group, help=_("查看和导出培育库。"), no_args_is_help=True)
    library.command("list", cls=Command, help=_("列出库中的平台。"))(library_list)
    library.command("show", cls=Command, help=_("显示一个平台的全部字段和历次版本。"))(library_show)
    library.command("export", cls=Command, help=_("导出培育库（xlsx、csv 或 json，按文件后缀）。"))(library_export)
    app.add_typer(library)
    mail = _("查看和发送给报送单位的回执、更正通知。")
    outbox = typer.Typer(name="outbox", cls=Group, help=mail, no_args_is_help=True)
    outbox.command("list", cls=Command, help=_("列出草稿、待发送、已发送和要人工处理的邮件。"))(outbox_list)
    outbox.command("send", cls=Command, help=_("现在发送所有待发送的邮件。"))(outbox_send)
    outbox.command("queue", cls=Command, help=_("放行草稿，随下次发送发出。"))(outbox_queue)
    outbox.command("retry", cls=Command, help=_("重新发送被拒收的，或核实没有发出的邮件。"))(outbox_retry)
    outbox.command("sent", cls=Command, help=_("记为已发送：核实已发出的，或已自行发出的。"))(outbox_sent)
    outbox.command("withdraw", cls=Command, help=_("撤回，不再发送。"))(outbox_withdraw)
    app.add_typer(outbox)
    app.add_typer(form_group())
    return app


def _options(
    lang: Annotated[
        str, typer.Option(help=_("界面语言：zh 或 en，也可用环境变量 ZHONGSHI_LANG。"), metavar="zh|en")
    ] = "zh",
) -> None:
    # `flows.cli.take_language` has taken it out of the arguments before; here it is named for the help.
    pass


def run(
    source: Annotated[
        str,
        typer.Argument(
            help=_("邮件文件夹（.eml、.msg、Maildir）、邮件文件或 mbox；imap 表示读取设置中的邮箱。"),
            metavar="SOURCE",
            show_default=False,
        ),
    ],
    workspace: Annotated[
        Path | None,
        typer.Option(help=_("存放原件、数据库、报告的工作目录；默认 workspace。"), metavar="DIR", show_default=False),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help=_("同时比对的进程数，默认 2。"), metavar="N", show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.run`."""
    from flows.commands.run import run_source

    return run_source(source, workspace, workers)


def watch(
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
    every: Annotated[
        float | None, typer.Option(help=_("每隔多少分钟收取一次，默认 10。"), metavar="MINUTES", show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.watch`."""
    from flows.commands.watch import watch_mailboxes

    return watch_mailboxes(workspace, every)


def reconcile(
    scan: Annotated[Path, typer.Argument(help=_("盖章扫描件（PDF）。"), metavar="SCAN", show_default=False)],
    electronic: Annotated[
        Path, typer.Argument(help=_("电子版（Excel 或 Word）。"), metavar="ELECTRONIC", show_default=False)
    ],
    department: Annotated[
        str | None,
        typer.Option(help=_("报送单位全称；默认从来函、表格和印章判断。"), metavar="NAME", show_default=False),
    ] = None,
    call: Annotated[
        str | None,
        typer.Option(help=_("答复的是哪一次通知，如 2025；默认按设置。"), metavar="ID", show_default=False),
    ] = None,
    json: Annotated[
        Path | None, typer.Option(help=_("把完整结果写成 JSON 文件。"), metavar="OUT", show_default=False)
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help=_("把核对结果写成网页，附扫描件截图。"), metavar="OUT", show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.reconcile`."""
    from flows.commands.reconcile import reconcile_files

    return reconcile_files(scan, electronic, department, json, html, call)


def status(
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.status`."""
    from flows.commands.status import show_status

    return show_status(workspace)


def library_list(
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
    region: Annotated[str | None, typer.Option(help=_("只列这个地区，如“江苏省”。"), show_default=False)] = None,
    text: Annotated[
        str | None, typer.Option(help=_("只列有某一栏含有这些字的平台。"), show_default=False)
    ] = None,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help=_("也列出已撤回的平台。"))] = False,
) -> int:
    """See `flows.commands.library`."""
    from flows.commands.library import list_library

    return list_library(workspace, region, text, withdrawn)


def library_show(
    entry: Annotated[int, typer.Argument(help=_("入库编号，见 library list。"), metavar="ID", show_default=False)],
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.library`."""
    from flows.commands.library import show_platform

    return show_platform(workspace, entry)


def library_export(
    out: Annotated[
        Path, typer.Argument(help=_("要写的文件，后缀为 .xlsx、.csv 或 .json。"), metavar="OUT", show_default=False)
    ],
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
    region: Annotated[str | None, typer.Option(help=_("只导出这个地区。"), show_default=False)] = None,
    text: Annotated[
        str | None, typer.Option(help=_("只导出有某一栏含有这些字的平台。"), show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.library`."""
    from flows.commands.library import export_library

    return export_library(workspace, out, region, text)


def outbox_list(
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
    all: Annotated[bool, typer.Option("--all", help=_("也列出已撤回的。"))] = False,
) -> int:
    """See `flows.commands.outbox`."""
    from flows.commands.outbox import list_outbox

    return list_outbox(workspace, all)


def outbox_send(
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.outbox`."""
    from flows.commands.outbox import send_outbox

    return send_outbox(workspace)


def outbox_queue(
    context: typer.Context,
    ids: Annotated[
        list[int] | None, typer.Argument(help=_("邮件编号，见 outbox list。"), metavar="[ID…]", show_default=False)
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
    all: Annotated[bool, typer.Option("--all", help=_("放行全部草稿。"))] = False,
) -> int:
    """See `flows.commands.outbox`."""
    from flows.commands.outbox import act_on

    if not ids and not all:
        context.fail("ID or --all")  # told by `help_texts.error_text`
    return act_on(workspace, "queue", ids or [], drafts=all)


def outbox_retry(
    ids: Annotated[
        list[int], typer.Argument(help=_("邮件编号，见 outbox list。"), metavar="ID…", show_default=False)
    ],
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.outbox`."""
    from flows.commands.outbox import act_on

    return act_on(workspace, "retry", ids)


def outbox_sent(
    ids: Annotated[
        list[int], typer.Argument(help=_("邮件编号，见 outbox list。"), metavar="ID…", show_default=False)
    ],
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.outbox`."""
    from flows.commands.outbox import act_on

    return act_on(workspace, "sent", ids)


def outbox_withdraw(
    ids: Annotated[
        list[int], typer.Argument(help=_("邮件编号，见 outbox list。"), metavar="ID…", show_default=False)
    ],
    workspace: Annotated[
        Path | None, typer.Option(help=_("工作目录，默认 workspace。"), metavar="DIR", show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.outbox`."""
    from flows.commands.outbox import act_on

    return act_on(workspace, "withdraw", ids)
