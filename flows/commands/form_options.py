"""``zhongshi form``: its commands with their arguments and help; see `app` for how these are read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractors.i18n import _
from flows.help_texts import Command, Group


def form_group() -> typer.Typer:
    """The commands about forms, with help in the language in use."""
    form = typer.Typer(name="form", cls=Group, help=_("查看、检查和新拟表式。"), no_args_is_help=True)
    form.command("show", cls=Command, help=_("显示一个表式和它所属的通知，并列出所有表式和通知。"))(form_show)
    form.command("check", cls=Command, help=_("检查一份文件的表头如何对应表式的各栏。"))(form_check)
    form.command("new", cls=Command, help=_("由一份填写好的文件拟出新表式（TOML），供人工补全。"))(form_new)
    return form


def form_show(
    form: Annotated[
        str | None,
        typer.Argument(
            help=_("表式编号，如 annex3-2024；默认为所用通知的表式。"), metavar="[FORM]", show_default=False
        ),
    ] = None,
    call: Annotated[
        str | None, typer.Option(help=_("按哪一次通知的词表，如 2025。"), metavar="ID", show_default=False)
    ] = None,
    all: Annotated[bool, typer.Option("--all", help=_("也列出各栏的全部同义表头。"))] = False,
) -> int:
    """See `flows.commands.form`."""
    from flows.commands.form import show_form

    return show_form(form, call, all)


def form_check(
    file: Annotated[
        Path, typer.Argument(help=_("填写好的文件（Excel、Word 或 PDF）。"), metavar="FILE", show_default=False)
    ],
    form: Annotated[
        str | None, typer.Option(help=_("表式编号；默认为所用通知的表式。"), metavar="FORM", show_default=False)
    ] = None,
    call: Annotated[
        str | None, typer.Option(help=_("答复的是哪一次通知，如 2025；默认按设置。"), metavar="ID", show_default=False)
    ] = None,
) -> int:
    """See `flows.commands.form`."""
    from flows.commands.form import check_file

    return check_file(file, form, call)


def form_new(
    file: Annotated[
        Path, typer.Argument(help=_("填写好的文件（Excel 或 Word）。"), metavar="FILE", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help=_("要写的文件；默认为当前目录下同名的 .toml。"), metavar="OUT", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("文件已存在时覆盖。"))] = False,
) -> int:
    """See `flows.commands.form`."""
    from flows.commands.form import new_form

    return new_form(file, out, force)
