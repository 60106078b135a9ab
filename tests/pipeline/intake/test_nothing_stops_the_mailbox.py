"""Messages that once stopped a whole run: each is told, the one behind it is taken, and the next run finds no work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from made_messages import make_message, make_part, make_report
from made_outlook import make_msg
from sqlalchemy import Engine, select

from pipeline.database.engine import reading
from pipeline.database.tables import MessageRow, SubmissionTable
from pipeline.database.taking import stored_messages
from pipeline.intake import intake
from pipeline.intake.intake import IntakeReport, take_in
from pipeline.intake.sources import RawMessage, folder
from pipeline.intake.store import Store
from pipeline.settings import Settings

XLS = Path(__file__).parent.parent.parent / "extractors" / "resources" / "form.xls"
UTF7 = b"Subject: report\r\nContent-Type: text/plain; charset=utf-7\r\n\r\nhello +2AA- x\r\n"
NUL = "From: a@b.cn\r\nSubject: 附件3 \x00 中试\r\n\r\n\x00\x01\r\n".encode()


def cut_short(at: int) -> bytes:
    data = XLS.read_bytes()
    return make_message(make_part("附件3.xls", data[: len(data) * at // 10]))


MESSAGES = {
    **{f"xls-{at}": cut_short(at) for at in range(1, 10)},
    "utf-7": UTF7,
    "nul": NUL,
    "far-future": make_message(date="Fri, 31 Dec 9999 23:59:59 -0500"),
    "long-ago": make_message(date="Mon, 01 Jan 0001 00:00:00 +0800"),
    "no-zone": make_message(date="Sat, 12 Oct 2024 18:57:00 -0000"),
    "surrogates": make_message(subject="报送").replace(b"Subject: =", b"Subject: =?utf-16?B?2AAAQQ==?= ="),
    "msg-date-0": make_msg(subject="报送", delivered=0),
    "msg-null-date": make_msg(subject="报送", delivered=0x0CB34557A3DD4000),
    "msg-date": make_msg(subject="报送", delivered=133_700_000_000_000_000),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_message_behind_it_is_taken(name: str, store: Store, engine: Engine, settings: Settings) -> None:
    raws = [RawMessage("a", MESSAGES[name], "a"), RawMessage("b", make_report(), "b")]
    assert take_in(raws, store, engine, settings).messages == 2
    assert stored_messages(engine) == []
    assert take_in(raws, store, engine, settings) == IntakeReport(known=2)


def test_a_fault_that_nobody_thought_of_is_written_down_and_the_others_go_on(
    store: Store, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*arguments: object) -> None:
        raise RuntimeError("nobody thought of this")

    with monkeypatch.context() as broken:
        broken.setattr(intake, "read_stored", fault)
        report = take_in([RawMessage("a", make_report(), "a")], store, engine, settings)
    assert (report.messages, report.damaged) == (1, 1)
    with reading(engine) as session:
        assert [s.state for s in session.scalars(select(SubmissionTable))] == ["incomplete"]


def test_a_file_whose_name_windows_wrote(tmp_path: Path, store: Store, engine: Engine, settings: Settings) -> None:
    box = tmp_path / "in"
    box.mkdir()
    Path(os.fsdecode(os.fsencode(box) + b"/" + "报送材料.eml".encode("gbk"))).write_bytes(make_report())
    (raw,) = folder(box)
    assert (raw.identity, raw.name) == ("报送材料.eml", "报送材料.eml")
    assert take_in(folder(box), store, engine, settings).messages == 1


def test_two_files_that_cannot_be_read_are_no_repeats(store: Store, engine: Engine, settings: Settings) -> None:
    raws = [RawMessage(f"{name}#unreadable", b"", name) for name in "ab"]
    assert take_in(raws, store, engine, settings).duplicates == 0
    with reading(engine) as session:
        assert session.scalars(select(MessageRow.duplicate_of)).all() == [None, None]
