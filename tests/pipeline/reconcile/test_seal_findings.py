"""What is said of the seals and signatures of a sealed copy."""

import drawn
import pytest
import signed
from made_pairs import HEADERS, JIANGSU, RECORDS, WIDTHS, codes

from extractors.tables import ACROSS_PAGES, Box, Document, Seal, Table
from pipeline.model import Severity
from pipeline.reconcile.seals import seal_findings, seal_results

ROWS = [HEADERS, *RECORDS]


def said(*seals, department=JIANGSU, pages=(1, 2)):
    """The findings on seals given as (page, text) or as further fields of `Seal`."""
    tables = tuple(Table((), 0, 0, page=n) for n in pages)
    made = [
        s if isinstance(s, Seal) else Seal(Box(s[0], 100, 100, 219, 219), s[1], 0.95, *s[2:]) for s in seals
    ]
    return seal_findings(Document("scan", tables), seal_results(made), department)


def said_codes(*seals, **how):
    return [f.code for f in said(*seals, **how)]


def slices(text, *pages):
    return [(page, text, ACROSS_PAGES) for page in pages]


def test_the_bodys_own_seal_is_nothing_to_say():
    assert said_codes((2, JIANGSU)) == []
    assert said_codes((2, "信息化厅江苏省工业和")) == []
    assert said_codes((2, "江苏省工业和信息化亍")) == []


def test_print_read_before_and_after_the_name_is_passed_over():
    assert said_codes((1, "与明盟陕西省工织和信息化工舞"), department="陕西省工业和信息化厅") == []
    assert said_codes((1, "与明盟陕西省工织和信息化工舞"), department="山西省工业和信息化厅") == ["seal-unreadable"]


@pytest.mark.parametrize("other", ["江苏省科学技术厅", "浙江省经济和信息化厅", "某某研究院有限责任公司"])
def test_another_bodys_seal_is_an_error_unless_the_bodys_own_stands_beside_it(other):
    assert said_codes((1, other)) == ["seal-mismatch"]
    assert said_codes((1, other), (2, JIANGSU)) == []


def test_no_seal_on_the_form_is_an_error_whatever_the_letter_bears():
    assert said_codes() == ["seal-missing"]
    assert said_codes((1, JIANGSU), pages=(2,)) == ["seal-missing"]


@pytest.mark.parametrize("rest", ["工业和信息化厅", "省工业和信息化厅", "苏省", ""])
def test_a_name_whose_beginning_is_off_the_page_is_for_a_person_to_look_at(rest):
    assert said_codes((1, rest)) == ["seal-unreadable"]


@pytest.mark.parametrize(
    ("text", "clearness"), [("限公司息化委员会", 5.2), ("江西省工北和您售公", 2.0), ("新想理用?化", 1.9)]
)
def test_print_read_under_a_seal_is_not_held_against_it(text, clearness):
    seal = Seal(Box(1, 0, 0, 119, 119), text, 0.9, ink="grey", clearness=clearness)
    assert said_codes(seal, department="重庆市经济和信息化委员会") == ["seal-unreadable"]


def test_slices_over_page_edges_are_told_and_seal_no_form():
    found = said(*slices(JIANGSU, 1, 2))
    assert [f.code for f in found] == ["seal-missing", "seal-across-pages"]
    assert found[1].severity is Severity.INFO and "第 1、2 页" in found[1].message and JIANGSU in found[1].message
    assert said_codes(*slices(JIANGSU, 1, 2), (2, JIANGSU)) == ["seal-across-pages"]


def test_slices_of_another_bodys_seal_and_a_page_without_its_slice_are_to_be_looked_at():
    assert said_codes(*slices("浙江省经济和信息化厅", 1, 2), (2, JIANGSU)) == ["seal-across-pages-other"]
    found = said(*slices(JIANGSU, 1, 2, 4), (4, JIANGSU), pages=(1, 2, 3, 4))
    assert [f.code for f in found] == ["seal-across-pages", "seal-across-pages-gap"]
    assert found[1].params == {"pages": "3"}


@pytest.fixture
def form(tmp_path):
    return drawn.text_pdf(tmp_path / "盖章件.pdf", ROWS, widths=WIDTHS)


def test_the_bodys_signature_stands_for_its_seal_and_the_findings_say_so(compare, form):
    result = compare(signed.sign(form, signed.signer("王五", JIANGSU)), ROWS)
    assert codes(result) == ["signature-as-seal", "signature-valid"]
    assert all(f.severity is Severity.INFO for f in result.findings) and "王五" in result.findings[1].message
    (signature,) = result.to_json()["signatures"]
    assert signature["organisation"] == JIANGSU and signature["state"] == "intact"


def test_anybody_can_issue_himself_a_certificate(compare, form):
    result = compare(signed.sign(form, signed.signer(JIANGSU, issuer="")), ROWS)
    assert codes(result) == ["signature-as-seal", "signature-self-issued"]
    assert result.findings[1].severity is Severity.WARNING


@pytest.mark.parametrize("name", ["张三", "江苏省科学技术厅", "浙江省经济和信息化厅"])
def test_a_signature_by_somebody_else_stands_for_no_seal(compare, form, name):
    result = compare(signed.sign(form, signed.signer(name)), ROWS)
    assert codes(result) == ["seal-missing", "signature-valid", "signature-other"]


def test_a_changed_file_is_not_sealed_by_its_signature(compare, form):
    result = compare(signed.add_text(signed.sign(form, signed.signer(JIANGSU))), ROWS)
    assert {"seal-missing", "signature-changed"} <= set(codes(result))
    assert "signature-as-seal" not in codes(result)
