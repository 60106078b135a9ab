"""Forms and calls of an office's own, and what is said of wrong ones."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from extractors.errors import UsageError
from pipeline.calls.call import Changes
from pipeline.calls.catalogue import OwnCalls, all_fields, all_forms, call, calls, form_of, use
from pipeline.forms.form import load_form
from pipeline.forms.headers import map_headers
from pipeline.submission import not_asked

Own = Callable[..., Path]

FORM = """title = "甲省名录"
assumed = false
name_field = "name"

[[fields]]
id = "name"
header = "名称"
kind = "organisation"

[[fields]]
id = "type"
header = "类型"
kind = "enumeration"
vocabulary = "type"
"""
CALL = """notice = "甲工信函〔2026〕1号"
title = "甲省的通知"
deadline = 2026-03-31
form = "jia"
form_title = "甲省名录（附件1）"
office = "甲省工业和信息化厅"
mailbox = "a@example.cn"
answer_days = 3
bodies = ["110000", "计划单列市", "江苏省工业和信息化厅"]

[vocabularies.type]
title = "类型"
version = "2026"
assumed = false
values = ["一", "二"]
"""


def reason(own: Own, code: str, **files: str) -> str:
    own({name.replace("_", "/"): text for name, text in files.items()})
    with pytest.raises(UsageError) as caught:
        [form_of(id) for id in calls() if all_forms()]
    assert caught.value.code == code
    return caught.value.message


def test_two_calls_are_shipped_each_with_what_is_known_and_what_is_assumed() -> None:
    shipped = calls()
    assert list(shipped) == ["2024", "2025"]
    for each in shipped.values():
        assert each.known
        assert all(fact.source for fact in each.known)
        assert each.assumed
        assert len(each.reporting_bodies()) == 37
        assert len(each.vocabularies["mode"].values) == 6
        form = form_of(each.id)
        assert form.assumed
        assert form.known
        assert form.assumptions
    assert list(shipped["2024"].vocabularies["industry"].groups)[0] == "原材料工业"
    assert len(shipped["2024"].vocabularies["industry"].groups) == 5
    assert len(shipped["2025"].vocabularies["industry"].groups) == 6


def test_each_call_checks_with_its_own_vocabulary() -> None:
    of_2024, of_2025 = (form_of(id).field("industry") for id in ("2024", "2025"))
    assert "共性需求" in of_2025.values
    assert "共性需求" not in of_2024.values
    assert load_form() == form_of("2024")


def test_the_form_of_2025_is_that_of_2024_but_for_what_it_says() -> None:
    old, new = form_of("2024"), form_of("2025")
    assert [f.id for f in new.fields] == [f.id for f in old.fields]
    assert (old.field("industry").header, new.field("industry").header) == ("所属行业", "所属领域")
    assert set(old.field("industry").synonyms) < {*new.field("industry").synonyms}
    assert new.section_values == old.section_values


def test_an_own_call_and_form_stand_beside_the_shipped_ones(own: Own) -> None:
    own({"forms/jia": FORM, "calls/jia2026": CALL})
    assert {"2024", "2025", "jia2026"} == set(calls())
    assert form_of("jia2026").field("type").values == ("一", "二")
    assert load_form("jia").field("type").values == ("一", "二")
    assert {d.name for d in call("jia2026").reporting_bodies()} >= {"江苏省工业和信息化厅"}
    assert len(call("jia2026").reporting_bodies()) == 7
    assert list(all_fields())[0] == "number"
    assert "type" in all_fields()


def test_a_file_takes_the_place_of_the_shipped_one_and_adds_synonyms(own: Own) -> None:
    own({"forms/annex3-2024": 'extends = "annex3-2024"\n[[fields]]\nid = "operator"\nsynonyms = ["操盘手"]\n'})
    form = form_of("2024")
    (match,) = map_headers(["操盘手"], form)
    assert match.field is not None
    assert match.field.id == "operator"
    assert "依托单位" in form.field("operator").synonyms
    assert form.field("mode").values


def test_an_extending_form_can_leave_fields_out_and_add_some(own: Own) -> None:
    text = 'extends = "annex3-2024"\nwithout = ["scale"]\n[[fields]]\nid = "x"\nheader = "能耗"\nkind = "decimal"\n'
    own({"forms/mine": text})
    form = load_form("mine")
    assert form.fields[-1].header == "能耗"
    assert "scale" not in {f.id for f in form.fields}


def test_the_settings_go_before_a_calls_file(own: Own) -> None:
    own({}, {"2024": Changes(deadline=datetime.date(2024, 10, 31), mailbox="b@example.cn")})
    assert (call("2024").deadline, call("2024").mailbox) == (datetime.date(2024, 10, 31), "b@example.cn")
    assert call("2024").office == "工业和信息化部科技司"


def test_changes_of_a_call_that_is_not_there_are_a_wrong_setting() -> None:
    use(OwnCalls(None, {"1999": Changes()}))
    try:
        with pytest.raises(UsageError, match="1999"):
            calls()
    finally:
        use(OwnCalls())


def test_a_folder_that_is_not_there_is_a_wrong_setting(tmp_path: Path) -> None:
    use(OwnCalls(tmp_path / "none"))
    try:
        with pytest.raises(UsageError, match="forms_folder"):
            calls()
    finally:
        use(OwnCalls())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "enumeration"', 'kind = "enum"', "第 11 行，[[fields]] 中的“type”：“kind”只能是"),
        ('header = "类型"', "", "第 11 行，[[fields]] 中的“type”：缺少“header”"),
        ('header = "类型"', 'heder = "类型"', "没有“heder”这项设置，是否指“header”"),
        ('header = "类型"', 'header = "名 称"', "表头“名称”同时属于两个字段（name、type）"),
        ('id = "type"', 'id = "name"', "有两个字段的 id 都是“name”"),
        ('id = "type"', "", "第 2 个 [[fields]]：缺少“id”"),
        ('name_field = "name"', 'name_field = "x"', "name_field 或 category_field 不是任何字段的 id"),
        ('title = "甲省名录"', "title = 甲省名录", "第 1 行不合 TOML 的写法"),
        ("assumed = false", "assumed = false\ncertain = 20", "“certain”应不小于 50"),
        ('title = "甲省名录"', 'id = "yi"\ntitle = "甲"', "须与文件名相同"),
        ('title = "甲省名录"', 'extends = "none"\ntitle = "甲"', "extends 指明的表式“none”不存在"),
    ],
)
def test_a_wrong_form_is_told_in_chinese_with_the_place(own: Own, old: str, new: str, said: str) -> None:
    text = FORM.replace(old, new, 1)
    told = reason(own, "form-wrong", forms_jia=text)
    assert said in told
    assert "jia.toml" in told


@pytest.mark.parametrize(
    "wrong", ["extends = 3", "extends = []", "fields = 3", "without = 3", 'fields = "a"', "id = 3"]
)
def test_whatever_an_extending_form_holds_it_is_told(own: Own, wrong: str) -> None:
    text = wrong if "extends" in wrong else f'extends = "annex3-2024"\n{wrong}\n'
    assert "mine.toml”有误：" in reason(own, "form-wrong", forms_mine=text)


def test_an_extending_form_names_the_field_it_changes(own: Own) -> None:
    told = reason(own, "form-wrong", forms_mine='extends = "annex3-2024"\n[[fields]]\nheader = "能耗"\n')
    assert "第 1 个 [[fields]] 没有写 id" in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("deadline = 2026-03-31", 'deadline = "三月底"', "“deadline”应是日期"),
        ('office = "甲省工业和信息化厅"', "", "缺少“office”"),
        ('"110000"', '"999999"', "bodies 中的“999999”"),
        ('values = ["一", "二"]', "values = []", "“vocabularies.type.values”不能是空的"),
        ('values = ["一", "二"]', 'values = ["一"]\ngroups = { "甲" = ["二"] }', "分组“甲”中有词表以外的“二”"),
        ('form = "jia"', 'form = "yi"', "form 指明的表式“yi”不存在"),
        ("[vocabularies.type]", "[vocabularies.other]", "要用词表“type”，但 [vocabularies] 中没有"),
    ],
)
def test_a_wrong_call_is_told_in_chinese_with_the_place(own: Own, old: str, new: str, said: str) -> None:
    told = reason(own, "call-wrong", forms_jia=FORM, calls_jia2026=CALL.replace(old, new, 1))
    assert said in told
    assert "jia2026" in told


def test_a_file_that_is_not_utf8_is_told(own: Own) -> None:
    folder = own({"forms/jia": FORM})
    (folder / "forms" / "jia.toml").write_bytes(FORM.encode("gbk"))
    use(OwnCalls(folder))
    with pytest.raises(UsageError, match="UTF-8"):
        all_forms()


def test_a_form_says_how_certain_a_header_must_be() -> None:
    form = load_form()
    strict = form.model_copy(update={"certain": 95.0})
    assert [m.field is not None for m in map_headers(["统一杜会信用代码"], form)] == [True]
    assert [m.field is not None for m in map_headers(["统一杜会信用代码"], strict)] == [False]


def test_a_body_that_a_call_does_not_ask_is_told(own: Own) -> None:
    own({}, {"2024": Changes(bodies=("计划单列市",))})
    (finding,) = not_asked("2024", "江苏省工业和信息化厅")
    assert "“江苏省工业和信息化厅”不在“工信厅科函〔2024〕346号”的报送单位之列" in finding.message
    assert not_asked("2024", None) == not_asked("2025", "江苏省工业和信息化厅") == ()
