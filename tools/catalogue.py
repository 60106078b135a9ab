"""Brings the message catalogue up to date with the code: extracts, merges, compiles (`make catalogue`).

Texts in the code are Chinese; the catalogue holds their English. What has no English yet is listed, and the exit
code is 1. Nothing is guessed from similar texts, and the files hold no dates and no line numbers, so that they change
only where a text does.
"""

from __future__ import annotations

import datetime
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("extractors", "pipeline", "flows")
KEYWORDS = {"_": None, "N_": None}
PO = ROOT / "extractors/locale/en/LC_MESSAGES/zhongshi.po"
MO = PO.with_suffix(".mo")
EPOCH = datetime.datetime(2024, 9, 10, tzinfo=datetime.UTC)
"""The date in the headers, which the format wants; that of the notice."""


def texts_of_the_code() -> Catalog:
    """Every text that `_` or `N_` marks, with the files it stands in."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    template = Catalog(project="zhongshi", creation_date=EPOCH)
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, methods, options, keywords=KEYWORDS)
        for name, _line, text, _comments, _context in found:
            template.add(text, locations=[(f"{package}/{Path(name).as_posix()}", 0)])
    return template


def updated() -> Catalog:
    """The catalogue with every text of the code, translated as far as it is, and none that the code has no more."""
    old = read_po(io.BytesIO(PO.read_bytes()), locale="en") if PO.exists() else Catalog()
    new = Catalog(
        locale="en", project="zhongshi", version="1", creation_date=EPOCH, revision_date=EPOCH, fuzzy=False,
        header_comment="# English of zhongshi. Made from the texts of the code by `make catalogue`.",
        last_translator="zhongshi", language_team="zhongshi", msgid_bugs_address="-",
    )  # fmt: skip
    for message in sorted(texts_of_the_code(), key=lambda m: str(m.id)):
        if message.id:
            known = old.get(message.id)
            places = [(name, 0) for name in sorted({place for place, _line in message.locations})]
            new.add(message.id, known.string if known else "", locations=places, flags=message.flags)
    return new


def main() -> int:
    """Writes both files; lists what lacks its English."""
    catalogue = updated()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=0, include_lineno=False)
    with MO.open("wb") as file:
        write_mo(file, catalogue)
    missing = [message.id for message in catalogue if message.id and not message.string]
    for text in missing:
        print(f"没有英文：{text}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
