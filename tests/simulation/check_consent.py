"""Checks of consent: no means no, until the subscriber says yes, and nobody else changes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.clock import parse
from tests.simulation import oracle
from tests.simulation.history import BETWEEN, History, Life, Row, drawn

CONFIRM_WITHIN = 300.0
PROVED_WITHIN = 400.0  # seconds from a change to its proof, when the worker in between dies


def no_means_no(history: History) -> Iterator[str]:
    """4. Nothing in the scope of an opt-out that was stored before the claim is handed off."""
    for text in history.texts:
        if not text.row:
            yield f"{text.sent.item} was handed off at {history.ago(text.at)} without a claim of its own"
            continue
        scopes = oracle.scopes(text.row)
        then = history.state(text.sent.to, text.claimed_at)
        still = history.state(text.sent.to, text.at)
        found = [one for one in scopes if one in then.get("optouts", {}) and one in still.get("optouts", {})]
        if found:
            yield f"{text.sent.item}: claimed at {history.ago(text.claimed_at)} under {found[0]}"
        red = then.get("roster") == "red" and still.get("roster") == "red"
        if red and text.row["category"] == "marketing":
            yield f"{text.sent.item}: marketing to a number that is red on the roster"


def refusals_are_kept(history: History) -> Iterator[str]:
    """4. From the moment a clear no was applied until an explicit yes, nothing it covers is claimed."""
    for life in history.of_kind("mo#"):
        if history.meant(life) != "no" or life.last.get("reading", {}).get("kind") != "opt_out":
            continue
        applied = next((at for at, _, row in life.steps() if row["applied"]), None)
        if applied is None:
            continue
        ends = _next_yes(history, life)
        brand = oracle.brand_of(life.msisdn)
        for text in history.texts:
            covered = text.row.get("category") in ("service", "survey", "marketing") and (
                text.row.get("brand") == brand
            )
            if text.sent.to == life.msisdn and covered and applied < text.claimed_at and text.at < ends:
                when = history.ago(text.claimed_at)
                yield f"{text.sent.item} was claimed at {when}, after the no of {life.item}"


def refusals_stand(history: History) -> Iterator[str]:
    """4. A no that no explicit yes followed is in force at the end."""
    for life in history.of_kind("mo#"):
        reading = life.last.get("reading", {})
        if reading.get("kind") != "opt_out" or not life.last["applied"]:
            continue
        # Of a stranger's no to a number that two brands share, nobody can tell whose it is.
        known = bool(life.last["subscriber"])
        if known and _next_yes(history, life) == float("inf"):
            kept = history.state(life.msisdn, float("inf")).get("optouts", {})
            brand = oracle.brand_of(life.msisdn)
            if f"{brand}|{reading.get('scope') or 'all'}" not in kept:
                yield f"{life.item} of {life.msisdn[-4:]} said no to {brand}: not in force at the end"


def _next_yes(history: History, no: Life) -> float:
    """Until when a no holds for sure: an opt-in that came after it, or the number changing hands."""
    received = parse(no.last["received_at"]).timestamp()
    ends = [float("inf")]
    for life in history.of_kind("mo#"):
        if life.msisdn == no.msisdn and life.last.get("reading", {}).get("kind") == "opt_in":
            ends.append(life.begins)
    ends += [at for at in drawn(history, no.msisdn) if at >= received]
    return min(one for one in ends if one >= received)


def confirmations(history: History) -> Iterator[str]:
    """4. A no is confirmed once at most, within five minutes, and the confirmation has its outcome."""
    for life in history.of_kind("mo#"):
        if life.last.get("reading", {}).get("kind") != "opt_out":
            continue
        ident = life.item.removeprefix("mo#")
        mine = [one for one in history.texts if one.sent.item.endswith(f"/{ident}/opt_out")]
        received = parse(life.last["received_at"]).timestamp()
        both = sum(item.endswith(f"/{ident}/opt_out") for _, item, _ in history.world.network.both)
        if len(mine) > 1 + both:  # of a refusal that the network took back
            yield f"{life.item} was confirmed {len(mine)} times"
        for text in mine:
            if text.claimed_at > received + CONFIRM_WITHIN or text.at > received + CONFIRM_WITHIN + BETWEEN:
                yield f"{life.item} was confirmed {text.at - received:.0f} s later"


SAYS: Mapping[str, frozenset[str]] = {"opt_out": frozenset({"no", "doubt"}), "opt_in": frozenset({"yes"})}


def only_the_subscriber(history: History) -> Iterator[str]:
    """13. Consent changes only as somebody says so: not by our own words, a machine's, or a question."""
    said = {reply.last["body"]: history.meant(reply) for reply in history.of_kind("mo#")}
    for proof in history.of_kind("consent#"):
        row = proof.last
        if row["how"] == "sms" and said.get(row["words"]) not in SAYS.get(row["what"], ()):
            yield f"{row['what']} of {proof.msisdn[-4:]} because of {row['words'][:60]!r}"
    for life in history.of_kind("state"):
        for at, before, after in life.steps():
            changed = _scopes(before).symmetric_difference(_scopes(after))
            if changed and not _reason(history, life.msisdn, at):
                yield f"{sorted(changed)} of {life.msisdn[-4:]} changed at {history.ago(at)} without a reason"


def _scopes(state: Row | None) -> frozenset[str]:
    return frozenset((state or {}).get("optouts", {}))


def _reason(history: History, msisdn: str, at: float) -> bool:
    """Whether a proof was written, the number changed hands, or the network refused for the subscriber."""
    proofs = (one for one in history.of_kind("consent#") if one.msisdn == msisdn)
    return any(abs(one.begins - at) < PROVED_WITHIN for one in proofs) or any(
        abs(line - at) < PROVED_WITHIN for line in drawn(history, msisdn)
    )


CHECKS = (no_means_no, refusals_are_kept, refusals_stand, confirmations, only_the_subscriber)
