"""`conversations`, for the functions that texts go through: states of numbers, and items by their keys.

What is found by a query is in `relationship`. The items are described in `schema.conversations`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.retries import doubling, retried
from chalicelib.store.dynamodb import STATEMENTS_A_CALL as STATEMENTS_A_CALL
from chalicelib.store.dynamodb import Statement as Statement
from chalicelib.store.dynamodb import StatementAnswer as Answer
from chalicelib.store.dynamodb import get, insert, overwrite, read, update, write, write_in_turn, write_surely
from chalicelib.store.schema.base import Change, Key, Record, of_kind
from chalicelib.store.schema.catalogue import CATALOGUE, CONTROL_KEY, Control
from chalicelib.store.schema.conversations import CONVERSATIONS, NumberState, Survey, Text, state_key

__all__ = [
    "RETENTION_DAYS",
    "STATEMENTS_A_CALL",
    "TABLE",
    "Answer",
    "Seen",
    "Statement",
    "change_state",
    "change_states",
    "find",
    "insert",
    "look",
    "overwrite",
    "state",
    "update",
    "withdrawn",
    "write",
    "write_in_turn",
    "write_surely",
]

TABLE = CONVERSATIONS.name
R = TypeVar("R", bound=Record)
TRIES = 8  # further ones to change a state that others change, too
FIRST_DELAY = 0.02  # seconds
RETENTION_DAYS = 400  # longer than a year, so that a birthday's text is there until the next one


def change_survey(survey: Survey, *values: Change, ends: bool = False) -> Statement:
    """A change of a survey, if nothing else changed it meanwhile; one that `ends` it also unparks it."""
    return update(
        survey.key,
        *values,
        Survey.revision.to(survey.revision + 1),
        remove=(Survey.due_partition, Survey.due) if ends else (),
        where=Survey.revision.equals(survey.revision),
    )


def change_state(before: NumberState, *changes: Change) -> Statement:
    """Change the state of a number unless somebody changed it since `before` was read.

    The answer `exists` or `condition` says that somebody did: read again and decide again.
    """
    version = NumberState.version
    if before.version == 0:
        return insert(NumberState.load(dict((*changes, version.to(1))) | before.key.table.names(before.key)))
    return update(before.key, *changes, version.to(before.version + 1), where=version.equals(before.version))


def change_states(
    msisdns: Iterable[str], decide: Callable[[NumberState], Sequence[Change]]
) -> dict[str, NumberState]:
    """Change the states of numbers as `decide` says, again with what is there when others were faster, after
    growing waits; no changes leave a state as it is. Each state as it was decided on.

    Raises RuntimeError when others keep changing a state, or DynamoDB stays too busy.
    """
    waiting = list(dict.fromkeys(msisdns))
    decided: dict[str, NumberState] = {}
    for _ in retried(doubling(FIRST_DELAY, TRIES)):
        found = find(NumberState, map(state_key, waiting))
        states = [found.get(state_key(one)) or NumberState(msisdn=one) for one in waiting]
        wanted = [(one, change_state(one, *changes)) for one in states if (changes := decide(one))]
        answers = write([statement for _, statement in wanted])
        faster = {one.msisdn for (one, _), answer in zip(wanted, answers, strict=True) if answer != "ok"}
        decided |= {one.msisdn: one for one in states if one.msisdn not in faster}
        waiting = [one for one in waiting if one in faster]
        if not waiting:
            return decided
    raise RuntimeError(f"others kept changing the states of {len(waiting)} numbers")


def withdrawn(key: Key, reason: str) -> Statement:
    """End a text that is held, with the reason why it does not go out; the answer `condition` says that it is
    not held any more."""
    return update(
        key,
        Text.status.to("suppressed"),
        Text.reason.to(reason),
        remove=(Text.due_partition, Text.due, Text.job),
        where=Text.status.equals("held"),
    )


def state(msisdn: str) -> NumberState:
    """The state of one number, read strongly; a number never heard of is clean."""
    return get(NumberState, state_key(msisdn)) or NumberState(msisdn=msisdn)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one strongly consistent read of many numbers showed."""

    states: Mapping[str, NumberState]
    records: Mapping[Key, Record]
    control: Control

    def state(self, msisdn: str) -> NumberState:
        """The state of a number that was asked for."""
        return self.states.get(msisdn) or NumberState(msisdn=msisdn)


def look(msisdns: Iterable[str], keys: Iterable[Key] = ()) -> Seen:
    """States of numbers, certain items and what is live and paused, read strongly in one call."""
    wanted = [*map(state_key, dict.fromkeys(msisdns)), *keys, CONTROL_KEY]
    found = read(wanted, consistent=(CONVERSATIONS, CATALOGUE))
    control = next(iter(of_kind(Control, found)), Control())
    states = {one.msisdn: one for one in of_kind(NumberState, found)}
    return Seen(states, {one.key: one for one in found}, control)


def find(kind: type[R], keys: Iterable[Key]) -> dict[Key, R]:
    """Items of one kind by their keys, read strongly; those that are not there are left out."""
    return {one.key: one for one in of_kind(kind, read(keys, consistent=(CONVERSATIONS,)))}
