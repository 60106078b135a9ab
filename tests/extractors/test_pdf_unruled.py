"""Tables without ruled lines in born-digital PDFs are read by where their words stand, and told."""

from made_files import pdf

from extractors import electronic


def words(*placed):
    return "\n".join(f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET" for x, y, text in placed)


def texts(found):
    (table,) = found.tables
    return [[table.at()[r, c].text for c in range(table.columns)] for r in range(table.rows)]


HEADER = [(50, 700, "No."), (120, 700, "Platform"), (300, 700, "Invested")]
FIRST = [(50, 680, "1"), (120, 680, "Alpha centre"), (300, 680, "12850.5")]
SECOND = [(50, 650, "2"), (120, 650, "Beta"), (300, 650, "7630")]


def test_columns_and_rows_are_told_from_where_words_stand(tmp_path):
    title = (50, 760, "Annex three, the list of all platforms of the province")
    path = pdf(tmp_path / "a.pdf", words(title, *HEADER, *FIRST, (120, 668, "for alloys"), *SECOND))
    found = electronic.read(path)
    assert texts(found) == [
        ["No.", "Platform", "Invested"], ["1", "Alpha centre\nfor alloys", "12850.5"], ["2", "Beta", "7630"],
    ]  # fmt: skip
    assert [(n.code, n.params["page"]) for n in found.notices] == [("pdf-unruled", "1")]
    assert [line.text for line in found.lines] == [title[2]]
    assert found.tables[0].cells[0].place == "page 1, table 1, row 1, column 1"


def test_lines_of_cells_that_are_centred_belong_to_the_nearest_number(tmp_path):
    around = [(120, 686, "Alpha centre"), (50, 680, "1"), (300, 680, "12850.5"), (120, 674, "for alloys")]
    found = electronic.read(pdf(tmp_path / "a.pdf", words(*HEADER, *around, *SECOND)))
    assert [row[1].split("\n") for row in texts(found)] == [["Platform"], ["Alpha centre", "for alloys"], ["Beta"]]


def test_an_empty_cell_stays_empty(tmp_path):
    found = electronic.read(pdf(tmp_path / "a.pdf", words(*HEADER, *FIRST, *SECOND[:2])))
    assert texts(found)[2] == ["2", "Beta", ""]


def test_a_letter_is_no_table(tmp_path):
    sentence = "This is a letter that says that the list of platforms is enclosed, as asked."
    lines = [(50, 700 - 14 * n, sentence) for n in range(5)]
    found = electronic.read(pdf(tmp_path / "a.pdf", words(*lines, (50, 600, "Date:"), (300, 600, "2024"))))
    assert found.tables == () and found.notices == () and len(found.lines) == 6


def test_a_ruled_table_is_read_by_its_lines(tmp_path):
    ruled = "1 w 40 640 400 80 re S 40 670 m 440 670 l S 100 640 m 100 720 l S"
    found = electronic.read(pdf(tmp_path / "a.pdf", f"{ruled}\n{words(*HEADER, *SECOND)}"))
    assert found.notices == () and found.tables[0].columns == 2
