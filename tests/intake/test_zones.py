"""Index keys and the zones they name."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from chalicelib.intake.zones import AREA_CODES, zone_of, zone_of_number
from chalicelib.store.schema.subscribers import SHARDS, Subscriber, index_keys, shard_of


def keys(subscriber: Subscriber) -> dict[str, str]:
    found = index_keys(subscriber, zone_of(subscriber))
    return {name: value for name, value in found.items() if value}


def test_everything_known_has_its_key() -> None:
    known = Subscriber(
        "YT-1", time_zone="Asia/Urumqi", birthday="1990-08-15", plan_ends_on="2026-11-30", region="新疆/喀什"
    )
    shard = shard_of("YT-1")
    assert keys(known) == {
        "birthday_key": f"08-15#Asia/Urumqi#{shard}",
        "plan_end_key": f"2026-11-30#Asia/Urumqi#{shard}",
        "region_key": f"新疆#{shard}",
    }


def test_what_is_unknown_has_no_key() -> None:
    assert keys(Subscriber("YT-1", time_zone="Asia/Shanghai")) == {}


def test_lunar_birthdays_are_apart_and_the_year_does_not_matter() -> None:
    lunar = Subscriber("s", time_zone="Asia/Shanghai", birthday="12-30", birthday_calendar="lunar")
    assert keys(lunar)["birthday_key"] == f"L-12-30#Asia/Shanghai#{shard_of('s')}"
    assert keys(Subscriber("s", birthday="08-15")) == keys(Subscriber("s", birthday="1990-08-15"))


def test_a_guessed_zone_is_in_the_key() -> None:
    chicago = Subscriber("s", msisdn="+13125550123", birthday="08-15")
    assert keys(chicago)["birthday_key"].startswith("08-15#America/Chicago#")


@pytest.mark.parametrize(
    ("msisdn", "zone"),
    [
        ("+8613800138000", "Asia/Shanghai"),
        ("+85261234567", "Asia/Hong_Kong"),
        ("+12125550123", "America/New_York"),
        ("+13125550123", "America/Chicago"),
        ("+13035550123", "America/Denver"),
        ("+16025550123", "America/Phoenix"),
        ("+12135550123", "America/Los_Angeles"),
        ("+19075550123", "America/Anchorage"),
        ("+18085550123", "Pacific/Honolulu"),
        ("+447700900123", "Europe/London"),
        ("+99912345678", "UTC"),
        ("", "UTC"),
    ],
)
def test_a_number_suggests_a_zone(msisdn: str, zone: str) -> None:
    assert zone_of_number(msisdn) == zone
    ZoneInfo(zone)


def test_the_stated_zone_wins() -> None:
    assert zone_of(Subscriber("s", msisdn="+13125550123", time_zone="Asia/Shanghai")) == "Asia/Shanghai"


def test_no_area_code_is_in_two_zones_and_every_zone_exists() -> None:
    codes = [code for listed in AREA_CODES.values() for code in listed.split()]
    assert [code for code, n in Counter(codes).items() if n > 1] == []
    assert all(len(code) == 3 and code[0] in "23456789" for code in codes)
    for zone in AREA_CODES:
        ZoneInfo(zone)


def test_shards_are_stable_and_even() -> None:
    assert [shard_of(one) for one in ("YT-000001", "SK-000001", "王")] == [0, 1, 2]
    spread = Counter(shard_of(f"YT-{n:06d}") for n in range(8_000))
    assert set(spread) == set(range(SHARDS))
    assert max(spread.values()) < 1.3 * min(spread.values())
