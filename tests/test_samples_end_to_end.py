"""The whole way, as a user goes it: the sample mailbox in, and out what `samples/truth` says of every message."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from command_line import NOISE, ROOT, Cli, Ran

from benchmarks.scoring import SERIAL_HEADER, Figures, score, squeezed
from pipeline.database.engine import open_ledger
from pipeline.database.jobs import SubmissionRow
from pipeline.database.overview import submission_rows
from pipeline.database.states import State, name_of
from pipeline.model import SCHEMA, Severity

TRUTHS: dict[str, dict[str, Any]] = {
    p.stem: json.loads(p.read_text(encoding="utf-8")) for p in sorted((ROOT / "samples" / "truth").glob("*.json"))
}
SUPERSEDED = {truth["corrects"] for truth in TRUTHS.values() if truth.get("corrects")}
GIVEN_BACK = {id for id, truth in TRUTHS.items() if not truth["scan_count"] or not truth["electronic_count"]}
COMPARED = sorted(set(TRUTHS) - SUPERSEDED - GIVEN_BACK)
CLEAN = [id for id in COMPARED if not TRUTHS[id]["findings"]]
"""Both copies say the same, and nothing else is wrong."""
ONLY_WHERE_THEY_BELONG = {
    "seal-missing", "seal-mismatch", "letter-count-mismatch", "message-late", "file-damaged", "row-missing-in-scan",
    "row-missing-in-electronic", "column-missing-in-scan", "column-missing-in-electronic", "document-missing-scan",
    "document-missing-electronic", "document-ambiguous", "department-unknown", "message-damaged", "message-empty",
    "submission-repeated",
}  # fmt: skip
MOST_UNSURE = 0.15
"""Share of a clean submission's cells that may be left to a person."""
MOST_FALSE_FLAGS = 0.002
"""Share of all cells that agree and may be called a mismatch: one in five hundred costs a reviewer seconds."""


@dataclass(frozen=True)
class Came:
    """What came of one sample."""

    row: SubmissionRow
    result: dict[str, Any] | None

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.row.findings}


@pytest.fixture(scope="session")
def came(samples_run: Ran) -> dict[str, Came]:
    """By the name of the sample."""
    engine = open_ledger(f"sqlite:///{samples_run.workspace / 'zhongshi.sqlite'}")
    found = {}
    for row in submission_rows(engine):
        path = samples_run.workspace / "results" / f"{row.submission_id:05d}.json"
        result = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        found[row.message_name.removesuffix(".eml")] = Came(row, result)
    engine.dispose()
    return found


def figures(sample: str, came: dict[str, Came]) -> Figures:
    return score(TRUTHS[sample], came[sample].result).figures


def test_every_message_is_a_submission_of_its_reporting_body(came: dict[str, Came]) -> None:
    assert {id: one.row.department for id, one in came.items()} == {id: t["department"] for id, t in TRUTHS.items()}


def test_the_run_ends_well_and_shows_a_line_for_each_message(samples_run: Ran, came: dict[str, Came]) -> None:
    ended = samples_run.ended
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not [noise for noise in NOISE if noise in ended.stdout]
    assert f"收到新邮件 {len(TRUTHS)} 封" in ended.stdout
    lines = [line.split() for line in ended.stdout.splitlines()]
    for row in (one.row for one in came.values()):
        weighty = sum(finding.severity is not Severity.INFO for finding in row.findings)
        counts = map(str, (row.documents, row.records, row.match, row.mismatch, row.unsure, weighty))
        assert [row.region, *counts, name_of(row.state), f"{row.submission_id:05d}"] in lines


def test_what_cannot_be_read_is_named_with_what_to_ask_of_the_sender(samples_run: Ran) -> None:
    assert "贵州省：报送中没有电子版（Excel 或 Word）。请报送单位补发。" in samples_run.ended.stdout
    assert "甘肃省：文件“附件3（盖章扫描件）-甘肃省.pdf”已损坏" in samples_run.ended.stdout


@pytest.mark.parametrize("sample", COMPARED)
def test_no_difference_is_missed_and_no_cell_or_row_is_lost(sample: str, came: dict[str, Came]) -> None:
    got = figures(sample, came)
    assert (got.missed, got.unseen, got.row_errors) == (0, 0, 0)
    assert got.flagged + got.deferred == got.differing == len(TRUTHS[sample]["cells"])


@pytest.mark.parametrize("sample", COMPARED)
def test_rows_are_paired_and_missed_as_in_the_truth(sample: str, came: dict[str, Came]) -> None:
    truth, result = TRUTHS[sample], came[sample].result
    assert result is not None
    assert result["schema"] == SCHEMA
    rows = [(r["electronic_row"], r["scan_row"]) for r in result["records"]]
    alone = [(e, None) for e in truth["missing_in_scan"]] + [(None, s) for s in truth["missing_in_electronic"]]
    assert sorted(map(str, rows)) == sorted(map(str, [*map(tuple, truth["pairs"]), *alone]))


@pytest.mark.parametrize("sample", TRUTHS)
def test_the_findings_that_have_to_come_do_and_those_without_cause_do_not(sample: str, came: dict[str, Came]) -> None:
    wanted, got = set(TRUTHS[sample]["findings"]), came[sample].codes
    if sample in SUPERSEDED:  # its successor was there before it was compared
        wanted = set()
    elif "field-mismatch" in wanted and came[sample].row.mismatch == 0:  # the difference was left to a person
        wanted = wanted - {"field-mismatch"}
    assert wanted <= got
    assert got & ONLY_WHERE_THEY_BELONG == wanted & ONLY_WHERE_THEY_BELONG


@pytest.mark.parametrize("sample", TRUTHS)
def test_the_state_follows_from_what_was_found(sample: str, came: dict[str, Came]) -> None:
    row = came[sample].row
    if sample in SUPERSEDED:
        successor = next(id for id, truth in TRUTHS.items() if truth.get("corrects") == sample)
        assert (row.state, row.superseded_by) == (State.SUPERSEDED, came[successor].row.submission_id)
    elif sample in GIVEN_BACK:
        assert row.state is State.INCOMPLETE
    else:
        wrong = set(TRUTHS[sample]["findings"]) - {"message-late"}
        settled = not wrong and row.mismatch == row.unsure == 0
        assert row.state is (State.LOADED if settled else State.WAITING)
    assert row.days_late == (3 if sample == "18-late" else 0)


def test_a_correction_tells_what_it_changes(came: dict[str, Came]) -> None:
    (change,) = (f for f in came["17-correction"].row.findings if f.code == "correction-field")
    assert change.params["of"] == "16-before-correction.eml"
    assert change.params["before"] != change.params["after"]


@pytest.mark.parametrize("sample", CLEAN)
def test_where_both_copies_agree_nothing_but_few_doubts_stops_the_loading(sample: str, came: dict[str, Came]) -> None:
    row, cells = came[sample].row, figures(sample, came).cells
    assert row.mismatch == 0
    assert not [code for code in came[sample].codes if code.endswith(("-mismatch", "-missing"))]
    assert row.unsure <= MOST_UNSURE * cells


def test_agreeing_cells_are_hardly_ever_called_different(came: dict[str, Came]) -> None:
    total = sum((figures(sample, came) for sample in COMPARED), Figures())
    assert total.differing == sum(len(TRUTHS[sample]["cells"]) for sample in COMPARED) > 0
    assert total.false_flags <= MOST_FALSE_FLAGS * (total.cells - total.differing)


def exported(workspace: Path, path: Path, cli: Cli) -> bytes:
    ended = cli("library", "export", path, "--workspace", workspace)
    assert ended.returncode == 0, ended.stderr
    return path.read_bytes()


def test_the_library_holds_what_was_loaded_with_the_values_of_the_electronic_copies(
    samples_run: Ran, came: dict[str, Came], cli: Cli, tmp_path: Path
) -> None:
    entries = json.loads(exported(samples_run.workspace, tmp_path / "library.json", cli))
    wanted = []
    for sample, one in came.items():
        if one.row.state is State.LOADED:
            assert one.result is not None
            keys = {squeezed(f["header"]): f["field"] or f["header"] for f in one.result["records"][0]["fields"]}
            for row in TRUTHS[sample]["electronic_rows"]:
                said = {keys[squeezed(h)]: plain(v) for h, v in row.items() if h != SERIAL_HEADER and v}
                wanted.append((one.row.submission_id, one.row.department, said))
    got = [(e["submission"], e["department"], {k: plain(v) for k, v in e["values"].items() if v}) for e in entries]
    assert wanted
    assert sorted(got, key=str) == sorted(wanted, key=str)
    assert f"培育库现有平台 {len(wanted)} 个" in samples_run.ended.stdout


def plain(value: str) -> str:
    """A value without its clothes: months and amounts are written in several ways."""
    text = squeezed(value)
    month = re.fullmatch(r"((?:19|20)\d\d)[-./年](\d{1,2})月?", text)
    if month:
        return f"{month[1]}年{int(month[2])}月"
    return (
        f"{float(text.replace(',', '')):g}" if re.fullmatch(r"[1-9][\d,]*(\.\d+)?", text) and len(text) < 11 else text
    )


@pytest.mark.parametrize("sample", [id for id in TRUTHS if id not in SUPERSEDED])
def test_every_submission_has_its_reports_and_an_answer(sample: str, samples_run: Ran, came: dict[str, Came]) -> None:
    row, truth = came[sample].row, TRUTHS[sample]
    folder = samples_run.workspace / "reports" / f"{row.submission_id:05d}"
    there = {p.name for p in folder.iterdir()} - {"更正通知.eml"}  # only where there is something to correct
    assert there == {"复函.docx", "核对清单.xlsx", "核对页.html", "回执.eml"}
    letter = "\n".join(p.text for p in docx.Document(str(folder / "复函.docx")).paragraphs)
    book = openpyxl.load_workbook(folder / "核对清单.xlsx")
    listed = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}
    page = read_page(folder / "核对页.html")
    assert f"\n{truth['department']}：\n" in letter
    assert f"{truth['department']}报送材料核对结果" in listed
    assert truth["department"] in page.text
    for cell in truth["cells"]:
        shown = electronic_value(came[sample].result, cell)
        assert plain(shown) == plain(cell["electronic"])
        assert shown in listed
        assert shown in page.text
        assert page.pictures
        assert row.mismatch == 0 or f"“{shown}”" in letter


def electronic_value(result: dict[str, Any] | None, cell: dict[str, Any]) -> str:
    """A cell's value as the electronic copy writes it: the truth has months in one way only."""
    assert result is not None
    (record,) = (r for r in result["records"] if r["electronic_row"] == cell["electronic_row"])
    (found,) = (f["electronic"] for f in record["fields"] if squeezed(f["header"]) == squeezed(cell["field"]))
    return str(found)


def test_the_overview_names_every_body(samples_run: Ran) -> None:
    page = read_page(samples_run.workspace / "reports" / "总览.html")
    assert not [t["region"] for t in TRUTHS.values() if t["region"] not in page.text]


class Page(HTMLParser):
    """What a page says, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.targets: list[str] = []
        self.pictures = 0

    @property
    def text(self) -> str:
        return "".join(self.said)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "iframe", "object", "embed", "link")
        self.targets += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        self.pictures += tag == "img"

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def read_page(path: Path) -> Page:
    """Reads a page and sees to it that it stands alone."""
    page, text = Page(), path.read_text(encoding="utf-8")
    page.feed(text)
    page.close()
    assert not re.search(r"https?://|@import", text)
    assert not [t for t in page.targets if re.match(r"(?!data:)[a-z]+:|//|/", t)]
    return page


def rows_of(ledger: Path) -> dict[str, list[Any]]:
    """All rows of all tables but the list of runs."""
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        return {t: list(connection.execute(f"select * from {t} order by rowid")) for t in tables if t != "runs"}


def test_a_second_run_changes_nothing_and_takes_seconds(samples_run: Ran, cli: Cli, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(samples_run.workspace, workspace)
    before = exported(workspace, tmp_path / "before.json", cli), rows_of(workspace / "zhongshi.sqlite")
    reports = {p: p.stat().st_mtime_ns for p in workspace.glob("reports/0*/*")}
    start = time.monotonic()
    # An address where nobody answers: without work Prefect isn't asked at all.
    again = cli("run", samples_run.mailbox, "--workspace", workspace, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert time.monotonic() - start < 20
    assert (again.returncode, again.stderr) == (0, "")
    assert f"没有新的报送：{len(TRUTHS)} 封邮件此前均已处理，未重复比对，未重复入库。" in again.stdout
    after = exported(workspace, tmp_path / "after.json", cli), rows_of(workspace / "zhongshi.sqlite")
    assert before == after
    assert reports == {p: p.stat().st_mtime_ns for p in workspace.glob("reports/0*/*")}
