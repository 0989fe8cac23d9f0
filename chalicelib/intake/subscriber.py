"""Fields of a subscriber, from the CRM's spelling to ours. Pure: what is wrong is raised, not guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.msisdn import e164
from chalicelib.intake.names import name_of
from chalicelib.intake.regions import region_of
from chalicelib.intake.values import BadField, day, folded, key, narrow, no_end, one_of, text, words
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber

STATUSES = ("active", "suspended", "left")
LANGUAGES = ("zh-CN", "en")  # that a subscriber can have
TIERS = ("diamond", "gold", "silver", "standard")
CALENDARS = ("solar", "lunar")
PREVIOUS_KEPT = 5  # numbers a subscriber held before; a change a month stays within an occasion's life


def subscriber_changes(
    fields: Mapping[str, object], *, country: str = "", calendar: str = ""
) -> dict[str, str]:
    """Check and normalise any of a subscriber's fields; what is not given is not in the answer.

    `fields` may hold anything; names that are not a subscriber's are left out. null and "" clear a
    field, where it can be unknown. `country` is the calling code of numbers written the national way
    ("" refuses them). `calendar` is the calendar of a birthday that comes without one: "" accepts
    what is a day in either, and `changed` checks it against what is stored.
    Raises BadField for the first field that is wrong, with the fix.
    """
    found: dict[str, str] = {}
    for name, read in _READERS.items():
        if name not in fields:
            continue
        value = fields[name]
        if name not in _NEVER_EMPTY and (value is None or (isinstance(value, str) and not value.strip())):
            found[name] = _EMPTY.get(name, "")
        elif name == "msisdn":
            found[name] = e164(name, value, country)  # the only reader with an option
        else:
            found[name] = read(name, value)
    if found.get("birthday"):
        found["birthday"] = _birthday(found["birthday"], found.get("birthday_calendar", calendar))
    return found


def read_field(name: str, value: object, country: str = "") -> str:
    """One field as `subscriber_changes` reads it, where it holds something; a birthday is not checked."""
    return e164(name, value, country) if name == "msisdn" else _READERS[name](name, value)


def changed(subscriber: Subscriber, changes: Mapping[str, str]) -> Subscriber:
    """The subscriber with `changes` from `subscriber_changes` applied; an old number is remembered.

    Raises BadField when the birthday is no day of the calendar that it then has.
    """
    own = own_of(changes)
    built_in = {name: value for name, value in changes.items() if name != "subscriber_id" and name not in own}
    after = replace(subscriber, **built_in)  # type: ignore[arg-type]
    if own:
        after = replace(after, own_fields=with_own(subscriber.own_fields, own))
    if after.status != subscriber.status:
        after = replace(after, status_since="")  # a file does not say since when
    if after.birthday and {"birthday", "birthday_calendar"} & changes.keys():
        _birthday(after.birthday, after.birthday_calendar)
    if subscriber.msisdn and after.msisdn != subscriber.msisdn:
        others = [one for one in subscriber.previous_msisdns if one not in (subscriber.msisdn, after.msisdn)]
        after = replace(after, previous_msisdns=(subscriber.msisdn, *others)[:PREVIOUS_KEPT])
    return after


def own_of(changes: Mapping[str, Any]) -> dict[str, Any]:
    """What of some changes is about the operator's own attributes."""
    return {name: value for name, value in changes.items() if name not in Subscriber.attributes}


def with_own(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Own attributes after changes; "" and null clear one."""
    after = {**before, **changes}
    return {name: value for name, value in after.items() if value is not None and value != ""}


def subscriber_id(field: str, value: object) -> str:
    """An id of 1 to 64 characters without blanks, `/` and `#`, which separate the parts of keys."""
    found = key(field, value)
    if found == "-" or " " in found:
        raise BadField(field, Code.ID_BLANK)
    return found


def region(field: str, value: object) -> str:
    """`province`, `province/city` or `province/city/county` in its normal form (`intake.regions`)."""
    found = text(field, narrow(value), 80)
    if "#" in found or found.startswith("/"):
        raise BadField(field, Code.REGION_SHAPE)
    return region_of(found).name


def _language(field: str, value: object) -> str:
    """zh-CN or en, whatever script, country or charset was named with it."""
    found = text(field, narrow(value), 40).replace("_", "-").casefold().partition(".")[0]
    head = found.partition("-")[0].partition("(")[0].strip()
    if head in _CHINESE:
        return "zh-CN"
    if head in ("en", "eng", "english", "英文", "英语", "英語"):
        return "en"
    raise BadField(field, Code.LANGUAGE_UNKNOWN, value=found)


_CHINESE = words(
    "zh cmn yue chi zho chinese mandarin cantonese 中文 汉语 简体中文 繁体中文 普通话 国语 粤语 中国话 中 "
    "华语 漢語 簡體中文 繁體中文 普通話 國語 粵語 華語"
)
_OTHER_CHINESE = re.compile(
    r"hant|(?<![a-z])(?:tw|hk|mo|yue)(?![a-z])|cantonese|traditional|粤|粵|繁|廣東|广东"
)


def other_chinese(written: str) -> bool:
    """Whether a language that is stored as zh-CN is other Chinese: 粤语, zh-TW, zh-Hant."""
    return _OTHER_CHINESE.search(folded(written)) is not None


def _time_zone(field: str, value: object) -> str:
    found = text(field, narrow(value), 64)
    found = _ZONES.get(found.casefold(), found)
    if not _known_zone(found):
        found = _folded_zones().get(found.casefold().replace(" ", "_"), found)
    if not _known_zone(found):
        raise BadField(field, Code.ZONE_UNKNOWN, value=found)
    return found


@lru_cache(1024)
def _known_zone(name: str) -> bool:
    if "/" not in name and name != "UTC":  # EST5EDT, localtime, posixrules: not a place
        return False
    if name.startswith(("posix/", "right/")):
        return False
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # a path, a folder, a name that is not there
        return False
    return True


@cache
def _folded_zones() -> Mapping[str, str]:
    """IANA's names by what is left of them in small letters: america/new_york."""
    return {name.casefold(): name for name in available_timezones()}


# What Windows, CRMs and people call zones that have another name in IANA's list.
_ZONES = {
    "china standard time": "Asia/Shanghai", "asia/beijing": "Asia/Shanghai", "beijing": "Asia/Shanghai",
    "北京时间": "Asia/Shanghai", "北京": "Asia/Shanghai", "prc": "Asia/Shanghai",
    "taipei standard time": "Asia/Taipei", "tokyo standard time": "Asia/Tokyo",
    "singapore standard time": "Asia/Singapore", "gmt standard time": "Europe/London",
    "eastern standard time": "America/New_York", "us/eastern": "America/New_York",
    "central standard time": "America/Chicago", "us/central": "America/Chicago",
    "mountain standard time": "America/Denver", "us/mountain": "America/Denver",
    "pacific standard time": "America/Los_Angeles", "us/pacific": "America/Los_Angeles",
}  # fmt: skip


def _name(field: str, value: object) -> str:
    return name_of(text(field, value, 100))


def _slug(field: str, value: object) -> str:
    return key(field, narrow(value), 40).casefold()


def _tier(field: str, value: object) -> str:
    """A tier of ours in small letters whatever it is called; the operator's own as it is written."""
    found = folded(str(value))
    found = _TIERS.get(found, found)
    return found if found in TIERS else key(field, value, 40)


_TIERS = {
    "钻石": "diamond", "钻石卡": "diamond", "钻卡": "diamond", "金卡": "gold", "金": "gold",
    "银卡": "silver", "银": "silver", "普通": "standard", "普卡": "standard",
}  # fmt: skip


def _plan(field: str, value: object) -> str:
    return key(field, value)


def _plan_end(field: str, value: object) -> str:
    return "" if no_end(str(value)) else day(field, value)


def _status(field: str, value: object) -> str:
    written = text(field, narrow(value), 40)
    return one_of(field, _STATUSES.get(written.casefold().removeprefix("已"), written), STATUSES)


def _calendar(field: str, value: object) -> str:
    written = text(field, narrow(value), 40)
    return one_of(field, _CALENDARS.get(written.casefold(), written), CALENDARS)


_WORDS_FOR_STATUS = {
    "active": ("正常 正常使用 正常在用 在用 在网 开通 启用 有效 使用中 normal enabled live open"),
    "suspended": (
        "停机 暂停 欠费 欠费停机 单停 双停 单向停机 双向停机 停用 冻结 申请停机 suspend paused frozen barred"
    ),
    "left": ("销户 注销 离网 拆机 退网 closed cancelled canceled terminated churned inactive"),
}
_STATUSES = {word: status for status, listed in _WORDS_FOR_STATUS.items() for word in listed.split()}
_CALENDARS = {
    **dict.fromkeys(words("农历 阴历 農曆 陰曆 旧历 夏历 chinese"), "lunar"),
    **dict.fromkeys(words("公历 阳历 國曆 陽曆 公曆 新历 西历 gregorian"), "solar"),
}


def _birthday_text(field: str, value: object) -> str:
    return text(field, narrow(value), 40)


def _birthday(written: str, calendar: str) -> str:
    """`MM-DD` or `YYYY-MM-DD`, a day of `calendar`; with "" of either. Reads 1990/8/5 and 8月5日 too."""
    match = _BIRTHDAY.fullmatch(folded(written))
    if match is None:
        raise BadField("birthday", Code.BIRTHDAY_FORM)
    month, day_ = (int(match[name] or match[name + "2"] or match[name + "3"]) for name in ("m", "d"))
    year = int(match["y"] or match["y2"] or match["y3"] or 0) or None
    if year is not None and not 1880 <= year <= 2100:
        raise BadField("birthday", Code.DATE_YEAR, year=str(year), first="1880", last="2100")
    if not 1 <= month <= 12:
        raise BadField("birthday", Code.BIRTHDAY_MONTH, month=month)
    # Without a year 29 February is a day like any other: 2000 was a leap year.
    solar = _is_date(2000 if year is None else year, month, day_)
    lunar = 1 <= day_ <= 30
    if calendar == "lunar" and not lunar:
        raise BadField("birthday", Code.BIRTHDAY_LUNAR_DAY, day=day_)
    if calendar == "solar" and not solar:
        raise BadField("birthday", Code.BIRTHDAY_NOT_SOLAR)
    if not (solar or lunar):
        raise BadField("birthday", Code.BIRTHDAY_NO_DAY)
    month_day = f"{month:02d}-{day_:02d}"
    return month_day if year is None else f"{year:04d}-{month_day}"


# Without a year only MM-DD: 5/6 is June in one country and May in the next.
_BIRTHDAY = re.compile(
    r"(?:--|(?P<y>[0-9]{4})-)?(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})"
    r"|(?P<y2>[0-9]{4})([/.])(?P<m2>[0-9]{1,2})\5(?P<d2>[0-9]{1,2})"
    r"|(?:(?P<y3>[0-9]{4})年)?(?P<m3>[0-9]{1,2})月(?P<d3>[0-9]{1,2})日"
)


def _is_date(year: int, month: int, day_: int) -> bool:
    try:
        date(year, month, day_)
    except ValueError:
        return False
    return True


_READERS: dict[str, Callable[[str, object], str]] = {
    "subscriber_id": subscriber_id,
    "msisdn": e164,
    "name": _name,
    "language": _language,
    "time_zone": _time_zone,
    "brand": _slug,
    "region": region,
    "tier": _tier,
    "plan": _plan,
    "plan_ends_on": _plan_end,
    "birthday_calendar": _calendar,
    "birthday": _birthday_text,
    "status": _status,
    "since": day,
}
FIELDS = tuple(_READERS)
_NEVER_EMPTY = ("subscriber_id", "status")
_EMPTY = {"birthday_calendar": "solar"}
