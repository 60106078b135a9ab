"""The sealed copy is read by its image where it is a scan, and by its own text where a program made it."""

import drawn
import pdfplumber
import pypdfium2
import pytest

from extractors import sealed
from extractors.errors import UnreadableFileError

ROWS = [["序号", "中试平台名称", "投资总额"], ["1", "轻合金中试平台", "12850.5"]]
WIDTHS = (60, 200, 120)


def texts(table):
    return [[table.at()[r, c].text for c in range(table.columns)] for r in range(table.rows)]


def code_of(path):
    with pytest.raises(UnreadableFileError) as caught:
        sealed.read(path)
    assert path.name in caught.value.message and caught.value.exit_code == 3
    return caught.value.code


def page_of(rows):
    page = drawn.blank((1000, 500))
    drawn.table(page, rows, left=60, top=80, width=860, row_height=80, size=18)
    return page


def test_a_scan_is_read_by_its_image_with_evidence_for_each_cell(tmp_path):
    document = sealed.read(drawn.scan(tmp_path / "a.pdf", page_of(ROWS)))
    (table,) = document.tables
    assert document.kind == "scan" and texts(table) == ROWS
    assert all(cell.evidence is not None and cell.evidence.text == cell.text and cell.box for cell in table.cells)


def test_a_programs_pdf_is_read_by_its_own_text(tmp_path):
    document = sealed.read(drawn.text_pdf(tmp_path / "a.pdf", ROWS, widths=WIDTHS))
    (table,) = document.tables
    assert document.kind == "pdf" and texts(table) == ROWS
    assert all(cell.evidence is None and cell.box is not None for cell in table.cells)


def test_a_scanners_hidden_text_is_not_trusted(tmp_path):
    path = drawn.scan(tmp_path / "a.pdf", page_of(ROWS))
    data = path.read_bytes()
    # The recogniser of some scanner read 12850.5 as 99999 and laid that below the image, invisibly (3 Tr).
    operators = b"Q BT 3 Tr /F1 12 Tf 300 100 Td (99999) Tj ET"
    start = data.index(b"/Im0 Do Q")
    stream = data.rindex(b"/Length", 0, start)
    head = data[stream:start]
    length = int(head.split()[1])
    grown = head.replace(b"/Length %d" % length, b"/Length %d" % (length + len(operators) - 1))
    data = data[:stream] + grown + b"/Im0 Do " + operators + data[start + len(b"/Im0 Do Q") :]
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /XObject"
    path.write_bytes(data.replace(b"/XObject << /Im0", font + b" << /Im0"))  # readers find the moved objects again
    with pdfplumber.open(path) as pdf:
        assert pdf.pages[0].extract_text() == "99999"
    document = sealed.read(path)
    assert document.kind == "scan" and texts(document.tables[0]) == ROWS


def test_a_printed_letter_before_a_scanned_form_is_read_too(tmp_path):
    title = "关于报送的函".encode("utf-16-be").hex()
    letter = drawn.program_pdf(tmp_path / "letter.pdf", f"BT /F1 14 Tf 80 500 Td <{title}> Tj ET")
    form = drawn.scan(tmp_path / "form.pdf", page_of(ROWS))
    both = pypdfium2.PdfDocument.new()
    for part in (letter, form):
        both.import_pages(pypdfium2.PdfDocument(part))
    both.save(tmp_path / "both.pdf")
    document = sealed.read(tmp_path / "both.pdf")
    assert [page.number for page in document.pages] == [1, 2]
    assert [texts(table) for table in document.tables] == [ROWS] and document.tables[0].page == 2


def test_files_that_cannot_be_opened_say_why(tmp_path):
    whole = drawn.scan(tmp_path / "a.pdf", page_of(ROWS)).read_bytes()
    (tmp_path / "半.pdf").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "乱.pdf").write_bytes(b"%PDF-1.7\n" + b"junk" * 50)
    keys = f"/ID [<{'00' * 16}> <{'00' * 16}>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
    extra = f"{keys}/O <{'11' * 32}> /U <{'22' * 32}> >> "
    assert code_of(tmp_path / "半.pdf") == "file-damaged"
    assert code_of(tmp_path / "乱.pdf") == "file-damaged"
    assert code_of(drawn.program_pdf(tmp_path / "密.pdf", "0 0 9 9 re f", extra=extra)) == "file-encrypted"
