"""Subscribers that look real and are nobody: for trying things out, and for filling gaps of an import.

The numbers reach no one. Mainland China: +86 169, a range that is allotted to no operator. North
America: exchange 555 behind real area codes, which no telephone company gives to customers. Each is
halved, so that samples (lower half) and the fillings of an import (upper half) never meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from random import Random

from chalicelib.intake.zones import AREA_CODES
from chalicelib.store.schema.subscribers import Subscriber
from local.msisdns import north_american, sample_chinese

EASTERN = (
    "202 203 212 215 216 234 240 301 302 304 305 313 315 321 336 347 401 404 407 410 412 413 440 443 470 "
    "502 513 518 540 561 585 603 607 609 610 614 616 617 646 678 703 704 716 717 718 732 734 740 757 781 "
    "786 802 803 804 813 814 828 843 856 859 860 862 863 865 904 908 910 912 917 919 937 941 954 973 978 980"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where subscribers live."""

    region: str
    time_zone: str
    weight: int


@dataclass(frozen=True, slots=True)
class Country:
    """What people of one brand's country are like."""

    brand: str
    code: str  # calling code
    language: str
    prefix: str  # of subscriber ids
    places: tuple[Place, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    plans: tuple[str, ...]  # ids of templates/plans.yaml


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _places(zone: str, weighted: Mapping[str, int]) -> tuple[Place, ...]:
    return tuple(Place(region, zone, weight) for region, weight in weighted.items())


CHINA = Country(
    brand="yuntong",
    code="86",
    language="zh-CN",
    prefix="YT",
    places=(
        *_places("Asia/Shanghai", {
            "北京": 6, "上海": 7, "广东/广州": 6, "广东/深圳": 6, "广东/东莞": 3, "江苏/南京": 3,
            "江苏/苏州": 4, "浙江/杭州": 4, "浙江/宁波": 3, "四川/成都": 5, "重庆": 4, "湖北/武汉": 4,
            "湖南/长沙": 3, "河南/郑州": 4, "山东/济南": 3, "山东/青岛": 3, "陕西/西安": 3, "辽宁/沈阳": 2,
            "黑龙江/哈尔滨": 2, "福建/厦门": 2, "云南/昆明": 2, "西藏/拉萨": 1,
        }),
        *_places("Asia/Urumqi", {"新疆/乌鲁木齐": 3, "新疆/喀什": 1}),
    ),
    first=_words(
        "伟 芳 敏 静 丽 强 磊 洋 艳 勇 军 杰 娟 涛 超 明 霞 平 刚 桂英 秀兰 建华 志强 建国 晓东 婷婷 雪梅 "
        "海燕 文博 子涵 欣怡 宇轩 思远 雨桐 浩然 梓萱 嘉怡 俊杰 诗琪 国栋 玉兰 春梅 德明 立新"
    ),
    last=_words(
        "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 欧阳"
    ),
    plans=("5g-128", "5g-239", "flow-39", "silver-19"),
)  # fmt: skip
AMERICA = Country(
    brand="skylark",
    code="1",
    language="en",
    prefix="SK",
    places=(
        *_places("America/New_York", {
            "New York/New York": 8, "New York/Buffalo": 2, "Massachusetts/Boston": 3, "Florida/Miami": 4,
            "Georgia/Atlanta": 4, "Pennsylvania/Philadelphia": 4, "Ohio/Columbus": 3,
        }),
        *_places("America/Chicago", {
            "Illinois/Chicago": 7, "Texas/Houston": 5, "Texas/Austin": 3, "Minnesota/Minneapolis": 2,
            "Tennessee/Nashville": 2,
        }),
        *_places("America/Denver", {"Colorado/Denver": 3, "Utah/Salt Lake City": 1}),
        *_places("America/Phoenix", {"Arizona/Phoenix": 3}),
        *_places("America/Los_Angeles", {
            "California/Los Angeles": 8, "California/San Francisco": 4, "Washington/Seattle": 3,
            "Oregon/Portland": 2, "Nevada/Las Vegas": 2,
        }),
        *_places("America/Anchorage", {"Alaska/Anchorage": 1}),
        *_places("Pacific/Honolulu", {"Hawaii/Honolulu": 1}),
    ),
    first=_words(
        "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara "
        "Richard Susan Joseph Jessica Thomas Karen Carlos Sofía Daniel Lisa Anthony Aisha Mark "
        "Sandra José Ashley Steven Mei Emily Andrew Donna Joshua Priya Kevin Carol Brian Amanda Zoë "
        "Nia Connor Noah Olivia"
    ),
    last=_words(
        "Smith Johnson Williams Brown Jones García Miller Davis Rodríguez Martinez Hernandez Lopez "
        "Wilson Anderson Thomas Taylor Moore Jackson Lee Pérez Thompson White Harris Clark Lewis "
        "Robinson Walker Young Nguyen O'Brien Patel Kim McDonald Okafor"
    ),
    plans=("sky-start", "sky-plus", "sky-unlimited"),
)  # fmt: skip
COUNTRIES = (CHINA, AMERICA)
TIERS = (("standard", 70), ("silver", 18), ("gold", 9), ("diamond", 3))
FILLABLE = (
    "msisdn", "name", "language", "time_zone", "region", "tier", "plan", "plan_ends_on", "birthday", "since",
)  # fmt: skip


def country_of(brand: str = "", code: str = "") -> Country | None:
    """The country of a brand or, without one that is known, of a calling code."""
    for one in COUNTRIES:
        if one.brand == brand:
            return one
    return next((one for one in COUNTRIES if one.code == code), None)


def people(n: int, seed: int, today: date, brand: str = "") -> Iterator[Subscriber]:
    """`n` subscribers, of both brands in turn or of `brand` alone; the same for the same arguments.

    Among any 50 in a row of a brand: a 29 February, a lunar 30th of the 12th month (zh-CN), plans that
    end today and in 1, 3 and 7 days, a birthday today, and two lines that share one contact number.
    """
    countries = [one for one in COUNTRIES if brand in ("", one.brand)]
    dice = {one.brand: Random(f"{seed}/{one.brand}") for one in countries}
    taken: dict[str, set[str]] = {one.brand: set() for one in countries}
    before: dict[str, Subscriber] = {}
    for number in range(n):
        country = countries[number % len(countries)]
        nth = number // len(countries) + 1
        one = _person(country, nth, dice[country.brand], today, taken[country.brand])
        if nth % 50 == 30:  # the second line of a household, with the first one's contact number
            first = before[country.brand]
            one = Subscriber.from_dict({**one.as_dict(), "msisdn": first.msisdn, "region": first.region,
                                        "time_zone": first.time_zone})  # fmt: skip
        before[country.brand] = one
        yield one


def _person(country: Country, nth: int, dice: Random, today: date, taken: set[str]) -> Subscriber:
    place = dice.choices(country.places, [one.weight for one in country.places])[0]
    born = today - timedelta(days=365 * min(92, max(16, int(dice.gauss(42, 16)))) + dice.randrange(365))
    birthday, calendar = f"{born:%Y-%m-%d}", "solar"
    chance = dice.random()
    if country is CHINA and chance < 0.15:
        calendar, birthday = "lunar", f"{born.year}-{dice.randint(1, 12):02d}-{dice.randint(1, 30):02d}"
    if chance > 0.85:
        birthday = birthday[-5:]
    special = {
        7: ("1992-02-29", "solar"), 17: (f"{today:%m-%d}", "solar"), 27: ("", "solar"),
    }  # fmt: skip
    if country is CHINA:
        special[37] = ("1968-12-30", "lunar")
    birthday, calendar = special.get(nth % 50, (birthday, calendar))
    first, last = dice.choice(country.first), dice.choice(country.last)
    ends = {1: 0, 11: 1, 21: 3, 31: 7}.get(nth % 50, dice.randint(-3, 60))
    grown_up = born + timedelta(days=365 * 15)
    return Subscriber(
        subscriber_id=f"{country.prefix}-{nth:06d}",
        msisdn=number_for(country.code, place.time_zone, dice.randrange, taken, upper=False),
        name=f"{last}{first}" if country is CHINA else f"{first} {last}",
        language=_other_language(country) if dice.random() < 0.05 else country.language,
        time_zone=place.time_zone,
        brand=country.brand,
        region=place.region,
        tier=dice.choices([name for name, _ in TIERS], [weight for _, weight in TIERS])[0],
        plan=dice.choice(country.plans),
        plan_ends_on="" if nth % 50 == 41 else (today + timedelta(days=ends)).isoformat(),
        birthday=birthday,
        birthday_calendar=calendar,
        status=dice.choices(["active", "suspended", "left"], [94, 4, 2])[0],
        since=max(grown_up, today - timedelta(days=dice.randrange(20, 365 * 18))).isoformat(),
    )


def _other_language(country: Country) -> str:
    return "en" if country.language == "zh-CN" else "zh-CN"


def number_for(
    code: str, time_zone: str, randrange: Callable[[int], int], taken: set[str], *, upper: bool
) -> str:
    """A number of nobody, not in `taken` (to which it is added), whose prefix lies in `time_zone`.

    `randrange(n)` chooses from 0 to n - 1; `upper` takes the half that is kept for fillings.
    """
    while True:
        if code == "86":
            found = sample_chinese(randrange(50_000_000) + 50_000_000 * upper)
        else:
            areas = AREA_CODES.get(time_zone, EASTERN).split()
            found = north_american(areas[randrange(len(areas))], 200 + randrange(4_900) + 4_900 * upper)
        if found not in taken:
            taken.add(found)
            return found


def filler(
    fields: Iterable[str], country: Country, today: date
) -> Callable[[Mapping[str, str]], dict[str, str]]:
    """A function from what a row says to made-up values for those of `fields` that it leaves open.

    Each value follows from the subscriber's id alone (a plan's end also from `today`), so the same file
    gives the same values; two rows that would get one number are kept apart in file order. Rows without
    a known brand are taken to be of `country`; a made-up number brings its brand along.
    """
    wanted = tuple(fields)
    taken: set[str] = set()

    def fill(row: Mapping[str, str]) -> dict[str, str]:
        if row.get("msisdn"):
            taken.add(row["msisdn"])
        home = country_of(row.get("brand", "")) or country
        guess = _Guess(row["subscriber_id"])
        place = guess.weighted("place", home.places)
        zone = row.get("time_zone") or place.time_zone
        made = {
            "msisdn": lambda: number_for(home.code, zone, guess.randrange("msisdn"), taken, upper=True),
            "name": lambda: _name(guess, home),
            "language": lambda: home.language,
            "time_zone": lambda: zone,
            "region": lambda: place.region,
            "tier": lambda: TIERS[0][0],
            "plan": lambda: guess.one("plan", home.plans),
            "plan_ends_on": lambda: (today + timedelta(days=guess.randrange("plan_ends_on")(60))).isoformat(),
            "birthday": lambda: (
                date(1940, 1, 1) + timedelta(days=guess.randrange("birthday")(24_800))
            ).isoformat(),
            "since": lambda: (date(2012, 1, 1) + timedelta(days=guess.randrange("since")(5_000))).isoformat(),
        }
        filled = {name: made[name]() for name in wanted if not row.get(name)}
        if "msisdn" in filled and not row.get("brand"):
            filled["brand"] = home.brand  # a number without a brand that texts it would be of no use
        return filled

    return fill


def _name(guess: _Guess, country: Country) -> str:
    first, last = guess.one("first", country.first), guess.one("last", country.last)
    return f"{last}{first}" if country is CHINA else f"{first} {last}"


class _Guess:
    """Choices that follow from one subscriber's id, a separate stream for each purpose."""

    def __init__(self, subscriber_id: str) -> None:
        self._id = subscriber_id

    def randrange(self, purpose: str) -> Callable[[int], int]:
        step = 0

        def choose(below: int) -> int:
            nonlocal step
            step += 1
            digest = sha256(f"{self._id}/{purpose}/{step}".encode()).digest()
            return int.from_bytes(digest[:8], "big") % below

        return choose

    def one(self, purpose: str, among: Sequence[str]) -> str:
        return among[self.randrange(purpose)(len(among))]

    def weighted(self, purpose: str, places: Sequence[Place]) -> Place:
        at = self.randrange(purpose)(sum(place.weight for place in places))
        for place in places:
            at -= place.weight
            if at < 0:
                return place
        raise AssertionError("weights add up")
