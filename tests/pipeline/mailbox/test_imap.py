"""A real IMAP server: every message once, whatever happens to UIDs, connections and other runs."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from imap_proxy import Answer, proxy
from made_messages import make_message, make_report, make_scan
from mail_server import CHINESE_PASSWORD, CHINESE_USER, PASSWORD, MailServer
from sqlalchemy import Engine, select, update

from extractors.errors import TransientError, UsageError
from pipeline.database.engine import reading, writing
from pipeline.database.overview import passed_over, submission_rows
from pipeline.database.tables import MailboxItemRow, MessageRow
from pipeline.intake.intake import IntakeReport
from pipeline.intake.store import Store
from pipeline.mailbox import poll as polls

Poll = Callable[..., IntakeReport]
BODY = "BODY.PEEK[])"
"""Ends the command that fetches a whole message."""


def reports(count: int) -> list[bytes]:
    """Different reports of one body."""
    return [make_report(scan=make_scan(200 + at), body=f"第{at}次报送，补充材料。") for at in range(count)]


def names(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(MessageRow.name).order_by(MessageRow.id)))


def through(port: int) -> dict[str, Any]:
    """Settings of the account for a proxy."""
    return {"host": "127.0.0.1", "port": port, "security": "none"}


def test_new_messages_are_taken_in_their_order_with_their_bytes(
    server: MailServer, poll: Poll, engine: Engine, store: Store
) -> None:
    sent = reports(3)
    server.deliver(*sent)
    assert poll().messages == 3
    with reading(engine) as session:
        rows = session.scalars(select(MessageRow).order_by(MessageRow.id)).all()
        crlf = [data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for data in sent]  # as IMAP sends lines
        assert [store.get(row.sha256) for row in rows] == crlf
        assert [row.identity.rpartition("/")[2] for row in rows] == ["1", "2", "3"]
    assert names(engine)[0] == "四川省经济和信息化厅报送中试平台名录及储备建设情况（INBOX 1）"


def test_only_what_is_new_is_fetched(server: MailServer, poll: Poll) -> None:
    server.deliver(*reports(2))
    with proxy(server.port) as middle:
        poll(**through(middle.port))
        assert middle.count(BODY) == 2
        assert poll(**through(middle.port)) == IntakeReport()
        server.deliver(make_report(scan=make_scan(100)))
        assert poll(**through(middle.port)).messages == 1
        assert middle.count(BODY) == 3


def test_a_changed_uidvalidity_reads_nothing_twice(server: MailServer, poll: Poll, engine: Engine) -> None:
    sent = reports(3)
    server.deliver(*sent)
    poll()
    server.renumber()
    server.deliver(make_report(scan=make_scan(100)))
    with proxy(server.port) as middle:
        assert poll(**through(middle.port)).messages == 1
        assert middle.count(BODY) == 1
        assert poll(**through(middle.port)) == IntakeReport()
    assert len(submission_rows(engine)) == 4


def test_where_the_header_does_not_tell_the_bytes_do(server: MailServer, poll: Poll, engine: Engine) -> None:
    server.deliver(*reports(2))
    poll()
    with writing(engine) as session:
        session.execute(update(MailboxItemRow).values(fingerprint="0" * 64))
    server.renumber()
    assert poll() == IntakeReport(known=2)
    assert poll() == IntakeReport()
    assert len(names(engine)) == 2


def test_the_same_bytes_delivered_twice_are_a_duplicate(server: MailServer, poll: Poll) -> None:
    server.deliver(make_report(), make_report())
    report = poll()
    assert (report.messages, report.duplicates) == (1, 1)
    server.renumber()
    assert poll() == IntakeReport()


def refuses_unknown_clients(command: str, before: list[str]) -> str | None:
    """As 163 and 126 do."""
    asks = command.startswith(("SELECT", "EXAMINE"))
    known = any(said.startswith("ID ") for said in before)
    return "NO SELECT Unsafe Login. Please contact kefu@188.com for help" if asks and not known else None


def refuses_charsets(command: str, before: list[str]) -> str | None:
    return "NO [BADCHARSET (US-ASCII)] unsupported charset" if "SEARCH" in command and "CHARSET" in command else None


@pytest.mark.parametrize("answer", [refuses_unknown_clients, refuses_charsets])
def test_servers_with_conditions(server: MailServer, poll: Poll, answer: Answer) -> None:
    server.deliver(*reports(1), make_message(subject="新闻简报"))
    rules = [{"take": False, "subject": "简报"}]
    with proxy(server.port, answer) as middle:
        assert poll(**through(middle.port), rules=rules).messages == 1
        assert middle.count("ID (") == 1


def test_a_server_without_the_id_command(server: MailServer, poll: Poll) -> None:
    server.deliver(*reports(1))
    with proxy(server.port, lambda command, before: "BAD unknown" if command.startswith("ID") else None) as middle:
        assert poll(**through(middle.port)).messages == 1


def test_starttls_and_a_password_that_is_not_ascii(
    server: MailServer, poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(*reports(1))
    monkeypatch.setenv("ZHONGSHI_IMAP_OFFICE_PASSWORD", CHINESE_PASSWORD)
    assert poll(user=CHINESE_USER, port=server.port, security="starttls").messages == 1


def test_rules_pass_messages_over_by_their_headers_alone(server: MailServer, poll: Poll, engine: Engine) -> None:
    noise = [make_message(subject=f"第{at}期新闻简报") for at in range(4)]
    ours = make_report(subject="江苏省报送（新闻简报附后）")
    server.deliver(*noise, ours)
    rules = [{"take": True, "subject": "江苏省"}, {"take": False, "subject": "简报", "sender": "@example.cn"}]
    with proxy(server.port) as middle:
        assert poll(**through(middle.port), rules=rules).messages == 1
        assert poll(**through(middle.port), rules=rules) == IntakeReport()
        assert (middle.count(BODY), middle.count("BODY.PEEK[HEADER]")) == (1, 1)
        assert passed_over(engine) == 4
        # The rule is gone: what it passed over is looked at again
        assert poll(**through(middle.port)).messages == 4


def test_messages_before_a_day_are_left_alone(server: MailServer, poll: Poll) -> None:
    first, second = reports(2)
    server.deliver(first, day=2)
    server.deliver(second, day=20)
    assert poll(since=datetime.date(2024, 10, 10)).messages == 1


def test_several_folders_with_chinese_names(server: MailServer, poll: Poll, engine: Engine) -> None:
    with server.client() as client:
        client.create_folder("报送")
        client.append("报送", reports(1)[0])
    server.deliver(reports(2)[1])
    assert poll(folders=["INBOX", "报送"]).messages == 2
    assert names(engine)[1].endswith("（报送 1）")


def test_without_a_mark_the_mailbox_stays_as_it_was(server: MailServer, poll: Poll) -> None:
    server.deliver(*reports(1))
    poll()
    with server.client() as client:
        assert not set(client.get_flags([1])[1]) - {b"\\Recent"}


@pytest.mark.parametrize(
    ("mark", "flag"),
    [
        ({"kind": "seen"}, b"\\Seen"),
        ({"kind": "flag"}, b"\\Flagged"),
        ({"kind": "label", "to": "zhongshi"}, b"zhongshi"),
    ],
)
def test_messages_are_marked(server: MailServer, poll: Poll, mark: dict[str, str], flag: bytes) -> None:
    server.deliver(*reports(2))
    poll(mark=mark)
    with server.client() as client:
        assert all(flag in flags for flags in client.get_flags([1, 2]).values())


def test_messages_are_moved_and_none_is_deleted(server: MailServer, poll: Poll) -> None:
    server.deliver(*reports(2))
    poll(mark={"kind": "move", "to": "已接收"})
    assert poll(mark={"kind": "move", "to": "已接收"}) == IntakeReport()
    with server.client("已接收") as client:
        assert len(client.search()) == 2
        client.select_folder("INBOX")
        assert client.search() == []


def test_a_server_that_cannot_move_gets_a_flag_and_loses_nothing(server: MailServer, poll: Poll) -> None:
    def without_move(command: str, before: list[str]) -> str | None:
        assert "MOVE" not in command
        return None

    server.deliver(*reports(1))
    with (server.home / "dovecot.conf").open("a") as config:
        config.write("imap_capability = IMAP4rev1 ID UIDPLUS\n")
    with server.client() as client:  # a server process reads its configuration when it starts
        client.logout()
    import subprocess

    subprocess.run(["doveadm", "-c", server.home / "dovecot.conf", "reload"], check=True)
    with proxy(server.port, without_move) as middle:
        assert poll(**through(middle.port), mark={"kind": "move", "to": "已接收"}).messages == 1
    with server.client() as client:
        assert b"\\Flagged" in client.get_flags([1])[1]


def test_a_stop_between_ledger_and_mark_is_made_good(
    server: MailServer, poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(*reports(2))

    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(polls, "set_marks", stop)
        poll(mark={"kind": "flag"})
    assert poll(mark={"kind": "flag"}).messages == 2
    with server.client() as client:
        assert all(b"\\Flagged" in flags for flags in client.get_flags([1, 2]).values())


def test_a_connection_that_breaks_leaves_what_was_taken(server: MailServer, poll: Poll, engine: Engine) -> None:
    server.deliver(*reports(4))

    def breaks(command: str, before: list[str]) -> str | None:
        return "" if BODY in command and sum(BODY in said for said in before) == 2 else None

    with proxy(server.port, breaks) as middle, pytest.raises(TransientError) as error:
        poll(**through(middle.port))
    assert error.value.code == "mailbox-unreachable"
    assert len(names(engine)) == 2
    assert poll().messages == 2
    assert len(submission_rows(engine)) == 4


def test_two_polls_at_the_same_time_take_nothing_twice(server: MailServer, poll: Poll, engine: Engine) -> None:
    server.deliver(*reports(12))
    done: list[IntakeReport] = []
    with proxy(server.port) as middle:
        arguments = [{**through(middle.port), "owner": f"elsewhere/{at}/0"} for at in range(3)]
        threads = [threading.Thread(target=lambda given=given: done.append(poll(**given))) for given in arguments]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert middle.count(BODY) == 12
    assert poll() == IntakeReport()
    assert sum(report.messages for report in done) == 12
    assert len(submission_rows(engine)) == 12


def test_a_message_that_is_too_large_is_not_fetched_and_told(server: MailServer, poll: Poll, engine: Engine) -> None:
    server.deliver(make_report(scan=b"%PDF-1.4 " + bytes(3 << 20)))
    with proxy(server.port) as middle:
        assert poll(**through(middle.port), limits={"message_mb": 2}).messages == 1
        assert middle.count(BODY) == 0
    (row,) = submission_rows(engine)
    assert "message-not-fetched" in {finding.code for finding in row.findings}


def test_the_server_s_date_counts_where_the_header_has_none(server: MailServer, poll: Poll, engine: Engine) -> None:
    server.deliver(make_report(date="none"), day=18)
    poll()
    (row,) = submission_rows(engine)
    assert (row.days_late, row.received_at) == (3, datetime.datetime(2024, 10, 18, 12, tzinfo=datetime.UTC))


def test_a_wrong_password_is_told_without_it(
    poll: Poll, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHONGSHI_IMAP_OFFICE_PASSWORD", "not-the-password")
    with pytest.raises(UsageError) as error:
        poll()
    assert error.value.code == "mailbox-login-refused"
    assert "not-the-password" not in error.value.message + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "changes", [{"ca_file": None}, {"port": 1}, {"host": "no-such-host.invalid"}], ids=["certificate", "port", "host"]
)
def test_a_server_that_cannot_be_trusted_or_reached(poll: Poll, changes: dict[str, Any]) -> None:
    with pytest.raises(TransientError) as error:
        poll(**changes)
    assert error.value.code == "mailbox-unreachable"


def test_a_folder_that_is_not_there(server: MailServer, poll: Poll, engine: Engine) -> None:
    server.deliver(*reports(1))
    with pytest.raises(UsageError) as error:
        poll(folders=["INBOX", "没有"])
    assert error.value.code == "mailbox-folder-missing"
    assert len(names(engine)) == 1


def test_the_password_in_a_file_that_others_can_read_is_not_used(poll: Poll, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o644)
    with pytest.raises(UsageError) as error:
        poll(password_file=file)
    assert error.value.code == "secret-exposed"
    file.chmod(0o600)
    assert poll(password_file=file) == IntakeReport()


def test_a_server_that_withholds_a_message_is_told_and_asked_again(
    server: MailServer, poll: Poll, engine: Engine
) -> None:
    server.deliver(*reports(2))

    def withholds(command: str, before: list[str]) -> str | None:
        return "* 1 FETCH (UID 1 BODY[] NIL)\nOK done" if BODY in command and " 1 " in command else None

    with proxy(server.port, withholds) as middle, pytest.raises(TransientError) as error:
        poll(**through(middle.port))
    assert (error.value.code, len(names(engine))) == ("mailbox-message-withheld", 1)
    assert poll().messages == 1


@pytest.mark.parametrize("answer", ["NO not allowed", ""])
def test_a_mark_that_fails_holds_up_nothing(server: MailServer, poll: Poll, engine: Engine, answer: str) -> None:
    server.deliver(*reports(2))

    def refuses(command: str, before: list[str]) -> str | None:
        return answer if "STORE" in command else None

    with proxy(server.port, refuses) as middle:
        for count in (1, 2) if answer == "" else (2, 2):
            with pytest.raises((UsageError, TransientError)) as error:
                poll(**through(middle.port), mark={"kind": "flag"})
            assert error.value.code == ("mailbox-mark-refused" if answer else "mailbox-unreachable")
            assert len(names(engine)) == count
    server.deliver(reports(3)[2])
    assert poll(mark={"kind": "flag"}).messages == 1
    with server.client() as client:
        assert all(b"\\Flagged" in flags for flags in client.get_flags(client.search()).values())


def test_a_rule_put_before_another_brings_back_what_that_one_passed_over(server: MailServer, poll: Poll) -> None:
    server.deliver(make_report(subject="中试平台简报"))
    passes = {"take": False, "subject": "简报"}
    assert poll(rules=[passes]) == IntakeReport()
    assert poll(rules=[{"take": True, "subject": "中试"}, passes]).messages == 1


def test_a_login_that_is_cut_off_is_no_wrong_password(server: MailServer, poll: Poll) -> None:
    with (
        proxy(server.port, lambda command, before: "" if command.startswith("LOGIN") else None) as middle,
        pytest.raises(TransientError) as error,
    ):
        poll(**through(middle.port))
    assert error.value.code == "mailbox-unreachable"


def test_a_server_that_repeats_the_password_does_not_bring_it_to_light(server: MailServer, poll: Poll) -> None:
    def repeats(command: str, before: list[str]) -> str | None:
        return f'NO [AUTHENTICATIONFAILED] "{PASSWORD}" is wrong' if command.startswith("LOGIN") else None

    with proxy(server.port, repeats) as middle, pytest.raises(UsageError) as error:
        poll(**through(middle.port))
    assert PASSWORD not in repr(error.value) + error.value.message
    assert "AUTHENTICATIONFAILED" in error.value.message


def test_control_characters_of_a_subject_do_not_reach_the_terminal(
    server: MailServer, poll: Poll, engine: Engine
) -> None:
    server.deliver(make_report(subject="报送\x1b]0;x\x07"))
    poll()
    assert names(engine)[0].isprintable()


@pytest.mark.parametrize(
    "wrong",
    [
        {"security": "none", "host": "imap.example.cn"},
        {"mark": {"kind": "move", "to": "INBOX"}},
        {"mark": {"kind": "label", "to": "标签"}},
        {"mark": {"kind": "move"}},
    ],
)
def test_settings_that_would_do_harm_are_refused(account: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        type(account).model_validate({**account.model_dump(), **wrong})
