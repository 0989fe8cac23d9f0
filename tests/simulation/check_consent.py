"""Checks of consent: no means no, until the subscriber says yes, and nobody else changes it."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.clock import parse
from tests.simulation import oracle
from tests.simulation.history import BETWEEN, History, Life, drawn

CONFIRM_WITHIN = 300.0


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
        said = oracle.meant(life.last["body"])
        if said != "no" or life.last.get("reading", {}).get("kind") != "opt_out":
            continue
        applied = next((at for at, _, row in life.steps() if row["applied"]), None)
        if applied is None:
            continue
        ends = _next_yes(history, life)
        brand = oracle.brand_of(life.last["to"])
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
        if _next_yes(history, life) == float("inf"):
            kept = history.state(life.msisdn, float("inf")).get("optouts", {})
            brand = oracle.brand_of(life.last["to"])
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
        if len(mine) > 1:
            yield f"{life.item} was confirmed {len(mine)} times"
        for text in mine:
            if text.claimed_at > received + CONFIRM_WITHIN or text.at > received + CONFIRM_WITHIN + BETWEEN:
                yield f"{life.item} was confirmed {text.at - received:.0f} s later"


CHECKS = (no_means_no, refusals_are_kept, refusals_stand, confirmations)
