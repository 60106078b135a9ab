"""All calls and forms there are: the shipped ones, the office's own, and what the settings change of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from extractors.errors import UsageError
from extractors.i18n import _
from pipeline import setting_errors
from pipeline.calls.call import Call, Changes
from pipeline.forms.folder import files_of, read_toml, validated
from pipeline.forms.form import Field, Form, form_files, read_form

SHIPPED = Path(__file__).parent


@dataclass(frozen=True)
class OwnCalls:
    """What an office has of its own. Can be pickled: worker processes are told of it."""

    folder: Path | None = None
    """Holds `forms` and `calls`, each a folder of TOML files."""
    changes: dict[str, Changes] = dataclasses.field(default_factory=dict)
    """By the call's id."""


_own = OwnCalls()


def use(own: OwnCalls) -> None:
    """Sets for this process what the office has of its own."""
    global _own
    _own = own
    _all_calls.cache_clear()
    all_forms.cache_clear()
    _plain_forms.cache_clear()


def in_use() -> OwnCalls:
    """What was set."""
    return _own


def calls() -> dict[str, Call]:
    """All calls by their ids, in the order of their ids.

    Raises:
        UsageError: call-wrong, with the place; setting-wrong, where the settings change one that there is none of.
    """
    return dict(_all_calls())


def call(id: str) -> Call:
    """The call with this id.

    Raises:
        UsageError: setting-wrong, if there is none; call-wrong.
    """
    found = _all_calls()
    if id not in found:
        raise UsageError("setting-wrong", reason=f"call: {id}（{'、'.join(found)}）")
    return found[id]


def form_of(call_id: str) -> Form:
    """The form that a call asks for, with the call's vocabularies.

    Raises:
        UsageError: setting-wrong, form-wrong, call-wrong.
    """
    asked = call(call_id)
    plain = _plain_forms()
    form = plain.get(asked.form)
    if form is None:
        reason = _("form 指明的表式“{id}”不存在（可用：{known}）").format(id=asked.form, known="、".join(plain))
        raise UsageError("call-wrong", name=call_id, reason=reason)
    for field in form.fields:
        if field.vocabulary is not None and field.vocabulary not in asked.vocabularies and not field.values:
            reason = _("表式“{form}”的“{header}”一栏要用词表“{name}”，但 [vocabularies] 中没有")
            reason = reason.format(form=form.id, header=field.header, name=field.vocabulary)
            raise UsageError("call-wrong", name=call_id, reason=reason)
    filled = form.with_vocabularies(asked.vocabularies)
    try:
        filled.check_rules()
    except ValueError as theirs:
        raise UsageError("call-wrong", name=call_id, reason=f"{form.id}：{theirs}") from theirs
    return filled


@cache
def all_forms() -> dict[str, Form]:
    """Every form by its id, each with the vocabularies of the first call that asks for it.

    Raises:
        UsageError: form-wrong, call-wrong.
    """
    asking = {c.form: c.id for c in reversed(_all_calls().values())}
    return {id: form_of(asking[id]) if id in asking else form for id, form in _plain_forms().items()}


def all_fields() -> dict[str, Field]:
    """Every field by its id, in the forms' order; of one that several forms have, the first form's."""
    found: dict[str, Field] = {}
    for form in all_forms().values():
        for field in form.fields:
            found.setdefault(field.id, field)
    return found


@cache
def _plain_forms() -> dict[str, Form]:
    return {id: read_form(path) for id, path in form_files(_folder("forms")).items()}


def _folder(name: str) -> Path | None:
    """The own folder of this name.

    Raises:
        UsageError: setting-wrong, where the settings name a folder that isn't there.
    """
    if _own.folder is None:
        return None
    if not _own.folder.is_dir():
        raise UsageError("setting-wrong", reason=_("forms_folder：没有文件夹“{path}”").format(path=_own.folder))
    return _own.folder / name


@cache
def _all_calls() -> dict[str, Call]:
    found = {id: _read(path) for id, path in sorted(files_of(SHIPPED, _folder("calls")).items())}
    for id, changes in _own.changes.items():
        if id not in found:
            raise UsageError("setting-wrong", reason=f"call_changes.{id}（{'、'.join(found)}）")
        try:
            found[id] = changes.of(found[id])
        except ValidationError as theirs:
            reason = f"call_changes.{id}：" + setting_errors.of_values(theirs, Call)
            raise UsageError("setting-wrong", reason=reason) from theirs
    return found


def _read(path: Path) -> Call:
    data, text = read_toml(path, "call-wrong")
    return validated(Call, data, text, path, "call-wrong")
