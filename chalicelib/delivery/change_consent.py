"""Change what a number may be texted, whoever asks for it: a reply, staff, an imported list.

The state changes by a conditional write on its version, so it meets every text that is about to take
a place; the proof is a row of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib import queues
from chalicelib.clock import iso
from chalicelib.delivery import consent
from chalicelib.delivery.policy import Policy
from chalicelib.store import conversations
from chalicelib.store.records import mask
from chalicelib.store.schema.base import Change
from chalicelib.store.schema.conversations import NumberState

OptOuts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose consent it is, for other systems: the subscriber's id, "" for nobody known, and whether the brand
    lets them see the number."""

    subscriber_id: str = ""
    shown: bool = False


NOBODY = Whose()
Entries = dict[str, Mapping[str, str]]


def opt_out(
    msisdn: str,
    scope: str,
    *,
    at: datetime,
    how: str,
    words: str,
    proof_id: str,
    policy: Policy,
    shown: str = "",
    whose: Whose = NOBODY,
) -> bool:
    """Record a no and its proof; False when the same scope was refused before, by something else.

    `how` is sms, console, import or api; `proof_id` is the inbound id or another that a repeat brings
    again: the same no, recorded anew, is not taken for a second one.
    """

    def change(before: OptOuts) -> Entries:
        after = consent.opt_out(before, scope, at, how, words)
        # `by` tells this no, brought again, from a second one.
        return {**after, scope: {**after[scope], "by": proof_id}} if after != before else after

    before = _change(msisdn, change)
    _prove(msisdn, "opt_out", scope, at, how, words, shown, proof_id, policy, whose)
    return before.get(scope, {}).get("by", proof_id) == proof_id


def opt_in(
    msisdn: str,
    brand: str,
    *,
    at: datetime,
    how: str,
    words: str,
    proof_id: str,
    policy: Policy,
    shown: str = "",
    whose: Whose = NOBODY,
) -> None:
    """Record an explicit yes to a brand (`*`: every brand) and its proof. The red list stays."""
    _change(msisdn, lambda before: consent.opt_in(before, brand, at))
    _prove(msisdn, "opt_in", f"{brand}|all", at, how, words, shown, proof_id, policy, whose)


def red_list(
    msisdn: str,
    brand: str,
    *,
    on: bool,
    at: datetime,
    how: str,
    proof_id: str,
    policy: Policy,
    whose: Whose = NOBODY,
) -> None:
    """Put a number on a brand's red list (never any marketing) or take it off."""
    scope = consent.scope_of(brand, "redlist")
    if on:
        _change(msisdn, lambda before: consent.opt_out(before, scope, at, how, ""))
    else:
        _change(msisdn, lambda before: consent.off_redlist(before, brand))
    _prove(msisdn, "redlist_on" if on else "redlist_off", scope, at, how, "", "", proof_id, policy, whose)


def _change(msisdn: str, change: Callable[[OptOuts], Entries]) -> OptOuts:
    """Apply `change` to the opt-outs of a number; returns them as they were."""

    def decided(state: NumberState) -> Sequence[Change]:
        after = change(state.optouts)
        return () if after == state.optouts else (NumberState.optouts.to(after),)

    return conversations.change_states([msisdn], decided)[msisdn].optouts


def _prove(
    msisdn: str,
    what: consent.Change,
    scope: str,
    at: datetime,
    how: str,
    words: str,
    shown: str,
    proof_id: str,
    policy: Policy,
    whose: Whose,
) -> None:
    proof = consent.proof(
        msisdn, what, scope, at=at, how=how, words=words, shown=shown, proof_id=proof_id, policy=policy
    )
    conversations.write_surely([conversations.insert(proof)])
    brand, _, kind = scope.partition("|")
    event = {
        "id": f"consent/{what}/{proof_id}",
        "time": iso(at),
        "subscriber_id": whose.subscriber_id or None,
        "msisdn": msisdn if whose.shown else mask(msisdn),
        "change": what,
        "brand": None if brand == consent.EVERY_BRAND else brand,
        "scope": kind,
        "how": how,
    }
    queues.announce([("consent.changed", event)])
