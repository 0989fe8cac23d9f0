"""Not known is one thing, wherever it comes from: a built-in field, an attribute of the operator's, what an
event leaves out. It is empty, neither more nor less than anything, and nothing can be worked out of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns import audience, language
from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.check import check
from chalicelib.campaigns.facts import facts_for
from chalicelib.campaigns.language import Unrenderable
from chalicelib.campaigns.live import live_from
from chalicelib.campaigns.matching import in_audience
from chalicelib.intake.expressions import compiled
from chalicelib.intake.vocabulary import over_shipped
from chalicelib.store.schema.base import replace
from tests.english import said
from tests.support.factories import NOW, WANG, YUNTONG, campaign_document, shipped

NOBODY_KNOWS = replace(WANG, name="", region="", tier="", plan="", plan_ends_on="", birthday="", since="")
OF_BUILT_IN = ("name", "region", "tier", "plan", "plan_ends_on", "birthday", "since", "plan_title")
OF_ATTRIBUTES = ("device", "payment", "contract_ends_on", "arpu")
OF_EVENT = ("scope", "cycle_starts_on")
NAMES = (*OF_BUILT_IN, *OF_ATTRIBUTES, *OF_EVENT)
SAYS = {
    "{} < '2026-12-01'": False,
    "{} <= '2026-12-01'": False,
    "{} > '0'": False,
    "{} >= ''": False,
    "'' < {} < '2026-12-01'": False,
    "today > {}": False,
    "today <= {}": False,
    "{} < 100": False,
    "{} > -1": False,
    "100 > {}": False,
    "{}": False,
    "not {}": True,
    "{} == ''": True,
    "{} != ''": False,
    "{} == 'x'": False,
    "{} != 'x'": True,
    "{} in ['x', 'y']": False,
    "{} not in ['x', 'y']": True,
    "{} == other": False,
    "{} | length < 5": False,
    "{} | length >= 0": False,
    "{} | abs < 5": False,
    "{} * 2 < 5": False,
    "10 - {} < 5": False,
    "{} | default('z') == 'z'": True,
    "({} or 'z') == 'z'": True,
}


def made(**fields: Any) -> Campaign:
    return campaign_from(campaign_document(**fields))


def facts(carried: Mapping[str, Any]) -> dict[str, Any]:
    return facts_for(carried, NOBODY_KNOWS, made(), None, YUNTONG, NOW)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("source", SAYS)
def test_a_condition_means_the_same_of_whatever_is_not_known(name: str, source: str) -> None:
    known = facts({})
    other = next(one for one in NAMES if one != name)
    condition = source.format(name).replace("other", other)
    assert language.condition(condition)(known) is SAYS[source]
    assert (audience.fails([condition], known) == "") is SAYS[source], "whoever counts"
    assert in_audience(made(audience=condition), known) is SAYS[source], "whoever sends"


NO_NUMBER = ("used / none_left", "used // none_left", "used % none_left", "used / 0.0", "huge * huge * huge")


@pytest.mark.parametrize("part", NO_NUMBER)
@pytest.mark.parametrize("source", ["{} > 1", "{} < 1", "{} <= 0", "1 > {}", "{} == 0", "{}", "{} + 1 > 0"])
def test_what_there_is_no_number_for_is_neither_more_nor_less_than_anything(part: str, source: str) -> None:
    known = {"used": 5, "none_left": 0, "huge": 10**14}
    assert language.condition(source.format(f"({part})"))(known) is False
    with pytest.raises(Unrenderable) as wrong:
        language.text(f"a {{{{ {part} }}}} b", "en")(known)
    assert wrong.value.problem.code == "not_worked_out"


@pytest.mark.parametrize("value", [None, ""], ids=repr)
@pytest.mark.parametrize("name", ["ends_on", "case_id", "scope", "plan_ends_on"])
def test_what_a_job_carries_empty_is_not_known(name: str, value: object) -> None:
    known = facts({name: value})
    assert language.condition(f"{name} < '2026-12-01' or {name} > ''")(known) is False


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text", ["{{{{ {} }}}}", "{{{{ {} + 1 }}}}", "{{{{ {} | length }}}}", "{{{{ -{} }}}}"]
)
def test_no_text_goes_out_with_a_hole(name: str, text: str) -> None:
    with pytest.raises(Unrenderable):
        language.text(f"a {text.format(name)} b", "en")(facts({}))


@pytest.mark.parametrize(
    "text", ["{{% if {} > 100 %}}x{{% endif %}}y", "{{{{ 'x' if {} and {} > 100 else '' }}}}y"]
)
def test_a_text_may_ask_how_much_of_an_attribute_that_is_not_known(text: str) -> None:
    document = campaign_document(texts={"text": dict.fromkeys(("zh-CN", "en"), text.format("arpu", "arpu"))})
    assert [said(one) for one in check(document) if not one.warning] == []
    assert language.text(text.format("arpu", "arpu"), "en")(facts({})) == "y"


@pytest.mark.parametrize(
    "text", ["{{ arpu }}", "{{ arpu + 1 }}", "{{ arpu | number }}", "{{ 100 - balance }}"]
)
def test_a_text_that_would_have_a_hole_is_not_saved(text: str) -> None:
    document = campaign_document(texts={"text": dict.fromkeys(("zh-CN", "en"), text)})
    assert "unknown_fails" in [one.code for one in check(document)]


def test_the_conditions_that_ship_say_of_nobody_what_they_said() -> None:
    read = live_from(documents := shipped(), dict.fromkeys(documents, 1))
    asked = [one for one in read.campaigns.values() if not audience.membership_of(one).open_clauses]
    for one in asked:
        known = facts_for({}, NOBODY_KNOWS, one, None, YUNTONG, NOW)
        blank = {name: str(value) if value == "" else value for name, value in known.items()}
        holds = language.condition(one.audience)
        assert holds(known) is holds(blank), one.id
    assert len(asked) > 10


@pytest.mark.parametrize("expression", ["a + b", "a - b", "a * b", "a // b", "a % b", "-a // b"])
@given(a=st.integers(-1000, 1000), b=st.integers(-50, 50).filter(bool))
def test_a_condition_works_out_what_a_derived_field_does(expression: str, a: int, b: int) -> None:
    evaluate, _ = compiled(expression)
    derived = evaluate({"a": Decimal(a), "b": Decimal(b)})
    assert language.expression(expression)({"a": a, "b": b}) == derived


STORED = {
    "text": "Mate 60", "choice": "prepaid", "number": 96.5, "whole": 12, "yes_no": True, "day": "2027-03-31",
}  # fmt: skip
KEPT = {  # what is of the same kind wherever it came from
    ("number", "whole"), ("whole", "number"), ("text", "choice"), ("choice", "text"), ("day", "text"),
    ("day", "choice"),
}  # fmt: skip


@pytest.mark.parametrize("now", STORED)
@pytest.mark.parametrize("before", STORED)
def test_what_was_stored_while_an_attribute_was_of_another_type_is_not_known(before: str, now: str) -> None:
    declared = {"type": now, "example": STORED[now], **({"choices": ["prepaid"]} if now == "choice" else {})}
    known = over_shipped({"attributes": {"it": declared}})
    fits = before == now or (before, now) in KEPT
    assert dict(known.still_fitting({"it": STORED[before]})) == ({"it": STORED[before]} if fits else {})
