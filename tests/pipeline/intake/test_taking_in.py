"""Messages into the ledger: nothing lost, nothing doubled, one bad message doesn't stop the others."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from made_messages import COPY, SCAN, make_docx, make_message, make_part, make_report, make_scan, make_xlsx, make_zip
from sqlalchemy import Engine, func, select

from extractors.errors import UsageError
from pipeline.database.engine import reading
from pipeline.database.jobs import SubmissionRow
from pipeline.database.ledger import pending, start_run
from pipeline.database.overview import submission_rows, unassigned
from pipeline.database.states import State
from pipeline.database.tables import Base, DocumentTable, MessageRow
from pipeline.database.taking import Arrival, Fate, record_message, stored_messages
from pipeline.intake.intake import IntakeReport, take_in
from pipeline.intake.sources import RawMessage, count_messages, folder
from pipeline.intake.store import Store
from pipeline.settings import Settings

Mailbox = Callable[..., Path]
Take = Callable[..., IntakeReport]


@pytest.fixture
def take(engine: Engine, store: Store, settings: Settings, mailbox: Mailbox) -> Take:
    return lambda **messages: take_in(folder(mailbox(**messages)), store, engine, settings)


def only(engine: Engine) -> SubmissionRow:
    (row,) = submission_rows(engine)
    return row


def codes(row: SubmissionRow) -> list[str]:
    return [finding.code for finding in row.findings]


def rows_of(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in Base.metadata.sorted_tables}


def test_a_report_becomes_a_job(take: Take, engine: Engine, store: Store) -> None:
    assert take(a=make_report()) == IntakeReport(new=(1,), messages=1)
    (job,) = pending(engine, store)
    assert job.scan is not None
    assert job.electronic is not None
    assert (job.scan.name, job.scan.path.suffix) == (SCAN, ".pdf")
    assert (job.electronic.name, job.electronic.path.read_bytes()[:2]) == (COPY, b"PK")
    assert job.department == "四川省经济和信息化厅"
    assert job.mail_text == "您好：现将我单位中试平台名录报上，请查收。"
    assert job.findings == ()
    assert pickle.loads(pickle.dumps(job)) == job


def test_again_changes_nothing(take: Take, engine: Engine) -> None:
    messages = {"a": make_report(), "b": make_report(sender="江苏省工业和信息化厅", subject="报送")}
    take(**messages)
    before = rows_of(engine)
    assert take(**messages) == IntakeReport(known=2)
    assert rows_of(engine) == before


def test_the_same_bytes_under_another_name_are_a_duplicate(take: Take, engine: Engine) -> None:
    report = make_report()
    assert take(a=report, b=report) == IntakeReport(new=(1,), messages=1, duplicates=1)
    assert only(engine).duplicates == ("b.eml",)
    assert take(a=report, b=report) == IntakeReport(known=2)


def test_a_stop_after_the_store_loses_nothing(take: Take, store: Store, engine: Engine) -> None:
    data = make_report()
    store.put(data)
    assert rows_of(engine)["messages"] == 0
    assert take(a=data).new == (1,)


def test_a_stop_after_the_ledger_row_is_made_good_without_the_mailbox(
    store: Store, engine: Engine, settings: Settings
) -> None:
    data = make_report()
    message_id, fate = record_message(engine, Arrival("a.eml", "a.eml", store.put(data)))
    assert fate is Fate.NEW
    assert [m.id for m in stored_messages(engine)] == [message_id]
    assert take_in([], store, engine, settings).new == (1,)
    assert stored_messages(engine) == []
    assert take_in([RawMessage("a.eml", data, "a.eml")], store, engine, settings) == IntakeReport(known=1)


def test_the_bytes_are_stored_and_the_row_committed_before_the_mark(
    store: Store, engine: Engine, settings: Settings
) -> None:
    seen: list[int] = []

    def mark() -> None:
        with reading(engine) as session:
            rows = session.scalars(select(MessageRow)).all()
            seen.extend(len(store.get(row.sha256)) for row in rows)

    data = make_report()
    take_in([RawMessage("a", data, "a", mark)], store, engine, settings)
    assert seen == [len(data)]


def test_a_stop_at_the_mark_doubles_nothing(store: Store, engine: Engine, settings: Settings) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    data = make_report()
    with pytest.raises(KeyboardInterrupt):
        take_in([RawMessage("a", data, "a", stop)], store, engine, settings)
    report = take_in([RawMessage("a", data, "a")], store, engine, settings)
    assert report == IntakeReport(new=(1,), messages=1, known=1)
    assert len(submission_rows(engine)) == 1


def test_bad_messages_do_not_stop_the_others(take: Take, engine: Engine) -> None:
    whole = make_report()
    report = take(a=b"\x00\xff garbage", b=whole[: len(whole) // 2], c=whole, d=b"")
    assert (len(report.new), report.damaged) == (4, 3)
    rows = {row.message_name: row for row in submission_rows(engine)}
    assert rows["c.eml"].state is State.RECEIVED
    assert codes(rows["a.eml"])[0] == "message-damaged"
    assert rows["a.eml"].state is State.INCOMPLETE


def test_the_bytes_of_a_damaged_message_are_kept(take: Take, engine: Engine, store: Store) -> None:
    take(a=b"garbage")
    with reading(engine) as session:
        assert store.get(session.scalars(select(MessageRow)).one().sha256) == b"garbage"


def test_a_missing_half(take: Take, engine: Engine) -> None:
    take(a=make_message(make_part(SCAN, make_scan())))
    assert (only(engine).state, codes(only(engine))) == (State.INCOMPLETE, ["document-missing-electronic"])


def test_a_missing_scan(take: Take, engine: Engine) -> None:
    take(a=make_message(make_part(COPY, make_xlsx())))
    assert (only(engine).state, codes(only(engine))) == (State.INCOMPLETE, ["document-missing-scan"])


def test_a_message_without_documents(take: Take, engine: Engine) -> None:
    take(a=make_message(make_part("函.docx", make_docx("现将名录报上"))))
    assert (only(engine).state, codes(only(engine))) == (State.INCOMPLETE, ["message-empty"])


def test_documents_from_an_archive_with_gbk_names(take: Take, engine: Engine, store: Store) -> None:
    packed = make_zip([(SCAN.encode("gbk"), make_scan()), (COPY.encode("gbk"), make_xlsx())])
    take(a=make_message(make_part("材料.zip", packed)))
    (job,) = pending(engine, store)
    assert job.scan is not None
    assert job.scan.name == SCAN
    with reading(engine) as session:
        found = {d.name: (d.rule, d.path) for d in session.scalars(select(DocumentTable))}
    assert found[SCAN] == ("zip/gb18030", f"2/材料.zip/{SCAN}")


def test_a_message_within_an_archive(take: Take, engine: Engine, store: Store) -> None:
    inner = make_report(sender="江苏省工业和信息化厅", subject="江苏省报送", body="报上")
    packed = make_zip([("转发.eml".encode("gbk"), inner)])
    take(a=make_message(make_part("材料.zip", packed), sender="张三", subject="转发", body="请查收"))
    (job,) = pending(engine, store)
    assert (job.scan is not None, job.department) == (True, "江苏省工业和信息化厅")
    with reading(engine) as session:
        assert "2/材料.zip/转发.eml/转发.eml/2" in {d.path for d in session.scalars(select(DocumentTable))}


def test_an_empty_file_is_told(take: Take, engine: Engine) -> None:
    take(a=make_message(make_part(SCAN, make_scan()), make_part(COPY, b"")))
    assert codes(only(engine)) == ["file-empty", "document-missing-electronic"]


@pytest.mark.parametrize(
    ("date", "days"),
    [
        ("Tue, 15 Oct 2024 23:59:00 +0800", 0),
        ("Tue, 15 Oct 2024 16:30:00 +0000", 1),
        ("Wed, 16 Oct 2024 09:24:00 +0800", 1),
        ("Fri, 25 Oct 2024 00:00:00 +0800", 10),
    ],
)
def test_late_by_whole_days_of_china(take: Take, engine: Engine, date: str, days: int) -> None:
    take(a=make_report(date=date))
    row = only(engine)
    assert row.days_late == days
    late = [f.params for f in row.findings if f.code == "message-late"]
    assert late == ([{"deadline": "2024-10-15", "days": str(days)}] if days else [])


def test_a_correction_takes_the_earlier_one_s_place_whatever_the_order(
    take: Take, engine: Engine, store: Store
) -> None:
    correction = make_report(
        copy=make_xlsx(),
        scan=make_scan(200),
        body="附件以此为准，请以本次为准。",
        date="Mon, 14 Oct 2024 10:00:00 +0800",
    )
    take(a_correction=correction, b_first=make_report())
    rows = {row.message_name: row for row in submission_rows(engine)}
    assert rows["b_first.eml"].state is State.SUPERSEDED
    assert rows["b_first.eml"].superseded_by == rows["a_correction.eml"].submission_id
    (job,) = pending(engine, store)
    assert (job.message_name, job.supersedes) == ("a_correction.eml", rows["b_first.eml"].submission_id)


@pytest.mark.parametrize("subject", ["四川省更正报送名录", "关于重新报送名录", "四川省名录（以此为准）"])
def test_the_words_of_a_correction(take: Take, engine: Engine, subject: str) -> None:
    later = make_report(scan=make_scan(200), subject=subject, date="Mon, 14 Oct 2024 10:00:00 +0800")
    take(a=make_report(), b=later)
    assert [r.state for r in submission_rows(engine)] == [State.SUPERSEDED, State.RECEIVED]


def test_words_that_only_sound_like_a_correction(take: Take, engine: Engine) -> None:
    later = make_report(scan=make_scan(200), body="如有更正另行报送。", date="Mon, 14 Oct 2024 10:00:00 +0800")
    take(a=make_report(), b=later)
    first, second = submission_rows(engine)
    assert (first.state, second.state) == (State.RECEIVED, State.RECEIVED)
    assert codes(second) == ["submission-repeated"]


def test_an_addition_stands_beside_the_first(take: Take, engine: Engine) -> None:
    later = make_report(scan=make_scan(200), body="补充报送两家平台。", date="Mon, 14 Oct 2024 10:00:00 +0800")
    take(a=make_report(), b=later)
    assert [(r.state, codes(r)) for r in submission_rows(engine)] == [(State.RECEIVED, [])] * 2


def test_another_body_s_correction_changes_nothing(take: Take, engine: Engine) -> None:
    other = make_report(sender="江苏省工业和信息化厅", subject="更正", date="Mon, 14 Oct 2024 10:00:00 +0800")
    take(a=make_report(), b=other)
    assert [r.state for r in submission_rows(engine)] == [State.RECEIVED, State.RECEIVED]


def test_two_halves_in_two_messages_are_one_report(take: Take, engine: Engine, store: Store) -> None:
    take(
        b=make_message(make_part(SCAN, make_scan())),
        a=make_message(make_part(COPY, make_xlsx()), date="Mon, 14 Oct 2024 10:00:00 +0800"),
    )
    first, second = submission_rows(engine)
    assert (first.state, second.state) == (State.SUPERSEDED, State.RECEIVED)
    assert codes(second) == ["submission-joined"]
    (job,) = pending(engine, store)
    assert job.scan is not None
    assert job.electronic is not None


def test_a_correction_of_one_half_is_compared_with_the_other_half_of_the_first(
    take: Take, engine: Engine, store: Store
) -> None:
    new = make_xlsx([["序号", "中试平台名称", "承担单位", "所在地"], ["1", "甲", "乙", "丙"]])
    correction = make_message(make_part("更正 电子版.xlsx", new), date="Mon, 14 Oct 2024 10:00:00 +0800")
    take(a=correction, b=make_report())
    (job,) = pending(engine, store)
    assert job.scan is not None
    assert job.electronic is not None
    assert (job.scan.name, job.electronic.name) == (SCAN, "更正 电子版.xlsx")
    assert [f.code for f in job.findings] == ["submission-joined"]


def test_an_unknown_body_is_listed_apart(take: Take, engine: Engine) -> None:
    take(a=make_report(sender="张三", subject="报送", body="请查收"))
    (row,) = unassigned(engine, "2024")
    assert (row.department, row.state) == (None, State.RECEIVED)


def test_the_run_knows_its_messages(store: Store, engine: Engine, settings: Settings, mailbox: Mailbox) -> None:
    first = start_run(engine, "mailbox")
    take_in(folder(mailbox(a=make_report())), store, engine, settings, first)
    second = start_run(engine, "mailbox")
    take_in(folder(mailbox(a=make_report())), store, engine, settings, second)
    assert len(submission_rows(engine, first)) == 1
    assert submission_rows(engine, second) == []


def test_progress_counts_every_message(store: Store, engine: Engine, settings: Settings, mailbox: Mailbox) -> None:
    seen: list[str] = []
    source = mailbox(a=make_report(), b=b"bad")
    take_in(folder(source), store, engine, settings, progress=lambda raw: seen.append(raw.name))
    assert len(seen) == count_messages(source) == 2


def test_a_folder_is_read_with_its_folders_in_order(tmp_path: Path) -> None:
    for name in ("b.eml", "a/c.EML", "a/readme.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [m.identity for m in folder(tmp_path)] == ["a/c.EML", "b.eml"]
    assert [m.identity for m in folder(tmp_path / "b.eml")] == ["b.eml"]


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        folder(tmp_path / "none")
    assert error.value.code == "source-missing"
