"""A subscriber's fields as CRMs write them, and what is said of the ones that cannot be read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.i18n.problems import words
from chalicelib.intake.msisdn import country_code
from chalicelib.intake.subscriber import FIELDS, changed, subscriber_changes
from chalicelib.intake.values import BadField
from chalicelib.problems import BadValue, Coded, Problem
from chalicelib.store.schema.subscribers import Subscriber


def one(field: str, value: object, **options: str) -> str:
    return subscriber_changes({field: value}, **options)[field]


def refused(field: str, value: object, **options: str) -> str:
    with pytest.raises(BadField) as caught:
        subscriber_changes({field: value}, **options)
    assert caught.value.problem.place == field
    return words(caught.value.problem, "en")


@pytest.mark.parametrize(
    ("written", "country", "expected"),
    [
        pytest.param("+8613800138000", "", "+8613800138000", id="E.164"),
        pytest.param("+86 138 0013 8000", "", "+8613800138000", id="spaces"),
        pytest.param("+86-138-0013-8000", "", "+8613800138000", id="hyphens"),
        pytest.param("+86\u00a0138\u20110013\u20138000", "", "+8613800138000", id="hard space, odd hyphens"),
        pytest.param("＋８６１３８００１３８０００", "", "+8613800138000", id="full width"),
        pytest.param("008613800138000", "", "+8613800138000", id="00 in front"),
        pytest.param("0086 138 0013 8000", "1", "+8613800138000", id="00, whatever the default country"),
        pytest.param("8613800138000", "", "+8613800138000", id="86 without plus"),
        pytest.param("13800138000", "86", "+8613800138000", id="national, China"),
        pytest.param("013800138000", "86", "+8613800138000", id="trunk 0"),
        pytest.param("8613800138000", "86", "+8613800138000", id="country code and default country"),
        pytest.param(
            "\u202d+8613800138000\u202c", "", "+8613800138000", id="direction marks of address books"
        ),
        pytest.param(13800138000, "86", "+8613800138000", id="a JSON number"),
        pytest.param("13800138000.0", "86", "+8613800138000", id="a spreadsheet's decimal"),
        pytest.param("(312) 555-0123", "1", "+13125550123", id="national, North America"),
        pytest.param("1-312-555-0123", "1", "+13125550123", id="with its 1"),
        pytest.param("13125550123", "1", "+13125550123", id="13125550123 of Chicago"),
        pytest.param("13125550123", "86", "+8613125550123", id="13125550123 of Shanghai"),
        pytest.param("011 86 138 0013 8000", "1", "+8613800138000", id="dialled from America"),
        pytest.param("tel:+1-312-555-0123", "", "+13125550123", id="a link"),
        pytest.param("+14254147755", "", "+14254147755", id="the gateway's simulator number"),
        pytest.param("+44 (0)7700 900123", "", "+447700900123", id="(0) of Britain"),
        pytest.param("07700 900123", "44", "+447700900123", id="trunk 0 of Britain"),
        pytest.param("+39 06 1234 5678", "", "+390612345678", id="Italy keeps its 0"),
        pytest.param("+85261234567", "", "+85261234567", id="Hong Kong"),
        pytest.param("+44 07911 123456", "", "+447911123456", id="trunk 0 after +44"),
        pytest.param("+34 612 34 56 78", "", "+34612345678", id="Spain has none"),
        pytest.param("+7 916 123-45-67", "", "+79161234567", id="Russia"),
        pytest.param("+61 (0)412 345 678", "", "+61412345678", id="Australia"),
        pytest.param("+49 030 901820", "", "+4930901820", id="a fixed line abroad is taken"),
        pytest.param("+1 212 456 7890", "", "+12124567890", id="fixed or mobile, nobody can tell"),
        pytest.param("+86 0086 138 0013 8000", "", "+8613800138000", id="the country code twice"),
        pytest.param("+1 1 312 555 0123", "", "+13125550123", id="the 1 twice"),
        pytest.param("'+8613800138000", "", "+8613800138000", id="a spreadsheet's apostrophe"),
        pytest.param('="13800138000"', "86", "+8613800138000", id="a formula that keeps the text"),
        pytest.param("1.3800138000E+10", "86", "+8613800138000", id="with every digit: nothing lost"),
        pytest.param("138 0013 8000（本人）", "86", "+8613800138000", id="a note"),
        pytest.param("138·0013·8000", "86", "+8613800138000", id="middle dots"),
    ],
)
def test_numbers_are_read(written: object, country: str, expected: str) -> None:
    assert one("msisdn", written, country=country) == expected


@pytest.mark.parametrize(
    ("written", "country", "error"),
    [
        pytest.param("13125550123", "", "has no country code", id="Chicago or Shanghai, nobody knows"),
        pytest.param("+86 138 0013 800", "", "no mobile number of +86", id="a digit short"),
        pytest.param("+86 10 6552 9988", "", "no mobile number of +86", id="a landline"),
        pytest.param("+1 312 555 012", "", "no mobile number of +1", id="a digit short, America"),
        pytest.param("12345", "86", "no mobile number of +86", id="a service number"),
        pytest.param("+1234567", "", "no mobile number of +1", id="too short"),
        pytest.param("+4912345678901234", "", "8 to 15 digits", id="16 digits"),
        pytest.param("+8529123456", "", "no number of +852 that is in use", id="Hong Kong, a digit short"),
        pytest.param("+4479111234", "", "no number of +44 that is in use", id="Britain, digits short"),
        pytest.param("+852 0912 3456", "", "no number of +852", id="Hong Kong has no trunk 0"),
        pytest.param("+21012345678", "", "no country's code", id="a code of no country"),
        pytest.param("+1 900 456 7890", "", "a premium-rate number", id="premium rate"),
        pytest.param("+44 909 879 0000", "", "a premium-rate number", id="premium rate, Britain"),
        pytest.param("+1 800 456 7890", "", "a freephone number", id="freephone"),
        pytest.param("+49 180 2 123456", "", "a shared-cost number", id="shared cost, Germany"),
        pytest.param("+86 140 0013 8000", "", "no mobile number of +86", id="a range of machines"),
        pytest.param("8,6138E+12", "86", "rounded by a spreadsheet", id="rounded, decimal comma"),
        pytest.param("8.6138001380E+12", "", "rounded by a spreadsheet", id="rounded, all but three digits"),
        pytest.param("+1 312 555 0123 ext. 12", "", "has an extension", id="an extension"),
        pytest.param("010-65529988转801", "86", "has an extension", id="an extension in Chinese"),
        pytest.param("13800138000、13900139000", "86", "more than one number", id="two numbers in Chinese"),
        pytest.param("1.38E+10", "86", "rounded by a spreadsheet", id="rounded by a spreadsheet"),
        pytest.param("138 0013 8000 / 139", "86", "more than one number", id="two numbers"),
        pytest.param("call me", "86", "no digit", id="words"),
        pytest.param("+٨٦١٣٨٠٠١٣٨٠٠٠", "", "no digit", id="other scripts' digits"),
        pytest.param(True, "86", "not true or false", id="true"),
        pytest.param(1.5, "86", "not a number", id="one and a half"),
        pytest.param("1" * 65_536, "86", "65,536 characters", id="64 KB"),
    ],
)
def test_numbers_are_refused(written: object, country: str, error: str) -> None:
    assert error in refused("msisdn", written, country=country)


@pytest.mark.parametrize("number", ["+8616912345678", "+447700900123", "+13125550123"])
def test_numbers_that_reach_nobody_are_for_trying_things_and_refused_in_production(
    number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGBACK_STAGE", "dev")
    assert one("msisdn", number) == number
    monkeypatch.setenv("RINGBACK_STAGE", "prod")
    assert "reaches nobody" in refused("msisdn", number)


def test_a_refusal_is_data_too() -> None:
    with pytest.raises(BadField) as caught:
        subscriber_changes({"msisdn": "+1 900 456 7890"})
    assert caught.value.problem == Problem("msisdn.kind", {"kind": Coded("number_kind", "premium")}, "msisdn")


@settings(deadline=None)
@given(
    st.from_regex(r"1(?:3[0-9]|5[0-35-9]|8[0-9]|9[0-35-9])[0-9]{8}", fullmatch=True),
    st.lists(st.sampled_from(" -.()\u00a0"), max_size=5),
    st.data(),
)
def test_a_chinese_number_is_the_same_however_it_is_grouped_and_dialled(
    national: str, separators: list[str], data: st.DataObject
) -> None:
    grouped = national
    for separator in separators:
        at = data.draw(st.integers(1, len(grouped)))
        grouped = grouped[:at] + separator + grouped[at:]
    if "(0)" in grouped or grouped.endswith(".0"):
        return  # these mean something
    for front in ("+86", "0086", "+86 ", "86 "):
        assert one("msisdn", front + grouped) == f"+86{national}"
    assert one("msisdn", grouped, country="86") == f"+86{national}"
    again = one("msisdn", one("msisdn", grouped, country="86"))
    assert again == f"+86{national}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("CN", "86"),
        ("cn", "86"),
        ("86", "86"),
        ("+86", "86"),
        ("0086", "86"),
        ("US", "1"),
        ("852", "852"),
        ("", ""),
    ],
)
def test_a_country_may_be_a_code_or_a_name(written: str, expected: str) -> None:
    assert country_code(written) == expected


@pytest.mark.parametrize("written", ["China", "0", "12345", "XX"])
def test_an_unknown_country_is_refused(written: str) -> None:
    with pytest.raises(BadValue, match=r"country\.unknown"):
        country_code(written)


@pytest.mark.parametrize(
    ("field", "written", "expected"),
    [
        *[("language", each, "zh-CN") for each in ("zh", "zh_CN", "zh-Hans-CN", "ZH-cn.UTF-8", "中文")],
        *[("language", each, "en") for each in ("en", "en-US", "en_GB.UTF-8", "English")],
        ("name", "  王 小明 ", "王 小明"),
        ("name", "Zoe\u0308", "Zoë"),
        ("name", "O'Brien", "O'Brien"),
        ("time_zone", "Asia/Urumqi", "Asia/Urumqi"),
        ("time_zone", "America/Indiana/Knox", "America/Indiana/Knox"),
        ("time_zone", "UTC", "UTC"),
        ("region", "广东／深圳", "广东/深圳"),
        ("region", " Texas / Austin ", "Texas/Austin"),
        ("region", "北京", "北京"),
        ("tier", "Gold", "gold"),
        ("tier", "钻石卡", "diamond"),
        ("tier", "platinum", "platinum"),
        ("tier", "VIP1", "VIP1"),
        ("tier", "钻石Plus", "钻石Plus"),
        ("tier", "SILVER", "silver"),
        ("brand", "YunTong", "yuntong"),
        ("plan", "Two year", "Two year"),
        ("status", "ACTIVE", "active"),
        ("subscriber_id", "7590-VHVEG", "7590-VHVEG"),
        ("subscriber_id", 17, "17"),
        ("plan_ends_on", "2026-11-30", "2026-11-30"),
        ("plan_ends_on", "2026/1/5", "2026-01-05"),
        ("plan_ends_on", "20261130", "2026-11-30"),
        ("plan_ends_on", "2026年11月30日", "2026-11-30"),
        ("plan_ends_on", "2026-11-30T00:00:00+08:00", "2026-11-30"),
        ("since", "2019-03-01", "2019-03-01"),
        ("birthday", "02-29", "02-29"),
        ("birthday", "1992-02-29", "1992-02-29"),
        ("birthday", "1990/8/5", "1990-08-05"),
        ("birthday", "1990年8月5日", "1990-08-05"),
        ("birthday", "8月5日", "08-05"),
        ("birthday", "--08-05", "08-05"),
    ],
)  # fmt: skip
def test_fields_are_normalised_and_stay_as_they_are_then(field: str, written: object, expected: str) -> None:
    assert one(field, written) == expected
    assert one(field, expected) == expected


@pytest.mark.parametrize(
    ("field", "written", "error"),
    [
        ("language", "fr", "use zh-CN or en"),
        ("name", "x" * 101, "at most 100"),
        ("name", "a\nb", "U+000A"),
        ("name", "evil\u202etxt", "U+202E"),
        ("name", {"first": "a"}, "not an object"),
        ("time_zone", "+08:00", "IANA name such as Asia/Shanghai"),
        ("time_zone", "Asia/Atlantis", "IANA name"),
        ("time_zone", "../../etc/passwd", "IANA name"),
        ("time_zone", "posix/Asia/Shanghai", "IANA name"),
        ("time_zone", "America", "IANA name"),
        ("time_zone", "EST5EDT", "IANA name"),
        ("region", "/深圳", "province/city"),
        ("region", "a#1/b", "province/city"),
        ("status", "alive", "use one of active, suspended, left"),
        ("status", "", "is empty"),
        ("status", None, "not null"),
        ("birthday_calendar", "julian", "use one of solar, lunar"),
        ("subscriber_id", "a/b", "must not hold / or #"),
        ("subscriber_id", "", "is empty"),
        ("subscriber_id", "a" * 65, "at most 64"),
        ("plan_ends_on", "30/11/2026", "YYYY-MM-DD"),
        ("plan_ends_on", "2026-02-30", "does not have"),
        ("plan_ends_on", "2026-1/5", "YYYY-MM-DD"),
        ("plan_ends_on", "0026-11-30", "has the year 26"),
        ("plan_ends_on", 46356, "YYYY-MM-DD"),
        ("birthday", "5/6", "MM-DD or YYYY-MM-DD"),
        ("birthday", "13-01", "month 13"),
        ("birthday", "1990-06-31", "neither calendar"),
        ("birthday", "0990-06-01", "has the year 990"),
    ],
)  # fmt: skip
def test_fields_are_refused_with_the_fix(field: str, written: object, error: str) -> None:
    assert error in refused(field, written)


@pytest.mark.parametrize(
    ("birthday", "calendar", "valid"),
    [
        ("02-29", "solar", True),
        ("1990-02-29", "solar", False),
        ("2000-02-29", "solar", True),
        ("02-30", "solar", False),
        ("02-30", "lunar", True),
        ("1968-12-30", "lunar", True),
        ("1990-02-29", "lunar", True),
        ("01-31", "solar", True),
        ("01-31", "lunar", False),
        ("13-01", "lunar", False),
        ("00-10", "lunar", False),
    ],
)
def test_a_birthday_is_a_day_of_its_own_calendar(birthday: str, calendar: str, valid: bool) -> None:
    both = {"birthday": birthday, "birthday_calendar": calendar}
    if valid:
        assert subscriber_changes(both) == both
    else:
        with pytest.raises(BadField, match="birthday"):
            subscriber_changes(both)


def test_a_birthday_alone_is_checked_against_the_calendar_that_is_stored() -> None:
    changes = subscriber_changes({"birthday": "02-30"})
    lunar = Subscriber("s", birthday="01-01", birthday_calendar="lunar")
    assert changed(lunar, changes).birthday == "02-30"
    with pytest.raises(BadField, match=r"birthday\.not_solar"):
        changed(Subscriber("s"), changes)
    with pytest.raises(BadField, match=r"birthday\.not_solar"):
        changed(changed(lunar, changes), {"birthday_calendar": "solar"})


@pytest.mark.parametrize("nothing", [None, "", "  "], ids=repr)
def test_nothing_clears_what_can_be_unknown(nothing: object) -> None:
    clearable = [name for name in FIELDS if name not in ("subscriber_id", "status", "birthday_calendar")]
    assert subscriber_changes(dict.fromkeys(clearable, nothing)) == dict.fromkeys(clearable, "")
    assert one("birthday_calendar", nothing) == "solar"


def test_only_what_is_given_changes_and_the_rest_is_nobodys_business() -> None:
    assert subscriber_changes({}) == {}
    assert subscriber_changes({"tier": "gold", "optout": False, "previous_msisdns": ["+1"]}) == {
        "tier": "gold"
    }


def test_an_old_number_is_remembered_and_a_number_that_comes_back_is_not_old() -> None:
    first = Subscriber("s", msisdn="+8613800138000")
    second = changed(first, {"msisdn": "+8613800138001"})
    assert second.previous_msisdns == ("+8613800138000",)
    assert changed(second, {"msisdn": "+8613800138000"}).previous_msisdns == ("+8613800138001",)
    assert changed(second, {"tier": "gold"}).previous_msisdns == ("+8613800138000",)
    many = first
    for last in range(1, 9):
        many = changed(many, {"msisdn": f"+861380013800{last}"})
    assert many.previous_msisdns == tuple(f"+861380013800{last}" for last in (7, 6, 5, 4, 3))


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_solar_date_is_a_birthday_and_a_day(day: date) -> None:
    assert (
        subscriber_changes({"birthday": day.isoformat(), "birthday_calendar": "solar"})["birthday"]
        == day.isoformat()
    )
    assert one("since", day.isoformat()) == day.isoformat()
    assert one("birthday", f"{day:%m-%d}") == f"{day:%m-%d}"
