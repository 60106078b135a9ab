import pytest

from pipeline.departments import department_named, departments, match_department, match_seal


def test_there_are_37_reporting_bodies():
    kinds = [d.kind for d in departments()]
    assert len(kinds) == 37
    assert (kinds.count("省级"), kinds.count("计划单列市"), kinds.count("兵团")) == (31, 5, 1)
    assert len({d.name for d in departments()}) == 37


def test_every_department_is_known_by_its_name_its_region_and_its_seal():
    for department in departments():
        assert match_department(f"{department.name}关于报送中试平台名录的函") == (department, 1.0)
        assert match_department(f"附件3（盖章扫描件）-{department.region}.pdf")[0] == department
        assert match_seal(department.name) == (department, 1.0)
        assert department_named(department.name) is department


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("江苏省工信厅科技处", "江苏省"),
        ("上海市经信委 <kjc@example.gov.cn>", "上海市"),
        ("kjc <someone@gxt.jiangsu.gov.cn>", "江苏省"),
        ("辽宁省大连市报送材料.zip", "大连市"),
        ("新疆生产建设兵团工信局", "新疆生产建设兵团"),
        ("附件3（江苏）.xlsx", "江苏省"),
        ("湖北省经济和信息化斤", "湖北省"),
    ],
)
def test_a_text_names_a_department_in_other_words(text, region):
    department, probability = match_department(text)
    assert department is not None and department.region == region
    assert probability >= 0.6


@pytest.mark.parametrize("text", ["", "您好", "工业和信息化部科技司", "省工业和信息化厅", "江苏省和浙江省"])
def test_a_text_that_names_none_or_two_is_left_open(text):
    assert match_department(text)[0] is None


@pytest.mark.parametrize("text", ["业和信息化厅山东省工", "山东工业和南信息化原", "山东省工业和信化厅3701"])
def test_a_seal_is_known_from_any_starting_point_and_with_wrong_characters(text):
    department, probability = match_seal(text)
    assert department is not None and department.region == "山东省"
    assert probability > 0.6


@pytest.mark.parametrize("text", ["东省工业和信息化厅", "山东省科学技术厅", "某某化工有限公司", "★"])
def test_a_seal_of_nobody_or_of_two_alike_is_left_open(text):
    assert match_seal(text)[0] is None
