"""Whoever has a number said that they are not the subscriber whose texts they get: nothing more about that
subscriber goes there until a person has looked, or the number changes hands.

What the law obliges us to send, and answers to whoever writes, go on; the rule itself is in `decide`.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.store import conversations
from chalicelib.store.schema.base import Change
from chalicelib.store.schema.conversations import NumberState


def somebody_else(msisdn: str, subscriber_id: str, item: str) -> None:
    """Note that the reply `item` (`mo#...`) says so. Safe to repeat."""

    def noted(state: NumberState) -> Sequence[Change]:
        if subscriber_id in state.wrong_person:
            return ()
        return (NumberState.wrong_person.to({**state.wrong_person, subscriber_id: item}),)

    conversations.change_states([msisdn], noted)


def the_right_one(msisdn: str) -> None:
    """A person looked: whoever has the number is who they should be. Safe to repeat."""
    conversations.change_states(
        [msisdn], lambda state: (NumberState.wrong_person.to({}),) if state.wrong_person else ()
    )
