import pytest

from pipeline.departments import departments
from pipeline.forms.places import divisions, is_outside, parse_place, path_of


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("江苏省苏州市相城区高铁新城", "江苏省苏州市相城区"),
        ("苏州相城", "江苏省苏州市相城区"),
        ("宜宾市翠屏区", "四川省宜宾市翠屏区"),
        ("凉山州西昌市", "四川省凉山彝族自治州西昌市"),
        ("延边朝鲜族自治州延吉市", "吉林省延边朝鲜族自治州延吉市"),
        ("内蒙古呼和浩特", "内蒙古自治区呼和浩特市"),
        ("北京海淀", "北京市海淀区"),
        ("重庆市渝北区", "重庆市渝北区"),
        ("沈阳高新区", "辽宁省沈阳市"),
        ("石河子市", "新疆维吾尔自治区石河子市"),
        ("广西壮族自治区南宁市", "广西壮族自治区南宁市"),
    ],
)
def test_a_place_is_known_with_and_without_the_endings_of_its_names(text, path):
    place = parse_place(text)
    assert place is not None and [path_of(code) for code in place.codes] == [path]


@pytest.mark.parametrize("text", ["", "中山路1号", "河南路100号", "高新区", "城区", "某地", "东莞松山湖"])
def test_what_is_no_division_for_sure_is_unknown(text):
    assert parse_place(text) is None


def test_a_name_that_several_provinces_have_is_all_of_them():
    place = parse_place("朝阳区")
    assert place is not None and {code[:2] for code in place.codes} == {"11", "22"}
    assert not is_outside(place, "110000") and not is_outside(place, "220000") and is_outside(place, "320000")


def test_a_place_is_outside_a_region_or_within_or_around_it():
    def outside(text, region):
        place = parse_place(text)
        return place is not None and is_outside(place, region)

    assert outside("沈阳市", "210200") and outside("杭州市西湖区", "320000") and outside("江苏", "330000")
    assert not outside("大连市甘井子区", "210200") and not outside("辽宁省", "210200") and not outside("大连", "210000")
    assert not outside("石河子市", "660000") and not outside("江北区", "500000") and not outside("江北区", "330200")


def test_every_reporting_body_is_at_home_in_its_region():
    for body in departments():
        if body.code != "660000":
            assert divisions()[body.code] == body.region
            place = parse_place(body.region)
            assert place is not None and not is_outside(place, body.code)


def test_every_division_is_found_by_its_full_path():
    for code in divisions():
        place = parse_place(path_of(code))
        assert place is not None and code in place.codes and place.rest == "", path_of(code)
