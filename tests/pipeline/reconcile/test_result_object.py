"""The object that a comparison gives: as the documentation of results lays it down, and fit to be kept and sent."""

import hashlib
import json
import math
import pickle
from pathlib import Path

import drawn
import pytest
from made_pairs import HEADERS, JIANGSU, RECORDS, changed, form

from pipeline.findings import CODES
from pipeline.intake.reading import read_message
from pipeline.model import Letter
from pipeline.reconcile.reconcile import reconcile
from pipeline.settings import load_settings

ROOT = Path(__file__).parent.parent.parent.parent
MAILBOX = ROOT / "samples" / "mailbox"
TRUTH = ROOT / "samples" / "truth"


def number(value, low=-math.inf, high=math.inf):
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def text(value):
    return isinstance(value, str)


def optional(schema):
    return lambda value: value is None or conforms(value, schema)


def listed(schema):
    return lambda value: isinstance(value, list) and all(conforms(item, schema) for item in value)


def row(value):
    return isinstance(value, int) and value >= 1


def box(value):
    return isinstance(value, list) and len(value) == 4 and all(map(number, value)) and value[0] < value[2]


PLACE = {"page": row, "box": box}
WHERE = {"electronic": optional(text), "scan": optional(PLACE)}
FIELD = {
    "header": text,
    "field": optional(text),
    "electronic": text,
    "scan": text,
    "verdict": lambda v: v in {"match", "mismatch", "unsure"},
    "probability": lambda v: number(v, 0, 1),
    "where": WHERE,
}
RECORD = {"electronic_row": optional(row), "scan_row": optional(row), "key": text, "fields": listed(FIELD)}
FINDING = {
    "code": lambda v: v in CODES,
    "severity": lambda v: v in {"error", "warning", "info"},
    "message": lambda v: text(v) and v and "{" not in v,
    "where": optional(WHERE),
}
SEAL = {
    **PLACE,
    "text": text,
    "department": optional(text),
    "probability": lambda v: number(v, 0, 1),
    "kind": lambda v: v in {"full", "across-pages"},
    "ink": lambda v: v in {"red", "grey", "black"},
}
SIGNATURE = {
    "signer": text,
    "organisation": text,
    "time": text,
    "state": lambda v: v in {"intact", "changed", "broken", "unreadable"},
    "self_signed": lambda v: isinstance(v, bool),
}
RESULT = {
    "schema": lambda v: v == "zhongshi.reconciliation/1",
    "scan": {"name": text, "sha256": text, "pages": row},
    "electronic": {"name": text, "sha256": text},
    "records": listed(RECORD),
    "findings": listed(FINDING),
    "seals": listed(SEAL),
    "signatures": listed(SIGNATURE),
    "letter": optional({"department": optional(text), "number": optional(text), "date": optional(text),
                        "count": optional(lambda v: isinstance(v, int))}),
    "timing": lambda v: isinstance(v, dict) and all(number(seconds, 0) for seconds in v.values()),
}  # fmt: skip


def conforms(value, schema):
    """Whether a value passes a check, or has exactly the keys of a dict of checks and passes each of them."""
    if not isinstance(schema, dict):
        return bool(schema(value))
    if not isinstance(value, dict) or value.keys() != schema.keys():
        return False
    return all(conforms(value[key], check) for key, check in schema.items())


@pytest.fixture(scope="module")
def full(compare):
    """A comparison with something of everything: all verdicts but one, rows on either side, seal, letter, findings."""
    a, b, c, _ = RECORDS
    page = drawn.sealed(form([a, c]), "浙江省经济和信息化厅", (1300, 800))
    other = changed([a, b], {(1, "投资总额（万元）"): "12350.5"})
    letter = Letter(department=JIANGSU, number="苏工信函〔2024〕12号", date="2024-10-09", count=9, contact="王一")
    return compare(page, [[*HEADERS, "备注"], *([*r, ""] for r in other)], letter=letter)


def test_the_object_is_what_the_documentation_of_results_says(full):
    result = full.to_json()
    assert conforms(result, RESULT)
    assert {f["code"] for f in result["findings"]} == {
        "field-mismatch", "row-missing-in-scan", "row-missing-in-electronic", "column-missing-in-scan",
        "seal-mismatch", "letter-count-mismatch",
    }  # fmt: skip
    assert [(r["electronic_row"], r["scan_row"]) for r in result["records"]] == [(1, 1), (2, None), (None, 2)]
    assert [bool(r["fields"]) for r in result["records"]] == [True, False, False]
    assert result["letter"] == {
        "department": JIANGSU, "number": "苏工信函〔2024〕12号", "date": "2024-10-09", "count": 9,
    }  # fmt: skip
    width, height = 841.92, 595.2
    for place in (*result["seals"], *(f["where"]["scan"] for r in result["records"] for f in r["fields"])):
        assert place["page"] == 1
        assert 0 <= place["box"][0] < place["box"][2] <= width and 0 <= place["box"][1] < place["box"][3] <= height


def test_a_programs_pdf_gives_the_same_kind_of_object(compare_texts):
    result = compare_texts([HEADERS, *RECORDS[:2]], [HEADERS, *RECORDS[1:]]).to_json()
    assert conforms(result, RESULT)
    assert result["letter"] is None and result["seals"] == []


def test_the_object_survives_being_written(full):
    result = full.to_json()
    written = json.dumps(result, ensure_ascii=False, allow_nan=False)
    assert json.loads(written) == result


def test_a_comparison_can_be_sent_to_another_process(full):
    again = pickle.loads(pickle.dumps(full))
    assert again == full and again.to_json() == full.to_json()


def test_files_are_named_as_their_sender_did_and_known_by_their_hash(tmp_path):
    scan = drawn.text_pdf(tmp_path / "a", [HEADERS, *RECORDS], widths=(40, 130, 120, 140, 100, 80, 100))
    electronic = drawn.workbook(tmp_path / "b", [HEADERS, *RECORDS])
    result = reconcile(scan, electronic, scan_name="附件3（盖章）.pdf", electronic_name="附件3.xlsx").to_json()
    assert result["scan"] == {
        "name": "附件3（盖章）.pdf", "sha256": hashlib.sha256(scan.read_bytes()).hexdigest(), "pages": 1,
    }  # fmt: skip
    assert result["electronic"] == {
        "name": "附件3.xlsx", "sha256": hashlib.sha256(electronic.read_bytes()).hexdigest(),
    }  # fmt: skip


def test_a_message_of_the_samples_is_judged_as_its_truth_says(tmp_path):
    case = "03-look-alike"
    truth = json.loads((TRUTH / f"{case}.json").read_text(encoding="utf-8"))
    message = read_message((MAILBOX / f"{case}.eml").read_bytes(), f"{case}.eml", load_settings(workspace=tmp_path))
    paths = {}
    for document in message.documents:
        paths[document.role] = tmp_path / document.role.value
        paths[document.role].write_bytes(document.attachment.data)
    result = reconcile(paths["scan"], paths["electronic"], department=truth["department"]).to_json()
    assert conforms(result, RESULT)
    assert [[r["electronic_row"], r["scan_row"]] for r in result["records"]] == truth["pairs"]
    wrong = {(cell["electronic_row"], cell["field"]) for cell in truth["cells"]}
    differing = {
        (r["electronic_row"], f["header"]) for r in result["records"] for f in r["fields"] if f["verdict"] != "match"
    }
    assert wrong <= differing
    mismatches = {
        (r["electronic_row"], f["header"]) for r in result["records"] for f in r["fields"] if f["verdict"] == "mismatch"
    }
    assert mismatches <= wrong and len(differing) <= 2 + len(wrong)
    assert result["seals"][0]["department"] == truth["sealer"]
