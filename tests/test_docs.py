"""The settings that the docs show are settings that the program takes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from pipeline.answers.account import Answers, Smtp
from pipeline.calls.call import Call, Changes
from pipeline.calls.catalogue import OwnCalls, all_forms, calls, form_of, use
from pipeline.forms.form import Field, Form
from pipeline.mailbox.accounts import Account
from pipeline.settings import Settings

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(DOCS.glob("*.md"))
FORM_PAGES = sorted(DOCS.glob("forms*.md"))
MAILBOX_PAGES = sorted(DOCS.glob("mailbox*.md"))
OWN_FILE = re.compile(r"# ((?:forms|calls)/[\w-]+\.toml)\n")
"""How an example of a form or a call begins; all others are settings."""


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=[p.name for p in PAGES])
def test_examples_of_settings_are_valid(page: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    key.write_text("v=DKIM1; k=rsa; p=MA==")
    assert blocks(page)
    for text in blocks(page):
        if OWN_FILE.match(text):
            continue
        Settings(**tomllib.loads(text.replace("/etc/zhongshi/jiangsu-dkim.txt", str(key))))


@pytest.mark.parametrize("page", FORM_PAGES, ids=[p.name for p in FORM_PAGES])
def test_examples_of_forms_and_calls_can_be_used(page: Path, tmp_path: Path) -> None:
    files = {found[1]: text for text in blocks(page) if (found := OWN_FILE.match(text))}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    use(OwnCalls(tmp_path))
    try:
        assert {Path(name).stem for name in files} <= {*all_forms(), *calls()}
        assert all(form_of(id).fields for id in calls())
    finally:
        use(OwnCalls())


@pytest.mark.parametrize("page", FORM_PAGES, ids=[p.name for p in FORM_PAGES])
def test_every_entry_of_a_form_and_a_call_is_told(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    entries = {*Field.model_fields, *Form.model_fields, *Changes.model_fields, "extends"}
    assert not [name for name in entries - {"fields", "open"} if f"`{name}`" not in text]
    assert not [name for name in Call.model_fields if name != "id" and not re.search(rf"\b{name}\b", text)]


@pytest.mark.parametrize("page", MAILBOX_PAGES, ids=[p.name for p in MAILBOX_PAGES])
def test_every_setting_of_a_mailbox_is_told(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    settings = {*Account.model_fields, *Answers.model_fields, *Smtp.model_fields} - {"smtp"}
    assert not [name for name in settings if f"`{name}`" not in text]
    assert "`[answers.smtp]`" in text
