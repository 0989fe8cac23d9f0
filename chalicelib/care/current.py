"""Care's settings as they are live, parsed once and kept until something goes live; and what of all that is
live cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib import log
from chalicelib.campaigns.live import Live, live
from chalicelib.care.settings import Care, care_as_far, care_from
from chalicelib.delivery.policy import policy_from
from chalicelib.document import read_beside
from chalicelib.problems import Problem
from chalicelib.store import catalogue
from chalicelib.store.records import mask


@dataclass(frozen=True, slots=True)
class Current:
    """What a moment's decisions in care are made with."""

    care: Care
    live: Live

    def shown(self, msisdn: str, brand: str) -> str:
        """A number as other systems may see it: masked, unless the brand allows it."""
        known = self.live.brands.get(brand)
        return msisdn if known and known.show_msisdn_in_events else mask(msisdn)

    def team_for(self, brand: str, region: str) -> str:
        """The team that a case of this brand and region ("province/city") goes to."""
        known = self.live.brands.get(brand)
        return self.care.team_for(brand, region, known.care_teams if known else ()).id


_kept: tuple[Live, Care] | None = None


def known() -> Current:
    """The settings as this process knows them, read where it knows none: for what may be a little old."""
    return Current(_kept[1], _kept[0]) if _kept else current()


def current() -> Current:
    """The settings that are live now, as far as they can be read: one read of the control row."""
    global _kept
    now = live(catalogue.control())
    if _kept is None or _kept[0] is not now:
        read, problems = care_as_far(now.care)
        if problems:
            log.warn("live documents not read", names="care")
        _kept = (now, read)
    return Current(_kept[1], now)


def unread(now: Live) -> Mapping[str, tuple[Problem, ...]]:
    """What of all that is live cannot be read, and why, by the documents' names. Without a policy no text
    goes out."""
    found = dict(now.unread)
    if now.policy:
        read_beside(found, "policy", lambda: policy_from(now.policy))
    if now.care:
        read_beside(found, "care", lambda: care_from(now.care))
    return found
