"""A condition whose parts do not go together is refused, one that is never so is warned of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns import kinds, language
from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.check import check
from chalicelib.campaigns.facts import facts_for
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.matching import in_audience
from chalicelib.intake.vocabulary import over_shipped
from chalicelib.store.schema.base import replace
from tests.support.factories import NOW, WANG_ON_PLAN, campaign_document

OWN: dict[str, Any] = {
    "arpu": {"type": "number", "example": 96},
    "device": {"type": "text", "example": "Mate 60"},
    "payment": {"type": "choice", "choices": ["prepaid", "postpaid"], "example": "prepaid"},
    "vip": {"type": "yes_no", "example": True},
    "ends": {"type": "day", "example": "2027-03-31"},
}
KNOWN = over_shipped({"attributes": OWN})


def told(audience: str) -> list[tuple[str, bool, str]]:
    """Code, whether it is a warning, and what was perhaps meant, of what is wrong with an audience."""
    found = check(campaign_document(audience=audience), vocabulary=KNOWN)
    assert {one.place for one in found} <= {"audience"}
    return [(one.code, one.warning, one.close) for one in found]


NEVER = ("never_equal", True, "")
DIFFER = ("kinds_differ", False, "")
CONDITIONS: list[tuple[str, list[tuple[str, bool, str]]]] = [
    ("arpu > 100", []),
    ("arpu > '100'", [DIFFER]),
    ("100 < device", [DIFFER]),
    ("1 < arpu < 'x'", [DIFFER]),
    ("arpu == '100'", [NEVER]),
    ("arpu in [100, '100']", [NEVER]),
    ("arpu in 'abc'", [DIFFER, ("in_letters", False, "")]),
    ("'Mate' in device", []),
    ("device in arpu", [DIFFER]),
    ("arpu in thresholds", []),
    ("device + 1 > 5", [DIFFER]),
    ("device + 'x' == 'yx'", []),
    ("device * 2 > 5", [DIFFER]),
    ("-device > 5", [DIFFER]),
    ("device | length > 5", []),
    ("device | upper > 5", [DIFFER]),
    ("device | default(5) > 5", []),
    ("arpu + 5 > 100 or arpu * 2 > 10 or -arpu < 5", []),
    ("vip", []),
    ("vip == true or vip == 1 or vip > 0", []),
    ("vip == 'yes'", [NEVER]),
    ("ends < '2027-01-01' and ends > today and plan_ends_on < ends", []),
    ("ends < 20270101", [DIFFER]),
    ("ends < '2027-02-30'", [("not_like_a_day", True, "")]),
    ("ends < '2027/2/3'", [("not_like_a_day", True, "")]),
    ("payment == 'Prepaid'", [("no_such_value", True, "prepaid")]),
    ("'prepiad' == payment", [("no_such_value", True, "prepaid")]),
    ("payment in ['prepaid', 'none']", [("no_such_value", True, "")]),
    ("status == 'activ'", [("no_such_value", True, "active")]),
    ("language == 'zh'", [("no_such_value", True, "")]),
    ("(device if vip else 'x') > 5", [DIFFER]),
    ("(device if vip else 5) > 5", [DIFFER]),
    ("(arpu or 5) > 5 and (device or 'x') == 'x'", []),
    ("(arpu and device) > 5", [DIFFER]),
]


@pytest.mark.parametrize(("audience", "found"), CONDITIONS)
def test_what_does_not_go_together_is_told(audience: str, found: list[tuple[str, bool, str]]) -> None:
    assert told(audience) == found


def test_what_each_tries_is_whatever_its_list_holds() -> None:
    trigger = {"event": "usage.reported", "each": {"word": "['a', 'b']"}, "when": "word < 'b' and used > 5"}
    document = campaign_document(trigger=trigger, occasion="{{ cycle }}/{{ word }}", thresholds={})
    sample = {name: one for name, one in document["sample"].items() if name != "threshold"}
    document["sample"] = {**sample, "word": "a"}
    document["texts"] = {"text": {"zh-CN": "您好", "en": "Hello"}}
    assert [(one.code, one.place) for one in check(document, vocabulary=KNOWN)] == []


def test_an_event_has_a_status_of_its_own() -> None:
    fields = {"status": {"type": "text", "example": "sent"}, "since": {"type": "number", "example": 5}}
    kind = {"title": {"zh-CN": "快递", "en": "a parcel"}, "fields": fields}
    trigger = {"event": "parcel.received", "when": "status == 'lost' and since > 3"}
    document = campaign_document(
        trigger=trigger, occasion="{{ event_id }}", sample={"status": "sent", "since": 5}
    )
    document["texts"] = {"text": {"zh-CN": "您好", "en": "Hello"}}
    assert check(document, vocabulary=over_shipped({"event#parcel.received": kind})) == []


def test_a_text_is_looked_at_with_its_line() -> None:
    text = "您好\n{% if device > 5 %}x{% endif %}"
    document = campaign_document(texts={"text": {"zh-CN": text, "en": "Hello"}})
    (one,) = [one for one in check(document, vocabulary=KNOWN) if one.code == "kinds_differ"]
    assert (one.place, one.line) == ("texts.text.zh-CN", 2)


PART = st.sampled_from(["arpu", "device", "payment", "vip", "ends", "5", "'x'", "'2027-01-01'"])
TREE = st.recursive(
    PART,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "<", ">=", "==", "in", "and", "or"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda one: f"(not {one})"),
    ),
    max_leaves=4,
)
OWNED = st.fixed_dictionaries(
    {},
    optional={
        "arpu": st.integers(-9, 9) | st.floats(-9, 9),
        "device": st.text(max_size=3),
        "payment": st.sampled_from(["prepaid", "postpaid"]),
        "vip": st.booleans(),
        "ends": st.dates().map(str),
    },
)


def asking(audience: str) -> Campaign:
    return campaign_from(campaign_document(audience=audience), vocabulary=KNOWN)


@settings(max_examples=60)
@given(audience=TREE, own=OWNED)
def test_what_is_accepted_never_fails_whoever_it_is_asked_of(audience: str, own: dict[str, Any]) -> None:
    made = asking(audience)
    try:
        tree = language.expression_tree(audience)
    except BadSource:
        return
    if any(not one.warning for one in kinds.problems_in(tree, made)):
        return
    person = replace(WANG_ON_PLAN, own_fields={name: one for name, one in own.items() if one != ""})
    assert in_audience(made, facts_for({}, person, made, None, None, NOW)) in (True, False)


@pytest.mark.parametrize("value", ["96", "a lot", True])
def test_a_value_of_a_type_that_an_attribute_had_before_is_not_known(value: object) -> None:
    person = replace(WANG_ON_PLAN, own_fields={"arpu": value, "device": "X", "gone": 5})
    made = asking("arpu > 5 or device == 'X'")
    facts = facts_for({}, person, made, None, None, NOW)
    assert in_audience(made, facts)
    assert "gone" not in facts
    assert not isinstance(value, str) or facts["arpu"] == ""
