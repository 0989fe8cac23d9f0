"""Which live campaigns would no longer do what they say once an event type or the attributes go live: one
names a field that is gone, or compares it as what it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.check import check
from chalicelib.intake.vocabulary import over_shipped
from chalicelib.problems import Problem


def broken_by(
    name: str, document: Mapping[str, Any], live: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    """What is newly wrong with the campaigns among the `live` documents once `document` is live as `name`."""
    before, after = over_shipped(live), over_shipped({**live, name: document})
    for one, campaign in live.items():
        if not one.startswith("campaign#"):
            continue
        found = [each for each in check(campaign, (), after) if not each.warning]
        known = {(each.code, each.place) for each in check(campaign, (), before)} if found else set()
        for problem in found:
            if (problem.code, problem.place) not in known:
                values = {"campaign": str(campaign.get("id", one)), "problem": problem}
                yield Problem(Code.CAMPAIGN_NEEDS_IT, values)
