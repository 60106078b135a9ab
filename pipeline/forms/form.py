"""A form as configuration: its fields, under which headers they stand, of which kind they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pydantic
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from extractors.errors import UsageError
from extractors.i18n import N_, _
from pipeline.forms.folder import files_of, read_toml, validated
from pipeline.forms.kinds import Kind
from pipeline.forms.rules import Rule, check_rules, read_rules
from pipeline.forms.text import fold

FORMS = Path(__file__).parent
TWICE = N_("表头“{header}”同时属于两个字段（{one}、{other}）")
SAME_ID = N_("有两个字段的 id 都是“{id}”")
NO_LIST = N_("“{name}”应是方括号中的一列，或若干个 [[{name}]]")
MERGED = ("fields", "rules")
"""Lists of tables that a form which extends another one adds to by their ids."""
NO_FIELD = N_("name_field 或 category_field 不是任何字段的 id")


class Known(BaseModel):
    """Something that is known of a form, and where from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    source: str


class Words(Protocol):
    """A vocabulary, as a call gives it."""

    @property
    def values(self) -> tuple[str, ...]:
        """The entries."""
        ...

    @property
    def open(self) -> bool:
        """Whether another value is as good."""
        ...


class Field(BaseModel):
    """One column that the form knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    header: str
    """The usual header, without its unit."""
    kind: Kind
    synonyms: tuple[str, ...] = ()
    unit: str | None = None
    """Such as 万元; only for numbers."""
    values: tuple[str, ...] = ()
    """The vocabulary of an enumeration, where it is the form's own."""
    vocabulary: str | None = None
    """The name of a vocabulary of the call, whose entries take the place of `values`."""
    open: bool = False
    """Whether a value outside `values` is as good."""
    required: bool = False
    identifies: bool = False
    """Whether the field helps to say which record this is."""


class Form(BaseModel):
    """Which columns there are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: str = "1"
    """Of this description."""
    title: str
    assumed: bool
    """True while the real form isn't known."""
    name_field: str
    """The field that names a record."""
    category_field: str | None = None
    """The field that section rows (一、省级……) speak of."""
    section_values: dict[str, str] = {}
    """A word in a section row, to the value of `category_field` it says."""
    certain: float = pydantic.Field(default=80.0, ge=50, le=100)
    """Least likeness (0 to 100) at which a header that is no synonym is taken for a field. See `headers`."""
    margin: float = pydantic.Field(default=8.0, ge=1, le=50)
    """By how much a header must be more like a field than like the next one; below it neither is taken."""
    known: tuple[Known, ...] = ()
    assumptions: tuple[str, ...] = ()
    """What of this isn't known and was assumed."""
    fields: tuple[Field, ...] = pydantic.Field(min_length=1)
    rules: tuple[Rule, ...] = ()
    """What the values have to obey besides their kinds."""

    @field_validator("rules", mode="before")
    @classmethod
    def _read_rules(cls, tables: object) -> tuple[Rule, ...]:
        return read_rules(tables)

    @model_validator(mode="after")
    def _headers_are_unique(self) -> Form:
        seen: dict[str, str] = {}
        for field in self.fields:
            for header in {fold(h) for h in (field.header, *field.synonyms)}:
                if seen.setdefault(header, field.id) != field.id:
                    raise ValueError(_(TWICE).format(header=header, one=seen[header], other=field.id))
        ids = {f.id for f in self.fields}
        for field in self.fields if len(ids) < len(self.fields) else ():
            if sum(f.id == field.id for f in self.fields) > 1:
                raise ValueError(_(SAME_ID).format(id=field.id))
        if self.name_field not in ids or (self.category_field is not None and self.category_field not in ids):
            raise ValueError(_(NO_FIELD))
        return self

    @model_validator(mode="after")
    def _rules_fit(self) -> Form:
        self.check_rules()
        return self

    def check_rules(self) -> None:
        """Sees that every rule can be applied to the fields; once more where a call's vocabularies came in.

        Raises:
            ValueError: a rule that doesn't fit, in Chinese.
        """
        closed = {f.id: f.values for f in self.fields if f.values and not f.open}
        check_rules(self.rules, {f.id: f.kind for f in self.fields}, closed)

    def field(self, id: str) -> Field:
        """The field with this id; KeyError if there is none."""
        for field in self.fields:
            if field.id == id:
                return field
        raise KeyError(id)

    def section_value(self, section: str) -> str | None:
        """The category that a section row or a sheet's name says, None where it says none or several."""
        said = {value for word, value in self.section_values.items() if word in fold(section)}
        return said.pop() if len(said) == 1 else None


    def with_vocabularies(self, vocabularies: Mapping[str, Words]) -> Form:
        """The form with the entries of a call's vocabularies in the fields that name them."""
        fields = []
        for field in self.fields:
            words = None if field.vocabulary is None else vocabularies.get(field.vocabulary)
            changed = {} if words is None else {"values": words.values, "open": words.open}
            fields.append(field.model_copy(update=changed))
        return self.model_copy(update={"fields": tuple(fields)})


def load_form(form_id: str = "annex3-2024") -> Form:
    """The form of this id with the vocabularies of the first call that asks for it; for a certain call's: `form_of`.

    Raises:
        UsageError: setting-wrong, where there is no such form; form-wrong where its file breaks a rule.
    """
    from pipeline.calls.catalogue import all_forms  # calls know forms, and not the other way round but here

    forms = all_forms()
    if form_id not in forms:
        raise UsageError("setting-wrong", reason=f"form: {form_id}（{'、'.join(forms)}）")
    return forms[form_id]


def form_files(own: Path | None) -> dict[str, Path]:
    """Id to file, of the shipped forms and those in an own folder."""
    return files_of(FORMS, own)


def read_form(path: Path) -> Form:
    """The form of a file, without any call's vocabularies.

    A file with ``extends = "…"`` says only what is other than in the shipped form of that id: its fields and
    rules go into those of the same id (synonyms are added, all else takes the other's place), new ones come last, and
    `without` takes some out.

    Raises:
        UsageError: form-wrong, with the place.
    """
    data, text = read_toml(path, "form-wrong")
    return validated(Form, _extended(data, path), text, path, "form-wrong")


def _extended(data: dict[str, Any], path: Path) -> dict[str, Any]:
    base_id = data.pop("extends", None)
    if base_id is None:
        return data
    shipped = files_of(FORMS, None)
    if not isinstance(base_id, str) or base_id not in shipped or shipped[base_id] == path:
        reason = _("extends 指明的表式“{id}”不存在（可用：{known}）").format(id=base_id, known="、".join(shipped))
        raise UsageError("form-wrong", name=str(path), reason=reason)
    base, _text = read_toml(shipped[base_id], "form-wrong")
    base = _extended(base, shipped[base_id])
    without = data.pop("without", [])
    for name, value in {"without": without, **{name: data.get(name, []) for name in MERGED}}.items():
        if not isinstance(value, list):
            raise UsageError("form-wrong", name=str(path), reason=_(NO_LIST).format(name=name))
    merged = {name: _merged(base.get(name, []), data.pop(name, []), name, without, path) for name in MERGED}
    return {**base, "id": path.stem, **data, **{name: tables for name, tables in merged.items() if tables}}


def _merged(base: list[Any], own: list[Any], name: str, without: list[str], path: Path) -> list[Any]:
    """Tables of the shipped form with those of the own one: those of one id become one."""
    found = {table["id"]: table for table in base if table["id"] not in without}
    for i, table in enumerate(own):
        id = table.get("id") if isinstance(table, dict) else None
        if not isinstance(id, str):
            reason = _("第 {n} 个 [[{name}]] 没有写 id").format(n=i + 1, name=name)
            raise UsageError("form-wrong", name=str(path), reason=reason)
        before = found.get(id, {})
        found[id] = {**before, **table}
        if "synonyms" in before and isinstance(table.get("synonyms"), list):
            found[id]["synonyms"] = list(dict.fromkeys([*before["synonyms"], *table["synonyms"]]))
    return list(found.values())
