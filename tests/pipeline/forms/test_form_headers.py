import pytest

from extractors.errors import UsageError
from pipeline.forms.form import Form, load_form
from pipeline.forms.headers import CERTAIN_ON_SCANS, bare, map_headers

FORM = load_form()


def fields(*headers, certain=None):
    matches = map_headers(headers, FORM) if certain is None else map_headers(headers, FORM, certain)
    return [m.field.id if m.field else None for m in matches]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("承担单位（建设主体）", "operator"),
        ("建设运营\n单位", "operator"),
        ("依托单位", "operator"),
        ("建设/运营主体", "operator"),
        ("平台(基地)名称", "name"),
        ("所在市（区、县）", "place"),
        ("总投资额(万元)", "investment"),
        ("2023年服务收入（万元）", "revenue"),
        ("2023年度服务企业数（家）", "served"),
        ("场地面积(㎡)", "area"),
        ("设备数量（台套）", "equipment"),
        ("＊统一社会信用代码", "code"),
        ("备 注", "remark"),
    ],
)
def test_a_header_is_known_under_its_many_names(header, field):
    assert fields(header) == [field]


def test_a_header_that_is_misread_in_a_character_is_still_known():
    assert fields("统一杜会信用代码", "建设/运菅主体") == ["code", "operator"]
    assert fields("所属行亚") == [None]
    assert fields("所属行亚", certain=CERTAIN_ON_SCANS) == ["industry"]


def test_a_header_much_like_a_known_one_but_another_is_not_taken_for_it():
    assert fields("建设规模") == ["scale"]
    assert fields("兼职人员（人）") == ["staff_part_time"]
    assert fields("资产总额（万元）") == [None]
    assert fields("研发投入（万元）", "获奖情况") == [None, None]


def test_no_field_is_given_twice():
    assert fields("建成时间", "投运时间") == ["built", None]
    assert fields("联系人", "联系电话", "联系方式") == ["contact", "phone", None]


def test_the_stem_of_a_header_leaves_out_year_unit_and_marks():
    assert bare("2023年服务收入（万元）") == "服务收入"
    assert bare("*平台名称：") == "平台名称"
    assert bare("（一）") == "(一)"


def test_the_shipped_form_says_that_it_is_assumed():
    assert FORM.assumed
    assert len(FORM.field("mode").values) == 6
    assert FORM.section_value("二、重点培育中试平台") == "重点培育"
    assert FORM.section_value("省级和储备") is None


def test_a_form_that_is_not_there_is_a_wrong_setting():
    with pytest.raises(UsageError) as caught:
        load_form("annex9")
    assert caught.value.code == "setting-wrong"


def test_a_form_with_one_header_for_two_fields_is_refused():
    two = [{"id": "a", "header": "名称", "kind": "text"}, {"id": "b", "header": "名 称", "kind": "text"}]
    with pytest.raises(ValueError, match="名称"):
        Form.model_validate({"id": "x", "title": "x", "assumed": True, "name_field": "a", "fields": two})
