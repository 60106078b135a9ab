"""``zhongshi form``: show, check, new."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from extractors import i18n
from flows.cli import main
from flows.screen import out
from pipeline.calls.catalogue import OwnCalls, use

Ended = tuple[int, str, str]
Form = Callable[..., Ended]
HEADERS = ("序号", "平台名称", "承担单位（建设主体）", "总投资额（万元）", "统一杜会信用代码")
ROW = ("1", "甲中试平台", "甲公司", "100", "91320594MA1MK0XJ7E")
NARROW = 80


@pytest.fixture
def form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Form]:
    """Runs ``zhongshi form …`` in an empty folder on a screen of 80 columns: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(out(), "width", NARROW)
    monkeypatch.setattr("flows.cli._remembered_interrupts", list)
    for name in ("ZHONGSHI_CONFIG", "ZHONGSHI_LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main(["form", *map(str, arguments)])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    yield run
    use(OwnCalls())
    i18n.use("zh")


def workbook(path: Path, *rows: tuple[str, ...], cover: bool = False) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if cover:
        book.create_sheet("封面", 0).append(("材料", "页码"))
        book["封面"].append(("名录", "1"))
    book.save(path)
    return path


def table_widths(text: str) -> list[int]:
    """How wide the rules of the tables are, in columns."""
    return [len(line.rstrip()) for line in text.splitlines() if "──" in line]


def test_show_prints_the_usual_form_with_its_call_and_lists_all(form: Form) -> None:
    code, text, errors = form("show")
    assert (code, errors) == (0, "")
    for said in ("annex3-2024，版本 2024.1", "推定的表式", "建设运营单位", "必填", "截止日期：2024-10-15",
                 "annex3-2025", "龙头企业自主建设", "工信厅科函〔2024〕346号 三（二）", "推定  5 个行业",
                 "37 个", "“平台类别”可选：省级、重点培育、储备"):  # fmt: skip
        assert said in text
    assert max(table_widths(text)) <= NARROW


def test_show_another_form_has_its_own_vocabularies(form: Form) -> None:
    code, text, _ = form("show", "annex3-2025")
    assert code == 0
    assert "所属领域" in text
    assert "共性需求" in text
    assert "工信厅科函〔2025〕456号" in text
    assert "截止日期 2025年12月31日：未见公开" in text


def test_show_all_lists_the_synonyms(form: Form) -> None:
    text = form("show", "--all")[1]
    assert "承担单位" in re.sub(r"\s", "", text)
    assert max(table_widths(text)) <= NARROW


def test_show_of_a_form_that_is_not_there(form: Form) -> None:
    code, text, errors = form("show", "annex9")
    assert (code, text) == (2, "")
    assert "annex3-2024、annex3-2025" in errors


def test_check_says_of_every_header_its_field_score_and_way(form: Form, tmp_path: Path) -> None:
    code, text, errors = form("check", workbook(tmp_path / "a.xlsx", HEADERS, ROW, cover=True))
    assert (code, errors) == (0, "")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "平台名称 中试平台名称 100% 表头相同" in lines
    assert "统一杜会信用代码 统一社会信用代码 88% 相近" in lines
    assert "封面 0 未采用：没有本表的表头" in lines
    assert "Sheet 5 98% 采用" in lines
    assert any(line.startswith("文件中没有的栏：所在地") for line in lines)
    assert max(table_widths(text)) <= NARROW


def test_check_ends_with_1_where_somebody_has_to_look(form: Form, tmp_path: Path) -> None:
    code, text, _ = form("check", workbook(tmp_path / "a.xlsx", (*HEADERS, "能耗"), (*ROW, "1")))
    assert code == 1
    assert "有 1 个表头没有对应的栏" in text
    code, text, _ = form("check", workbook(tmp_path / "b.xlsx", ("序号", "平台名称", "总投资"), ("1", "甲", "1")))
    assert code == 1
    assert "缺少必填的栏：建设运营单位" in text


def test_check_of_a_file_without_the_form_says_which_tables_there_were(form: Form, tmp_path: Path) -> None:
    code, text, errors = form("check", workbook(tmp_path / "a.xlsx", ("天气", "温度"), ("晴", "20")))
    assert code == 3
    assert "未采用：没有本表的表头" in text
    assert "没有找到附件3的表格" in errors


def test_check_names_a_form_that_fits_better(form: Form, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", (*HEADERS, "关键领域"), (*ROW, "装备制造"))
    assert "--form annex3-2025" in form("check", path)[1]
    assert form("check", path, "--form", "annex3-2025")[0] == form("check", path, "--call", "2025")[0] == 0


def test_check_of_a_file_that_is_not_there(form: Form) -> None:
    assert form("check", "none.xlsx")[0] == 2


def test_new_writes_a_form_and_never_overwrites_unasked(form: Form, tmp_path: Path) -> None:
    path = workbook(tmp_path / "统计.xlsx", ("序号", "项目名称", "金额（万元）"), ("1", "甲", "1.5"), ("2", "乙", "2"))
    code, text, _ = form("new", path)
    written = tmp_path / "统计.toml"
    assert code == 0
    assert "已写入 统计.toml：3 栏，由 2 行推定" in text.replace("\n", "")
    written.write_text("# mine", encoding="utf-8")
    code, _, errors = form("new", path)
    assert (code, written.read_text(encoding="utf-8")) == (2, "# mine")
    assert "已存在，未覆盖" in errors
    assert form("new", path, "--force")[0] == 0
    assert "项目名称" in written.read_text(encoding="utf-8")
    assert form("new", path, "--out", tmp_path / "own" / "forms" / "b.toml")[0] == 0


def test_a_new_form_in_the_own_folder_can_be_used_at_once(
    form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "a.xlsx", ("序号", "项目名称", "金额（万元）"), ("1", "甲", "1.5"), ("2", "乙", "2"))
    form("new", path, "--out", tmp_path / "own" / "forms" / "mine.toml")
    monkeypatch.setenv("ZHONGSHI_FORMS_FOLDER", str(tmp_path / "own"))
    code, text, _ = form("check", path, "--form", "mine")
    assert (code, "各表头都有对应的栏" in text) == (0, True)
    assert "mine" in form("show")[1]


def test_a_wrong_own_form_is_told_with_its_place(
    form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "x.toml").write_text('title = "甲"\nassumed = true\nname_field = "a"\n[[fields]]\nid = "a"\n')
    monkeypatch.setenv("ZHONGSHI_FORMS_FOLDER", str(tmp_path))
    code, _, errors = form("show")
    assert code == 2
    assert "x.toml”有误：第 5 行，[[fields]] 中的“a”：缺少“header”" in errors
