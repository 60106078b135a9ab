"""The settings that the docs show are settings that the program takes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from pipeline.answers.account import Answers, Smtp
from pipeline.mailbox.accounts import Account
from pipeline.settings import Settings

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(DOCS.glob("*.md"))


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=[p.name for p in PAGES])
def test_examples_of_settings_are_valid(page: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    key.write_text("v=DKIM1; k=rsa; p=MA==")
    assert blocks(page)
    for text in blocks(page):
        Settings(**tomllib.loads(text.replace("/etc/zhongshi/jiangsu-dkim.txt", str(key))))


@pytest.mark.parametrize("page", PAGES, ids=[p.name for p in PAGES])
def test_every_setting_of_a_mailbox_is_told(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    settings = {*Account.model_fields, *Answers.model_fields, *Smtp.model_fields} - {"smtp"}
    assert not [name for name in settings if f"`{name}`" not in text]
    assert "`[answers.smtp]`" in text
