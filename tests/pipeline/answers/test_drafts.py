"""Which answer a submission gets, and what it says."""

from __future__ import annotations

import dataclasses
import datetime
import io
import shutil
from pathlib import Path

import docx
import pytest
from made_answers import SICHUAN, make_job, make_result, read, text_of

from pipeline.answers.message import mail_id_of
from pipeline.calls.call import CHINA
from pipeline.database.jobs import DocumentRef, ReceivedFile, SubmissionJob
from pipeline.database.states import State
from pipeline.intake.clues import adds, corrects
from pipeline.intake.mail import Mail
from pipeline.intake.own_mail import is_our_letter
from pipeline.intake.quotes import own_words
from pipeline.intake.roles import Candidate, see
from pipeline.model import Finding, Reconciliation, Severity, Verdict
from pipeline.submission import Conditions, give_back, write_reports
from pipeline.workspace import Workspace

MISSING = Finding("document-missing-electronic", Severity.ERROR)


@pytest.fixture
def conditions(tmp_path: Path) -> Conditions:
    return Conditions(Workspace(tmp_path), datetime.date(2024, 10, 16), 1e-4)


def answers(
    conditions: Conditions, job: SubmissionJob, result: Reconciliation | None, state: State
) -> dict[str, Path]:
    """The answers among the reports; kind to file."""
    reports = write_reports(job, conditions, job.department, result, job.findings, state)
    folder = conditions.workspace.report_folder(job.submission_id)
    there = {path.name for path in folder.glob("*.eml")}
    found = {k: conditions.workspace.root / p for k, p in reports.items() if k in ("acknowledgement", "correction")}
    assert {path.name for path in found.values()} == there
    return found


def test_what_is_settled_is_acknowledged_as_settled(conditions: Conditions) -> None:
    made = answers(conditions, make_job(), make_result(Verdict.MATCH), State.LOADED)
    assert [path.name for path in made.values()] == ["回执.eml"]
    message = read(made["acknowledgement"])
    assert (message["To"], message["Subject"]) == ("clerk@sc.example.cn", "回复：四川省报送材料")
    assert str(message["From"]) == "工业和信息化部科技司 <zhiliang@miit.gov.cn>"
    assert message["In-Reply-To"] == "<2@sc.example.cn>"
    assert message["References"] == "<1@sc.example.cn> <2@sc.example.cn>"
    text = text_of(message)
    assert text.startswith(f"{SICHUAN}：\n\n你厅于2024年10月12日16:42发来的邮件（主题：四川省报送材料）收悉，")
    assert "登记编号00007。" in text
    assert "收到以下2个文件：\n1. 盖章扫描件.pdf（盖章扫描件，5.1 MB）\n2. 附件3.xlsx（电子版，9 KB）\n" in text
    assert "所列1个平台的内容一致，无需更正，本次报送办理完毕。" in text
    assert "逾期" not in text


@pytest.mark.parametrize("lacks_a_copy", [False, True])
def test_our_letters_say_nothing_of_the_message_that_brings_them_back(
    conditions: Conditions, lacks_a_copy: bool
) -> None:
    if lacks_a_copy:
        made = answers(conditions, make_job(findings=(MISSING,)), None, State.INCOMPLETE)
    else:
        made = answers(conditions, make_job(), make_result(Verdict.MISMATCH), State.WAITING)
    assert len(made) == 2
    for path in made.values():
        text = text_of(read(path))
        assert own_words(text) == f"{SICHUAN}："
        lines = [line for line in text.splitlines() if "系统生成" not in line]
        back = Mail(subject="回复：名录", body="\n".join(lines))
        assert (corrects(back, ()), adds(back, ())) == (False, False)
    (letter,) = read(made["correction"]).iter_attachments()
    assert is_our_letter(see(Candidate("x.docx", letter.get_content())))


def test_our_own_doubts_are_not_the_senders_business(conditions: Conditions) -> None:
    made = answers(conditions, make_job(), make_result(Verdict.MATCH, Verdict.UNSURE), State.WAITING)
    assert list(made) == ["acknowledgement"]
    assert "材料正在核对，如需补充或更正，我司将另行函告。" in text_of(read(made["acknowledgement"]))


def test_what_differs_is_put_to_the_sender_with_the_letter(conditions: Conditions) -> None:
    made = answers(conditions, make_job(), make_result(Verdict.MISMATCH, Verdict.MATCH), State.WAITING)
    assert [path.name for path in made.values()] == ["回执.eml", "更正通知.eml"]
    message = read(made["correction"])
    (letter,) = message.iter_attachments()
    assert letter.get_filename() == "复函.docx"
    assert letter.get_content() == (made["correction"].parent / "复函.docx").read_bytes()
    title = "关于请更正中试平台报送材料的函"
    assert title in [p.text for p in docx.Document(io.BytesIO(letter.get_content())).paragraphs]
    text = text_of(message)
    assert f"有1处需请你厅核实更正或补充，详见附件《{title}》：\n一、" in text
    assert "· 第1行“氢能中试平台”的“投资总额（万元）”：电子版为“1”，盖章扫描件识读为“2”" in text
    assert "5个工作日内" in text and "zhiliang@miit.gov.cn" in text
    assert f"我司将另行发送《{title}》" in text_of(read(made["acknowledgement"]))


def test_a_half_that_is_missing_is_asked_for(conditions: Conditions) -> None:
    reports = give_back(make_job(findings=(MISSING,)), conditions, ()).reports
    message = read(conditions.workspace.root / reports["correction"])
    assert message["Subject"] == "更正通知：四川省报送材料（登记编号 00007）"
    assert message["In-Reply-To"] == "<2@sc.example.cn>"
    assert "未收到电子版（Excel 或 Word）。请补发。" in text_of(message)


@pytest.mark.parametrize(
    ("codes", "asked"),
    [
        (["document-missing-electronic"], "将电子版（Excel 或 Word）发送至"),
        (["document-missing-scan"], "将加盖公章的扫描件（PDF）发送至"),
        (["document-missing-scan", "document-missing-electronic"], "将电子版和加盖公章的扫描件发送至"),
        (
            ["document-missing-scan", "archive-encrypted"],
            "将不加密的压缩包或文件（或原件，并在邮件正文中写明密码）发送至",
        ),
        (["seal-missing"], "将更正后的电子版和加盖公章的扫描件发送至"),
    ],
)
def test_mail_and_letter_ask_for_what_is_missing(conditions: Conditions, codes: list[str], asked: str) -> None:
    found = tuple(Finding(code, Severity.ERROR, {"name": "材料.zip"}) for code in codes)
    reports = give_back(make_job(findings=found), conditions, ()).reports
    root = conditions.workspace.root
    letter = "".join(p.text for p in docx.Document(str(root / reports["letter"])).paragraphs)
    for text in (text_of(read(root / reports["correction"])), letter):
        assert asked in text, text
        assert ("注明“更正”" in text) == (codes == ["seal-missing"])


def test_how_late_it_came(conditions: Conditions) -> None:
    late = make_job(received_at=datetime.datetime(2024, 10, 18, 0, 1, tzinfo=CHINA))
    (made,) = answers(conditions, late, make_result(Verdict.MATCH), State.LOADED).values()
    assert "报送截止日期为2024年10月15日，该邮件逾期3天收到。" in text_of(read(made))


def test_a_half_that_an_earlier_message_brought(conditions: Conditions, tmp_path: Path) -> None:
    path = tmp_path / "earlier.xlsx"
    path.write_bytes(b"x" * 3000)
    job = make_job(electronic=DocumentRef(1, "先发的.xlsx", "b2" * 32, path), files=make_job().files[:1])
    (made,) = answers(conditions, job, None, State.WAITING).values()
    assert "2. 先发的.xlsx（电子版，此前来信所附，3 KB）" in text_of(read(made))


def test_a_message_without_files_and_one_with_hundreds(conditions: Conditions) -> None:
    none = answers(conditions, make_job(files=(), subject="", received_at=None), None, State.INCOMPLETE)
    assert "（主题：（无主题））收悉，登记编号00007。没有收到可用的附件。" in text_of(read(none["acknowledgement"]))
    many = tuple(ReceivedFile(f"{n}.jpg", 10, f"{n}", "other") for n in range(200))
    listed = text_of(read(answers(conditions, make_job(files=many), None, State.WAITING)["acknowledgement"]))
    assert "30. 29.jpg（其他，1 KB）\n……等 200 个文件" in listed


def test_nobody_is_answered_without_an_address_or_at_our_own(conditions: Conditions) -> None:
    for reply_to in ("", "zhiliang@miit.gov.cn", "a@example.cn, b@example.cn", "mailer-daemon@example.cn"):
        assert answers(conditions, make_job(reply_to=reply_to), make_result(Verdict.MISMATCH), State.WAITING) == {}


def test_a_sender_of_its_own_has_answers_go_to_the_calls_mailbox(conditions: Conditions) -> None:
    own = dataclasses.replace(conditions, answers_from="robot@example.cn")
    (made,) = answers(own, make_job(), make_result(Verdict.MATCH), State.LOADED).values()
    message = read(made)
    assert message["From"].addresses[0].addr_spec == "robot@example.cn"
    assert message["Reply-To"] == "zhiliang@miit.gov.cn"
    assert (mail_id_of(made.read_bytes()) or "").endswith("@example.cn>")


def test_a_second_comparison_with_nothing_to_correct_takes_the_letter_back(conditions: Conditions) -> None:
    assert len(answers(conditions, make_job(), make_result(Verdict.MISMATCH), State.WAITING)) == 2
    assert len(answers(conditions, make_job(), make_result(Verdict.MATCH), State.LOADED)) == 1


def test_every_run_makes_the_same_bytes(conditions: Conditions) -> None:
    result = make_result(Verdict.MISMATCH)
    first = {k: p.read_bytes() for k, p in answers(conditions, make_job(), result, State.WAITING).items()}
    shutil.rmtree(conditions.workspace.reports)
    again = {k: p.read_bytes() for k, p in answers(conditions, make_job(), result, State.WAITING).items()}
    assert first == again
    tomorrow = dataclasses.replace(conditions, today=datetime.date(2024, 10, 17))
    later = answers(tomorrow, make_job(), result, State.WAITING)
    assert later["acknowledgement"].read_bytes() == first["acknowledgement"]
    assert later["correction"].read_bytes() != first["correction"]  # the letter bears its date


def test_two_submissions_of_one_message_have_answers_of_their_own(conditions: Conditions) -> None:
    made = [answers(conditions, make_job(submission_id=n), make_result(Verdict.MATCH), State.LOADED) for n in (1, 2)]
    assert len({mail_id_of(each["acknowledgement"].read_bytes()) for each in made}) == 2
