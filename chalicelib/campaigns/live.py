"""The live versions of campaigns, brands and plans, parsed once and kept until something goes live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from chalicelib import log
from chalicelib.campaigns.brand_rules import brand_from, plan_from
from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.document import read_beside
from chalicelib.document_codes import DocumentCode
from chalicelib.intake.vocabulary import Vocabulary, over_shipped, shipped
from chalicelib.problems import Problem
from chalicelib.store import catalogue
from chalicelib.store.records import Brand
from chalicelib.store.schema.catalogue import Control


@dataclass(frozen=True, slots=True)
class Live:
    """What a moment's decisions are made with. `policy` and `care` are the raw documents.

    `unread` are the documents that are live and cannot be read, and why: `campaign#...`, `brand#...`,
    `plans.<id>` ... They are left out, and everything else goes on.
    """

    campaigns: Mapping[str, Campaign]
    brands: Mapping[str, Brand]
    plans: Mapping[str, Mapping[str, Any]]
    policy: Mapping[str, Any]
    care: Mapping[str, Any] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=shipped)
    unread: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    def by_priority(self) -> list[Campaign]:
        """All live campaigns, the most important first."""
        return sorted(self.campaigns.values(), key=lambda one: (-one.priority, one.id))

    def started_by(self, event: str) -> list[Campaign]:
        """Those that an event of this type starts, the most important first."""
        return [one for one in self.by_priority() if one.trigger.event == event]

    @property
    def some_brand_unread(self) -> bool:
        """Whether a brand is live and cannot be read."""
        return any(name.startswith("brand#") for name in self.unread)

    def is_unread(self, campaign: str, brand: str = "") -> bool:
        """Whether the campaign, or the brand whose texts it sends, is live and cannot be read: its texts
        wait."""
        return f"campaign#{campaign}" in self.unread or f"brand#{brand}" in self.unread


_kept: tuple[int, Live] | None = None


def live(control: Control) -> Live:
    """The documents that `control` says are live; read again only when its stamp has changed."""
    global _kept
    if _kept is not None and _kept[0] == control.stamp:
        return _kept[1]
    fresh = live_from(catalogue.documents(control.live.items()), control.live)
    if fresh.unread:
        log.warn("live documents not read", names=", ".join(fresh.unread))
    _kept = (control.stamp, fresh)
    return fresh


def live_from(found: Mapping[str, Mapping[str, Any]], versions: Mapping[str, int]) -> Live:
    """The documents `found` of those of `versions` (name -> number) that are live, each read for itself."""
    vocabulary = over_shipped(found)
    unread = dict(vocabulary.unread)
    unread |= {
        name: (Problem(DocumentCode.NOT_STORED, {"n": number}),)
        for name, number in versions.items()
        if name not in found
    }
    campaigns: dict[str, Campaign] = {}
    brands: dict[str, Brand] = {}
    for name, document in found.items():
        kind, _, ident = name.partition("#")
        if kind == "campaign":
            read = partial(campaign_from, document, versions[name], vocabulary)
            if (campaign := read_beside(unread, name, read)) is not None:
                campaigns[ident] = campaign
        if kind == "brand" and (brand := read_beside(unread, name, partial(brand_from, document))):
            brands[ident] = brand
    plans = {
        ident: plan
        for ident, one in found.get("plans", {}).items()
        if (plan := read_beside(unread, f"plans.{ident}", partial(plan_from, one))) is not None
    }
    policy, care = found.get("policy", {}), found.get("care", {})
    return Live(campaigns, brands, plans, policy, care, vocabulary, unread)
