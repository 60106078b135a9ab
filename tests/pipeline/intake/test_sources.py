"""Sources that are files: folders of .eml and .msg, Maildir, mbox, a single file."""

from __future__ import annotations

import mailbox
from pathlib import Path

from made_messages import make_message, make_report
from made_outlook import make_msg
from sqlalchemy import Engine

from pipeline.database.overview import submission_rows
from pipeline.intake.intake import take_in
from pipeline.intake.sources import count_messages, folder
from pipeline.intake.store import Store
from pipeline.settings import Settings

FIRST, SECOND = make_report(), make_message(subject="江苏省工业和信息化厅报送", body="补充说明")


def identities(path: Path) -> list[str]:
    found = list(folder(path))
    assert len(found) == count_messages(path)
    assert len({raw.identity for raw in found}) == len(found)
    return [raw.identity for raw in found]


def test_a_maildir_knows_its_messages_by_their_names_without_flags(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Maildir")
    key = box.add(FIRST)
    box.add(SECOND)
    before = identities(tmp_path / "Maildir")
    message = box[key]
    message.set_subdir("cur")
    message.set_flags("SF")
    box[key] = message
    assert identities(tmp_path / "Maildir") == before


def test_folders_of_a_maildir_are_read_too(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Maildir")
    box.add(FIRST)
    box.add_folder("Archive").add(SECOND)
    found = identities(tmp_path / "Maildir")
    assert [identity.startswith(".Archive/") for identity in found] == [True, False]


def test_an_mbox_knows_its_messages_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "office.mbox"
    box = mailbox.mbox(path)
    box.add(SECOND)
    box.add(FIRST)
    box.add(FIRST)
    box.flush()
    before = identities(path)
    box.remove(0)
    box.flush()
    assert identities(path) == before[1:]


def test_an_mbox_without_a_suffix_and_one_in_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "in" / "box.mbox"
    path.parent.mkdir()
    path.write_bytes(b"From a@b.cn Sat Oct 12 18:57:00 2024\n" + FIRST.replace(b"\r\n", b"\n") + b"\n")
    assert len(identities(tmp_path / "in")) == 1
    plain = path.rename(path.with_suffix(""))
    assert len(identities(plain)) == 1


def test_a_folder_of_outlook_s_files_beside_eml(
    tmp_path: Path, store: Store, engine: Engine, settings: Settings
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.eml").write_bytes(FIRST)
    (tmp_path / "in" / "b.msg").write_bytes(make_msg(subject="浙江省经济和信息化厅报送名录", body="现将名录报上。"))
    (tmp_path / "in" / "readme.txt").write_text("x")
    assert identities(tmp_path / "in") == ["a.eml", "b.msg"]
    take_in(folder(tmp_path / "in"), store, engine, settings)
    assert {row.department for row in submission_rows(engine)} == {"四川省经济和信息化厅", "浙江省经济和信息化厅"}


def test_a_single_file_of_any_name(tmp_path: Path) -> None:
    path = tmp_path / "message"
    path.write_bytes(FIRST)
    assert identities(path) == ["message"]


def test_a_line_of_a_text_that_begins_with_from_ends_no_message(tmp_path: Path) -> None:
    text = FIRST.replace(b"\r\n", b"\n") + b"\nFrom the office of Sichuan\n\nFrom 1 October 2024 on, see below.\n"
    second = b"From - Sat Oct 12 18:57:00 2024\n" + SECOND.replace(b"\r\n", b"\n") + b"\n"
    path = tmp_path / "box.mbox"
    path.write_bytes(b"From a@b.cn Sat Oct 12 18:57:00 2024\n" + text + b"\n" + second)
    assert [raw.data for raw in folder(path)] == [text, SECOND.replace(b"\r\n", b"\n")]
    assert count_messages(path) == 2
