"""Files of configuration: the shipped ones, and beside them the office's own folder."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from extractors.errors import UsageError
from extractors.i18n import _
from pipeline import setting_errors

M = TypeVar("M", bound=BaseModel)


def files_of(shipped: Path, own: Path | None) -> dict[str, Path]:
    """Id (the file's name) to file; an own file takes the place of the shipped one of the same name."""
    folders = [shipped] if own is None else [shipped, own]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}


def read_toml(path: Path, code: str) -> tuple[dict[str, Any], str]:
    """A file's content, and its text.

    Raises:
        UsageError: `code`, naming the line where it isn't TOML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as theirs:
        reason = _("文件无法读取，或不是 UTF-8 编码")
        raise UsageError(code, name=str(path), reason=reason) from theirs
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as theirs:
        raise UsageError(code, name=str(path), reason=setting_errors.of_syntax(theirs)) from theirs


def validated(model: type[M], data: dict[str, Any], text: str, path: Path, code: str) -> M:
    """A form or a call of a file's content; its id is the file's name.

    Raises:
        UsageError: `code`, with the place.
    """
    data.setdefault("id", path.stem)
    try:
        made = model.model_validate(data)
    except ValidationError as theirs:
        raise UsageError(code, name=str(path), reason=wrong_values(theirs, model, data, text)) from theirs
    if data["id"] != path.stem:
        reason = _("id（{id}）须与文件名相同").format(id=data["id"])
        raise UsageError(code, name=str(path), reason=reason)
    return made


def wrong_values(error: ValidationError, model: type[BaseModel], data: dict[str, Any], text: str) -> str:
    """Each wrong entry with the line of its table in the file, in the language in use."""
    told = []
    for each in error.errors():
        place = tuple(each["loc"])
        entry = _entry(place, data, text)
        told.append(entry + setting_errors.of_one({**each, "loc": place[2:] if entry else place}, model))
    return _("；").join(dict.fromkeys(told))


def _entry(place: tuple[int | str, ...], data: dict[str, Any], text: str) -> str:
    """The entry of a list of tables that an error is about, by its id and its line; empty where there is none."""
    if len(place) < 2 or not isinstance(place[0], str) or not isinstance(place[1], int):
        return ""
    entry = data.get(place[0], [])
    name = entry[place[1]].get("id") if isinstance(entry, list) and place[1] < len(entry) else None
    if not isinstance(name, str):
        return _("第 {n} 个 [[{table}]]：").format(n=place[1] + 1, table=place[0])
    found = re.search(rf"""^\s*id\s*=\s*["']{re.escape(name)}["']""", text, re.MULTILINE)
    line = "" if found is None else _("第 {line} 行，").format(line=text.count("\n", 0, found.end()) + 1)
    return _("{line}[[{table}]] 中的“{name}”：").format(line=line, table=place[0], name=name)
