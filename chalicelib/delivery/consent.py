"""Consent: which texts a number has said no to, and the proof of everything it said.

Opt-outs live in the number's `state` item: {scope: {"at", "how", "words", "brand"}}. A scope is
`<brand>|all`, `<brand>|category:<c>`, `<brand>|campaign:<id>` or `<brand>|redlist` (never any marketing;
the operator's own list), with the brand `*` for every brand. Which kind stops which category is policy.

Only an explicit opt-in restores. An opt-in to one brand after a no to every brand leaves the no as it
is, with that brand named in `but`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from chalicelib.clock import iso, parse
from chalicelib.privacy.erasures import OptOuts
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import ConsentProof, proof_item

if TYPE_CHECKING:
    from chalicelib.delivery.policy import Kind, Policy

ConsentChange = Literal["opt_out", "opt_in", "redlist_on", "redlist_off", "correction"]

EVERY_BRAND = "*"
WORDS_KEPT = 80  # characters in the state, which is read with every text; the proof has all of them


@dataclass(frozen=True, slots=True)
class Staff:
    """Who of the staff recorded what was said, when, and on which day it was said to them (YYYY-MM-DD)."""

    by: str
    at: datetime
    said_on: str = ""
    corrects: str = ""  # the item of the proof that it takes back
    before: OptOuts = field(default_factory=dict)  # the number's opt-outs before it
    after: OptOuts = field(default_factory=dict)


class Standing(Protocol):
    """What is read of a number's state."""

    @property
    def optouts(self) -> OptOuts: ...
    @property
    def roster(self) -> str: ...


def scope_of(brand: str, kind: Kind, category: str = "", campaign: str = "") -> str:
    """The scope of an opt-out: `yuntong|all`, `*|category:marketing`, `yuntong|campaign:birthday`."""
    detail = {"category": f":{category}", "campaign": f":{campaign}"}.get(kind, "")
    return f"{brand or EVERY_BRAND}|{kind}{detail}"


def to_every_brand(scope: str) -> str:
    """The same no, to every brand: `*|all` of `yuntong|all`."""
    return f"{EVERY_BRAND}|{scope.partition('|')[2]}"


def stopped_by(state: Standing, brand: str, category: str, campaign: str, policy: Policy) -> str | None:
    """The scope that stops a text, or `roster|<colour>` where the customer's colour does; None lets it go."""
    rule = policy.categories[category]
    if state.optouts:
        for kind in rule.stopped_by:
            for whose in (brand, EVERY_BRAND):
                scope = scope_of(whose, kind, category, campaign)
                entry = state.optouts.get(scope)
                if entry is not None and not (brand and brand in entry.get("but", "").split()):
                    return scope
    if state.roster in rule.not_for_roster:
        return f"roster|{state.roster}"
    return None


def reason_for(scope: str) -> Literal["opted_out", "red_list", "roster_red"]:
    """The reason to record with a text that `stopped_by` stopped."""
    if scope.startswith("roster|"):
        return "roster_red"
    return "red_list" if scope.endswith("|redlist") else "opted_out"


def opt_out(optouts: OptOuts, scope: str, at: datetime, how: str, words: str) -> dict[str, Mapping[str, str]]:
    """`optouts` with a no in it. Saying it again changes nothing, so a repeat needs no write.

    `how` is sms, console, import or api; `words` is what was written or said.
    """
    known = optouts.get(scope)
    if known is not None and "but" not in known:
        return dict(optouts)
    said = {"at": iso(at), "how": how, "words": words[:WORDS_KEPT], "brand": scope.partition("|")[0]}
    return {**optouts, scope: said}


def opt_in(optouts: OptOuts, brand: str, at: datetime) -> dict[str, Mapping[str, str]]:
    """`optouts` after an explicit opt-in, said at `at`, to a brand (`*`: every brand). A no that was said
    later stands, though the yes is worked off after it. The red list is not the subscriber's to lift: see
    `off_redlist`."""
    left: dict[str, Mapping[str, str]] = {}
    for scope, said in optouts.items():
        whose = scope.partition("|")[0]
        if scope.endswith("|redlist") or parse(said["at"]) > at:
            left[scope] = said
        elif brand == EVERY_BRAND or whose == brand:
            continue
        elif whose == EVERY_BRAND:
            left[scope] = {**said, "but": " ".join(sorted({*said.get("but", "").split(), brand}))}
        else:
            left[scope] = said
    return left


def off_redlist(optouts: OptOuts, brand: str) -> dict[str, Mapping[str, str]]:
    """`optouts` after the operator took the number off a brand's red list."""
    return {scope: said for scope, said in optouts.items() if scope != scope_of(brand, "redlist")}


def proof(
    msisdn: str,
    what: ConsentChange,
    scope: str,
    *,
    at: datetime,
    how: str,
    words: str,
    shown: str,
    proof_id: str,
    policy: Policy,
    staff: Staff | None = None,
) -> ConsentProof:
    """The item that proves a change of consent, kept at least until `keep_until` (no TTL: erasing asks it).

    `words` is what the subscriber wrote or said, `shown` the text they answered or the form they saw,
    `proof_id` the inbound id or another id that a repeat brings again, so that a repeat makes the same key.
    """
    moment = iso(at)
    made = ConsentProof(
        msisdn=msisdn,
        item=proof_item(moment, proof_id),
        what=what,
        scope=scope,
        how=how,
        words=words,
        shown=shown,
        at=moment,
        keep_until=iso(months_after(at, policy.keep_proof_months)),
    )
    if staff is None:
        return made
    return replace(
        made,
        by=staff.by,
        recorded_at=iso(staff.at),
        said_on=staff.said_on,
        corrects=staff.corrects,
        before=staff.before,
        after=staff.after,
    )


def months_after(moment: datetime, months: int) -> datetime:
    """So many calendar months later, in UTC; the last of the month where the day does not exist."""
    utc = moment.astimezone(UTC)
    year, month = divmod(utc.year * 12 + utc.month - 1 + months, 12)
    return utc.replace(year=year, month=month + 1, day=min(utc.day, monthrange(year, month + 1)[1]))
