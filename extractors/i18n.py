"""The message catalogue: Chinese texts are the source, English is a gettext translation of them.

``_("…")`` translates now; ``N_("…")`` only marks a text for extraction, for tables of texts that are translated
when they are used. Texts take their values with ``str.format`` after translation: ``_("第{row}行").format(row=3)``.
"""

from __future__ import annotations

import gettext
from pathlib import Path

LOCALES = Path(__file__).parent / "locale"
_current: gettext.NullTranslations = gettext.NullTranslations()
_language = "zh"


def use(language: str) -> None:
    """Sets the language of this process: ``zh`` (the source texts) or a language with a catalogue, such as ``en``."""
    global _current, _language
    _current = gettext.NullTranslations() if language == "zh" else gettext.translation("zhongshi", LOCALES, [language])
    _language = language


def language() -> str:
    """The language in use."""
    return _language


def _(text: str) -> str:
    """The text in the language in use."""
    return _current.gettext(text) if text else ""


def N_(text: str) -> str:  # noqa: N802
    """Marks a text for extraction and returns it unchanged."""
    return text
