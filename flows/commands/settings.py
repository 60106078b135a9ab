"""The settings that a command works under: its own options, the environment, the file; and their language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractors import i18n

if TYPE_CHECKING:
    from pipeline.settings import Settings


def settings_for(**given: Any) -> Settings:
    """The settings in force; from now on their language, forms and calls are in use.

    ``--lang`` reaches them through the environment, where `flows.cli` has put it.

    Raises:
        UsageError: setting-wrong.
    """
    from pipeline.calls import catalogue
    from pipeline.settings import load_settings

    settings = load_settings(**given)
    catalogue.use(settings.own_calls)
    i18n.use(settings.lang)
    return settings
