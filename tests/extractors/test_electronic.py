import zlib

import docx
import openpyxl
import pytest
from made_files import compound_file, pdf

from extractors import electronic
from extractors.errors import UnreadableFileError
from extractors.scan.pages import holds_scans

# Two rows of two ruled cells, the upper right one over two rows; text in each, and a line above.
TABLE = """BT /F1 12 Tf 50 780 Td (Annex three) Tj ET
1 w 50 600 200 100 re S 150 600 m 150 700 l S 50 650 m 150 650 l S
BT /F1 10 Tf 60 670 Td (Alpha) Tj ET
BT /F1 10 Tf 60 655 Td (beta) Tj ET
BT /F1 10 Tf 60 620 Td (12,850.50) Tj ET
BT /F1 10 Tf 160 640 Td (Both) Tj ET"""
ENCRYPT = (
    f"/ID [<{'00' * 16}> <{'00' * 16}>] "
    f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'11' * 32}> /U <{'22' * 32}> >> "
)


def code_of(path):
    with pytest.raises(UnreadableFileError) as caught:
        electronic.read(path)
    assert path.name in caught.value.message
    return caught.value.code


def test_the_reader_is_chosen_by_content(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.docx")
    docx.Document().save(str(tmp_path / "b.xlsx"))
    assert electronic.read(tmp_path / "a.docx").kind == "xlsx"
    assert electronic.read(tmp_path / "b.xlsx").kind == "docx"


def test_a_born_digital_pdf_gives_cells_and_lines_with_boxes(tmp_path):
    path = pdf(tmp_path / "a.pdf", TABLE)
    document = electronic.read(path)
    (table,) = document.tables
    assert document.kind == "pdf" and (table.rows, table.columns, table.page) == (2, 2, 1)
    assert {(c.row, c.column): c.text for c in table.cells} == {
        (0, 0): "Alpha\nbeta",
        (1, 0): "12,850.50",
        (0, 1): "Both",
    }
    tall = table.at()[1, 1]
    assert tall.row_span == 2 and tall.box is not None
    assert [round(v) for v in tall.box.as_list()] == [150, 142, 250, 242]
    assert [line.text for line in document.lines] == ["Annex three"]
    assert (document.pages[0].width, document.pages[0].height) == (595, 842)
    assert not holds_scans(path)


def test_a_pdf_whose_text_broke_off_is_damaged_rather_than_half_read(tmp_path):
    packed = bytearray(zlib.compress(TABLE.encode() * 30))
    packed[len(packed) // 2 :] = b"\xff" * (len(packed) // 2)
    path = pdf(tmp_path / "a.pdf", packed.decode("latin-1"), coding="/Filter /FlateDecode ")
    assert code_of(path) == "file-damaged"


def test_files_behind_a_password_say_so(tmp_path):
    assert code_of(compound_file(tmp_path / "a.xlsx", "EncryptionInfo", "EncryptedPackage")) == "file-encrypted"
    assert code_of(pdf(tmp_path / "b.pdf", TABLE, extra=ENCRYPT)) == "file-encrypted"


def test_files_that_cannot_be_read_say_what_to_send_instead(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "b.bin").write_bytes(b"\x00\x01" * 80)
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7\n" + b"junk" * 50)
    (tmp_path / "d.xlsx").write_bytes(b"")
    assert code_of(tmp_path / "a.jpg") == "file-type-unsupported"
    assert code_of(tmp_path / "b.bin") == "file-type-unknown"
    assert code_of(tmp_path / "c.pdf") == "file-damaged"
    assert code_of(tmp_path / "d.xlsx") == "file-empty"
    assert code_of(compound_file(tmp_path / "e.doc", "WordDocument")) == "file-damaged"
