"""Whether a text goes out now: the one decision, made of the rules beside it.

It is asked twice: before the claim, when the number's state need not be known (`state` None leaves
consent and caps out), and with the claim, when the state was read strongly. Either answer that is not
`Send` is good to record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.clock import parse
from chalicelib.delivery import caps
from chalicelib.delivery.consent import reason_for, stopped_by
from chalicelib.delivery.states import HeldReason, SuppressedReason
from chalicelib.delivery.windows import Never, OpensAt, opening
from chalicelib.privacy.erasures import OptOuts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.delivery.policy import Policy
    from chalicelib.document import Window


@dataclass(frozen=True, slots=True)
class Ask:
    """One text that somebody wants sent, with what is known about it. Times are ISO in UTC, as in a job."""

    item: str  # its key, `mt#...`
    category: str
    campaign: str
    brand: str  # id, "" when there is none
    msisdn: str  # "" when the subscriber has none
    region: str = ""  # "province/city"
    zone: str = ""  # IANA
    window: Window | None = None  # the campaign's own
    valid_until: str = ""
    not_before: str = ""
    read_at: str = ""  # when it was read that this subscriber has this number; "" when only just
    superseded: bool = False
    live: bool = True  # the campaign has a live version
    ended: bool = False
    paused: bool = False
    unread: bool = False  # the campaign or the brand is live and cannot be read: somebody has to mend it
    originator: bool = True  # the brand has one for this number
    wanted: bool = True  # the campaign's audience, looked at now
    holdout: bool = False  # of the audience, in the part that gets nothing
    not_asked_within: timedelta = timedelta(0)  # an invitation goes to nobody whom a survey asked since
    subscriber: str = ""  # whose number was looked up for it; "" where the number is stated


class ConsentState(Protocol):
    """What is read of a number's state."""

    @property
    def optouts(self) -> OptOuts: ...
    @property
    def recent(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def roster(self) -> str: ...
    @property
    def reassigned_at(self) -> str: ...
    @property
    def unreachable(self) -> str: ...
    @property
    def wrong_person(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Send:
    """It may be handed to the gateway. `capped`: it must take a place in the state in the same breath."""

    capped: bool


@dataclass(frozen=True, slots=True)
class Suppress:
    """It is never sent. `scope` is the opt-out that stopped it, if one did."""

    reason: SuppressedReason
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits: until a moment (UTC), or where `until` is None until what is paused is resumed."""

    until: datetime | None
    why: HeldReason


@dataclass(frozen=True, slots=True)
class Expire:
    """It is worth nothing any more."""


Decision = Send | Suppress | Hold | Expire


def decide(ask: Ask, state: ConsentState | None, policy: Policy, now: datetime) -> Decision:
    """What becomes of a text at `now` (aware). The rules are asked in this order; the first that objects
    decides:

    1. superseded, campaign not live or ended: suppressed
    2. past `valid_until` (that moment included): expired
    3. paused, or not to be read: held, so that nothing further is looked at before it is resumed or mended
    4. no brand, number, or originator; number released since it was read, or invalid for good: suppressed
    5. audience, holdout: suppressed
    6. whoever has the number said that they are not this subscriber; consent, red list, roster: suppressed.
       Before anything may be held, so that a no is final at once
    7. `not_before`, send window: held, or suppressed when it opens too late
    8. asked in a survey too short a time ago: suppressed
    9. caps: suppressed, or held where the category says so and a place frees in time

    Raises KeyError on a category that the policy does not have, ValueError on a time without an offset.
    """
    if ask.superseded:
        return Suppress("superseded")
    if not ask.live:
        return Suppress("not_live")
    if ask.ended:
        return Suppress("campaign_ended")
    if ask.valid_until and now >= parse(ask.valid_until):
        return Expire()
    if ask.paused:
        return Hold(None, "paused")
    if ask.unread:
        return Hold(None, "unread")
    if (reason := _nobody(ask, state)) is not None:
        return Suppress(reason)
    if state is not None and state.unreachable:
        return Suppress("invalid_number")
    if not ask.wanted:
        return Suppress("audience")
    if ask.holdout:
        return Suppress("holdout")
    if state is not None:
        if ask.subscriber in state.wrong_person and policy.categories[ask.category].stopped_by:
            return Suppress("wrong_person")
        scope = stopped_by(state, ask.brand, ask.category, ask.campaign, policy)
        if scope is not None:
            return Suppress(reason_for(scope), scope)
    return _when(ask, state, policy, now)


def _nobody(ask: Ask, state: ConsentState | None) -> SuppressedReason | None:
    """Why there is nobody to text, or nothing to text them from."""
    if not ask.brand:
        return "no_brand"
    if not ask.msisdn:
        return "no_number"
    if (
        state is not None
        and state.reassigned_at
        and ask.read_at
        and parse(ask.read_at) < parse(state.reassigned_at)
    ):
        return "number_released"
    return None if ask.originator else "no_originator"


def _when(ask: Ask, state: ConsentState | None, policy: Policy, now: datetime) -> Decision:
    if ask.not_before and now < (due := parse(ask.not_before)):
        return Hold(due, "not_before")
    country, region = policy.place(ask.msisdn, ask.region)
    match opening(policy, ask.category, ask.window, country, region, ask.zone, now):
        case OpensAt(at):
            return Hold(at, "window") if _in_time(ask, at) else Suppress("window")
        case Never():
            return Suppress("window")
    if state is not None:
        since = now - ask.not_asked_within
        if ask.not_asked_within and caps.asked_since(state.recent, since, item=ask.item):
            return Suppress("asked_recently")
        place = caps.place(
            policy, ask.category, state.recent, now, country=country, region=region, item=ask.item
        )
        if isinstance(place, caps.CapFull):
            waits = policy.categories[ask.category].when_full == "hold"
            if waits and _in_time(ask, place.frees_at):
                return Hold(place.frees_at, "cap")
            return Suppress(place.reason)
    # A survey takes a place even without a cap: the next one asks when it was.
    return Send(capped=ask.category == caps.SURVEY or bool(policy.caps_for(ask.category, country, region)))


def _in_time(ask: Ask, at: datetime) -> bool:
    return not ask.valid_until or at < parse(ask.valid_until)
