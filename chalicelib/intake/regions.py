"""Regions in one spelling: "province", "province/city" or "province/city/county", however they were written.

湖南省长沙市, 湖南/长沙市, Hunan/长沙 and 湖南-长沙 are all 湖南/长沙. The provinces of
China and the states of the USA are known here, cities and counties from the operator's own
`templates/regions.yaml`, which is packaged as `regions.json`; without it they lose their 市, 地区, 县 ...
and are otherwise kept as written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.provinces import CHINA, MUNICIPALITIES, PEOPLES, STATES, TRADITIONAL
from chalicelib.intake.values import BadField


@dataclass(frozen=True, slots=True)
class Area:
    """A province or city of the operator's file: other spellings of what is in it, by folded spelling."""

    name: str
    inner: Mapping[str, Area] = field(default_factory=dict)


@dataclass(frozen=True)
class Gazetteer:
    """The operator's own cities and counties; without any, only provinces are known."""

    provinces: Mapping[str, Area] = field(default_factory=dict)
    cities: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # spelling -> province, city

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


@dataclass(frozen=True, slots=True)
class Region:
    """`name` is the normal form; `placed`: its province is known; `known`: each level that can be is."""

    name: str
    placed: bool
    known: bool

    @property
    def province(self) -> str:
        """The first level."""
        return self.name.partition("/")[0]


PROVINCES_ONLY = Gazetteer()
LEVELS = 3
SOURCE = "templates/regions.yaml"
PACKED = "chalicelib/regions.json"


@cache
def own_places() -> Gazetteer:
    """The cities and counties of the operator whose service this is. Raises BadField for a file that is none,
    which no package holds."""
    return places_of(Path(__file__).resolve().parents[2])


def places_of(root: Path) -> Gazetteer:
    """The cities and counties that the project or the package at `root` has; only provinces without any.

    Raises BadField."""
    packed = root / PACKED
    if packed.is_file():
        return gazetteer(json.loads(packed.read_bytes()))
    written = root / SOURCE
    if not written.is_file():
        return PROVINCES_ONLY
    import yaml  # a package has the other form, which is read a hundred times as fast

    try:
        return gazetteer(yaml.safe_load(written.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise BadField("", Code.REGIONS_YAML, words=str(error)) from error


@lru_cache(4096)
def region_of(written: str, own: Gazetteer | None = None) -> Region:
    """The region that somebody wrote; what is not known is kept as written, its levels separated by `/`.

    `own` are the cities and counties to know it by, the operator's own by default.
    The same for its own answer: `region_of(region_of(x).name) == region_of(x)`.
    """
    own = own or own_places()
    text = unicodedata.normalize("NFKC", written).strip()
    parts = [one.strip() for one in re.split(_SEPARATORS, text) if one.strip()]
    if not parts:
        return Region(text, placed=False, known=False)
    province, rest = _province(parts[0], own), parts[1:]
    if not province:
        province, first = _split(text, own)
        if province:
            rest = [one.strip() for one in re.split(_SEPARATORS, first) if one.strip()] if first else []
    if not province:
        return _without_province(text, parts, own)
    if len(rest) > 1 and _province(rest[0], own) == province and rest[0].endswith("省"):
        rest = rest[1:]
    return _within(province, _cities(rest), own)


def city_of(written: str) -> str:
    """A city's name in the form that regions have it in: 长沙市 is 长沙. What names its province, too, is
    read as a region."""
    found = region_of(written).name.split("/")
    return found[1] if len(found) > 1 else _city(written.strip())


def is_in(region: str, area: str) -> bool:
    """Whether a region in its normal form lies in an area in its normal form, at any level."""
    return region == area or region.startswith(area + "/")


def gazetteer(document: Any) -> Gazetteer:
    """From `templates/regions.yaml`: {province: {city: [spellings and counties]}}. Raises BadField.

    A city is `name: {also: [Changsha], counties: {岳麓: [Yuelu]}}` or `name: [Changsha]`.
    """
    if not isinstance(document, Mapping):
        raise BadField("", Code.REGIONS_PROVINCES)
    provinces: dict[str, Area] = {}
    cities: dict[str, list[tuple[str, str]]] = {}
    for name, inside in document.items():
        province = _province(str(name), PROVINCES_ONLY) or str(name)
        inner = dict(_areas(inside, str(name), _city))
        provinces[_folded(str(name))] = provinces[_folded(province)] = Area(province, inner)
        for spelling, city in inner.items():
            cities.setdefault(spelling, []).append((province, city.name))
    return Gazetteer(provinces, {one: found[0] for one, found in cities.items() if len(set(found)) == 1})


def _areas(inside: Any, place: str, short: Any) -> Iterator[tuple[str, Area]]:
    if not isinstance(inside, Mapping):
        raise BadField(place, Code.REGIONS_CITIES)
    for raw, value in inside.items():
        name = short(str(raw))
        given = value if isinstance(value, Mapping) else {"also": value or []}
        if set(given) - {"also", "counties"} or not isinstance(given.get("also", []), Sequence):
            raise BadField(f"{place}.{raw}", Code.REGIONS_CITY)
        counties = dict(_areas(given.get("counties", {}), f"{place}.{raw}", _county))
        area = Area(name, counties)
        for spelling in (name, str(raw), *map(str, given.get("also", []))):
            yield _folded(spelling), area


# Patterns are text, which `re` compiles and keeps when a region is first read: every function imports this.
# A hyphen or dots part levels only where the whole is no name with a hyphen: see _split.
_SEPARATORS = r"\s*[/\\,，、>|;:·_]+\s*|\s+[-–—]+\s+"
_LOOSE = r"[\s\-–—.~]+"
_PLAIN = r"[^0-9a-z\u3400-\u9fff]"
_LATIN_ENDS = (
    r"(?:province|prov|sheng|shi|municipality|autonomousregion|zizhiqu"
    r"|specialadministrativeregion|sar|ar|city)$"
)


def _folded(name: str) -> str:
    return re.sub(_PLAIN, "", unicodedata.normalize("NFKD", name.translate(TRADITIONAL)).casefold())


def _chinese() -> Iterator[tuple[str, str]]:
    for short, (end, latin) in CHINA.items():
        yield from ((short, short), (short + end, short), *((one, short) for one in latin.split()))
        yield from ((short + extra, short) for extra in ("省", "自治区") if end not in ("市", "特别行政区"))
    yield from (
        ("香港特区", "香港"),
        ("澳门特区", "澳门"),
        ("内蒙", "内蒙古"),
        ("黑龙江", "黑龙江"),
        ("黑", "黑龙江"),
    )


@cache
def _chinese_names() -> dict[str, str]:
    """Every spelling of China's provinces, folded; made when the first region is read, not at every start."""
    return {_folded(spelling): name for spelling, name in _chinese()}


@cache
def _states() -> dict[str, str]:
    return {_folded(one): name for code, name in STATES.items() for one in (code, name)}


@cache
def _by_length() -> list[str]:
    return sorted(
        (one for one in _chinese_names() if ord(one[0]) > 127 and len(one) > 1), key=len, reverse=True
    )


def _province(written: str, own: Gazetteer) -> str:
    """The province that this is a name of, "" if it is none."""
    folded = _folded(written)
    if folded in own.provinces:
        return own.provinces[folded].name
    if found := _chinese_names().get(folded) or _states().get(folded):
        return found
    return _chinese_names().get(re.sub(_LATIN_ENDS, "", folded), "") if folded.isascii() else ""


def _split(text: str, own: Gazetteer) -> tuple[str, str]:
    """The province that a text without separators begins with, and what follows it."""
    plain = text.translate(TRADITIONAL)
    for spelling in _by_length():
        if plain.startswith(spelling):
            rest = plain[len(spelling) :]
            if rest.endswith(_AUTONOMOUS) and "族" in rest and not _without_peoples(rest):
                break  # 海南藏族自治州 is in 青海
            if rest == "市":  # 吉林市 is a city of 吉林
                return _chinese_names()[spelling], plain
            return _chinese_names()[spelling], rest.lstrip("-–—.~ \t")
    words = re.split(_LOOSE, text)
    for count in range(min(len(words) - 1, 5), 0, -1):
        if province := _province(" ".join(words[:count]), own):
            return province, " ".join(words[count:])
    return "", ""


def _cities(parts: Sequence[str]) -> list[str]:
    """City and county apart, where they were written as one word."""
    found: list[str] = []
    for part in parts:
        both = re.fullmatch(_CITY_AND_COUNTY, part) if not found else None
        found += [both[1], both[2]] if both else [part]
    return found


_CITY_AND_COUNTY = (
    r"([\u3400-\u9fff]{2,}?(?:自治州|地区|市|盟))[\s\-]*"
    r"([\u3400-\u9fff]+(?:新区|自治县|自治旗|区|县|市|旗|岛))"
)


def _within(province: str, parts: Sequence[str], own: Gazetteer) -> Region:
    """The levels below a province in their normal forms."""
    known, area = True, own.provinces.get(_folded(province))
    chinese = province in CHINA
    names = [province]
    if (
        province in MUNICIPALITIES
        and parts
        and (_city(parts[0]) == province or _province(parts[0], own) == province)
    ):
        parts = parts[1:]
    parts = [one for one in parts if one not in ("市辖区", "省直辖县级行政区划", "直辖")]
    for level, part in enumerate(parts[: LEVELS - 1]):
        held = area.inner.get(_folded(part)) if area else None
        short = _county if level or province in MUNICIPALITIES else _city
        plain = short(part.translate(TRADITIONAL)) if chinese else part
        held = held or (area.inner.get(_folded(plain)) if area else None)
        if held is None and ((area and area.inner) or (chinese and plain.isascii())):
            known = False  # not in the operator's file, or a Chinese city in Latin letters
        names.append(held.name if held else plain)
        area = held
    more = parts[LEVELS - 1 :]
    return Region("/".join(_clean(one) for one in names), placed=True, known=known and not more)


def _without_province(text: str, parts: Sequence[str], own: Gazetteer) -> Region:
    """A city that the operator's file has once is enough; anything else is kept as it is."""
    cities = _cities(parts)
    if found := own.cities.get(_folded(cities[0])) or own.cities.get(_folded(_city(cities[0]))):
        return _within(found[0], [found[1], *cities[1:]], own)
    return Region("/".join(_clean(one) for one in text.split("/") if one.strip()), placed=False, known=False)


def _clean(name: str) -> str:
    return re.sub(r"[\s#]+", " ", name).strip()


def _city(name: str) -> str:
    return _shortened(name, ("地区", "市", "盟"))


def _county(name: str) -> str:
    return _shortened(name, ("新区", "区", "县", "市"))


def _shortened(name: str, ends: Sequence[str]) -> str:
    """The name without what it is; names of one character keep it (赵县)."""
    if name.endswith(_AUTONOMOUS) and len(short := _without_peoples(name)) >= 2:
        return short
    for end in ends:
        if name.endswith(end) and len(name) - len(end) >= 2:
            return name.removesuffix(end)
    return name


_AUTONOMOUS = ("自治州", "自治县", "自治旗")


def _without_peoples(name: str) -> str:
    """恩施土家族苗族自治州 without 自治州 and the peoples before it: 恩施; "" where nothing is left."""
    rest = name[:-3]
    while end := next((one for one in _peoples() if rest.endswith(one)), ""):
        rest = rest.removesuffix(end)
    return rest


@cache
def _peoples() -> list[str]:
    names = {one + end for one in PEOPLES for end in ("族", "") if len(one + end) > 1}
    return sorted(names, key=len, reverse=True)
