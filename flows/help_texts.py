"""Typer's own words (titles, hints, errors) in the language in use.

Typer writes them in English, as constants and inside its classes; here are all the places where a user meets one.
"""

from __future__ import annotations

from typing import Any

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from extractors.i18n import N_, _

ERRORS: dict[str, str] = {
    "MissingParameter": N_("缺少{name}。"),
    "NoSuchOption": N_("没有选项 {name}。"),
    "BadOptionUsage": N_("选项 {name} 用法不对。"),
    "BadParameter": N_("{name} 的值不对。"),
    "UsageError": N_("命令或参数不对：{given}。"),
}
"""By the name of Typer's class; the last is for what has no line of its own."""


def translate_titles() -> None:
    """Sets the titles of help panels. Call before help is shown."""
    rich_utils.ARGUMENTS_PANEL_TITLE = _("参数")
    rich_utils.OPTIONS_PANEL_TITLE = _("选项")
    rich_utils.COMMANDS_PANEL_TITLE = _("命令")
    rich_utils.DEFAULT_STRING = _("［默认：{}］")
    rich_utils.REQUIRED_LONG_STRING = _("［必填］")


class _Words:
    """What commands and groups of commands have in common."""

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        return (
            usage.replace("Usage:", _("用法："), 1)
            .replace("[OPTIONS]", _("[选项]"))
            .replace("COMMAND [ARGS]...", _("命令 [参数]…"))
        )

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _("显示本帮助并退出。")
        return option


class Command(_Words, TyperCommand):
    """A command whose help speaks the language in use."""


class Group(_Words, TyperGroup):
    """A group of commands whose help speaks the language in use."""


def error_text(error: typer.TyperException, arguments: list[str]) -> str:
    """What was wrong with a command line, and where to read on."""
    kind = type(error).__name__
    param = getattr(error, "param", None)
    name = getattr(error, "option_name", None) or (_name(param) if param is not None else "")
    text = ERRORS[kind if kind in ERRORS and name else "UsageError"]
    context = getattr(error, "ctx", None)
    command = "zhongshi" if context is None else context.command_path
    hint = _("请运行“{command} --help”查看用法。").format(command=command)
    return _(text).format(name=name, given=" ".join(arguments)) + hint


def _name(param: Any) -> str:
    if param.param_type_name == "argument":
        return _("参数 {name}").format(name=param.metavar or param.name.upper())
    return _("选项 {name}").format(name=" / ".join(param.opts))
