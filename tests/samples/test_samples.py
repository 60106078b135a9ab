"""The committed mailbox is what its truth says, and the generator does what it promises."""

import datetime
import email
import email.message
import hashlib
import io
import json
import random
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest

from pipeline.findings import text_of
from samples import differences, letters, messages, mutations, printing, rows, vocabulary
from samples.mailbox_plan import SHOWN

ROOT = Path(__file__).parent.parent.parent
MAILBOX = ROOT / "samples" / "mailbox"
TRUTHS = {
    p.stem: json.loads(p.read_text(encoding="utf-8")) for p in sorted((ROOT / "samples" / "truth").glob("*.json"))
}
IDS = [shown.id for shown in SHOWN]


def attachments(message: email.message.Message) -> Iterator[bytes]:
    for part in message.walk():
        if part.is_multipart() or part.get_content_type() == "text/plain":
            continue
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        if part.get_content_type() == "application/zip":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from map(archive.read, archive.infolist())
        else:
            yield data


def parsed(case: str) -> email.message.Message:
    return email.message_from_bytes((MAILBOX / f"{case}.eml").read_bytes())


def sent(case: str) -> datetime.datetime:
    return parsedate_to_datetime(str(parsed(case)["Date"]))


def canonical(value: object) -> str:
    """A cell's value without its clothes."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return f"{value.year}年{value.month}月"
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)))
    month = re.fullmatch(r"((?:19|20)\d\d)[-./年](\d{1,2})月?", text)
    if month:
        return f"{month[1]}年{int(month[2])}月"
    if re.fullmatch(r"[\d,]+(\.\d+)?", text):
        number = float(text.replace(",", ""))
        return str(int(number)) if number == int(number) else str(number)
    return text


def read_electronic(data: bytes, name: str) -> list[list[str]]:
    """Rows of cells, as openpyxl or python-docx reads them."""
    if name.endswith(".docx"):
        table = docx.Document(io.BytesIO(data)).tables[0]
        return [[canonical(cell.text) for cell in row.cells] for row in table.rows]
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [[canonical(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def test_the_mailbox_holds_every_message_and_no_other() -> None:
    assert sorted(p.stem for p in MAILBOX.glob("*.eml")) == sorted(IDS) == sorted(TRUTHS)
    assert len(IDS) >= 14


def test_the_mailbox_is_under_twenty_megabytes() -> None:
    assert sum(p.stat().st_size for p in MAILBOX.glob("*.eml")) < 20_000_000


@pytest.mark.parametrize("case", IDS)
def test_attachments_are_those_of_the_truth(case: str) -> None:
    hashes = [hashlib.sha256(data).hexdigest() for data in attachments(parsed(case))]
    assert hashes == [a["sha256"] for a in TRUTHS[case]["attachments"]]


@pytest.mark.parametrize("case", [i for i in IDS if TRUTHS[i]["electronic"]])
def test_the_electronic_copy_holds_the_rows_of_the_truth(case: str) -> None:
    truth = TRUTHS[case]
    found = read_electronic(list(attachments(parsed(case)))[-1], truth["electronic"])
    width = len(truth["headers"])
    assert any(
        all(
            canonical(header) in (lower, upper)
            for header, lower, upper in zip(truth["headers"], line, above, strict=False)
        )
        for above, line in zip([[""] * width, *found], found, strict=False)
    )
    data = [line[:width] for line in found if line[0].isdigit()]
    assert data == [[canonical(row[h]) for h in truth["headers"]] for row in truth["electronic_rows"]]


@pytest.mark.parametrize("case", IDS)
def test_the_truth_is_consistent(case: str) -> None:
    check_truth(TRUTHS[case])


def check_truth(truth: dict[str, Any]) -> None:
    scan, electronic = truth["scan_rows"], truth["electronic_rows"]
    assert (len(scan), len(electronic)) == (truth["scan_count"], truth["electronic_count"])
    if scan and electronic:
        paired = {tuple(p) for p in truth["pairs"]}
        assert {s for _, s in paired} | set(truth["missing_in_electronic"]) == set(range(1, len(scan) + 1))
        assert {e for e, _ in paired} | set(truth["missing_in_scan"]) == set(range(1, len(electronic) + 1))
    differing = {
        (s, e, header)
        for e, s in truth["pairs"]
        for header in truth["headers"]
        if header != "序号" and scan[s - 1][header] != electronic[e - 1][header]
    }
    assert differing == {(c["scan_row"], c["electronic_row"], c["field"]) for c in truth["cells"]}
    assert (truth["seal"] == "right") == (truth["sealer"] == truth["department"])
    assert truth["letter"] == (truth["letter_count"] is not None)


@pytest.mark.parametrize("case", IDS)
def test_the_scan_has_the_pages_of_the_truth(case: str) -> None:
    data = next(attachments(parsed(case)))
    if "file-damaged" in TRUTHS[case]["findings"]:
        with pytest.raises(pypdfium2.PdfiumError):
            pypdfium2.PdfDocument(data)
    else:
        with pypdfium2.PdfDocument(data) as document:
            assert len(document) == TRUTHS[case]["pages"]


def test_every_expected_finding_is_a_code_of_the_product() -> None:
    assert all(text_of(code) for truth in TRUTHS.values() for code in truth["findings"])


def test_differences_of_the_truth_are_among_the_expected_findings() -> None:
    for truth in TRUTHS.values():
        assert bool(truth["cells"]) == ("field-mismatch" in truth["findings"])
        assert bool(truth["missing_in_scan"]) == ("row-missing-in-scan" in truth["findings"])
        assert (truth["seal"] == "other") == ("seal-mismatch" in truth["findings"])
        if truth["letter"]:
            assert (truth["letter_count"] != truth["scan_count"]) == ("letter-count-mismatch" in truth["findings"])


def test_codes_that_both_copies_share_are_valid() -> None:
    found = [r.get("统一社会信用代码") for t in TRUTHS.values() for r in t["electronic_rows"]]
    codes = [code for code in found if code]
    assert len(codes) > 30
    assert all(rows.check_character(code[:17]) == code[17] for code in codes)
    assert all(rows.body_check_character(code[8:16]) == code[16] for code in codes)


def test_the_check_character_is_that_of_a_published_code() -> None:
    assert rows.check_character("91350100M000100Y4") == "3"  # the example of GB 32100-2015


def test_a_correction_carries_the_scan_it_corrects_and_comes_later() -> None:
    (correction,) = [t for t in TRUTHS.values() if t["corrects"]]
    first = TRUTHS[correction["corrects"]]
    assert correction["attachments"][0]["sha256"] == first["attachments"][0]["sha256"]
    assert correction["scan_rows"] == first["scan_rows"] == correction["electronic_rows"]
    assert sent(correction["id"]) > sent(first["id"])


def test_only_the_late_message_is_late() -> None:
    deadline = datetime.date(2024, 10, 15)
    late = [i for i in IDS if sent(i).date() > deadline]
    assert late == [i for i in IDS if "message-late" in TRUTHS[i]["findings"]]


def test_the_readme_says_what_each_message_shows() -> None:
    lines = (ROOT / "samples" / "README.md").read_text(encoding="utf-8").splitlines()
    table = {cells[1].strip(): cells for cells in (line.split("|") for line in lines if line.startswith("| "))}
    for case in IDS:
        told = [code for code in re.split(r",\s*", table[case][4].strip()) if code != "none"]
        assert told == TRUTHS[case]["findings"]
        assert table[case][2].strip() == TRUTHS[case]["region"]


@pytest.mark.parametrize("department", vocabulary.departments(), ids=lambda d: d.region)
def test_every_reporting_body_has_rows(department: vocabulary.Department) -> None:
    made = rows.make_rows(random.Random(department.code), department, vocabulary.columns(), 30)
    assert len({row["name"] for row in made}) == 30
    assert all(rows.check_character(row["code"][:17]) == row["code"][17] for row in made)
    assert all(row["code"][2:4] == department.code[:2] for row in made)


@pytest.mark.parametrize("kind", mutations.CHANGES)
def test_each_kind_of_change_makes_one_cell_differ(kind: str) -> None:
    rng = random.Random(kind)
    department = vocabulary.departments()[9]
    columns = list(vocabulary.columns())
    headers = rows.choose_headers(rng, columns)
    made = rows.make_rows(rng, department, columns, 12)
    copies = differences.make_copies(rng, made, columns, headers, [kind])
    (cell,) = copies.cells
    assert cell.change == kind
    assert cell.scan != cell.electronic
    assert canonical(cell.scan) != canonical(cell.electronic)


def test_row_changes_are_told_in_pairs_and_missing_rows() -> None:
    rng = random.Random(7)
    columns = [c for c in vocabulary.columns() if c.chance == 1.0]
    made = rows.make_rows(rng, vocabulary.departments()[0], columns, 6)
    kinds = ["row-missing-in-scan", "row-missing-in-electronic", "swapped"]
    copies = differences.make_copies(rng, made, columns, [c.headers[0] for c in columns], kinds)
    assert (len(copies.scan), len(copies.electronic), len(copies.pairs)) == (5, 5, 4)
    assert len(copies.missing_in_scan) == len(copies.missing_in_electronic) == 1
    assert [row["number"] for row in copies.scan] == ["1", "2", "3", "4", "5"]
    for e, s in copies.pairs:
        assert copies.scan[s - 1]["name"] == copies.electronic[e - 1]["name"]


def test_encoded_words_can_cut_a_character_and_still_join() -> None:
    name = "附件3（盖章扫描件）-新疆维吾尔自治区工业和信息化厅.pdf"
    cut = messages.encoded_words(name, "utf-8", whole_characters=False)
    raw = b"".join(email.header.decode_header(word)[0][0] for word in cut)
    assert raw.decode("utf-8") == name
    with pytest.raises(UnicodeDecodeError):
        email.header.decode_header(cut[0])[0][0].decode("utf-8")


@pytest.mark.parametrize(("value", "text"), [(7, "七"), (10, "十"), (12, "十二"), (20, "二十"), (34, "三十四")])
def test_numbers_in_letters_can_be_chinese(value: int, text: str) -> None:
    assert letters.chinese_number(value) == text


def test_a_font_that_is_not_installed_is_refused() -> None:
    with pytest.raises(RuntimeError, match="No Such Font"):
        printing.require_fonts(["Noto Serif CJK SC", "No Such Font"])


def test_a_case_is_made_from_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "samples/make.py", "cases", str(tmp_path), "--count", "1", "--seed", "3"]
    options = ["--profile", "bw200", "--layout", "sections", "--kinds", "digit", "swapped"]
    subprocess.run(command + options, cwd=ROOT, check=True, capture_output=True, timeout=120)
    folder = tmp_path / "s3-000"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    check_truth(truth)
    assert [cell["change"] for cell in truth["cells"]] == ["digit"]
    with pypdfium2.PdfDocument(folder / "scan.pdf") as document:
        assert len(document) == truth["pages"]
        page = document[truth["pages"] - 1].render().to_numpy()
        assert 0.005 < (page < 128).mean() < 0.2  # print on white, not white on black
    assert (folder / truth["electronic"]).stat().st_size > 0
    assert len(list(attachments(email.message_from_bytes((folder / "message.eml").read_bytes())))) == 2
