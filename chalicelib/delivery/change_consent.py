"""Change what a number may be texted, whoever asks for it: a reply, a caller, staff, an imported list.

The state changes by a conditional write on its version, so it meets every text that is about to take
a place; the proof is a row of its own. Each change goes out on the bus as `consent.changed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime

from chalicelib import queues
from chalicelib.delivery import consent
from chalicelib.delivery.consent import Staff
from chalicelib.delivery.policy import Policy
from chalicelib.privacy.erasures import OptOuts
from chalicelib.store import conversations
from chalicelib.store.records import Brand, mask
from chalicelib.store.schema.base import Change
from chalicelib.store.schema.conversations import ConsentProof, NumberState
from chalicelib.store.schema.subscribers import Subscriber

Entries = dict[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose consent it is, for other systems: the subscriber's id, "" for nobody known, and whether the brand
    lets them see the number."""

    subscriber_id: str = ""
    shown: bool = False
    region: str = ""  # with the number it says which country's law holds


NOBODY = Whose()


def whose_of(subscriber: Subscriber | None, brand: Brand | None) -> Whose:
    """Whose consent it is, as far as a subscriber and the brand are known."""
    shown = bool(brand and brand.show_msisdn_in_events)
    return Whose(subscriber.subscriber_id, shown, subscriber.region) if subscriber else Whose(shown=shown)


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
    staff: Staff | None = None,
) -> bool:
    """Record a no and its proof; False when the same scope was refused before, by something else.

    `how` is sms, call, letter, shop, console, import, api or network; `proof_id` is the inbound id or another
    that a repeat brings again: the same no, recorded anew, is not taken for a second one. Where the law of
    the place says so, a no to one brand is kept as one to every brand.
    """
    if policy.holds_for_every_brand(msisdn, whose.region, at):
        scope = consent.to_every_brand(scope)

    def change(before: OptOuts) -> Entries:
        after = consent.opt_out(before, scope, at, how, words)
        # `by` tells this no, brought again, from a second one.
        return {**after, scope: {**after[scope], "by": proof_id}} if after != before else after

    before = _change(msisdn, change)
    staff = _seen_by(staff, before, change(before))
    made = consent.proof(
        msisdn,
        "opt_out",
        scope,
        at=at,
        how=how,
        words=words,
        shown=shown,
        proof_id=proof_id,
        policy=policy,
        staff=staff,
    )
    _prove(made, proof_id, whose)
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
    staff: Staff | None = None,
) -> None:
    """Record an explicit yes to a brand (`*`: every brand) and its proof. The red list stays."""

    def change(before: OptOuts) -> Entries:
        return consent.opt_in(before, brand, at)

    before = _change(msisdn, change)
    made = consent.proof(
        msisdn,
        "opt_in",
        f"{brand}|all",
        at=at,
        how=how,
        words=words,
        shown=shown,
        proof_id=proof_id,
        policy=policy,
        staff=_seen_by(staff, before, change(before)),
    )
    _prove(made, proof_id, whose)


def correct(wrong: ConsentProof, by: str, at: datetime, *, policy: Policy, whose: Whose = NOBODY) -> bool:
    """Take back what staff recorded: the opt-outs are as before it, and a correction is proved beside it.

    False, and nothing is done, when the number's consent was changed since. Safe to repeat.
    """

    def back(state: NumberState) -> Sequence[Change]:
        return (NumberState.optouts.to(wrong.before),) if state.optouts == wrong.after else ()

    before = conversations.change_states([wrong.msisdn], back)[wrong.msisdn]
    if before.optouts not in (wrong.after, wrong.before):
        return False
    proof_id = f"{wrong.item.rpartition('#')[2]}-corrected"
    made = consent.proof(
        wrong.msisdn,
        "correction",
        wrong.scope,
        at=at,
        how="console",
        words="",
        shown="",
        proof_id=proof_id,
        policy=policy,
        staff=Staff(by, at, corrects=wrong.item),
    )
    _prove(made, proof_id, whose)
    return True


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
    staff: Staff | None = None,
) -> None:
    """Put a number on a brand's red list (never any marketing) or take it off."""
    scope = consent.scope_of(brand, "redlist")
    if on:
        _change(msisdn, lambda before: consent.opt_out(before, scope, at, how, ""))
    else:
        _change(msisdn, lambda before: consent.off_redlist(before, brand))
    made = consent.proof(
        msisdn,
        "redlist_on" if on else "redlist_off",
        scope,
        at=at,
        how=how,
        words="",
        shown="",
        proof_id=proof_id,
        policy=policy,
        staff=staff,
    )
    _prove(made, proof_id, whose)


def _change(msisdn: str, change: Callable[[OptOuts], Entries]) -> OptOuts:
    """Apply `change` to the opt-outs of a number; returns them as they were."""

    def decided(state: NumberState) -> Sequence[Change]:
        after = change(state.optouts)
        return () if after == state.optouts else (NumberState.optouts.to(after),)

    return conversations.change_states([msisdn], decided)[msisdn].optouts


def _seen_by(staff: Staff | None, before: OptOuts, after: OptOuts) -> Staff | None:
    return changed(staff, before=before, after=after) if staff else None


def _prove(proof: ConsentProof, proof_id: str, whose: Whose) -> None:
    """Keep the proof, and tell other systems."""
    conversations.write_surely([conversations.insert(proof)])
    brand, _, kind = proof.scope.partition("|")
    event = {
        "id": f"consent/{proof.what}/{proof_id}",
        "time": proof.at,
        "subscriber_id": whose.subscriber_id or None,
        "msisdn": proof.msisdn if whose.shown else mask(proof.msisdn),
        "change": proof.what,
        "brand": None if brand == consent.EVERY_BRAND else brand,
        "scope": kind,
        "how": proof.how,
    }
    queues.announce([("consent.changed", event)])
