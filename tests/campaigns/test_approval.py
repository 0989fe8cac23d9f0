"""The life of a version: what may follow what, who may take a step, what is missing."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.approval import (
    STATES,
    STEPS,
    ApprovalStep,
    TransitionRefused,
    countries_to_register,
    missing,
)
from chalicelib.campaigns.lifecycle import VersionConflict, Who
from chalicelib.care import reads
from chalicelib.problems import BadDocument, Problem
from chalicelib.store import audit, catalogue
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.catalogue import Document, version_text
from tests.english import refused
from tests.support.factories import SKYLARK, YUNTONG, campaign_document
from tests.support.service import Service

DRAFT = Document(
    name="campaign#plan-offer",
    version=version_text(3),
    document={"id": "plan-offer"},
    status="draft",
    by="li.na",
    at="2026-11-23T02:00:00.000Z",
)
LI, ZHAO, WU = Who("li.na", "marketing"), Who("zhao.lei", "marketing"), Who("wu.di", "admin")


@pytest.mark.parametrize(("status", "step"), list(itertools.product(STATES, STEPS)))
def test_only_steps_of_the_table_may_be_taken(status: str, step: ApprovalStep) -> None:
    found = missing(replace(DRAFT, status=status), step, "zhao.lei")
    assert bool(found) is (status not in STEPS[step][0])
    assert all(one.code == "state_moved_on" for one in found)


@pytest.mark.parametrize(
    ("version", "step", "by", "more", "codes"),
    [
        (
            DRAFT,
            "submit",
            "li.na",
            {"problems": [Problem("empty_text", place="texts.text.en")]},
            ["empty_text"],
        ),
        (DRAFT, "submit", "li.na", {"problems": [Problem("dear_character", place="x", warning=True)]}, []),
        (replace(DRAFT, status="in_review"), "approve", "li.na", {}, ["author_approves"]),
        (
            replace(DRAFT, status="in_review", submitted_by="wu.di"),
            "approve",
            "wu.di",
            {},
            ["author_approves"],
        ),
        (replace(DRAFT, status="in_review", submitted_by="wu.di"), "approve", "zhao.lei", {}, []),
        (replace(DRAFT, status="in_review"), "send_back", "li.na", {}, []),
        (replace(DRAFT, status="approved"), "go_live", "li.na", {"countries": ["CN"]}, ["not_registered"]),
        (
            replace(DRAFT, status="approved", document={"registrations": {"CN": "T-1001"}}),
            "go_live",
            "li.na",
            {"countries": ["CN"]},
            [],
        ),
        (
            replace(DRAFT, status="approved", document={"registrations": {"IN": "1201159/1107161"}}),
            "go_live",
            "li.na",
            {"countries": ["IN"]},
            [],
        ),
        (
            replace(DRAFT, status="approved", document={"registrations": {"IN": "1107161"}}),
            "go_live",
            "li.na",
            {"countries": ["IN"]},
            ["not_the_form"],
        ),
        (replace(DRAFT, status="approved"), "go_live", "li.na", {"people": 40_000}, ["not_confirmed"]),
        (
            replace(DRAFT, status="approved"),
            "go_live",
            "li.na",
            {"people": 40_000, "typed": "4000"},
            ["not_confirmed"],
        ),
        (replace(DRAFT, status="approved"), "go_live", "li.na", {"people": 40_000, "typed": "40,000"}, []),
        (replace(DRAFT, status="approved"), "go_live", "li.na", {"people": 9_999}, []),
        (replace(DRAFT, status="approved"), "go_live", "li.na", {"people": None}, []),
    ],
    ids=[
        "problems stop it",
        "warnings do not",
        "the author cannot approve",
        "who submitted cannot approve",
        "a second person can",
        "the author may take it back",
        "not registered",
        "registered",
        "registered in India",
        "half of India's number",
        "forty thousand",
        "wrong number",
        "number typed",
        "few",
        "an event decides",
    ],
)
def test_what_is_missing(
    version: Document, step: ApprovalStep, by: str, more: dict[str, Any], codes: list[str]
) -> None:
    assert [one.code for one in missing(version, step, by, **more)] == codes


POLICY = {
    "registration": ["CN"],
    "countries": {"CN": {"calling_codes": ["86"]}, "US": {"calling_codes": ["1"]}},
}


@pytest.mark.parametrize(
    ("brand", "expected"), [("*", ["CN"]), ("yuntong", ["CN"]), ("skylark", [])], ids=lambda one: str(one)
)
def test_registration_is_asked_for_where_the_brand_texts(brand: str, expected: list[str]) -> None:
    assert countries_to_register({"brand": brand}, [YUNTONG, SKYLARK], POLICY) == expected


def offer(**fields: Any) -> dict[str, Any]:
    return campaign_document(id="plan-offer", registrations={"CN": "T-1001"}, **fields)


def test_two_people_bring_a_campaign_to_life_and_every_step_is_in_the_trail(service: Service) -> None:
    name, now = "campaign#plan-offer", service.now
    saved = lifecycle.save(name, offer(), LI, now, base=0)
    assert (saved.number, saved.status, saved.by) == (1, "draft", "li.na")
    lifecycle.take("submit", name, 1, LI, now)
    assert reads.load().reviews == {("plan-offer", "li.na")}
    with refused(TransitionRefused, "ask a colleague"):
        lifecycle.take("approve", name, 1, LI, now)
    lifecycle.take("approve", name, 1, ZHAO, now)
    assert not reads.load().reviews
    assert name not in catalogue.control().live
    lifecycle.take("go_live", name, 1, LI, now)
    assert catalogue.control().live[name] == 1
    version = lifecycle.get("campaign#plan-offer", 1)
    assert version is not None
    assert (version.by, version.approved_by, version.live_by) == ("li.na", "zhao.lei", "li.na")
    trail = audit.of_day(now.date().isoformat()).records
    assert sorted(one.action for one in trail) == ["approve", "go_live", "save", "submit"]
    assert all(one.what == "campaign#plan-offer v1" for one in trail)


def alive(service: Service, name: str = "campaign#plan-offer") -> int:
    number = lifecycle.save(name, offer(), LI, service.now).number
    lifecycle.take("submit", name, number, LI, service.now)
    lifecycle.take("approve", name, number, ZHAO, service.now)
    lifecycle.take("go_live", name, number, WU, service.now)
    return number


def test_a_change_to_a_live_campaign_needs_approval_again(service: Service) -> None:
    name = "campaign#plan-offer"
    alive(service)
    changed = lifecycle.save(name, offer(priority=70), ZHAO, service.now, base=1)
    assert (changed.number, changed.status, changed.base) == (2, "draft", 1)
    assert catalogue.control().live[name] == 1
    with refused(TransitionRefused, "is “Draft” by now"):
        lifecycle.take("go_live", name, 2, ZHAO, service.now)
    lifecycle.take("submit", name, 2, ZHAO, service.now)
    assert reads.load().reviews == {("plan-offer", "zhao.lei")}
    lifecycle.take("approve", name, 2, LI, service.now)
    lifecycle.take("go_live", name, 2, LI, service.now + timedelta(hours=1))
    assert catalogue.control().live[name] == 2
    assert [one.status for one in lifecycle.history(name)] == ["live", "ended"]


def test_pause_resume_and_end(service: Service) -> None:
    name = "campaign#plan-offer"
    alive(service)
    lifecycle.take("pause", name, 1, LI, service.now)
    assert catalogue.control().holds_back("plan-offer")
    lifecycle.take("resume", name, 1, LI, service.now)
    assert not catalogue.control().holds_back("plan-offer")
    lifecycle.take("end", name, 1, LI, service.now)
    assert name not in catalogue.control().live
    with pytest.raises(TransitionRefused):
        lifecycle.take("go_live", name, 1, LI, service.now)


def test_ending_an_old_draft_leaves_the_live_version_alone(service: Service) -> None:
    alive(service)
    lifecycle.save("campaign#plan-offer", offer(priority=1), LI, service.now)
    lifecycle.take("end", "campaign#plan-offer", 2, LI, service.now)
    assert catalogue.control().live["campaign#plan-offer"] == 1


def test_a_draft_that_is_newer_than_what_is_in_review_takes_it_off_the_menu(service: Service) -> None:
    name = "campaign#plan-offer"
    lifecycle.save(name, offer(), LI, service.now)
    lifecycle.take("submit", name, 1, LI, service.now)
    lifecycle.save(name, offer(priority=60), ZHAO, service.now)
    assert not reads.load().reviews
    lifecycle.take("send_back", name, 1, ZHAO, service.now)
    lifecycle.take("submit", name, 1, LI, service.now)
    assert not reads.load().reviews, "the list shows the draft"


def test_what_is_not_fit_is_not_saved(service: Service) -> None:
    texts = {"text": {"zh-CN": "{{ nmae }}", "en": "{{ threshold }}% used"}}
    with refused(BadDocument, "Did you mean `name`"):
        lifecycle.save("campaign#plan-offer", offer(texts=texts), LI, service.now)
    assert lifecycle.history("campaign#plan-offer") == []


def test_whoever_saves_over_somebody_elses_change_is_told(service: Service) -> None:
    name = "campaign#plan-offer"
    lifecycle.save(name, offer(), LI, service.now, base=0)
    lifecycle.save(name, offer(priority=60), ZHAO, service.now, base=1)
    with pytest.raises(VersionConflict, match=r"zhao\.lei saved version 2"):
        lifecycle.save(name, offer(priority=70), LI, service.now, base=1)
    assert len(lifecycle.history(name)) == 2


def test_a_text_names_the_version_it_went_out_with(service: Service) -> None:
    service.usage(95)
    service.deliver()
    text = service.texts()["2026-11/2026-11-30/100/data/90/text"]
    version = lifecycle.get(f"campaign#{text.campaign}", text.version)
    assert version is not None
    assert version.document["texts"]["text"]["zh-CN"].startswith("{%")
