"""The Jinja environment of the HTML reports: everything escaped, everything inline, nothing from outside."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from extractors.i18n import _, language
from pipeline.reports import text

TEMPLATES = Path(__file__).parent / "templates"
HTML_LANGUAGES = {"zh": "zh-CN"}
"""Language tags for browsers, which choose Chinese glyphs by them, where ours isn't one already."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["_"] = _
    environment.filters.update(
        percent=text.percent,
        day=text.day,
        minute=text.minute,
        shown=text.shown,
        is_short=text.is_short,
        href=href,
        data_uri=data_uri,
    )
    return environment


def render(template: str, **values: Any) -> bytes:
    """A page as UTF-8."""
    tag = HTML_LANGUAGES.get(language(), language())
    page = _environment().get_template(template).render(html_language=tag, **values)
    return text.clean(page).encode()


def data_uri(picture: bytes) -> str:
    """A PNG or JPEG as an address that holds the picture itself."""
    kind = "jpeg" if picture.startswith(b"\xff\xd8") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def href(path: str) -> str:
    """A relative path as a link; a colon in its first part must not look like a scheme."""
    return "./" + quote(path)
