"""After the claim, before the hand-off: look again, and take a place under the caps.

The state of each number is read strongly now, so an opt-out that was stored before the claim is seen.
Where a cap holds, the text takes its place with a conditional write on the state's version: an opt-out,
or another text, in between makes that write fail, and everything is decided anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.campaigns.live import Live
from chalicelib.delivery import caps, number_change, surveys
from chalicelib.delivery.decide import Decision, Send, Suppress, decide
from chalicelib.delivery.drafting import Draft, instead, policy_of
from chalicelib.delivery.hand_offs import CLOSED
from chalicelib.delivery.hear import hear
from chalicelib.delivery.ports import Ports
from chalicelib.store import conversations
from chalicelib.store.conversations import Answer, Statement
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.conversations import NumberState, Text

ROUNDS = 12  # workers after the same number at the same moment; each round one of them gets on


def clear(claimed: Sequence[Draft], current: Live, ports: Ports) -> list[Draft]:
    """Those of the claimed texts that may be handed off; what became of the others is recorded."""
    policy = policy_of(current)
    waiting = sorted(claimed, key=lambda one: -one.campaign.priority if one.campaign else 0)
    cleared: list[Draft] = []
    for _ in range(ROUNDS):
        if not waiting:
            return cleared
        now = ports.now()
        seen = conversations.look(
            (one.ask.msisdn for one in waiting),
            [surveys.key_of(one) for one in waiting if surveys.reminds(one)]
            + [key for one in waiting for key in number_change.keys_before(one)],
        )
        places: list[tuple[Draft, Statement]] = []
        stopped: list[Statement] = []
        given_up: list[tuple[Key, str]] = []
        next_round: list[Draft] = []
        busy: set[str] = set()
        for one in waiting:
            state = seen.state(one.ask.msisdn)
            paused = seen.control.holds_back(one.ask.campaign)
            ask = one.ask if one.ask.paused == paused else replace(one.ask, paused=paused)
            decision: Decision = decide(ask, state, policy, now)
            if surveys.over(one, seen):
                decision = Suppress("survey_over")
            elif isinstance(decision, Send):
                decision = number_change.told(one, seen, now) or decision
            if not isinstance(decision, Send):
                stopped.append(give_up_claim(instead(one, decision, now), one.token))
                given_up.append((one.key, one.token))
            elif not decision.capped:
                cleared.append(one)
            elif one.ask.msisdn in busy:
                next_round.append(one)
            else:
                busy.add(one.ask.msisdn)
                entry = caps.entry(one.ask.item, one.ask.campaign, one.ask.category, now)
                taken = caps.take(state.recent, entry, now)
                places.append((one, conversations.change_state(state, NumberState.recent.to(taken))))
        answers = conversations.write([statement for _, statement in places])
        for (one, _), answer in zip(places, answers, strict=True):
            (cleared if answer == "ok" else next_round).append(one)
        give_up(given_up, conversations.write_surely(stopped, ports.sleep), now)
        waiting = next_round
    raise RuntimeError(f"{len(waiting)} texts found no quiet moment for their numbers' state")


def give_up_claim(instead_of: Draft, token: str) -> Statement:
    """Record another outcome in place of sending, for a text this worker holds; not where the network spoke
    of an earlier hand-off meanwhile: see `give_up`."""
    return conversations.overwrite(
        instead_of.text,
        clear=(Text.token, Text.lease_until, Text.claimed_at),
        where=Text.status.equals("sending") & Text.token.equals(token) & Text.said.missing(),
    )


def give_up(given_up: Sequence[tuple[Key, str]], answers: Sequence[Answer], now: datetime) -> None:
    """After `answers` to the writes of `give_up_claim`, for these keys and tokens: where a write did not fit,
    an earlier hand-off that the network has, or had, stands in for the one that comes to nothing."""
    missed = [one for one, answer in zip(given_up, answers, strict=True) if answer == "condition"]
    hear({key: [(token, CLOSED)] for key, token in missed}, now)
