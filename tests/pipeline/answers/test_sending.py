"""Sending to a real server: what it says, how it is encrypted, and that the password stays where it is."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path

import pytest
from mail_taker import PASSWORD, USER, MailTaker, mail_taker
from pydantic import ValidationError
from sqlalchemy import Engine

from pipeline.answers.account import Answers, Smtp
from pipeline.answers.sending import LONGEST_WAIT, send_queued
from pipeline.calls.call import CHINA
from pipeline.database.outbox import OutboxItem, Stage, act, items
from pipeline.intake.store import Store
from pipeline.settings import Settings, load_settings

Queued = Callable[..., int]
MOMENT = datetime.datetime(2024, 10, 16, 9, 30, tzinfo=CHINA)


def at(taker: MailTaker, tmp_path: Path, **other: object) -> Settings:
    smtp = {"host": "127.0.0.1", "port": taker.port, "security": "none", "timeout": 10, **other}
    return Settings(workspace=tmp_path, answers=Answers(send="all", smtp=Smtp.model_validate(smtp)))


def only(engine: Engine) -> OutboxItem:
    (item,) = items(engine)
    return item


def test_what_is_queued_is_sent_over_one_connection(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings
) -> None:
    numbers = tuple(queued() for _ in range(3))
    report = send_queued(engine, store, settings, MOMENT)
    assert (report.sent, report.needs_a_person, taker.connections) == (numbers, False, 1)
    assert taker.ids == [item.mail_id for item in items(engine)]
    message = taker.taken[0]
    assert (message["Date"], message["X-Unsent"]) == ("Wed, 16 Oct 2024 09:30:00 +0800", None)
    assert taker.raw[0].endswith(store.get(items(engine)[0].sha256).partition(b"X-Unsent: 1\r\n")[2])
    assert all(item.stage is Stage.SENT and item.sent_at for item in items(engine))
    assert send_queued(engine, store, settings).sent == ()
    assert len(taker.ids) == 3


def test_never_means_never(engine: Engine, store: Store, queued: Queued, taker: MailTaker, tmp_path: Path) -> None:
    queued()
    report = send_queued(engine, store, Settings(workspace=tmp_path))
    assert (report.forbidden, report.sent, taker.connections) == (1, (), 0)


def test_drafts_stay(engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings) -> None:
    for stage in Stage:
        if stage is not Stage.QUEUED:
            queued(state=stage.value)
    assert send_queued(engine, store, settings).sent == ()
    assert taker.ids == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_is_busy_is_asked_again_later(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings, command: str
) -> None:
    number = queued()
    taker.says[command] = "451 greylisted"
    assert send_queued(engine, store, settings, MOMENT).postponed == (number,)
    item = only(engine)
    assert (item.stage, item.attempts, item.error) == (Stage.QUEUED, 1, "451 greylisted")
    assert item.next_at == MOMENT + datetime.timedelta(minutes=1)
    taker.says.clear()
    assert send_queued(engine, store, settings, MOMENT + datetime.timedelta(seconds=59)).sent == ()
    assert send_queued(engine, store, settings, MOMENT + datetime.timedelta(seconds=60)).sent == (number,)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_refuses_is_not_asked_again_unless_a_person_says_so(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings, command: str
) -> None:
    first, _ = queued(), queued()
    taker.says[command] = "550 no such user\x07"
    report = send_queued(engine, store, settings)
    assert (len(report.failed), report.sent, report.needs_a_person) == (2, (), True)
    assert {(item.stage, item.error) for item in items(engine)} == {(Stage.FAILED, "550 no such user")}
    taker.says.clear()
    assert send_queued(engine, store, settings).sent == ()
    assert act(engine, "retry", first) is None
    assert send_queued(engine, store, settings).sent == (first,)


def test_waits_double_up_to_six_hours_and_end(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings
) -> None:
    queued()
    taker.says["RCPT"] = "450 later"
    moment, waits = MOMENT, []
    while only(engine).stage is Stage.QUEUED:
        send_queued(engine, store, settings, moment)
        after = only(engine).next_at
        waits.append((after - moment) / datetime.timedelta(minutes=1) if after else None)
        moment = after or moment
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, None]
    assert (only(engine).stage, LONGEST_WAIT) == (Stage.FAILED, datetime.timedelta(hours=6))


def test_no_server(engine: Engine, store: Store, queued: Queued, tmp_path: Path) -> None:
    numbers = (queued(), queued())
    with mail_taker() as gone:
        pass
    report = send_queued(engine, store, at(gone, tmp_path))
    assert (report.postponed, "refused" in report.trouble) == (numbers, True)
    assert [item.attempts for item in items(engine)] == [1, 1]


def test_a_server_that_hangs_up_instead_of_answering_for_a_message(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings
) -> None:
    first = queued()
    taker.drop_after_data = True
    report = send_queued(engine, store, settings)
    assert (report.uncertain, report.sent) == ((first,), ())
    taker.drop_after_data = False
    assert send_queued(engine, store, settings).uncertain == (first,)
    assert len(taker.ids) == 1  # it came, and came once
    assert act(engine, "sent", first) is None
    assert send_queued(engine, store, settings).uncertain == ()


def test_a_connection_that_was_closed_between_messages_is_made_anew(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings
) -> None:
    numbers = (queued(), queued())
    taker.says["MAIL"] = "421 closing"
    assert send_queued(engine, store, settings, MOMENT).postponed == numbers
    assert taker.connections == 2
    assert [item.stage for item in items(engine)] == [Stage.QUEUED] * 2


def test_the_sender_is_the_one_that_is_set_when_it_is_sent(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, settings: Settings
) -> None:
    for sender in ("new@example.cn", "office@example.cn"):
        queued()
        answers = settings.answers.model_copy(update={"sender": sender})
        assert send_queued(engine, store, settings.model_copy(update={"answers": answers})).sent
    assert [parseaddr(str(each["From"]))[1] for each in taker.taken] == ["new@example.cn", "office@example.cn"]
    assert [each["Reply-To"] for each in taker.taken] == ["office@example.cn", None]
    assert taker.ids == [item.mail_id for item in items(engine)]


def test_a_port_that_does_not_speak_tls_is_told_with_what_to_change(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, tmp_path: Path
) -> None:
    queued()
    trouble = send_queued(engine, store, at(taker, tmp_path, security="tls")).trouble
    assert "请检查 [answers.smtp] 的 port 和 security（465 用 tls，587 用 starttls）" in trouble


def test_a_draft_that_the_store_has_lost_does_not_hold_up_the_others(
    engine: Engine, store: Store, queued: Queued, settings: Settings
) -> None:
    lost, other = queued(), queued()
    sha = items(engine)[0].sha256
    (Path(store.url) / sha[:2] / sha[2:]).unlink()
    report = send_queued(engine, store, settings)
    assert (report.failed, report.sent) == ((lost,), (other,))
    assert sha in items(engine)[0].error


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_login_over_an_encrypted_connection(
    engine: Engine, store: Store, queued: Queued, certificate: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, security: str,
) -> None:  # fmt: skip
    number = queued()
    monkeypatch.setenv("ZHONGSHI_SMTP_PASSWORD", PASSWORD)
    with mail_taker(certificate, security, login=True) as taker:
        strange = send_queued(engine, store, at(taker, tmp_path, security=security, user=USER), MOMENT)
        assert "certificate" in strange.trouble.lower() and "ca_file" in strange.trouble
        assert (strange.postponed, taker.logins) == ((number,), 0)
        known = at(taker, tmp_path, security=security, user=USER, ca_file=certificate)
        report = send_queued(engine, store, known, MOMENT + datetime.timedelta(hours=1))
    assert (report.sent, taker.logins) == ((number,), 1)


def test_a_server_without_encryption_gets_no_password(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued()
    monkeypatch.setenv("ZHONGSHI_SMTP_PASSWORD", PASSWORD)
    report = send_queued(engine, store, at(taker, tmp_path, security="starttls", user=USER))
    assert "STARTTLS" in report.trouble
    assert (taker.logins, only(engine).stage) == (0, Stage.QUEUED)


def test_a_wrong_password_is_told_and_shown_nowhere(
    engine: Engine, store: Store, queued: Queued, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    queued()
    file = tmp_path / "password"
    file.write_text("wr0ng-secret\n")
    file.chmod(0o600)
    with mail_taker(login=True) as taker, caplog.at_level(logging.DEBUG):
        settings = at(taker, tmp_path, user=USER, password_file=file)
        report = send_queued(engine, store, settings)
    assert (report.trouble, taker.logins > 0) == ("535 (login)", True)
    said = (settings, settings.model_dump(), report, items(engine), caplog.text, capfd.readouterr())
    assert "wr0ng-secret" not in str(said)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_password_file_that_others_can_read_is_refused(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, tmp_path: Path, mode: int
) -> None:
    queued()
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    file.chmod(mode)
    report = send_queued(engine, store, at(taker, tmp_path, user=USER, password_file=file))
    assert "chmod 600" in report.trouble
    assert (only(engine).stage, only(engine).attempts, taker.connections) == (Stage.QUEUED, 0, 0)


def test_a_password_that_smtp_cannot_carry_is_told_without_a_word_of_it(
    engine: Engine, store: Store, queued: Queued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued()
    monkeypatch.setenv("ZHONGSHI_SMTP_PASSWORD", "密码")
    with mail_taker(login=True) as taker:
        assert send_queued(engine, store, at(taker, tmp_path, user=USER)).trouble == "password: ASCII only"


def test_no_password_at_all(
    engine: Engine, store: Store, queued: Queued, taker: MailTaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued()
    monkeypatch.delenv("ZHONGSHI_SMTP_PASSWORD", raising=False)
    assert "ZHONGSHI_SMTP_PASSWORD" in send_queued(engine, store, at(taker, tmp_path, user=USER)).trouble


def test_settings_that_would_send_wrongly_are_refused() -> None:
    with pytest.raises(ValidationError, match="security"):
        Smtp(host="mail.example.cn", security="none", user="office")
    with pytest.raises(ValidationError, match="answers.smtp"):
        Answers(send="all")
    for sender in ("office", "a@b.cn, c@d.cn", "a@b.cn\nBcc: c@d.cn"):
        with pytest.raises(ValidationError, match="不是邮箱地址"):
            Answers(sender=sender)
    with pytest.raises(ValidationError):
        Smtp.model_validate({"host": "x", "password": "in the settings"})


def test_settings_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("zhongshi.toml").write_text(
        '[answers]\nsend = "acknowledgements"\nsender = "office@example.cn"\n'
        '[answers.smtp]\nhost = "smtp.163.com"\nuser = "office@example.cn"\npassword_file = "/run/secrets/smtp"\n'
    )
    answers = load_settings().answers
    assert answers.smtp is not None
    assert (answers.send, answers.attempts, answers.smtp.real_port, answers.smtp.security) == (
        "acknowledgements", 10, 465, "tls",
    )  # fmt: skip
    assert load_settings(workspace=tmp_path / "w").answers.smtp == answers.smtp
    monkeypatch.setenv("ZHONGSHI_ANSWERS__SEND", "never")
    assert load_settings().answers.send == "never"
