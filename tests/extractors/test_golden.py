"""Every golden document is read as it was when its expected output was last looked at."""

import difflib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "golden"))
import make  # noqa: E402

FEWEST = 40


@pytest.mark.parametrize("document", make.documents(), ids=lambda path: path.name)
def test_a_document_gives_what_is_expected(document):
    expected, given = make.expected(document), make.given(document)
    assert expected.is_file(), f"no {expected.name}: run make.py expected {document.name}, and read what it writes"
    kept = expected.read_text(encoding="utf-8")
    assert given == kept, "\n".join(difflib.unified_diff(kept.splitlines(), given.splitlines(), "kept", "given", n=1))


def test_there_are_enough_of_them_and_they_are_small():
    assert len(make.documents()) >= FEWEST
    assert all(path.stat().st_size <= make.LARGEST for path in make.documents())


def test_every_document_says_how_it_was_made():
    import pages
    import sheets
    import words

    made = {*sheets.DOCUMENTS, *words.DOCUMENTS, *pages.DOCUMENTS}
    assert made == {path.name for path in make.documents()}


def test_what_is_kept_is_not_written_over_unasked(tmp_path, monkeypatch, capsys):
    document = tmp_path / "a.docx"
    document.write_bytes((make.HERE / "tracked.docx").read_bytes())
    kept = tmp_path / "a.docx.json"
    assert make.write_expected([document], overwrite=False) == 0
    written = kept.read_text(encoding="utf-8")
    kept.write_text("{}", encoding="utf-8")
    assert make.write_expected([document], overwrite=False) == 1
    assert kept.read_text(encoding="utf-8") == "{}"
    assert make.show_differences([document]) == 1
    assert make.write_expected([document], overwrite=True) == 0
    assert kept.read_text(encoding="utf-8") == written
