"""A form as configuration: its fields, under which headers they stand, of which kind they are."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from extractors.errors import UsageError
from pipeline.forms.kinds import Kind
from pipeline.forms.rules import Rule, check_rules, read_rules
from pipeline.forms.text import fold
from pipeline.setting_errors import of_values

FORMS = Path(__file__).parent


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
    """The vocabulary of an enumeration."""
    open: bool = False
    """Whether a value outside `values` is as good."""
    required: bool = False
    identifies: bool = False
    """Whether the field helps to say which record this is."""


class Form(BaseModel):
    """Which columns there are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    assumed: bool
    """True while the real form isn't known."""
    name_field: str
    """The field that names a record."""
    category_field: str | None = None
    """The field that section rows (一、省级……) speak of."""
    section_values: dict[str, str] = {}
    """A word in a section row, to the value of `category_field` it says."""
    fields: tuple[Field, ...]
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
                    raise ValueError(f"{header}: {seen[header]}, {field.id}")
        if len({f.id for f in self.fields}) != len(self.fields):
            raise ValueError("two fields with one id")
        ids = {f.id for f in self.fields}
        if self.name_field not in ids or (self.category_field is not None and self.category_field not in ids):
            raise ValueError("name_field or category_field is no field")
        return self

    @model_validator(mode="after")
    def _rules_fit(self) -> Form:
        closed = {f.id: f.values for f in self.fields if f.values and not f.open}
        check_rules(self.rules, {f.id: f.kind for f in self.fields}, closed)
        return self

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


@cache
def load_form(form_id: str = "annex3-2024") -> Form:
    """The form of this id, from ``pipeline/forms/<id>.toml``.

    Raises:
        UsageError: setting-wrong, where there is no such form or its file breaks a rule.
    """
    path = FORMS / f"{form_id}.toml"
    if not path.is_file():
        raise UsageError("setting-wrong", reason=f"form: {form_id}")
    try:
        return Form.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise UsageError("setting-wrong", reason=f"{path.name}：{of_values(error, Form)}") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError("setting-wrong", reason=f"{path.name}: {error}") from error
