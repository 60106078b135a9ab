"""What all tables have in common: names of constraints, types of columns."""

from __future__ import annotations

import datetime
import re
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraint names are fixed, so that a later migration can name them on every database."""


NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


class UtcTime(TypeDecorator[datetime.datetime]):
    """A point in time; SQLite forgets time zones, so it is stored as UTC and comes back with its zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """To UTC, zone dropped; a time without zone is a mistake of the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value.astimezone(datetime.UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """Back with its zone."""
        return None if value is None else value.replace(tzinfo=datetime.UTC)


class AnyText(TypeDecorator[str]):
    """A text as it can be stored: what is no character (lone surrogates), and NUL, become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """With all that databases refuse replaced."""
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """The text without what no database takes."""
    return NOT_STORABLE.sub("\ufffd", text)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime.datetime: UtcTime, dict[str, Any]: JSON, list[Any]: JSON, str: AnyText}


Sha = String(64)
"""A SHA-256 in hexadecimal."""
