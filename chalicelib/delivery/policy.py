"""The policy: what decides by category and place, as data. `policy_from` reads it from a JSON document.

A place is a country (ISO 3166 code) and a region of it. In the document it is written `*` (everywhere),
`US`, `US/TX`, or `US/?` for a recipient in the US whose region is not known. The more exact place
decides a window; caps of all places that apply hold together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from chalicelib.campaigns.campaign import CATEGORIES
from chalicelib.delivery.hours import WEEKDAYS, Hours, Week, parse_hours
from chalicelib.delivery.policy_codes import PolicyCode as Code
from chalicelib.document import Reader, zone_named
from chalicelib.document_codes import DocumentCode

Kind = Literal["all", "category", "campaign", "redlist"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WhenFull = Literal["suppress", "hold"]
FULL: tuple[WhenFull, ...] = get_args(WhenFull)
SPANS = {"day": timedelta(days=1), "week": timedelta(days=7)}
UNKNOWN = "?"  # the region of a recipient whose region is not known, in a country that has regions
EVERYWHERE = "*"
LONGEST_CODE = 7  # digits of the longest calling code, an area of the +1 countries counted in


@dataclass(frozen=True, slots=True)
class Category:
    """What stops a category and what happens to it when it has no place."""

    stopped_by: tuple[Kind, ...] = ()  # kinds of opt-out scope
    not_for_roster: frozenset[str] = frozenset()  # roster colours
    always_open: bool = False  # no send window, the campaign's own neither
    when_full: WhenFull = "suppress"  # hold: until a place frees, if in time


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many texts of these categories, together, within the span."""

    of: frozenset[str]
    at_most: int
    per: Literal["day", "week"]

    @property
    def span(self) -> timedelta:
        return SPANS[self.per]

    @property
    def reason(self) -> Literal["cap_day", "cap_week"]:
        return "cap_day" if self.per == "day" else "cap_week"


@dataclass(frozen=True, slots=True)
class Brake:
    """At most so many automatic answers of one kind to one number, within an hour and within 24 hours."""

    an_hour: int = 1
    a_day: int = 3


@dataclass(frozen=True, slots=True)
class Country:
    """How numbers of a country begin, and which zones are on the clock there."""

    calling_codes: tuple[str, ...]  # digits without "+"
    zones: tuple[str, ...]
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # region code -> zones
    names: Mapping[str, str] = field(default_factory=dict)  # casefolded name or code -> region code


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides by category and place."""

    categories: Mapping[str, Category]
    countries: Mapping[str, Country]
    calling: Mapping[str, tuple[str, ...]]  # calling code -> the countries that share it
    windows: Mapping[str, Mapping[str, Week]]  # category -> place -> hours
    caps: Mapping[str, tuple[Cap, ...]]  # place -> caps
    holidays: Mapping[str, Mapping[date, str]]  # country -> day -> its name
    elsewhere: tuple[str, ...]  # zones for a recipient of whom neither zone nor country is known
    confirm_within: timedelta  # how long after an opt-out its one confirmation may go out
    keep_proof_months: int
    successful_is_final: frozenset[str]  # countries whose last receipt is TEXT_SUCCESSFUL
    brake: Brake  # on automatic answers
    answers_count_for: timedelta  # after a survey has ended: what comes later is a message, no answer
    no_to_every_brand: Mapping[str, date]  # country or `*` -> from that day on a no holds for every brand

    def holds_for_every_brand(self, msisdn: str, region: str, at: datetime) -> bool:
        """Whether a no that was said at `at` to one brand is one to every brand, by the law at the place."""
        country, _ = self.place(msisdn, region)
        zone = ZoneInfo(self.zones(country, "")[0])
        return any(
            at.astimezone(zone).date() >= self.no_to_every_brand[where]
            for where in (country, EVERYWHERE)
            if where in self.no_to_every_brand
        )

    def place(self, msisdn: str, region: str) -> tuple[str, str]:
        """Country and region code of a recipient, each empty when not known.

        Where countries share a calling code (US and CA), the one that has the region is right, else the
        first of them. `region` is "province/city", the province as a code or a name. A known country
        with regions, but not this one, gives the region `?`.
        """
        digits = msisdn.removeprefix("+")
        for length in range(LONGEST_CODE, 0, -1):
            if sharing := self.calling.get(digits[:length]):
                break
        else:
            return "", ""
        province = region.partition("/")[0].strip().casefold()
        code = next((one for one in sharing if province in self.countries[one].names), sharing[0])
        country = self.countries[code]
        return code, country.names.get(province, UNKNOWN if country.regions else "")

    def zones(self, country: str, region: str) -> tuple[str, ...]:
        """The zones a recipient at a place may live in."""
        if country not in self.countries:
            return self.elsewhere
        known = self.countries[country]
        return known.regions.get(region) or known.zones

    def week(self, category: str, country: str, region: str) -> Week | None:
        """The send window of a category at a place; None is any time."""
        places = self.windows.get(category)
        if places is None:
            return None
        for where in _narrowing(country, region):
            if where in places:
                return places[where]
        return None

    def caps_for(self, category: str, country: str, region: str) -> list[Cap]:
        """Every cap that a text of the category at that place must have a place under."""
        return [
            cap
            for where in _narrowing(country, region)
            for cap in self.caps.get(where, ())
            if category in cap.of
        ]


def policy_from(document: Mapping[str, Any]) -> Policy:
    """Read a policy from its JSON document (templates/policy.yaml shows the shape).

    Raises BadDocument with every mistake found, not only the first.
    """
    reader = Reader(document)
    reader.only(_FIELDS)
    countries = {
        code: _country(one) for code, one in reader.parts("countries", ("calling_codes", "zones", "regions"))
    }
    policy = Policy(
        categories=_categories(reader),
        countries=countries,
        calling=_calling(countries),
        windows=_windows(reader, countries),
        caps=_caps(reader, countries),
        holidays=_holidays(reader, countries),
        elsewhere=_zones(reader, "elsewhere"),
        confirm_within=timedelta(minutes=reader.integer("confirm_within_minutes", 5, 1, 5)),
        keep_proof_months=reader.integer("keep_proof_months", 24, 5, 240),
        successful_is_final=frozenset(reader.among("successful_is_final", countries)),
        brake=_brake(reader),
        answers_count_for=timedelta(days=reader.integer("answers_count_for_days", 14, 1, 30)),
        no_to_every_brand=_no_to_every_brand(reader, countries),
    )
    reader.among("registration", countries)
    reader.integer("confirm_from", 10_000, 1, 10**9)
    reader.integer("approve_from", 100, 1, 10**9)
    reader.words("link_hosts")
    reader.done()
    return policy


_FIELDS = (
    "categories",
    "countries",
    "windows",
    "caps",
    "holidays",
    "elsewhere",
    "confirm_within_minutes",
    "keep_proof_months",
    "successful_is_final",
    "registration",  # countries whose templates must be registered before a campaign goes live
    "approve_from",  # people, from which a one-off send with facts of its own needs a second person
    "link_hosts",  # hosts that the facts of a one-off send may link to
    "automatic_answers",
    "answers_count_for_days",
    "no_to_every_brand",
    "confirm_from",  # people, from which somebody has to type the number before a campaign goes live
)


def _is_calling_code(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_CODE


def _calling(countries: Mapping[str, Country]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, country in countries.items():
        for calling in country.calling_codes:
            found[calling] = (*found.get(calling, ()), code)
    return found


def _narrowing(country: str, region: str) -> tuple[str, ...]:
    """The places that hold for a recipient, the most exact first."""
    if not country:
        return (EVERYWHERE,)
    if not region:
        return (country, EVERYWHERE)
    return (f"{country}/{region}", country, EVERYWHERE)


def _zones(reader: Reader, name: str) -> tuple[str, ...]:
    given = reader.words(name)
    if not given:
        reader.refuse(name, Code.NO_ZONES)
    for one in given:
        if zone_named(one) is None:
            reader.refuse(name, DocumentCode.NOT_ZONE, value=repr(one))
    return given


def _country(reader: Reader) -> Country:
    codes = reader.words("calling_codes")
    if not codes or not all(map(_is_calling_code, codes)):
        reader.refuse("calling_codes", Code.NOT_CALLING_CODES)
    regions: dict[str, tuple[str, ...]] = {}
    names: dict[str, str] = {}
    for code, region in reader.parts("regions", ("names", "zones")):
        regions[code] = _zones(region, "zones")
        for name in (code, *region.words("names")):
            if names.setdefault(name.casefold(), code) != code:
                region.refuse("names", Code.NAME_OF_ANOTHER, value=repr(name), other=names[name.casefold()])
    return Country(codes, _zones(reader, "zones"), regions, names)


def _categories(top: Reader) -> dict[str, Category]:
    found = {}
    part = top.part("categories", CATEGORIES)
    for name in CATEGORIES:
        reader = part.inside(name, known=("stopped_by", "not_for_roster", "always_open", "when_full"))
        if reader is None:
            if part.raw.get(name) is None:
                part.refuse(name, Code.CATEGORY_MISSING)
            continue
        found[name] = Category(
            stopped_by=reader.among("stopped_by", KINDS),
            not_for_roster=frozenset(reader.words("not_for_roster")),
            always_open=reader.boolean("always_open"),
            when_full=reader.option("when_full", FULL, "suppress"),
        )
    return found


def _windows(top: Reader, countries: Mapping[str, Country]) -> dict[str, dict[str, Week]]:
    found: dict[str, dict[str, Week]] = {}
    for reader in top.each("windows", ("for", "hours")):
        places = Reader(reader.mapping("hours"), reader.place("hours"), reader.problems)
        weeks = {where: _week(places, where) for where in places.raw if _is_place(places, where, countries)}
        for category in reader.among("for", CATEGORIES):
            if category in found:
                reader.refuse("for", Code.SECOND_WINDOW, category=category)
            found[category] = weeks
    return found


def _week(places: Reader, where: str) -> Week:
    if isinstance(places.raw[where], str):
        return Week((hours_of(places, where),) * 7)
    reader = places.part(where, ("hours", "holiday", *WEEKDAYS))
    usual = hours_of(reader, "hours")
    days = tuple(hours_of(reader, day) if day in reader.raw else usual for day in WEEKDAYS)
    holiday = reader.raw.get("holiday")
    if holiday is None:
        return Week(days)
    if holiday in WEEKDAYS:
        return Week(days, days[WEEKDAYS.index(holiday)])
    return Week(days, hours_of(reader, "holiday"))


def hours_of(reader: Reader, name: str) -> Hours:
    """Hours in a field of a document; closed where they are none."""
    value = reader.raw.get(name)
    if not isinstance(value, str):
        reader.refuse(name, DocumentCode.NOT_HOURS, value=repr(value))
        return ()
    return reader.converted(name, parse_hours, ())


def _caps(top: Reader, countries: Mapping[str, Country]) -> dict[str, tuple[Cap, ...]]:
    places = Reader(top.mapping("caps"), "caps", top.problems)
    found = {}
    for where, caps in places.raw.items():
        _is_place(places, where, countries)
        if not isinstance(caps, (list, tuple)):
            places.refuse(where, Code.NOT_CAPS)
            continue
        found[where] = tuple(_cap(one) for one in places.each(where, ("of", "at_most", "per")))
    return found


def _cap(reader: Reader) -> Cap:
    per = reader.text("per")
    if per and per not in SPANS:
        reader.refuse("per", DocumentCode.NOT_ONE_OF, value=repr(per), choices=tuple(SPANS))
    return Cap(
        of=frozenset(reader.among("of", CATEGORIES)),
        at_most=reader.integer("at_most", None, 1, 1000),
        per="week" if per == "week" else "day",
    )


def _holidays(top: Reader, countries: Mapping[str, Country]) -> dict[str, dict[date, str]]:
    places = Reader(top.mapping("holidays"), "holidays", top.problems)
    found = {}
    for country in places.raw:
        _is_place(places, country, countries)
        names = places.mapping(country)
        found[country] = {day: str(names[key]) for day, key in places.dates(country)}
    return found


def _brake(top: Reader) -> Brake:
    reader = top.part("automatic_answers", ("an_hour", "a_day"))
    found = Brake(reader.integer("an_hour", 1, 1, 20), reader.integer("a_day", 3, 1, 100))
    if found.a_day < found.an_hour:
        reader.refuse("a_day", Code.FEWER_A_DAY, n=found.an_hour)
    return found


def _no_to_every_brand(top: Reader, countries: Mapping[str, Country]) -> dict[str, date]:
    places = Reader(top.mapping("no_to_every_brand"), "no_to_every_brand", top.problems)
    found = {}
    for where, day in places.raw.items():
        if "/" in where:
            places.refuse(where, Code.WHOLE_COUNTRY)
        elif _is_place(places, where, countries):
            try:
                found[where] = date.fromisoformat(str(day))
            except ValueError:
                places.refuse(where, DocumentCode.NOT_DATE)
    return found


def _is_place(reader: Reader, where: str, countries: Mapping[str, Country]) -> bool:
    """Whether `where` is a place of this document; notes it when it is not."""
    country, slash, region = where.partition("/")
    if where == EVERYWHERE:
        return True
    if country not in countries:
        reader.refuse(where, Code.NO_SUCH_COUNTRY, value=country)
    elif slash and region != UNKNOWN and region not in countries[country].regions:
        reader.refuse(where, Code.NO_SUCH_REGION, value=region, country=country)
    else:
        return True
    return False
