"""A call as configuration: deadline, addressee, reporting bodies, vocabularies, and by what its reports are known."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from extractors.i18n import N_, _
from pipeline.departments import Department, departments

CHINA = datetime.timezone(datetime.timedelta(hours=8), "UTC+8")
"""China has one time zone and no summer time (since 1992)."""
STRAY_MEMBER = N_("词表“{name}”的分组“{group}”中有词表以外的“{value}”")
UNKNOWN_BODY = N_("bodies 中的“{value}”既不是报送单位的代码、名称，也不是一类报送单位（省级、计划单列市、兵团）")


class Fact(BaseModel):
    """Something that is known of a call or a form, and where from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    source: str


class Vocabulary(BaseModel):
    """What a field of the form may hold under one call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    version: str
    values: tuple[str, ...] = Field(min_length=1)
    open: bool = False
    """Whether another value is as good: where the real list isn't known, or the notice leaves it open."""
    groups: dict[str, tuple[str, ...]] = {}
    """An industry or area to its directions; all of them are among `values`."""
    assumed: bool = True
    source: str = ""
    """Where the values come from; for an assumed one, what they rest on."""


class Match(BaseModel):
    """By what a report of this call is known where several calls run; see `assign`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: tuple[str, ...] = ()
    """Words that no report of another call has: 2025年中试平台. The notice's number counts without being listed."""
    since: datetime.date | None = None
    """First day, China time, on which a report can come in; the notice's date."""
    until: datetime.date | None = None
    """Last day on which one is expected, late ones included; None: no end."""


class Call(BaseModel):
    """One call for reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    version: str = "1"
    """Of this description."""
    notice: str
    """Document number of the notice; empty where it isn't known."""
    deadline: datetime.date
    """Last day on which a report is in time, China time."""
    title: str
    """The notice's title."""
    form: str
    """Id of the form that is asked for."""
    form_title: str
    """What the form is called in letters."""
    office: str
    """Who asked, and signs the letters."""
    mailbox: str
    """Where reports and corrections go to: an e-mail address."""
    answer_days: int = Field(gt=0)
    """Working days a sender has for corrections."""
    bodies: tuple[str, ...] = ("省级", "计划单列市", "兵团")
    """Who is asked: kinds of reporting bodies, or single ones by code or full name."""
    vocabularies: dict[str, Vocabulary] = {}
    """By the name that a field of the form gives as its `vocabulary`."""
    match: Match = Match()
    known: tuple[Fact, ...] = ()
    assumed: tuple[str, ...] = ()
    """What of this isn't known and was assumed."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for name, vocabulary in self.vocabularies.items():
            for group, members in vocabulary.groups.items():
                stray = next((m for m in members if m not in vocabulary.values), None)
                if stray is not None:
                    raise ValueError(_(STRAY_MEMBER).format(name=name, group=group, value=stray))
        for asked in self.bodies:
            if not any(asked in (d.kind, d.code, d.name) for d in departments()):
                raise ValueError(_(UNKNOWN_BODY).format(value=asked))
        return self

    def reporting_bodies(self) -> tuple[Department, ...]:
        """Who is asked, in the order of the codes."""
        asked = set(self.bodies)
        return tuple(d for d in departments() if asked & {d.kind, d.code, d.name})

    def signs(self) -> tuple[str, ...]:
        """The notice's number, and the words that only its reports have."""
        return tuple(filter(None, (self.notice, *self.match.words)))

    def days_late(self, received: datetime.datetime) -> int:
        """Whole calendar days after the deadline's day, 0 if in time. `received` must know its time zone."""
        return max(0, (received.astimezone(CHINA).date() - self.deadline).days)


class Changes(BaseModel):
    """What the settings put in the place of a call's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deadline: datetime.date | None = None
    """Another last day: the office gave more time."""
    title: str | None = None
    notice: str | None = None
    form_title: str | None = None
    office: str | None = None
    mailbox: str | None = None
    answer_days: int | None = Field(default=None, gt=0)
    bodies: tuple[str, ...] | None = None

    def of(self, call: Call) -> Call:
        """The call with these in it.

        Raises:
            ValidationError: a body that there is none of.
        """
        return Call.model_validate({**call.model_dump(), **self.model_dump(exclude_none=True)})
