"""The policy as a form: the fields that it shows of the document, and the document that they say.

Fields are `w|0|US/TX|sunday` (hours of a group of windows, by place and day), `c|*|2|of`, `c|*|2|at_most`
and `c|*|2|per` (a cap), `n|keep_proof_months` (a number); `+` in the place of a place is the empty row for
another one. What the document holds besides stays as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.campaigns.approval import CONFIRM_FROM
from chalicelib.campaigns.campaign import CATEGORIES
from chalicelib.delivery.hours import WEEKDAYS
from chalicelib.delivery.policy import EVERYWHERE
from chalicelib.delivery.policy_codes import PolicyCode
from chalicelib.document_codes import DocumentCode
from chalicelib.i18n.codes import named
from chalicelib.i18n.translations import languages
from chalicelib.problems import Problem

DAYS = ("hours", *WEEKDAYS, "holiday")
NAMED = ("any", "closed", *WEEKDAYS)  # what stands for hours and is said in words
NEW = "+"
NUMBERS: Mapping[str, int] = {  # with what holds where the document says nothing
    "confirm_within_minutes": 5,
    "keep_proof_months": 24,
    "answers_count_for_days": 14,
    "automatic_answers.an_hour": 1,
    "automatic_answers.a_day": 3,
    "approve_from": 100,
    "confirm_from": CONFIRM_FROM,
}


@dataclass(frozen=True, slots=True)
class PolicyTyped:
    """A document as a form says it. `fields` leads from a place in it to the field that says it; `wrong` is
    what the form alone cannot mean, by field."""

    document: dict[str, Any]
    fields: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, Problem] = field(default_factory=dict)

    def field_of(self, problem: Problem) -> str:
        """The field of a problem that the policy's reader found; "" for what no field says."""
        found = self.fields.get(problem.place, "")
        if problem.code in (PolicyCode.NO_SUCH_COUNTRY, PolicyCode.NO_SUCH_REGION):
            return found.replace(f"|{NEW}|hours", f"|{NEW}|place")
        return found


def places(held: Mapping[str, Any]) -> list[str]:
    """Places in the order of the form: everywhere, then by name."""
    return sorted(held, key=lambda one: (one != EVERYWHERE, one))


def days(group: Mapping[str, Any]) -> list[str]:
    """The days that a group of windows has a column for: weekends, and what any place names."""
    used = {day for held in group.get("hours", {}).values() if isinstance(held, Mapping) for day in held}
    return [one for one in DAYS if one in used | {"hours", "saturday", "sunday", "holiday"}]


def fields_of(document: Mapping[str, Any], language: str) -> dict[str, str]:
    """Every field with its text as somebody who reads `language` sees it."""
    found: dict[str, str] = {}
    for g, group in enumerate(document.get("windows", ())):
        for place, held in group.get("hours", {}).items():
            by_day = _by_day(held)
            found |= {f"w|{g}|{place}|{day}": _said(by_day.get(day, ""), language) for day in days(group)}
        found |= {f"w|{g}|{NEW}|{name}": "" for name in ("place", *days(group))}
    for place, caps in document.get("caps", {}).items():
        for i, cap in enumerate(caps):
            found[f"c|{place}|{i}|of"] = "+".join(of_set(cap.get("of", ())))
            found[f"c|{place}|{i}|at_most"] = str(cap.get("at_most", ""))
            found[f"c|{place}|{i}|per"] = str(cap.get("per", ""))
    found |= {f"c|{NEW}|place": EVERYWHERE, f"c|{NEW}|of": "", f"c|{NEW}|at_most": "", f"c|{NEW}|per": "day"}
    return found | {f"n|{name}": str(_number_of(document, name)) for name in NUMBERS}


def changed(document: Mapping[str, Any], form: Mapping[str, str], language: str) -> dict[str, str]:
    """The fields that somebody typed something else into than the document says."""
    shown = fields_of(document, language)
    return {
        name: form[name].strip()
        for name, text in shown.items()
        if name in form and form[name].strip() != text.strip()
    }


def written(document: Mapping[str, Any], typed: Mapping[str, str]) -> PolicyTyped:
    """The document with what was typed in the fields that `changed` gives."""
    done = PolicyTyped(dict(document))
    if "windows" in document:
        done.document["windows"] = [
            {**group, "hours": _hours(g, group, typed, done)} for g, group in enumerate(document["windows"])
        ]
    caps = _caps(document, typed, done)
    if caps or "caps" in document:
        done.document["caps"] = caps
    for name in NUMBERS:
        done.fields[name] = f"n|{name}"
        if f"n|{name}" in typed:
            _put(done.document, name, _whole(typed[f"n|{name}"]))
    return done


def cap_sets(document: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """What a cap may be of: each category that something stops, and what the document counts together."""
    open_to_all = {name for name, one in document.get("categories", {}).items() if not one.get("always_open")}
    alone = [(one,) for one in CATEGORIES if one in open_to_all]
    together = [of_set(cap["of"]) for caps in document.get("caps", {}).values() for cap in caps]
    together += [of_set(group.get("for", ())) for group in document.get("windows", ())]
    return list(dict.fromkeys([*alone, *sorted(one for one in together if len(one) > 1)]))


def of_set(names: Sequence[str]) -> tuple[str, ...]:
    """Categories in their usual order."""
    return tuple(one for one in CATEGORIES if one in names)


def _hours(g: int, group: Mapping[str, Any], typed: Mapping[str, str], done: PolicyTyped) -> dict[str, Any]:
    """A group's hours by place; a place whose every cell was emptied is left out."""
    found = {}
    for place, held in group.get("hours", {}).items():
        head = f"w|{g}|{place}"
        cells = {day: typed[f"{head}|{day}"] for day in DAYS if f"{head}|{day}" in typed}
        after = _with_cells(held, cells)
        if "hours" not in _by_day(after) and (place == EVERYWHERE or any(one in DAYS for one in after)):
            done.wrong[f"{head}|hours"] = Problem(DocumentCode.MISSING)
        if after:
            found[place] = after
            done.fields.update(_places_of(f"windows[{g}].hours.{place}", head))
    head = f"w|{g}|{NEW}"
    cells = {day: typed[f"{head}|{day}"] for day in DAYS if typed.get(f"{head}|{day}")}
    place = unicodedata.normalize("NFKC", typed.get(f"{head}|place", "")).upper()
    if place and place in found:
        done.wrong[f"{head}|place"] = Problem(DocumentCode.TWICE, {"value": repr(place)})
    elif cells and not place:
        done.wrong[f"{head}|place"] = Problem(DocumentCode.MISSING)
    elif place:
        done.fields.update(_places_of(f"windows[{g}].hours.{place}", head))
        found[place] = _with_cells("", cells)
        if not cells.get("hours"):
            done.wrong[f"{head}|hours"] = Problem(DocumentCode.MISSING)
    return found


def _places_of(place: str, head: str) -> dict[str, str]:
    return {place: f"{head}|hours"} | {f"{place}.{day}": f"{head}|{day}" for day in DAYS}


def _with_cells(held: Any, cells: Mapping[str, str]) -> Any:
    """A place's hours with some days changed, as one text where they were and are the same every day; {}
    where no hours are left."""
    after = {
        day: value for day, value in _by_day(held).items() if value != "" and cells.get(day, value) != ""
    }
    after |= {day: _meant(text) for day, text in cells.items() if text}
    return after["hours"] if isinstance(held, str) and list(after) == ["hours"] else after


def _by_day(held: Any) -> Mapping[str, Any]:
    return held if isinstance(held, Mapping) else {"hours": held}


def _caps(document: Mapping[str, Any], typed: Mapping[str, str], done: PolicyTyped) -> dict[str, Any]:
    """The caps by place; one whose number was emptied is left out."""
    found: dict[str, Any] = {}
    for place, caps in document.get("caps", {}).items():
        kept = [(i, one) for i, one in enumerate(_each_cap(place, caps, typed)) if one]
        for to, (i, _) in enumerate(kept):
            done.fields.update(
                {f"caps.{place}[{to}].{name}": f"c|{place}|{i}|{name}" for name in ("of", "at_most", "per")}
            )
        if kept:
            found[place] = [one for _, one in kept]
    head = f"c|{NEW}"
    if at_most := typed.get(f"{head}|at_most"):
        place = unicodedata.normalize("NFKC", typed.get(f"{head}|place", EVERYWHERE)).upper()
        of = [one for one in typed.get(f"{head}|of", "").split("+") if one]
        added = {"of": of, "at_most": _whole(at_most), "per": typed.get(f"{head}|per", "day")}
        found[place] = [*found.get(place, ()), added]
        last = f"caps.{place}[{len(found[place]) - 1}]"
        done.fields.update({f"{last}.{name}": f"{head}|{name}" for name in ("of", "at_most", "per")})
        done.fields[f"caps.{place}"] = f"{head}|place"
        if not of:
            done.wrong[f"{head}|of"] = Problem(DocumentCode.MISSING)
    return found


def _each_cap(
    place: str, caps: Sequence[Mapping[str, Any]], typed: Mapping[str, str]
) -> Iterator[Mapping[str, Any] | None]:
    for i, cap in enumerate(caps):
        head = f"c|{place}|{i}"
        at_most = typed.get(f"{head}|at_most")
        if at_most == "":
            yield None
            continue
        after = cap if at_most is None else {**cap, "at_most": _whole(at_most)}
        after = {**after, "per": typed[f"{head}|per"]} if f"{head}|per" in typed else after
        yield {**after, "of": typed[f"{head}|of"].split("+")} if typed.get(f"{head}|of") else after


def _number_of(document: Mapping[str, Any], name: str) -> Any:
    inside: Any = document
    for part in name.split("."):
        inside = inside.get(part) if isinstance(inside, Mapping) else None
    return NUMBERS[name] if inside is None else inside


def _put(document: dict[str, Any], name: str, value: Any) -> None:
    """Set `a.b` of a document; what lies in between is copied, not changed."""
    head, _, rest = name.partition(".")
    document[head] = {**document.get(head, {}), rest: value} if rest else value


def _whole(text: str) -> int | str:
    """A number as the document holds it; what is none stays text, and is refused with its place."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _said(value: Any, language: str) -> str:
    """Hours as the form shows them: `closed` and the names of days in words."""
    return named("day", value, language) if value in NAMED else str(value)


def _meant(text: str) -> str:
    """Hours as the document holds them, from words in any language of the console."""
    plain = unicodedata.normalize("NFKC", text).strip()
    known = {named("day", one, language).casefold(): one for language in languages() for one in NAMED}
    return known.get(plain.casefold(), plain.replace("–", "-").replace("~", "-").replace("、", ","))
