"""The live versions of campaigns, brands and plans, parsed once and kept until something goes live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib import log
from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.intake.vocabulary import Vocabulary, over_shipped, shipped
from chalicelib.store import catalogue
from chalicelib.store.records import Brand
from chalicelib.store.schema.catalogue import Control


@dataclass(frozen=True, slots=True)
class Live:
    """What a moment's decisions are made with. `policy` and `care` are the raw documents."""

    campaigns: Mapping[str, Campaign]
    brands: Mapping[str, Brand]
    plans: Mapping[str, Mapping[str, Any]]
    policy: Mapping[str, Any]
    care: Mapping[str, Any] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=shipped)

    def by_priority(self) -> list[Campaign]:
        """All live campaigns, the most important first."""
        return sorted(self.campaigns.values(), key=lambda one: (-one.priority, one.id))

    def started_by(self, event: str) -> list[Campaign]:
        """Those that an event of this type starts, the most important first."""
        return [one for one in self.by_priority() if one.trigger.event == event]


_kept: tuple[int, Live] | None = None


def live(control: Control) -> Live:
    """The documents that `control` says are live; read again only when its stamp has changed."""
    global _kept
    if _kept is not None and _kept[0] == control.stamp:
        return _kept[1]
    found = catalogue.documents(control.live.items())
    campaigns = {}
    brands = {}
    vocabulary = over_shipped(found)
    if vocabulary.unread:  # saved under older rules
        log.warn("declarations not read", names=", ".join(vocabulary.unread))
    for name, document in found.items():
        kind, _, ident = name.partition("#")
        if kind == "campaign":
            campaigns[ident] = campaign_from(document, control.live[name], vocabulary)
        elif kind == "brand":
            brands[ident] = Brand.from_dict(document)
    fresh = Live(
        campaigns,
        brands,
        found.get("plans", {}),
        found.get("policy", {}),
        found.get("care", {}),
        vocabulary,
    )
    _kept = (control.stamp, fresh)
    return fresh
