"""Digital signatures: who signed a PDF and when, and whether it was changed since. No network is asked."""

import random
import subprocess
import sys

import drawn
import pytest
import signed

from extractors import sealed, signatures
from extractors.tables import SignatureState
from samples.seals import draw_seal

BODY = "江苏省工业和信息化厅"
ROWS = [["序号", "中试平台名称", "投资总额"], ["1", "轻合金中试平台", "12850.5"]]


@pytest.fixture
def pdf(tmp_path):
    return drawn.text_pdf(tmp_path / "盖章件.pdf", ROWS, widths=(60, 200, 120))


def states(path):
    return [(s.signer, s.state) for s in signatures.read(path)]


def test_a_file_without_signatures_has_none_and_the_library_is_not_loaded(pdf):
    program = (
        "import sys, pathlib; from extractors import sealed; "
        f"print(sealed.read(pathlib.Path({str(pdf)!r})).signatures, any('hanko' in m for m in sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["()", "False"]


def test_who_signed_and_when_is_told(pdf):
    signed.sign(pdf, signed.signer("张三", BODY))
    (found,) = sealed.read(pdf).signatures
    assert (found.signer, found.organisation, found.state) == ("张三", BODY, SignatureState.INTACT)
    assert found.time[:2] == "20" and not found.self_signed
    assert sealed.read(pdf).tables[0].at()[1, 2].text == "12850.5"


def test_a_certificate_by_its_owner_is_told_from_an_issued_one(pdf):
    signed.sign(pdf, signed.signer(BODY, issuer=""))
    assert [s.self_signed for s in signatures.read(pdf)] == [True]


def test_what_is_added_after_signing_shows(pdf):
    signed.add_text(signed.sign(pdf, signed.signer(BODY)))
    assert states(pdf) == [(BODY, SignatureState.CHANGED)]


def test_a_second_signature_changes_nothing_of_the_first(pdf):
    signed.sign(signed.sign(pdf, signed.signer(BODY)), signed.signer("张三"), "Signature2")
    assert states(pdf) == [(BODY, SignatureState.INTACT), ("张三", SignatureState.INTACT)]


def test_a_change_between_two_signatures_is_the_firsts(pdf):
    signed.add_text(signed.sign(pdf, signed.signer(BODY)))
    signed.sign(pdf, signed.signer("张三"), "Signature2")
    assert states(pdf) == [(BODY, SignatureState.CHANGED), ("张三", SignatureState.INTACT)]


def test_signed_bytes_that_were_changed_break_the_signature(pdf):
    data = signed.sign(pdf, signed.signer(BODY)).read_bytes()
    figure = "12850.5".encode("utf-16-be").hex().encode()
    assert data.count(figure) == 1
    pdf.write_bytes(data.replace(figure, "12850.6".encode("utf-16-be").hex().encode()))
    assert states(pdf) == [(BODY, SignatureState.BROKEN)]
    assert sealed.read(pdf).tables[0].at()[1, 2].text == "12850.6"


def test_a_signature_that_cannot_be_read_is_one_still(pdf):
    data = signed.sign(pdf, signed.signer(BODY)).read_bytes()
    start = data.index(b"/Contents <30")
    pdf.write_bytes(data[: start + 12] + b"ff" * 40 + data[start + 92 :])
    assert states(pdf) == [("", SignatureState.UNREADABLE)]
    pdf.write_bytes(b"%PDF-1.7\njunk /ByteRange [0 1 2 3]\n%%EOF")
    assert states(pdf) == [("", SignatureState.UNREADABLE)]


def test_a_signed_scan_is_read_as_a_scan_with_its_signature(tmp_path):
    page = drawn.blank((1000, 400))
    drawn.table(page, ROWS, left=60, top=80, width=860, row_height=80, size=18)
    document = sealed.read(signed.sign(drawn.scan(tmp_path / "a.pdf", page), signed.signer(BODY)))
    assert document.kind == "scan" and [s.state for s in document.signatures] == [SignatureState.INTACT]


def test_the_picture_of_a_seal_that_a_signature_shows_is_found_and_read(pdf):
    signed.sign(pdf, signed.signer(BODY), picture=draw_seal(random.Random(1), BODY, 500))
    document = sealed.read(pdf)
    (seal,) = document.seals
    assert (seal.text, seal.ink, seal.kind) == (BODY, "red", "full")
    assert seal.box.x0 == pytest.approx(565, abs=8) and seal.box.y1 == pytest.approx(595 - 65, abs=8)
