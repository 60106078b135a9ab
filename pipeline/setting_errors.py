"""What is wrong with the settings, in the words of the one who wrote them."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ValidationError

from extractors.i18n import N_, _

PASSWORD = "password"
KINDS: dict[str, str] = {
    "missing": N_("缺少“{name}”"),
    "int_parsing": N_("“{name}”应是整数"),
    "int_type": N_("“{name}”应是整数"),
    "float_parsing": N_("“{name}”应是数字"),
    "bool_parsing": N_("“{name}”应是 true 或 false"),
    "bool_type": N_("“{name}”应是 true 或 false"),
    "string_type": N_("“{name}”应是带引号的文字"),
    "literal_error": N_("“{name}”只能是 {expected}"),
    "enum": N_("“{name}”只能是 {expected}"),
    "date_type": N_("“{name}”应是日期，如 2024-10-15"),
    "date_from_datetime_parsing": N_("“{name}”应是日期，如 2024-10-15"),
    "date_parsing": N_("“{name}”应是日期，如 2024-10-15"),
    "tuple_type": N_("“{name}”应是方括号中的一列，如 ['甲', '乙']"),
    "dict_type": N_("“{name}”应是一节或花括号中的一组"),
    "model_type": N_("“{name}”应是一节或花括号中的一组"),
    "model_attributes_type": N_("“{name}”应是一节或花括号中的一组"),
    "too_short": N_("“{name}”不能是空的"),
    "string_pattern_mismatch": N_("“{name}”的写法不对（应符合 {pattern}）"),
    "less_than": N_("“{name}”应小于 {lt}"),
    "greater_than": N_("“{name}”应大于 {gt}"),
    "greater_than_equal": N_("“{name}”应不小于 {ge}"),
    "less_than_equal": N_("“{name}”应不大于 {le}"),
}
"""By pydantic's types of errors; others are told in its own words."""


def of_values(error: ValidationError, model: type[BaseModel]) -> str:
    """Each wrong setting and why, in the language in use."""
    return _("；").join(of_one(dict(each), model) for each in error.errors())


def of_syntax(error: ValueError) -> str:
    """Where a file isn't TOML, in the language in use; the parser's own words where it doesn't say where."""
    found = re.search(r"at line (\d+)", str(error))
    if found is None:
        return str(error)
    text = _("第 {line} 行不合 TOML 的写法（文字要加引号；节名和设置名只能用英文字母、数字、- 和 _）")
    return text.format(line=found[1])


def in_file(file: Path | None, reason: str) -> str:
    """The reason with the file that it is about."""
    return reason if file is None else _("{file}：{reason}").format(file=file, reason=reason)


def of_one(error: dict[str, object], model: type[BaseModel]) -> str:
    """One of pydantic's errors in the language in use; the checks of our own models are told in their own words."""
    place = [str(part) for part in error["loc"]]  # type: ignore[attr-defined]
    name, kind = ".".join(place), str(error["type"])
    context = error.get("ctx")
    if kind == "extra_forbidden":
        if place[-1] == PASSWORD:
            return _("“{name}”：密码不写进设置，请用 password_file 或环境变量").format(name=name)
        near = get_close_matches(place[-1], sorted(_names(model)), 1)
        hint = _("，是否指“{near}”？").format(near=near[0]) if near else ""
        return _("没有“{name}”这项设置").format(name=name) + hint
    if kind in KINDS:
        return _(KINDS[kind]).format(name=name, **(context if isinstance(context, dict) else {}))
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{name}: {said}" if name else said


def _names(model: type[BaseModel]) -> set[str]:
    """Names of all settings, those of sections too."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        found.add(name)
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                found |= _names(inner)
    return found
