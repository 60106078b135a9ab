"""Nothing enters the library from a stranger: whole messages, from the mailbox to where the ledger puts them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from pathlib import Path

import drawn
import pytest
import signed
from made_messages import make_message, make_part
from sqlalchemy import Engine

from extractors.tables import Box, Signature, SignatureState
from pipeline.database.engine import reading
from pipeline.database.jobs import DocumentRef, Outcome, ReceivedFile, SubmissionJob
from pipeline.database.ledger import pending, save_outcome
from pipeline.database.overview import submission_rows
from pipeline.database.states import State
from pipeline.database.tables import SubmissionTable
from pipeline.intake.authentication import Authentication
from pipeline.intake.evidence import BodyEvidence, piece
from pipeline.intake.intake import take_in
from pipeline.intake.results_header import Result
from pipeline.intake.sources import folder
from pipeline.intake.store import Store
from pipeline.model import FileInfo, Finding, PrintedBody, Reconciliation, SealResult, Severity
from pipeline.sender import sender_findings, with_papers
from pipeline.settings import Settings
from pipeline.submission import Conditions, process, still_true, write_down
from pipeline.workspace import Workspace

JIANGSU, ZHEJIANG = "江苏省工业和信息化厅", "浙江省经济和信息化厅"
ROWS = [
    ("序号", "中试平台名称", "建设运营单位", "统一社会信用代码", "投资总额（万元）", "联系电话"),
    ("1", "新型显示材料中试平台", "华星光电有限公司", "91320594MA1MK0XJ7E", "12850.5", "0512-62881234"),
]
WIDTHS = (40, 150, 140, 150, 100, 110)
HOP = "Received: from a by mx.miit.gov.cn; Tue, 8 Oct 2024 09:12:00 +0800\r\n"


def recorded(said: str) -> bytes:
    return f"Authentication-Results: mx.miit.gov.cn; {said}\r\n{HOP}".encode()


@pytest.fixture
def form(tmp_path: Path) -> Path:
    return drawn.text_pdf(tmp_path / "form.pdf", ROWS, widths=WIDTHS)


@dataclasses.dataclass(frozen=True)
class Came:
    """What came of a message."""

    state: State
    codes: set[str]
    department: str | None
    evidence: list[BodyEvidence]
    outcome: Outcome
    page: str


Send = Callable[..., Came]


@pytest.fixture
def send(engine: Engine, store: Store, tmp_path: Path, mailbox: Callable[..., Path]) -> Send:
    """Sends the form as ``sender`` and works it through; by default all words of the mail name Jiangsu."""
    workspace = Workspace(tmp_path / "workspace").prepare()
    settings = Settings(workspace=workspace.root, authentication={"servers": ["mx.miit.gov.cn"]})

    def run(
        form: Path, address: str, header: bytes = HOP.encode(), who: str = JIANGSU, printed: str | None = None
    ) -> Came:
        copy = drawn.workbook(tmp_path / "copy.xlsx", ROWS, printed).read_bytes()
        parts = make_part("附件3（盖章扫描件）.pdf", form.read_bytes()), make_part("附件3 名录.xlsx", copy)
        message = make_message(*parts, sender=who or "张三", subject=f"{who}报送名录", extra=header)
        message = message.replace(b"<kjc@example.cn>", f"<{address}>".encode())
        take_in(folder(mailbox(a=message)), store, engine, settings)
        (job,) = pending(engine, store)
        outcome = process(job, Conditions(workspace, datetime.date(2024, 10, 16), 1e-4))
        write_down(engine, job, outcome)
        assert not save_outcome(engine, job.submission_id, outcome)
        (row,) = submission_rows(engine)
        with reading(engine) as session:
            kept = session.get_one(SubmissionTable, job.submission_id).evidence
        page = (workspace.root / outcome.reports["page"]).read_text(encoding="utf-8")
        evidence = [BodyEvidence.from_json(each) for each in kept]
        return Came(State(row.state), {f.code for f in row.findings}, row.department, evidence, outcome, page)

    return run


def test_a_stranger_with_a_copied_form_waits(send: Send, form: Path) -> None:
    came = send(form, "jiangsu_gxt@qq.com", printed=f"填报单位：{JIANGSU}")
    assert (came.state, came.department) == (State.WAITING, JIANGSU)
    assert came.codes == {"seal-missing"}  # which says it: no second finding for the same
    assert {e.source for e in came.evidence} == {"subject", "display-name", "form"}
    assert "报送单位依据" in came.page and "填报单位：江苏省工业和信息化厅" in came.page
    assert "收信服务器没有留下" in came.page and "不能确认发自 qq.com" in came.page


def test_a_body_that_writes_from_qq_is_believed_by_its_signature(send: Send, form: Path) -> None:
    came = send(signed.sign(form, signed.signer("王五", JIANGSU)), "jiangsu_gxt@qq.com")
    assert (came.state, came.codes) == (State.LOADED, {"signature-as-seal", "signature-valid"})
    assert [e.source for e in came.evidence if e.supports] == ["signature"]


def test_a_message_that_failed_the_checks_of_its_own_domain_waits(send: Send, form: Path) -> None:
    header = recorded("dmarc=fail header.from=gxt.jiangsu.gov.cn; spf=fail smtp.mailfrom=gxt.jiangsu.gov.cn")
    came = send(signed.sign(form, signed.signer("王五", JIANGSU)), "kjc@gxt.jiangsu.gov.cn", header)
    assert came.state is State.WAITING
    (finding,) = [f for f in came.outcome.findings if f.code == "sender-forged"]
    assert finding.params == {"domain": "gxt.jiangsu.gov.cn", "owner": JIANGSU, "checks": "SPF、DMARC"}
    assert "SPF 未通过（gxt.jiangsu.gov.cn）" in came.page


def test_the_same_failures_written_by_a_stranger_count_for_nothing(send: Send, form: Path) -> None:
    header = HOP.replace("mx.miit.gov.cn", "mail.evil.cn").encode()
    header += recorded("dmarc=fail header.from=gxt.jiangsu.gov.cn")
    came = send(signed.sign(form, signed.signer("王五", JIANGSU)), "kjc@gxt.jiangsu.gov.cn", header)
    assert (came.state, "sender-forged" in came.codes) == (State.LOADED, False)
    assert "不作依据" in came.page


def test_a_report_from_another_bodys_verified_address_waits(send: Send, form: Path) -> None:
    header = recorded("dmarc=pass header.from=jxt.zj.gov.cn")
    came = send(signed.sign(form, signed.signer("王五", JIANGSU)), "a@jxt.zj.gov.cn", header)
    assert (came.state, came.department) == (State.WAITING, JIANGSU)
    assert "sender-other" in came.codes
    assert "确认发自 jxt.zj.gov.cn" in came.page and "不能确认" not in came.page


def test_the_bodys_own_verified_address_says_nothing_against_it(send: Send, form: Path) -> None:
    header = recorded("dmarc=pass header.from=gxt.jiangsu.gov.cn")
    came = send(signed.sign(form, signed.signer("王五", JIANGSU)), "kjc@gxt.jiangsu.gov.cn", header)
    assert (came.state, came.codes) == (State.LOADED, {"signature-as-seal", "signature-valid"})
    assert [e.source for e in came.evidence if e.supports] == ["address-verified", "signature"]


def test_a_claim_that_only_the_form_makes_and_nothing_supports_waits(send: Send, form: Path) -> None:
    path = signed.sign(form, signed.signer("李四", ZHEJIANG))
    came = send(path, "a@163.com", who="", printed=f"填报单位（盖章）：{JIANGSU}")
    assert (came.state, came.department) == (State.WAITING, JIANGSU)
    (finding,) = [f for f in came.outcome.findings if f.code == "sender-unsupported"]
    assert (finding.severity, finding.params) == (Severity.ERROR, {"department": JIANGSU, "by": "电子版表格"})


def test_a_form_that_prints_another_body_waits(send: Send, form: Path) -> None:
    came = send(signed.sign(form, signed.signer("王五", JIANGSU)), "a@163.com", printed=f"填报单位：{ZHEJIANG}")
    assert (came.state, came.department) == (State.WAITING, JIANGSU)
    assert "department-other-in-form" in came.codes


# what the papers say


def compared(**papers: object) -> Reconciliation:
    files = FileInfo("a.pdf", "5" * 64, 1), FileInfo("a.xlsx", "e" * 64)
    return dataclasses.replace(Reconciliation(*files, (), (), (), None, {}), **papers)


def seal(text: str, department: str | None = None, kind: str = "full") -> SealResult:
    return SealResult(Box(1, 0, 0, 9, 9), text, department, 0.9, kind)


CLAIM = [piece("subject", "", JIANGSU)]


@pytest.mark.parametrize(
    ("one", "source"),
    [
        (seal("信息化厅江苏省工业和", JIANGSU), "seal"),
        (seal("江苏省工业和信息化亍"), "seal"),
        (seal("浙江省经济和信息化厅", ZHEJIANG), "seal"),
        (seal("省工业和信息化厅", JIANGSU), "seal-doubtful"),
        (seal("江苏省科学技术厅"), None),
        (seal(JIANGSU, JIANGSU, "across-pages"), None),
    ],
)
def test_a_seal_supports_the_body_whose_name_it_reads_as(one: SealResult, source: str | None) -> None:
    added = with_papers(CLAIM, compared(seals=(one,)))[1:]
    assert [e.source for e in added] == ([source] if source else [])
    assert not [f for f in sender_findings(JIANGSU, added, Authentication(), ()) if f.code != "sender-unsupported"]
    supported = any(e.supports and e.department == JIANGSU for e in added)
    assert bool(sender_findings(JIANGSU, added, Authentication(), ())) != supported


@pytest.mark.parametrize(
    ("state", "self_signed", "count"),
    [(SignatureState.INTACT, False, 1), (SignatureState.INTACT, True, 0), (SignatureState.CHANGED, False, 0)],
)
def test_only_an_intact_signature_issued_by_another_supports(
    state: SignatureState, self_signed: bool, count: int
) -> None:
    signature = Signature("王五", JIANGSU, "", state, self_signed)
    assert len(with_papers(CLAIM, compared(signatures=(signature,)))) == 1 + count


def test_letter_and_form_are_evidence() -> None:
    letter = PrintedBody("letter", f"{JIANGSU} 苏工信函〔2024〕1号", JIANGSU, 1.0)
    found = with_papers(CLAIM, compared(printed=(letter, PrintedBody("scan", "", JIANGSU, 0.8))))
    assert [(e.source, e.weight) for e in found] == [("subject", 0.35), ("letter", 0.95), ("form-scan", 0.24)]


@pytest.mark.parametrize("code", ["seal-missing", "seal-mismatch", "seal-unreadable"])
def test_what_holds_it_already_is_not_said_twice(code: str) -> None:
    assert sender_findings(JIANGSU, CLAIM, Authentication(), [Finding(code, Severity.ERROR)]) == ()


def test_a_body_that_nobody_names_is_not_unsupported() -> None:
    assert sender_findings(None, [], Authentication(), ()) == ()


def test_a_failed_check_of_a_domain_that_is_no_bodys_own_is_nothing() -> None:
    known = Authentication("qq.com", "mx", True, spf=Result("fail", "qq.com"))
    assert known.failed == ("spf",)
    assert sender_findings(JIANGSU, [*CLAIM, piece("seal", "", JIANGSU)], known, ()) == ()


@pytest.mark.parametrize(
    ("own_scan", "support", "about_sender", "left"),
    [
        (True, "seal", (), 0),
        (True, "subject", (), 1),
        (False, "seal", (), 1),
        (False, "address-verified", (), 0),
        (True, "seal", ("sender-forged",), 1),
    ],
)
def test_reports_say_that_a_correction_is_unproven_only_where_its_own_papers_dont_prove_it(
    own_scan: bool, support: str, about_sender: tuple[str, ...], left: int
) -> None:
    scan = DocumentRef(1, "a.pdf", "5" * 64, Path("a.pdf"))
    files = (ReceivedFile("a.pdf", 1, ("5" if own_scan else "6") * 64, "scan"),)
    said = Finding("correction-unproven", Severity.WARNING, {"names": "a.eml"})
    job = SubmissionJob(
        1, "2024", JIANGSU, "b.eml", "", "", "", "", "", None, scan, None, None, findings=(said,), files=files
    )
    about = [Finding(code, Severity.ERROR) for code in about_sender]
    assert len(still_true(job, JIANGSU, [piece(support, "", JIANGSU)], about)) == left


@pytest.mark.parametrize(
    ("support", "about_sender", "told"),
    [
        ("seal", (), False),
        ("subject", (), True),
        ("seal-doubtful", (), True),
        ("seal", ("sender-forged",), True),
    ],
)
def test_reports_say_that_a_correction_loses_the_place_that_it_took(
    support: str, about_sender: tuple[str, ...], told: bool
) -> None:
    job = SubmissionJob(
        1, "2024", JIANGSU, "b.eml", "", "", "", "", "", None, None, None, None, (), corrected=("a.eml", "c.eml")
    )
    about = [Finding(code, Severity.ERROR) for code in about_sender]
    said = Finding("correction-unproven", Severity.WARNING, {"names": "a.eml、c.eml"})
    assert still_true(job, JIANGSU, [piece(support, "", JIANGSU)], about) == ((said,) if told else ())
