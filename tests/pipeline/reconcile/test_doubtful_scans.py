"""Where the paper was changed by hand, or the image shows too little, two copies never match."""

import drawn
import pytest
from made_pairs import HEADERS, RECORDS, SHARES, codes, field, form, record
from PIL import Image, ImageDraw

from extractors.errors import UnreadableFileError
from pipeline.library.decision import needs_decision
from pipeline.model import Severity, Verdict
from samples.scans import ScannedPage, write_pdf

LEFT, WIDTH, TOP, ROW = 60, 1640, 160, 84


def struck(page, row, header):
    """A line of a pen through the middle of a cell."""
    before = sum(SHARES[: HEADERS.index(header)])
    middle = LEFT + WIDTH * (before + SHARES[HEADERS.index(header)] / 2) / sum(SHARES)
    y = TOP + ROW * (row + 0.5)
    ImageDraw.Draw(page).line(((middle - 60, y + 5), (middle + 60, y - 5)), fill="black", width=4)
    return page


def verdicts(result):
    return {f.verdict for r in result.records for f in r.fields}


def test_a_value_struck_out_by_hand_is_unsure_though_it_can_be_read(compare):
    result = compare(struck(form(RECORDS), 2, "投资总额（万元）"), [HEADERS, *RECORDS])
    touched = field(record(result, RECORDS[1][1]), "投资总额（万元）")
    assert touched.verdict in (Verdict.UNSURE, Verdict.MISMATCH)
    (finding,) = (f for f in result.findings if f.code == "cell-altered")
    assert finding.severity is Severity.WARNING and finding.where == touched.where
    assert (finding.params["row"], finding.params["header"]) == ("2", "投资总额（万元）")
    assert needs_decision(result.findings, result.records)


def test_what_is_written_into_an_empty_cell_does_not_match_emptiness(compare):
    rows = [list(row) for row in RECORDS]
    rows[0][6] = ""
    page = form(rows)
    pen = ImageDraw.Draw(page)
    pen.line(((1500, 270), (1530, 300), (1560, 262), (1600, 300)), fill=(38, 62, 158), width=4)
    result = compare(page, [HEADERS, *rows])
    assert field(record(result, rows[0][1]), "联系电话").verdict is not Verdict.MATCH
    assert "cell-altered" in codes(result)


def test_nothing_matches_on_a_page_that_is_too_coarse(compare):
    small = form(RECORDS).resize((700, 495), Image.Resampling.LANCZOS)
    try:
        result = compare(small, [HEADERS, *RECORDS])
    except UnreadableFileError as error:
        assert error.code == "scan-resolution-low"
    else:
        assert "page-resolution-low" in codes(result) and verdicts(result) <= {Verdict.UNSURE}
        assert needs_decision(result.findings, result.records)


def test_nothing_matches_on_a_page_whose_image_was_cut_short(compare, tmp_path):
    write_pdf([ScannedPage(form(RECORDS), 88, 72 / 150)], tmp_path / "a.pdf")
    data = (tmp_path / "a.pdf").read_bytes()
    end = data.rindex(b"\xff\xd9")
    (tmp_path / "a.pdf").write_bytes(data[: end - 40] + b"\0" * 42 + data[end + 2 :])
    result = compare(tmp_path / "a.pdf", [HEADERS, *RECORDS])
    assert "image-damaged" in codes(result) and verdicts(result) == {Verdict.UNSURE}
    assert needs_decision(result.findings, result.records)


def test_a_scan_of_nothing_says_so(compare):
    for page, code in (
        (drawn.blank(), "scan-blank"),
        (Image.new("L", drawn.A4, 0), "scan-blank"),
        (Image.new("RGB", (12, 8), "white"), "scan-resolution-low"),
    ):
        with pytest.raises(UnreadableFileError) as caught:
            compare(page, [HEADERS, *RECORDS])
        assert caught.value.code == code
