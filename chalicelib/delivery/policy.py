"""The policy: what decides by category and place, as data. `policy_from` reads it from a JSON document.

A place is a country (ISO 3166 code) and a region of it. In the document it is written `*` (everywhere),
`US`, `US/TX`, or `US/?` for a recipient in the US whose region is not known. The more exact place
decides a window; caps of all places that apply hold together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, get_args

from chalicelib.campaigns.campaign import CATEGORIES
from chalicelib.campaigns.reading import Problem
from chalicelib.delivery.hours import WEEKDAYS, Hours, Week, parse_hours, zone_named

Kind = Literal["all", "category", "campaign", "redlist"]
KINDS: tuple[Kind, ...] = get_args(Kind)
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
    when_full: Literal["suppress", "hold"] = "suppress"  # hold: until a place frees, if in time


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


class BadPolicy(ValueError):
    """The document cannot be read as a policy; `problems` names every field that is wrong and its fix."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


def policy_from(document: Mapping[str, Any]) -> Policy:
    """Read a policy from its JSON document (templates/policy.yaml shows the shape).

    Raises BadPolicy with every mistake found, not only the first.
    """
    reading = _Reading()
    reading.only(document, "", _FIELDS)
    countries = {
        code: reading.country(raw, f"countries.{code}")
        for code, raw in reading.mapping(document.get("countries", {}), "countries").items()
    }
    policy = Policy(
        categories=reading.categories(document.get("categories", {})),
        countries=countries,
        calling=_calling(countries),
        windows=reading.windows(document.get("windows", ()), countries),
        caps=reading.caps(document.get("caps", {}), countries),
        holidays=reading.holidays(document.get("holidays", {}), countries),
        elsewhere=reading.zones(document.get("elsewhere", ()), "elsewhere"),
        confirm_within=timedelta(
            minutes=reading.number(document.get("confirm_within_minutes", 5), "confirm_within_minutes", 1, 5)
        ),
        keep_proof_months=reading.number(document.get("keep_proof_months", 24), "keep_proof_months", 5, 240),
        successful_is_final=frozenset(
            reading.among(document.get("successful_is_final", ()), "successful_is_final", countries)
        ),
    )
    reading.among(document.get("registration", ()), "registration", countries)
    reading.number(document.get("confirm_from", 10_000), "confirm_from", 1, 10**9)
    if reading.problems:
        raise BadPolicy(reading.problems)
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


class _Reading:
    """Takes the document apart and notes what is wrong; what is refused reads as empty."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, place: str, error: str) -> None:
        self.problems.append(Problem(place, error))

    def mapping(self, raw: object, place: str) -> Mapping[str, Any]:
        if isinstance(raw, Mapping):
            for name in raw:
                if not isinstance(name, str):
                    self.wrong(place, f"the key {name!r} is not text; put it in quotes")
            return {name: value for name, value in raw.items() if isinstance(name, str)}
        self.wrong(place, f"{raw!r} is not a mapping of names to values")
        return {}

    def only(self, raw: Mapping[str, Any], place: str, known: Iterable[str]) -> None:
        for name in raw:
            if name not in known:
                self.wrong(f"{place}.{name}".strip("."), f"is not known here; use {', '.join(known)}")

    def texts(self, raw: object, place: str) -> tuple[str, ...]:
        if isinstance(raw, (list, tuple)) and all(isinstance(one, str) for one in raw):
            return tuple(raw)
        self.wrong(place, f"{raw!r} is not a list of words; write [{raw}]")
        return ()

    def among(self, raw: object, place: str, known: Iterable[str]) -> tuple[str, ...]:
        given, choices = self.texts(raw, place), tuple(known)
        for one in given:
            if one not in choices:
                self.wrong(place, f"{one!r} is none of {', '.join(choices)}")
        return tuple(one for one in given if one in choices)

    def number(self, raw: object, place: str, low: int, high: int) -> int:
        # bool is an int to Python; numbers from the catalogue are whole Decimals.
        if not isinstance(raw, bool):
            try:
                value = int(raw)  # type: ignore[call-overload]
                if value == raw and low <= value <= high:
                    return int(value)
            except (TypeError, ValueError):
                pass
        self.wrong(place, f"{raw!r} is not a whole number from {low} to {high}")
        return low

    def zones(self, raw: object, place: str) -> tuple[str, ...]:
        given = self.texts(raw, place)
        if not given:
            self.wrong(place, "names no zone; write IANA zones such as [Asia/Shanghai]")
        for one in given:
            if zone_named(one) is None:
                self.wrong(place, f"{one!r} is no IANA zone; write one such as Asia/Shanghai")
        return given

    def country(self, raw: object, place: str) -> Country:
        fields = self.mapping(raw, place)
        self.only(fields, place, ("calling_codes", "zones", "regions"))
        codes = self.texts(fields.get("calling_codes", ()), f"{place}.calling_codes")
        if not codes or not all(map(_is_calling_code, codes)):
            self.wrong(f"{place}.calling_codes", "must be digits in quotes without +, such as ['86']")
        regions: dict[str, tuple[str, ...]] = {}
        names: dict[str, str] = {}
        for code, region in self.mapping(fields.get("regions", {}), f"{place}.regions").items():
            at = f"{place}.regions.{code}"
            inner = self.mapping(region, at)
            self.only(inner, at, ("names", "zones"))
            regions[code] = self.zones(inner.get("zones", ()), f"{at}.zones")
            for name in (code, *self.texts(inner.get("names", ()), f"{at}.names")):
                if names.setdefault(name.casefold(), code) != code:
                    self.wrong(f"{at}.names", f"{name!r} is a name of {names[name.casefold()]} too")
        return Country(codes, self.zones(fields.get("zones", ()), f"{place}.zones"), regions, names)

    def categories(self, raw: object) -> dict[str, Category]:
        given = self.mapping(raw, "categories")
        self.only(given, "categories", CATEGORIES)
        found = {}
        for name in CATEGORIES:
            place = f"categories.{name}"
            if name not in given:
                self.wrong(place, "is missing; say what stops it: {stopped_by: [all, category, campaign]}")
                continue
            fields = self.mapping(given[name], place)
            self.only(fields, place, ("stopped_by", "not_for_roster", "always_open", "when_full"))
            when_full = fields.get("when_full", "suppress")
            if when_full not in ("suppress", "hold"):
                self.wrong(f"{place}.when_full", f"{when_full!r} is neither suppress nor hold")
            always_open = fields.get("always_open", False)
            if not isinstance(always_open, bool):
                self.wrong(f"{place}.always_open", f"{always_open!r} is neither true nor false")
            kinds = self.among(fields.get("stopped_by", ()), f"{place}.stopped_by", KINDS)
            found[name] = Category(
                stopped_by=tuple(kind for kind in KINDS if kind in kinds),
                not_for_roster=frozenset(
                    self.texts(fields.get("not_for_roster", ()), f"{place}.not_for_roster")
                ),
                always_open=bool(always_open),
                when_full="hold" if when_full == "hold" else "suppress",
            )
        return found

    def windows(self, raw: object, countries: Mapping[str, Country]) -> dict[str, dict[str, Week]]:
        found: dict[str, dict[str, Week]] = {}
        for index, one in enumerate(raw if isinstance(raw, (list, tuple)) else [raw]):
            place = f"windows[{index}]"
            fields = self.mapping(one, place)
            self.only(fields, place, ("for", "hours"))
            categories = self.among(fields.get("for", ()), f"{place}.for", CATEGORIES)
            weeks = {
                where: self.week(week, f"{place}.hours.{where}")
                for where, week in self.mapping(fields.get("hours", {}), f"{place}.hours").items()
                if self.known(where, f"{place}.hours", countries)
            }
            for category in categories:
                if category in found:
                    self.wrong(f"{place}.for", f"{category} has a window already; keep one of them")
                found[category] = weeks
        return found

    def week(self, raw: object, place: str) -> Week:
        if isinstance(raw, str):
            return Week((self.hours(raw, place),) * 7)
        fields = self.mapping(raw, place)
        self.only(fields, place, ("hours", "holiday", *WEEKDAYS))
        usual = self.hours(fields.get("hours"), f"{place}.hours")
        days = tuple(
            self.hours(fields[day], f"{place}.{day}") if day in fields else usual for day in WEEKDAYS
        )
        holiday = fields.get("holiday")
        if holiday is None:
            return Week(days)
        if holiday in WEEKDAYS:
            return Week(days, days[WEEKDAYS.index(holiday)])
        return Week(days, self.hours(holiday, f"{place}.holiday"))

    def hours(self, raw: object, place: str) -> Hours:
        if not isinstance(raw, str):
            self.wrong(place, f"{raw!r} is not hours; write '08:00-20:00', any or closed")
            return ()
        try:
            return parse_hours(raw)
        except ValueError as error:
            self.wrong(place, str(error))
            return ()

    def caps(self, raw: object, countries: Mapping[str, Country]) -> dict[str, tuple[Cap, ...]]:
        found = {}
        for where, caps in self.mapping(raw, "caps").items():
            self.known(where, "caps", countries)
            if not isinstance(caps, (list, tuple)):
                self.wrong(f"caps.{where}", "must be a list of {of: [marketing], at_most: 1, per: day}")
                continue
            found[where] = tuple(self.cap(one, f"caps.{where}[{index}]") for index, one in enumerate(caps))
        return found

    def cap(self, raw: object, place: str) -> Cap:
        fields = self.mapping(raw, place)
        self.only(fields, place, ("of", "at_most", "per"))
        per = fields.get("per")
        if per not in SPANS:
            self.wrong(f"{place}.per", f"{per!r} is neither day nor week")
        return Cap(
            of=frozenset(self.among(fields.get("of", ()), f"{place}.of", CATEGORIES)),
            at_most=self.number(fields.get("at_most"), f"{place}.at_most", 1, 1000),
            per="week" if per == "week" else "day",
        )

    def holidays(self, raw: object, countries: Mapping[str, Country]) -> dict[str, dict[date, str]]:
        found: dict[str, dict[date, str]] = {}
        for country, days in self.mapping(raw, "holidays").items():
            self.known(country, "holidays", countries)
            named = found.setdefault(country, {})
            for day, name in self.mapping(days, f"holidays.{country}").items():
                try:
                    named[date.fromisoformat(day)] = str(name)
                except ValueError:
                    self.wrong(f"holidays.{country}.{day}", "is no date; write '2026-10-01' in quotes")
        return found

    def known(self, where: str, place: str, countries: Mapping[str, Country]) -> bool:
        """Whether `where` is a place of this document; notes it when it is not."""
        country, slash, region = where.partition("/")
        if where == EVERYWHERE:
            return True
        if country not in countries:
            self.wrong(f"{place}.{where}", f"{country} is not under countries; add it there")
        elif slash and region != UNKNOWN and region not in countries[country].regions:
            self.wrong(f"{place}.{where}", f"{region} is not under countries.{country}.regions; add it there")
        else:
            return True
        return False
