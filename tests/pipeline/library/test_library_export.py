"""The library listed and exported."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine

from extractors.errors import UsageError
from pipeline.library.export import export
from pipeline.library.query import list_entries, show_entry
from pipeline.library.settle import settle

ROWS = [
    ["1", "氢能装备中试平台", "91510500MA62A0001X", "1,200.50", '=HYPERLINK("http://x")'],
    ["2", "合成生物中试基地", "091510700MA62A002K", "800", "+86 28"],
]


@pytest.fixture
def library(engine: Engine, submit: Callable[..., int], compare: Callable[..., int]) -> Engine:
    settle(engine, compare(submit("江苏省工业和信息化厅"), [["1", "南通材料平台", "91", "1", "@SUM(1)"]]))
    settle(engine, compare(submit(), ROWS))
    return engine


def test_filters(library: Engine) -> None:
    assert [e.region for e in list_entries(library)] == ["江苏省", "四川省", "四川省"]
    assert [e.name for e in list_entries(library, region="江苏")] == ["南通材料平台"]
    assert len(list_entries(library, department="经济和信息化厅")) == 2
    assert [e.name for e in list_entries(library, text="ma62a 0001x")] == ["氢能装备中试平台"]
    assert list_entries(library, region="江苏", text="氢能") == []


def test_nothing_under_an_unknown_number(library: Engine) -> None:
    assert show_entry(library, 99) is None


def test_excel_cells_are_text_and_no_value_becomes_a_formula(library: Engine, tmp_path: Path) -> None:
    assert export(library, tmp_path / "库.xlsx") == 3
    sheet = openpyxl.load_workbook(tmp_path / "库.xlsx").active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [
        "编号",
        "地区",
        "报送单位",
        "中试平台名称",
        "统一社会信用代码",
        "投资总额（万元）",
        "备用栏",
        "版本数",
    ]
    assert [row[6] for row in rows[1:]] == ["@SUM(1)", '=HYPERLINK("http://x")', "+86 28"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert rows[3][4] == "091510700MA62A002K"


def test_csv_opens_in_excel_and_no_value_becomes_a_formula(library: Engine, tmp_path: Path) -> None:
    export(library, tmp_path / "a.csv", region="四川")
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert [row[6] for row in rows] == ["备用栏", '\'=HYPERLINK("http://x")', "'+86 28"]


def test_json_holds_the_values_as_they_are(library: Engine, tmp_path: Path) -> None:
    export(library, tmp_path / "a.json", text="氢能")
    (entry,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert entry["department"] == "四川省经济和信息化厅"
    assert entry["values"]["备用栏"] == '=HYPERLINK("http://x")'


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_an_empty_library(engine: Engine, tmp_path: Path, suffix: str) -> None:
    assert export(engine, tmp_path / f"a{suffix}") == 0
    assert (tmp_path / f"a{suffix}").exists()


@pytest.mark.parametrize(("name", "code"), [("a.pdf", "export-kind-unknown"), ("none/a.csv", "export-unwritable")])
def test_an_export_that_cannot_be_written(library: Engine, tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(UsageError) as error:
        export(library, tmp_path / name)
    assert error.value.code == code
    assert list(tmp_path.glob("tmp*")) == []
