"""Care's settings as they are live, parsed once and kept until something goes live."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.campaigns.live import Live, live
from chalicelib.care.settings import Care, care_from
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
    """The settings that are live now: one read of the control row. Raises BadDocument."""
    global _kept
    now = live(catalogue.control())
    if _kept is None or _kept[0] is not now:
        _kept = (now, care_from(now.care))
    return Current(_kept[1], now)
