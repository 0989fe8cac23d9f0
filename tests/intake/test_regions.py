"""Regions however systems write them, their levels, and what is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns import language
from chalicelib.care.settings import care_from
from chalicelib.intake.provinces import CHINA, STATES
from chalicelib.intake.regions import gazetteer, is_in, region_of
from chalicelib.intake.values import BadField

OWN = gazetteer(
    {
        "湖南省": {
            "长沙市": {"also": ["Changsha"], "counties": {"岳麓区": ["Yuelu"], "长沙县": None}},
            "湘西": None,
        },
        "Castilla": {"Soria": {"also": ["SO"]}},
    }
)


@pytest.mark.parametrize("short", CHINA)
def test_every_province_is_known_in_its_usual_spellings(short: str) -> None:
    end, latin = CHINA[short]
    spelled = [short, short + end, f" {short}{end} "]
    for name in latin.split():
        spelled += [name, name.upper(), name.capitalize(), f"{name} Province", f"{name} Sheng"]
    for written in spelled:
        found = region_of(written)
        # 吉林市 is a city, 北京市 is not
        assert (found.name.split("/")[0], found.known) == (short, True), written


def test_every_state_is_known_by_name_and_code() -> None:
    for code, name in STATES.items():
        assert region_of(code) == region_of(name.upper()) == region_of(name)
        assert region_of(f"{code}/Springfield").name == f"{name}/Springfield"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("湖南省长沙市", "湖南/长沙"),
        ("湖南长沙", "湖南/长沙"),
        ("湖南/长沙市", "湖南/长沙"),
        ("湖南省－长沙市", "湖南/长沙"),
        ("湖南 长沙", "湖南/长沙"),
        ("湖南,长沙", "湖南/长沙"),
        ("湖南省>长沙市>岳麓区", "湖南/长沙/岳麓"),
        ("湖南省长沙市岳麓区", "湖南/长沙/岳麓"),
        ("湖南｜长沙", "湖南/长沙"),
        ("广西壮族自治区南宁市", "广西/南宁"),
        ("新疆维吾尔自治区/伊犁哈萨克自治州", "新疆/伊犁"),
        ("湖北恩施土家族苗族自治州", "湖北/恩施"),
        ("内蒙古自治区锡林郭勒盟", "内蒙古/锡林郭勒"),
        ("北京市朝阳区", "北京/朝阳"),
        ("北京/北京市/朝阳区", "北京/朝阳"),
        ("上海市/市辖区/浦东新区", "上海/浦东"),
        ("吉林省吉林市", "吉林/吉林"),
        ("香港特别行政区", "香港"),
        ("臺灣/臺北市", "台湾/台北"),
        ("Inner Mongolia Autonomous Region", "内蒙古"),
        ("Hong Kong SAR", "香港"),
        ("Winston County", "Winston County"),
        ("Texas / Austin", "Texas/Austin"),
        ("north carolina/Winston-Salem", "North Carolina/Winston-Salem"),
        ("海南藏族自治州", "海南藏族自治州"),  # is in 青海
        ("青海省海南藏族自治州", "青海/海南"),
        ("河北省邢台市赵县", "河北/邢台/赵县"),
    ],
)
def test_what_is_written_in_many_ways_is_one_region(written: str, expected: str) -> None:
    found = region_of(written)
    assert found.name == expected
    assert region_of(found.name) == found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Hunan/Changsha", "湖南/长沙"),
        ("Hunan, CHANGSHA, Yuelu", "湖南/长沙/岳麓"),
        ("长沙", "湖南/长沙"),
        ("长沙市岳麓区", "湖南/长沙/岳麓"),
        ("湖南省长沙市长沙县", "湖南/长沙/长沙"),
        ("castilla/so", "Castilla/Soria"),
    ],
)
def test_the_operators_own_file_knows_cities_and_counties(written: str, expected: str) -> None:
    found = region_of(written, OWN)
    assert (found.name, found.known) == (expected, True)


@pytest.mark.parametrize("written", ["湖南/上海滩", "火星", "Hunan/Nowhere", "湖南/长沙/没有"])
def test_what_the_file_does_not_have_is_kept_and_not_known(written: str) -> None:
    assert not region_of(written, OWN).known


def test_a_chinese_city_in_latin_letters_is_not_known_without_a_file() -> None:
    assert not region_of("Hunan/Changsha").known
    assert region_of("Hunan/Changsha").placed


@given(st.text(max_size=30))
def test_a_normal_form_stays_as_it_is(written: str) -> None:
    once = region_of(written)
    assert region_of(once.name).name == once.name


def test_an_area_holds_what_lies_in_it_and_nothing_that_begins_alike() -> None:
    assert is_in("湖南/长沙/岳麓", "湖南/长沙")
    assert is_in("湖南/长沙", "湖南")
    assert is_in("湖南", "湖南")
    assert not is_in("North Carolina/Winston-Salem", "North Carolina/Winston")
    assert not is_in("湖南", "湖南/长沙")


@pytest.mark.parametrize("bad", [[], {"湖南": ["长沙"]}, {"湖南": {"长沙": {"nosuch": 1}}}], ids=repr)
def test_a_file_that_is_no_gazetteer_is_refused(bad: object) -> None:
    with pytest.raises(BadField, match=r"regions\."):
        gazetteer(bad)


@pytest.mark.parametrize(
    "condition",
    [
        "region == '湖南省长沙市'",
        "region in ['Hunan Province', '湖南-长沙']",
        "region | province == '湖南省'",
        "region | province in ['HUNAN', '湖北省']",
        "'湖南/长沙市' == region",
        "region | city == '长沙市'",
        "region | city in ['长沙', '武汉市']",
        "'湖南省长沙市' == region | city",
    ],
)
def test_conditions_compare_regions_in_any_spelling(condition: str) -> None:
    holds = language.condition(condition)
    assert holds({"region": "湖南/长沙"})
    assert not holds({"region": "广东/深圳"})


def test_a_team_serves_its_provinces_in_any_spelling() -> None:
    team = {"title": {"en": "x"}, "hours": "any"}
    care = care_from(
        {"teams": [{"id": "all", **team}, {"id": "south", "regions": ["湖南省", "Guangdong"], **team}]}
    )
    assert [care.team_for("b", one).id for one in ("湖南/长沙", "广东省深圳市", "北京")] == [
        "south",
        "south",
        "all",
    ]
