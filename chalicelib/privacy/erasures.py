"""Who was erased: of a number only a keyed hash is kept, with the opt-outs that must outlive it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.privacy.digests import digest_of
from chalicelib.store import conversations, erasure_rows
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import Erasure, ErasureFacts, NumberState

_KEPT = ("at", "how", "brand", "but")  # of an opt-out: not the words
OptOuts = Mapping[str, Mapping[str, str]]


def of(msisdn: str) -> Erasure | None:
    """What is kept of a number that was erased."""
    return erasure_rows.get(digest_of(msisdn)) if erasure_rows.any_erasure() else None


def everybody() -> dict[str, ErasureFacts]:
    """All erasures, by hash, out of both copies: what one of them lacks, or has as it was, is put right."""
    found: dict[str, ErasureFacts] = {}
    for digest, facts in erasure_rows.copies():
        if later(facts, found.get(digest)):
            found[digest] = facts
    for digest, facts in found.items():
        erasure_rows.keep(digest, facts)
    return found


def later(facts: ErasureFacts, known: ErasureFacts | None) -> bool:
    """Whether this says more of an erasure than what is known of it."""
    return known is None or (facts.at, facts.returned) > (known.at, known.returned)


def remember(msisdn: str, optouts: OptOuts, ids: Iterable[str], at: str) -> list[str]:
    """Keep that a number was erased at `at` (ISO) and which opt-outs it had; the scopes that are kept.

    Those of an earlier erasure still hold, unless somebody came back with the number or lifted them since.
    """
    before = of(msisdn)
    known = standing(msisdn, before) if before and not before.returned else {}
    kept = {
        scope: {name: said[name] for name in _KEPT if name in said}
        for scope, said in {**known, **optouts}.items()
    }
    digests = {digest_of(f"subscriber#{one}") for one in ids} | set(before.subscribers if before else ())
    facts = ErasureFacts(at=at, optouts=kept, subscribers=tuple(sorted(digests)))
    erasure_rows.keep(digest_of(msisdn), facts)
    return sorted(kept)


def standing(msisdn: str, erasure: ErasureFacts) -> dict[str, dict[str, str]]:
    """The opt-outs of an erasure that nothing lifted since: no explicit opt-in from the number, and no new
    holder of it."""
    from chalicelib.store.relationship import proofs_of

    if conversations.state(msisdn).reassigned_at > erasure.at:
        return {}
    welcome = {
        one.scope.partition("|")[0]
        for one in proofs_of(msisdn)
        if one.what == "opt_in" and one.at > erasure.at
    }
    left: dict[str, dict[str, str]] = {}
    for scope, no in erasure.optouts.items():
        brand = scope.partition("|")[0]
        if scope.endswith("|redlist") or not welcome:
            left[scope] = dict(no)
        elif brand == "*" and "*" not in welcome:
            left[scope] = {**no, "but": " ".join(sorted({*no.get("but", "").split(), *welcome}))}
        elif brand not in welcome and "*" not in welcome:
            left[scope] = dict(no)
    return left


def welcome_back(msisdns: Iterable[str]) -> None:
    """Before subscribers with these numbers are stored: who was erased starts with the opt-outs of then.

    Once for each erasure: an opt-in that comes later is not undone by the next import.
    """
    numbers = sorted({one for one in msisdns if one})
    if not numbers or not erasure_rows.any_erasure():
        return
    by_digest = {digest_of(one): one for one in numbers}
    for erasure in erasure_rows.read(by_digest):
        if erasure.returned:
            continue
        msisdn = by_digest[erasure.digest]
        _start_with(msisdn, standing(msisdn, erasure))
        erasure_rows.keep(erasure.digest, replace(erasure, returned=True))


def _start_with(msisdn: str, optouts: OptOuts) -> None:
    while True:
        state = conversations.state(msisdn)
        missing = {
            scope: {"words": "", **said} for scope, said in optouts.items() if scope not in state.optouts
        }
        if not missing:
            return
        change = NumberState.optouts.to({**state.optouts, **missing})
        if conversations.write([conversations.change_state(state, change)]) == ["ok"]:
            return
