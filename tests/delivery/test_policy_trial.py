"""What another policy would have done with a day's texts: other hours, fewer places, nothing older."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.delivery.caps import entry
from chalicelib.delivery.policy import policy_from
from chalicelib.delivery.policy_trial import Trial, of_one
from tests.support.factories import WANG, moment, policy_document

NOW = moment("2026-11-24 04:00")  # noon in Shanghai


def document(hours: str = "any", day: int = 2, week: int = 9, full: str = "suppress") -> dict[str, Any]:
    kinds = {name: dict(one) for name, one in policy_document()["categories"].items()}
    kinds["marketing"]["when_full"] = full
    caps = [
        {"of": ["marketing"], "at_most": day, "per": "day"},
        {"of": ["marketing"], "at_most": week, "per": "week"},
    ]
    windows = [{"for": ["marketing"], "hours": {"*": hours}}]
    return policy_document() | {"categories": kinds, "caps": {"*": caps}, "windows": windows}


def got(*hours_ago: int) -> list[dict[str, str]]:
    return [
        entry(f"mt#{n}", "offer", "marketing", NOW - timedelta(hours=ago)) for n, ago in enumerate(hours_ago)
    ]


CASES = {
    "the same rules change nothing": (document(), got(1, 5), Trial(1, 2)),
    "other hours": (document("13:00-20:00"), got(1, 20), Trial(1, 2, hours=1)),
    "fewer a day": (document(day=1), got(1, 5), Trial(1, 2, stopped=1)),
    "fewer a day, and what is more waits": (document(day=1, full="hold"), got(1, 5), Trial(1, 2, put_off=1)),
    "fewer a week, with what was sent before": (document(week=2), got(1, 40, 60), Trial(1, 1, stopped=1)),
    "what would have been stopped takes no place": (document(day=1), got(1, 2, 3), Trial(1, 3, stopped=2)),
    "looser rules": (document(day=9), got(1, 5), Trial(1, 2)),
    "older than a day": (document("13:00-20:00", day=1), got(24, 30), Trial(1)),
}


@pytest.mark.parametrize(("after", "recent", "found"), CASES.values(), ids=CASES.keys())
def test_what_would_have_been_otherwise(
    after: dict[str, Any], recent: list[dict[str, str]], found: Trial
) -> None:
    assert of_one(policy_from(document()), policy_from(after), WANG, recent, NOW) == found
