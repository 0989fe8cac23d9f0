"""Event types and attributes that are slightly wrong: each mistake with its file and line, the neighbours as
if it were not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.campaign import campaign_from
from chalicelib.campaigns.check import check
from chalicelib.campaigns.declarations import check_event_type
from chalicelib.campaigns.declared_uses import broken_by
from chalicelib.campaigns.files import check_folder
from chalicelib.campaigns.matching import match
from chalicelib.campaigns.word_files import check_words
from chalicelib.i18n.problems import words
from chalicelib.intake.event import BadEvent, envelope, event_from
from chalicelib.intake.vocabulary import over_shipped
from chalicelib.store.schema.base import replace
from tests.support.factories import BRANDS, NOW, WANG_ON_PLAN, campaign_document

TITLE = "title: {zh-CN: 快递, en: a parcel}"
MOMENT = "example: '2026-11-24T01:00:00+08:00'"
EVENT = f"""{TITLE}
fields:
  parcel: {{type: name, example: P-1}}
  weight: {{type: number, most: 50, example: 2.5}}
  shop: {{type: text, example: A}}
"""
CAMPAIGN = """id: thanks
title: {zh-CN: 谢谢, en: Thanks}
category: service
trigger: {event: parcel.received, when: shade == 'a'}
occasion: "{{ parcel }}"
sample: {parcel: P-1, weight: 2.5, shop: A}
"""
ATTRIBUTES = "shade: {type: choice, choices: [a, b], title: {zh-CN: 色号, en: Shade}, example: a}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A type, an attribute and a campaign that are sound."""
    for name in ("events", "thanks"):
        (tmp_path / name).mkdir()
    (tmp_path / "events" / "parcel.received.yaml").write_text(EVENT)
    (tmp_path / "attributes.yaml").write_text(ATTRIBUTES)
    (tmp_path / "thanks" / "campaign.yaml").write_text(CAMPAIGN)
    for language in ("zh-CN", "en"):
        (tmp_path / "thanks" / f"{language}.txt.j2").write_text("{{ parcel }}")
    return tmp_path


def found_in(folder: Path) -> list[str]:
    """`file:line code` of what is wrong, `warning` behind it where it is one; words in both languages."""
    found = check_folder(folder)
    for one in found:
        said = [words(one.problem, language) for language in ("en", "zh-CN")]
        assert len(set(said)) == 2, said
        assert not [each for each in said if "%(" in each]
    return [f"{one.file.name}:{one.line} {one.problem.code}{' warning' * one.warning}" for one in found]


def test_what_is_sound_has_no_problems(folder: Path) -> None:
    assert found_in(folder) == []


# What stands in a file of its own, other.happened.yaml; the code and the line of what is wrong with it.
OTHERS: dict[str, tuple[str, list[str]]] = {
    "nothing": ("", ["1 not_languages"]),
    "a remark": ("# later\n", ["1 not_languages"]),
    "a list": ("- a\n", ["1 no_fields"]),
    "a tab": (f"{TITLE}\nfields:\n\tpaid: 1\n", ["3 not_yaml"]),
    "two documents": (f"{TITLE}\n---\na: 1\n", ["2 not_yaml"]),
    "very deep": (f"{TITLE}\nfields: {'[' * 100_000}\n", ["2 not_yaml"]),
    "an anchor in itself": (f"{TITLE}\nfields: &a\n  paid: *a\n", ["1 not_yaml"]),
    "an anchor for two fields": (f"{TITLE}\nfields:\n  a: &n {{type: whole, example: 1}}\n  b: *n\n", []),
    "a byte order mark": (f"\ufeff{TITLE}\n", []),
    "thousands of digits": (
        f"{TITLE}\nfields:\n  n: {{type: whole, most: {'9' * 5000}, example: 1}}\n",
        ["3 vocabulary.limits"],
    ),
    "a field twice": (f"{TITLE}\n{TITLE}\n", ["2 stands_twice"]),
    "no words in one language": ("title: {en: x}\n", ["1 vocabulary.untitled warning"]),
    "words for nobody": ("title: {zh-CN: 别, en: x, fr: y}\n", ["1 language.unknown"]),
    "no length of time": (
        f"{TITLE}\nworth: 0h\nclock: {{behind: 0d}}\n",
        ["2 vocabulary.no_length", "3 vocabulary.no_length"],
    ),
    "an occasion of nothing there is": (f"{TITLE}\noccasion: '{{{{ parcle }}}}'\n", ["2 not_in_occasion"]),
    "an occasion that may be empty": (
        f"{TITLE}\noccasion: '{{{{ a }}}}'\nfields:\n  a: {{type: name, optional: true, example: x}}\n",
        ["2 unknown_fails"],
    ),
    "an occasion that is none": (f"{TITLE}\noccasion: '{{{{ event_id'\n", ["2 unreadable"]),
    "a region that may be missing": (
        f"{TITLE}\nabout: region\nfields:\n  region: {{type: region, optional: true, example: 湖南}}\n",
        ["4 vocabulary.region"],
    ),
    "attributes of a region": (
        f"{TITLE}\nabout: region\nfields:\n  region: {{type: region, example: 湖南}}\n"
        "  g: {type: choice, choices: [a], example: a}\nsets: {shade: g}\n",
        ["6 vocabulary.nobody"],
    ),
}


@pytest.mark.parametrize(("text", "codes"), OTHERS.values(), ids=OTHERS.keys())
def test_a_file_is_refused_with_its_line_and_its_neighbours_are_not(
    text: str, codes: list[str], folder: Path
) -> None:
    (folder / "events" / "other.happened.yaml").write_text(text, encoding="utf-8")
    assert found_in(folder) == [f"other.happened.yaml:{code}" for code in codes]


# One field of a type (`x: …`, on line 3), and what is wrong with it.
FIELDS: dict[str, tuple[str, str]] = {
    "a name of the language": ("not: {type: whole, example: 1}", "vocabulary.taken"),
    "a name of Jinja's": ("loop: {type: whole, example: 1}", "vocabulary.taken"),
    "a name of every text's": ("thresholds: {type: whole, example: 1}", "vocabulary.taken"),
    "a unit that is no text": ("x: {type: whole, unit: [MB], example: 1}", "not_text"),
    "a past that is neither": (f"x: {{type: moment, past: yes, {MOMENT}}}", "not_boolean"),
    "a number of nobody's form": ("x: {type: msisdn, example: hello}", "vocabulary.example"),
    "a choice twice": ("x: {type: choice, choices: [a, b, Ａ], example: a}", "vocabulary.choice"),
    "a choice that is nothing": ("x: {type: choice, choices: [a, null], example: a}", "vocabulary.choice"),
    "a choice of blanks": ("x: {type: choice, choices: [' ', a], example: a}", "vocabulary.choice"),
    "choices yes and no": ("x: {type: choice, choices: [yes, no], example: yes}", ""),
    "an example of yes": ("x: {type: yes_no, example: 是}", ""),
    "an example on no day": ("x: {type: day, example: 2026-02-30}", "vocabulary.example"),
    "an example that is no number": ("x: {type: number, example: !!float .nan}", "vocabulary.example"),
    "limits that are none": ("x: {type: number, most: !!float .inf, example: 1}", "vocabulary.limits"),
    "an option of another type": ("x: {type: text, lenght: 5, example: a}", "vocabulary.option"),
    "after itself": (f"x: {{type: moment, after: x, {MOMENT}}}", "vocabulary.field"),
    "within nothing": (f"x: {{type: moment, within: 0d, {MOMENT}}}", "vocabulary.no_length"),
}


@pytest.mark.parametrize(("field", "code"), FIELDS.values(), ids=FIELDS.keys())
@pytest.mark.parametrize("of", ["event", "attribute"])
def test_a_field_is_refused_with_its_line(field: str, code: str, of: str, folder: Path) -> None:
    if of == "event":
        path = folder / "events" / "other.happened.yaml"
        path.write_text(f"{TITLE}\nfields:\n  {field}\n", encoding="utf-8")
    else:
        path = folder / "attributes.yaml"
        path.write_text(f"{ATTRIBUTES}# one more\n{field}\n", encoding="utf-8")
    if of == "attribute" and any(one in field for one in ("past:", "after:", "within:")):
        code = "vocabulary.option"  # there is no event around it
    found = found_in(folder)
    assert (f"{path.name}:3 {code}" in found) if code else found == []
    assert {one.partition(":")[0] for one in found} <= {path.name}


# What stands behind the fields of parcel.received (line 6), and what is wrong with it.
BEHIND: dict[str, tuple[str, str]] = {
    "a circle": ("derived: {a: b + weight, b: a + 1}", "vocabulary.circle"),
    "itself": ("derived: {a: a + 1}", "vocabulary.circle"),
    "a text that looks like a name": ("derived: {a: \"'b' if weight else 'x'\", b: \"'a'\"}", ""),
    "a name that there is not": ("derived: {a: wieght * 2}", "vocabulary.field"),
    "a name of the language's": ("derived: {if: weight}", "vocabulary.taken"),
    "a name in capitals": ("derived: {Twice: weight * 2}", "vocabulary.name"),
    "a text in a sum, behind a condition": (
        "derived: {a: weight + shop if weight > 40 else 0}",
        "expression.kind",
    ),
    "a text and a number compared": ("derived: {a: weight > 40 and shop > 5}", "expression.kinds"),
    "a text or a number": ("derived: {a: weight if weight > 40 else shop}", "expression.kinds"),
    "days of a text": ("derived: {a: shop | days_after(event_day)}", "derived.fails"),
    "minus a text": ("derived: {a: -shop}", "derived.fails"),
    "by nothing": ("derived: {a: weight / 0}", "derived.fails"),
    "a number beyond all": ("derived: {a: weight * 1e400}", "expression.part"),
    "a list": ("derived: {a: [weight]}", "expression.part"),
    "an attribute that there is not": ("sets: {shaed: shop}", "vocabulary.attribute"),
    "a list of fields": ("sets: {shade: [shop]}", "vocabulary.field"),
    "a field of another kind": ("sets: {shade: weight}", "vocabulary.other_kind"),
    "a field that can hold more": ("sets: {shade: parcel}", "vocabulary.example"),
}


@pytest.mark.parametrize(("line", "code"), BEHIND.values(), ids=BEHIND.keys())
def test_what_is_worked_out_and_set_is_refused_with_its_line(line: str, code: str, folder: Path) -> None:
    (folder / "events" / "parcel.received.yaml").write_text(f"{EVENT}{line}\n")
    found = found_in(folder)
    if code:
        assert f"parcel.received.yaml:6 {code}" in found
        assert {one.partition(":")[0] for one in found} == {"parcel.received.yaml"}, "no campaign is blamed"
    else:
        assert {one.partition(" ")[2] for one in found} == {"not_in_sample"}, "the campaign has to say more"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Other.happened.yaml", "vocabulary.type"),
        ("other.yaml", "vocabulary.type"),
        ("other..happened.yaml", "vocabulary.type"),
        ("other.happened..yaml", "vocabulary.type"),
        ("别的.事件.yaml", "vocabulary.type"),
        ("other.happened.yml", "not_an_event_file"),
        ("case.opened.yaml", "vocabulary.out"),
        ("number.assigned.yaml", "vocabulary.needs"),
        ("plan.changed.yaml", "vocabulary.needs"),
        ("complaint.opened.yaml", ""),
    ],
)
def test_the_name_of_a_file_is_that_of_a_type(name: str, code: str, folder: Path) -> None:
    (folder / "events" / name).write_text(f"{TITLE}\nfields:\n  a: {{type: whole, example: 1}}\n")
    found = found_in(folder)
    assert {one.partition(" ")[2] for one in found} == ({code} if code else set())


def test_an_attribute_that_is_wrong_takes_no_other_with_it(folder: Path) -> None:
    (folder / "attributes.yaml").write_text(f"size: {{type: whol, example: 1}}\n{ATTRIBUTES}")
    (folder / "events" / "parcel.received.yaml").write_text(f"{EVENT}sets: {{size: weight, shade: shop}}\n")
    campaign = folder / "thanks" / "campaign.yaml"
    campaign.write_text(CAMPAIGN.replace("shade == 'a'", "shade == 'a' and size > 5"))
    known, found = check_words(folder)
    assert [(one.line, one.problem.place, one.problem.close) for one in found] == [
        (1, "size.type", "whole"),
        (6, "sets.shade", ""),
    ]
    assert list(known.attributes) == ["shade"]


def test_headings_of_two_are_warned_of(folder: Path) -> None:
    second = "second: {type: whole, title: {zh-CN: 手机号, en: Shade}, example: 1}\n"
    (folder / "attributes.yaml").write_text(ATTRIBUTES + second)
    assert found_in(folder) == ["attributes.yaml:2 vocabulary.heading warning"] * 2


def test_what_live_campaigns_name_cannot_go(folder: Path) -> None:
    del folder
    number = {"type": "number", "example": 1}
    kind = {"title": {"zh-CN": "快递", "en": "a parcel"}, "fields": {"weight": number}}
    live = {
        "attributes": {"size": number, "other": number},
        "event#parcel.received": kind,
        "campaign#thanks": campaign_document(
            id="thanks",
            trigger={"event": "parcel.received", "when": "weight > 2"},
            audience="size > 5",
            occasion="{{ event_id }}",
            sample={"weight": 1},
            thresholds={},
            texts={"text": {"zh-CN": "您好", "en": "Hello"}},
        ),
    }

    def broken(name: str, document: object) -> list[tuple[str, str]]:
        found = [one.values["problem"] for one in broken_by(name, document, live)]  # type: ignore[arg-type]
        return [(one.place, one.code) for one in found]  # type: ignore[attr-defined]

    assert broken("attributes", {"size": number}) == []
    assert broken("attributes", {"other": number}) == [("audience", "not_a_variable_here")]
    assert broken("attributes", {"size": {"type": "text", "example": "a"}}) == [("audience", "kinds_differ")]
    lighter = {**kind, "fields": {"wieght": number}}
    assert ("trigger.when", "not_a_variable_here") in broken("event#parcel.received", lighter)


OWN: dict[str, Any] = {
    "arpu": {"type": "number", "example": 96},
    "device": {"type": "text", "longest": 5, "example": "M"},
    "vip": {"type": "yes_no", "example": True},
    "ends": {"type": "day", "example": "2026-11-30"},
    "shade": {"type": "choice", "choices": ["a", "b"], "example": "a"},
}
FIELD_TYPES: dict[str, tuple[Any, dict[str, list[Any]]]] = {  # an example, and options that it may have
    "number": (2, {"least": [-5, 0, 1], "most": [2, 10**12], "no_limit": [True]}),
    "whole": (2, {"least": [-5, 1], "most": [2, 50]}),
    "text": ("x", {"longest": [1, 300]}),
    "name": ("n", {"longest": [1, 300]}),
    "choice": ("a", {"choices": [["a"], ["a", "B"]]}),
    "yes_no": (True, {}),
    "day": ("2026-11-30", {"no_end": [True]}),
    "moment": ("2026-11-23T01:00:00+08:00", {"past": [True], "within": ["366d"]}),
    "region": ("湖南/长沙", {}),
}
VALUE: st.SearchStrategy[Any] = st.one_of(
    st.none() | st.booleans() | st.integers(-9, 10**13) | st.floats(-99, 1e13) | st.text(max_size=5),
    st.sampled_from(
        ["", "a", "B", "是", "2026-11-30", "9999-12-31", "2026-11-24T01:00:00Z", "不限", "y" * 300]
    ),
)


def field(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    example, options = FIELD_TYPES[kind]
    given_ = {name: st.sampled_from(values) for name, values in options.items()}
    needed = {"choices": given_.pop("choices")} if "choices" in given_ else {}
    return st.fixed_dictionaries(
        {"type": st.just(kind), "example": st.just(example), **needed},
        optional={"optional": st.booleans(), **given_},
    )


def expression(*names: str) -> st.SearchStrategy[str]:
    how = st.sampled_from(["+", "-", "*", "/", "//", "<", "==", "and", "or"])
    return st.recursive(
        st.sampled_from(names),
        lambda inner: st.one_of(
            st.tuples(inner, how, inner).map(lambda one: f"({one[0]} {one[1]} {one[2]})"),
            st.tuples(inner, inner, inner).map(lambda one: f"({one[0]} if {one[1]} else {one[2]})"),
            inner.map(lambda one: f"(not {one})"),
        ),
        max_leaves=3,
    )


DECLARED = st.fixed_dictionaries(
    {
        "title": st.just({"zh-CN": "快递", "en": "a parcel"}),
        "fields": st.dictionaries(
            st.sampled_from("abc"), st.sampled_from(sorted(FIELD_TYPES)).flatmap(field), min_size=1
        ),
    },
    optional={
        "derived": st.fixed_dictionaries({"x": expression("a", "b", "c", "2", "event_day")}),
        "sets": st.dictionaries(st.sampled_from(sorted(OWN)), st.sampled_from("abcx"), max_size=2),
        "worth": st.sampled_from(["6h", {"until": "a"}]),
    },
)
CONDITION = expression("a", "b", "x", "arpu", "device", "vip", "ends", "tier", "2", "'x'", "today")


@settings(max_examples=120)
@given(
    DECLARED,
    CONDITION,
    CONDITION,
    st.sampled_from(["{{ a }}", "{{ a }}/{{ x }}", "{{ event_id }}"]),
    st.data(),
)
def test_what_is_accepted_works_with_whatever_comes(
    document: dict[str, Any], when: str, audience: str, occasion: str, data: st.DataObject
) -> None:
    known = over_shipped({"attributes": OWN, "event#parcel.received": document})
    if any(not one.warning for one in check_event_type("parcel.received", document, known.attributes)):
        return
    kind = known.events["parcel.received"]
    sample = {one.name: one.example for one in kind.variables if one.example not in (None, "")}
    whole = campaign_document(
        trigger={"event": "parcel.received", "when": when},
        audience=audience,
        occasion=occasion,
        sample=sample,
        thresholds={},
        texts={"text": {"zh-CN": "您好", "en": "Hello"}},
    )
    fit = all(one.warning for one in check(whole, list(BRANDS.values()), known))
    raw: dict[str, Any] = {"id": "e-1", "time": NOW.isoformat(), "subscriber_id": "s-1"}
    for one in kind.fields:
        if data.draw(st.integers(0, 4)):
            raw[one.name] = data.draw(st.just(one.example) | VALUE)
    try:
        event = event_from(kind.name, raw, NOW, known)
    except BadEvent:
        return
    assert event_from(kind.name, json.loads(envelope(event, "operator.x"))["detail"], NOW, known) == event
    for attribute, source in kind.sets.items():
        if event.fields[source] not in ("", None):
            known.attributes[attribute].field.read(source, event.fields[source])
    own = data.draw(
        st.fixed_dictionaries(
            {}, optional={"arpu": st.integers(0, 9), "device": st.just("M"), "vip": st.booleans()}
        )
    )
    if fit:
        match(event, replace(WANG_ON_PLAN, own_fields=own), [campaign_from(whole, 1, known)], {}, BRANDS, NOW)
