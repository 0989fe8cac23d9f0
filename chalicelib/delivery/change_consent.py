"""Change what a number may be texted, whoever asks for it: a reply, a caller, staff, an imported list.

The state changes by a conditional write on its version, so it meets every text that is about to take
a place; its proof is a row of its own, written in the same transaction: there is no change without a
proof, and a change that is brought again finds its proof and changes nothing. Each goes out on the bus
as `consent.changed`.
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

    def proof(before: OptOuts, after: OptOuts) -> ConsentProof:
        return consent.proof(
            msisdn,
            "opt_out",
            scope,
            at=at,
            how=how,
            words=words,
            shown=shown,
            proof_id=proof_id,
            policy=policy,
            staff=_seen_by(staff, before, after),
        )

    before = _proved(msisdn, change, proof, proof_id, whose)
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

    def proof(before: OptOuts, after: OptOuts) -> ConsentProof:
        return consent.proof(
            msisdn,
            "opt_in",
            f"{brand}|all",
            at=at,
            how=how,
            words=words,
            shown=shown,
            proof_id=proof_id,
            policy=policy,
            staff=_seen_by(staff, before, after),
        )

    _proved(msisdn, change, proof, proof_id, whose)


def correct(wrong: ConsentProof, by: str, at: datetime, *, policy: Policy, whose: Whose = NOBODY) -> bool:
    """Take back what staff recorded: the opt-outs are as before it, and a correction is proved beside it.

    False, and nothing is done, when the number's consent was changed since. Safe to repeat.
    """

    proof_id = f"{wrong.item.rpartition('#')[2]}-corrected"

    def back(before: OptOuts) -> OptOuts:
        return wrong.before if before == wrong.after else before

    def proof(before: OptOuts, _: OptOuts) -> ConsentProof | None:
        if before not in (wrong.after, wrong.before):
            return None
        return consent.proof(
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

    return _proved(wrong.msisdn, back, proof, proof_id, whose) in (wrong.after, wrong.before)


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

    def change(before: OptOuts) -> OptOuts:
        if on:
            return consent.opt_out(before, scope, at, how, "")
        return consent.off_redlist(before, brand)

    def proof(_: OptOuts, __: OptOuts) -> ConsentProof:
        return consent.proof(
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

    _proved(msisdn, change, proof, proof_id, whose)


def _proved(
    msisdn: str,
    change: Callable[[OptOuts], OptOuts],
    proof: Callable[[OptOuts, OptOuts], ConsentProof | None],
    proof_id: str,
    whose: Whose,
) -> OptOuts:
    """Apply `change` to the opt-outs of a number, write its proof with it, and tell other systems; `proof` is
    made of the opt-outs before and after, None leaves all as it is. Returns them as they were."""

    def decided(state: NumberState) -> tuple[Sequence[Change], ConsentProof | None]:
        after = change(state.optouts)
        changes = () if after == state.optouts else (NumberState.optouts.to(after),)
        return changes, proof(state.optouts, after)

    # pynamodb, which functions that only send start without.
    from chalicelib.store.proved_changes import change_with_proof

    before, made = change_with_proof(msisdn, decided)
    if made is not None:
        _announce(made, proof_id, whose)
    return before.optouts


def _seen_by(staff: Staff | None, before: OptOuts, after: OptOuts) -> Staff | None:
    return changed(staff, before=before, after=after) if staff else None


def _announce(proof: ConsentProof, proof_id: str, whose: Whose) -> None:
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
