"""Every text that a person sees has its English, with the same values in it."""

from __future__ import annotations

import gettext
import importlib.util
import re
import string
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from extractors import i18n

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
NAMES_KEPT = re.compile("“是” \\(yes\\) or “否” \\(no\\)|“更正” \\(correction\\)|such as “江苏省”")
"""Chinese that an English reader has to write or will see as it is."""


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "tools" / "catalogue.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (i18n.LOCALES / "en/LC_MESSAGES/zhongshi.po").open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [str(message.id) for message in tool().texts_of_the_code() if message.id]


def values(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_the_texts_of_all_packages_are_found(texts: list[str]) -> None:
    assert "找不到文件“{name}”。请检查路径后重试。" in texts
    assert "{reported} 个已报送，{missing} 个未报送" in texts, "texts of templates"
    assert len(texts) > 300


def test_every_text_has_its_english(texts: list[str], catalogue: Catalog) -> None:
    english = {message.id: message.string for message in catalogue if not message.fuzzy}
    assert [text for text in texts if not english.get(text)] == [], "run `make catalogue` and translate these"


def test_the_catalogue_holds_no_text_that_is_gone(texts: list[str], catalogue: Catalog) -> None:
    assert [m.id for m in catalogue if m.id and m.id not in set(texts)] == [], "run `make catalogue`"


def test_a_translation_takes_the_same_values(catalogue: Catalog) -> None:
    wrong = [m.id for m in catalogue if m.id and values(str(m.id)) != values(str(m.string))]
    assert wrong == []


def test_a_translation_is_english(catalogue: Catalog) -> None:
    wrong = [m.string for m in catalogue if m.id and CHINESE.search(NAMES_KEPT.sub("", str(m.string)))]
    assert wrong == []


def test_what_is_compiled_is_what_is_written(catalogue: Catalog) -> None:
    compiled = gettext.translation("zhongshi", i18n.LOCALES, ["en"])
    assert [m.id for m in catalogue if m.id and compiled.gettext(str(m.id)) != m.string] == [], "run `make catalogue`"
